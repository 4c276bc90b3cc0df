/* Extension "superb.loss/1" of the host: losses, each of rank 0. Labels and
 * targets are copied.
 *
 * Life, errors and threads: as superb/tensor.h says; packed and offsets: as
 * superb/sequence.h says. */
#ifndef SUPERB_LOSS_H
#define SUPERB_LOSS_H

#include "tensor.h"

#define SUPERB_LOSS_EXTENSION "superb.loss/1"

typedef struct superb_loss_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* [N, C] and N labels: mean of -log softmax(x)[label] over the rows whose
   * label is not `ignored`. */
  superb_tensor *(*cross_entropy)(superb_tensor *logits,
                                  const int32_t *labels, int64_t count,
                                  int32_t ignored);
  /* Connectionist temporal classification of packed log probabilities
   * [Σ, C], as PyTorch's CTCLoss with reduction "mean": each utterance's loss
   * divided by max(target length, 1), then the mean. Utterance i's targets
   * are targets[target_offsets[i]] … targets[target_offsets[i+1]-1]. */
  superb_tensor *(*ctc_loss)(superb_tensor *log_probabilities,
                             const int64_t *offsets, int64_t count,
                             const int32_t *targets,
                             const int64_t *target_offsets, int32_t blank,
                             int32_t zero_infinity);
  /* Mean binary cross-entropy of logits against `count` targets, as many as
   * there are logits. */
  superb_tensor *(*bce_with_logits)(superb_tensor *logits,
                                    const float *targets, int64_t count);
  /* Binary cross-entropy of packed logits [Σ, S] against labels [Σ, S] under
   * each utterance's best permutation of the S <= 4 speakers: per permutation
   * the mean over speakers, summed over rows; the smallest counts; their sum
   * over all utterances divided by Σ. `permutations`, if not null, receives S
   * numbers an utterance: which label each output was matched with. */
  superb_tensor *(*pit_bce)(superb_tensor *logits, const float *labels,
                            const int64_t *offsets, int64_t count,
                            int32_t *permutations);
  /* Additive margin softmax: x [N, D], weight [D, S], N labels; cosines
   * scaled by `scale`, the true one less `margin`. */
  superb_tensor *(*am_softmax)(superb_tensor *x, superb_tensor *weight,
                               const int32_t *labels, int64_t count,
                               double scale, double margin);
  /* Additive angular margin softmax: as am_softmax, with the margin added to
   * the true one's angle. */
  superb_tensor *(*aam_softmax)(superb_tensor *x, superb_tensor *weight,
                                const int32_t *labels, int64_t count,
                                double scale, double margin);
} superb_loss_api;

#endif
