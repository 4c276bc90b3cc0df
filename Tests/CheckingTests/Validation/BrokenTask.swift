import Files
import Foundation

@testable import Files

/// A small task in C that keeps the contract, and breaks one promise of it
/// for each macro that it is compiled with.
enum BrokenTask {
  /// Compiles the task with `defects` into `folder`, beside a config.yaml
  /// under the library's name, and gives the library's path.
  static func build(
    _ defects: [String], flags: [String] = ["-fvisibility=hidden"],
    in folder: String
  ) throws -> String {
    let source = folder + "/toy.c"
    try Data(self.source.utf8).write(to: URL(fileURLWithPath: source))
    let clips = folder + "/clips"
    try FileManager.default.createDirectory(
      atPath: clips, withIntermediateDirectories: true)
    for clip in 0..<18 {
      try Data().write(to: URL(fileURLWithPath: "\(clips)/clip\(clip).wav"))
    }
    try Data(
      """
      runner: {total_steps: 10, eval_dataloaders: [dev]}
      optimizer: {name: Adam, lr: 1.0e-3}
      downstream_expert: {root: "\(clips)", batch_size: 2}

      """.utf8
    ).write(to: URL(fileURLWithPath: folder + "/toy.yaml"))
    let library = folder + "/toy.so"
    let headers = try TestProgram.installation().headers
    let output = try Subprocess.run(
      ["/usr/bin/env", "cc", "-std=c11", "-Wall", "-shared", "-fPIC", "-O1"]
        + flags + defects.map { "-D" + $0 }
        + ["-I", headers, source, "-lm", "-lpthread", "-o", library])
    guard output.status == 0, output.text.isEmpty else {
      throw BuildFailure(output: output.text)
    }
    return library
  }

  struct BuildFailure: Error {
    let output: String
  }

  static let source = #"""
    #define _DEFAULT_SOURCE
    #include "superb/task.h"
    #include <math.h>
    #include <pthread.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>

    enum { SPLITS = 3, PASSES = 4, ITEMS = 6, WIDTH = 8 };
    static const char *const split_names[SPLITS] = {"train", "dev", "test"};

    typedef struct expert {
      superb_expert table;
      const superb_host *host;
      const superb_tensor_api *api;
      const superb_sequence_api *sequence;
      const superb_loss_api *losses;
      superb_tensor *weight, *bias, *output, *unused;
      int64_t batch_size, calls;
      char paths[SPLITS][ITEMS][512], ids[SPLITS][ITEMS][32];
      /* What forward has seen in a pass; -1 where nothing. */
      int predicted[PASSES][ITEMS];
      double loss[PASSES];
      int batches[PASSES];
    } expert;

    static int experts; /* for the defects that share state */

    static int split_of(const char *name) {
      for (int i = 0; i < SPLITS; i++)
        if (strcmp(name, split_names[i]) == 0) return i;
      return -1;
    }

    /* A split's number; an evaluation of the training split has its own. */
    static int pass_of(const superb_pass *pass) {
      const int split = split_of(pass->split);
    #ifndef MIXES_TRAINING
      if (split == 0 && !(pass->flags & SUPERB_PASS_TRAINING)) return SPLITS;
    #endif
      return split;
    }

    /* -- data ------------------------------------------------------------ */

    typedef struct loader {
      superb_dataloader table;
      superb_audio audio[ITEMS];
      superb_item items[ITEMS];
      const superb_item *rows[ITEMS];
      superb_batch batches[ITEMS];
      int64_t next;
    } loader;

    static superb_status loader_batch(const superb_dataloader *self,
                                      int64_t index,
                                      const superb_batch **out) {
      loader *me = self->context;
    #ifdef STATEFUL_BATCH
      index = me->next++ % self->batch_count;
    #endif
      if (index < 0 || index >= self->batch_count)
        return SUPERB_INVALID_ARGUMENT;
      *out = &me->batches[index];
      return SUPERB_OK;
    }

    static void loader_destroy(superb_dataloader *self) {
      free(self->context);
    }

    static superb_status get_dataloader(superb_expert *self,
                                        const superb_pass *pass,
                                        superb_dataloader **out) {
      expert *me = self->context;
      int split = split_of(pass->split);
    #ifdef ANY_SPLIT
      if (split < 0) split = 0;
    #endif
    #ifdef OUT_ON_FAILURE
      *out = NULL;
    #endif
      if (split < 0)
        return me->host->fail(me->host, SUPERB_INVALID_ARGUMENT, "no split");
      loader *load = calloc(1, sizeof *load);
      const int64_t size = me->batch_size;
      load->table = (superb_dataloader){.struct_size = sizeof load->table,
                                        .context = load,
                                        .batch_count = (ITEMS + size - 1) / size,
                                        .batch = loader_batch,
                                        .destroy = loader_destroy};
    #ifdef NO_BATCHES
      load->table.batch_count = 0;
    #endif
      for (int i = 0; i < ITEMS; i++) {
        int row = i;
    #ifdef OTHER_EVERY_TIME
        row = (int)((i + me->calls) % ITEMS);
    #endif
        load->audio[i] = (superb_audio){.struct_size = sizeof load->audio[i],
                                        .path = me->paths[split][row],
                                        .length = 1600 + 320 * i};
        load->items[i] = (superb_item){.struct_size = sizeof load->items[i],
                                       .id = me->ids[split][row],
                                       .tag = (uint64_t)row,
                                       .audio = &load->audio[i]};
    #ifdef SHORT_ITEM
        load->items[i].struct_size = 4;
    #endif
    #ifdef NEGATIVE_SPAN
        load->audio[i].start = -1;
    #endif
        load->rows[i] = &load->items[i];
      }
    #ifdef NULL_ITEM
      load->rows[1] = NULL;
    #endif
      me->calls++;
      for (int64_t i = 0; i * size < ITEMS; i++) {
        const int64_t rest = ITEMS - i * size;
        load->batches[i] =
            (superb_batch){.struct_size = sizeof load->batches[i],
                           .count = (uint32_t)(rest < size ? rest : size),
                           .items = load->rows + i * size};
      }
      *out = &load->table;
      return SUPERB_OK;
    }

    /* -- model ----------------------------------------------------------- */

    /* x, with a gradient whose factor is the defect. */
    static superb_status identity_forward(const superb_custom_operator *self,
                                          const superb_custom_shapes *shapes,
                                          const float *const *inputs,
                                          float *output) {
      (void)self;
      memcpy(output, inputs[0], sizeof(float) * (size_t)shapes->output->count);
      return SUPERB_OK;
    }

    static superb_status identity_backward(const superb_custom_operator *self,
                                           const superb_custom_shapes *shapes,
                                           const float *const *inputs,
                                           const float *output,
                                           const float *gradient,
                                           float *const *input_gradients) {
      (void)self, (void)inputs, (void)output;
      float factor = 1;
    #ifdef WRONG_BACKWARD
      factor = 3;
    #endif
    #ifdef ASCENDING
      factor = -1;
    #endif
    #ifdef NAN_GRADIENT
      factor = NAN;
    #endif
      if (input_gradients[0])
        for (int64_t i = 0; i < shapes->output->count; i++)
          input_gradients[0][i] += factor * gradient[i];
      return SUPERB_OK;
    }

    static superb_status forward(superb_expert *self,
                                 const superb_pass *pass,
                                 const superb_batch *batch,
                                 const superb_features *features,
                                 superb_tensor **loss) {
      expert *me = self->context;
      const superb_tensor_api *api = me->api;
      const int split = pass_of(pass);
    #ifdef CRASH_IN_FORWARD
      *(volatile int *)16 = 1;
    #endif
    #ifdef ABORT_IN_FORWARD
      abort();
    #endif
      superb_tensor *x = api->linear(features->frames, me->weight, me->bias);
    #ifdef WRONG_POOLING
      x = api->relu(x);
    #endif
      x = me->sequence->segment_mean(x, features->offsets, features->count);
      const superb_custom_operator identity = {.struct_size = sizeof identity,
                                               .name = "identity",
                                               .forward = identity_forward,
                                               .backward = identity_backward};
      const int64_t shape[] = {features->count, WIDTH};
      x = api->custom(me->host, &identity, &x, 1, 2, shape);
      superb_tensor *logits = api->linear(x, me->output, NULL);
      int32_t labels[ITEMS];
      for (uint32_t i = 0; i < batch->count; i++)
        labels[i] = (int32_t)(batch->items[i]->tag % 2);
      *loss = me->losses->cross_entropy(logits, labels, batch->count, -100);
    #ifdef NAN_LOSS
      *loss = api->scale(*loss, NAN, 0);
    #endif
    #ifdef VECTOR_LOSS
      *loss = logits;
    #endif
    #ifdef NULL_LOSS
      *loss = NULL;
    #endif
    #ifdef BAD_OPERATOR
      *loss = api->matmul(logits, features->frames, 0, 0);
    #endif
    #ifdef LATE_PARAMETER
      const superb_init zero = {.struct_size = sizeof zero, .seed = -1};
      *loss = api->parameter(me->host, "late", 0, NULL, &zero, 0);
    #endif
    #ifdef NOISY_LOSS
      *loss = api->scale(*loss, 1, 0.001 * (double)me->batches[split]);
    #endif
    #ifdef SHARED_STATE
      *loss = api->scale(*loss, 1, 0.001 * experts);
    #endif
      const float *scores = api->data(logits), *value = api->data(*loss);
      if (!scores || !value) return SUPERB_OK;
      me->loss[split] += (double)*value;
      me->batches[split]++;
      for (uint32_t i = 0; i < batch->count; i++)
        me->predicted[split][batch->items[i]->tag] =
            scores[2 * i + 1] > scores[2 * i];
      return SUPERB_OK;
    }

    static void predict_one(const superb_records *records, const char *id,
                            const char *predicted, const char *truth) {
      const superb_prediction made = {.struct_size = sizeof made,
                                      .id = id,
                                      .predicted = predicted,
                                      .truth = truth};
      records->prediction(records, &made);
    }

    static superb_status log_records(superb_expert *self,
                                     const superb_pass *pass,
                                     const superb_records *records) {
      expert *me = self->context;
      const int split = pass_of(pass), names = split_of(pass->split);
      if (me->batches[split] == 0) return SUPERB_OK;
      int seen = 0, right = 0;
      for (int i = 0; i < ITEMS; i++) {
        const int predicted = me->predicted[split][i];
        if (predicted < 0) continue;
        seen++;
        right += predicted == i % 2;
        predict_one(records, me->ids[names][i], predicted ? "odd" : "even",
                    i % 2 ? "odd" : "even");
    #ifdef PREDICTS_TWICE
        predict_one(records, me->ids[names][i], "odd", "odd");
    #endif
    #ifndef REMEMBERS
        me->predicted[split][i] = -1;
    #endif
      }
    #ifdef PREDICTS_STRANGERS
      predict_one(records, "nobody", "odd", "even");
    #endif
    #ifdef MIXES_SPLITS
      for (int i = 0; i < ITEMS && split == 2; i++)
        if (me->predicted[1][i] >= 0 || me->batches[1])
          predict_one(records, me->ids[1][i], "odd", "even");
      if (split == 1) me->batches[1] = 1;
    #endif
    #ifndef NO_METRIC
      double accuracy = (double)right / seen;
    #ifdef NAN_METRIC
      accuracy = NAN;
    #endif
    #ifdef PERCENT_AS_FRACTION
      accuracy = 100 * accuracy + 2;
    #endif
      records->metric(records, "acc", accuracy);
    #endif
      records->metric(records, "loss", me->loss[split] / me->batches[split]);
    #ifndef MIXES_SPLITS
    #ifndef REMEMBERS
      me->batches[split] = 0;
      me->loss[split] = 0;
    #endif
    #endif
    #ifdef FOLDER_IN_NAME
      (void)records->file(records, "../escape.txt", "x", 1);
    #endif
    #ifdef FOLDER_IN_CHECKPOINT
      records->save_as(records, "best/dev.ckpt");
    #endif
      if (split == 1) records->save_as(records, "dev-best.ckpt");
      return SUPERB_OK;
    }

    /* -- what it remembers, and what it says ------------------------------ */

    static const char memory_magic[] = "toy memory";

    static superb_status save(superb_expert *self,
                              void (*write)(void *, const void *, size_t),
                              void *context) {
      expert *me = self->context;
    #ifdef RESTLESS_STATE
      me->calls++;
      write(context, &me->calls, sizeof me->calls);
    #endif
      write(context, memory_magic, sizeof memory_magic);
      write(context, me->predicted, sizeof me->predicted);
      write(context, me->loss, sizeof me->loss);
      write(context, me->batches, sizeof me->batches);
      return SUPERB_OK;
    }

    static superb_status load(superb_expert *self, const void *bytes,
                              size_t length) {
      expert *me = self->context;
      const char *place = bytes;
      const size_t whole = sizeof memory_magic + sizeof me->predicted +
                           sizeof me->loss + sizeof me->batches;
      if (length != whole || memcmp(bytes, memory_magic, sizeof memory_magic))
    #ifdef SWALLOWS_ANYTHING
        return SUPERB_OK;
    #else
        return me->host->fail(me->host, SUPERB_CORRUPT_DATA, "foreign");
    #endif
    #ifdef FORGETFUL
      return SUPERB_OK;
    #endif
      place += sizeof memory_magic;
      memcpy(me->predicted, place, sizeof me->predicted);
      place += sizeof me->predicted;
      memcpy(me->loss, place, sizeof me->loss);
      place += sizeof me->loss;
      memcpy(me->batches, place, sizeof me->batches);
      return SUPERB_OK;
    }

    static superb_status prepare(superb_expert *self, superb_audio *audio) {
      (void)self;
      audio->gain_db = -3;
    #ifdef TAKES_ANOTHER
      audio->path = "elsewhere.wav";
    #endif
      return SUPERB_OK;
    }

    static superb_status predict(superb_expert *self,
                                 const superb_batch *batch,
                                 const superb_features *features,
                                 const superb_answers *answers) {
      expert *me = self->context;
      const superb_tensor_api *api = me->api;
      superb_tensor *x = api->linear(features->frames, me->weight, me->bias);
      x = me->sequence->segment_mean(x, features->offsets, features->count);
      const float *scores = api->data(api->linear(x, me->output, NULL));
      if (!scores || batch->count != 1) return SUPERB_INVALID_ARGUMENT;
      double score = (double)(scores[1] - scores[0]);
      (void)score, (void)answers;
    #ifdef NAN_SCORE
      score = NAN;
    #endif
    #ifdef MOODY
      score += (double)me->calls++;
    #endif
      const superb_score margin = {.struct_size = sizeof margin,
                                   .label = "margin",
                                   .values = &score,
                                   .count = 1};
      const superb_score *const scored[] = {&margin};
      const superb_prediction answer = {.struct_size = sizeof answer,
                                        .score_count = 1,
                                        .predicted = score > 0 ? "odd" : "even",
                                        .scores = scored};
      (void)answer;
    #ifdef TWO_ANSWERS
      answers->answer(answers, &answer);
    #endif
    #ifndef NO_ANSWER
      answers->answer(answers, &answer);
    #endif
      return SUPERB_OK;
    }

    static superb_status emit(superb_expert *self, const superb_batch *batch,
                              const superb_features *features,
                              superb_tensor **log_probabilities,
                              int64_t *offsets) {
      expert *me = self->context;
      const superb_tensor_api *api = me->api;
      superb_tensor *x = api->linear(features->frames, me->weight, me->bias);
      x = api->linear(x, me->output, NULL);
    #ifndef UNNORMALISED
      x = api->log_softmax(x);
    #endif
      for (uint32_t i = 0; i <= batch->count; i++)
        offsets[i] = features->offsets[i];
    #ifdef SHORT_OFFSETS
      offsets[batch->count]--;
    #endif
      *log_probabilities = x;
      return SUPERB_OK;
    }

    static void destroy(superb_expert *self) {
    #ifdef CRASH_IN_DESTROY
      *(volatile int *)16 = 1;
    #endif
    #ifndef LEAKING
      free(self->context);
    #endif
    }

    static const void *expert_extension(superb_expert *self, const char *id) {
      static const superb_pooling pooling = {.struct_size = sizeof pooling,
                                             .kind = SUPERB_POOLING_MEAN};
      static const superb_state state = {
          .struct_size = sizeof state, .save = save, .load = load};
      static const superb_predict answering = {.struct_size = sizeof answering,
                                               .recordings = 1,
                                               .prepare = prepare,
                                               .predict = predict};
    #ifdef SAME_TOKENS
      static const char *const tokens[] = {"-", "-"};
    #else
      static const char *const tokens[] = {"-", "|"};
    #endif
      static const superb_emissions emissions = {.struct_size = sizeof emissions,
                                                 .token_count = 2,
                                                 .tokens = tokens,
                                                 .silence = 1,
                                                 .emit = emit};
      (void)self;
      if (strcmp(id, SUPERB_STATE_EXTENSION) == 0) return &state;
      if (strcmp(id, SUPERB_PREDICT_EXTENSION) == 0) return &answering;
      if (strcmp(id, SUPERB_EMISSIONS_EXTENSION) == 0) return &emissions;
    #ifndef EVERY_EXTENSION
      if (strcmp(id, SUPERB_POOLING_EXTENSION) != 0) return NULL;
    #endif
      return &pooling;
    }

    /* -- making one ------------------------------------------------------ */

    #ifdef STRAY_THREAD
    static void *call_host(void *context) {
      const superb_host *host = context;
      host->progress(host, 0.5, "elsewhere");
      return NULL;
    }
    #endif

    static superb_tensor *parameter(const expert *me, const char *name,
                                    int32_t rank, const int64_t *shape) {
      const superb_init start = {.struct_size = sizeof start,
                                 .kind = SUPERB_INIT_UNIFORM,
                                 .a = -0.2,
                                 .b = 0.2,
                                 .seed = -1};
      return me->api->parameter(me->host, name, rank, shape, &start, 0);
    }

    static superb_status create(const superb_task_factory *self,
                                const superb_host *host, const char *id,
                                superb_expert **out) {
      (void)self;
      if (strcmp(id, "toy") != 0) {
    #ifdef UNKNOWN_IS_A_BUG
        return SUPERB_INTERNAL;
    #endif
    #ifdef OUT_ON_UNKNOWN
        *out = NULL;
    #endif
        return host->fail(host, SUPERB_NOT_FOUND, "this library has toy");
      }
    #ifdef CRASH_IN_CREATE
      *(volatile int *)16 = 1;
    #endif
    #ifdef EXIT_IN_CREATE
      exit(3);
    #endif
    #ifdef HANG_IN_CREATE
      for (;;) pause();
    #endif
    #ifdef OUT_NULL
      return SUPERB_OK;
    #endif
      expert *me = calloc(1, sizeof *me);
      experts++;
    #ifdef LEAKING
      memset(malloc(1 << 20), 1, 1 << 20);
    #endif
      me->host = host;
      me->api = host->get_extension(host, SUPERB_TENSOR_EXTENSION);
      me->sequence = host->get_extension(host, SUPERB_SEQUENCE_EXTENSION);
      me->losses = host->get_extension(host, SUPERB_LOSS_EXTENSION);
      const char *root = "";
    #ifndef CRASH_ON_TYPE
      if (host->config_string(host, "root", &root) != SUPERB_OK) {
        free(me);
        return SUPERB_INVALID_ARGUMENT;
      }
    #else
      (void)host->config_string(host, "root", &root);
      if (strcmp(root, "rubbish") == 0) abort();
    #endif
      me->batch_size = 2;
    #ifndef UNREAD_KEY
      if (host->config_integer(host, "batch_size", &me->batch_size)) {
        free(me);
        return SUPERB_INVALID_ARGUMENT;
      }
    #ifndef DIVIDE_BY_ZERO
      if (me->batch_size < 1) {
        free(me);
        return host->fail(host, SUPERB_INVALID_ARGUMENT, "batch_size < 1");
      }
    #endif
    #endif
    #ifdef WRONG_CANCELLED
      if (host->cancelled(host)) {
        free(me);
        return SUPERB_IO;
      }
    #endif
    #ifdef DEAF
      for (int i = 0; i < 35; i++) usleep(100000);
    #endif
    #ifdef STRAY_THREAD
      pthread_t thread;
      pthread_create(&thread, NULL, call_host, (void *)host);
      pthread_join(thread, NULL);
    #endif
      const int64_t shape[] = {WIDTH, host->upstream_dim};
      const int64_t classes[] = {2, WIDTH};
      me->weight = parameter(me, "weight", 2, shape);
      me->bias = parameter(me, "bias", 1, shape);
      me->output = parameter(me, "output", 2, classes);
    #ifdef UNUSED_PARAMETER
      me->unused = parameter(me, "unused", 1, shape);
    #endif
      for (int split = 0; split < SPLITS; split++)
        for (int i = 0; i < ITEMS; i++) {
          int name = i;
    #ifdef SAME_IDS
          name = i / 2;
    #endif
          snprintf(me->ids[split][i], 32, "%s-%d", split_names[split], name);
          int file = split * ITEMS + i;
    #ifdef NO_FILE
          file += 100;
    #endif
          snprintf(me->paths[split][i], 512, "%s/clip%d.wav", root, file);
        }
      for (int pass = 0; pass < PASSES; pass++)
        for (int i = 0; i < ITEMS; i++) me->predicted[pass][i] = -1;
      me->table = (superb_expert){.struct_size = sizeof me->table,
                                  .context = me,
                                  .get_dataloader = get_dataloader,
                                  .forward = forward,
                                  .log_records = log_records,
                                  .destroy = destroy,
                                  .get_extension = expert_extension};
    #ifdef SHORT_EXPERT
      me->table.struct_size = 0;
    #endif
    #ifdef NO_DESTROY
      me->table.destroy = NULL;
    #endif
      *out = &me->table;
      return SUPERB_OK;
    }

    /* -- constant data --------------------------------------------------- */

    static const superb_metric accuracy = {.struct_size = sizeof accuracy,
    #ifdef WRONG_UNIT
                                           .unit = 9,
    #endif
                                           .name = "acc",
                                           .title = "accuracy",
                                           .higher_is_better = 1};
    static const superb_metric *const metrics[] = {&accuracy, NULL};
    static const char *const names[] = {
    #ifdef ALIAS_IS_ID
        "toy",
    #endif
        NULL};
    static const char *const none[] = {NULL};
    static const char *const test_splits[] = {"test", NULL};

    static const superb_task_descriptor toy = {
        .struct_size = sizeof toy,
        .version = 1,
    #ifdef WRONG_ID
        .id = "Toy-1",
    #else
        .id = "toy",
    #endif
    #ifdef NO_TITLE
        .title = "",
    #elif defined(NOT_UTF8)
        .title = "toy \xff",
    #else
        .title = "toy",
    #endif
        .summary = "Odd or even.",
    #ifndef NULL_LIST
        .aliases = names,
    #endif
        .metrics = metrics,
        .corpora = none,
        .scalar_prefix = "toy",
        .test_splits = test_splits,
    };

    static const superb_task_descriptor *descriptor(
        const superb_task_factory *self, uint32_t index) {
      (void)self;
    #ifdef SLOW_SCAN
      usleep(150000);
    #endif
    #ifdef ENDLESS
      index = 0;
    #endif
      if (index != 0) return NULL;
    #ifdef MOVING
      superb_task_descriptor *copy = malloc(sizeof *copy);
      *copy = toy;
      return copy;
    #endif
      return &toy;
    }

    static const void *factory_extension(const superb_task_factory *self,
                                         const char *task, const char *id) {
      static const char *const fold_names[] = {"one", "two"};
      static const superb_folds folds = {.struct_size = sizeof folds,
                                         .count = 2,
                                         .config_key = "test_fold",
                                         .names = fold_names};
    #ifdef UNREAD_FOLDS
      if (task && strcmp(task, "toy") == 0 &&
          strcmp(id, SUPERB_FOLDS_EXTENSION) == 0)
        return &folds;
    #endif
      (void)self, (void)folds, (void)id, (void)task;
      return NULL;
    }

    static const superb_task_factory factory = {.struct_size = sizeof factory,
                                                .count = 1,
                                                .descriptor = descriptor,
    #ifndef NO_CREATE
                                                .create = create,
    #endif
                                                .get_extension =
                                                    factory_extension};

    static const superb_task_factory *get_factory(
        const superb_task_entry *self) {
      (void)self, (void)create, (void)names;
      return &factory;
    }

    static superb_status init(const superb_task_entry *self,
                              const char *path) {
      (void)self;
    #ifdef INIT_FAILS
      return SUPERB_IO;
    #endif
      return path ? SUPERB_OK : SUPERB_INTERNAL;
    }

    #ifdef WRONG_MAGIC
    #define MAGIC 42
    #elif defined(DRAFT)
    #define MAGIC SUPERB_ENTRY_MAGIC_DRAFT
    #else
    #define MAGIC SUPERB_ENTRY_MAGIC
    #endif
    #ifdef WRONG_MAJOR
    #define MAJOR 99
    #else
    #define MAJOR SUPERB_ABI_MAJOR
    #endif
    #ifdef NEWER_MINOR
    #define MINOR 77
    #else
    #define MINOR SUPERB_ABI_MINOR
    #endif

    static const superb_task_entry entry = {
    #ifdef SHORT_ENTRY
        .struct_size = 8,
    #else
        .struct_size = sizeof entry,
    #endif
        .abi_major = MAJOR,
        .abi_minor = MINOR,
        .magic = MAGIC,
        .init = init,
        .factory = get_factory,
    };

    #ifdef UNDEFINED
    extern int not_there_anywhere(void);
    int (*reference)(void) = not_there_anywhere;
    #endif
    #ifdef CRASH_ON_LOAD
    __attribute__((constructor)) static void start(void) { abort(); }
    #endif
    #ifdef CRASH_AT_EXIT
    __attribute__((destructor)) static void end(void) { abort(); }
    #endif

    #ifndef NO_ENTRY
    SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void) {
      return &entry;
    }
    #else
    SUPERB_EXPORT const superb_task_entry *another_name(void) {
      return &entry;
    }
    #endif
    #ifdef OPEN
    int helper(void);
    int helper(void) { return 1; }
    #endif

    """#
}
