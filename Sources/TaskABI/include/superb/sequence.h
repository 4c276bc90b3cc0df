/* Extension "superb.sequence/1" of the host: operators over utterances of
 * different lengths.
 *
 * Packed: x is [Σ, D] with Σ = offsets[count], and utterance i has the rows
 * offsets[i] … offsets[i+1]-1; nothing is padded. Offsets are count + 1
 * numbers that begin with 0 and do not fall, borrowed for the call.
 *
 * Life, errors and threads: as superb/tensor.h says. */
#ifndef SUPERB_SEQUENCE_H
#define SUPERB_SEQUENCE_H

#include "tensor.h"

#define SUPERB_SEQUENCE_EXTENSION "superb.sequence/1"

/* Weights of one layer and direction of a recurrent network, as PyTorch lays
 * them out: the gates' rows behind one another (LSTM: input, forget, cell,
 * output; GRU: reset, update, new). */
typedef struct superb_recurrent_weights {
  uint32_t struct_size;
  uint32_t reserved;
  superb_tensor *input;          /* [gates·hidden, inputs] */
  superb_tensor *recurrent;      /* [gates·hidden, hidden] */
  superb_tensor *input_bias;     /* [gates·hidden] or null */
  superb_tensor *recurrent_bias; /* [gates·hidden] or null */
} superb_recurrent_weights;

typedef struct superb_sequence_api {
  uint32_t struct_size;
  uint32_t reserved;

  /* -- over each utterance's rows ------------------------------------- */

  /* [Σ, D] -> [count, D]: the mean of each utterance's rows. An utterance
   * without rows is an error. */
  superb_tensor *(*segment_mean)(superb_tensor *x, const int64_t *offsets,
                                 int64_t count);
  /* [Σ, D] -> [count, 2·D]: mean, then unbiased standard deviation, which is
   * NaN of one row. */
  superb_tensor *(*segment_statistics)(superb_tensor *x,
                                       const int64_t *offsets, int64_t count);
  /* [Σ, 1] -> [Σ, 1]: softmax over each utterance's rows. */
  superb_tensor *(*segment_softmax)(superb_tensor *x, const int64_t *offsets,
                                    int64_t count);
  /* [Σ, D] and weights [Σ, 1] -> [count, D]: the weighted sum of rows. */
  superb_tensor *(*segment_weighted_sum)(superb_tensor *x,
                                         superb_tensor *weights,
                                         const int64_t *offsets,
                                         int64_t count);

  /* -- recurrent networks --------------------------------------------- */

  /* Over whole utterances, each from a zero state. Weights lie layer by
   * layer, forward before backward; `bidirectional` joins both directions'
   * outputs: [Σ, D] -> [Σ, hidden] or [Σ, 2·hidden]. */
  superb_tensor *(*lstm)(superb_tensor *x, const int64_t *offsets,
                         int64_t count,
                         const superb_recurrent_weights *const *weights,
                         int64_t layers, int32_t bidirectional);
  superb_tensor *(*gru)(superb_tensor *x, const int64_t *offsets,
                        int64_t count,
                        const superb_recurrent_weights *const *weights,
                        int64_t layers, int32_t bidirectional);

  /* -- windows -------------------------------------------------------- */

  /* How many rows each utterance has after conv1d or splice_linear:
   * out[i+1]-out[i] = floor((n + 2·padding - dilation·(width-1) - 1)/stride)
   * + 1, or 0 where that is negative. `out` holds count + 1 numbers. */
  void (*conv1d_offsets)(const int64_t *offsets, int64_t count,
                         int64_t width, int64_t stride, int64_t padding,
                         int64_t dilation, int64_t *out);
  /* weight [M, D/groups, width], bias [M] or null -> [Σ', M] */
  superb_tensor *(*conv1d)(superb_tensor *x, const int64_t *offsets,
                           int64_t count, superb_tensor *weight,
                           superb_tensor *bias, int64_t stride,
                           int64_t padding, int64_t dilation, int64_t groups);
  /* A time-delay layer: each row joined with the width-1 rows that follow at
   * steps of `dilation`, then linear. weight [M, width·D], context position
   * major, bias [M] or null; no padding, stride 1 -> [Σ', M] */
  superb_tensor *(*splice_linear)(superb_tensor *x, const int64_t *offsets,
                                  int64_t count, superb_tensor *weight,
                                  superb_tensor *bias, int64_t width,
                                  int64_t dilation);
  /* Scaled dot-product attention within each utterance: q, k, v [Σ, D] with
   * `heads` heads side by side; bias, null or [heads, T, T] with T the
   * longest utterance, is added to the scores. -> [Σ, D] */
  superb_tensor *(*attention)(superb_tensor *q, superb_tensor *k,
                              superb_tensor *v, const int64_t *offsets,
                              int64_t count, int64_t heads,
                              superb_tensor *bias);
} superb_sequence_api;

#endif
