#include "client/cli/session.h"

#include <absl/time/clock.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "base/error_detail.h"
#include "base/status.h"
#include "client/cli/message_json.h"

namespace pecg {

Session::Session(CommandLine line, Streams streams, Environment environment)
    : line_(std::move(line)), streams_(streams), environment_(std::move(environment)) {}

absl::StatusOr<Home> Session::FindHome() const { return Home::Find(line_.home); }

absl::StatusOr<Coordinator*> Session::Connect() {
  if (coordinator_ == nullptr) {
    PECG_ASSIGN_OR_RETURN(const Home home, FindHome());
    PECG_ASSIGN_OR_RETURN(const CoordinatorAddress address,
                          FindCoordinatorAddress(line_.address, home, environment_));
    PECG_RETURN_IF_ERROR(CheckSocket(address));
    PECG_ASSIGN_OR_RETURN(const std::string token, ReadToken(home, environment_));
    coordinator_ = std::make_unique<Coordinator>(address, token);
  }
  return coordinator_.get();
}

bool Session::WantsJson() const {
  return line_.output.format == OutputFormat::kJson || line_.output.format == OutputFormat::kJsonl;
}

void Session::Print(std::string_view text) const { *streams_.out << text << std::flush; }

void Session::Say(std::string_view line) const { *streams_.err << line << std::endl; }

absl::Status Session::PrintListing(const Listing& listing, std::string_view when_empty) const {
  PECG_ASSIGN_OR_RETURN(const std::string text,
                        listing.Format(line_.output, streams_.out_style, absl::Now()));
  Print(text);
  if (listing.empty() && line_.output.format == OutputFormat::kTable) Say(when_empty);
  return absl::OkStatus();
}

absl::StatusOr<bool> Session::PrintMessage(const google::protobuf::Message& message) const {
  if (line_.output.format == OutputFormat::kTable && line_.output.columns.empty()) return false;
  if (line_.output.format == OutputFormat::kJson && line_.output.columns.empty()) {
    Print(MessageToJson(message).dump(2, ' ', false,
                                      nlohmann::ordered_json::error_handler_t::replace) +
          "\n");
    return true;
  }
  std::vector<ListingColumn> columns;
  const auto* type = message.GetDescriptor();
  for (int i = 0; i < type->field_count(); ++i) {
    columns.push_back({std::string(type->field(i)->name()), std::string(type->field(i)->name())});
  }
  Listing listing(type, columns);
  listing.Add(message);
  PECG_RETURN_IF_ERROR(PrintListing(listing, ""));
  return true;
}

bool Session::Confirm(std::string_view question) const {
  if (line_.yes || !streams_.in_is_terminal || !streams_.err_style.is_terminal) return true;
  *streams_.err << question << " [Y/n] " << std::flush;
  std::string answer;
  if (!std::getline(*streams_.in, answer)) return false;
  return answer.empty() || answer == "y" || answer == "Y" || answer == "yes";
}

std::string ResourceName(std::string_view collection, std::string_view id) {
  if (id.size() > collection.size() && id.substr(0, collection.size()) == collection &&
      id[collection.size()] == '/') {
    return std::string(id);
  }
  return fmt::format("{}/{}", collection, id);
}

absl::StatusOr<std::string> RunName(std::string_view id) {
  std::string name = ResourceName("runs", id);
  const std::string_view number = std::string_view(name).substr(std::string_view("runs/").size());
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) {
    return DetailedError(absl::StatusCode::kInvalidArgument,
                         {fmt::format("not a run: \"{}\"", id), "command line",
                          "runs have numbers; `pecg run ls` lists them"});
  }
  return name;
}

}  // namespace pecg
