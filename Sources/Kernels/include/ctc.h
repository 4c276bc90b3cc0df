/* Connectionist temporal classification of one utterance (Graves et al.,
 * ICML 2006), in log space. */
#ifndef SUPERB_CTC_H
#define SUPERB_CTC_H

#include <stdint.h>

/* How many doubles of room superb_ctc needs for an utterance. */
int64_t superb_ctc_room(int64_t frames, int64_t length, int with_gradient);

/* -log of the probability of all paths that collapse to `targets` [length],
 * from natural-log probabilities [frames, classes]; infinity if there is
 * none. `gradient` [frames, classes], null if none is wanted, receives
 * exp(log_probabilities) - posterior, as PyTorch has it: the derivative with
 * respect to what a log softmax made the log probabilities from. It is left
 * alone where the loss is infinite. */
double superb_ctc(int64_t frames, int64_t classes,
                  const float *log_probabilities, int64_t length,
                  const int32_t *targets, int32_t blank, double *room,
                  float *gradient);

#endif
