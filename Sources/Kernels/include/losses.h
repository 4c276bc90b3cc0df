/* Losses of single numbers. A backward kernel adds to dx. */
#pragma once

#include "isize.h"

/* Σ of the binary cross-entropy of logits x against targets, in double. */
double superb_binary_cross_entropy(isize n, const float *x,
                                   const float *targets);
/* dx += scale (sigmoid(x) - targets) */
void superb_binary_cross_entropy_backward(isize n, const float *x,
                                          const float *targets, float scale,
                                          float *dx);
/* costs [width, width] = the sum over rows of the binary cross-entropy of
 * each column of x [rows, width] against each column of the targets. */
void superb_pair_costs(isize rows, isize width, const float *x,
                       const float *targets, double *costs);
/* dx[r, c] += scale (sigmoid(x[r, c]) - targets[r, matched[c]]) */
void superb_pair_costs_backward(isize rows, isize width, const float *x,
                                const float *targets, const int32_t *matched,
                                float scale, float *dx);

/* y = scale · x, but in each row's label column scale · (x - margin), or,
 * if `angular`, scale · cos(arccos(x) + margin); where that angle is past pi
 * it is scale · (x - margin · sin(margin)), which goes on falling.
 * slopes [rows] receives the derivative at the label. */
void superb_margin(isize rows, isize dim, const float *x,
                   const int32_t *labels, double scale, double margin,
                   int angular, float *y, float *slopes);
void superb_margin_backward(isize rows, isize dim, const int32_t *labels,
                            float scale, const float *slopes, const float *dy,
                            float *dx);
