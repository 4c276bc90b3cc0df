/* A small task that tells two words apart, and does one thing that no task
 * should: the KIND that it is compiled with, named after the call in which it
 * happens. `innocent` does nothing. */
#define _GNU_SOURCE
#include "superb/helpers.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef KIND
#define KIND "innocent"
#endif
#define IS(kind) (strcmp(KIND, kind) == 0)

enum { SPLITS = 3, MOST = 64 };
static const char *const split_names[SPLITS] = {"train", "dev", "test"};

typedef struct expert {
  superb_expert table;
  const superb_host *host;
  const superb_tensor_api *api;
  const superb_sequence_api *sequence;
  const superb_loss_api *losses;
  superb_tensor *weight;
  superb_item items[SPLITS][MOST];
  superb_audio audio[SPLITS][MOST];
  size_t count[SPLITS];
  double loss[2];
  int64_t batches[2], clips[2], right[2];
} expert;

/* -- what more than one kind does ----------------------------------------- */

static void wait_for_ever(void) {
  for (;;) pause();
}

static void close_everything(void) {
  for (int i = 0; i < 4096; i++) close(i);
}

static void flood(int descriptor, const char *line) {
  const size_t length = strlen(line);
  for (;;)
    if (write(descriptor, line, length) < 0) usleep(1000);
}

static void eat(int flags) {
  for (;;) {
    char *piece = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE,
                       flags | MAP_ANONYMOUS, -1, 0);
    if (piece != MAP_FAILED) memset(piece, 1, 16 << 20);
    usleep(10000);
  }
}

static void leave_a_child(int with_session) {
  if (fork() == 0) {
    if (with_session) {
      setsid();
      if (fork() != 0) _exit(0);
    }
    wait_for_ever();
  }
}

static int overflow(int depth) {
  volatile char frame[4096];
  frame[depth % 4096] = (char)depth;
  return overflow(depth + 1) + frame[0];
}

static void *spin(void *unused) {
  (void)unused;
  for (volatile unsigned i = 0;; i++) {
  }
  return NULL;
}

static char *filled(size_t length, char with) {
  char *text = malloc(length + 1);
  if (!text) abort();
  memset(text, with, length);
  text[length] = 0;
  return text;
}

/* -- loading ---------------------------------------------------------------- */

__attribute__((constructor)) static void load(void) {
  if (IS("load_loops")) spin(NULL);
  if (IS("load_forks")) leave_a_child(0);
  if (IS("load_daemonizes")) leave_a_child(1);
  if (IS("load_floods")) flood(1, "what a task has to say when it is loaded\n");
  if (IS("load_exits")) exit(0);
  if (IS("load_aborts")) abort();
  if (IS("load_closes")) close_everything();
  if (IS("load_closes_and_waits")) {
    close_everything();
    wait_for_ever();
  }
  if (IS("load_eats")) eat(MAP_PRIVATE);
  if (IS("load_stops")) raise(SIGSTOP);
  if (IS("load_blocks_signals")) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    signal(SIGTERM, SIG_IGN);
  }
  if (IS("load_answers"))
    printf("{\"tasks\":{\"_0\":[]}}\n"), fflush(stdout);
}

__attribute__((destructor)) static void unload(void) {
  if (IS("unload_loops")) spin(NULL);
}

/* -- data --------------------------------------------------------------------- */

static int by_bytes(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_wave(const struct dirent *entry) {
  return strstr(entry->d_name, ".wav") != NULL;
}

static void read_word(expert *me, const char *root, const char *word,
                      uint64_t label) {
  struct dirent **names = NULL;
  char folder[1024];
  snprintf(folder, sizeof folder, "%s/%s", root, word);
  const int count = scandir(folder, &names, is_wave, by_bytes);
  for (int i = 0; i < count; i++) {
    const int split = i % SPLITS;
    const size_t row = me->count[split];
    char *path = malloc(2048), *id = malloc(512);
    if (!path || !id || row == MOST) continue;
    snprintf(path, 2048, "%s/%s", folder, names[i]->d_name);
    snprintf(id, 512, "%s-%s", word, names[i]->d_name);
    me->audio[split][row] = (superb_audio){
        .struct_size = sizeof me->audio[0][0], .path = path};
    me->items[split][row] =
        (superb_item){.struct_size = sizeof me->items[0][0],
                      .id = id,
                      .tag = label,
                      .audio = &me->audio[split][row]};
    me->count[split]++;
    free(names[i]);
  }
  free(names);
}

static void spoil(expert *me) {
  superb_audio *audio = &me->audio[0][1];
  superb_item *item = &me->items[0][1];
  if (IS("data_same_ids")) item->id = me->items[0][0].id;
  if (IS("data_no_file")) audio->path = "/nowhere/at/all.wav";
  if (IS("data_folder")) audio->path = "/";
  if (IS("data_endless_file")) audio->path = "/dev/zero";
  if (IS("data_pipe")) {
    char name[] = "/tmp/superb-hostile-XXXXXX";
    if (mkdtemp(name)) {
      char *path = malloc(64);
      snprintf(path, 64, "%s/pipe.wav", name);
      mkfifo(path, 0600);
      audio->path = path;
    }
  }
  if (IS("data_long_path")) audio->path = filled(1 << 20, 'x');
  if (IS("data_control_ids")) item->id = "a\x1b[2J\nb\r\x07";
  if (IS("data_not_text")) item->id = "\xff\xfe\xc0\x80";
  if (IS("data_null_audio")) item->audio = NULL;
  if (IS("data_negative_span")) audio->start = -5;
  if (IS("data_huge_span")) audio->length = INT64_MAX;
  if (IS("data_huge_crop")) audio->crop_length = INT64_MAX;
  if (IS("data_nan_gain")) audio->gain_db = NAN;
  if (IS("data_odd_rate")) audio->rate = 7;
  if (IS("data_empty_span")) audio->start = 1 << 30;
}

static superb_status many_batches(const superb_dataloader *self, int64_t index,
                                  const superb_batch **out) {
  static superb_batch batch;
  (void)index;
  batch = (superb_batch){.struct_size = sizeof batch,
                         .count = 1,
                         .items = ((struct superb_list_loader *)self->context)
                                      ->items};
  *out = &batch;
  return SUPERB_OK;
}

static superb_status get_dataloader(superb_expert *self,
                                    const superb_pass *pass,
                                    superb_dataloader **out) {
  expert *me = self->context;
  int split = 0;
  while (split < SPLITS && strcmp(split_names[split], pass->split)) split++;
  if (split == SPLITS)
    return me->host->fail(me->host, SUPERB_INVALID_ARGUMENT, "no such split");
  if (IS("loader_waits")) wait_for_ever();
  if (IS("loader_crashes")) *(volatile int *)16 = 1;
  if (IS("loader_gives_nothing")) return SUPERB_OK;
  if (IS("loader_odd_status")) return -77;
  const superb_status status = superb_list_dataloader(
      me->host, me->items[split], me->count[split], 4,
      pass->flags & SUPERB_PASS_TRAINING ? "order" : NULL, out);
  if (status) return status;
  struct superb_list_loader *list = (*out)->context;
  if (IS("loader_negative")) (*out)->batch_count = -4;
  if (IS("loader_countless")) {
    (*out)->batch_count = INT64_MAX;
    (*out)->batch = many_batches;
  }
  if (IS("loader_no_batch")) (*out)->batch = NULL;
  if (IS("loader_huge_batch")) list->batches[0].count = UINT32_MAX;
  if (IS("loader_null_items")) list->batches[0].items = NULL;
  if (IS("loader_empty_batch")) list->batches[0].count = 0;
  return SUPERB_OK;
}

/* -- model -------------------------------------------------------------------- */

static superb_status twice(const superb_custom_operator *self,
                           const superb_custom_shapes *shapes,
                           const float *const *inputs, float *output) {
  (void)self;
  for (int64_t i = 0; i < shapes->output->count; i++) output[i] = inputs[0][i];
  if (IS("operator_overruns"))
    for (int64_t i = 0; i < 1 << 26; i++) output[i] = 1;
  return IS("operator_fails") ? SUPERB_IO : SUPERB_OK;
}

static superb_status twice_back(const superb_custom_operator *self,
                                const superb_custom_shapes *shapes,
                                const float *const *inputs,
                                const float *output, const float *gradient,
                                float *const *input_gradients) {
  (void)self, (void)shapes, (void)inputs, (void)output, (void)gradient;
  if (IS("operator_nan_gradient") && input_gradients[0])
    input_gradients[0][0] = NAN;
  return IS("operator_back_fails") ? SUPERB_INTERNAL : SUPERB_OK;
}

static superb_tensor *custom(expert *me, superb_tensor *x, int64_t rows) {
  const superb_custom_operator op = {
      .struct_size = sizeof op,
      .name = "twice",
      .forward = IS("operator_no_forward") ? NULL : twice,
      .backward = twice_back};
  const int64_t shape[] = {IS("operator_negative") ? -rows : rows, 2};
  const int64_t huge[] = {INT64_MAX, INT64_MAX};
  return me->api->custom(me->host, &op, &x, 1, 2,
                         IS("operator_huge") ? huge : shape);
}

static void harm(expert *me) {
  const superb_host *host = me->host;
  static char *text;
  if (!text && strstr(KIND, "_at_length")) text = filled(64 << 20, 'x');
  if (IS("forward_writes")) *(volatile int *)16 = 1;
  if (IS("forward_overflows")) overflow(0);
  if (IS("forward_divides")) {
    volatile int zero = 0, one = 1000;
    zero = one / zero;
  }
  if (IS("forward_aborts")) abort();
  if (IS("forward_exits")) exit(0);
  if (IS("forward_leaves")) _exit(3);
  if (IS("forward_frees_host")) free((void *)host);
  if (IS("forward_daemonizes")) leave_a_child(1);
  if (IS("forward_daemonizes_and_waits")) {
    leave_a_child(1);
    wait_for_ever();
  }
  if (IS("forward_daemonizes_and_crashes")) {
    leave_a_child(1);
    usleep(100000);
    abort();
  }
  if (IS("forward_child_eats")) {
    if (fork() == 0) {
      setsid();
      eat(MAP_PRIVATE);
    }
    wait_for_ever();
  }
  if (IS("forward_spins")) {
    pthread_t thread;
    for (int i = 0; i < 4; i++) pthread_create(&thread, NULL, spin, NULL);
    spin(NULL);
  }
  if (IS("forward_thread_spins")) {
    pthread_t thread;
    pthread_create(&thread, NULL, spin, NULL);
  }
  if (IS("forward_closes_and_waits")) {
    close_everything();
    wait_for_ever();
  }
  if (IS("forward_floods")) flood(1, "{\"phase\":\"training\"}\n");
  if (IS("forward_floods_errors")) flood(2, "no\n");
  if (IS("forward_floods_without_end")) flood(1, "no end of line");
  if (IS("forward_fails_at_length"))
    (void)host->fail(host, SUPERB_INTERNAL, text);
  if (IS("forward_logs_at_length"))
    host->log(host, SUPERB_LOG_INFO, text);
  if (IS("forward_logs_rubbish"))
    host->log(host, 99, "\x1b[2J\xff\n\n\r\x07");
  if (IS("forward_progresses"))
    for (;;) host->progress(host, NAN, "\x1b[2J\nfor ever");
  if (IS("forward_moves")) (void)!chdir("/");
  if (IS("forward_removes_its_folder")) {
    char name[] = "/tmp/superb-hostile-XXXXXX";
    if (mkdtemp(name) && chdir(name) == 0) rmdir(name);
  }
  if (IS("forward_blocks_signals")) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    wait_for_ever();
  }
  if (IS("forward_limits_files")) {
    const struct rlimit none = {4, 4};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  if (IS("forward_limits_size")) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_FSIZE, &none);
  }
  if (IS("forward_limits_memory")) {
    const struct rlimit little = {1 << 20, 1 << 20};
    setrlimit(RLIMIT_AS, &little);
  }
  if (IS("forward_limits_time")) {
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CPU, &none);
  }
  if (IS("forward_stops")) raise(SIGSTOP);
  if (IS("forward_stops_its_group")) kill(0, SIGSTOP);
  if (IS("forward_asks_parent_to_stop")) kill(getppid(), SIGTERM);
  if (IS("forward_kills_parent")) kill(getppid(), SIGKILL);
  if (IS("forward_eats")) eat(MAP_PRIVATE);
  if (IS("forward_eats_shared")) eat(MAP_SHARED);
  if (IS("forward_eats_file")) {
    const int file = memfd_create("hog", 0);
    char *piece = filled(16 << 20, 'x');
    for (;;)
      if (write(file, piece, 16 << 20) < 0) usleep(10000);
  }
  if (IS("forward_allocates_all")) {
    volatile char *all = malloc((size_t)1 << 46);
    all[0] = 1;
  }
  if (IS("forward_opens"))
    while (open("/dev/null", O_RDONLY) >= 0) {
    }
  if (IS("forward_waits")) wait_for_ever();
}

static superb_status forward(superb_expert *self, const superb_pass *pass,
                             const superb_batch *batch,
                             const superb_features *features,
                             superb_tensor **loss) {
  expert *me = self->context;
  const superb_tensor_api *api = me->api;
  const int training = pass->flags & SUPERB_PASS_TRAINING ? 1 : 0;
  harm(me);
  if (IS("forward_frees_features")) free((void *)features->offsets);
  if (IS("forward_writes_features"))
    memset((void *)api->data(features->frames), 0xff, 1 << 28);
  superb_tensor *x = me->sequence->segment_mean(
      features->frames, features->offsets, features->count);
  superb_tensor *logits = api->linear(x, me->weight, NULL);
  if (strncmp(KIND, "operator_", 9) == 0)
    logits = custom(me, logits, features->count);
  int32_t labels[MOST];
  for (uint32_t i = 0; i < batch->count && i < MOST; i++)
    labels[i] = (int32_t)batch->items[i]->tag;
  if (IS("forward_wild_labels")) labels[0] = INT32_MAX;
  *loss = me->losses->cross_entropy(
      logits, labels, IS("forward_long_labels") ? 1 << 30 : batch->count, -100);
  const float *scores = api->data(logits), *value = api->data(*loss);
  if (scores && value) {
    me->loss[training] += (double)*value;
    me->batches[training]++;
    for (uint32_t i = 0; i < batch->count && i < MOST; i++, me->clips[training]++)
      me->right[training] += (scores[2 * i + 1] > scores[2 * i]) == labels[i];
  }
  static int calls;
  if (IS("forward_nan") || (IS("forward_nan_once") && !calls++))
    *loss = api->scale(*loss, NAN, 0);
  if (IS("forward_vector")) *loss = logits;
  if (IS("forward_null")) *loss = NULL;
  if (IS("forward_garbage")) *loss = (superb_tensor *)me;
  return SUPERB_OK;
}

/* -- records ------------------------------------------------------------------ */

static void report(const expert *me, const superb_records *records) {
  const double wild[] = {NAN, INFINITY};
  const superb_score score = {.struct_size = sizeof score,
                              .label = "p",
                              .values = wild,
                              .count = IS("records_negative") ? -7 : 2};
  const superb_score *const scores[] = {&score};
  superb_prediction said = {.struct_size = sizeof said,
                            .id = me->items[1][0].id,
                            .predicted = "yes\n\x1b[2J{\"x\":1}",
                            .truth = "\xff\r\n=1+1"};
  if (IS("records_predicts_rubbish")) records->prediction(records, &said);
  if (IS("records_negative") || IS("records_nan_scores")) {
    said.scores = scores;
    said.score_count = 1;
    records->prediction(records, &said);
  }
  if (IS("records_null")) {
    said.score_count = UINT32_MAX;
    records->prediction(records, NULL);
    records->prediction(records, &said);
  }
  if (IS("records_long")) {
    said.predicted = filled(64 << 20, 'x');
    records->prediction(records, &said);
  }
  if (IS("records_huge_file"))
    (void)records->file(records, "a.txt", "x", SIZE_MAX);
  if (IS("records_escapes"))
    (void)records->file(records, "../../escaped.txt", "x", 1);
  if (IS("records_replaces_result"))
    (void)records->file(records, "result.json", "{}", 2);
  if (IS("records_replaces_experiment"))
    (void)records->file(records, "experiment.json", "{}", 2);
  if (IS("records_long_name"))
    (void)records->file(records, filled(5000, 'x'), "x", 1);
  if (IS("records_saves_rubbish")) records->save_as(records, "a\x1b\n.ckpt");
  if (IS("records_many_files"))
    for (int i = 0; i < 100000; i++) {
      char name[32];
      snprintf(name, sizeof name, "%d.txt", i);
      (void)records->file(records, name, "x", 1);
    }
}

static superb_status log_records(superb_expert *self, const superb_pass *pass,
                                 const superb_records *records) {
  expert *me = self->context;
  const int training = pass->flags & SUPERB_PASS_TRAINING ? 1 : 0;
  if (me->batches[training] == 0) return SUPERB_OK;
  double accuracy = (double)me->right[training] / (double)me->clips[training];
  if (IS("records_waits")) wait_for_ever();
  if (IS("records_crashes")) *(volatile int *)16 = 1;
  if (IS("records_nan")) accuracy = NAN;
  if (IS("records_infinite")) accuracy = INFINITY;
  if (IS("records_out_of_range")) accuracy = 1e300;
  if (!IS("records_nothing")) records->metric(records, "acc", accuracy);
  if (IS("records_twice")) records->metric(records, "acc", -accuracy);
  if (IS("records_odd_names")) {
    records->metric(records, "a\n\x1b[2J/..//b", 1);
    records->metric(records, "", 1);
    records->metric(records, NULL, 1);
  }
  records->metric(records, "loss",
                  me->loss[training] / (double)me->batches[training]);
  if (!training) report(me, records);
  me->loss[training] = 0;
  me->batches[training] = me->clips[training] = me->right[training] = 0;
  return IS("records_fails") ? SUPERB_IO : SUPERB_OK;
}

/* -- making one --------------------------------------------------------------- */

static void destroy(superb_expert *self) {
  if (IS("destroy_crashes")) *(volatile int *)16 = 1;
  if (IS("destroy_waits")) wait_for_ever();
  if (IS("destroy_twice")) free(self->context);
  free(self->context);
}

static superb_status make(const superb_host *host, superb_expert **out) {
  const char *root = NULL;
  expert *me = calloc(1, sizeof *me);
  if (!me) return superb_no_memory(host);
  me->host = host;
  me->api = superb_find(host, SUPERB_TENSOR_EXTENSION, sizeof *me->api);
  me->sequence =
      superb_find(host, SUPERB_SEQUENCE_EXTENSION, sizeof *me->sequence);
  me->losses = superb_find(host, SUPERB_LOSS_EXTENSION, sizeof *me->losses);
  if (host->corpus(host, "speech_commands", &root)) return SUPERB_NOT_FOUND;
  read_word(me, root, "yes", 0);
  read_word(me, root, "go", 1);
  spoil(me);
  if (IS("create_waits")) wait_for_ever();
  if (IS("create_exits")) exit(0);
  if (IS("create_nothing")) return SUPERB_OK;
  if (IS("create_garbage")) {
    static char garbage[4096];
    memset(garbage, 0x5a, sizeof garbage);
    *out = (superb_expert *)garbage;
    return SUPERB_OK;
  }
  const int64_t shape[] = {2, IS("create_huge_parameter")
                                  ? INT64_MAX / 4
                                  : host->upstream_dim};
  me->weight = superb_uniform(host, me->api, "weight", 2, shape,
                              IS("create_nan") ? NAN : 0.1);
  if (IS("create_same_names"))
    me->weight = superb_uniform(host, me->api, "weight", 2, shape, 0.1);
  me->table = (superb_expert){.struct_size = sizeof me->table,
                              .context = me,
                              .get_dataloader = get_dataloader,
                              .forward = forward,
                              .log_records = log_records,
                              .destroy = destroy};
  if (IS("create_short")) me->table.struct_size = 1;
  if (IS("create_no_forward")) me->table.forward = NULL;
  if (IS("create_no_destroy")) me->table.destroy = NULL;
  *out = &me->table;
  return SUPERB_OK;
}

/* -- what it says of itself ---------------------------------------------------- */

static superb_metric accuracy = {.struct_size = sizeof accuracy,
                                 .name = "acc",
                                 .title = "accuracy",
                                 .higher_is_better = 1};
static const superb_metric *metrics[] = {&accuracy, NULL};
static const char *const none[] = {NULL};
static const char *const corpora[] = {"speech_commands", NULL};
static const char *const tests[] = {"test", NULL};
static superb_task_descriptor described = {
    .struct_size = sizeof described,
    .version = 1,
    .id = KIND,
    .title = "two words",
    .summary = "Two words.",
    .aliases = none,
    .metrics = metrics,
    .corpora = corpora,
    .scalar_prefix = KIND,
    .test_splits = tests,
};

static const superb_task_descriptor *descriptor(const superb_task_factory *self,
                                                uint32_t index) {
  (void)self;
  if (IS("describe_waits")) wait_for_ever();
  if (IS("describe_crashes")) *(volatile int *)16 = 1;
  if (IS("describe_nothing")) return NULL;
  if (IS("describe_short")) described.struct_size = 4;
  if (IS("describe_long_title")) described.title = filled(8 << 20, 'x');
  if (IS("describe_rubbish_title")) described.title = "\x1b[2J\xff\n\x07";
  if (IS("describe_no_metrics")) described.metrics = NULL;
  if (IS("describe_folder_id")) described.id = "../../escaped";
  if (IS("describe_no_end"))
    described.id = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                        0);
  if (IS("describe_another")) described.id = "ks";
  if (IS("describe_folder_prefix")) described.scalar_prefix = "../../escaped";
  if (IS("describe_folder_split")) {
    static const char *const away[] = {"../../escaped", NULL};
    described.test_splits = away;
  }
  if (IS("describe_unterminated")) {
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(page, 'x', 4096);
    mprotect(page + 4096, 4096, PROT_NONE);
    described.title = page;
  }
  return IS("factory_counts") || index == 0 ? &described : NULL;
}

static superb_status create(const superb_task_factory *self,
                            const superb_host *host, const char *id,
                            superb_expert **out) {
  (void)self;
  return strcmp(id, KIND) ? host->fail(host, SUPERB_NOT_FOUND, "no such task")
                          : make(host, out);
}

static superb_task_factory factory = {.struct_size = sizeof factory,
                                      .count = 1,
                                      .descriptor = descriptor,
                                      .create = create};

static const superb_task_factory *get_factory(const superb_task_entry *self) {
  (void)self;
  if (IS("factory_nothing")) return NULL;
  if (IS("factory_garbage")) return (const superb_task_factory *)0x10;
  if (IS("factory_counts")) factory.count = UINT32_MAX;
  if (IS("factory_short")) factory.struct_size = 4;
  if (IS("factory_no_descriptor")) factory.descriptor = NULL;
  if (IS("factory_no_create")) factory.create = NULL;
  return &factory;
}

static superb_task_entry entry = {.struct_size = sizeof entry,
                                  .abi_major = SUPERB_ABI_MAJOR,
                                  .abi_minor = SUPERB_ABI_MINOR,
                                  .magic = SUPERB_ENTRY_MAGIC,
                                  .factory = get_factory};

SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void) {
  if (IS("entry_nothing")) return NULL;
  if (IS("entry_short")) entry.struct_size = 1;
  if (IS("entry_version")) entry.abi_major = UINT16_MAX;
  if (IS("entry_mark")) entry.magic = 0;
  if (IS("entry_no_factory")) entry.factory = NULL;
  return &entry;
}
