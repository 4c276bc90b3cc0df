/* Extension "superb.dtw/1" of the host: dynamic time warping of many queries
 * against many documents.
 *
 *     const superb_dtw_api *dtw =
 *         host->get_extension(host, SUPERB_DTW_EXTENSION);
 *     status = dtw->distances(host, NULL, dim, queries, query_count,
 *                             documents, document_count, distances);
 *
 * The numbers of a pair depend on its frames and the settings alone, not on
 * the other pairs of the call nor on the number of threads: a task may ask
 * for documents in portions, keep what is finished and go on later. */
#ifndef SUPERB_DTW_H
#define SUPERB_DTW_H

#include "host.h"

#define SUPERB_DTW_EXTENSION "superb.dtw/1"

/* superb_dtw_settings.distance, of a query frame q and a document frame d.
 * The cosine of a frame of zeros is 0. */
#define SUPERB_DTW_COSINE_EXP ((int32_t)0) /* exp(1 - cos) - 1 */
#define SUPERB_DTW_COSINE ((int32_t)1)     /* 1 - cos */
#define SUPERB_DTW_CITYBLOCK ((int32_t)2)  /* sum of |q - d| */
#define SUPERB_DTW_EUCLIDEAN ((int32_t)3)  /* root of the sum of squares */

/* superb_dtw_settings.pattern: where the best path g(i, j) to query frame i
 * and document frame j comes from, and what its cost is divided by at the end
 * of a query of N frames in frame j (0-based). The names and the first three
 * patterns are those of dtw-python. */

/* d(i,j) + min{ g(i-1,j), g(i-1,j-1), g(i-1,j-2) }; by N */
#define SUPERB_DTW_ASYMMETRIC ((int32_t)0)
/* d(i,j) + min{ g(i-1,j), g(i-1,j-1), g(i,j-1) }; undivided. Closed ends. */
#define SUPERB_DTW_SYMMETRIC1 ((int32_t)1)
/* min{ g(i-1,j) + d, g(i-1,j-1) + 2 d, g(i,j-1) + d }; by N + j + 1. Closed
 * begin. */
#define SUPERB_DTW_SYMMETRIC2 ((int32_t)2)
/* As symmetric1, between any two frames of the document; by N. Both ends
 * open. */
#define SUPERB_DTW_SUBSEQUENCE ((int32_t)3)

/* superb_dtw_settings.flags */

/* A path may begin in any frame of the document, not only in the first. */
#define SUPERB_DTW_OPEN_BEGIN ((uint32_t)1)
/* A path may end in any frame of the document, not only in the last. */
#define SUPERB_DTW_OPEN_END ((uint32_t)2)
/* Each query frame's distances d to a document's frames are first mapped to
 * (d - min) / max(max - min, 1e-9). */
#define SUPERB_DTW_MIN_MAX ((uint32_t)4)

typedef struct superb_dtw_settings {
  uint32_t struct_size;
  int32_t distance;
  int32_t pattern;
  uint32_t flags;
} superb_dtw_settings;

/* One query or document: float32 [frames, dim], finite, row-major, borrowed
 * for the call. */
typedef struct superb_dtw_frames {
  uint32_t struct_size;
  uint32_t reserved;
  const float *data; /* may be null where frames is 0 */
  int64_t frames;
} superb_dtw_frames;

typedef struct superb_dtw_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* Fills `out`, float32 [query_count, document_count] and the caller's, with
   * normalised distances; infinity where no path keeps the pattern (an empty
   * query or document, a document too long for closed ends). `settings` null
   * means the benchmark's: cosine_exp, asymmetric, all flags.
   *
   * Errors: SUPERB_INVALID_ARGUMENT for settings that do not go together,
   * values not listed here, extents below 0 (dim: below 1) and frames that
   * are not finite; SUPERB_CANCELLED once host->cancelled says so, which is
   * asked after each document. The reason is told through host->fail, and
   * `out` stays as it was.
   * Threads: the thread that made the expert; works on all cores. */
  superb_status (*distances)(const superb_host *host,
                             const superb_dtw_settings *settings, int64_t dim,
                             const superb_dtw_frames *const *queries,
                             int64_t query_count,
                             const superb_dtw_frames *const *documents,
                             int64_t document_count, float *out);
} superb_dtw_api;

#endif
