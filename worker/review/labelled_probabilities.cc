#include "worker/review/labelled_probabilities.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <set>

#include "worker/ecg/error.h"
#include "worker/review/class_members.h"

namespace pecg {
namespace {

constexpr double kLeastSumTolerance = 0.01;

[[noreturn]] void Refuse(const std::string& what, const std::string& where,
                         const std::string& hint) {
  throw Error(Error::Kind::kCorruptData, what, where, hint);
}

/// Appends the row's probabilities in the order of `columns`, which are positions in the table.
void AppendProbabilities(const RecordTable& table, std::size_t row,
                         const std::vector<std::size_t>& columns, std::vector<double>* values) {
  for (const std::size_t column : columns) {
    const double value = table.Row(row)[column];
    if (std::isnan(value)) {
      Refuse(fmt::format("no probability of class {}", table.columns[column]), table.Place(row),
             "every record needs a probability of every class");
    }
    if (value < 0 || value > 1) {
      Refuse(fmt::format("the probability of class {} is not within 0 and 1: {}",
                         table.columns[column], value),
             table.Place(row), "give probabilities, not logits or per cent");
    }
    values->push_back(value);
  }
}

void CheckRowSum(const RecordTable& table, std::size_t row) {
  const std::span<const double> values = table.Row(row);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  const double rounding = 0.5 * std::pow(10.0, -table.decimal_counts[row]);
  const double tolerance =
      std::max(kLeastSumTolerance, rounding * static_cast<double>(values.size()) * 1.001);
  if (std::abs(sum - 1) <= tolerance) return;
  Refuse(fmt::format("the probabilities of a record sum to {:.6g} instead of 1", sum),
         table.Place(row), "for independent probabilities use --task multilabel");
}

std::int32_t ClassLabel(const RecordTable& labels, std::size_t row, std::size_t column,
                        std::size_t class_count) {
  const double label = labels.Row(row)[column];
  if (label >= 0 && label < static_cast<double>(class_count) && label == std::floor(label)) {
    return static_cast<std::int32_t>(label);
  }
  Refuse(std::isnan(label) ? std::string("no label") : fmt::format("label {} is no class", label),
         labels.Place(row),
         fmt::format("a whole number within 0 and {}: the class's position among the columns of "
                     "the probabilities",
                     class_count - 1));
}

std::uint8_t BinaryLabel(const RecordTable& labels, std::size_t row, std::size_t column) {
  const double label = labels.Row(row)[column];
  if (std::isnan(label)) return kMissingLabel;
  if (label == 0 || label == 1) return static_cast<std::uint8_t>(label);
  Refuse(fmt::format("the label of class {} is neither 0 nor 1: {}", labels.columns[column], label),
         labels.Place(row), "leave the cell empty if the label is missing");
}

/// Position of a class's column.
std::size_t ColumnOf(const RecordTable& table, const std::string& name, const std::string& hint) {
  const auto found = std::ranges::find(table.columns, name);
  if (found == table.columns.end()) {
    throw Error(Error::Kind::kNotFound, fmt::format("no column named {}", name), table.where, hint);
  }
  return static_cast<std::size_t>(found - table.columns.begin());
}

/// For each column of `labels` the one of `probabilities` with its name.
std::vector<std::size_t> MatchClasses(const RecordTable& labels, const RecordTable& probabilities) {
  std::vector<std::size_t> columns;
  for (const std::string& name : labels.columns) {
    columns.push_back(ColumnOf(
        probabilities, name,
        fmt::format("{} has the classes {}", labels.where, fmt::join(labels.columns, ", "))));
  }
  for (const std::string& name : probabilities.columns) {
    ColumnOf(labels, name,
             fmt::format("{} has it: both files need the same classes", probabilities.where));
  }
  return columns;
}

void CheckAnyClassHasBothLabels(const LabelledProbabilities& joined, const std::string& where) {
  const std::size_t class_count = joined.classes.size();
  for (std::size_t k = 0; k < class_count; ++k) {
    bool has_zero = false;
    bool has_one = false;
    for (std::size_t i = k; i < joined.binary_labels.size(); i += class_count) {
      has_zero |= joined.binary_labels[i] == 0;
      has_one |= joined.binary_labels[i] == 1;
    }
    if (has_zero && has_one) return;
  }
  Refuse("no class has both labels 0 and 1", where,
         "with one label only there is nothing to confuse it with");
}

}  // namespace

LabelledProbabilities JoinMulticlass(const RecordTable& labels, const RecordTable& probabilities) {
  const std::size_t label_column = ColumnOf(
      labels, "label", "one column per class, without one named label, is --task multilabel");
  const std::vector<std::size_t> rows = MatchRecords(labels, probabilities);
  LabelledProbabilities joined;
  joined.records = labels.records;
  joined.classes = probabilities.columns;
  if (joined.classes.size() < 2) {
    Refuse(fmt::format("{} class columns, at least 2 needed", joined.classes.size()),
           probabilities.where, "one column of probabilities per class");
  }
  std::vector<std::size_t> columns(joined.classes.size());
  std::iota(columns.begin(), columns.end(), std::size_t{0});
  joined.values.reserve(rows.size() * columns.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    joined.class_labels.push_back(ClassLabel(labels, i, label_column, columns.size()));
    AppendProbabilities(probabilities, rows[i], columns, &joined.values);
    CheckRowSum(probabilities, rows[i]);
  }
  if (std::set(joined.class_labels.begin(), joined.class_labels.end()).size() < 2) {
    Refuse(fmt::format("all labels are of one class: {}", joined.class_labels.front()),
           labels.where, "with one class there is nothing to confuse it with");
  }
  return joined;
}

LabelledProbabilities JoinMultilabel(const RecordTable& labels, const RecordTable& probabilities) {
  const std::vector<std::size_t> columns = MatchClasses(labels, probabilities);
  const std::vector<std::size_t> rows = MatchRecords(labels, probabilities);
  LabelledProbabilities joined;
  joined.records = labels.records;
  joined.classes = labels.columns;
  if (joined.classes.empty()) {
    Refuse("no column of labels", labels.where, "one 0/1 column per class");
  }
  joined.values.reserve(rows.size() * columns.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = 0; k < columns.size(); ++k) {
      joined.binary_labels.push_back(BinaryLabel(labels, i, k));
    }
    AppendProbabilities(probabilities, rows[i], columns, &joined.values);
  }
  CheckAnyClassHasBothLabels(joined, labels.where);
  return joined;
}

}  // namespace pecg
