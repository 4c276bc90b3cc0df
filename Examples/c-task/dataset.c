/* Which clips there are, and the batches of a split. */
#define _POSIX_C_SOURCE 200809L
#include "two_words.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- reading the folders ------------------------------------------------- */

static char *joined(const char *a, const char *separator, const char *b) {
  const size_t size = strlen(a) + strlen(separator) + strlen(b) + 1;
  char *text = malloc(size);
  if (text) snprintf(text, size, "%s%s%s", a, separator, b);
  return text;
}

static int is_wav(const struct dirent *entry) {
  const size_t length = strlen(entry->d_name);
  return length > 4 && entry->d_name[0] != '.' &&
         strcmp(entry->d_name + length - 4, ".wav") == 0;
}

/* By bytes, so that the order does not depend on the user's language. */
static int by_bytes(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int append(split *part, char *id, char *path, int label) {
  clip *clips = realloc(part->clips, (part->count + 1) * sizeof *clips);
  if (clips) part->clips = clips;
  if (!clips || !id || !path) {
    free(id);
    free(path);
    return 0;
  }
  part->clips[part->count++] = (clip){id, path, label};
  return 1;
}

static superb_status read_word(dataset *data, const superb_host *host,
                               const char *root, const char *word, int label) {
  char *folder = joined(root, "/", word);
  if (!folder) return host->fail(host, SUPERB_RESOURCE, "out of memory");
  struct dirent **names = NULL;
  const int count = scandir(folder, &names, is_wav, by_bytes);
  int complete = 1;
  for (int i = 0; i < count; i++) {
    split *part = i % 10 == 0   ? &data->dev
                  : i % 10 == 1 ? &data->test
                                : &data->train;
    complete = complete && append(part, joined(word, "-", names[i]->d_name),
                                  joined(folder, "/", names[i]->d_name), label);
    free(names[i]);
  }
  free(names);
  superb_status status = SUPERB_OK;
  if (!complete) {
    status = host->fail(host, SUPERB_RESOURCE, "out of memory");
  } else if (count < 3) {
    char *message = joined(folder,
                           ": fewer than three wav files. ",
                           "Set downstream_expert.words to two folders of "
                           "the corpus 'speech_commands'.");
    status = host->fail(host, SUPERB_NOT_FOUND, message ? message : word);
    free(message);
  }
  free(folder);
  return status;
}

superb_status dataset_read(dataset *data, const superb_host *host,
                           const char *root, const char *const *words) {
  for (int label = 0; label < CLASS_COUNT; label++) {
    const superb_status status =
        read_word(data, host, root, words[label], label);
    if (status != SUPERB_OK) return status;
  }
  return SUPERB_OK;
}

void dataset_free(dataset *data) {
  split *const parts[] = {&data->train, &data->dev, &data->test};
  for (size_t i = 0; i < 3; i++) {
    for (size_t j = 0; j < parts[i]->count; j++) {
      free(parts[i]->clips[j].id);
      free(parts[i]->clips[j].path);
    }
    free(parts[i]->clips);
    *parts[i] = (split){NULL, 0};
  }
}

const split *dataset_split(const dataset *data, const char *name) {
  if (strcmp(name, "train") == 0) return &data->train;
  if (strcmp(name, "dev") == 0) return &data->dev;
  if (strcmp(name, "test") == 0) return &data->test;
  return NULL;
}

/* -- batches ------------------------------------------------------------- */

/* One block of memory for all that a dataloader gives out: it lives until
 * `destroy`, and so does every pointer into it. */
typedef struct loader {
  superb_dataloader table;
  superb_audio *audio;
  superb_item *items;
  const superb_item **rows;
  superb_batch *batches;
} loader;

static superb_status loader_batch(const superb_dataloader *self, int64_t index,
                                  const superb_batch **out) {
  const loader *me = self->context;
  if (index < 0 || index >= self->batch_count) return SUPERB_INVALID_ARGUMENT;
  *out = &me->batches[index];
  return SUPERB_OK;
}

static void loader_destroy(superb_dataloader *self) {
  loader *me = self->context;
  free(me->audio);
  free(me->items);
  free(me->rows);
  free(me->batches);
  free(me);
}

/* Fisher and Yates' shuffle. The draws are a function of the epoch, so the
 * same epoch has the same order whenever it is asked for. */
static void shuffle(const superb_item **rows, size_t count,
                    const superb_host *host, int64_t epoch) {
  char name[64];
  snprintf(name, sizeof name, "train-order/%lld", (long long)epoch);
  const uint64_t stream = host->random_stream(host, name);
  for (size_t i = count; i > 1; i--) {
    const size_t j = (size_t)(host->random_bits(host, stream, i) % i);
    const superb_item *row = rows[i - 1];
    rows[i - 1] = rows[j];
    rows[j] = row;
  }
}

superb_status dataloader_make(const split *clips, const superb_host *host,
                              int64_t batch_size, int shuffles, int64_t epoch,
                              superb_dataloader **out) {
  const size_t count = clips->count, size = (size_t)batch_size;
  const size_t batches = (count + size - 1) / size;
  loader *me = calloc(1, sizeof *me);
  if (!me) return host->fail(host, SUPERB_RESOURCE, "out of memory");
  me->table = (superb_dataloader){
      .struct_size = sizeof me->table,
      .context = me,
      .batch_count = (int64_t)batches,
      .batch = loader_batch,
      .destroy = loader_destroy,
  };
  me->audio = calloc(count + 1, sizeof *me->audio);
  me->items = calloc(count + 1, sizeof *me->items);
  me->rows = calloc(count + 1, sizeof *me->rows);
  me->batches = calloc(batches + 1, sizeof *me->batches);
  if (!me->audio || !me->items || !me->rows || !me->batches) {
    loader_destroy(&me->table);
    return host->fail(host, SUPERB_RESOURCE, "out of memory");
  }
  for (size_t i = 0; i < count; i++) {
    me->audio[i] = (superb_audio){.struct_size = sizeof me->audio[i],
                                  .path = clips->clips[i].path};
    me->items[i] = (superb_item){.struct_size = sizeof me->items[i],
                                 .id = clips->clips[i].id,
                                 .tag = (uint64_t)clips->clips[i].label,
                                 .audio = &me->audio[i]};
    me->rows[i] = &me->items[i];
  }
  if (shuffles) shuffle(me->rows, count, host, epoch);
  for (size_t i = 0; i < batches; i++) {
    const size_t first = i * size;
    const size_t rest = count - first;
    me->batches[i] =
        (superb_batch){.struct_size = sizeof me->batches[i],
                       .count = (uint32_t)(rest < size ? rest : size),
                       .items = me->rows + first};
  }
  *out = &me->table;
  return SUPERB_OK;
}
