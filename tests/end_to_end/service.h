#ifndef PECG_TESTS_END_TO_END_SERVICE_H_
#define PECG_TESTS_END_TO_END_SERVICE_H_

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/end_to_end/program.h"

namespace pecg {

/// What a run has measured: (key, step) -> value.
using MetricPoints = std::map<std::pair<std::string, std::int64_t>, nlohmann::json>;

/// A whole service in a temporary home: coordinator, its local worker, and the CLI pointed at them.
/// The destructor ends and deletes all of it.
class Service {
 public:
  Service();
  ~Service();
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  /// Starts the coordinator and waits until it says that it is ready.
  void Start();
  /// SIGKILL to the coordinator; its worker goes on.
  void KillCoordinator();
  /// SIGKILL to the worker's agent; its job goes on without it.
  void KillWorker() const;
  /// SIGKILL to the process of `job` ("3-1": attempt 1 of run 3).
  void KillJob(const std::string& job) const;
  /// SIGTERM to the coordinator; returns its exit code.
  int Stop();

  /// Runs the CLI to its end.
  Finished Pecg(const std::vector<std::string>& arguments,
                std::chrono::seconds patience = std::chrono::seconds(120)) const;
  /// The CLI's answer with `-o json`; fails the test and returns null when it exits with an error.
  nlohmann::json PecgJson(std::vector<std::string> arguments) const;
  /// Starts the CLI and leaves it running.
  std::unique_ptr<Program> StartPecg(const std::vector<std::string>& arguments) const;

  /// Submits a spec and returns the run's number as text.
  std::string Submit(const std::string& yaml) const;
  /// Makes up a dataset, adds it under `name` and waits until it is indexed.
  void AddSyntheticDataset(const std::string& name, int record_count) const;
  /// Splits the newest version of a dataset; returns the split's hash.
  std::string Split(const std::string& dataset) const;

  /// Submits a training run of some seconds on dataset `demo`; returns its number.
  std::string SubmitTraining(const std::string& split) const;
  /// Every point the coordinator lists for a run. Fails the test where one is listed twice.
  MetricPoints MetricsOf(const std::string& run) const;

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path home() const { return folder_ / "home"; }

 private:
  Program::Environment environment_;
  std::filesystem::path folder_;
  std::unique_ptr<Program> coordinator_;
};

/// A 64-bit number, which the CLI's JSON writes as text.
std::int64_t ToInt(const nlohmann::json& value);

}  // namespace pecg

#endif  // PECG_TESTS_END_TO_END_SERVICE_H_
