#include "worker/file/wfdb_format16.h"

#if defined(__x86_64__)

#define PECG_TARGET "avx2"
#include "worker/file/wfdb_format16_blocks.h"

namespace pecg {
namespace {

/// All bits of a lane set whose product lies so near the middle between two floats that it has to
/// be divided.
PECG_INLINE __m256i NearMiddle(__m256d product) {
  const __m256i moved =
      _mm256_add_epi64(_mm256_castpd_si256(product), _mm256_set1_epi64x(kNearMiddleOffset));
  return _mm256_cmpeq_epi64(_mm256_and_si256(moved, _mm256_set1_epi64x(kNearMiddleMask)),
                            _mm256_setzero_si256());
}

/// 8 differences to the baseline, int32, as millivolts.
PECG_INLINE __m256 ToMillivolts(const LeadState& lead, __m256i steps) {
  const __m256d low_steps = _mm256_cvtepi32_pd(_mm256_castsi256_si128(steps));
  const __m256d high_steps = _mm256_cvtepi32_pd(_mm256_extracti128_si256(steps, 1));
  const __m256d reciprocal = _mm256_set1_pd(lead.reciprocal);
  __m256d low = _mm256_mul_pd(low_steps, reciprocal);
  __m256d high = _mm256_mul_pd(high_steps, reciprocal);
  const __m256i near = _mm256_or_si256(NearMiddle(low), NearMiddle(high));
  if (_mm256_testz_si256(near, near) == 0) [[unlikely]] {
    const __m256d gain = _mm256_set1_pd(lead.gain);
    low = _mm256_div_pd(low_steps, gain);
    high = _mm256_div_pd(high_steps, gain);
  }
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high),
                              1);
}

/// 8 samples, from `samples`, stored at `output`.
PECG_INLINE void StoreEight(const LeadState& lead, __m128i samples, float* output) {
  const __m256i wide = _mm256_cvtepi16_epi32(samples);
  const __m256 values =
      ToMillivolts(lead, _mm256_sub_epi32(wide, _mm256_set1_epi32(lead.baseline)));
  const __m256i invalid = _mm256_cmpeq_epi32(wide, _mm256_set1_epi32(kInvalid16));
  const __m256 nan = _mm256_set1_ps(std::numeric_limits<float>::quiet_NaN());
  _mm256_storeu_ps(output, _mm256_blendv_ps(values, nan, _mm256_castsi256_ps(invalid)));
}

PECG_INLINE void StoreMillivolts(const LeadState& lead, __m256i samples, float* output) {
  StoreEight(lead, _mm256_castsi256_si128(samples), output);
  StoreEight(lead, _mm256_extracti128_si256(samples, 1), output + kBlockFrames / 2);
}

}  // namespace

std::int64_t DecodeFormat16Avx2(const std::byte* bytes, std::int64_t frame_count,
                                std::span<Format16Lead> leads) {
  return DecodeBlocks(bytes, frame_count, leads);
}

}  // namespace pecg

#else

namespace pecg {

std::int64_t DecodeFormat16Avx2(const std::byte* /*bytes*/, std::int64_t /*frame_count*/,
                                std::span<Format16Lead> /*leads*/) {
  return 0;
}

}  // namespace pecg

#endif  // defined(__x86_64__)
