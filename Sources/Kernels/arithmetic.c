#include "arithmetic.h"

#include "simd.h"

#define OF_TWO(name, statement)                                               \
  EACH(name, (isize n, const float *x, const float *y, float *z),             \
       (n, x, y, z), statement)

OF_TWO(superb_add, z[i] = x[i] + y[i])
OF_TWO(superb_sub, z[i] = x[i] - y[i])
OF_TWO(superb_mul, z[i] = x[i] * y[i])
OF_TWO(superb_divide, z[i] = x[i] / y[i])

EACH(superb_affine,
     (isize n, float factor, float offset, const float *x, float *y),
     (n, factor, offset, x, y), y[i] = factor * x[i] + offset)
EACH(superb_axpy, (isize n, float a, const float *x, float *y), (n, a, x, y),
     y[i] += a * x[i])
EACH(superb_add_constant, (isize n, float a, float *y), (n, a, y), y[i] += a)

OF_TWO(superb_multiply_add, z[i] += x[i] * y[i])
OF_TWO(superb_divide_add, z[i] += x[i] / y[i])
EACH(superb_divisor_backward,
     (isize n, const float *dz, const float *z, const float *y, float *dy),
     (n, dz, z, y, dy), dy[i] -= dz[i] * z[i] / y[i])

KERNEL(void, superb_add_row,
       (isize rows, isize dim, float sign, const float *x, const float *b,
        float *y), (rows, dim, sign, x, b, y)) {
  for (isize r = 0; r < rows; r++, x += dim, y += dim)
    for (isize i = 0; i < dim; i++) y[i] = x[i] + sign * b[i];
}

#define WITH_ROW(name, statement)                                             \
  KERNEL(void, name,                                                          \
         (isize rows, isize dim, const float *x, const float *b, float *z),   \
         (rows, dim, x, b, z)) {                                              \
    for (isize r = 0; r < rows; r++, x += dim, z += dim)                      \
      for (isize i = 0; i < dim; i++) statement;                              \
  }

WITH_ROW(superb_mul_row, z[i] = x[i] * b[i])
WITH_ROW(superb_multiply_add_row, z[i] += x[i] * b[i])
WITH_ROW(superb_divide_row, z[i] = x[i] / b[i])
WITH_ROW(superb_divide_add_row, z[i] += x[i] / b[i])

KERNEL(void, superb_add_block,
       (isize rows, isize width, const float *x, isize x_stride, float *y,
        isize y_stride), (rows, width, x, x_stride, y, y_stride)) {
  for (isize r = 0; r < rows; r++, x += x_stride, y += y_stride)
    for (isize i = 0; i < width; i++) y[i] += x[i];
}

KERNEL(void, superb_copy_block,
       (isize rows, isize width, const float *x, isize x_stride, float *y,
        isize y_stride), (rows, width, x, x_stride, y, y_stride)) {
  for (isize r = 0; r < rows; r++, x += x_stride, y += y_stride)
    memcpy(y, x, (size_t)width * sizeof *y);
}

KERNEL(void, superb_transpose_rows,
       (isize rows, isize width, const float *x, isize x_stride, float *y,
        isize y_stride), (rows, width, x, x_stride, y, y_stride)) {
  isize r = 0;
  for (; r + 8 <= rows; r += 8) {
    isize i = 0;
    for (; i + 8 <= width; i += 8)
      transpose8(x + r * x_stride + i, x_stride, y + i * y_stride + r,
                 y_stride);
    for (; i < width; i++)
      for (isize k = r; k < r + 8; k++)
        y[i * y_stride + k] = x[k * x_stride + i];
  }
  for (; r < rows; r++)
    for (isize i = 0; i < width; i++)
      y[i * y_stride + r] = x[r * x_stride + i];
}

KERNEL(void, superb_transpose_rows_add,
       (isize rows, isize width, const float *x, isize x_stride, float *y,
        isize y_stride), (rows, width, x, x_stride, y, y_stride)) {
  /* In squares, so that neither side leaves the first-level cache. */
  for (isize r = 0; r < rows; r += 16)
    for (isize i = 0; i < width; i += 16) {
      isize end = least(rows, r + 16);
      isize last = least(width, i + 16);
      for (isize c = i; c < last; c++)
        for (isize k = r; k < end; k++)
          y[c * y_stride + k] += x[k * x_stride + c];
    }
}
