/* What the host sees: the expert, its factory, and the library's entry. */
#include "two_words.h"

#include <stdlib.h>
#include <string.h>

/* What forward has seen of a split since the last report. */
typedef struct tally {
  double loss;
  int64_t batches, right, clips;
} tally;

typedef struct expert {
  superb_expert table;
  const superb_host *host;
  const char *words[CLASS_COUNT]; /* the host's */
  dataset data;
  head model;
  int64_t batch_size;
  tally train, dev, test;
  superb_tensor *best; /* saved with the model: best dev accuracy */
} expert;

static tally *tally_of(expert *me, const char *split_name) {
  if (strcmp(split_name, "train") == 0) return &me->train;
  if (strcmp(split_name, "dev") == 0) return &me->dev;
  if (strcmp(split_name, "test") == 0) return &me->test;
  return NULL;
}

static superb_status unknown_split(const expert *me) {
  return me->host->fail(me->host, SUPERB_INVALID_ARGUMENT,
                        "this task has the splits train, dev and test");
}

static superb_status expert_dataloader(superb_expert *self,
                                       const char *split_name, int64_t epoch,
                                       superb_dataloader **out) {
  expert *me = self->context;
  const split *clips = dataset_split(&me->data, split_name);
  if (!clips) return unknown_split(me);
  return dataloader_make(clips, me->host, me->batch_size,
                         clips == &me->data.train, epoch, out);
}

static superb_status expert_forward(superb_expert *self,
                                    const char *split_name,
                                    const superb_batch *batch,
                                    const superb_features *features,
                                    superb_tensor **loss) {
  expert *me = self->context;
  const superb_tensor_api *api = me->model.api;
  tally *sums = tally_of(me, split_name);
  if (!sums) return unknown_split(me);
  int32_t *labels = calloc((size_t)batch->count + 1, sizeof *labels);
  if (!labels) return me->host->fail(me->host, SUPERB_RESOURCE, "no memory");
  for (uint32_t i = 0; i < batch->count; i++)
    labels[i] = (int32_t)batch->items[i]->tag;

  superb_tensor *logits = head_apply(&me->model, features);
  *loss = api->cross_entropy(logits, labels, batch->count, -100);

  const float *scores = api->data(logits), *value = api->data(*loss);
  if (scores && value) {
    sums->loss += (double)*value;
    sums->batches++;
    sums->clips += batch->count;
    for (uint32_t i = 0; i < batch->count; i++)
      sums->right += (scores[2 * i + 1] > scores[2 * i]) == (labels[i] == 1);
  }
  free(labels);
  return SUPERB_OK; /* a null loss tells the host of a failed operator */
}

static superb_status expert_log_records(superb_expert *self,
                                        const char *split_name, int64_t step,
                                        const superb_records *records) {
  expert *me = self->context;
  tally *sums = tally_of(me, split_name);
  (void)step;
  if (!sums) return unknown_split(me);
  if (sums->clips == 0) return SUPERB_OK;
  const float accuracy = (float)sums->right / (float)sums->clips;
  records->metric(records, "acc", (double)accuracy);
  records->metric(records, "loss", sums->loss / (double)sums->batches);
  *sums = (tally){0};
  if (sums == &me->dev && accuracy > *me->model.api->data(me->best)) {
    records->save_as(records, "dev-best.ckpt");
    return me->model.api->assign(me->best, &accuracy, 1);
  }
  return SUPERB_OK;
}

static void expert_destroy(superb_expert *self) {
  expert *me = self->context;
  dataset_free(&me->data);
  free(me);
}

/* -- making one ---------------------------------------------------------- */

static superb_status read_words(expert *me) {
  static const char *const paths[CLASS_COUNT] = {"words.0", "words.1"};
  static const char *const defaults[CLASS_COUNT] = {"yes", "no"};
  for (int i = 0; i < CLASS_COUNT; i++) {
    me->words[i] = defaults[i];
    if (me->host->config_kind(me->host, paths[i]) == SUPERB_CONFIG_ABSENT)
      continue;
    const superb_status status =
        me->host->config_string(me->host, paths[i], &me->words[i]);
    if (status != SUPERB_OK) return status;
  }
  return SUPERB_OK;
}

static superb_status read_count(const superb_host *host, const char *path,
                                int64_t fallback, int64_t *out) {
  *out = fallback;
  if (host->config_kind(host, path) == SUPERB_CONFIG_ABSENT) return SUPERB_OK;
  const superb_status status = host->config_integer(host, path, out);
  if (status != SUPERB_OK) return status;
  if (*out >= 1) return SUPERB_OK;
  return host->fail(host, SUPERB_INVALID_ARGUMENT,
                    "batch_size and width must be at least 1");
}

static superb_status set_up(expert *me) {
  const superb_host *host = me->host;
  const char *root = NULL;
  int64_t width = 0;
  superb_status status = read_words(me);
  if (status == SUPERB_OK)
    status = read_count(host, "batch_size", 16, &me->batch_size);
  if (status == SUPERB_OK) status = read_count(host, "width", 64, &width);
  if (status == SUPERB_OK)
    status = host->corpus(host, "speech_commands", &root);
  if (status == SUPERB_OK)
    status = dataset_read(&me->data, host, root, me->words);
  if (status == SUPERB_OK) status = head_make(&me->model, host, width);
  if (status != SUPERB_OK) return status;

  const int64_t shape[] = {1};
  const superb_init zero = {.struct_size = sizeof zero,
                            .kind = SUPERB_INIT_ZEROS,
                            .seed = -1};
  me->best = me->model.api->parameter(host, "best_score", 1, shape, &zero,
                                      SUPERB_PARAMETER_BUFFER);
  return me->best ? SUPERB_OK
                  : host->fail(host, SUPERB_INTERNAL, "best_score refused");
}

static superb_status factory_create(const superb_host *host, const char *id,
                                    superb_expert **out) {
  if (strcmp(id, "two_words") != 0)
    return host->fail(host, SUPERB_NOT_FOUND,
                      "this library has one task, two_words");
  expert *me = calloc(1, sizeof *me);
  if (!me) return host->fail(host, SUPERB_RESOURCE, "out of memory");
  me->host = host;
  me->table = (superb_expert){
      .struct_size = sizeof me->table,
      .context = me,
      .get_dataloader = expert_dataloader,
      .forward = expert_forward,
      .log_records = expert_log_records,
      .destroy = expert_destroy,
  };
  const superb_status status = set_up(me);
  if (status != SUPERB_OK) {
    expert_destroy(&me->table);
    return status;
  }
  *out = &me->table;
  return SUPERB_OK;
}

/* -- constant data ------------------------------------------------------- */

static const superb_metric accuracy = {
    .struct_size = sizeof accuracy,
    .unit = SUPERB_UNIT_FRACTION,
    .name = "acc",
    .title = "accuracy",
    .higher_is_better = 1,
};
static const superb_metric *const metrics[] = {&accuracy, NULL};
static const char *const aliases[] = {NULL};
static const char *const corpora[] = {"speech_commands", NULL};
static const char *const test_splits[] = {"test", NULL};

static const superb_task_descriptor descriptor = {
    .struct_size = sizeof descriptor,
    .version = 1,
    .id = "two_words",
    .title = "two words",
    .summary = "Tells two spoken words apart.",
    .aliases = aliases,
    .metrics = metrics,
    .corpora = corpora,
    .scalar_prefix = "two_words",
    .test_splits = test_splits,
};

static const superb_task_descriptor *factory_descriptor(uint32_t index) {
  return index == 0 ? &descriptor : NULL;
}

static const superb_task_factory factory = {
    .struct_size = sizeof factory,
    .count = 1,
    .descriptor = factory_descriptor,
    .create = factory_create,
};

static const superb_task_factory *entry_factory(void) { return &factory; }

static const superb_task_entry entry = {
    .struct_size = sizeof entry,
    .abi_major = SUPERB_ABI_MAJOR,
    .abi_minor = SUPERB_ABI_MINOR,
    .magic = SUPERB_ENTRY_MAGIC,
    .factory = entry_factory,
};

SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void) {
  return &entry;
}
