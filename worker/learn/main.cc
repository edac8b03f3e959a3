#include "worker/learn/tool.h"

int main(int argc, char** argv) { return pecg::RunLearnTool(argc, argv); }
