#include "reduction.h"

#include "simd.h"

KERNEL(double, superb_sum,
       (int64_t n, const float *x),
       (n, x)) { return sum_of(n, x); }

KERNEL(double, superb_sum_squares,
       (int64_t n, const float *x),
       (n, x)) {
  return dot_of(n, x, x);
}

KERNEL(double, superb_dot,
       (int64_t n, const float *x, const float *y),
       (n, x, y)) {
  return dot_of(n, x, y);
}

/* out[i] += total[i] for the `left` columns that there are, sixteen at most */
INLINE void add_columns(const f64x16 *total, int64_t left, float *out) {
  double t[16];
  memcpy(t, total, sizeof t);
  for (int64_t i = 0; i < (left < 16 ? left : 16); i++) out[i] += (float)t[i];
}

KERNEL(void, superb_column_sums,
       (int64_t rows, int64_t width, int64_t stride, float sign,
        const float *x, float *out),
       (rows, width, stride, sign, x, out)) {
  int64_t c = 0;
  /* Rows of a wide matrix lie far apart: several lines at each stop. */
  for (; c + 64 <= width; c += 64) {
    f64x16 total[4] = {0};
    for (int64_t r = 0; r < rows; r++)
      _Pragma("unroll") for (int i = 0; i < 4; i++)
        total[i] += WIDEN(*(const f32x16 *)(x + r * stride + c + 16 * i));
    for (int i = 0; i < 4; i++) {
      total[i] *= (double)sign;
      add_columns(&total[i], 16, out + c + 16 * i);
    }
  }
  for (; c < width; c += 16) {
    f64x16 total = {0};
    for (int64_t r = 0; r < rows; r++) {
      f32x16 v;
      load16(&v, x + r * stride + c, width - c);
      total += WIDEN(v);
    }
    total *= (double)sign;
    add_columns(&total, width - c, out + c);
  }
}

KERNEL(void, superb_column_dots,
       (int64_t rows, int64_t width, int64_t stride, const float *x,
        const float *y, float *out),
       (rows, width, stride, x, y, out)) {
  for (int64_t c = 0; c < width; c += 16) {
    f64x16 total = {0};
    for (int64_t r = 0; r < rows; r++) {
      f32x16 v, w;
      load16(&v, x + r * stride + c, width - c);
      load16(&w, y + r * stride + c, width - c);
      total += WIDEN(v) * WIDEN(w);
    }
    add_columns(&total, width - c, out + c);
  }
}

KERNEL(void, superb_column_normal_dots,
       (int64_t rows, int64_t width, int64_t stride, const float *x,
        const float *mean, const float *inverse, const float *y, float *out),
       (rows, width, stride, x, mean, inverse, y, out)) {
  for (int64_t c = 0; c < width; c += 16) {
    f64x16 total = {0};
    for (int64_t r = 0; r < rows; r++) {
      f32x16 v, w;
      load16(&v, x + r * stride + c, width - c);
      load16(&w, y + r * stride + c, width - c);
      total += (WIDEN(v) - (double)mean[r]) * (double)inverse[r] * WIDEN(w);
    }
    add_columns(&total, width - c, out + c);
  }
}

KERNEL(void, superb_weighted_column_sums,
       (int64_t rows, int64_t width, int64_t stride, const float *weights,
        const float *x, float *out),
       (rows, width, stride, weights, x, out)) {
  for (int64_t c = 0; c < width; c += 16) {
    f64x16 total = {0};
    for (int64_t r = 0; r < rows; r++) {
      f32x16 v;
      load16(&v, x + r * stride + c, width - c);
      total += (double)weights[r] * WIDEN(v);
    }
    add_columns(&total, width - c, out + c);
  }
}

KERNEL(void, superb_column_max,
       (int64_t rows, int64_t width, int64_t stride, const float *x,
        float *out, int64_t *first),
       (rows, width, stride, x, out, first)) {
  for (int64_t c = 0; c < width; c++) {
    out[c] = x[c];
    first[c] = 0;
  }
  for (int64_t r = 1; r < rows; r++)
    for (int64_t c = 0; c < width; c++) {
      float v = x[r * stride + c];
      int above = v > out[c] || (v != v && out[c] == out[c]);
      out[c] = above ? v : out[c];
      first[c] = above ? r : first[c];
    }
}
