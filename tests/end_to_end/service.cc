#include "tests/end_to_end/service.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace pecg {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;

fs::path MakeFolder() {
  std::string pattern = (fs::temp_directory_path() / "pecg_e2e_XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  return pattern;
}

pid_t ReadPid(const fs::path& file) {
  pid_t pid = 0;
  if (!(std::ifstream(file) >> pid) || pid <= 1) {
    throw std::runtime_error("no process id in " + file.string());
  }
  return pid;
}

}  // namespace

Service::Service() : folder_(MakeFolder()) {
  environment_ = {{"PECG_HOME", home().string()},
                  {"PECG_ADDRESS", ""},
                  {"PECG_TOKEN_FILE", ""},
                  {"NO_COLOR", "1"}};
}

Service::~Service() {
  if (coordinator_ != nullptr) Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void Service::Start() {
  coordinator_ = std::make_unique<Program>(
      "pecgd", std::vector<std::string>{"--home", home().string(), "--port", "0"}, environment_);
  const auto ready = coordinator_->WaitForLine(
      [](const std::string& line) { return line.find("ready") != std::string::npos; }, seconds(30));
  ASSERT_TRUE(ready.has_value()) << "pecgd did not start: " << coordinator_->err();
}

void Service::KillCoordinator() {
  coordinator_->Signal(SIGKILL);
  coordinator_.reset();
}

void Service::KillWorker() const { kill(ReadPid(home() / "worker" / "pecg-worker.pid"), SIGKILL); }

void Service::KillJob(const std::string& job) const {
  kill(ReadPid(home() / "worker" / "jobs" / job / "job.pid"), SIGKILL);
}

int Service::Stop() {
  coordinator_->Signal(SIGTERM);
  const int exit_code = coordinator_->WaitForEnd(seconds(30)).value_or(-1000);
  coordinator_.reset();
  return exit_code;
}

Finished Service::Pecg(const std::vector<std::string>& arguments, seconds patience) const {
  return RunProgram("pecg", arguments, environment_, patience);
}

nlohmann::json Service::PecgJson(std::vector<std::string> arguments) const {
  arguments.insert(arguments.end(), {"-o", "json"});
  const Finished finished = Pecg(arguments);
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  if (finished.exit_code != 0) return nullptr;
  return nlohmann::json::parse(finished.out);
}

std::unique_ptr<Program> Service::StartPecg(const std::vector<std::string>& arguments) const {
  return std::make_unique<Program>("pecg", arguments, environment_);
}

std::string Service::Submit(const std::string& yaml) const {
  const fs::path spec = folder_ / "spec.yaml";
  std::ofstream(spec) << yaml;
  const nlohmann::json run = PecgJson({"run", "submit", "-f", spec.string(), "--detach", "--yes"});
  return run.is_null() ? "" : run["name"].get<std::string>().substr(std::string("runs/").size());
}

void Service::AddSyntheticDataset(const std::string& name, int record_count) const {
  const std::string data = (folder_ / name).string();
  const Finished made = RunProgram("pecg-ecg",
                                   {"synthesize", "--out", data, "--records",
                                    std::to_string(record_count), "--seed", "1", "--jobs", "2"},
                                   environment_);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Finished added = Pecg({"dataset", "add", name, "--kind", "zzu_pecg", "--dir", data});
  ASSERT_EQ(added.exit_code, 0) << added.out << added.err;
}

std::string Service::Split(const std::string& dataset) const {
  const nlohmann::json split = PecgJson({"split", "create", "--dataset", dataset, "--seed", "1"});
  return split.is_null() ? ""
                         : split["name"].get<std::string>().substr(std::string("splits/").size());
}

std::string Service::SubmitTraining(const std::string& split) const {
  return Submit("title: crash test\ndataset: demo\nsplit: " + split +
                "\nseed: 3\ndevice: cpu\nthreads: 1\ntrain: {variant: resnet1d, scheme: "
                "plain, targets: [abnormal_a1, chd], epochs: 6, patience: 6, "
                "base_channels: 16, batch_size: 16}\n");
}

MetricPoints Service::MetricsOf(const std::string& run) const {
  MetricPoints points;
  for (const nlohmann::json& series : PecgJson({"run", "metrics", run})) {
    const std::string key = series["key"];
    for (const nlohmann::json& point : PecgJson({"run", "metrics", run, "--key", key})) {
      const bool is_new =
          points.emplace(std::pair(key, ToInt(point["step"])), point["value"]).second;
      EXPECT_TRUE(is_new) << "a point is listed twice: " << key << " " << point;
    }
  }
  return points;
}

std::int64_t ToInt(const nlohmann::json& value) {
  return value.is_string() ? std::stoll(value.get<std::string>()) : value.get<std::int64_t>();
}

}  // namespace pecg
