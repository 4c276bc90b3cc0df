#include "arithmetic.h"

#include "simd.h"

KERNEL(void, superb_add,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] = x[i] + y[i];
}

KERNEL(void, superb_sub,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] = x[i] - y[i];
}

KERNEL(void, superb_mul,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] = x[i] * y[i];
}

KERNEL(void, superb_divide,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] = x[i] / y[i];
}

KERNEL(void, superb_affine,
       (int64_t n, float factor, float offset, const float *x, float *y),
       (n, factor, offset, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = factor * x[i] + offset;
}

KERNEL(void, superb_axpy,
       (int64_t n, float a, const float *x, float *y),
       (n, a, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

KERNEL(void, superb_add_constant,
       (int64_t n, float a, float *y),
       (n, a, y)) {
  for (int64_t i = 0; i < n; i++) y[i] += a;
}

KERNEL(void, superb_multiply_add,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] += x[i] * y[i];
}

KERNEL(void, superb_divide_add,
       (int64_t n, const float *x, const float *y, float *z),
       (n, x, y, z)) {
  for (int64_t i = 0; i < n; i++) z[i] += x[i] / y[i];
}

KERNEL(void, superb_divisor_backward,
       (int64_t n, const float *dz, const float *z, const float *y,
        float *dy),
       (n, dz, z, y, dy)) {
  for (int64_t i = 0; i < n; i++) dy[i] -= dz[i] * z[i] / y[i];
}

KERNEL(void, superb_add_row,
       (int64_t rows, int64_t dim, float sign, const float *x,
        const float *b, float *y),
       (rows, dim, sign, x, b, y)) {
  for (int64_t r = 0; r < rows; r++, x += dim, y += dim)
    for (int64_t i = 0; i < dim; i++) y[i] = x[i] + sign * b[i];
}

KERNEL(void, superb_mul_row,
       (int64_t rows, int64_t dim, const float *x, const float *b, float *y),
       (rows, dim, x, b, y)) {
  for (int64_t r = 0; r < rows; r++, x += dim, y += dim)
    for (int64_t i = 0; i < dim; i++) y[i] = x[i] * b[i];
}

KERNEL(void, superb_multiply_add_row,
       (int64_t rows, int64_t dim, const float *x, const float *b, float *z),
       (rows, dim, x, b, z)) {
  for (int64_t r = 0; r < rows; r++, x += dim, z += dim)
    for (int64_t i = 0; i < dim; i++) z[i] += x[i] * b[i];
}

KERNEL(void, superb_divide_row,
       (int64_t rows, int64_t dim, const float *x, const float *b, float *y),
       (rows, dim, x, b, y)) {
  for (int64_t r = 0; r < rows; r++, x += dim, y += dim)
    for (int64_t i = 0; i < dim; i++) y[i] = x[i] / b[i];
}

KERNEL(void, superb_divide_add_row,
       (int64_t rows, int64_t dim, const float *x, const float *b, float *z),
       (rows, dim, x, b, z)) {
  for (int64_t r = 0; r < rows; r++, x += dim, z += dim)
    for (int64_t i = 0; i < dim; i++) z[i] += x[i] / b[i];
}

KERNEL(void, superb_add_block,
       (int64_t rows, int64_t width, const float *x, int64_t x_stride,
        float *y, int64_t y_stride),
       (rows, width, x, x_stride, y, y_stride)) {
  for (int64_t r = 0; r < rows; r++, x += x_stride, y += y_stride)
    for (int64_t i = 0; i < width; i++) y[i] += x[i];
}

KERNEL(void, superb_copy_block,
       (int64_t rows, int64_t width, const float *x, int64_t x_stride,
        float *y, int64_t y_stride),
       (rows, width, x, x_stride, y, y_stride)) {
  for (int64_t r = 0; r < rows; r++, x += x_stride, y += y_stride)
    memcpy(y, x, (size_t)width * sizeof *y);
}

KERNEL(void, superb_transpose,
       (int64_t rows, int64_t width, const float *x, float *y),
       (rows, width, x, y)) {
  for (int64_t r = 0; r < rows; r++)
    for (int64_t i = 0; i < width; i++) y[i * rows + r] = x[r * width + i];
}

KERNEL(void, superb_transpose_rows,
       (int64_t rows, int64_t width, const float *x, int64_t x_stride,
        float *y, int64_t y_stride),
       (rows, width, x, x_stride, y, y_stride)) {
  int64_t r = 0;
  for (; r + 8 <= rows; r += 8) {
    int64_t i = 0;
    for (; i + 8 <= width; i += 8)
      transpose8(x + r * x_stride + i, x_stride, y + i * y_stride + r,
                 y_stride);
    for (; i < width; i++)
      for (int64_t k = r; k < r + 8; k++)
        y[i * y_stride + k] = x[k * x_stride + i];
  }
  for (; r < rows; r++)
    for (int64_t i = 0; i < width; i++)
      y[i * y_stride + r] = x[r * x_stride + i];
}

KERNEL(void, superb_transpose_rows_add,
       (int64_t rows, int64_t width, const float *x, int64_t x_stride,
        float *y, int64_t y_stride),
       (rows, width, x, x_stride, y, y_stride)) {
  /* In squares, so that neither side leaves the first-level cache. */
  for (int64_t r = 0; r < rows; r += 16)
    for (int64_t i = 0; i < width; i += 16) {
      int64_t end = rows < r + 16 ? rows : r + 16;
      int64_t last = width < i + 16 ? width : i + 16;
      for (int64_t c = i; c < last; c++)
        for (int64_t k = r; k < end; k++)
          y[c * y_stride + k] += x[k * x_stride + c];
    }
}
