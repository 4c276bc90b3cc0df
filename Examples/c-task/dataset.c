/* Which clips there are. */
#define _POSIX_C_SOURCE 200809L
#include "two_words.h"

#include <dirent.h>
#include <string.h>

static char *joined(const char *a, char separator, const char *b) {
  const size_t size = strlen(a) + strlen(b) + 2;
  char *text = malloc(size);
  if (text) snprintf(text, size, "%s%c%s", a, separator, b);
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
  superb_item *items =
      realloc(part->items, (part->count + 1) * sizeof *items);
  superb_audio *audio = malloc(sizeof *audio);
  if (items) part->items = items;
  if (!items || !audio || !id || !path) {
    free(audio);
    free(id);
    free(path);
    return 0;
  }
  *audio = (superb_audio){.struct_size = sizeof *audio, .path = path};
  part->items[part->count++] = (superb_item){.struct_size = sizeof *items,
                                             .id = id,
                                             .tag = (uint64_t)label,
                                             .audio = audio};
  return 1;
}

static superb_status read_word(split *splits, const superb_host *host,
                               const char *root, const char *word, int label) {
  char *folder = joined(root, '/', word);
  if (!folder) return superb_no_memory(host);
  struct dirent **names = NULL;
  const int count = scandir(folder, &names, is_wav, by_bytes);
  int complete = 1;
  for (int i = 0; i < count; i++) {
    split *part = &splits[i % 10 == 0 ? DEV : i % 10 == 1 ? TEST : TRAIN];
    complete = complete && append(part, joined(word, '-', names[i]->d_name),
                                  joined(folder, '/', names[i]->d_name), label);
    free(names[i]);
  }
  free(names);
  superb_status status = complete ? SUPERB_OK : superb_no_memory(host);
  if (count < 3)
    status = superb_failf(host, SUPERB_NOT_FOUND,
                          "%s: fewer than three wav files. Set "
                          "downstream_expert.words to two folders of the "
                          "corpus 'speech_commands'.",
                          folder);
  free(folder);
  return status;
}

superb_status dataset_read(split *splits, const superb_host *host,
                           const char *root, const char *const *words) {
  superb_status status = SUPERB_OK;
  for (int label = 0; label < CLASS_COUNT && status == SUPERB_OK; label++)
    status = read_word(splits, host, root, words[label], label);
  return status;
}

void dataset_free(split *splits) {
  for (int i = 0; i < SPLIT_COUNT; i++) {
    for (size_t j = 0; j < splits[i].count; j++) {
      const superb_item *item = &splits[i].items[j];
      free((void *)item->id);
      free((void *)item->audio->path);
      free((void *)item->audio);
    }
    free(splits[i].items);
  }
}
