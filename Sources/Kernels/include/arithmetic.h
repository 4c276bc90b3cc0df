/* Sums and products of whole buffers, and of a matrix with a row that is
 * repeated. Matrices are [rows, dim]. */
#pragma once

#include "isize.h"

/* z = x ∘ y; z may be x or y. */
void superb_add(isize n, const float *x, const float *y, float *z);
void superb_sub(isize n, const float *x, const float *y, float *z);
void superb_mul(isize n, const float *x, const float *y, float *z);
void superb_divide(isize n, const float *x, const float *y, float *z);
/* y = factor · x + offset; y may be x. */
void superb_affine(isize n, float factor, float offset, const float *x,
                   float *y);
/* y += a · x */
void superb_axpy(isize n, float a, const float *x, float *y);
/* y += a */
void superb_add_constant(isize n, float a, float *y);
/* z += x · y */
void superb_multiply_add(isize n, const float *x, const float *y, float *z);

/* z += x / y */
void superb_divide_add(isize n, const float *x, const float *y, float *z);
/* dy -= dz · z / y: what z = x / y sends back to y. */
void superb_divisor_backward(isize n, const float *dz, const float *z,
                             const float *y, float *dy);

/* y = x + sign · b, b [dim]; y may be x. */
void superb_add_row(isize rows, isize dim, float sign, const float *x,
                    const float *b, float *y);
/* y = x · b, b [dim]; y may be x. */
void superb_mul_row(isize rows, isize dim, const float *x, const float *b,
                    float *y);
/* z += x · b, b [dim] */
void superb_multiply_add_row(isize rows, isize dim, const float *x,
                             const float *b, float *z);

/* y = x / b, b [dim]; y may be x. */
void superb_divide_row(isize rows, isize dim, const float *x,
                       const float *b, float *y);
/* z += x / b, b [dim] */
void superb_divide_add_row(isize rows, isize dim, const float *x,
                           const float *b, float *z);

/* y [rows, width] += x [rows, width], whose rows lie y_stride and x_stride
 * numbers apart. */
void superb_add_block(isize rows, isize width, const float *x,
                      isize x_stride, float *y, isize y_stride);
/* y [rows, width] = x [rows, width], rows y_stride and x_stride apart. */
void superb_copy_block(isize rows, isize width, const float *x,
                       isize x_stride, float *y, isize y_stride);

/* y [width, rows] = the transpose of x [rows, width], whose rows lie y_stride
 * and x_stride apart, or y += it. */
void superb_transpose_rows(isize rows, isize width, const float *x,
                           isize x_stride, float *y, isize y_stride);
void superb_transpose_rows_add(isize rows, isize width, const float *x,
                               isize x_stride, float *y, isize y_stride);
