/* A whole task in plain C: which of two words does a clip hold?
 *
 * Read on in task.c (what the host sees), dataset.c (which clips) and
 * head.c (the model, with an operator of its own). */
#ifndef TWO_WORDS_H
#define TWO_WORDS_H

#include <superb/task.h>

#define CLASS_COUNT 2

/* -- dataset.c ----------------------------------------------------------- */

typedef struct clip {
  char *id;   /* "yes-00176480_nohash_0.wav" */
  char *path;
  int label;
} clip;

typedef struct split {
  clip *clips;
  size_t count;
} split;

/* The three splits of a folder that holds a folder of wav files for each
 * word. Of each word, in the order of names, every tenth clip is dev, the next
 * one test and the others train. */
typedef struct dataset {
  split train, dev, test;
} dataset;

superb_status dataset_read(dataset *data, const superb_host *host,
                           const char *root, const char *const *words);
void dataset_free(dataset *data);
/* Null for a name that is none of the three. */
const split *dataset_split(const dataset *data, const char *name);

/* The split's clips in batches; shuffled for `epoch` if `shuffles`. */
superb_status dataloader_make(const split *clips, const superb_host *host,
                              int64_t batch_size, int shuffles, int64_t epoch,
                              superb_dataloader **out);

/* -- head.c -------------------------------------------------------------- */

/* Linear, ReLU, mean over the clip's frames, squash, linear. */
typedef struct head {
  const superb_tensor_api *api;
  const superb_host *host;
  superb_tensor *weight1, *bias1, *weight2, *bias2;
  int64_t width;
} head;

superb_status head_make(head *model, const superb_host *host, int64_t width);
/* Logits [count, CLASS_COUNT]; null if something failed. */
superb_tensor *head_apply(const head *model, const superb_features *features);

#endif
