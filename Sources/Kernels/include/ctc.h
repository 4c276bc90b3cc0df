/* Connectionist temporal classification of one utterance (Graves et al.,
 * ICML 2006), in log space. */
#pragma once

#include "isize.h"

/* How many doubles of room superb_ctc needs for an utterance. */
isize superb_ctc_room(isize frames, isize length, int with_gradient);

/* -log of the probability of all paths that collapse to `targets` [length],
 * from natural-log probabilities [frames, classes]; infinity if there is
 * none. `gradient` [frames, classes], null if none is wanted, receives
 * exp(log_probabilities) - posterior, as PyTorch has it: the derivative with
 * respect to what a log softmax made the log probabilities from. It is left
 * alone where the loss is infinite. */
double superb_ctc(isize frames, isize classes, const float *log_probabilities,
                  isize length, const int32_t *targets, int32_t blank,
                  double *room, float *gradient);
