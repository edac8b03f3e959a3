// Every instruction set must give float(double(sample - baseline) / gain), bit for bit.
#include "worker/file/wfdb_format16.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace pecg {
namespace {

/// The definition, with no trick in it. NaN has one bit pattern here.
std::uint32_t ExpectedBits(std::int16_t sample, double gain, std::int32_t baseline) {
  if (sample == -32768) return std::bit_cast<std::uint32_t>(std::nanf(""));
  const auto steps = static_cast<double>(static_cast<std::int64_t>(sample) - baseline);
  return std::bit_cast<std::uint32_t>(static_cast<float>(steps / gain));
}

/// Samples, interleaved, and the leads that read them; `outputs` is lead-major.
struct Recording {
  Recording(std::int64_t frame_count, std::size_t lead_count)
      : frames(static_cast<std::size_t>(frame_count)),
        samples(frames * lead_count),
        outputs(frames * lead_count, -1.0F),
        leads(lead_count) {
    for (std::size_t i = 0; i < lead_count; ++i) leads[i].output = outputs.data() + i * frames;
  }

  void Decode(SimdLevel level) {
    DecodeFormat16(reinterpret_cast<const std::byte*>(samples.data()),
                   static_cast<std::int64_t>(frames), leads, level);
  }

  /// Outputs that differ from the definition.
  std::size_t WrongOutputs() const {
    std::size_t wrong = 0;
    for (std::size_t lead = 0; lead < leads.size(); ++lead) {
      for (std::size_t i = 0; i < frames; ++i) {
        const auto bits = std::bit_cast<std::uint32_t>(outputs[lead * frames + i]);
        const std::int16_t sample = samples[i * leads.size() + lead];
        wrong += bits != ExpectedBits(sample, leads[lead].gain, leads[lead].baseline) ? 1U : 0U;
      }
    }
    return wrong;
  }

  std::size_t frames;
  std::vector<std::int16_t> samples;
  std::vector<float> outputs;
  std::vector<Format16Lead> leads;
};

class Format16Test : public testing::TestWithParam<SimdLevel> {
 protected:
  void SetUp() override {
    if (GetParam() > BestSimdLevel()) GTEST_SKIP() << "this machine lacks the instructions";
  }
};

TEST_P(Format16Test, DecodesEveryCodeExactlyForManyGainsAndBaselines) {
  constexpr std::size_t kLeads = 12;
  constexpr int kRounds = 24;
  const std::vector<std::int32_t> baselines = {
      0, -3358, 10259, -161790, 32767, -32768, (1 << 30) - 1, -(1 << 30) + 1, -18025, 1};
  const std::vector<double> known_gains = {
      200, 1000, 1, 2048, 1.0 / 3, 9243.34438305709, 0.001, 0x1p-59, 0x1p59, 117781.45850796312};
  std::mt19937_64 random(20250527);
  Recording recording(65536, kLeads);
  for (std::size_t i = 0; i < recording.samples.size(); ++i) {
    recording.samples[i] = static_cast<std::int16_t>(i / kLeads);
  }
  for (int round = 0; round < kRounds; ++round) {
    for (std::size_t i = 0; i < kLeads; ++i) {
      const auto n = static_cast<std::size_t>(round) * kLeads + i;
      std::uniform_real_distribution<double> exponent(-3, 20);
      recording.leads[i].gain =
          n < known_gains.size() ? known_gains[n] : std::exp2(exponent(random));
      recording.leads[i].baseline = baselines[random() % baselines.size()];
    }
    recording.Decode(GetParam());
    ASSERT_EQ(recording.WrongOutputs(), 0U) << "in round " << round;
  }
}

// Gains chosen so that a quotient falls on the middle between two floats, where the rounded
// product of the reciprocal goes wrong unless it is noticed.
TEST_P(Format16Test, DecodesQuotientsInTheMiddleBetweenTwoFloatsExactly) {
  constexpr std::size_t kLeads = 8;
  std::mt19937_64 random(1);
  std::size_t wrong_products = 0;
  for (int round = 0; round < 4000; ++round) {
    Recording recording(16, kLeads);
    for (std::size_t lead = 0; lead < kLeads; ++lead) {
      const auto sample = static_cast<std::int16_t>(random() % 65535 - 32767);
      const auto baseline = static_cast<std::int32_t>(random() % 65536) - 32768;
      const auto steps = static_cast<double>(sample - baseline);
      if (steps == 0) continue;
      // 25 significant bits, the last one set: exactly between two floats.
      const double middle = std::ldexp(static_cast<double>((random() >> 40U) | 0x1000001U), -30);
      const double gain = std::abs(steps) / middle;
      recording.leads[lead].gain = gain;
      recording.leads[lead].baseline = baseline;
      for (std::size_t i = 0; i < recording.frames; ++i) {
        recording.samples[i * kLeads + lead] = sample;
      }
      const float product = static_cast<float>(steps * (1.0 / gain));
      if (std::bit_cast<std::uint32_t>(product) != ExpectedBits(sample, gain, baseline)) {
        ++wrong_products;
      }
    }
    recording.Decode(GetParam());
    ASSERT_EQ(recording.WrongOutputs(), 0U) << "in round " << round;
  }
  EXPECT_GT(wrong_products, 100U) << "the gains do not test what they are meant to";
}

// Buffers have just the size needed, so that the address sanitizer sees a read behind the end.
TEST_P(Format16Test, DecodesEveryLeadCountAndLength) {
  std::mt19937_64 random(7);
  for (std::size_t lead_count = 1; lead_count <= 20; ++lead_count) {
    for (std::int64_t frames = 0; frames <= 70; ++frames) {
      Recording recording(frames, lead_count);
      for (auto& sample : recording.samples) sample = static_cast<std::int16_t>(random());
      for (Format16Lead& lead : recording.leads) {
        lead.gain = static_cast<double>(random() % 5000 + 1);
        lead.baseline = static_cast<std::int32_t>(random() % 1000);
      }
      recording.Decode(GetParam());
      ASSERT_EQ(recording.WrongOutputs(), 0U) << lead_count << " leads, " << frames << " frames";
    }
  }
}

TEST_P(Format16Test, SumsEveryLeadModulo65536AlsoWhereItIsNotWanted) {
  constexpr std::size_t kLeads = 12;
  Recording recording(1003, kLeads);
  std::mt19937_64 random(3);
  for (auto& sample : recording.samples) sample = static_cast<std::int16_t>(random());
  for (Format16Lead& lead : recording.leads) lead.output = nullptr;
  recording.Decode(GetParam());
  for (std::size_t lead = 0; lead < kLeads; ++lead) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < recording.frames; ++i) sum += recording.samples[i * kLeads + lead];
    EXPECT_EQ(recording.leads[lead].sum, static_cast<std::uint16_t>(sum)) << "lead " << lead;
  }
  EXPECT_THAT(recording.outputs, testing::Each(-1.0F)) << "wrote where nothing was asked for";
}

INSTANTIATE_TEST_SUITE_P(AllLevels, Format16Test,
                         testing::Values(SimdLevel::kPortable, SimdLevel::kAvx2,
                                         SimdLevel::kAvx512),
                         [](const auto& level) {
                           switch (level.param) {
                             case SimdLevel::kAvx2:
                               return "Avx2";
                             case SimdLevel::kAvx512:
                               return "Avx512";
                             default:
                               return "Portable";
                           }
                         });

TEST(FitsFormat16Test, RefusesGainsWhoseQuotientsAreNoNormalFloats) {
  EXPECT_TRUE(FitsFormat16(1000, 0));
  EXPECT_FALSE(FitsFormat16(1e30, 0));
  EXPECT_FALSE(FitsFormat16(1e-30, 0));
}

TEST(FitsFormat16Test, RefusesBaselinesWhoseDifferenceOverflows32Bits) {
  EXPECT_TRUE(FitsFormat16(1000, -161790));
  EXPECT_FALSE(FitsFormat16(1000, std::numeric_limits<std::int32_t>::min()));
}

}  // namespace
}  // namespace pecg
