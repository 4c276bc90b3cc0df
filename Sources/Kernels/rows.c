#include "rows.h"

#include "simd.h"

/* NaN anywhere in the row need not show here: it shows in the exponentials. */
INLINE float row_maximum(int64_t dim, const float *x) {
  float top = dim > 0 ? x[0] : 0;
  int64_t i = 0;
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

INLINE void softmax_row(int64_t dim, const float *x, float *y) {
  float top = row_maximum(dim, x);
  for (int64_t i = 0; i < dim; i++) y[i] = exp1(x[i] - top);
  float factor = (float)(1.0 / sum_of(dim, y));
  for (int64_t i = 0; i < dim; i++) y[i] *= factor;
}

KERNEL(void, superb_softmax,
       (int64_t rows, int64_t dim, const float *x, float *y),
       (rows, dim, x, y)) {
  for (int64_t r = 0; r < rows; r++) softmax_row(dim, x + r * dim, y + r * dim);
}

KERNEL(void, superb_softmax_backward,
       (int64_t rows, int64_t dim, const float *y, const float *dy,
        float *dx),
       (rows, dim, y, dy, dx)) {
  for (int64_t r = 0; r < rows; r++, y += dim, dy += dim, dx += dim) {
    float mean = (float)dot_of(dim, y, dy);
    for (int64_t i = 0; i < dim; i++) dx[i] += y[i] * (dy[i] - mean);
  }
}

/* Sixteen exponentials at a time, so that no buffer is needed. */
INLINE double sum_exp(int64_t dim, const float *x, float top) {
  f64x16 total = {0};
  float e[16];
  for (int64_t i = 0; i < dim; i += 16) {
    int64_t count = dim - i < 16 ? dim - i : 16;
    f32x16 v;
    load16(&v, x + i, count);
    v -= top;
    memcpy(e, &v, sizeof e);
    for (int lane = 0; lane < 16; lane++) e[lane] = exp1(e[lane]);
    load16(&v, e, count);
    total += WIDEN(v);
  }
  return lane_sum(&total);
}

KERNEL(void, superb_log_softmax,
       (int64_t rows, int64_t dim, const float *x, float *y),
       (rows, dim, x, y)) {
  for (int64_t r = 0; r < rows; r++, x += dim, y += dim) {
    float top = row_maximum(dim, x);
    float log_sum = (float)__builtin_log(sum_exp(dim, x, top));
    for (int64_t i = 0; i < dim; i++) y[i] = (x[i] - top) - log_sum;
  }
}

KERNEL(void, superb_log_softmax_backward,
       (int64_t rows, int64_t dim, const float *y, const float *dy,
        float *dx),
       (rows, dim, y, dy, dx)) {
  for (int64_t r = 0; r < rows; r++, y += dim, dy += dim, dx += dim) {
    float total = (float)sum_of(dim, dy);
    for (int64_t i = 0; i < dim; i++) dx[i] += dy[i] - exp1(y[i]) * total;
  }
}

KERNEL(void, superb_layer_norm,
       (int64_t rows, int64_t dim, double epsilon, const float *x,
        const float *gamma, const float *beta, float *y, float *mean,
        float *inverse),
       (rows, dim, epsilon, x, gamma, beta, y, mean, inverse)) {
  for (int64_t r = 0; r < rows; r++, x += dim, y += dim) {
    double center = sum_of(dim, x) / (double)dim;
    float m = (float)center;
    double variance = deviation_of(dim, x, center) / (double)dim;
    int64_t i;
    float s = (float)(1.0 / __builtin_elementwise_sqrt(variance + epsilon));
    mean[r] = m;
    inverse[r] = s;
    if (gamma && beta)
      for (i = 0; i < dim; i++) y[i] = (x[i] - m) * s * gamma[i] + beta[i];
    else if (gamma)
      for (i = 0; i < dim; i++) y[i] = (x[i] - m) * s * gamma[i];
    else if (beta)
      for (i = 0; i < dim; i++) y[i] = (x[i] - m) * s + beta[i];
    else
      for (i = 0; i < dim; i++) y[i] = (x[i] - m) * s;
  }
}

/* With h = (x - mean) inverse and g = dy gamma:
 * dx = inverse (g - mean(g) - h mean(g h)). */
KERNEL(void, superb_layer_norm_backward,
       (int64_t rows, int64_t dim, const float *x, const float *gamma,
        const float *mean, const float *inverse, const float *dy, float *dx),
       (rows, dim, x, gamma, mean, inverse, dy, dx)) {
  for (int64_t r = 0; r < rows; r++, x += dim, dy += dim, dx += dim) {
    const float m = mean[r], s = inverse[r];
    f64x16 sum = {0}, dot = {0};
    for (int64_t i = 0; i < dim; i += 16) {
      f32x16 g, h, factor;
      load16(&g, dy + i, dim - i);
      load16(&h, x + i, dim - i);
      if (gamma) {
        load16(&factor, gamma + i, dim - i);
        g *= factor;
      }
      h = (h - m) * s;
      sum += WIDEN(g);
      dot += WIDEN(g) * WIDEN(h); /* g is 0 past the row's end */
    }
    float a = (float)(lane_sum(&sum) / (double)dim);
    float b = (float)(lane_sum(&dot) / (double)dim);
    if (gamma)
      for (int64_t i = 0; i < dim; i++)
        dx[i] += s * (dy[i] * gamma[i] - a - (x[i] - m) * s * b);
    else
      for (int64_t i = 0; i < dim; i++)
        dx[i] += s * (dy[i] - a - (x[i] - m) * s * b);
  }
}

KERNEL(void, superb_cross_entropy,
       (int64_t rows, int64_t dim, const float *x, const int32_t *labels,
        int32_t ignored, float *probabilities, float *losses),
       (rows, dim, x, labels, ignored, probabilities, losses)) {
  for (int64_t r = 0; r < rows; r++, x += dim, probabilities += dim) {
    if (labels[r] == ignored) {
      losses[r] = 0.0f;
      memset(probabilities, 0, (size_t)dim * sizeof *probabilities);
      continue;
    }
    float top = row_maximum(dim, x);
    for (int64_t i = 0; i < dim; i++) probabilities[i] = exp1(x[i] - top);
    double total = sum_of(dim, probabilities);
    float factor = (float)(1.0 / total);
    for (int64_t i = 0; i < dim; i++) probabilities[i] *= factor;
    losses[r] = (float)__builtin_log(total) - (x[labels[r]] - top);
  }
}

KERNEL(void, superb_cross_entropy_backward,
       (int64_t rows, int64_t dim, const float *probabilities,
        const int32_t *labels, int32_t ignored, float scale, float *dx),
       (rows, dim, probabilities, labels, ignored, scale, dx)) {
  for (int64_t r = 0; r < rows; r++, probabilities += dim, dx += dim) {
    if (labels[r] == ignored) continue;
    for (int64_t i = 0; i < dim; i++) dx[i] += scale * probabilities[i];
    dx[labels[r]] -= scale;
  }
}
