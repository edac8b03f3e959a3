#include "worker/file/wfdb_format16.h"

#if defined(__x86_64__)

#define PECG_TARGET "avx2,avx512f,avx512bw,avx512vl,avx512dq"
#include "worker/file/wfdb_format16_blocks.h"

namespace pecg {
namespace {

/// Lanes whose product lies so near the middle between two floats that it has to be divided.
PECG_INLINE __mmask8 NearMiddle(__m512d product) {
  const __m512i moved =
      _mm512_add_epi64(_mm512_castpd_si512(product), _mm512_set1_epi64(kNearMiddleOffset));
  return _mm512_testn_epi64_mask(moved, _mm512_set1_epi64(kNearMiddleMask));
}

PECG_INLINE void StoreMillivolts(const LeadState& lead, __m256i samples, float* output) {
  const __m512i steps =
      _mm512_sub_epi32(_mm512_cvtepi16_epi32(samples), _mm512_set1_epi32(lead.baseline));
  const __m512d low_steps = _mm512_cvtepi32_pd(_mm512_castsi512_si256(steps));
  const __m512d high_steps = _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64(steps, 1));
  const __m512d reciprocal = _mm512_set1_pd(lead.reciprocal);
  __m512d low = _mm512_mul_pd(low_steps, reciprocal);
  __m512d high = _mm512_mul_pd(high_steps, reciprocal);
  if ((NearMiddle(low) | NearMiddle(high)) != 0) [[unlikely]] {
    const __m512d gain = _mm512_set1_pd(lead.gain);
    low = _mm512_div_pd(low_steps, gain);
    high = _mm512_div_pd(high_steps, gain);
  }
  const __m512 values =
      _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(low)), _mm512_cvtpd_ps(high), 1);
  const __mmask16 invalid = _mm256_cmpeq_epi16_mask(samples, _mm256_set1_epi16(kInvalid16));
  const __m512 nan = _mm512_set1_ps(std::numeric_limits<float>::quiet_NaN());
  _mm512_storeu_ps(output, _mm512_mask_mov_ps(values, invalid, nan));
}

}  // namespace

std::int64_t DecodeFormat16Avx512(const std::byte* bytes, std::int64_t frame_count,
                                  std::span<Format16Lead> leads) {
  return DecodeBlocks(bytes, frame_count, leads);
}

}  // namespace pecg

#else

namespace pecg {

std::int64_t DecodeFormat16Avx512(const std::byte* /*bytes*/, std::int64_t /*frame_count*/,
                                  std::span<Format16Lead> /*leads*/) {
  return 0;
}

}  // namespace pecg

#endif  // defined(__x86_64__)
