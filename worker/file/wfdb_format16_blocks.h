#ifndef PECG_WORKER_FILE_WFDB_FORMAT16_BLOCKS_H_
#define PECG_WORKER_FILE_WFDB_FORMAT16_BLOCKS_H_

/// What the two x86 decoders share: the walk over blocks of 16 frames and the transpose. Included
/// by their sources alone, after they have defined PECG_TARGET, the instruction set; everything is
/// compiled anew for it, so that the rest of the program needs no such flag.

#ifndef PECG_TARGET
#error "define PECG_TARGET before this header"
#endif

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "worker/file/wfdb_format16.h"

#define PECG_WITH_TARGET __attribute__((target(PECG_TARGET)))
#define PECG_INLINE __attribute__((target(PECG_TARGET), always_inline)) inline

// NOLINTBEGIN(misc-definitions-in-headers): two sources include this, each for its own target.
namespace pecg {
namespace {

constexpr std::size_t kBlockFrames = 16;
constexpr std::size_t kBlockLeads = 8;

/// What one lead needs while its blocks are decoded.
struct LeadState {
  alignas(32) std::array<std::uint16_t, kBlockFrames> sums = {};  // Partial, modulo 65536.
  double gain = 1;
  double reciprocal = 1;
  std::int32_t baseline = 0;
  float* output = nullptr;
};

/// Turns 16 samples of one lead into millivolts. Each source defines its own.
PECG_INLINE void StoreMillivolts(const LeadState& lead, __m256i samples, float* output);

/// The samples of 8 leads in two frames, each frame in one half.
PECG_INLINE __m256i LoadFramePair(const std::byte* low, const std::byte* high) {
  return _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(low))),
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(high)), 1);
}

/// Loads 16 frames of 8 leads and turns them into 8 rows of 16 samples, one per lead.
/// `bytes`: the first lead's sample in the first frame; `stride`: bytes from frame to frame.
PECG_INLINE void LoadLeadRows(const std::byte* bytes, std::size_t stride, __m256i* rows) {
  const __m256i f0 = LoadFramePair(bytes, bytes + 8 * stride);
  const __m256i f1 = LoadFramePair(bytes + stride, bytes + 9 * stride);
  const __m256i f2 = LoadFramePair(bytes + 2 * stride, bytes + 10 * stride);
  const __m256i f3 = LoadFramePair(bytes + 3 * stride, bytes + 11 * stride);
  const __m256i f4 = LoadFramePair(bytes + 4 * stride, bytes + 12 * stride);
  const __m256i f5 = LoadFramePair(bytes + 5 * stride, bytes + 13 * stride);
  const __m256i f6 = LoadFramePair(bytes + 6 * stride, bytes + 14 * stride);
  const __m256i f7 = LoadFramePair(bytes + 7 * stride, bytes + 15 * stride);
  // Pairs of frames, then fours, then eights, in both halves at once.
  const __m256i a01 = _mm256_unpacklo_epi16(f0, f1);
  const __m256i b01 = _mm256_unpackhi_epi16(f0, f1);
  const __m256i a23 = _mm256_unpacklo_epi16(f2, f3);
  const __m256i b23 = _mm256_unpackhi_epi16(f2, f3);
  const __m256i a45 = _mm256_unpacklo_epi16(f4, f5);
  const __m256i b45 = _mm256_unpackhi_epi16(f4, f5);
  const __m256i a67 = _mm256_unpacklo_epi16(f6, f7);
  const __m256i b67 = _mm256_unpackhi_epi16(f6, f7);
  const __m256i c0 = _mm256_unpacklo_epi32(a01, a23);
  const __m256i c1 = _mm256_unpackhi_epi32(a01, a23);
  const __m256i c2 = _mm256_unpacklo_epi32(b01, b23);
  const __m256i c3 = _mm256_unpackhi_epi32(b01, b23);
  const __m256i d0 = _mm256_unpacklo_epi32(a45, a67);
  const __m256i d1 = _mm256_unpackhi_epi32(a45, a67);
  const __m256i d2 = _mm256_unpacklo_epi32(b45, b67);
  const __m256i d3 = _mm256_unpackhi_epi32(b45, b67);
  rows[0] = _mm256_unpacklo_epi64(c0, d0);
  rows[1] = _mm256_unpackhi_epi64(c0, d0);
  rows[2] = _mm256_unpacklo_epi64(c1, d1);
  rows[3] = _mm256_unpackhi_epi64(c1, d1);
  rows[4] = _mm256_unpacklo_epi64(c2, d2);
  rows[5] = _mm256_unpackhi_epi64(c2, d2);
  rows[6] = _mm256_unpacklo_epi64(c3, d3);
  rows[7] = _mm256_unpackhi_epi64(c3, d3);
}

/// Decodes 16 frames of 8 leads; of those, only the rows [begin, end) are taken.
PECG_INLINE void DecodeBlock(const std::byte* bytes, std::size_t stride, std::size_t begin,
                             std::size_t end, std::size_t frame, LeadState* leads) {
  __m256i rows[kBlockLeads];
  LoadLeadRows(bytes, stride, rows);
  for (std::size_t row = begin; row < end; ++row) {
    LeadState& lead = leads[row];
    auto* sums = reinterpret_cast<__m256i*>(lead.sums.data());
    _mm256_store_si256(sums, _mm256_add_epi16(_mm256_load_si256(sums), rows[row]));
    if (lead.output != nullptr) StoreMillivolts(lead, rows[row], lead.output + frame);
  }
}

/// Frames, a multiple of 16, of which 8 leads can be loaded without reading behind the last sample.
std::size_t CountBlockFrames(std::size_t frame_count, std::size_t lead_count) {
  const std::size_t samples = frame_count * lead_count;
  const std::size_t loaded = std::max(lead_count, kBlockLeads);  // From the start of a frame.
  if (lead_count == 0 || samples < loaded) return 0;
  const std::size_t loadable = (samples - loaded) / lead_count + 1;
  return loadable / kBlockFrames * kBlockFrames;
}

/// Decodes all whole blocks; returns how many frames those are.
PECG_WITH_TARGET std::int64_t DecodeBlocks(const std::byte* bytes, std::int64_t frame_count,
                                           std::span<Format16Lead> leads) {
  const std::size_t count = leads.size();
  const std::size_t frames = CountBlockFrames(static_cast<std::size_t>(frame_count), count);
  const std::size_t stride = count * sizeof(std::int16_t);
  std::vector<LeadState> states(count);
  for (std::size_t i = 0; i < count; ++i) {
    states[i].gain = leads[i].gain;
    states[i].reciprocal = 1.0 / leads[i].gain;
    states[i].baseline = leads[i].baseline;
    states[i].output = leads[i].output;
  }
  for (std::size_t frame = 0; frame < frames; frame += kBlockFrames) {
    const std::byte* row = bytes + frame * stride;
    std::size_t lead = 0;
    for (; lead + kBlockLeads <= count; lead += kBlockLeads) {
      DecodeBlock(row + lead * sizeof(std::int16_t), stride, 0, kBlockLeads, frame, &states[lead]);
    }
    if (lead == count) continue;
    // The last few leads: with those before them where there are 8, else with the next frame's.
    const std::size_t start = count < kBlockLeads ? 0 : count - kBlockLeads;
    DecodeBlock(row + start * sizeof(std::int16_t), stride, lead - start, count - start, frame,
                &states[start]);
  }
  for (std::size_t i = 0; i < count; ++i) {
    std::uint32_t sum = 0;
    for (const std::uint16_t part : states[i].sums) sum += part;
    leads[i].sum = static_cast<std::uint16_t>(leads[i].sum + sum);
  }
  return static_cast<std::int64_t>(frames);
}

}  // namespace
}  // namespace pecg
// NOLINTEND(misc-definitions-in-headers)

#endif  // PECG_WORKER_FILE_WFDB_FORMAT16_BLOCKS_H_
