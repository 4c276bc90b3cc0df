#include "encoder.h"

#include "simd.h"

/* Sums in float lanes are carried over into doubles after so many vectors. */
#define CARRY 64

KERNEL(void, superb_attention_weights,
       (isize rows, isize dim, isize stride, float *x, const float *gates,
        const float *bias, float *inverse),
       (rows, dim, stride, x, gates, bias, inverse)) {
  for (isize r = 0; r < rows; r++, x += stride) {
    if (bias)
      for (isize i = 0; i < dim; i++) x[i] += gates[r] * bias[i - r];
    float top = row_maximum(dim, x);
    for (isize i = 0; i < dim; i++) x[i] = exp1(x[i] - top);
    f64x16 total = {0};
    for (isize first = 0; first < dim; first += 16 * CARRY) {
      isize end = least(first + 16 * CARRY, dim);
      f32x16 sum = {0}, v;
      for (isize i = first; i < end; i += 16) {
        load16(&v, x + i, end - i);
        sum += v;
      }
      total += WIDEN(sum);
    }
    inverse[r] = (float)(1.0 / lane_sum(&total));
  }
}

KERNEL(void, superb_scale_rows,
       (isize rows, isize width, const float *x, isize x_stride,
        const float *factors, float *y, isize y_stride),
       (rows, width, x, x_stride, factors, y, y_stride)) {
  for (isize r = 0; r < rows; r++, x += x_stride, y += y_stride) {
    const float factor = factors[r];
    for (isize i = 0; i < width; i++) y[i] = factor * x[i];
  }
}

KERNEL(void, superb_window_moments,
       (isize frames, isize stride, isize kernel, const float *x, double m,
        double *sums, double *products),
       (frames, stride, kernel, x, m, sums, products)) {
  memset(sums, 0, (size_t)kernel * sizeof *sums);
  memset(products, 0, (size_t)(kernel * kernel) * sizeof *products);
  for (isize t = 0; t < frames; t++, x += stride)
    for (isize a = 0; a < kernel; a++) {
      double centered = (double)x[a] - m;
      sums[a] += centered;
      for (isize b = 0; b <= a; b++)
        products[a * kernel + b] += centered * ((double)x[b] - m);
    }
}
