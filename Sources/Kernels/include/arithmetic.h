/* Sums and products of whole buffers, and of a matrix with a row that is
 * repeated. Matrices are [rows, dim]. */
#ifndef SUPERB_ARITHMETIC_H
#define SUPERB_ARITHMETIC_H

#include <stdint.h>

/* z = x ∘ y; z may be x or y. */
void superb_add(int64_t n, const float *x, const float *y, float *z);
void superb_sub(int64_t n, const float *x, const float *y, float *z);
void superb_mul(int64_t n, const float *x, const float *y, float *z);
void superb_divide(int64_t n, const float *x, const float *y, float *z);
/* y = factor · x + offset; y may be x. */
void superb_affine(int64_t n, float factor, float offset, const float *x,
                   float *y);
/* y += a · x */
void superb_axpy(int64_t n, float a, const float *x, float *y);
/* y += a */
void superb_add_constant(int64_t n, float a, float *y);
/* z += x · y */
void superb_multiply_add(int64_t n, const float *x, const float *y,
                         float *z);

/* z += x / y */
void superb_divide_add(int64_t n, const float *x, const float *y, float *z);
/* dy -= dz · z / y: what z = x / y sends back to y. */
void superb_divisor_backward(int64_t n, const float *dz, const float *z,
                             const float *y, float *dy);

/* y = x + sign · b, b [dim]; y may be x. */
void superb_add_row(int64_t rows, int64_t dim, float sign, const float *x,
                    const float *b, float *y);
/* y = x · b, b [dim]; y may be x. */
void superb_mul_row(int64_t rows, int64_t dim, const float *x, const float *b,
                    float *y);
/* z += x · b, b [dim] */
void superb_multiply_add_row(int64_t rows, int64_t dim, const float *x,
                             const float *b, float *z);

/* y = x / b, b [dim]; y may be x. */
void superb_divide_row(int64_t rows, int64_t dim, const float *x,
                       const float *b, float *y);
/* z += x / b, b [dim] */
void superb_divide_add_row(int64_t rows, int64_t dim, const float *x,
                           const float *b, float *z);

/* y [rows, width] += x [rows, width], whose rows lie y_stride and x_stride
 * numbers apart. */
void superb_add_block(int64_t rows, int64_t width, const float *x,
                      int64_t x_stride, float *y, int64_t y_stride);
/* y = x, as above. */
void superb_copy_block(int64_t rows, int64_t width, const float *x,
                       int64_t x_stride, float *y, int64_t y_stride);

/* y [width, rows] = the transpose of x [rows, width]. */
void superb_transpose(int64_t rows, int64_t width, const float *x, float *y);
/* y = the transpose of x, whose rows lie y_stride and x_stride apart, or
 * y += it. */
void superb_transpose_rows(int64_t rows, int64_t width, const float *x,
                           int64_t x_stride, float *y, int64_t y_stride);
void superb_transpose_rows_add(int64_t rows, int64_t width, const float *x,
                               int64_t x_stride, float *y, int64_t y_stride);

#endif
