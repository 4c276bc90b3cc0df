/* What the host sees: the expert, and the library that makes it. */
#include "two_words.h"

#include <string.h>

/* What forward has seen since the last report. */
typedef struct tally {
  double loss;
  int64_t batches, right, clips;
} tally;

typedef struct expert {
  superb_expert table;
  const superb_host *host;
  const superb_loss_api *losses;
  split splits[SPLIT_COUNT];
  head model;
  int64_t batch_size;
  tally evaluation[SPLIT_COUNT], training[SPLIT_COUNT];
  superb_tensor *best; /* saved with the model: best dev accuracy */
} expert;

/* The split's number, or SPLIT_COUNT after a failure. */
static int split_of(const expert *me, const superb_pass *pass) {
  static const char *const names[SPLIT_COUNT] = {"train", "dev", "test"};
  for (int i = 0; i < SPLIT_COUNT; i++)
    if (strcmp(pass->split, names[i]) == 0) return i;
  (void)superb_failf(me->host, SUPERB_INVALID_ARGUMENT,
                     "there is no split '%s'. This task has: train, dev, test.",
                     pass->split);
  return SPLIT_COUNT;
}

static int is_training(const superb_pass *pass) {
  return (pass->flags & SUPERB_PASS_TRAINING) != 0;
}

static superb_status expert_dataloader(superb_expert *self,
                                       const superb_pass *pass,
                                       superb_dataloader **out) {
  expert *me = self->context;
  const int number = split_of(me, pass);
  if (number == SPLIT_COUNT) return SUPERB_INVALID_ARGUMENT;
  char order[64];
  snprintf(order, sizeof order, "train-order/%lld", (long long)pass->epoch);
  return superb_list_dataloader(
      me->host, me->splits[number].items, me->splits[number].count,
      me->batch_size, is_training(pass) ? order : NULL, out);
}

static superb_status expert_forward(superb_expert *self,
                                    const superb_pass *pass,
                                    const superb_batch *batch,
                                    const superb_features *features,
                                    superb_tensor **loss) {
  expert *me = self->context;
  const superb_tensor_api *api = me->model.api;
  const int number = split_of(me, pass);
  if (number == SPLIT_COUNT) return SUPERB_INVALID_ARGUMENT;
  int32_t *labels = calloc((size_t)batch->count + 1, sizeof *labels);
  if (!labels) return superb_no_memory(me->host);
  for (uint32_t i = 0; i < batch->count; i++)
    labels[i] = (int32_t)batch->items[i]->tag;

  superb_tensor *logits = head_apply(&me->model, features);
  *loss = me->losses->cross_entropy(logits, labels, batch->count, -100);

  const float *scores = api->data(logits), *value = api->data(*loss);
  if (scores && value) {
    tally *sums = is_training(pass) ? &me->training[number]
                                    : &me->evaluation[number];
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
                                        const superb_pass *pass,
                                        const superb_records *records) {
  expert *me = self->context;
  const int number = split_of(me, pass);
  if (number == SPLIT_COUNT) return SUPERB_INVALID_ARGUMENT;
  tally *all = is_training(pass) ? me->training : me->evaluation;
  const tally sums = all[number];
  if (sums.clips == 0) return SUPERB_OK;
  all[number] = (tally){0};
  const float accuracy = (float)sums.right / (float)sums.clips;
  records->metric(records, "acc", (double)accuracy);
  records->metric(records, "loss", sums.loss / (double)sums.batches);
  if (number != DEV || is_training(pass) ||
      accuracy <= *me->model.api->data(me->best))
    return SUPERB_OK;
  records->save_as(records, "dev-best.ckpt");
  return me->model.api->assign(me->best, &accuracy, 1);
}

static void expert_destroy(superb_expert *self) {
  expert *me = self->context;
  dataset_free(me->splits);
  free(me);
}

/* -- making one ---------------------------------------------------------- */

static superb_status set_up(expert *me, const superb_host *host) {
  const char *root = NULL, *words[CLASS_COUNT];
  int64_t width = 0;
  superb_status status;
  if ((status = superb_config_or_string(host, "words.0", "yes", &words[0])) ||
      (status = superb_config_or_string(host, "words.1", "no", &words[1])) ||
      (status = superb_config_or_integer(host, "batch_size", 16, 1,
                                         &me->batch_size)) ||
      (status = superb_config_or_integer(host, "width", 64, 1, &width)) ||
      (status = host->corpus(host, "speech_commands", &root)) ||
      (status = dataset_read(me->splits, host, root, words)) ||
      (status = head_make(&me->model, host, width)))
    return status;
  me->losses = superb_find(host, SUPERB_LOSS_EXTENSION, sizeof *me->losses);
  const int64_t shape[] = {1};
  me->best = superb_finding(host, me->model.api, "best_score", 1, shape);
  return me->losses && me->best ? SUPERB_OK : SUPERB_UNSUPPORTED;
}

static superb_status make(const superb_host *host, superb_expert **out) {
  expert *me = calloc(1, sizeof *me);
  if (!me) return superb_no_memory(host);
  me->host = host;
  me->table = (superb_expert){
      .struct_size = sizeof me->table,
      .context = me,
      .get_dataloader = expert_dataloader,
      .forward = expert_forward,
      .log_records = expert_log_records,
      .destroy = expert_destroy,
  };
  const superb_status status = set_up(me, host);
  if (status == SUPERB_OK)
    *out = &me->table;
  else
    expert_destroy(&me->table);
  return status;
}

/* -- constant data ------------------------------------------------------- */

SUPERB_METRIC(accuracy, "acc", "accuracy", SUPERB_UNIT_FRACTION, 1);
static const superb_metric *const metrics[] = {&accuracy, NULL};
static const char *const aliases[] = {NULL};
static const char *const corpora[] = {"speech_commands", NULL};
static const char *const test_splits[] = {"test", NULL};
SUPERB_TASK(descriptor, 1, "two_words", "two words",
            "Tells two spoken words apart.", aliases, metrics, corpora,
            "two_words", test_splits);
SUPERB_LIBRARY(descriptor, make);
