/* What a task hands to the host: utterances, grouped into batches, and where
 * their audio lies. The host turns the audio into hidden states and hands
 * them back as superb_features.
 *
 * Ownership: everything that a dataloader gives out is borrowed from it and
 * lives until its `destroy`.
 * Threads: one call at a time, on the thread that made the expert. */
#ifndef SUPERB_BATCH_H
#define SUPERB_BATCH_H

#include "base.h"

struct superb_tensor;

/* superb_audio.effects, applied in this order after mixing to one channel,
 * resampling to superb_host.sampling_rate and applying `gain_db`. */

/* Remove silence everywhere, as SoX's `silence 1 0.1 0.1% -1 0.1 0.1%`. */
#define SUPERB_AUDIO_TRIM_SILENCE ((uint32_t)1)

/* One stretch of one audio file. */
typedef struct superb_audio {
  uint32_t struct_size;
  uint32_t effects;
  const char *path;
  /* Amplitude change in decibels; 0 leaves the samples as they are. */
  double gain_db;
  /* The span, in 1/rate seconds of the audio after its effects. A length of 0
   * means "to the end". */
  int64_t start;
  int64_t length;
  /* Random crop within the span, in the same unit: audio longer than
   * `crop_length` is cut to it, at an offset that is drawn from the
   * experiment's seed, the item's id and `crop`, uniformly over
   * [0, length - crop_length]. 0 means no crop. */
  int64_t crop_length;
  /* Which of the utterance's crops. A task that wants K crops an utterance
   * passes 0 … K-1 here; each is extracted once. */
  uint32_t crop;
  /* What `start`, `length` and `crop_length` count, a second: 16000, or 1000
   * for milliseconds. 0 means superb_host.sampling_rate. The host refuses a
   * rate that does not divide that one, since positions must be exact. */
  uint32_t rate;
} superb_audio;

/* A name and a text, both UTF-8. */
typedef struct superb_attribute {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name;
  const char *value;
} superb_attribute;

/* Names of attributes that mean the same in every task. Others are the
 * task's own. */
#define SUPERB_ATTRIBUTE_SPEAKER "speaker" /* who speaks */
#define SUPERB_ATTRIBUTE_GROUP "group"     /* what figures are told apart by */
#define SUPERB_ATTRIBUTE_TEXT "text"       /* the label, or what is said */

/* One utterance. */
typedef struct superb_item {
  uint32_t struct_size;
  uint32_t attribute_count;
  /* Names the utterance in every output. Unique within its split. */
  const char *id;
  /* The task's own, returned untouched: usually an index into its labels. */
  uint64_t tag;
  const superb_audio *audio;
  /* What is known of it, each name once; null where there is nothing. */
  const superb_attribute *const *attributes;
} superb_item;

/* The utterances of one step, and where `forward` finds them again. */
typedef struct superb_batch {
  uint32_t struct_size;
  uint32_t count;
  const superb_item *const *items;
} superb_batch;

/* The batches of one pass, the task's until the host calls `destroy`. */
typedef struct superb_dataloader {
  uint32_t struct_size;
  uint32_t reserved;
  /* The task's own. */
  void *context;
  int64_t batch_count;
  /* Batch `index`, 0 <= index < batch_count. Pure: the same index gives the
   * same batch however often and in whatever order it is asked for, so that a
   * run can be continued from its middle. */
  superb_status (*batch)(const struct superb_dataloader *self, int64_t index,
                         const superb_batch **out);
  /* Ends the dataloader and all that it has given out. */
  void (*destroy)(struct superb_dataloader *self);
} superb_dataloader;

/* The hidden states of a batch, after the featurizer: row by row behind one
 * another, nothing padded. Borrowed for the call that receives them. */
typedef struct superb_features {
  uint32_t struct_size;
  uint32_t count; /* utterances, as in the batch and in its order */
  /* float32 [offsets[count], upstream_dim] */
  struct superb_tensor *frames;
  /* count + 1 row numbers; utterance i has rows offsets[i] … offsets[i+1]-1.
   */
  const int64_t *offsets;
} superb_features;

#endif
