/* Kernels along the last axis of x [rows, dim]. y may be x. A backward
 * kernel adds to dx. */
#pragma once

#include "isize.h"

void superb_softmax(isize rows, isize dim, const float *x, float *y);
/* dx += y (dy - Σ y dy) */
void superb_softmax_backward(isize rows, isize dim, const float *y,
                             const float *dy, float *dx);

void superb_log_softmax(isize rows, isize dim, const float *x, float *y);
/* dx += dy - exp(y) Σ dy */
void superb_log_softmax_backward(isize rows, isize dim, const float *y,
                                 const float *dy, float *dx);

/* y = (x - mean) · inverse · gamma + beta, with the biased variance and
 * inverse = 1 / sqrt(variance + epsilon); with `gelu`, gelu of that. gamma and
 * beta [dim] or null; mean and inverse [rows] receive the statistics, or are
 * null. */
void superb_layer_norm(isize rows, isize dim, double epsilon, const float *x,
                       const float *gamma, const float *beta, int gelu,
                       float *y, float *mean, float *inverse);
void superb_layer_norm_backward(isize rows, isize dim, const float *x,
                                const float *gamma, const float *mean,
                                const float *inverse, const float *dy,
                                float *dx);

/* losses[r] = -log softmax(x[r])[labels[r]], 0 where the label is `ignored`;
 * probabilities [rows, dim] receives the softmax. Labels must lie in
 * 0 ..< dim. */
void superb_cross_entropy(isize rows, isize dim, const float *x,
                          const int32_t *labels, int32_t ignored,
                          float *probabilities, float *losses);
/* dx += scale · (probabilities - one_hot(labels)) in rows not ignored */
void superb_cross_entropy_backward(isize rows, isize dim,
                                   const float *probabilities,
                                   const int32_t *labels, int32_t ignored,
                                   float scale, float *dx);
