import Files
import Foundation
import Speech
import Tensors
import TestSupport
import Upstreams

@testable import Hosting

/// A task in C whose loss is w × tag, so that everything that training does
/// can be told from w, which begins at 0.
///
/// A batch with the tag 99 fails. The training split has a batch of one utterance for each of `tags`; dev
/// reports what `dev` says, evaluation by evaluation, and finds that. Every
/// call is written to the file that `trace` names.
enum CountingTask {
  /// Compiled once for all tests.
  nonisolated(unsafe) static let library = Result {
    let folder = try TemporaryFolder()
    try folder.write("counting/task.c", source)
    let installation = try Installation.current()
    let path = try TaskBuilder(
      installation: installation, cache: CacheFolder(path: folder.path)
    ).library(
      for: TaskFolder(path: folder.path + "/counting") ?? missing())
    // It stays loaded: the file may go.
    return try TaskLibrary(path: path)
  }

  private static func missing() throws -> TaskFolder {
    throw CocoaError(.fileNoSuchFile)
  }

  static let source = """
    #include <math.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <superb/helpers.h>

    #define MOST 16
    typedef struct task {
      superb_expert table;
      const superb_host *host;
      const superb_tensor_api *api;
      superb_tensor *w, *found;
      const char *audio_path, *trace;
      int64_t tags[MOST], tag_count, dev_count, dev_number;
      double dev[MOST], best, dropped;
      superb_audio audio;
      superb_item items[MOST];
      const superb_item *rows[MOST];
      superb_batch batches[MOST];
      char ids[MOST][32];
    } task;
    typedef struct loader { superb_dataloader table; task *me; } loader;

    static void note(const task *me, const char *what, const char *split,
                     long long number) {
      FILE *file = fopen(me->trace, "a");
      if (!file) return;
      fprintf(file, "%s %s %lld\\n", what, split, number);
      fclose(file);
    }

    static superb_status batch(const superb_dataloader *self, int64_t index,
                               const superb_batch **out) {
      *out = &((loader *)self->context)->me->batches[index];
      return SUPERB_OK;
    }
    static void loader_destroy(superb_dataloader *self) { free(self->context); }

    static superb_status get_dataloader(superb_expert *self,
                                        const superb_pass *pass,
                                        superb_dataloader **out) {
      task *me = self->context;
      loader *made = calloc(1, sizeof *made);
      const int trains = (pass->flags & SUPERB_PASS_TRAINING) != 0;
      if (trains) note(me, "epoch", pass->split, pass->epoch);
      made->me = me;
      made->table = (superb_dataloader){
          .struct_size = sizeof made->table, .context = made,
          .batch_count = trains ? me->tag_count : 1,
          .batch = batch, .destroy = loader_destroy};
      *out = &made->table;
      return SUPERB_OK;
    }

    static superb_status forward(superb_expert *self, const superb_pass *pass,
                                 const superb_batch *given,
                                 const superb_features *features,
                                 superb_tensor **loss) {
      task *me = self->context;
      const double tag = (double)(int64_t)given->items[0]->tag;
      note(me, "forward", pass->split, (long long)tag);
      if (features->count != 1)
        return me->host->fail(me->host, SUPERB_INTERNAL, "one utterance");
      if (tag == 99)
        return me->host->fail(me->host, SUPERB_INVALID_ARGUMENT, "bad batch");
      *loss = me->api->sum(
          me->api->scale(me->w, tag == 0 ? (double)NAN : tag, 0));
      if (me->dropped > 0) {
        /* Which of eight ones are dropped, as a number. */
        const float ones[8] = {1, 1, 1, 1, 1, 1, 1, 1};
        const int64_t shape[] = {8};
        const float *kept = me->api->data(me->api->dropout(
            me->api->constant(me->host, ones, 1, shape), me->dropped));
        long long mask = 0;
        for (int i = 0; kept && i < 8; i++) mask |= (kept[i] > 0) << i;
        note(me, "mask", pass->split, mask);
      }
      return SUPERB_OK;
    }

    static superb_status log_records(superb_expert *self,
                                     const superb_pass *pass,
                                     const superb_records *records) {
      task *me = self->context;
      note(me, "log", pass->split, pass->step);
      if (strcmp(pass->split, "dev") != 0) {
        records->metric(records, "acc", 0.5);
        return SUPERB_OK;
      }
      const double value = me->dev[me->dev_number++ % me->dev_count];
      records->metric(records, "acc", value);
      const float found = (float)value;
      me->api->assign(me->found, &found, 1);
      if (value > me->best) {
        me->best = value;
        records->save_as(records, "dev-best.ckpt");
      }
      return SUPERB_OK;
    }

    static void destroy(superb_expert *self) { free(self->context); }

    static superb_status create(const superb_host *host,
                                superb_expert **out) {
      task *me = calloc(1, sizeof *me);
      me->host = host;
      me->api = host->get_extension(host, SUPERB_TENSOR_EXTENSION);
      me->table = (superb_expert){
          .struct_size = sizeof me->table, .context = me,
          .get_dataloader = get_dataloader, .forward = forward,
          .log_records = log_records, .destroy = destroy};
      host->config_string(host, "audio", &me->audio_path);
      host->config_string(host, "trace", &me->trace);
      host->config_number(host, "dropout", &me->dropped);
      host->config_count(host, "tags", &me->tag_count);
      host->config_count(host, "dev", &me->dev_count);
      me->audio = (superb_audio){.struct_size = sizeof me->audio,
                                 .path = me->audio_path};
      for (int i = 0; i < me->tag_count && i < MOST; i++) {
        char path[32];
        snprintf(path, sizeof path, "tags.%d", i);
        host->config_integer(host, path, &me->tags[i]);
        snprintf(me->ids[i], sizeof me->ids[i], "utterance-%d", i);
        me->items[i] = (superb_item){.struct_size = sizeof me->items[i],
                                     .id = me->ids[i],
                                     .tag = (uint64_t)me->tags[i],
                                     .audio = &me->audio};
        me->rows[i] = &me->items[i];
        me->batches[i] = (superb_batch){.struct_size = sizeof me->batches[i],
                                        .count = 1, .items = &me->rows[i]};
      }
      for (int i = 0; i < me->dev_count && i < MOST; i++) {
        char path[32];
        snprintf(path, sizeof path, "dev.%d", i);
        host->config_number(host, path, &me->dev[i]);
      }
      const int64_t shape[] = {1};
      const superb_init zero = {.struct_size = sizeof zero,
                                .kind = SUPERB_INIT_ZEROS, .seed = -1};
      me->w = me->api->parameter(host, "w", 1, shape, &zero, 0);
      me->found = superb_finding(host, me->api, "found", 1, shape);
      *out = &me->table;
      return SUPERB_OK;
    }

    SUPERB_METRIC(accuracy, "acc", "accuracy", SUPERB_UNIT_FRACTION, 1);
    static const superb_metric *const metrics[] = {&accuracy, NULL};
    static const char *const none[] = {NULL};
    static const char *const test_splits[] = {"test", NULL};
    SUPERB_TASK(described, 1, "counting", "counting", "Counts.", none, metrics,
                none, "counting", test_splits);
    SUPERB_LIBRARY(described, create);
    """
}
