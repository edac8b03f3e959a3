#include <absl/time/clock.h>
#include <fmt/format.h>

#include "base/ids.h"
#include "base/status.h"
#include "client/cli/commands.h"
#include "client/cli/error_report.h"
#include "client/cli/human.h"
#include "client/cli/list_all.h"
#include "client/cli/table.h"
#include "pecg/v1/split.grpc.pb.h"

namespace pecg {
namespace {

std::string PartName(int fold) { return fold == 4 ? "test" : fmt::format("fold {}", fold); }

/// One row per stratum, one column per part: how far each part's share is from the whole's.
Table StrataTable(const v1::Split& split) {
  Table table;
  table.columns = {{"STRATUM", false}, {"WHOLE", true}};
  for (const v1::SplitPart& part : split.parts()) {
    table.columns.push_back({PartName(part.fold()), true});
  }
  if (split.parts().empty()) return table;
  for (int i = 0; i < split.parts(0).strata_size(); ++i) {
    const v1::StratumShare& first = split.parts(0).strata(i);
    auto& cells = table.rows.emplace_back();
    cells = {Printable(first.stratum()), fmt::format("{:.1f} %", 100 * first.whole_share())};
    for (const v1::SplitPart& part : split.parts()) {
      const bool has_it = i < part.strata_size() && part.strata(i).stratum() == first.stratum();
      cells.push_back(has_it ? fmt::format("{:.1f} % ({})", 100 * part.strata(i).share(),
                                           HumanCount(part.strata(i).patient_count()))
                             : "-");
    }
  }
  return table;
}

absl::Status PrintSplit(Session* session, const v1::Split& split) {
  PECG_ASSIGN_OR_RETURN(const bool printed, session->PrintMessage(split));
  if (printed) return absl::OkStatus();
  session->Print(fmt::format("split {}\nof {}, seed {}; the test was looked at {} times\n\n",
                             HumanName(split.name()), HumanVersion(split.dataset_version()),
                             split.seed(), split.test_look_count()));
  Listing parts(v1::SplitPart::descriptor(), {{"fold", "FOLD", CellKind::kText},
                                              {"patient_count", "PATIENTS", CellKind::kCount},
                                              {"record_count", "RECORDS", CellKind::kCount}});
  for (const v1::SplitPart& part : split.parts()) parts.Add(part);
  PECG_RETURN_IF_ERROR(session->PrintListing(parts, "no parts"));
  session->Print("\nPatients of each part in a stratum, fold 4 is the locked test\n");
  session->Print(FormatTable(StrataTable(split), session->streams().out_style,
                             session->line().output.with_header));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> SplitCreate(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::CreateSplitRequest request;
  request.mutable_split()->set_dataset_version(ResourceName("datasets", session->line().dataset) +
                                               "/versions/latest");
  request.mutable_split()->set_seed(session->line().seed);
  request.set_request_id(NewUuidV7(absl::Now()));
  // Dealing tens of thousands of patients takes longer than a look-up.
  const absl::StatusOr<v1::CreateSplitResponse> response =
      coordinator->Call(&v1::SplitService::Stub::CreateSplit, request, absl::Minutes(2));
  if (!response.ok()) return WithRequest(response.status(), request.request_id());
  PECG_RETURN_IF_ERROR(PrintSplit(session, response->split()));
  session->Say(fmt::format("next: pecg run submit -f train.yaml --set split={}",
                           HumanName(response->split().name())));
  return kExitOk;
}

absl::StatusOr<ExitCode> SplitShow(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  v1::GetSplitRequest request;
  request.set_name(ResourceName("splits", session->line().name));
  const absl::StatusOr<v1::GetSplitResponse> response =
      coordinator->Call(&v1::SplitService::Stub::GetSplit, request);
  if (!response.ok()) {
    return absl::IsNotFound(response.status()) ? WithHint(response.status(), "pecg split ls")
                                               : response.status();
  }
  PECG_RETURN_IF_ERROR(PrintSplit(session, response->split()));
  return kExitOk;
}

absl::StatusOr<ExitCode> SplitList(Session* session) {
  PECG_ASSIGN_OR_RETURN(Coordinator* const coordinator, session->Connect());
  Listing listing(v1::Split::descriptor(), {{"name", "SPLIT", CellKind::kName},
                                            {"dataset_version", "VERSION", CellKind::kVersion},
                                            {"seed", "SEED", CellKind::kCount},
                                            {"test_look_count", "TEST LOOKS", CellKind::kCount},
                                            {"user", "USER", CellKind::kName},
                                            {"create_time", "MADE", CellKind::kAge}});
  PECG_RETURN_IF_ERROR(ListAll(
      coordinator, &v1::SplitService::Stub::ListSplits, v1::ListSplitsRequest(),
      [](const v1::ListSplitsResponse& response) { return response.splits(); },
      session->line().limit, [&](const v1::Split& split) { listing.Add(split); }));
  PECG_RETURN_IF_ERROR(
      session->PrintListing(listing, "no splits; make one: pecg split create --dataset NAME"));
  return kExitOk;
}

}  // namespace pecg
