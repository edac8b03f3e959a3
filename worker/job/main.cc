#include "worker/job/tool.h"

int main(int argc, char** argv) { return pecg::RunTool(argc, argv); }
