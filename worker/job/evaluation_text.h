#ifndef PECG_WORKER_JOB_EVALUATION_TEXT_H_
#define PECG_WORKER_JOB_EVALUATION_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "pecg/v1/evaluation.pb.h"

namespace pecg {

/// A figure for people, `0.812 [0.790, 0.834]`; `-` where it is not defined, without the interval
/// where that is not.
std::string FigureText(const v1::Estimate& estimate);

/// A subgroup's number of patients; `<5` when it is not told.
std::string SubgroupCountText(bool told, std::int64_t count);

/// `validation`, `out of fold`, `locked test`; the name itself for another role.
std::string_view RoleTitle(std::string_view role);

/// One line on how often the split's locked test had been looked at.
std::string TestLookText(const v1::Evaluation& evaluation);

/// True when the figures come from synthetic data.
bool IsSynthetic(const v1::Evaluation& evaluation);

/// One JSON object with the fields of pecg.v1.Evaluation, all of them; null for NaN and for what is
/// absent.
std::string EvaluationJson(const v1::Evaluation& evaluation);

/// For a terminal: where the figures come from, then one table per role.
std::string EvaluationText(const v1::Evaluation& evaluation);

}  // namespace pecg

#endif  // PECG_WORKER_JOB_EVALUATION_TEXT_H_
