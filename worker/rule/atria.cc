#include <fmt/format.h>

#include "worker/rule/criterion_table.h"
#include "worker/rule/judge_family.h"

namespace pecg {

void JudgeAtria(RuleCase* rule_case) {
  const RuleCase& c = *rule_case;
  const auto height = [&](Lead lead) {
    return c.Of(c.ecg().Of(lead).p_positive_mv, fmt::format("P {}", NameOf(lead)), "mV");
  };
  Judge right(c, "K141");
  const auto tallest = LimitOf("K141", c.age_days());
  const Evidence tall = Any({right.Above("K141", height(Lead::kII), tallest),
                             right.Above("K141", height(Lead::kV1), tallest)});
  rule_case->Add(right.Decide(tall));

  Judge left(c, "K140");
  const LeadMeasurements& v1 = c.ecg().Of(Lead::kV1);
  const Observed terminal = c.Of(v1.p_terminal_mv_ms, "terminal P V1", "mV*ms");
  const Observed depth = c.Of(v1.p_negative_mv, "negative P V1", "mV");
  const Evidence force = left.Together([&] {
    return All({left.AtLeast("K140_terminal", terminal, LimitOf("K140_terminal")),
                left.AtMost("K140_depth", depth, LimitOf("K140_depth"))});
  });
  const Evidence wide = Any(
      {left.Above("K140", c.Of(c.ecg().intervals.p_ms, "P duration", "ms"), c.P98("p_duration")),
       force});
  rule_case->Add(left.Decide(wide));
}

}  // namespace pecg
