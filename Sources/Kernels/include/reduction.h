/* Sums. What is added up in double is so because it is long. */
#pragma once

#include "isize.h"

double superb_sum(isize n, const float *x);
double superb_dot(isize n, const float *x, const float *y);

/* Each of these adds to `out` [width] the sums over rows of a matrix whose
 * rows lie `stride` numbers apart, in double. Cut a matrix by columns to
 * share the work. */

/* Σ_r sign · x[r] */
void superb_column_sums(isize rows, isize width, isize stride,
                        float sign, const float *x, float *out);
/* Σ_r x[r] · y[r] */
void superb_column_dots(isize rows, isize width, isize stride,
                        const float *x, const float *y, float *out);
/* Σ_r (x[r] - mean[r]) · inverse[r] · y[r]: a layer norm's gamma gradient */
void superb_column_normal_dots(isize rows, isize width, isize stride,
                               const float *x, const float *mean,
                               const float *inverse, const float *y,
                               float *out);
/* Σ_r weights[r] · x[r] */
void superb_weighted_column_sums(isize rows, isize width, isize stride,
                                 const float *weights, const float *x,
                                 float *out);

/* out[c] = max_r x[r][c], and first[c] = the first row that holds it; a row
 * with NaN is taken for the largest, as PyTorch does. There is a row. */
void superb_column_max(isize rows, isize width, isize stride,
                       const float *x, float *out, isize *first);
