#ifndef PECG_BASE_DID_YOU_MEAN_H_
#define PECG_BASE_DID_YOU_MEAN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pecg {

/// Counts the insertions, deletions, substitutions and swaps of neighbours (each once) that turn
/// one text into the other, byte by byte. Source: Damerau-Levenshtein, optimal string alignment.
size_t EditDistance(std::string_view left, std::string_view right);

/// Returns the candidate nearest to `name`, ignoring case: at most a third of its length away, or
/// beginning with it; empty if there is none. Ties go to the first candidate.
std::string ClosestName(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace pecg

#endif  // PECG_BASE_DID_YOU_MEAN_H_
