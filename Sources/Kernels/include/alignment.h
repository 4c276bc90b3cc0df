/* Dynamic time warping of queries against documents: packing, the products
 * of all query frames with all document frames, and the row recursion.
 *
 * The products have a matrix kernel of their own, because BLAS gives an entry
 * other bits in other places of a tile (OpenBLAS does on AVX2 processors).
 * Here each entry is one sum over the dimensions, in their order, wherever
 * its row and column lie; so a pair's result does not depend on its company.
 * Within one processor level, that is: levels differ in fused multiply-add. */
#pragma once

#include "isize.h"

/* Query frames are packed in groups, document frames in panels, both with the
 * dimension outermost: [groups][dim][12] and [panels][dim][16]. */
#define SUPERB_QUERY_GROUP 12
#define SUPERB_DOCUMENT_PANEL 16
/* Numbers that lie before the first column in a row of costs. */
#define SUPERB_COST_PAD 16

/* superb_dtw_rule.distance */
#define SUPERB_DISTANCE_COSINE_EXP 0
#define SUPERB_DISTANCE_COSINE 1
#define SUPERB_DISTANCE_CITYBLOCK 2
#define SUPERB_DISTANCE_EUCLIDEAN 3

/* superb_dtw_rule.pattern */
#define SUPERB_PATTERN_ASYMMETRIC 0
#define SUPERB_PATTERN_SYMMETRIC1 1
#define SUPERB_PATTERN_SYMMETRIC2 2

/* superb_dtw_rule.normalization: what a path's cost is divided by */
#define SUPERB_NORMALIZE_NONE 0
#define SUPERB_NORMALIZE_QUERY 1 /* the query's frames */
#define SUPERB_NORMALIZE_BOTH 2  /* and the document's up to the path's end */

typedef struct superb_dtw_rule {
  int32_t distance;
  int32_t pattern;
  int32_t normalization;
  /* Non-zero: a path may start or end in any frame of the document. */
  int32_t open_begin;
  int32_t open_end;
  /* Non-zero: each row of distances d becomes
   * (d - min) / max(max - min, 1e-9) first. */
  int32_t min_max;
} superb_dtw_rule;

/* Packs x [frames, dim] from row `first` of the packed stack on; with a cosine
 * distance each frame is scaled to length one, a frame of zeros staying so.
 * Returns -1, or the first frame that holds a number that is not finite or
 * whose length is not below 2^62. */
isize superb_pack_query(int32_t distance, isize frames, isize dim,
                          const float *x, isize first, float *packed);
/* Packs a document as superb_pack_query a query, from column 0 on; fills its
 * last panel up with zeros. */
isize superb_pack_document(int32_t distance, isize frames, isize dim,
                             const float *x, float *packed);

/* out [12 groups, stride], stride >= 16 panels: for cosine distances Σ q d,
 * for the others Σ |q - d| or Σ (q - d)². */
void superb_frame_products(int32_t distance, isize groups, isize panels,
                           isize dim, const float *queries,
                           const float *document, float *out, isize stride);

/* Takes `rows` further rows of one query's products through the recursion;
 * `begins` is non-zero if the first of them is the query's first. `line` and
 * `costs` are scratch of `frames`, rounded up to 16, and 16 more numbers;
 * `costs` carries the last row from call to call. */
void superb_dtw_rows(const superb_dtw_rule *rule, isize rows,
                     int32_t begins, isize frames, const float *products,
                     isize stride, float *line, float *costs);

/* The normalised cost of the best path that ends where the rule allows, after
 * the last of `query_frames` rows, and its document frame in `end`: the first
 * of equals. Infinity and -1 if no path keeps the rule. */
float superb_dtw_end(const superb_dtw_rule *rule, isize query_frames,
                     isize frames, const float *costs, isize *end);
