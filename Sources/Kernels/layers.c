#include "layers.h"

#include "simd.h"

/* A piece of a row: small enough for the stack and the first-level cache. */
#define PIECE 1024

INLINE float half1(uint16_t h) {
  uint32_t magnitude = (uint32_t)(h & 0x7fffu) << 13;
  /* 2^112 moves the exponent, and makes subnormals normal. */
  float x = as_float(magnitude) * 5.19229686e33f;
  uint32_t bits = magnitude >= 0x0f800000u ? magnitude | 0x7f800000u
                                           : as_bits(x);
  return as_float(bits | (uint32_t)(h & 0x8000u) << 16);
}

/* The numbers from `offset` on: h itself, or its float16s widened to `room`. */
INLINE const float *piece(const void *h, int half, isize offset,
                          isize count, float *room) {
  if (!half) return (const float *)h + offset;
  const uint16_t *x = (const uint16_t *)h + offset;
  for (isize i = 0; i < count; i++) room[i] = half1(x[i]);
  return room;
}

/* Mean and 1 / sqrt(variance + 1e-5) of one row. */
INLINE void row_statistics(const void *h, int half, isize offset,
                           isize dim, float *mean, float *inverse) {
  float room[PIECE];
  double sum = 0, deviation = 0;
  for (isize i = 0; i < dim; i += PIECE) {
    isize n = least(PIECE, dim - i);
    sum += sum_of(n, piece(h, half, offset + i, n, room));
  }
  double center = sum / (double)dim;
  for (isize i = 0; i < dim; i += PIECE) {
    isize n = least(PIECE, dim - i);
    deviation += deviation_of(n, piece(h, half, offset + i, n, room), center);
  }
  *mean = (float)center;
  *inverse = (float)(1.0
                     / __builtin_elementwise_sqrt(deviation / (double)dim
                                                  + 1e-5));
}

KERNEL(void, superb_weighted_layers,
       (isize layers, isize rows, isize dim, isize layer_stride, const void *h,
        int half, int normalize, const float *weights, float *y),
       (layers, rows, dim, layer_stride, h, half, normalize, weights, y)) {
  float room[PIECE];
  /* Without normalization, rows need not be told apart. */
  if (!normalize) dim *= rows, rows = 1;
  for (isize r = 0; r < rows; r++) {
    if (normalize) memset(y + r * dim, 0, (size_t)dim * sizeof *y);
    for (isize l = 0; normalize && l < layers; l++) {
      isize offset = l * layer_stride + r * dim;
      float mean, inverse;
      row_statistics(h, half, offset, dim, &mean, &inverse);
      float w = weights[l] * inverse;
      for (isize i = 0; i < dim; i += PIECE) {
        isize n = least(PIECE, dim - i);
        const float *x = piece(h, half, offset + i, n, room);
        float *out = y + r * dim + i;
        for (isize j = 0; j < n; j++) out[j] += w * (x[j] - mean);
      }
    }
    for (isize i = 0; !normalize && i < dim; i += PIECE) {
      isize n = least(PIECE, dim - i);
      float total[PIECE] = {0};
      for (isize l = 0; l < layers; l++) {
        const float *x = piece(h, half, l * layer_stride + i, n, room);
        float w = weights[l];
        for (isize j = 0; j < n; j++) total[j] += w * x[j];
      }
      memcpy(y + i, total, (size_t)n * sizeof *y);
    }
  }
}

KERNEL(void, superb_layer_dots,
       (isize layers, isize rows, isize dim, isize layer_stride, const void *h,
        int half, int normalize, const float *dy, double *dots),
       (layers, rows, dim, layer_stride, h, half, normalize, dy, dots)) {
  float room[PIECE];
  if (!normalize) dim *= rows, rows = 1;
  for (isize l = 0; l < layers; l++) {
    double total = 0;
    for (isize r = 0; r < rows; r++) {
      isize offset = l * layer_stride + r * dim;
      float mean = 0, inverse = 1;
      if (normalize)
        row_statistics(h, half, offset, dim, &mean, &inverse);
      for (isize i = 0; i < dim; i += PIECE) {
        isize n = least(PIECE, dim - i);
        const float *x = piece(h, half, offset + i, n, room);
        const float *g = dy + r * dim + i;
        f32x16 sum = {0}; /* 64 terms a lane at most */
        for (isize j = 0; j < n; j += 16) {
          f32x16 v, w;
          __builtin_prefetch(x + j + 512); /* for the next piece, too */
          load16(&v, x + j, n - j);
          load16(&w, g + j, n - j);
          sum += (v - mean) * w;
        }
        f64x16 wide = WIDEN(sum);
        total += (double)inverse * lane_sum(&wide);
      }
    }
    dots[l] = total;
  }
}
