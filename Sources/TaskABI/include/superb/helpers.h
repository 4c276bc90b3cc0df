/* Plumbing that tasks in C and C++ need not write again. Header only, and no
 * part of the contract: everything here is built from it, so a task may as
 * well do without.
 *
 *     configuration   superb_config_or_…: a value or a default
 *     messages        superb_failf: host->fail with a format
 *     extensions      superb_find: a host's table, or a failure that says so
 *     parameters      superb_uniform, superb_buffer
 *     batches         superb_list_dataloader over an array of items
 *     declarations    SUPERB_METRIC, SUPERB_TASK, SUPERB_LIBRARY
 *
 * Threads: as the host's functions that are called. */
#ifndef SUPERB_HELPERS_H
#define SUPERB_HELPERS_H

#include "task.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__GNUC__)
#define SUPERB_PRINTF(text, first) \
  __attribute__((__format__(__printf__, text, first)))
#else
#define SUPERB_PRINTF(text, first)
#endif

/* -- messages ------------------------------------------------------------ */

/* host->fail with a message of at most 1023 bytes; gives `status`. */
SUPERB_PRINTF(3, 4)
static inline superb_status superb_failf(const superb_host *host,
                                         superb_status status,
                                         const char *format, ...) {
  char message[1024];
  va_list arguments;
  va_start(arguments, format);
  (void)vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  return host->fail(host, status, message);
}

static inline superb_status superb_no_memory(const superb_host *host) {
  return host->fail(host, SUPERB_RESOURCE, "out of memory");
}

/* -- configuration: `fallback` where the key is absent or null ----------- */

static inline int superb_config_has(const superb_host *host,
                                    const char *path) {
  return host->config_kind(host, path) != SUPERB_CONFIG_ABSENT;
}

static inline superb_status superb_config_or_bool(const superb_host *host,
                                                  const char *path,
                                                  int32_t fallback,
                                                  int32_t *out) {
  *out = fallback;
  return superb_config_has(host, path) ? host->config_bool(host, path, out)
                                       : SUPERB_OK;
}

/* An integer that is at least `least`. */
static inline superb_status superb_config_or_integer(const superb_host *host,
                                                     const char *path,
                                                     int64_t fallback,
                                                     int64_t least,
                                                     int64_t *out) {
  superb_status status = SUPERB_OK;
  *out = fallback;
  if (superb_config_has(host, path))
    status = host->config_integer(host, path, out);
  if (status != SUPERB_OK || *out >= least) return status;
  return superb_failf(host, SUPERB_INVALID_ARGUMENT,
                      "downstream_expert.%s must be at least %lld, not %lld",
                      path, (long long)least, (long long)*out);
}

static inline superb_status superb_config_or_number(const superb_host *host,
                                                    const char *path,
                                                    double fallback,
                                                    double *out) {
  *out = fallback;
  return superb_config_has(host, path) ? host->config_number(host, path, out)
                                       : SUPERB_OK;
}

/* `fallback` is borrowed for as long as *out is used. */
static inline superb_status superb_config_or_string(const superb_host *host,
                                                    const char *path,
                                                    const char *fallback,
                                                    const char **out) {
  *out = fallback;
  return superb_config_has(host, path) ? host->config_string(host, path, out)
                                       : SUPERB_OK;
}

/* -- extensions ---------------------------------------------------------- */

/* The host's table `id`, of at least `size` bytes; null, after host->fail, if
 * the host has none: `api = superb_find(host, SUPERB_LOSS_EXTENSION,
 * sizeof *api)`. */
static inline const void *superb_find(const superb_host *host, const char *id,
                                      size_t size) {
  const void *table = host->get_extension(host, id);
  if (table && *(const uint32_t *)table >= size) return table;
  (void)superb_failf(host, SUPERB_UNSUPPORTED,
                     "this host does not offer '%s' as this task needs it. "
                     "Update superb.",
                     id);
  return NULL;
}

/* -- parameters, while the expert is created ------------------------------ */

/* Uniform over ±bound, from the experiment's seed. */
static inline superb_tensor *superb_uniform(const superb_host *host,
                                            const superb_tensor_api *api,
                                            const char *name, int32_t rank,
                                            const int64_t *shape,
                                            double bound) {
  const superb_init init = {(uint32_t)sizeof(superb_init), SUPERB_INIT_UNIFORM,
                            -bound, bound, -1};
  return api->parameter(host, name, rank, shape, &init, 0);
}

/* Saved with the model and not trained; begins as zeros. */
static inline superb_tensor *superb_buffer(const superb_host *host,
                                           const superb_tensor_api *api,
                                           const char *name, int32_t rank,
                                           const int64_t *shape) {
  return api->parameter(host, name, rank, shape, NULL,
                        SUPERB_PARAMETER_BUFFER);
}

/* A buffer of what evaluations have found: the best score so far, say. */
static inline superb_tensor *superb_finding(const superb_host *host,
                                            const superb_tensor_api *api,
                                            const char *name, int32_t rank,
                                            const int64_t *shape) {
  return api->parameter(host, name, rank, shape, NULL,
                        SUPERB_PARAMETER_BUFFER | SUPERB_PARAMETER_FINDING);
}

/* -- batches ------------------------------------------------------------- */

struct superb_list_loader {
  superb_dataloader table;
  const superb_item **items;
  superb_batch batches[1]; /* as many as there are */
};

static inline superb_status superb_list_batch(const superb_dataloader *self,
                                              int64_t index,
                                              const superb_batch **out) {
  const struct superb_list_loader *me =
      (const struct superb_list_loader *)self->context;
  if (index < 0 || index >= self->batch_count) return SUPERB_INVALID_ARGUMENT;
  *out = &me->batches[index];
  return SUPERB_OK;
}

static inline void superb_list_destroy(superb_dataloader *self) {
  struct superb_list_loader *me = (struct superb_list_loader *)self->context;
  free(me->items);
  free(me);
}

/* Batches of `batch_size` of the items, the last one smaller: in their order,
 * or shuffled by the host's random numbers of the stream that is named. The
 * items outlive the dataloader; `batch_size` is at least 1. */
static inline superb_status superb_list_dataloader(
    const superb_host *host, const superb_item *items, size_t count,
    int64_t batch_size, const char *shuffled_by, superb_dataloader **out) {
  const size_t size = (size_t)batch_size;
  const size_t batches = (count + size - 1) / size;
  struct superb_list_loader *me = (struct superb_list_loader *)calloc(
      1, sizeof *me + batches * sizeof me->batches[0]);
  if (!me) return superb_no_memory(host);
  me->items =
      (const superb_item **)calloc(count + 1, sizeof(const superb_item *));
  if (!me->items) {
    free(me);
    return superb_no_memory(host);
  }
  for (size_t i = 0; i < count; i++) me->items[i] = &items[i];
  if (shuffled_by) {
    /* Fisher and Yates' shuffle. */
    const uint64_t stream = host->random_stream(host, shuffled_by);
    for (size_t i = count; i > 1; i--) {
      const size_t j = (size_t)(host->random_bits(host, stream, i) % i);
      const superb_item *item = me->items[i - 1];
      me->items[i - 1] = me->items[j];
      me->items[j] = item;
    }
  }
  for (size_t i = 0; i < batches; i++) {
    const size_t first = i * size, rest = count - first;
    me->batches[i].struct_size = (uint32_t)sizeof(superb_batch);
    me->batches[i].count = (uint32_t)(rest < size ? rest : size);
    me->batches[i].items = me->items + first;
  }
  me->table.struct_size = (uint32_t)sizeof(superb_dataloader);
  me->table.context = me;
  me->table.batch_count = (int64_t)batches;
  me->table.batch = superb_list_batch;
  me->table.destroy = superb_list_destroy;
  *out = &me->table;
  return SUPERB_OK;
}

/* -- declarations, at file scope ----------------------------------------- */

/* A metric: SUPERB_METRIC(accuracy, "acc", "accuracy", SUPERB_UNIT_FRACTION,
 * 1); the last one says whether higher is better. */
#define SUPERB_METRIC(variable, name, title, unit, higher_is_better)      \
  static const superb_metric variable = {(uint32_t)sizeof(superb_metric), \
                                         unit,                            \
                                         name,                            \
                                         title,                           \
                                         higher_is_better,                \
                                         0}

/* A descriptor; the lists are arrays that end in null. */
#define SUPERB_TASK(variable, version, id, title, summary, aliases, metrics, \
                    corpora, scalar_prefix, test_splits)                     \
  static const superb_task_descriptor variable = {                           \
      (uint32_t)sizeof(superb_task_descriptor),                              \
      version,                                                               \
      id,                                                                    \
      title,                                                                 \
      summary,                                                               \
      aliases,                                                               \
      metrics,                                                               \
      corpora,                                                               \
      scalar_prefix,                                                         \
      test_splits}

/* The entry point of a library with one task: its descriptor, and a function
 * `superb_status make(const superb_host *, superb_expert **)`. */
#define SUPERB_LIBRARY(described, make)                                       \
  static const superb_task_descriptor *superb_described(                      \
      const superb_task_factory *self, uint32_t index) {                      \
    (void)self;                                                               \
    return index == 0 ? &described : NULL;                                    \
  }                                                                           \
  static superb_status superb_create(const superb_task_factory *self,         \
                                     const superb_host *host, const char *id, \
                                     superb_expert **out) {                   \
    const char *a = described.id, *b = id;                                    \
    (void)self;                                                               \
    while (*a && *a == *b) a++, b++;                                          \
    return *a == *b ? make(host, out)                                         \
                    : superb_failf(host, SUPERB_NOT_FOUND,                    \
                                   "this library has one task, %s",           \
                                   described.id);                             \
  }                                                                           \
  static const superb_task_factory superb_only_factory = {                    \
      (uint32_t)sizeof(superb_task_factory), 1,    NULL, superb_described,    \
      superb_create,                         NULL};                           \
  static const superb_task_factory *superb_get_factory(                       \
      const superb_task_entry *self) {                                        \
    (void)self;                                                               \
    return &superb_only_factory;                                              \
  }                                                                           \
  static const superb_task_entry superb_only_entry = {                        \
      (uint32_t)sizeof(superb_task_entry),                                    \
      SUPERB_ABI_MAJOR,                                                       \
      SUPERB_ABI_MINOR,                                                       \
      SUPERB_ENTRY_MAGIC,                                                     \
      NULL,                                                                   \
      NULL,                                                                   \
      NULL,                                                                   \
      superb_get_factory};                                                    \
  SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void) {      \
    return &superb_only_entry;                                                \
  }                                                                           \
  struct superb_library_ends_with_a_semicolon

#endif
