/* Shared by the kernels: vectors of sixteen lanes, and the functions of one
 * number. */
#pragma once

#include <string.h>

#include "levels.h"

/* `aligned(4)` lets a pointer to any float be read as a vector. */
typedef float f32x16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef float f32x8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef double f64x16 __attribute__((vector_size(128), aligned(8)));

INLINE isize least(isize a, isize b) { return a < b ? a : b; }

/* The lanes' sum in double, pairwise. */
INLINE double lane_sum(const f64x16 *v) {
  double t[16];
  memcpy(t, v, sizeof t);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) t[i] += t[i + width];
  return t[0];
}

#define WIDEN(v) __builtin_convertvector(v, f64x16)

/* v = the next sixteen numbers at x, or the `left` < 16 that there are and
 * then zeros. Vectors go by address: passing them would fix one processor's
 * calling convention. */
INLINE void load16(f32x16 *v, const float *x, isize left) {
  if (left >= 16) {
    *v = *(const f32x16 *)x;
  } else {
    float t[16] = {0};
    memcpy(t, x, (size_t)left * sizeof *x);
    memcpy(v, t, sizeof t);
  }
}

/* y [8, 8] = the transpose of x [8, 8], rows x_stride and y_stride apart. */
INLINE void transpose8(const float *x, isize x_stride, float *y,
                       isize y_stride) {
  f32x8 a[8], b[8];
  _Pragma("unroll") for (int i = 0; i < 8; i++)
    a[i] = *(const f32x8 *)(x + i * x_stride);
  /* Pairs of rows, then of pairs, then of halves. */
  _Pragma("unroll") for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[i + 1] =
        __builtin_shufflevector(a[i], a[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  _Pragma("unroll") for (int i = 0; i < 8; i += 4)
    _Pragma("unroll") for (int j = 0; j < 2; j++) {
      f32x8 low = b[i + j], high = b[i + j + 2];
      a[i + 2 * j] =
          __builtin_shufflevector(low, high, 0, 1, 8, 9, 4, 5, 12, 13);
      a[i + 2 * j + 1] =
          __builtin_shufflevector(low, high, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  _Pragma("unroll") for (int i = 0; i < 4; i++) {
    *(f32x8 *)(y + i * y_stride) = __builtin_shufflevector(
        a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(f32x8 *)(y + (i + 4) * y_stride) = __builtin_shufflevector(
        a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

/* Sums in double, sixteen lanes and then the lanes. */
INLINE double sum_of(isize n, const float *x) {
  f64x16 total = {0};
  for (isize i = 0; i < n; i += 16) {
    f32x16 v;
    load16(&v, x + i, n - i);
    total += WIDEN(v);
  }
  return lane_sum(&total);
}

INLINE double dot_of(isize n, const float *x, const float *y) {
  f64x16 total = {0};
  for (isize i = 0; i < n; i += 16) {
    f32x16 v, w;
    load16(&v, x + i, n - i);
    load16(&w, y + i, n - i);
    total += WIDEN(v) * WIDEN(w);
  }
  return lane_sum(&total);
}

/* Σ (x - center)² */
INLINE double deviation_of(isize n, const float *x, double center) {
  f64x16 total = {0};
  isize i = 0;
  for (; i + 16 <= n; i += 16) {
    f64x16 v = WIDEN(*(const f32x16 *)(x + i)) - center;
    total += v * v;
  }
  double sum = lane_sum(&total);
  for (; i < n; i++) sum += ((double)x[i] - center) * ((double)x[i] - center);
  return sum;
}

/* NaN anywhere in the row need not show here: it shows in the exponentials. */
INLINE float row_maximum(isize dim, const float *x) {
  float top = dim > 0 ? x[0] : 0;
  isize i = 0;
  if (dim >= 16) {
    f32x16 best = *(const f32x16 *)x;
    for (i = 16; i + 16 <= dim; i += 16) {
      f32x16 v = *(const f32x16 *)(x + i);
      best = __builtin_elementwise_max(v, best);
    }
    for (int lane = 0; lane < 16; lane++)
      top = best[lane] > top ? best[lane] : top;
  }
  for (; i < dim; i++) top = x[i] > top ? x[i] : top;
  return top;
}

INLINE float as_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

INLINE uint32_t as_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

INLINE float square_root(float x) { return __builtin_elementwise_sqrt(x); }
INLINE float absolute(float x) { return as_float(as_bits(x) & 0x7fffffffu); }

/* A polynomial of x from its coefficients, that of the highest power first. */
INLINE float horner(float x, int count, const float *coefficients) {
  float p = coefficients[0];
  _Pragma("unroll") for (int i = 1; i < count; i++)
    p = p * x + coefficients[i];
  return p;
}
#define HORNER(x, ...)                                                        \
  horner(x, (int)(sizeof((float[]){__VA_ARGS__}) / sizeof(float)),            \
         (const float[]){__VA_ARGS__})

/* The functions below are straight lines, so that loops over them become
 * vector code. Polynomials are minimax fits of ours; the test of Kernels
 * holds each to the error that its comment states. */

/* exp(x), within 1.1 ulp where the result is normal; overflows to infinity,
 * underflows gradually to 0. */
INLINE float exp1(float x) {
  const float round = 12582912.0f; /* 1.5 * 2^23: adding it rounds */
  x = x > 89.0f ? 89.0f : x;
  x = x < -104.5f ? -104.5f : x;
  float shifted = x * 1.44269504f + round;
  float k = shifted - round;
  float r = (x - k * 0.693359375f) - k * -2.12194440e-4f;
  float q = HORNER(r, 1.39013061e-3f, 8.36320035e-3f, 4.16668542e-2f,
                   1.66665763e-1f, 0.5f);
  float p = (q * r) * r + r + 1.0f;
  /* 2^k in two factors: k may lie outside a float's exponents. */
  int32_t n = (int32_t)(as_bits(shifted) - as_bits(round));
  int32_t half = n >> 1;
  return p * as_float((uint32_t)(half + 127) << 23)
         * as_float((uint32_t)(n - half + 127) << 23);
}

/* log(x), within 1 ulp; -infinity at 0, NaN below. */
INLINE float log1(float x) {
  int tiny = x < 1.17549435e-38f;
  float scaled = tiny ? x * 8388608.0f : x;
  /* scaled = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)) */
  uint32_t bits = as_bits(scaled) - 0x3f3504f3u;
  float k = (float)((int32_t)bits >> 23) - (tiny ? 23.0f : 0.0f);
  float f = as_float((bits & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
  float r = HORNER(f, 7.03854561e-2f, -1.15160756e-1f, 1.16773650e-1f,
                   -1.24199755e-1f, 1.42492726e-1f, -1.66680634e-1f,
                   2.00007156e-1f, -2.49999940e-1f, 3.33333313e-1f);
  float square = f * f;
  float low = square * f * r + k * -2.12194440e-4f;
  float y = ((low - 0.5f * square) + f) + k * 0.693359375f;
  y = x > 3.40282347e38f ? x : y;
  y = x == 0.0f ? -__builtin_inff() : y;
  return x >= 0.0f ? y : __builtin_nanf("");
}

/* tanh(x), within 2 ulp. */
INLINE float tanh1(float x) {
  float a = absolute(x);
  float e = exp1(a + a);
  float large = 1.0f - 2.0f / (e + 1.0f);
  float s = x * x;
  float p = HORNER(s, -6.61037536e-3f, 2.13094782e-2f, -5.39094470e-2f,
                   1.33331135e-1f, -3.33333313e-1f);
  float small = (p * s) * a + a;
  float y = a < 0.55f ? small : large;
  return as_float(as_bits(y) | (as_bits(x) & 0x80000000u));
}

/* 1 / (1 + exp(-x)), within 3 ulp where the result is normal. */
INLINE float sigmoid1(float x) { return 1.0f / (1.0f + exp1(-x)); }

/* The normal distribution function and, in `bell`, exp(-x^2 / 2). Absolute
 * error below 2e-7. With a = |x| / sqrt(2) and t = 1 / (1 + 0.35 a),
 * erfc(a) = exp(-a^2) t R(t). */
INLINE float normal1(float x, float *bell) {
  float a = absolute(x) * 0.707106781f;
  float t = 1.0f / (1.0f + 0.35f * a);
  float e = exp1(-0.5f * x * x);
  float r = HORNER(t, 4.06096242e-2f, -1.71176836e-1f, 2.10928217e-1f,
                   -6.79906011e-2f, 1.21441595e-1f, 1.27015278e-1f,
                   1.57975867e-1f, 1.86396852e-1f, 1.97326303e-1f,
                   1.97473720e-1f);
  float half = 0.5f * (e * (t * r));
  *bell = e;
  return x < 0.0f ? half : 1.0f - half;
}

/* x times the normal distribution function, which here is within 2e-7 and
 * costs no exponential: 1/2 + x P(u) up to 5.5, u = 2 (x / 5.5)^2 - 1. */
INLINE float gelu1(float x) {
  const float bound = 5.5f;
  float a = x > bound ? bound : x;
  a = a < -bound ? -bound : a;
  float u = a * a * (2.0f / (bound * bound)) - 1.0f;
  float p = HORNER(u, 5.79753774e-4f, -1.39842718e-3f, 8.94963800e-4f,
                   -1.14237505e-3f, 4.39080410e-3f, -7.77219422e-3f,
                   1.03784371e-2f, -1.46194752e-2f, 2.03144271e-2f,
                   -2.61257142e-2f, 3.20781544e-2f, -3.87858413e-2f,
                   4.77371663e-2f, -6.41725212e-2f, 1.28551930e-1f);
  float y = x * (a * p + 0.5f);
  return x < -bound ? 0.0f : y;
}
