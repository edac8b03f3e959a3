#include "server/access/policy.h"

#include <algorithm>
#include <iterator>

namespace pecg {
namespace {

/// Who may call a method. Admins may call all of them.
enum class Audience {
  kEverybody,   ///< Whoever holds a token: it only reads.
  kSubmitters,  ///< Those who may submit runs.
  kWorkers,     ///< Workers.
  kAdmins,      ///< Nobody else.
};

struct Entry {
  std::string_view method;
  Audience audience;
};

constexpr Entry kPolicy[] = {
    {"/pecg.v1.ArtifactService/ListArtifacts", Audience::kEverybody},
    {"/pecg.v1.ArtifactService/ReadArtifact", Audience::kEverybody},
    {"/pecg.v1.ArtifactService/WriteArtifact", Audience::kWorkers},
    {"/pecg.v1.DatasetService/CreateDataset", Audience::kSubmitters},
    {"/pecg.v1.DatasetService/GetDataset", Audience::kEverybody},
    {"/pecg.v1.DatasetService/GetDatasetVersion", Audience::kEverybody},
    {"/pecg.v1.DatasetService/ListDatasetVersions", Audience::kEverybody},
    {"/pecg.v1.DatasetService/ListDatasets", Audience::kEverybody},
    {"/pecg.v1.DatasetService/ListIndexEntries", Audience::kEverybody},
    {"/pecg.v1.DatasetService/ListIndexFailures", Audience::kEverybody},
    {"/pecg.v1.MetricService/ListPoints", Audience::kEverybody},
    {"/pecg.v1.MetricService/ListSeries", Audience::kEverybody},
    {"/pecg.v1.RunService/CancelRun", Audience::kSubmitters},
    {"/pecg.v1.RunService/CreateRun", Audience::kSubmitters},
    {"/pecg.v1.RunService/GetRun", Audience::kEverybody},
    {"/pecg.v1.RunService/ListAttempts", Audience::kEverybody},
    {"/pecg.v1.RunService/ListRuns", Audience::kEverybody},
    {"/pecg.v1.RunService/ReadLog", Audience::kEverybody},
    {"/pecg.v1.RunService/WatchRun", Audience::kEverybody},
    {"/pecg.v1.SplitService/CreateSplit", Audience::kSubmitters},
    {"/pecg.v1.SplitService/GetSplit", Audience::kEverybody},
    {"/pecg.v1.SplitService/ListSplitAssignments", Audience::kEverybody},
    {"/pecg.v1.SplitService/ListSplits", Audience::kEverybody},
    {"/pecg.v1.SplitService/ListTestLooks", Audience::kEverybody},
    {"/pecg.v1.UserService/CreateUser", Audience::kAdmins},
    {"/pecg.v1.UserService/GetCaller", Audience::kEverybody},
    {"/pecg.v1.UserService/ListUsers", Audience::kEverybody},
    {"/pecg.v1.WorkerService/ListWorkers", Audience::kEverybody},
    {"/pecg.v1.WorkerService/Session", Audience::kWorkers},
};

bool Includes(Audience audience, UserRole role) {
  switch (role) {
    case UserRole::kViewer:
      return audience == Audience::kEverybody;
    case UserRole::kSubmitter:
      return audience == Audience::kEverybody || audience == Audience::kSubmitters;
    case UserRole::kWorker:
      return audience == Audience::kEverybody || audience == Audience::kWorkers;
    case UserRole::kAdmin:
      return true;
  }
  return false;
}

}  // namespace

bool MayCall(std::string_view method, UserRole role) {
  const auto* const entry =
      std::find_if(std::begin(kPolicy), std::end(kPolicy),
                   [method](const Entry& candidate) { return candidate.method == method; });
  return entry != std::end(kPolicy) && Includes(entry->audience, role);
}

bool MayActForOthers(UserRole role) { return role == UserRole::kAdmin; }

std::vector<std::string_view> PolicyMethods() {
  std::vector<std::string_view> methods;
  for (const Entry& entry : kPolicy) methods.push_back(entry.method);
  return methods;
}

}  // namespace pecg
