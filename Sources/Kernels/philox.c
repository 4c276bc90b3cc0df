#include "philox.h"

#include "simd.h"

/* Blocks computed together, so that the rounds become vector code. */
#define GROUP 16

INLINE void philox_group(uint64_t seed, uint64_t stream, uint64_t first,
                         uint32_t words[4][GROUP]) {
  uint32_t c0[GROUP], c1[GROUP], c2[GROUP], c3[GROUP];
  for (int i = 0; i < GROUP; i++) {
    uint64_t index = first + (uint64_t)i;
    c0[i] = (uint32_t)index;
    c1[i] = (uint32_t)(index >> 32);
    c2[i] = (uint32_t)stream;
    c3[i] = (uint32_t)(stream >> 32);
  }
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; round++) {
    for (int i = 0; i < GROUP; i++) {
      uint64_t p0 = (uint64_t)c0[i] * 0xd2511f53u;
      uint64_t p1 = (uint64_t)c2[i] * 0xcd9e8d57u;
      c0[i] = (uint32_t)(p1 >> 32) ^ c1[i] ^ k0;
      c1[i] = (uint32_t)p1;
      c2[i] = (uint32_t)(p0 >> 32) ^ c3[i] ^ k1;
      c3[i] = (uint32_t)p0;
    }
    k0 += 0x9e3779b9u;
    k1 += 0xbb67ae85u;
  }
  memcpy(words[0], c0, sizeof c0);
  memcpy(words[1], c1, sizeof c1);
  memcpy(words[2], c2, sizeof c2);
  memcpy(words[3], c3, sizeof c3);
}

/* The factors of up to 4 * GROUP elements, 0 where dropped. */
INLINE void dropout_factors(uint64_t seed, uint64_t stream, uint64_t block,
                            uint32_t threshold, float factor, float *factors) {
  uint32_t group[4][GROUP];
  philox_group(seed, stream, block, group);
  for (int b = 0; b < GROUP; b++)
    for (int w = 0; w < 4; w++)
      factors[4 * b + w] = group[w][b] < threshold ? 0.0f : factor;
}

#define DROPOUT(name, in, out, statement)                                     \
  KERNEL(void, name,                                                          \
         (uint64_t seed, uint64_t stream, isize first, isize n,               \
          uint32_t threshold, float factor, const float *in, float *out),     \
         (seed, stream, first, n, threshold, factor, in, out)) {              \
    float f[4 * GROUP];                                                       \
    for (isize i = 0; i < n; i += 4 * GROUP) {                                \
      dropout_factors(seed, stream, (uint64_t)(first + i) / 4, threshold,     \
                      factor, f);                                             \
      isize count = least(4 * GROUP, n - i);                                  \
      for (isize j = 0; j < count; j++) statement;                            \
    }                                                                         \
  }

DROPOUT(superb_dropout, x, y, y[i + j] = f[j] == 0.0f ? 0.0f : f[j] * x[i + j])
DROPOUT(superb_dropout_backward, dy, dx, dx[i + j] += f[j] * dy[i + j])
