/* The product of a few rows with one block of packed weights. OpenBLAS copies
 * its operands on every call, which costs more than so small a product does;
 * here the weights are packed once for all steps. */
#pragma once

#include "simd.h"

/* Rows that are taken through a block at a time: their sums stay in the
 * first-level cache. */
#define PANEL_ROWS 48
/* The inner extent is walked in pieces, whose weights stay there too. */
#define PANEL_DEPTH 64

/* c [rows, 16·vectors] += a [rows, depth] · b [depth, width]. `next` is where
 * the weights of the next piece lie: each tile fetches its share of them. */
INLINE void tile(int rows, int vectors, int width, isize depth,
                 const float *a, isize a_stride, const float *b, float *c,
                 const char *next, isize next_step) {
  f32x16 sums[8][4];
  _Pragma("unroll") for (int i = 0; i < rows; i++)
    _Pragma("unroll") for (int j = 0; j < vectors; j++)
      sums[i][j] = *(const f32x16 *)(c + i * width + 16 * j);
  for (isize k = 0; k < depth; k++) {
    f32x16 weights[4];
    _Pragma("unroll") for (int j = 0; j < vectors; j++)
      weights[j] = *(const f32x16 *)(b + k * width + 16 * j);
    /* Into the second level: the first has the piece at hand. */
    __builtin_prefetch(next, 0, 2);
    if (next_step > 64) __builtin_prefetch(next + 64, 0, 2);
    next += next_step;
    _Pragma("unroll") for (int i = 0; i < rows; i++)
      _Pragma("unroll") for (int j = 0; j < vectors; j++)
        sums[i][j] += a[i * a_stride + k] * weights[j];
  }
  _Pragma("unroll") for (int i = 0; i < rows; i++)
    _Pragma("unroll") for (int j = 0; j < vectors; j++)
      *(f32x16 *)(c + i * width + 16 * j) = sums[i][j];
}

/* A tile of a number of rows that is known only now, `tallest` at most. */
INLINE void tile_of(isize rows, int tallest, int vectors, int width,
                    isize depth, const float *a, isize a_stride, const float *b,
                    float *c, const char *next, isize next_step) {
#define TILE(n)                                                         \
  if (n <= tallest && rows == n)                                        \
    tile(n, vectors, width, depth, a, a_stride, b, c, next, next_step);
  TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8)
#undef TILE
}

/* c [rows, width] += a [rows, depth] · b [depth, width], `vectors` vectors
 * and at most `tallest` rows a tile: as many sums as the processor has
 * registers for. */
INLINE void panel(isize rows, isize depth, int width, int vectors, int tallest,
                  const float *a, isize a_stride, const float *b, float *c) {
  isize tiles = (rows + tallest - 1) / tallest;
  for (isize k = 0; k < depth; k += PANEL_DEPTH) {
    isize n = least(PANEL_DEPTH, depth - k);
    const float *piece = b + k * width;
    isize share = n * width * (isize)sizeof *b / tiles;
    for (isize t = 0, row = 0; t < tiles; t++) {
      isize end = rows * (t + 1) / tiles;
      const char *next = (const char *)(piece + n * width) + t * share;
      for (int j = 0; j < width; j += 16 * vectors)
        tile_of(end - row, tallest, vectors, width, n, a + row * a_stride + k,
                a_stride, piece + j, c + row * width + j, next, share / n);
      row = end;
    }
  }
}
