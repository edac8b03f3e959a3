// A job program for tests: does what RunSpec.title says, commands separated by `; `:
//
//   log TEXT                 writes TEXT and a newline to stdout
//   metric STEP              sends one point
//   artifact PATH CONTENT    writes output/PATH and announces it
//   lie PATH                 announces output/PATH with a wrong hash
//   link PATH TARGET         makes output/PATH a symbolic link and announces it with TARGET's hash
//   checkpoint STEP          writes checkpoint/STEP and announces it
//   result [PATH]            sends `result`, naming a typed artifact
//   fail KIND                sends `failed`
//   garbage                  writes bytes that are no event
//   await NAME               waits until the file NAME exists in the job directory
//   child                    starts a process that outlives its parent
//   ignore_term              ignores SIGTERM from here on
//   raise SIGNAL             ends by a signal
//   wait                     waits for SIGTERM or the end of the lifeline; then sends checkpoint 99
//                            and exits with 75
//   exit CODE
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

#include "base/digest/sha256.h"
#include "pecg/v1/job.pb.h"
#include "worker/agent/delimited.h"

namespace {

namespace fs = std::filesystem;

int stop_pipe[2];
int64_t sequence = 0;

void OnTerm(int /*signal*/) { (void)!write(stop_pipe[1], "", 1); }

void Send(pecg::v1::JobEvent event) {
  event.set_sequence(++sequence);
  std::string bytes;
  pecg::AppendDelimited(event, &bytes);
  if (write(3, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) _exit(75);
}

void WriteFile(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

pecg::v1::ArtifactReady Describe(const std::string& path, const std::string& content) {
  pecg::v1::ArtifactReady artifact;
  artifact.set_path(path);
  artifact.set_sha256(pecg::Sha256Hex(content));
  artifact.set_size_bytes(static_cast<int64_t>(content.size()));
  artifact.set_type("file");
  return artifact;
}

void Announce(const std::string& path, const std::string& content) {
  pecg::v1::JobEvent event;
  *event.mutable_artifact() = Describe(path, content);
  Send(event);
}

void WriteCheckpoint(const fs::path& dir, const std::string& step) {
  const std::string weights = "weights of step " + step;
  const fs::path folder = dir / "checkpoint" / step;
  WriteFile(folder / "weights", weights);
  WriteFile(folder / "list.json", R"({"step": )" + step +
                                      R"(, "files": [{"path": "weights", "sha256": ")" +
                                      pecg::Sha256Hex(weights) + R"(", "size_bytes": )" +
                                      std::to_string(weights.size()) + "}]}");
  pecg::v1::JobEvent event;
  event.mutable_checkpoint()->set_step(std::stoll(step));
  Send(event);
}

void Await(const fs::path& path) {
  const timespec pause = {0, 2'000'000};
  while (!fs::exists(path)) nanosleep(&pause, nullptr);
}

void StartChild() {
  if (fork() != 0) return;
  while (true) pause();
}

void WaitForStop(const fs::path& dir) {
  pollfd inputs[] = {{STDIN_FILENO, POLLIN, 0}, {stop_pipe[0], POLLIN, 0}};
  while (poll(inputs, 2, -1) < 0) {
  }
  std::cout << (inputs[1].revents != 0 ? "stopped by SIGTERM" : "lifeline ended") << std::endl;
  WriteFile(dir / "stopped", "");
  WriteCheckpoint(dir, "99");
  _exit(75);
}

void Obey(const fs::path& dir, std::istringstream words) {
  std::string command;
  std::string first;
  std::string second;
  words >> command >> first;
  std::getline(words >> std::ws, second);
  pecg::v1::JobEvent event;
  if (command == "log") {
    std::cout << first << (second.empty() ? "" : " " + second) << std::endl;
  } else if (command == "metric") {
    auto* point = event.mutable_metrics()->add_points();
    point->set_key("train.all.loss");
    point->set_step(std::stoll(first));
    Send(event);
  } else if (command == "artifact") {
    WriteFile(dir / "output" / first, second);
    Announce(first, second);
  } else if (command == "lie") {
    WriteFile(dir / "output" / first, "one");
    Announce(first, "two");
  } else if (command == "link") {
    fs::create_symlink(second, dir / "output" / first);
    std::stringstream content;
    content << std::ifstream(second).rdbuf();
    Announce(first, content.str());
  } else if (command == "checkpoint") {
    WriteCheckpoint(dir, first);
  } else if (command == "result") {
    event.mutable_result();
    if (!first.empty()) event.mutable_result()->add_typed_paths(first);
    Send(event);
  } else if (command == "fail") {
    event.mutable_failed()->set_kind(first);
    event.mutable_failed()->set_what("it broke");
    event.mutable_failed()->set_where("field.x");
    event.mutable_failed()->set_hint("mend it");
    Send(event);
  } else if (command == "garbage") {
    (void)!write(3, "\xff\xff\xff\xff\xff\xff", 6);
  } else if (command == "await") {
    Await(dir / first);
  } else if (command == "child") {
    StartChild();
  } else if (command == "ignore_term") {
    std::signal(SIGTERM, SIG_IGN);
  } else if (command == "raise") {
    std::signal(std::stoi(first), SIG_DFL);
    raise(std::stoi(first));
  } else if (command == "wait") {
    WaitForStop(dir);
  } else if (command == "exit") {
    _exit(std::stoi(first));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || std::string(argv[1]) != "job") return 2;
  const fs::path dir = argv[2];
  if (pipe(stop_pipe) != 0) return 1;
  std::signal(SIGTERM, OnTerm);
  std::signal(SIGPIPE, SIG_IGN);
  pecg::v1::JobSpec spec;
  std::ifstream input(dir / "spec.binpb", std::ios::binary);
  if (!spec.ParseFromIstream(&input)) return 2;
  std::istringstream script(spec.run_spec().title());
  for (std::string command; std::getline(script >> std::ws, command, ';');) {
    Obey(dir, std::istringstream(command));
  }
  return 0;
}
