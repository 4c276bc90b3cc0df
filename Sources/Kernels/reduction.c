#include "reduction.h"

#include "simd.h"

KERNEL(double, superb_sum, (isize n, const float *x), (n, x)) {
  return sum_of(n, x);
}

KERNEL(double, superb_dot, (isize n, const float *x, const float *y),
       (n, x, y)) {
  return dot_of(n, x, y);
}

/* out[i] += total[i] for the `left` columns that there are, sixteen at most */
INLINE void add_columns(const f64x16 *total, isize left, float *out) {
  double t[16];
  memcpy(t, total, sizeof t);
  for (isize i = 0; i < least(left, 16); i++) out[i] += (float)t[i];
}

KERNEL(void, superb_column_sums,
       (isize rows, isize width, isize stride, float sign, const float *x,
        float *out), (rows, width, stride, sign, x, out)) {
  isize c = 0;
  /* Rows of a wide matrix lie far apart: several lines at each stop. */
  for (; c + 64 <= width; c += 64) {
    f64x16 total[4] = {0};
    for (isize r = 0; r < rows; r++)
      _Pragma("unroll") for (int i = 0; i < 4; i++)
        total[i] += WIDEN(*(const f32x16 *)(x + r * stride + c + 16 * i));
    for (int i = 0; i < 4; i++) {
      total[i] *= (double)sign;
      add_columns(&total[i], 16, out + c + 16 * i);
    }
  }
  for (; c < width; c += 16) {
    f64x16 total = {0};
    for (isize r = 0; r < rows; r++) {
      f32x16 v;
      load16(&v, x + r * stride + c, width - c);
      total += WIDEN(v);
    }
    total *= (double)sign;
    add_columns(&total, width - c, out + c);
  }
}

/* `term` is of row r's columns, which `loads` has read. */
#define COLUMN_SUMS(name, parameters, arguments, loads, term)                 \
  KERNEL(void, name, parameters, arguments) {                                 \
    for (isize c = 0; c < width; c += 16) {                                   \
      f64x16 total = {0};                                                     \
      for (isize r = 0; r < rows; r++) {                                      \
        loads;                                                                \
        total += term;                                                        \
      }                                                                       \
      add_columns(&total, width - c, out + c);                                \
    }                                                                         \
  }
#define LOAD(v, x) f32x16 v; load16(&v, x + r * stride + c, width - c)

COLUMN_SUMS(superb_column_dots,
            (isize rows, isize width, isize stride, const float *x,
             const float *y, float *out), (rows, width, stride, x, y, out),
            LOAD(v, x); LOAD(w, y), WIDEN(v) * WIDEN(w))

COLUMN_SUMS(superb_column_normal_dots,
            (isize rows, isize width, isize stride, const float *x,
             const float *mean, const float *inverse, const float *y,
             float *out), (rows, width, stride, x, mean, inverse, y, out),
            LOAD(v, x); LOAD(w, y),
            (WIDEN(v) - (double)mean[r]) * (double)inverse[r] * WIDEN(w))

COLUMN_SUMS(superb_weighted_column_sums,
            (isize rows, isize width, isize stride, const float *weights,
             const float *x, float *out),
            (rows, width, stride, weights, x, out),
            LOAD(v, x), (double)weights[r] * WIDEN(v))

KERNEL(void, superb_column_max,
       (isize rows, isize width, isize stride, const float *x, float *out,
        isize *first), (rows, width, stride, x, out, first)) {
  for (isize c = 0; c < width; c++) {
    out[c] = x[c];
    first[c] = 0;
  }
  for (isize r = 1; r < rows; r++)
    for (isize c = 0; c < width; c++) {
      float v = x[r * stride + c];
      int above = v > out[c] || (v != v && out[c] == out[c]);
      out[c] = above ? v : out[c];
      first[c] = above ? r : first[c];
    }
}
