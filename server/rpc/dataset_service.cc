#include "server/rpc/dataset_service.h"

#include <absl/strings/ascii.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error_detail.h"
#include "base/status.h"
#include "server/rpc/convert.h"
#include "server/rpc/once.h"
#include "server/rpc/page.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/run_spec_check.h"
#include "storage/dataset_store.h"

namespace pecg {
namespace {

constexpr size_t kKindLengthLimit = 63;

/// A kind is a name. Whether there is a reader of that name is the workers' to say: they have the
/// readers, and may be newer than this coordinator.
absl::Status CheckKind(const std::string& kind) {
  const bool is_name =
      !kind.empty() && kind.size() <= kKindLengthLimit && 'a' <= kind.front() &&
      kind.front() <= 'z' && std::ranges::all_of(kind, [](unsigned char letter) {
        return absl::ascii_islower(letter) || absl::ascii_isdigit(letter) || letter == '_';
      });
  if (is_name) return absl::OkStatus();
  return BadField("dataset.kind",
                  kind.empty() ? "it is missing" : "not the name of a kind: " + kind,
                  "kinds are lower-case words joined by _, as in zzu_pecg");
}

/// Returns a version by its resource name.
absl::StatusOr<DatasetVersion> FindVersion(Snapshot& snapshot, const std::string& name,
                                           std::string_view field) {
  PECG_ASSIGN_OR_RETURN(const DatasetVersionId id, ParseDatasetVersionName(name, field));
  return GetDatasetVersion(snapshot, id.dataset, id.version);
}

}  // namespace

grpc::ServerUnaryReactor* DatasetServiceDoor::CreateDataset(grpc::CallbackServerContext* context,
                                                            const v1::CreateDatasetRequest* request,
                                                            v1::CreateDatasetResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/CreateDataset",
      [=, this](const Caller& caller) { return Create(*request, caller, response); });
}

absl::Status DatasetServiceDoor::Create(const v1::CreateDatasetRequest& request,
                                        const Caller& caller, v1::CreateDatasetResponse* response) {
  PECG_ASSIGN_OR_RETURN(const std::string name,
                        ParseDatasetName(request.dataset().name(), "dataset.name"));
  PECG_RETURN_IF_ERROR(CheckKind(request.dataset().kind()));
  v1::CreateDatasetRequest content = request;
  content.clear_request_id();
  PECG_ASSIGN_OR_RETURN(const RequestKey key, MakeRequestKey("DatasetService/CreateDataset", caller,
                                                             request.request_id(), content));
  const Dataset dataset{name, request.dataset().kind(), caller.user, parts_.clock->Now(), ""};
  return DoOnce(parts_.writer, key, dataset.create_time, response,
                [&](Transaction& transaction) -> absl::Status {
                  const absl::Status stored = InsertDataset(transaction, dataset);
                  if (absl::IsAlreadyExists(stored)) {
                    return DetailedError(stored.code(),
                                         {fmt::format("there is a dataset {} already", name),
                                          "dataset.name", "choose another name"});
                  }
                  PECG_RETURN_IF_ERROR(stored);
                  *response->mutable_dataset() = ToMessage(dataset);
                  return absl::OkStatus();
                })
      .status();
}

grpc::ServerUnaryReactor* DatasetServiceDoor::GetDataset(grpc::CallbackServerContext* context,
                                                         const v1::GetDatasetRequest* request,
                                                         v1::GetDatasetResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/GetDataset", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const std::string name, ParseDatasetName(request->name(), "name"));
        PECG_ASSIGN_OR_RETURN(const Dataset dataset, parts_.readers->Read([&](Snapshot& snapshot) {
          return pecg::GetDataset(snapshot, name);
        }));
        *response->mutable_dataset() = ToMessage(dataset);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DatasetServiceDoor::ListDatasets(grpc::CallbackServerContext* context,
                                                           const v1::ListDatasetsRequest* request,
                                                           v1::ListDatasetsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/ListDatasets", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const std::string after, KeyOf(request->page_token()));
        PECG_ASSIGN_OR_RETURN(const std::vector<Dataset> datasets,
                              parts_.readers->Read([&](Snapshot& snapshot) {
                                return pecg::ListDatasets(snapshot, after, limit);
                              }));
        for (const Dataset& dataset : datasets) *response->add_datasets() = ToMessage(dataset);
        if (static_cast<int64_t>(datasets.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(datasets.back().name));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DatasetServiceDoor::GetDatasetVersion(
    grpc::CallbackServerContext* context, const v1::GetDatasetVersionRequest* request,
    v1::GetDatasetVersionResponse* response) {
  return parts_.answerer->Answer(context, "/pecg.v1.DatasetService/GetDatasetVersion",
                                 [=, this](const Caller&) -> absl::Status {
                                   PECG_ASSIGN_OR_RETURN(
                                       const DatasetVersion version,
                                       parts_.readers->Read([&](Snapshot& snapshot) {
                                         return FindVersion(snapshot, request->name(), "name");
                                       }));
                                   *response->mutable_dataset_version() = ToMessage(version);
                                   return absl::OkStatus();
                                 });
}

grpc::ServerUnaryReactor* DatasetServiceDoor::ListDatasetVersions(
    grpc::CallbackServerContext* context, const v1::ListDatasetVersionsRequest* request,
    v1::ListDatasetVersionsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/ListDatasetVersions",
      [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const std::string name,
                              ParseDatasetName(request->parent(), "parent"));
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const int64_t before,
                              NumberOf(request->page_token(), std::numeric_limits<int64_t>::max()));
        using Versions = std::vector<DatasetVersion>;
        PECG_ASSIGN_OR_RETURN(
            const Versions versions,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Versions> {
              PECG_RETURN_IF_ERROR(pecg::GetDataset(snapshot, name).status());
              return pecg::ListDatasetVersions(snapshot, name, before, limit);
            }));
        for (const DatasetVersion& version : versions) {
          *response->add_dataset_versions() = ToMessage(version);
        }
        if (static_cast<int64_t>(versions.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(versions.back().id));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DatasetServiceDoor::ListIndexEntries(
    grpc::CallbackServerContext* context, const v1::ListIndexEntriesRequest* request,
    v1::ListIndexEntriesResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/ListIndexEntries",
      [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const int64_t after, NumberOf(request->page_token(), -1));
        using Rows = std::vector<IndexEntryRow>;
        PECG_ASSIGN_OR_RETURN(
            const Rows rows, parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Rows> {
              PECG_ASSIGN_OR_RETURN(const DatasetVersion version,
                                    FindVersion(snapshot, request->parent(), "parent"));
              return pecg::ListIndexEntries(snapshot, version.id, after, limit);
            }));
        for (const IndexEntryRow& row : rows) {
          if (!response->add_index_entries()->ParseFromString(row.entry)) {
            return DataLoss("record {} of a dataset version is damaged", row.ordinal);
          }
        }
        if (static_cast<int64_t>(rows.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(rows.back().ordinal));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DatasetServiceDoor::ListIndexFailures(
    grpc::CallbackServerContext* context, const v1::ListIndexFailuresRequest* request,
    v1::ListIndexFailuresResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.DatasetService/ListIndexFailures",
      [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const int64_t after, NumberOf(request->page_token(), -1));
        using Rows = std::vector<IndexFailureRow>;
        PECG_ASSIGN_OR_RETURN(
            const Rows rows, parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Rows> {
              PECG_ASSIGN_OR_RETURN(const DatasetVersion version,
                                    FindVersion(snapshot, request->parent(), "parent"));
              return pecg::ListIndexFailures(snapshot, version.id, after, limit);
            }));
        for (const IndexFailureRow& row : rows) *response->add_index_failures() = ToMessage(row);
        if (static_cast<int64_t>(rows.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(rows.back().ordinal));
        }
        return absl::OkStatus();
      });
}

}  // namespace pecg
