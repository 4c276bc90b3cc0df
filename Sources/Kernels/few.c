#include "few.h"

#include "simd.h"

/* The pieces of superb_dense: sums are made in the same order. */
#define DEPTH 384
/* Rows of a tile, whose sums stay in registers. */
#define ROWS 6

/* What the tiles of one product share. */
typedef struct few {
  isize depth, x_stride, w_stride, y_stride;
  int adds;
} few;

/* y [rows, 16 · vectors], piece after piece of the inner extent. */
INLINE void tile(int rows, int vectors, const few *f, const float *x,
                 const float *w, const float *bias, float *y) {
  isize pieces = (f->depth + DEPTH - 1) / DEPTH;
  for (isize piece = 0, k = 0; piece < pieces; piece++) {
    f32x16 sums[ROWS][4];
    _Pragma("unroll") for (int j = 0; j < vectors; j++) {
      f32x16 start = {0};
      if (piece == 0 && bias) start = *(const f32x16 *)(bias + 16 * j);
      _Pragma("unroll") for (int i = 0; i < rows; i++) sums[i][j] = start;
    }
    for (isize end = f->depth * (piece + 1) / pieces; k < end; k++) {
      const float *row = w + k * f->w_stride;
      f32x16 weights[4];
      _Pragma("unroll") for (int j = 0; j < vectors; j++)
        weights[j] = *(const f32x16 *)(row + 16 * j);
      _Pragma("unroll") for (int i = 0; i < rows; i++)
        _Pragma("unroll") for (int j = 0; j < vectors; j++)
          sums[i][j] += x[i * f->x_stride + k] * weights[j];
    }
    int adds = piece > 0 || f->adds;
    _Pragma("unroll") for (int i = 0; i < rows; i++)
      _Pragma("unroll") for (int j = 0; j < vectors; j++) {
        f32x16 *to = (f32x16 *)(y + i * f->y_stride + 16 * j);
        if (adds) sums[i][j] += *to;
        *to = sums[i][j];
      }
  }
}

/* 16 · vectors columns of all rows. */
INLINE void columns(isize rows, int vectors, const few *f, const float *x,
                    const float *w, const float *bias, float *y) {
  for (isize row = 0; row < rows; row += ROWS) {
    const float *from = x + row * f->x_stride;
    float *to = y + row * f->y_stride;
    switch (least(ROWS, rows - row)) {
      case 1: tile(1, vectors, f, from, w, bias, to); break;
      case 2: tile(2, vectors, f, from, w, bias, to); break;
      case 3: tile(3, vectors, f, from, w, bias, to); break;
      case 4: tile(4, vectors, f, from, w, bias, to); break;
      case 5: tile(5, vectors, f, from, w, bias, to); break;
      default: tile(6, vectors, f, from, w, bias, to); break;
    }
  }
}

INLINE void product(isize rows, isize width, const few *f, const float *x,
                    const float *w, const float *bias, float *y, int vectors) {
  isize c = 0;
  for (; c + 16 * vectors <= width; c += 16 * vectors)
    columns(rows, vectors, f, x, w + c, bias ? bias + c : 0, y + c);
  for (; c < width; c += 16)
    columns(rows, 1, f, x, w + c, bias ? bias + c : 0, y + c);
}

LEVEL_AVX512_WIDE static void few_wide(isize rows, isize width, const few *f,
                                       const float *x, const float *w,
                                       const float *bias, float *y) {
  product(rows, width, f, x, w, bias, y, 4);
}

STATIC_KERNEL(void, few_narrow,
              (isize rows, isize width, const few *f, const float *x,
               const float *w, const float *bias, float *y),
              (rows, width, f, x, w, bias, y)) {
  product(rows, width, f, x, w, bias, y, 1);
}

void superb_few(isize rows, isize depth, isize width, const float *x,
                isize x_stride, const float *w, isize w_stride,
                const float *bias, int adds, float *y, isize y_stride) {
  few f = {depth, x_stride, w_stride, y_stride, adds};
  if (has_wide())
    few_wide(rows, width, &f, x, w, bias, y);
  else
    few_narrow(rows, width, &f, x, w, bias, y);
}
