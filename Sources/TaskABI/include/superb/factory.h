/* The factory of a library's DownstreamExperts, and what it says of each
 * before any is made.
 *
 * Descriptors are constant data: asking for them opens no file, starts no
 * thread and takes no time. They live as long as the library.
 *
 * Threads: one call at a time. */
#ifndef SUPERB_FACTORY_H
#define SUPERB_FACTORY_H

#include "expert.h"

/* superb_metric.unit */
#define SUPERB_UNIT_FRACTION ((int32_t)0) /* 0 … 1, shown × 100 */
#define SUPERB_UNIT_PERCENT ((int32_t)1)  /* 0 … 100 */
#define SUPERB_UNIT_PLAIN ((int32_t)2)    /* a number, shown as it is */

typedef struct superb_metric {
  uint32_t struct_size;
  int32_t unit;
  const char *name;  /* as log_records reports it: "acc" */
  const char *title; /* as the leaderboard shows it: "accuracy" */
  int32_t higher_is_better; /* 1 or 0 */
  int32_t reserved;
} superb_metric;

typedef struct superb_task_descriptor {
  uint32_t struct_size;
  /* Raised by any change that could move a number. */
  uint32_t version;
  const char *id;    /* "ks": lower-case letters, digits and '_' */
  const char *title; /* "keyword spotting" */
  const char *summary; /* one sentence */
  /* Other names that users may say; ends in null. */
  const char *const *aliases;
  /* The best-known metric first: it ranks. Ends in null. */
  const superb_metric *const *metrics;
  /* Names of the corpora it reads; ends in null. */
  const char *const *corpora;
  /* Scalars are called <scalar_prefix>/<split>-<metric>. */
  const char *scalar_prefix;
  /* Splits that the final figures come from; ends in null. */
  const char *const *test_splits;
} superb_task_descriptor;

typedef struct superb_task_factory {
  uint32_t struct_size;
  /* How many tasks this library has. */
  uint32_t count;
  /* The library's own. */
  void *context;
  /* Descriptor `index`, the library's; null from `count` on. */
  const superb_task_descriptor *(*descriptor)(
      const struct superb_task_factory *self, uint32_t index);
  /* Makes the expert of task `id`. It belongs to the host until it calls
   * `destroy`. An unknown id is SUPERB_NOT_FOUND. May read data sets and take
   * its time, with `progress` for what takes longer than a second. Threads:
   * the one that will make all calls of this expert. */
  superb_status (*create)(const struct superb_task_factory *self,
                          const superb_host *host, const char *id,
                          superb_expert **out);
  /* What the library offers besides, before an expert is made: the table of
   * extension `extension_id` for the task `task_id`, or, where `task_id` is
   * null, for the library as a whole. Null if there is none. Constant; lives
   * as long as the library. May itself be null. */
  const void *(*get_extension)(const struct superb_task_factory *self,
                               const char *task_id, const char *extension_id);
} superb_task_factory;

#endif
