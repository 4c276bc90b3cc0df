#include "alignment.h"

#include <math.h>

#include "simd.h"

#define GROUP SUPERB_QUERY_GROUP
#define LANES SUPERB_DOCUMENT_PANEL

typedef int32_t i32x16 __attribute__((vector_size(64), aligned(4)));

#define AT(pointer) (*(f32x16 *)(pointer))
#define READ(pointer) (*(const f32x16 *)(pointer))
#define EVERYWHERE(x) ((x) - (f32x16){0})
/* Distances and costs are never negative, and then a float's bits, read as a
 * signed integer, order as the float does; a negative a loses to b = 0. One
 * instruction, where a minimum that minds NaN takes three. */
#define MINIMUM(a, b) \
  ((f32x16)__builtin_elementwise_min((i32x16)(a), (i32x16)(b)))
#define MAXIMUM(a, b) \
  ((f32x16)__builtin_elementwise_max((i32x16)(a), (i32x16)(b)))

/* -- packing ----------------------------------------------------------- */

/* What frame x is to be scaled by; negative if it cannot be used. */
INLINE double frame_scale(int32_t distance, isize dim, const float *x) {
  double lanes[LANES] = {0};
  isize k = 0;
  for (; k + LANES <= dim; k += LANES)
    for (int l = 0; l < LANES; l++)
      lanes[l] += (double)x[k + l] * (double)x[k + l];
  for (int l = 0; k < dim; k++, l++)
    lanes[l] += (double)x[k] * (double)x[k];
  double sum = 0;
  for (int l = 0; l < LANES; l++) sum += lanes[l];
  if (!(sum < 0x1p124)) return -1;
  if (distance > SUPERB_DISTANCE_COSINE) return 1;
  return sum > 0 ? 1 / __builtin_sqrt(sum) : 0;
}

KERNEL(isize, superb_pack_query,
       (int32_t distance, isize frames, isize dim, const float *x, isize first,
        float *packed), (distance, frames, dim, x, first, packed)) {
  for (isize i = 0; i < frames; i++, x += dim) {
    double scale = frame_scale(distance, dim, x);
    if (scale < 0) return i;
    float *column = packed + (first + i) / GROUP * GROUP * dim
                    + (first + i) % GROUP;
    for (isize k = 0; k < dim; k++)
      column[k * GROUP] = x[k] * (float)scale;
  }
  return -1;
}

/* Two vectors' lanes by turns. */
#define RIFFLE_LOW(a, b)                                                      \
  __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6,  \
                          22, 7, 23)
#define RIFFLE_HIGH(a, b)                                                     \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, \
                          14, 30, 15, 31)

/* Sixteen numbers of sixteen frames, `dim` apart, to [16 numbers][frames].
 * Riffling the vectors' two halves moves the row's highest bit to the lane's
 * lowest, in a number's place of eight bits; four times swap row and lane. */
INLINE void transpose(const float *x, isize dim, const double *scales,
                      float *out) {
  f32x16 v[LANES], next[LANES];
  for (int l = 0; l < LANES; l++)
    v[l] = READ(x + l * dim) * (float)scales[l];
  for (int round = 0; round < 4; round++) {
    for (int i = 0; i < LANES / 2; i++) {
      next[2 * i] = RIFFLE_LOW(v[i], v[i + LANES / 2]);
      next[2 * i + 1] = RIFFLE_HIGH(v[i], v[i + LANES / 2]);
    }
    for (int i = 0; i < LANES; i++) v[i] = next[i];
  }
  for (int i = 0; i < LANES; i++) AT(out + i * LANES) = v[i];
}

KERNEL(isize, superb_pack_document,
       (int32_t distance, isize frames, isize dim, const float *x,
        float *packed), (distance, frames, dim, x, packed)) {
  for (isize first = 0; first < frames; first += LANES, x += LANES * dim) {
    float *panel = packed + first * dim;
    isize lanes = least(LANES, frames - first);
    double scales[LANES];
    for (isize l = 0; l < lanes; l++) {
      scales[l] = frame_scale(distance, dim, x + l * dim);
      if (scales[l] < 0) return first + l;
    }
    isize k = 0;
    if (lanes == LANES)
      for (; k + LANES <= dim; k += LANES)
        transpose(x + k, dim, scales, panel + k * LANES);
    for (; k < dim; k++)
      for (isize l = 0; l < LANES; l++)
        panel[k * LANES + l]
          = l < lanes ? x[l * dim + k] * (float)scales[l] : 0;
  }
  return -1;
}

/* -- products ---------------------------------------------------------- */

/* `rows` query frames with `panels` panels of document frames, all sums in
 * registers. */
INLINE void tile(int32_t distance, int rows, int panels, isize dim,
                 const float *query, const float *document, float *out,
                 isize stride) {
  f32x16 sums[GROUP][2];
  for (int r = 0; r < rows; r++)
    for (int p = 0; p < panels; p++) sums[r][p] = (f32x16){0};
  for (isize k = 0; k < dim; k++) {
    f32x16 d[2];
    for (int p = 0; p < panels; p++)
      d[p] = READ(document + (p * dim + k) * LANES);
    for (int r = 0; r < rows; r++) {
      float q = query[k * GROUP + r];
      for (int p = 0; p < panels; p++) {
        f32x16 difference = q - d[p];
        if (distance == SUPERB_DISTANCE_CITYBLOCK)
          sums[r][p] += (f32x16)((i32x16)difference & 0x7fffffff);
        else if (distance == SUPERB_DISTANCE_EUCLIDEAN)
          sums[r][p] += difference * difference;
        else
          sums[r][p] += q * d[p];
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int p = 0; p < panels; p++)
      AT(out + r * stride + p * LANES) = sums[r][p];
}

/* Panels outermost: one or two stay in the level-2 cache while all groups
 * pass by. */
INLINE void products(int32_t distance, int rows, int panels_at_once,
                     isize groups, isize panels, isize dim,
                     const float *queries, const float *document, float *out,
                     isize stride) {
  for (isize p = 0; p < panels; p += panels_at_once)
    for (isize g = 0; g < groups; g++)
      for (int r = 0; r < GROUP; r += rows) {
        const float *query = queries + g * GROUP * dim + r;
        const float *panel = document + p * LANES * dim;
        float *corner = out + (g * GROUP + r) * stride + p * LANES;
        if (panels_at_once == 2 && p + 1 < panels)
          tile(distance, rows, 2, dim, query, panel, corner, stride);
        else
          tile(distance, rows, 1, dim, query, panel, corner, stride);
      }
}

/* One function a processor level, for the level decides how many sums fit
 * its registers. */
#define PRODUCTS(name, level, rows, panels_at_once)                           \
  level static void name(int32_t distance, isize groups, isize panels,    \
                         isize dim, const float *queries,                   \
                         const float *document, float *out, isize stride) { \
    if (distance == SUPERB_DISTANCE_CITYBLOCK)                                \
      products(SUPERB_DISTANCE_CITYBLOCK, rows, panels_at_once, groups,       \
               panels, dim, queries, document, out, stride);                  \
    else if (distance == SUPERB_DISTANCE_EUCLIDEAN)                           \
      products(SUPERB_DISTANCE_EUCLIDEAN, rows, panels_at_once, groups,       \
               panels, dim, queries, document, out, stride);                  \
    else                                                                      \
      products(SUPERB_DISTANCE_COSINE, rows, panels_at_once, groups, panels,  \
               dim, queries, document, out, stride);                          \
  }

#if defined(__x86_64__)
#define WIDEST __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
PRODUCTS(products_avx512, WIDEST, 12, 2)
PRODUCTS(products_avx2, LEVEL_AVX2, 6, 1)
PRODUCTS(products_any, , 3, 1)
#else
PRODUCTS(products_any, , 6, 1)
#define products_avx512 products_any
#define products_avx2 products_any
#endif

void superb_frame_products(int32_t distance, isize groups, isize panels,
                           isize dim, const float *queries,
                           const float *document, float *out, isize stride) {
  int32_t isa = superb_isa();
  (isa == SUPERB_ISA_AVX512 ? products_avx512
   : isa == SUPERB_ISA_AVX2 ? products_avx2
                            : products_any)(
      distance, groups, panels, dim, queries, document, out, stride);
}

/* -- from products to distances ------------------------------------------ */

/* exp(x) - 1 for 0 <= x <= 2, within 4e-7 of itself: a minimax polynomial of
 * a quarter of x, and exp(2y) - 1 = u² + 2u, u = exp(y) - 1, twice. */
INLINE void exp_less_one(f32x16 *x) {
  f32x16 y = *x * 0.25f;
  f32x16 u = y * 0x1.c3455cp-10f + 0x1.0ac4b0p-7f;
  u = u * y + 0x1.55be58p-5f;
  u = u * y + 0x1.555248p-3f;
  u = u * y + 0x1.000008p-1f;
  u = u * y * y + y;
  u = u * u + 2.0f * u;
  *x = u * u + 2.0f * u;
}

INLINE void distance16(int32_t distance, const float *product, f32x16 *out) {
  f32x16 x = READ(product);
  if (distance <= SUPERB_DISTANCE_COSINE) {
    x = MINIMUM(MAXIMUM(1.0f - x, EVERYWHERE(0.0f)), EVERYWHERE(2.0f));
    if (distance == SUPERB_DISTANCE_COSINE_EXP) exp_less_one(&x);
  } else if (distance == SUPERB_DISTANCE_EUCLIDEAN) {
    x = __builtin_elementwise_sqrt(x);
  }
  *out = x;
}

/* Fills `line` with a row's distances and gives their extremes. */
INLINE void distances_of(int32_t distance, isize frames, const float *products,
                         float *line, float *low, float *high) {
  f32x16 least = EVERYWHERE(INFINITY), most = {0}, d;
  isize j = 0;
  for (; j + LANES <= frames; j += LANES) {
    distance16(distance, products + j, &d);
    AT(line + j) = d;
    least = MINIMUM(least, d);
    most = MAXIMUM(most, d);
  }
  *low = INFINITY;
  *high = 0;
  if (j < frames) {
    distance16(distance, products + j, &d);
    AT(line + j) = d;
    for (; j < frames; j++) {
      *low = line[j] < *low ? line[j] : *low;
      *high = line[j] > *high ? line[j] : *high;
    }
  }
  for (int l = 0; l < LANES; l++) {
    *low = least[l] < *low ? least[l] : *low;
    *high = most[l] > *high ? most[l] : *high;
  }
}

STATIC_KERNEL(void, fill_line,
              (int32_t distance, isize frames, const float *products,
               float *line, float *low, float *high),
              (distance, frames, products, line, low, high)) {
#define DISTANCES(d) \
  if (distance == d) distances_of(d, frames, products, line, low, high);
  DISTANCES(SUPERB_DISTANCE_COSINE_EXP)
  DISTANCES(SUPERB_DISTANCE_COSINE)
  DISTANCES(SUPERB_DISTANCE_EUCLIDEAN)
  DISTANCES(SUPERB_DISTANCE_CITYBLOCK)
#undef DISTANCES
}

/* -- recursion ----------------------------------------------------------- */

/* No cell looks at another of its own row, and none to the right, so the row
 * above is overwritten from its end. The min–max map rides along. */
STATIC_KERNEL(void, asymmetric_row,
              (isize frames, const float *line, float low, float scale,
               float *cost), (frames, line, low, scale, cost)) {
  for (isize j = (frames - 1) / LANES * LANES; j >= 0; j -= LANES) {
    f32x16 above = MINIMUM(READ(cost + j), READ(cost + j - 1));
    above = MINIMUM(above, READ(cost + j - 2));
    AT(cost + j) = (READ(line + j) - low) * scale + above;
  }
}

#define SHIFT(a, in, n)                                                      \
  __builtin_shufflevector(in, a, 16 - n, 17 - n, 18 - n, 19 - n, 20 - n,     \
                          21 - n, 22 - n, 23 - n, 24 - n, 25 - n, 26 - n,    \
                          27 - n, 28 - n, 29 - n, 30 - n, 31 - n)

/* Steps along the row: cost[j] = min(cost[j], cost[j - 1] + d[j]), a prefix
 * scan of sixteen cells at a time. `sum` is that of the last 1, 2, 4, 8, 16
 * distances. */
INLINE void scan_row(isize frames, const float *line, float *cost) {
  const f32x16 none = EVERYWHERE(INFINITY), zero = {0};
  float carried = INFINITY;
  for (isize j = 0; j < frames; j += LANES) {
    f32x16 sum = READ(line + j), g = READ(cost + j);
    g = MINIMUM(g, SHIFT(g, none, 1) + sum);
    sum += SHIFT(sum, zero, 1);
    g = MINIMUM(g, SHIFT(g, none, 2) + sum);
    sum += SHIFT(sum, zero, 2);
    g = MINIMUM(g, SHIFT(g, none, 4) + sum);
    sum += SHIFT(sum, zero, 4);
    g = MINIMUM(g, SHIFT(g, none, 8) + sum);
    sum += SHIFT(sum, zero, 8);
    g = MINIMUM(g, carried + sum);
    AT(cost + j) = g;
    carried = g[15];
  }
}

STATIC_KERNEL(void, symmetric_row,
              (isize frames, const float *line, float diagonal, float *cost),
              (frames, line, diagonal, cost)) {
  for (isize j = (frames - 1) / LANES * LANES; j >= 0; j -= LANES) {
    f32x16 d = READ(line + j);
    AT(cost + j)
      = MINIMUM(READ(cost + j) + d, READ(cost + j - 1) + diagonal * d);
  }
  scan_row(frames, line, cost);
}

STATIC_KERNEL(void, first_symmetric_row,
              (isize frames, const float *line, float *cost),
              (frames, line, cost)) {
  cost[0] = line[0];
  scan_row(frames, line, cost);
}

static void first_row(const superb_dtw_rule *rule, isize frames,
                      const float *line, float *cost) {
  if (rule->open_begin) {
    memcpy(cost, line, (size_t)frames * sizeof *cost);
    return;
  }
  for (isize j = 0; j < frames; j++) cost[j] = INFINITY;
  if (rule->pattern == SUPERB_PATTERN_ASYMMETRIC)
    cost[0] = line[0];
  else
    first_symmetric_row(frames, line, cost);
}

STATIC_KERNEL(void, map_line,
              (isize frames, float low, float scale, float *line),
              (frames, low, scale, line)) {
  for (isize j = 0; j < frames; j++) line[j] = (line[j] - low) * scale;
}

void superb_dtw_rows(const superb_dtw_rule *rule, isize rows,
                     int32_t begins, isize frames, const float *products,
                     isize stride, float *line, float *costs) {
  float *cost = costs + SUPERB_COST_PAD;
  for (int i = 0; i < SUPERB_COST_PAD; i++) costs[i] = INFINITY;
  for (isize i = 0; i < rows; i++, products += stride) {
    const float *d = line;
    float low = 0, high, scale = 1;
    if (rule->min_max) {
      fill_line(rule->distance, frames, products, line, &low, &high);
      scale = 1 / (high - low > 1e-9f ? high - low : 1e-9f);
    } else if (rule->distance == SUPERB_DISTANCE_CITYBLOCK) {
      d = products;
    } else {
      float ignored;
      fill_line(rule->distance, frames, products, line, &ignored, &high);
    }
    int first = begins && i == 0;
    if (rule->pattern == SUPERB_PATTERN_ASYMMETRIC && !first) {
      asymmetric_row(frames, d, low, scale, cost);
      continue;
    }
    if (rule->min_max) map_line(frames, low, scale, line);
    if (first)
      first_row(rule, frames, d, cost);
    else
      symmetric_row(frames, d,
                    rule->pattern == SUPERB_PATTERN_SYMMETRIC2 ? 2.0f : 1.0f,
                    cost);
  }
}

float superb_dtw_end(const superb_dtw_rule *rule, isize query_frames,
                     isize frames, const float *costs, isize *end) {
  const float *cost = costs + SUPERB_COST_PAD;
  double best = INFINITY;
  *end = -1;
  for (isize j = rule->open_end ? 0 : frames - 1; j < frames; j++) {
    double steps = rule->normalization == SUPERB_NORMALIZE_NONE ? 1
                   : rule->normalization == SUPERB_NORMALIZE_QUERY
                     ? (double)query_frames
                     : (double)(query_frames + j + 1);
    double value = (double)cost[j] / steps;
    if (value < best) {
      best = value;
      *end = j;
    }
  }
  return (float)best;
}
