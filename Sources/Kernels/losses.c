#include "losses.h"

#include "simd.h"

/* log(1 + exp(x)) */
INLINE double softplus(double x) {
  double a = x < 0 ? x : -x;
  return (x > 0 ? x : 0) + __builtin_log1p(__builtin_exp(a));
}

double superb_binary_cross_entropy(isize n, const float *x,
                                   const float *targets) {
  double total = 0;
  for (isize i = 0; i < n; i++)
    total += softplus((double)x[i]) - (double)x[i] * (double)targets[i];
  return total;
}

KERNEL(void, superb_binary_cross_entropy_backward,
       (isize n, const float *x, const float *targets, float scale, float *dx),
       (n, x, targets, scale, dx)) {
  for (isize i = 0; i < n; i++)
    dx[i] += scale * (sigmoid1(x[i]) - targets[i]);
}

void superb_pair_costs(isize rows, isize width, const float *x,
                       const float *targets, double *costs) {
  for (isize i = 0; i < width * width; i++) costs[i] = 0;
  for (isize r = 0; r < rows; r++, x += width, targets += width)
    for (isize i = 0; i < width; i++) {
      double v = (double)x[i], full = softplus(v);
      for (isize j = 0; j < width; j++)
        costs[i * width + j] += full - v * (double)targets[j];
    }
}

KERNEL(void, superb_pair_costs_backward,
       (isize rows, isize width, const float *x, const float *targets,
        const int32_t *matched, float scale, float *dx),
       (rows, width, x, targets, matched, scale, dx)) {
  for (isize r = 0; r < rows; r++, x += width, targets += width, dx += width)
    for (isize i = 0; i < width; i++)
      dx[i] += scale * (sigmoid1(x[i]) - targets[matched[i]]);
}

KERNEL(void, superb_margin,
       (isize rows, isize dim, const float *x, const int32_t *labels,
        double scale, double margin, int angular, float *y, float *slopes),
       (rows, dim, x, labels, scale, margin, angular, y, slopes)) {
  double c = __builtin_cos(margin), s = __builtin_sin(margin);
  float factor = (float)scale;
  for (isize r = 0; r < rows; r++, x += dim, y += dim) {
    double cosine = (double)x[labels[r]];
    double value = cosine - margin, slope = 1;
    if (angular && cosine > -c) {
      double square = 1 - cosine * cosine;
      double sine = __builtin_elementwise_sqrt(square > 0 ? square : 0);
      value = cosine * c - sine * s;
      /* Infinite where the angle is 0; there is no use in that. */
      slope = c + (sine > 0 ? s * cosine / sine : 0);
    } else if (angular) {
      value = cosine - margin * s;
    }
    for (isize i = 0; i < dim; i++) y[i] = factor * x[i];
    y[labels[r]] = (float)(scale * value);
    slopes[r] = (float)(scale * slope);
  }
}

KERNEL(void, superb_margin_backward,
       (isize rows, isize dim, const int32_t *labels, float scale,
        const float *slopes, const float *dy, float *dx),
       (rows, dim, labels, scale, slopes, dy, dx)) {
  for (isize r = 0; r < rows; r++, dy += dim, dx += dim) {
    float other = dx[labels[r]];
    for (isize i = 0; i < dim; i++) dx[i] += scale * dy[i];
    dx[labels[r]] = other + slopes[r] * dy[labels[r]];
  }
}
