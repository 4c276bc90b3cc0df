/* What a call serves: which split, for training or for evaluation, and how
 * far training has come.
 *
 * Training is told by the flag alone. A split's name says which utterances
 * are meant: users may train on any split (`runner.train_dataloader`) and
 * evaluate any, the training split too. */
#ifndef SUPERB_PASS_H
#define SUPERB_PASS_H

#include "base.h"

/* superb_pass.flags */

/* The weights are being trained on these batches: shuffle, crop and augment
 * as the task wishes. Without it every utterance is to be heard once, as it
 * is. */
#define SUPERB_PASS_TRAINING ((uint32_t)1)

/* Borrowed for the call. */
typedef struct superb_pass {
  uint32_t struct_size;
  uint32_t flags;
  const char *split;
  /* Of training: 0, 1, …; 0 in evaluation. */
  int64_t epoch;
  /* Updates of the weights so far. No batch depends on it. */
  int64_t step;
} superb_pass;

#endif
