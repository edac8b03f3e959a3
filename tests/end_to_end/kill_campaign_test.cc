// Kills a process at random moments, again and again: a few rounds in the everyday suite, as many
// as PECG_KILL_ROUNDS says in tests/campaign.sh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <map>
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

/// Submits one run after the other until `done`, each with the same command until it succeeds.
/// Returns the titles of the runs that were acknowledged.
std::set<std::string> SubmitUntil(const std::atomic<bool>& done, const Service& service,
                                  const std::string& spec, int client) {
  std::set<std::string> acknowledged;
  for (int number = 0; !done; ++number) {
    const std::string title = "client" + std::to_string(client) + "-" + std::to_string(number);
    const std::vector<std::string> command = {"run",   "submit",         "-f",       spec,
                                              "--set", "title=" + title, "--detach", "--yes"};
    Finished finished = service.Pecg(command);
    while (finished.exit_code == kExitUnavailable) finished = service.Pecg(command);
    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    if (finished.exit_code != 0) break;
    acknowledged.insert(title);
  }
  return acknowledged;
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
  std::vector<std::set<std::string>> acknowledged(kClientCount);
  std::vector<std::thread> clients;
  for (int client = 0; client < kClientCount; ++client) {
    clients.emplace_back([&, client] {
      acknowledged[static_cast<std::size_t>(client)] = SubmitUntil(done, service, spec, client);
    });
  }
  std::mt19937 random(20261122);
  const int rounds = KillRounds(10);
  for (int round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
    PassTime(random, milliseconds(20), milliseconds(140));
    service.KillCoordinator();
    service.Start();
  }
  done = true;
  for (std::thread& client : clients) client.join();

  std::map<std::string, int> stored;
  for (const nlohmann::json& run : service.PecgJson({"run", "ls", "--limit", "0"})) {
    ++stored[run["spec"]["title"].get<std::string>()];
  }
  std::size_t count = 0;
  for (const std::set<std::string>& titles : acknowledged) {
    count += titles.size();
    for (const std::string& title : titles) EXPECT_EQ(stored[title], 1) << title;
  }
  for (const auto& [title, times] : stored) EXPECT_EQ(times, 1) << title;
  EXPECT_GE(count, static_cast<std::size_t>(kClientCount));
  std::cout << rounds << " kills, " << count << " runs acknowledged\n";
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
