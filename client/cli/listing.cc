#include "client/cli/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/did_you_mean.h"
#include "base/error_detail.h"
#include "base/status.h"
#include "client/cli/human.h"
#include "client/cli/message_json.h"
#include "client/cli/table.h"

namespace pecg {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

/// Returns what lies at a dotted path; null where something on the way is null or not set, and a
/// list where the path goes through one.
Json At(const Json& value, std::string_view path) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& item : value) list.push_back(At(item, path));
    return list;
  }
  if (!value.is_object()) return nullptr;
  const size_t dot = path.find('.');
  const auto member = value.find(std::string(path.substr(0, dot)));
  if (member == value.end()) return nullptr;
  return dot == std::string_view::npos ? *member : At(*member, path.substr(dot + 1));
}

/// A value as text, exact: for CSV, and for tables where nothing nicer is known.
std::string ExactText(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::vector<std::string> items;
  for (const Json& item : value) items.push_back(ExactText(item));
  return fmt::format("{}", fmt::join(items, ";"));
}

std::string CellText(const Json& value, CellKind kind, absl::Time now) {
  if (value.is_null()) return "-";
  if (value.is_array()) {
    std::vector<std::string> items;
    for (const Json& item : value) items.push_back(CellText(item, kind, now));
    return items.empty() ? "-" : fmt::format("{}", fmt::join(items, ", "));
  }
  switch (kind) {
    case CellKind::kName:
      if (value.is_string()) return HumanName(value.get<std::string>());
      break;
    case CellKind::kVersion:
      if (value.is_string()) return HumanVersion(value.get<std::string>());
      break;
    case CellKind::kArtifact:
      if (value.is_string()) return HumanArtifact(value.get<std::string>());
      break;
    case CellKind::kCount:
      if (value.is_number_integer()) return HumanCount(value.get<int64_t>());
      break;
    case CellKind::kNumber:
      if (value.is_number()) return HumanNumber(value.get<double>());
      break;
    case CellKind::kBytes:
      if (value.is_number_integer()) return HumanBytes(value.get<int64_t>());
      break;
    case CellKind::kDuration:
      if (value.is_number()) return HumanDuration(absl::Seconds(value.get<double>()));
      break;
    case CellKind::kShare:
      if (value.is_number()) return fmt::format("{:.1f} %", 100 * value.get<double>());
      break;
    case CellKind::kAge: {
      absl::Time time;
      std::string error;
      if (value.is_string() &&
          absl::ParseTime(absl::RFC3339_full, value.get<std::string>(), &time, &error)) {
        return HumanAge(time, now);
      }
      break;
    }
    case CellKind::kText:
      break;
  }
  const std::string text = ExactText(value);
  return text.empty() ? "-" : text;
}

bool IsRightAligned(CellKind kind) {
  return kind == CellKind::kCount || kind == CellKind::kNumber || kind == CellKind::kBytes ||
         kind == CellKind::kShare;
}

std::string CsvCell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

CellKind KindOf(const FieldDescriptor& field) {
  const Descriptor* type = field.message_type();
  if (type != nullptr && type->full_name() == "google.protobuf.Timestamp") return CellKind::kAge;
  if (type != nullptr && type->full_name() == "google.protobuf.Duration") {
    return CellKind::kDuration;
  }
  const bool is_real = field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
                       field.cpp_type() == FieldDescriptor::CPPTYPE_FLOAT;
  return is_real ? CellKind::kNumber : CellKind::kText;
}

/// The field at a dotted path; null if the type has none.
const FieldDescriptor* FindField(const Descriptor* type, std::string_view path) {
  while (type != nullptr) {
    const size_t dot = path.find('.');
    const FieldDescriptor* field = type->FindFieldByName(std::string(path.substr(0, dot)));
    if (field == nullptr || dot == std::string_view::npos) return field;
    type = field->is_map() ? nullptr : field->message_type();
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

absl::Status UnknownColumn(const Descriptor& type, const std::string& path) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.emplace_back(type.field(i)->name());
  const std::string closest = ClosestName(path, names);
  return DetailedError(absl::StatusCode::kInvalidArgument,
                       {fmt::format("unknown column \"{}\"", path), "--columns",
                        closest.empty() ? fmt::format("columns: {}", fmt::join(names, ", "))
                                        : fmt::format("did you mean \"{}\"?", closest)});
}

std::string FormatCsv(const std::vector<Json>& rows, const std::vector<ListingColumn>& columns,
                      bool with_header) {
  const auto line = [&](auto cell) {
    std::vector<std::string> cells;
    for (const ListingColumn& column : columns) cells.push_back(CsvCell(cell(column.path)));
    return fmt::format("{}\n", fmt::join(cells, ","));
  };
  std::string text;
  if (with_header) text += line([](const std::string& path) { return path; });
  for (const Json& row : rows) {
    text += line([&](const std::string& path) { return ExactText(At(row, path)); });
  }
  return text;
}

std::string DumpJson(const Json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

void Listing::Add(const google::protobuf::Message& message) {
  rows_.push_back(MessageToJson(message));
}

absl::StatusOr<std::vector<ListingColumn>> Listing::Choose(
    const std::vector<std::string>& paths) const {
  if (paths.empty()) return columns_;
  std::vector<ListingColumn> chosen;
  for (const std::string& path : paths) {
    const FieldDescriptor* field = FindField(type_, path);
    if (field == nullptr) return UnknownColumn(*type_, path);
    const auto usual =
        std::find_if(columns_.begin(), columns_.end(),
                     [&](const ListingColumn& column) { return column.path == path; });
    if (usual != columns_.end()) {
      chosen.push_back(*usual);
      continue;
    }
    std::string header = path;
    std::transform(header.begin(), header.end(), header.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    chosen.push_back({path, header, KindOf(*field)});
  }
  return chosen;
}

absl::StatusOr<std::string> Listing::Format(const OutputOptions& options, const Style& style,
                                            absl::Time now) const {
  PECG_ASSIGN_OR_RETURN(const std::vector<ListingColumn> columns, Choose(options.columns));
  if (options.format == OutputFormat::kCsv) return FormatCsv(rows_, columns, options.with_header);
  if (options.format == OutputFormat::kTable) {
    Table table;
    for (const ListingColumn& column : columns) {
      table.columns.push_back({column.header, IsRightAligned(column.kind)});
    }
    for (const Json& row : rows_) {
      auto& cells = table.rows.emplace_back();
      for (const ListingColumn& column : columns) {
        cells.push_back(Printable(CellText(At(row, column.path), column.kind, now)));
      }
    }
    return rows_.empty() ? "" : FormatTable(table, style, options.with_header);
  }
  Json array = Json::array();
  for (const Json& row : rows_) {
    if (options.columns.empty()) {
      array.push_back(row);
      continue;
    }
    Json object = Json::object();
    for (const ListingColumn& column : columns) object[column.path] = At(row, column.path);
    array.push_back(std::move(object));
  }
  if (options.format == OutputFormat::kJson) return DumpJson(array, 2) + "\n";
  std::string text;
  for (const Json& object : array) text += DumpJson(object, -1) + "\n";
  return text;
}

}  // namespace pecg
