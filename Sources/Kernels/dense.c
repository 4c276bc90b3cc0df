#include "dense.h"

#include "simd.h"

/* The inner extent and the columns are walked in pieces whose weights stay in
 * the second-level cache while all rows pass. Few rows are soon past: then
 * pieces are so narrow that the next one's weights, which are fetched
 * meanwhile, have room beside them. */
#define DEPTH 384
#define WIDTH 384
#define FEW_ROWS 512
#define FEW_ROWS_WIDTH 128

/* -- packed weights -------------------------------------------------------- */

/* Columns of a panel: four vectors, or as many as waste nothing. Panels
 * follow each other, each [depth, columns]; the last is filled up with
 * zeros. */
static isize panel_columns(isize width) {
  if (width % 64 == 0) return 64;
  if (width % 48 == 0) return 48;
  return width < 64 ? (width + 15) / 16 * 16 : 64;
}

isize superb_dense_room(isize depth, isize width) {
  isize columns = panel_columns(width);
  return (width + columns - 1) / columns * columns * depth;
}

/* `count` columns of a panel whose weights lie along the depth: column c's
 * number for input k at w[k + c * stride]. */
INLINE void pack_turned(isize depth, isize count, isize columns,
                        const float *w, isize stride, float *packed) {
  isize c = 0;
  for (; c + 8 <= count; c += 8) {
    isize k = 0;
    for (; k + 8 <= depth; k += 8)
      transpose8(w + k + c * stride, stride, packed + k * columns + c, columns);
    for (; k < depth; k++)
      for (isize i = c; i < c + 8; i++)
        packed[k * columns + i] = w[k + i * stride];
  }
  for (; c < count; c++)
    for (isize k = 0; k < depth; k++)
      packed[k * columns + c] = w[k + c * stride];
}

KERNEL(void, superb_dense_pack_taps,
       (isize taps, isize depth, isize width, const float *w, isize tap_stride,
        isize depth_stride, isize width_stride, float *packed),
       (taps, depth, width, w, tap_stride, depth_stride, width_stride,
        packed)) {
  isize columns = panel_columns(width);
  for (isize n = 0; n < width; n += columns) {
    isize count = least(columns, width - n);
    for (isize t = 0; t < taps; t++, packed += columns * depth) {
      const float *from = w + n * width_stride + t * tap_stride;
      if (width_stride == 1) {
        for (isize k = 0; k < depth; k++) {
          memcpy(packed + k * columns, from + k * depth_stride,
                 (size_t)count * sizeof *w);
          memset(packed + k * columns + count, 0,
                 (size_t)(columns - count) * sizeof *w);
        }
        continue;
      }
      if (count < columns)
        memset(packed, 0, (size_t)(columns * depth) * sizeof *w);
      if (depth_stride == 1) {
        pack_turned(depth, count, columns, from, width_stride, packed);
        continue;
      }
      /* In squares, so that neither side leaves the first-level cache. */
      for (isize k0 = 0; k0 < depth; k0 += 16)
        for (isize c = 0; c < count; c++)
          for (isize k = k0; k < least(k0 + 16, depth); k++)
            packed[k * columns + c] =
                from[k * depth_stride + c * width_stride];
    }
  }
}

void superb_dense_pack(isize depth, isize width, const float *w,
                       isize depth_stride, isize width_stride, float *packed) {
  superb_dense_pack_taps(1, depth, width, w, 0, depth_stride, width_stride,
                         packed);
}

/* -- the product ----------------------------------------------------------- */

/* One piece of the inner extent. */
typedef struct piece {
  isize depth;
  isize x_stride;
  int first; /* whether sums start here, from residual and bias */
  isize y_stride;
} piece;

/* Weights of the next piece: the share that one tile fetches of one panel. */
typedef struct share {
  const float *weights;
  isize step;  /* numbers further with each k; 0 if there is no next */
  isize panel; /* from one panel to the next */
} share;

/* y [rows, 16 · vectors] = its sums so far + x · b, in registers. `columns`
 * is the panel's, of which this may be a part. What is there already is added
 * last: rounding errors of long sums grow with the piece, not the whole. */
INLINE void tile(int rows, int vectors, isize columns, const piece *p,
                 const float *x, const float *b, const float *bias,
                 const float *residual, const share *next, float *y) {
  const isize x_stride = p->x_stride, y_stride = p->y_stride;
  const float *ahead = next->weights;
  f32x16 sums[8][4];
  _Pragma("unroll") for (int i = 0; i < rows; i++)
    _Pragma("unroll") for (int j = 0; j < vectors; j++)
      __builtin_prefetch(y + i * y_stride + 16 * j);
  _Pragma("unroll") for (int j = 0; j < vectors; j++) {
    f32x16 start = {0};
    if (p->first && bias) start = *(const f32x16 *)(bias + 16 * j);
    _Pragma("unroll") for (int i = 0; i < rows; i++) sums[i][j] = start;
  }
  const float *from[8];
  _Pragma("unroll") for (int i = 0; i < rows; i++) from[i] = x + i * x_stride;
  for (isize k = 0; k < p->depth; k++, b += columns) {
    f32x16 weights[4];
    _Pragma("unroll") for (int j = 0; j < vectors; j++) {
      weights[j] = *(const f32x16 *)(b + 16 * j);
      __builtin_prefetch(b + 8 * columns + 16 * j);
    }
    __builtin_prefetch(ahead, 0, 2);
    ahead += next->step;
    _Pragma("unroll") for (int i = 0; i < rows; i++)
      _Pragma("unroll") for (int j = 0; j < vectors; j++)
        sums[i][j] += from[i][k] * weights[j];
  }
  const float *before = p->first ? residual : y;
  if (before)
    _Pragma("unroll") for (int i = 0; i < rows; i++)
      _Pragma("unroll") for (int j = 0; j < vectors; j++)
        sums[i][j] += *(const f32x16 *)(before + i * y_stride + 16 * j);
  _Pragma("unroll") for (int i = 0; i < rows; i++)
    _Pragma("unroll") for (int j = 0; j < vectors; j++)
      *(f32x16 *)(y + i * y_stride + 16 * j) = sums[i][j];
}

INLINE void tile_of(isize rows, int tallest, int vectors, isize columns,
                    const piece *p, const float *x, const float *b,
                    const float *bias, const float *residual,
                    const share *next, float *y) {
#define TILE(n)                    \
  if (n <= tallest && rows == n)   \
    tile(n, vectors, columns, p, x, b, bias, residual, next, y);
  TILE(1) TILE(2) TILE(3) TILE(4) TILE(5) TILE(6) TILE(7) TILE(8)
#undef TILE
}

/* A panel whose columns do not all exist: through a buffer that has them. */
INLINE void ragged(isize rows, int tallest, int vectors, isize columns,
                   isize count, const piece *p, const float *x,
                   const float *b, const float *bias, const float *residual,
                   const share *next, float *y) {
  float room[8 * 64] = {0}, biases[64] = {0};
  piece inner = *p;
  const float *start = p->first ? residual : y;
  inner.y_stride = columns;
  if (bias) memcpy(biases, bias, (size_t)count * sizeof *bias);
  for (isize i = 0; start && i < rows; i++)
    memcpy(room + i * columns, start + i * p->y_stride,
           (size_t)count * sizeof *y);
  for (isize c = 0; c < columns; c += 16 * vectors)
    tile_of(rows, tallest, vectors, columns, &inner, x, b + c, biases + c,
            room + c, next, room + c);
  for (isize i = 0; i < rows; i++)
    memcpy(y + i * p->y_stride, room + i * columns, (size_t)count * sizeof *y);
}

/* Rows [first, first + rows) through the panels of columns [from, to). */
INLINE void strip(isize rows, int tallest, int vectors, isize columns,
                  isize from, isize to, const piece *p, const float *x,
                  const float *packed, isize depth, const float *bias,
                  const float *residual, share next, float *y) {
  for (isize n = from; n < to; n += columns, next.weights += next.panel) {
    const float *b = packed + n * depth;
    const float *s = bias ? bias + n : 0;
    const float *r = residual ? residual + n : 0;
    if (to - n < columns) {
      ragged(rows, tallest, vectors, columns, to - n, p, x, b, s, r, &next,
             y + n);
      continue;
    }
    for (isize c = 0; c < columns; c += 16 * vectors)
      tile_of(rows, tallest, vectors, columns, p, x, b + c, s ? s + c : 0,
              r ? r + c : 0, &next, y + n + c);
  }
}

INLINE void gelu_strip(isize rows, isize width, float *y, isize y_stride) {
  for (isize i = 0; i < rows; i++, y += y_stride)
    for (isize n = 0; n < width; n++) y[n] = gelu1(y[n]);
}

/* What strip `index` of `strips` fetches of the weights at `next`, null if
 * there are none. */
INLINE share share_of(const float *next, isize index, isize strips,
                      const piece *p, isize columns, isize panel) {
  share none = {0};
  if (!next) return none;
  isize room = p->depth * columns / strips;
  share some = {next + room * index,
                least(16, (room + p->depth - 1) / p->depth), panel};
  return some;
}

/* Where an inner extent lies: `taps` stretches of `depth` numbers of a row. */
typedef struct inner {
  isize taps;
  isize depth;
  isize stride; /* from one tap to the next */
} inner;

/* Stretches that lie behind one another are one. */
INLINE inner joined(inner e) {
  inner one = {1, e.taps * e.depth, 0};
  return e.taps > 1 && e.stride == e.depth ? one : e;
}

/* The sums of a tile fit the registers: `tallest` rows of `vectors`. */
INLINE void dense(isize rows, inner e, isize width, const float *x,
                  isize x_stride, const float *packed, const float *bias,
                  const float *residual, int gelu, float *y, isize y_stride,
                  isize columns, int tallest, int vectors) {
  int few = rows <= FEW_ROWS;
  isize wide = (few ? FEW_ROWS_WIDTH : WIDTH) / columns * columns;
  isize tiles = (rows + tallest - 1) / tallest;
  isize each = (e.depth + DEPTH - 1) / DEPTH; /* pieces of a tap */
  isize pieces = e.depth > 0 ? e.taps * each : 0;
  isize depth = e.taps * e.depth;
  for (isize n = 0; n < width; n += wide) {
    isize end = least(n + wide, width);
    for (isize i = 0, k = 0; i < pieces; i++) {
      isize tap = i / each;
      isize below = tap * e.depth + e.depth * (i % each + 1) / each;
      const float *from = x + tap * e.stride + (k - tap * e.depth);
      piece p = {below - k, x_stride, k == 0, y_stride};
      const float *next = !few          ? 0
                          : below < depth ? packed + n * depth + below * columns
                          : end < width   ? packed + end * depth
                                          : 0;
      for (isize t = 0, row = 0; t < tiles; t++) {
        isize to = rows * (t + 1) / tiles, count = to - row;
        strip(count, tallest, vectors, columns, n, end, &p,
              from + row * x_stride, packed + k * columns, depth, bias,
              residual ? residual + row * y_stride : 0,
              share_of(next, t, tiles, &p, columns, depth * columns),
              y + row * y_stride);
        if (gelu && below == depth)
          gelu_strip(count, end - n, y + row * y_stride + n, y_stride);
        row = to;
      }
      k = below;
    }
  }
}

/* -- for wide registers and for others ------------------------------------- */

#define VARIANT(attributes, name, columns, tallest, vectors)                  \
  attributes static void name(                                                \
      isize rows, inner e, isize width, const float *x,                       \
      isize x_stride, const float *packed, const float *bias,                 \
      const float *residual, int gelu, float *y, isize y_stride) {            \
    dense(rows, e, width, x, x_stride, packed, bias, residual, gelu, y,       \
          y_stride, columns, tallest, vectors);                               \
  }

VARIANT(LEVEL_AVX512_WIDE, wide64, 64, 6, 4)
VARIANT(LEVEL_AVX512_WIDE, wide48, 48, 8, 3)
VARIANT(LEVEL_AVX512_WIDE, wide32, 32, 8, 2)
VARIANT(LEVEL_AVX512_WIDE, wide16, 16, 8, 1)

/* Half the registers or less: one vector, of several of theirs. */
KERNEL(void, superb_dense_narrow,
       (isize rows, isize taps, isize depth, isize width, const float *x,
        isize x_stride, isize tap_stride, const float *packed,
        const float *bias, const float *residual, int gelu, float *y,
        isize y_stride, isize columns),
       (rows, taps, depth, width, x, x_stride, tap_stride, packed, bias,
        residual, gelu, y, y_stride, columns)) {
  inner e = {taps, depth, tap_stride};
  dense(rows, e, width, x, x_stride, packed, bias, residual, gelu, y,
        y_stride, columns, 6, 1);
}

void superb_dense_taps(isize rows, isize taps, isize depth,
                       isize width, const float *x, isize x_stride,
                       isize tap_stride, const float *packed,
                       const float *bias, const float *residual, int gelu,
                       float *y, isize y_stride) {
  isize columns = panel_columns(width);
  inner e = joined((inner){taps, depth, tap_stride});
  if (!has_wide()) {
    superb_dense_narrow(rows, e.taps, e.depth, width, x, x_stride, e.stride,
                        packed, bias, residual, gelu, y, y_stride, columns);
    return;
  }
  __typeof__(&wide64) product = columns == 64   ? wide64
                                : columns == 48 ? wide48
                                : columns == 32 ? wide32
                                                : wide16;
  product(rows, e, width, x, x_stride, packed, bias, residual, gelu, y,
          y_stride);
}

void superb_dense(isize rows, isize depth, isize width, const float *x,
                  isize x_stride, const float *packed, const float *bias,
                  const float *residual, int gelu, float *y, isize y_stride) {
  superb_dense_taps(rows, 1, depth, width, x, x_stride, 0, packed, bias,
                    residual, gelu, y, y_stride);
}
