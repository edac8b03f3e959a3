// Kills a process at random moments, again and again: a few rounds in the everyday suite, as many
// as PECG_KILL_ROUNDS says in tests/campaign.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/service.h"
#include "tests/kill_rounds.h"

namespace pecg {
namespace {

using std::chrono::milliseconds;

constexpr int kClientCount = 4;
constexpr int kExitUnavailable = 6;  // `pecg help exit-codes`

/// Lets a random time of `shortest` to `longest` pass, so that the kill hits any point of the work.
void PassTime(std::mt19937& random, milliseconds shortest, milliseconds longest) {
  std::uniform_int_distribution<milliseconds::rep> length(shortest.count(), longest.count());
  std::this_thread::sleep_for(milliseconds(length(random)));
}

/// What the clients have been told is stored. Thread-safe.
class Acknowledged {
 public:
  void Add(const std::string& title) {
    const std::lock_guard lock(mutex_);
    titles_.insert(title);
    changed_.notify_all();
  }
  /// Waits until there are `count` more than now, but no longer than a minute.
  void WaitForMore(std::size_t count) {
    std::unique_lock lock(mutex_);
    const std::size_t wanted = titles_.size() + count;
    changed_.wait_for(lock, std::chrono::minutes(1), [&] { return titles_.size() >= wanted; });
  }
  std::set<std::string> Titles() {
    const std::lock_guard lock(mutex_);
    return titles_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> titles_;
};

/// Submits one run after the other until `done`, each with the same command until it succeeds.
void SubmitUntil(const std::atomic<bool>& done, const Service& service, const std::string& spec,
                 int client, Acknowledged& acknowledged) {
  for (int number = 0; !done; ++number) {
    const std::string title = "client" + std::to_string(client) + "-" + std::to_string(number);
    const std::vector<std::string> command = {"run",   "submit",         "-f",       spec,
                                              "--set", "title=" + title, "--detach", "--yes"};
    Finished finished = service.Pecg(command);
    while (finished.exit_code == kExitUnavailable) finished = service.Pecg(command);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    if (finished.exit_code != 0) break;
    acknowledged.Add(title);
  }
}

TEST(KillCampaignTest, ACoordinatorKilledUnderSubmittingClientsLosesAndDoublesNoRun) {
  Service service;
  service.Start();
  service.AddSyntheticDataset("demo", 12);
  // No worker here has such a device, so that the runs wait and the machine is left to the kills.
  const std::string spec = (service.folder() / "waiting.yaml").string();
  std::ofstream(spec) << "title: waiting\ndataset: demo\nsplit: " << service.Split("demo")
                      << "\ndevice: cuda\ntrain: {variant: demographics, scheme: plain}\n";

  std::atomic<bool> done = false;
  Acknowledged acknowledged;
  std::vector<std::thread> clients;
  for (int client = 0; client < kClientCount; ++client) {
    clients.emplace_back([&, client] { SubmitUntil(done, service, spec, client, acknowledged); });
  }
  std::mt19937 random(20261122);
  const int rounds = KillRounds(10);
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    acknowledged.WaitForMore(random() % 8);
    PassTime(random, milliseconds(0), milliseconds(40));
    service.KillCoordinator();
    service.Start();
  }
  done = true;
  for (std::thread& client : clients) client.join();

  std::map<std::string, int> stored;
  for (const nlohmann::json& run : service.PecgJson({"run", "ls", "--limit", "0"})) {
    ++stored[run["spec"]["title"].get<std::string>()];
  }
  const std::set<std::string> titles = acknowledged.Titles();
  for (const std::string& title : titles) EXPECT_EQ(stored[title], 1) << title;
  for (const auto& [title, times] : stored) EXPECT_EQ(times, 1) << title;
  EXPECT_GE(titles.size(), static_cast<std::size_t>(rounds));
  std::cout << rounds << " kills, " << titles.size() << " runs acknowledged\n";
}

TEST(KillCampaignTest, ATrainingWhoseAgentIsKilledAtAnyMomentGivesTheSameMetrics) {
  Service service;
  service.Start();
  service.AddSyntheticDataset("demo", 60);
  const std::string split = service.Split("demo");
  const std::string whole = service.SubmitTraining(split);
  ASSERT_EQ(service.Pecg({"run", "watch", whole}).exit_code, 0);
  const MetricPoints uninterrupted = service.MetricsOf(whole);
  ASSERT_FALSE(uninterrupted.empty());

  std::mt19937 random(20261122);
  const int rounds = KillRounds(2);
  for (int round = 0; round < rounds; ++round) {
    const std::string run = service.SubmitTraining(split);
    PassTime(random, milliseconds(0), milliseconds(4000));
    service.KillWorker();
    const Finished watched = service.Pecg({"run", "watch", run});
    ASSERT_EQ(watched.exit_code, 0) << "round " << round << "\n" << watched.err;
    ASSERT_EQ(service.MetricsOf(run), uninterrupted) << "round " << round;
  }
}

}  // namespace
}  // namespace pecg
