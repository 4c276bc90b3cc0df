/* Extension "superb.predict/1" of an expert: what it says of recordings that
 * belong to no corpus, with the parameters that it has.
 *
 * Threads: as the expert. */
#ifndef SUPERB_PREDICT_H
#define SUPERB_PREDICT_H

#include "expert.h"

#define SUPERB_PREDICT_EXTENSION "superb.predict/1"

/* Where `predict` puts its answer. The host's; valid for that call only. */
typedef struct superb_answers {
  uint32_t struct_size;
  uint32_t reserved;
  /* The host's own. */
  void *context;
  /* What the task says, called once. `predicted` is the answer in the task's
   * natural form: words, a label, lines of RTTM; `id` and `truth` are null.
   * Scores are finite; the first that is one number is shown with the
   * answer. */
  void (*answer)(const struct superb_answers *self,
                 const superb_prediction *answer);
} superb_answers;

/* Constant; lives as long as the expert. */
typedef struct superb_predict {
  uint32_t struct_size;
  /* How many recordings one answer is about: 1, or 2 for a comparison. */
  uint32_t recordings;
  /* Says how the task wants a recording: sets `gain_db`, `effects`, `rate`,
   * `start` and `length` of `audio`, whose other members the host has filled.
   * Null if it wants them as they are. */
  superb_status (*prepare)(struct superb_expert *self, superb_audio *audio);
  /* The answer on one batch of `recordings` items; their tags are 0, they
   * have no attributes, and their ids are the names that an answer may call
   * them by. */
  superb_status (*predict)(struct superb_expert *self,
                           const superb_batch *batch,
                           const superb_features *features,
                           const superb_answers *answers);
} superb_predict;

#endif
