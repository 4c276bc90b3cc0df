#include "peak.h"

#include "simd.h"

#define CHAINS 10

typedef float f32x4 __attribute__((vector_size(16)));

/* Nobody may know the numbers beforehand, nor that nobody wants the sum. */
static volatile float factor = 0.5f, term = 0.25f, sink;

#define PEAK(type, name, level)                                             \
  level static double name(isize rounds) {                                  \
    type sums[CHAINS], f = factor - (type){0}, t = term - (type){0};         \
    _Pragma("unroll") for (int i = 0; i < CHAINS; i++) sums[i] = t * (float)i; \
    for (isize k = 0; k < rounds; k++)                                      \
      _Pragma("unroll") for (int i = 0; i < CHAINS; i++)                    \
        sums[i] = sums[i] * f + t;                                          \
    _Pragma("unroll") for (int i = 1; i < CHAINS; i++) sums[0] += sums[i];  \
    sink = sums[0][0];                                                      \
    return 2.0 * CHAINS * (double)(sizeof(type) / sizeof(float))            \
           * (double)rounds;                                                \
  }

PEAK(f32x4, peak_any, )
#if defined(__x86_64__)
PEAK(f32x8, peak_avx2, LEVEL_AVX2)
PEAK(f32x16, peak_avx512, LEVEL_AVX512_WIDE)
#endif

double superb_peak(isize rounds) {
#if defined(__x86_64__)
  if (has_wide()) return peak_avx512(rounds);
  if (superb_isa() == SUPERB_ISA_AVX2) return peak_avx2(rounds);
#endif
  return peak_any(rounds);
}
