#include "worker/job/subgroup_membership.h"

#include <functional>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "worker/dataset/age_band.h"
#include "worker/dataset/index.h"

namespace pecg {
namespace {

constexpr double kGoodSqi = 0.9;

/// Whether a record belongs to a group.
using Belongs = std::function<bool(const ScoredRecord& record, const RecordTraits& traits)>;

class Dealer {
 public:
  Dealer(const RoleTarget& role_target, const std::vector<RecordTraits>& traits)
      : role_target_(role_target), traits_(traits) {}

  void Deal(const std::string& family, std::string name, const Belongs& belongs) {
    Subgroup group{.family = family, .name = std::move(name), .records = {}};
    for (std::size_t i = 0; i < role_target_.records.size(); ++i) {
      const ScoredRecord& record = role_target_.records[i];
      if (belongs(record, traits_[role_target_.traits[i]])) group.records.push_back(record);
    }
    if (!group.records.empty()) groups_.push_back(std::move(group));
  }

  void Add(Subgroup group) { groups_.push_back(std::move(group)); }

  std::vector<Subgroup> Take() { return std::move(groups_); }

 private:
  const RoleTarget& role_target_;
  const std::vector<RecordTraits>& traits_;
  std::vector<Subgroup> groups_;
};

void DealByAge(Dealer* dealer) {
  const auto band_of = [](const RecordTraits& traits) {
    return traits.age_days ? AgeBandOf(*traits.age_days) : std::nullopt;
  };
  for (std::size_t band = 0; band < kAgeBands.size(); ++band) {
    dealer->Deal(
        "age", std::string(kAgeBands[band].name),
        [&](const ScoredRecord&, const RecordTraits& traits) { return band_of(traits) == band; });
  }
  dealer->Deal("age", "unknown or older", [&](const ScoredRecord&, const RecordTraits& traits) {
    return !band_of(traits).has_value();
  });
}

void DealBySex(Dealer* dealer) {
  for (const auto& [sex, name] : {std::pair(Sex::kFemale, "female"), std::pair(Sex::kMale, "male"),
                                  std::pair(Sex::kUnknown, "unknown")}) {
    dealer->Deal("sex", name, [wanted = sex](const ScoredRecord&, const RecordTraits& traits) {
      return traits.sex == wanted;
    });
  }
}

void DealByLeads(Dealer* dealer) {
  const auto add = [&](const char* name, auto belongs) {
    dealer->Deal("leads", name, [&](const ScoredRecord&, const RecordTraits& traits) {
      return belongs(traits.leads);
    });
  };
  add("12 leads", [](LeadMask leads) { return leads == LeadMask::All(); });
  add("9 leads", [](LeadMask leads) { return leads == LeadMask::NineLead(); });
  add("other leads",
      [](LeadMask leads) { return leads != LeadMask::All() && leads != LeadMask::NineLead(); });
}

void DealByQuality(Dealer* dealer) {
  const auto add = [&](const char* name, auto belongs) {
    dealer->Deal("quality", name, [&](const ScoredRecord&, const RecordTraits& traits) {
      return belongs(traits.lowest_sqi);
    });
  };
  add("SQI 0.9 or more", [](std::optional<double> sqi) { return sqi && *sqi >= kGoodSqi; });
  add("SQI below 0.9", [](std::optional<double> sqi) { return sqi && *sqi < kGoodSqi; });
  add("SQI unknown", [](std::optional<double> sqi) { return !sqi.has_value(); });
}

void DealBySubtype(const RoleTarget& role_target, const std::vector<std::string>& target_names,
                   Dealer* dealer) {
  const std::string prefix = role_target.target + "_";
  for (std::size_t target = 0; target < target_names.size(); ++target) {
    if (!target_names[target].starts_with(prefix)) continue;
    dealer->Deal("subtype", target_names[target],
                 [&](const ScoredRecord& record, const RecordTraits& traits) {
                   return record.label == 0 ||
                          static_cast<std::uint8_t>(traits.targets.at(target)) == 1;
                 });
  }
}

void DealByExam(const RoleTarget& role_target, Dealer* dealer) {
  dealer->Deal("exam", "first ECG",
               [](const ScoredRecord& record, const RecordTraits&) { return record.first_exam; });
  std::set<std::tuple<int, int, int>> seen;  // Models and patients whose first repeat was taken.
  std::vector<ScoredRecord> repeats;
  for (std::size_t i = 0; i < role_target.records.size(); ++i) {
    ScoredRecord record = role_target.records[i];
    if (record.first_exam) continue;
    record.first_exam = seen.insert({record.seed, record.fold, record.patient}).second;
    repeats.push_back(record);
  }
  if (!repeats.empty()) {
    dealer->Add({.family = "exam", .name = "first repeat", .records = std::move(repeats)});
  }
}

}  // namespace

std::vector<Subgroup> MakeSubgroups(const RoleTarget& role_target,
                                    const std::vector<RecordTraits>& traits,
                                    const std::vector<std::string>& target_names) {
  Dealer dealer(role_target, traits);
  DealByAge(&dealer);
  DealBySex(&dealer);
  DealByLeads(&dealer);
  DealByQuality(&dealer);
  DealBySubtype(role_target, target_names, &dealer);
  DealByExam(role_target, &dealer);
  return dealer.Take();
}

}  // namespace pecg
