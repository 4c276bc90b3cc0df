/* Means and deviations of columns and of blocks, rows `stride` numbers apart,
 * and what normalising by them does to a gradient. Sums are in double. A
 * backward kernel adds to dx. */
#pragma once

#include "isize.h"

/* mean [width] of each column, and variance [width]: the sum of squared
 * distances from it over rows - correction. */
void superb_column_moments(isize rows, isize width, isize stride,
                           isize correction, const float *x, float *mean,
                           float *variance);

/* out[c] += Σ_r (x - mean[c])² */
void superb_column_squares(isize rows, isize width, isize stride,
                           const float *x, const float *mean, float *out);

/* Backwards from mean and unbiased deviation of columns, x [rows, dim]:
 * dx += d_mean / rows + d_deviation (x - mean) / ((rows - 1) deviation), the
 * second term 0 where the deviation is 0. */
void superb_deviation_backward(isize rows, isize dim, const float *x,
                               const float *mean, const float *deviation,
                               const float *d_mean, const float *d_deviation,
                               float *dx);

/* y = (x - mean) · inverse · gamma + beta, all but x and y [width] */
void superb_normalize_columns(isize rows, isize width, isize stride,
                              const float *x, const float *mean,
                              const float *inverse, const float *gamma,
                              const float *beta, float *y);
/* out[c] += Σ_r (x - mean[c]) · inverse[c] · dy */
void superb_column_standard_dots(isize rows, isize width, isize stride,
                                 const float *x, const float *mean,
                                 const float *inverse, const float *dy,
                                 float *out);
/* With h = (x - mean) inverse and totals Σ dy and Σ h dy over `rows`:
 * dx += gamma inverse (dy - (sum + h dot) / rows). */
void superb_batch_norm_backward(isize rows, isize width, isize stride,
                                const float *x, const float *mean,
                                const float *inverse, const float *gamma,
                                const float *sum, const float *dot,
                                const float *dy, float *dx);

/* One group's channels of one utterance: mean 0 and variance 1 over the
 * whole block, then gamma and beta [width]. */
void superb_group_norm(isize rows, isize width, isize stride, double epsilon,
                       const float *x, const float *gamma, const float *beta,
                       float *y, float *mean, float *inverse);
void superb_group_norm_backward(isize rows, isize width, isize stride,
                                const float *x, const float *gamma, float mean,
                                float inverse, const float *dy, float *dx);

/* Rows of x [rows, dim] times inverse[r] = 1 / max(L2 norm, epsilon);
 * slope[r] is inverse[r], or 0 where the norm is below epsilon. */
void superb_unit_rows(isize rows, isize dim, double epsilon, const float *x,
                      float *y, float *inverse, float *slope);
/* dx += inverse dy - slope y <y, dy> */
void superb_unit_rows_backward(isize rows, isize dim, const float *y,
                               const float *inverse, const float *slope,
                               const float *dy, float *dx);
/* Columns of x times inverse[c] = 1 / max(L2 norm, epsilon); slope[c] is
 * inverse[c], or 0 where the norm is below epsilon. */
void superb_unit_columns(isize rows, isize width, isize stride,
                         double epsilon, const float *x, float *y,
                         float *inverse, float *slope);
void superb_unit_columns_backward(isize rows, isize width, isize stride,
                                  const float *y, const float *inverse,
                                  const float *slope, const float *dy,
                                  float *dx);
