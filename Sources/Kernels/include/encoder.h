/* What a transformer encoder does between its products. */
#pragma once

#include "isize.h"

/* The softmax of scores before its division: in each row of x [rows, dim],
 * rows `stride` numbers apart, x = exp(x - max), and inverse [rows] =
 * 1 / Σ x. With a bias (or null), gates[r] · bias[i - r] is added to x[r, i]
 * first: a bias that depends on the distance alone, and a factor of the row's
 * own. */
void superb_attention_weights(isize rows, isize dim, isize stride,
                              float *x, const float *gates,
                              const float *bias, float *inverse);

/* y [rows, width] = factors[r] · x[r], rows y_stride and x_stride apart. */
void superb_scale_rows(isize rows, isize width, const float *x, isize x_stride,
                       const float *factors, float *y, isize y_stride);

/* With d[t, a] = x[t · stride + a] - m over `frames` windows: sums[a] =
 * Σ_t d[t, a] and, for b ≤ a, products[a · kernel + b] = Σ_t d[t, a] d[t, b].
 * From these the mean and variance of any filter's output follow. */
void superb_window_moments(isize frames, isize stride, isize kernel,
                           const float *x, double m, double *sums,
                           double *products);
