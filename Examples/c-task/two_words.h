/* A whole task in plain C: which of two words does a clip hold?
 *
 * Read on in task.c (what the host sees), dataset.c (which clips) and
 * head.c (the model, with an operator of its own). */
#ifndef TWO_WORDS_H
#define TWO_WORDS_H

#include <superb/helpers.h>

/* -- dataset.c ----------------------------------------------------------- */

enum { CLASS_COUNT = 2, TRAIN = 0, DEV, TEST, SPLIT_COUNT };

/* The clips of a split; an item's tag is the word's number. */
typedef struct split {
  superb_item *items;
  size_t count;
} split;

/* The splits of a folder that holds a folder of wav files for each word. Of
 * each word, in the order of names, every tenth clip is dev, the next one test
 * and the others train. */
superb_status dataset_read(split *splits, const superb_host *host,
                           const char *root, const char *const *words);
void dataset_free(split *splits);

/* -- head.c -------------------------------------------------------------- */

/* Linear, ReLU, mean over the clip's frames, squash, linear. */
typedef struct head {
  const superb_host *host;
  const superb_tensor_api *api;
  const superb_sequence_api *sequences;
  superb_tensor *weight1, *bias1, *weight2, *bias2;
  int64_t width;
} head;

superb_status head_make(head *model, const superb_host *host, int64_t width);
/* Logits [count, CLASS_COUNT]; null if something failed. */
superb_tensor *head_apply(const head *model, const superb_features *features);

#endif
