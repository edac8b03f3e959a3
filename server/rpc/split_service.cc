#include "server/rpc/split_service.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "server/rpc/convert.h"
#include "server/rpc/index_entries.h"
#include "server/rpc/once.h"
#include "server/rpc/page.h"
#include "server/rpc/resource_name.h"
#include "server/rpc/split_maker.h"
#include "storage/dataset_store.h"
#include "storage/split_store.h"

namespace pecg {
namespace {

struct VersionAndEntries {
  DatasetVersion version;
  std::vector<v1::IndexEntry> entries;
};

absl::StatusOr<VersionAndEntries> ReadVersion(Snapshot& snapshot, const DatasetVersionId& id) {
  VersionAndEntries found;
  PECG_ASSIGN_OR_RETURN(found.version, GetDatasetVersion(snapshot, id.dataset, id.version));
  PECG_ASSIGN_OR_RETURN(found.entries, ReadIndexEntries(snapshot, found.version.id));
  return found;
}

absl::StatusOr<Split> FindSplit(Snapshot& snapshot, const std::string& name,
                                std::string_view field) {
  PECG_ASSIGN_OR_RETURN(const std::string sha256, ParseSplitName(name, field));
  return GetSplit(snapshot, sha256);
}

}  // namespace

grpc::ServerUnaryReactor* SplitServiceDoor::CreateSplit(grpc::CallbackServerContext* context,
                                                        const v1::CreateSplitRequest* request,
                                                        v1::CreateSplitResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.SplitService/CreateSplit",
      [=, this](const Caller& caller) { return Create(*request, caller, response); });
}

absl::Status SplitServiceDoor::Create(const v1::CreateSplitRequest& request, const Caller& caller,
                                      v1::CreateSplitResponse* response) {
  v1::CreateSplitRequest content = request;
  content.clear_request_id();
  PECG_ASSIGN_OR_RETURN(const RequestKey key, MakeRequestKey("SplitService/CreateSplit", caller,
                                                             request.request_id(), content));
  PECG_ASSIGN_OR_RETURN(
      const DatasetVersionId id,
      ParseDatasetVersionName(request.split().dataset_version(), "split.dataset_version"));
  // Dealing takes a while: not in the transaction. The version cannot change meanwhile.
  PECG_ASSIGN_OR_RETURN(
      const VersionAndEntries found,
      parts_.readers->Read([&](Snapshot& snapshot) { return ReadVersion(snapshot, id); }));
  const std::vector<std::string> strata(request.split().strata_targets().begin(),
                                        request.split().strata_targets().end());
  PECG_ASSIGN_OR_RETURN(DealtSplit dealt,
                        DealSplit(found.version, found.entries, request.split().seed(), strata));
  dealt.split.user = caller.user;
  dealt.split.create_time = parts_.clock->Now();
  return DoOnce(
             parts_.writer, key, dealt.split.create_time, response,
             [&](Transaction& transaction) -> absl::Status {
               PECG_RETURN_IF_ERROR(InsertSplit(transaction, dealt.split, dealt.patients).status());
               PECG_ASSIGN_OR_RETURN(const Split split,
                                     pecg::GetSplit(transaction, dealt.split.sha256));
               *response->mutable_split() = ToMessage(split);
               return absl::OkStatus();
             })
      .status();
}

grpc::ServerUnaryReactor* SplitServiceDoor::GetSplit(grpc::CallbackServerContext* context,
                                                     const v1::GetSplitRequest* request,
                                                     v1::GetSplitResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.SplitService/GetSplit", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const Split split, parts_.readers->Read([&](Snapshot& snapshot) {
          return FindSplit(snapshot, request->name(), "name");
        }));
        *response->mutable_split() = ToMessage(split);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* SplitServiceDoor::ListSplits(grpc::CallbackServerContext* context,
                                                       const v1::ListSplitsRequest* request,
                                                       v1::ListSplitsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.SplitService/ListSplits", [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const int64_t before,
                              NumberOf(request->page_token(), std::numeric_limits<int64_t>::max()));
        PECG_ASSIGN_OR_RETURN(const std::vector<Split> splits,
                              parts_.readers->Read([&](Snapshot& snapshot) {
                                return pecg::ListSplits(snapshot, limit, before);
                              }));
        for (const Split& split : splits) *response->add_splits() = ToMessage(split);
        if (static_cast<int64_t>(splits.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(splits.back().id));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* SplitServiceDoor::ListSplitAssignments(
    grpc::CallbackServerContext* context, const v1::ListSplitAssignmentsRequest* request,
    v1::ListSplitAssignmentsResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.SplitService/ListSplitAssignments",
      [=, this](const Caller&) -> absl::Status {
        PECG_ASSIGN_OR_RETURN(const int64_t limit, PageSize(request->page_size()));
        PECG_ASSIGN_OR_RETURN(const std::string after, KeyOf(request->page_token()));
        using Places = std::vector<PatientFold>;
        PECG_ASSIGN_OR_RETURN(
            const Places places,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Places> {
              PECG_ASSIGN_OR_RETURN(const Split split,
                                    FindSplit(snapshot, request->parent(), "parent"));
              return ListPatientFolds(snapshot, split.id, after, limit);
            }));
        for (const PatientFold& place : places) {
          *response->add_split_assignments() = ToMessage(place);
        }
        if (static_cast<int64_t>(places.size()) == limit) {
          response->set_next_page_token(PageTokenAfter(places.back().patient_id));
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* SplitServiceDoor::ListTestLooks(grpc::CallbackServerContext* context,
                                                          const v1::ListTestLooksRequest* request,
                                                          v1::ListTestLooksResponse* response) {
  return parts_.answerer->Answer(
      context, "/pecg.v1.SplitService/ListTestLooks", [=, this](const Caller&) -> absl::Status {
        using Looks = std::vector<TestLookRow>;
        PECG_ASSIGN_OR_RETURN(
            const Looks looks,
            parts_.readers->Read([&](Snapshot& snapshot) -> absl::StatusOr<Looks> {
              PECG_ASSIGN_OR_RETURN(const Split split,
                                    FindSplit(snapshot, request->parent(), "parent"));
              return pecg::ListTestLooks(snapshot, split.id);
            }));
        for (const TestLookRow& look : looks) *response->add_test_looks() = ToMessage(look);
        return absl::OkStatus();
      });
}

}  // namespace pecg
