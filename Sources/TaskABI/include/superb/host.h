/* What the host offers to a task.
 *
 * One superb_host belongs to one expert and lives until the expert's destroy
 * has returned. A task keeps the pointer and passes it as `self`.
 * Threads: `cancelled`, `log` and `random_bits` may be called on any thread;
 * everything else on the thread that made the expert. */
#ifndef SUPERB_HOST_H
#define SUPERB_HOST_H

#include "base.h"

struct superb_audio;

/* superb_host.log levels. The last two say who broke this contract. */
#define SUPERB_LOG_DEBUG ((int32_t)0)
#define SUPERB_LOG_INFO ((int32_t)1)
#define SUPERB_LOG_WARNING ((int32_t)2)
#define SUPERB_LOG_ERROR ((int32_t)3)
#define SUPERB_LOG_HOST_MISBEHAVES ((int32_t)4)
#define SUPERB_LOG_TASK_MISBEHAVES ((int32_t)5)

/* superb_host.config_kind. A key whose value is null counts as absent. */
#define SUPERB_CONFIG_ABSENT ((int32_t)0)
#define SUPERB_CONFIG_BOOL ((int32_t)1)
#define SUPERB_CONFIG_INTEGER ((int32_t)2)
#define SUPERB_CONFIG_FLOAT ((int32_t)3)
#define SUPERB_CONFIG_STRING ((int32_t)4)
#define SUPERB_CONFIG_LIST ((int32_t)5)
#define SUPERB_CONFIG_MAP ((int32_t)6)

typedef struct superb_audio_info {
  uint32_t struct_size;
  int32_t channels;
  int32_t sample_rate; /* Hz, of the file */
  uint32_t reserved;
  int64_t samples; /* per channel, at the file's own rate */
} superb_audio_info;

typedef struct superb_host {
  uint32_t struct_size;
  uint32_t reserved;
  /* The host's own. */
  void *context;

  /* Width of a hidden state. */
  int64_t upstream_dim;
  /* The frame shift: samples at `sampling_rate` that a frame stands for, the
   * upstream's downsample rate. A frame lasts upstream_rate / sampling_rate
   * seconds. */
  double upstream_rate;
  /* Hz of the audio that the upstream hears. */
  int64_t sampling_rate;
  /* The experiment's. */
  uint64_t seed;

  /* Says why the task fails and returns `status`, so that a task may write
   * `return host->fail(host, SUPERB_NOT_FOUND, "…");`. The message tells the
   * user what is wrong, where, and how to mend it. The first message of a
   * call counts; later ones are its consequences. */
  superb_status (*fail)(const struct superb_host *self, superb_status status,
                        const char *message);
  /* One line for the experiment's log. */
  void (*log)(const struct superb_host *self, int32_t level,
              const char *message);
  /* 0 <= fraction <= 1; `what` names the work in a few words. */
  void (*progress)(const struct superb_host *self, double fraction,
                   const char *what);
  /* Non-zero once the task should stop; poll it in loops that last more than
   * a second and return SUPERB_CANCELLED. */
  int32_t (*cancelled)(const struct superb_host *self);

  /* Configuration: the task's own section, `downstream_expert`, by dotted
   * path ("modelrc.pooling", "datarc.speakers.0"; "" is the section itself).
   * All of it MUST be read while the expert is created: a key that nobody
   * has read by then is reported to the user as unknown. Asking for a key's
   * kind counts as reading it.
   *
   * A missing key and a value of another kind are SUPERB_INVALID_ARGUMENT,
   * explained to the user with the key's place; superb/helpers.h has look-ups
   * with a default. */
  int32_t (*config_kind)(const struct superb_host *self, const char *path);
  superb_status (*config_bool)(const struct superb_host *self,
                               const char *path, int32_t *out);
  superb_status (*config_integer)(const struct superb_host *self,
                                  const char *path, int64_t *out);
  /* Integers are numbers too. */
  superb_status (*config_number)(const struct superb_host *self,
                                 const char *path, double *out);
  /* Lives as long as the host. */
  superb_status (*config_string)(const struct superb_host *self,
                                 const char *path, const char **out);
  /* Entries of a list or map. */
  superb_status (*config_count)(const struct superb_host *self,
                                const char *path, int64_t *out);
  /* Key `index` of a map, in file order; lives as long as the host. */
  superb_status (*config_key)(const struct superb_host *self,
                              const char *path, int64_t index,
                              const char **out);

  /* The root folder of a corpus that the descriptor names; fails with a
   * message that says where to set it if the user has not. Lives as long as
   * the host. */
  superb_status (*corpus)(const struct superb_host *self, const char *name,
                          const char **root);
  /* Reads an audio file's header. The caller sets out->struct_size. */
  superb_status (*audio_info)(const struct superb_host *self,
                              const char *path, superb_audio_info *out);
  /* Lengths of `count` stretches of audio after their effects and before
   * their crops, each in 1/rate seconds of its own `rate`, rounded down; for
   * corpora that leave out what is too short. A file that was never measured
   * is decoded, on all of the host's threads; its length is then remembered.
   * `lengths` holds `count` numbers and is the caller's. */
  superb_status (*audio_lengths)(const struct superb_host *self,
                                 const struct superb_audio *const *audio,
                                 int64_t count, int64_t *lengths);

  /* Random numbers are functions, not streams with a hidden position:
   * `random_bits` gives the same 64 bits for the same (seed, stream, index)
   * on every machine, in any order, from any thread. `random_stream` turns a
   * name, such as "train-order/3", into a stream. */
  uint64_t (*random_stream)(const struct superb_host *self,
                            const char *name);
  uint64_t (*random_bits)(const struct superb_host *self, uint64_t stream,
                          uint64_t index);

  /* An extension table of the host by id, null if it has none of that name;
   * lives as long as the host. Ids end in a revision: "superb.tensor/1". */
  const void *(*get_extension)(const struct superb_host *self,
                               const char *id);
} superb_host;

#endif
