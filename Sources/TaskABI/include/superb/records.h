/* What an expert reports of a split: figures, predictions, files.
 *
 * Threads: the thread of the call that hands the table over, during that call
 * only. Everything that is passed is borrowed for the call. */
#ifndef SUPERB_RECORDS_H
#define SUPERB_RECORDS_H

#include "batch.h"

/* Numbers behind a prediction, and what they are: a "probability", a
 * "similarity", a whole "posterior". */
typedef struct superb_score {
  uint32_t struct_size;
  uint32_t reserved;
  const char *label;
  const double *values;
  int64_t count;
} superb_score;

/* What the model says of one utterance or one trial. */
typedef struct superb_prediction {
  uint32_t struct_size;
  uint32_t score_count;
  /* The item's id. A split predicts an id at most once. */
  const char *id;
  const char *predicted; /* in the task's natural form: words, a label */
  const char *truth;     /* in the same form */
  /* Each label at most once; may be null where score_count is 0. */
  const superb_score *const *scores;
  /* What else there is to say; names at most once. May be null where
   * attribute_count is 0. */
  const superb_attribute *const *attributes;
  uint32_t attribute_count;
  uint32_t reserved;
} superb_prediction;

/* Where log_records puts what it has. The host's. */
typedef struct superb_records {
  uint32_t struct_size;
  uint32_t reserved;
  /* The host's own. */
  void *context;
  /* One figure of the split, in the unit that the descriptor declares. Names
   * that the descriptor does not declare are logged, and not ranked. */
  void (*metric)(const struct superb_records *self, const char *name,
                 double value);
  /* Asks the host to save the current state under this name, such as
   * "dev-best.ckpt", because the split's figure is the best so far. No
   * folders in the name. */
  void (*save_as)(const struct superb_records *self, const char *file_name);
  /* Scores and attributes are kept where they are given. */
  void (*prediction)(const struct superb_records *self,
                     const superb_prediction *prediction);
  /* Replaces a file of the experiment's folder, in the format that others
   * expect of this task ("test_predict.txt"). No folders in the name:
   * SUPERB_INVALID_ARGUMENT. */
  superb_status (*file)(const struct superb_records *self,
                        const char *file_name, const void *bytes,
                        size_t length);
} superb_records;

#endif
