extension TaskTemplate {
  /// File names and texts of a task in C.
  var cFiles: [(name: String, text: String)] {
    [
      ("task.c", filled(Self.taskSource)),
      ("dataset.c", filled(Self.datasetSource)),
      ("dataset.h", filled(Self.datasetHeader)),
      ("config.yaml", configuration),
      (
        "README.md",
        readme(
          files: """
            | file | what |
            | --- | --- |
            | `task.c` | the model, its figures, and what the host sees |
            | `dataset.c` | which clips, which class they are, and batches |
            | `config.yaml` | how it is trained, and what the task reads |
            """,
          head: """
            Linear D → 64, the mean over the clip's frames, linear 64 →
            classes; cross entropy. Up to the mean everything is linear, so
            the task offers `superb.pooling/1` and receives one frame a clip.
            """)
      ),
    ]
  }

  private static let datasetHeader = #"""
    /* A corpus whose folders are its classes, and the batches of a split. */
    #ifndef DATASET_H
    #define DATASET_H

    #include "superb/task.h"

    typedef struct clip {
      char *id;
      char *path;
      int32_t label;
    } clip;

    typedef struct split {
      clip *clips;
      size_t count;
    } split;

    enum { TRAIN, DEV, TEST, SPLIT_COUNT };

    typedef struct dataset {
      char **classes; /* the folders' names, by label */
      int32_t class_count;
      split splits[SPLIT_COUNT];
    } dataset;

    /* Reads the folders below `root`. What it has read before a failure is
     * freed by dataset_free. */
    superb_status dataset_read(dataset *data, const superb_host *host,
                               const char *root);
    void dataset_free(dataset *data);
    /* TRAIN, DEV or TEST; -1 if there is no split of that name. */
    int dataset_split(const char *name);

    /* The batches of `part`, shuffled by `epoch` unless that is negative. An
     * item's tag is the index of its clip. */
    superb_status dataloader_make(const split *part, const superb_host *host,
                                  int64_t batch_size, int64_t epoch,
                                  superb_dataloader **out);

    #endif

    """#

  private static let datasetSource = #"""
    #define _POSIX_C_SOURCE 200809L
    #include "dataset.h"

    #include <dirent.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>

    /* -- reading the folders ----------------------------------------------- */

    static char *joined(const char *a, const char *separator, const char *b) {
      const size_t size = strlen(a) + strlen(separator) + strlen(b) + 1;
      char *text = malloc(size);
      if (text) snprintf(text, size, "%s%s%s", a, separator, b);
      return text;
    }

    static superb_status out_of_memory(const superb_host *host) {
      return host->fail(host, SUPERB_RESOURCE, "out of memory");
    }

    static superb_status bad_folder(const superb_host *host, const char *path,
                                    const char *reason) {
      char *message = joined(path, ": ", reason);
      const superb_status status =
          host->fail(host, SUPERB_CORRUPT_DATA, message ? message : reason);
      free(message);
      return status;
    }

    static int is_wav(const struct dirent *entry) {
      const size_t length = strlen(entry->d_name);
      return length > 4 && entry->d_name[0] != '.' &&
             strcmp(entry->d_name + length - 4, ".wav") == 0;
    }

    static int is_shown(const struct dirent *entry) {
      return entry->d_name[0] != '.';
    }

    /* By bytes, so that the order does not depend on the user's language. */
    static int by_bytes(const struct dirent **a, const struct dirent **b) {
      return strcmp((*a)->d_name, (*b)->d_name);
    }

    static int append(split *part, char *id, char *path, int32_t label) {
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

    /* Every tenth clip of a class is dev, the next one test. */
    static split *part_of(dataset *data, int index) {
      const int rest = index % 10;
      return &data->splits[rest == 0 ? DEV : rest == 1 ? TEST : TRAIN];
    }

    /* A folder without wav files is no class and is passed over. */
    static superb_status read_class(dataset *data, const superb_host *host,
                                    const char *folder, const char *name) {
      struct dirent **files = NULL;
      const int count = scandir(folder, &files, is_wav, by_bytes);
      if (count <= 0) {
        free(files);
        return SUPERB_OK;
      }
      const int32_t label = data->class_count;
      int complete = 1;
      for (int i = 0; i < count; i++) {
        complete = complete && append(part_of(data, i),
                                      joined(name, "/", files[i]->d_name),
                                      joined(folder, "/", files[i]->d_name),
                                      label);
        free(files[i]);
      }
      free(files);
      if (!complete) return out_of_memory(host);
      if (count < 3)
        return bad_folder(host, folder, "a class needs three wav files");
      char **classes =
          realloc(data->classes, ((size_t)label + 1) * sizeof *classes);
      if (!classes) return out_of_memory(host);
      data->classes = classes;
      data->classes[label] = joined(name, "", "");
      if (!data->classes[label]) return out_of_memory(host);
      data->class_count++;
      return SUPERB_OK;
    }

    superb_status dataset_read(dataset *data, const superb_host *host,
                               const char *root) {
      struct dirent **folders = NULL;
      const int count = scandir(root, &folders, is_shown, by_bytes);
      superb_status status = SUPERB_OK;
      for (int i = 0; i < count; i++) {
        if (status == SUPERB_OK) {
          char *folder = joined(root, "/", folders[i]->d_name);
          status = folder ? read_class(data, host, folder, folders[i]->d_name)
                          : out_of_memory(host);
          free(folder);
        }
        free(folders[i]);
      }
      free(folders);
      if (status != SUPERB_OK) return status;
      if (data->class_count < 2)
        return bad_folder(host, root,
                          "fewer than two folders of wav files. Point "
                          "corpora.{{NAME}} to a folder whose folders are "
                          "classes.");
      return SUPERB_OK;
    }

    void dataset_free(dataset *data) {
      for (int part = 0; part < SPLIT_COUNT; part++) {
        for (size_t i = 0; i < data->splits[part].count; i++) {
          free(data->splits[part].clips[i].id);
          free(data->splits[part].clips[i].path);
        }
        free(data->splits[part].clips);
      }
      for (int32_t i = 0; i < data->class_count; i++) free(data->classes[i]);
      free(data->classes);
    }

    int dataset_split(const char *name) {
      static const char *const names[SPLIT_COUNT] = {"train", "dev", "test"};
      for (int part = 0; part < SPLIT_COUNT; part++)
        if (strcmp(name, names[part]) == 0) return part;
      return -1;
    }

    /* -- batches ----------------------------------------------------------- */

    /* All that a dataloader gives out lives in these arrays until `destroy`. */
    typedef struct loader {
      superb_dataloader table;
      superb_audio *audio;
      superb_item *items;
      const superb_item **rows; /* the items in the epoch's order */
      superb_batch *batches;
    } loader;

    static superb_status loader_batch(const superb_dataloader *self,
                                      int64_t index,
                                      const superb_batch **out) {
      const loader *me = self->context;
      if (index < 0 || index >= self->batch_count)
        return SUPERB_INVALID_ARGUMENT;
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

    /* Fisher and Yates' shuffle. The draws are a function of the epoch, so
     * that the host can go on from the middle of a run. */
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

    superb_status dataloader_make(const split *part, const superb_host *host,
                                  int64_t batch_size, int64_t epoch,
                                  superb_dataloader **out) {
      const size_t count = part->count;
      const size_t size =
          (uint64_t)batch_size < count ? (size_t)batch_size : count + !count;
      const size_t batches = (count + size - 1) / size;
      loader *me = calloc(1, sizeof *me);
      if (!me) return out_of_memory(host);
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
        return out_of_memory(host);
      }
      for (size_t i = 0; i < count; i++) {
        me->audio[i] = (superb_audio){.struct_size = sizeof me->audio[i],
                                      .path = part->clips[i].path};
        me->items[i] = (superb_item){.struct_size = sizeof me->items[i],
                                     .id = part->clips[i].id,
                                     .tag = i,
                                     .audio = &me->audio[i]};
        me->rows[i] = &me->items[i];
      }
      if (epoch >= 0) shuffle(me->rows, count, host, epoch);
      for (size_t i = 0; i < batches; i++) {
        const size_t rest = count - i * size;
        me->batches[i] =
            (superb_batch){.struct_size = sizeof me->batches[i],
                           .count = (uint32_t)(rest < size ? rest : size),
                           .items = me->rows + i * size};
      }
      *out = &me->table;
      return SUPERB_OK;
    }

    """#

  private static let taskSource = #"""
    /* Names the class of a clip. Everything that crosses to the host begins
     * with `struct_size`; superb/base.h has the rules. */
    #include "dataset.h"

    #include <math.h>
    #include <stdlib.h>
    #include <string.h>

    /* What forward has seen of a split since the last report. */
    typedef struct tally {
      double loss;
      int64_t batches;
      int32_t *predicted; /* by clip; -1 where it was not seen */
    } tally;

    typedef struct expert {
      superb_expert table;
      const superb_host *host;
      const superb_tensor_api *api;
      dataset data;
      tally tallies[SPLIT_COUNT];
      int64_t batch_size;
      superb_tensor *projector_weight, *projector_bias;
      superb_tensor *classifier_weight, *classifier_bias;
      superb_tensor *best; /* saved with the model: best dev accuracy */
    } expert;

    static superb_status unknown_split(const expert *me) {
      return me->host->fail(me->host, SUPERB_INVALID_ARGUMENT,
                            "this task has the splits train, dev and test");
    }

    /* -- which utterances -------------------------------------------------- */

    static superb_status expert_dataloader(superb_expert *self,
                                           const char *split_name,
                                           int64_t epoch,
                                           superb_dataloader **out) {
      expert *me = self->context;
      const int part = dataset_split(split_name);
      if (part < 0) return unknown_split(me);
      return dataloader_make(&me->data.splits[part], me->host, me->batch_size,
                             part == TRAIN ? epoch : -1, out);
    }

    /* -- what loss --------------------------------------------------------- */

    /* There are no checks between the operators: what fails gives null, null
     * passes through, and the host keeps the first reason. */
    static superb_tensor *logits_of(const expert *me,
                                    const superb_features *features) {
      const superb_tensor_api *api = me->api;
      superb_tensor *x = api->linear(features->frames, me->projector_weight,
                                     me->projector_bias);
      x = api->segment_mean(x, features->offsets, features->count);
      return api->linear(x, me->classifier_weight, me->classifier_bias);
    }

    static int32_t best_class(const float *scores, int32_t count) {
      int32_t best = 0;
      for (int32_t i = 1; i < count; i++)
        if (scores[i] > scores[best]) best = i;
      return best;
    }

    static superb_status expert_forward(superb_expert *self,
                                        const char *split_name,
                                        const superb_batch *batch,
                                        const superb_features *features,
                                        superb_tensor **loss) {
      expert *me = self->context;
      const int part = dataset_split(split_name);
      if (part < 0) return unknown_split(me);
      const clip *clips = me->data.splits[part].clips;
      int32_t *labels = calloc((size_t)batch->count + 1, sizeof *labels);
      if (!labels)
        return me->host->fail(me->host, SUPERB_RESOURCE, "out of memory");
      for (uint32_t i = 0; i < batch->count; i++)
        labels[i] = clips[batch->items[i]->tag].label;

      superb_tensor *logits = logits_of(me, features);
      *loss = me->api->cross_entropy(logits, labels, batch->count, -100);
      free(labels);

      const float *scores = me->api->data(logits);
      const float *value = me->api->data(*loss);
      if (!scores || !value) return SUPERB_OK; /* the host knows the reason */
      tally *sums = &me->tallies[part];
      sums->loss += (double)*value;
      sums->batches++;
      for (uint32_t i = 0; i < batch->count; i++)
        sums->predicted[batch->items[i]->tag] =
            best_class(scores + (size_t)i * (size_t)me->data.class_count,
                       me->data.class_count);
      return SUPERB_OK;
    }

    /* -- which figures ----------------------------------------------------- */

    static superb_status expert_log_records(superb_expert *self,
                                            const char *split_name,
                                            int64_t step,
                                            const superb_records *records) {
      expert *me = self->context;
      const int part = dataset_split(split_name);
      (void)step;
      if (part < 0) return unknown_split(me);
      const split *clips = &me->data.splits[part];
      tally *sums = &me->tallies[part];
      if (sums->batches == 0) return SUPERB_OK;
      int64_t seen = 0, right = 0;
      for (size_t i = 0; i < clips->count; i++) {
        const int32_t predicted = sums->predicted[i];
        const int32_t truth = clips->clips[i].label;
        if (predicted < 0) continue;
        seen++;
        right += predicted == truth;
        records->prediction(records, clips->clips[i].id,
                            me->data.classes[predicted],
                            me->data.classes[truth]);
        sums->predicted[i] = -1;
      }
      const float accuracy = (float)((double)right / (double)seen);
      records->metric(records, "acc", (double)accuracy);
      records->metric(records, "loss", sums->loss / (double)sums->batches);
      sums->loss = 0;
      sums->batches = 0;
      if (part == DEV && accuracy > *me->api->data(me->best)) {
        records->save_as(records, "dev-best.ckpt");
        return me->api->assign(me->best, &accuracy, 1);
      }
      return SUPERB_OK;
    }

    static const void *expert_extension(superb_expert *self, const char *id) {
      /* Everything before the mean over time is linear, so the host may hand
       * over the mean itself. Remove this if you put anything else there. */
      static const superb_pooling pooling = {.struct_size = sizeof pooling,
                                             .kind = SUPERB_POOLING_MEAN};
      (void)self;
      return strcmp(id, SUPERB_POOLING_EXTENSION) == 0 ? &pooling : NULL;
    }

    static void expert_destroy(superb_expert *self) {
      expert *me = self->context;
      for (int part = 0; part < SPLIT_COUNT; part++)
        free(me->tallies[part].predicted);
      dataset_free(&me->data);
      free(me);
    }

    /* -- making one -------------------------------------------------------- */

    static superb_status read_count(const superb_host *host, const char *path,
                                    int64_t fallback, int64_t *out) {
      *out = fallback;
      if (host->config_kind(host, path) == SUPERB_CONFIG_ABSENT)
        return SUPERB_OK;
      const superb_status status = host->config_integer(host, path, out);
      if (status != SUPERB_OK || *out >= 1) return status;
      return host->fail(host, SUPERB_INVALID_ARGUMENT,
                        "batch_size and width must be at least 1");
    }

    static superb_tensor *parameter(const expert *me, const char *name,
                                    int32_t rank, const int64_t *shape,
                                    int64_t inputs) {
      const double bound = 1.0 / sqrt((double)inputs);
      const superb_init start = {.struct_size = sizeof start,
                                 .kind = SUPERB_INIT_UNIFORM,
                                 .a = -bound,
                                 .b = bound,
                                 .seed = -1};
      return me->api->parameter(me->host, name, rank, shape, &start, 0);
    }

    static superb_status make_head(expert *me, int64_t width) {
      const superb_host *host = me->host;
      const int64_t dim = host->upstream_dim;
      const int64_t first[] = {width, dim}, one[] = {1};
      const int64_t second[] = {me->data.class_count, width};
      const superb_init zero = {.struct_size = sizeof zero, .seed = -1};
      me->api = host->get_extension(host, SUPERB_TENSOR_EXTENSION);
      if (!me->api)
        return host->fail(host, SUPERB_UNSUPPORTED,
                          "this host does not offer " SUPERB_TENSOR_EXTENSION);
      me->projector_weight = parameter(me, "projector.weight", 2, first, dim);
      me->projector_bias = parameter(me, "projector.bias", 1, first, dim);
      me->classifier_weight =
          parameter(me, "classifier.weight", 2, second, width);
      me->classifier_bias = parameter(me, "classifier.bias", 1, second, width);
      me->best = me->api->parameter(host, "best_score", 1, one, &zero,
                                    SUPERB_PARAMETER_BUFFER);
      if (!me->projector_weight || !me->projector_bias ||
          !me->classifier_weight || !me->classifier_bias || !me->best)
        return host->fail(host, SUPERB_INTERNAL, "a parameter was refused");
      return SUPERB_OK;
    }

    static superb_status make_tallies(expert *me) {
      for (int part = 0; part < SPLIT_COUNT; part++) {
        const size_t count = me->data.splits[part].count;
        int32_t *predicted = malloc((count + 1) * sizeof *predicted);
        if (!predicted)
          return me->host->fail(me->host, SUPERB_RESOURCE, "out of memory");
        for (size_t i = 0; i < count; i++) predicted[i] = -1;
        me->tallies[part].predicted = predicted;
      }
      return SUPERB_OK;
    }

    static superb_status set_up(expert *me) {
      const superb_host *host = me->host;
      const char *root = NULL;
      int64_t width = 0;
      superb_status status =
          read_count(host, "batch_size", 16, &me->batch_size);
      if (status == SUPERB_OK) status = read_count(host, "width", 64, &width);
      if (status == SUPERB_OK) status = host->corpus(host, "{{NAME}}", &root);
      if (status == SUPERB_OK) status = dataset_read(&me->data, host, root);
      if (status == SUPERB_OK) status = make_tallies(me);
      if (status == SUPERB_OK) status = make_head(me, width);
      return status;
    }

    static superb_status factory_create(const superb_host *host,
                                        const char *id, superb_expert **out) {
      if (strcmp(id, "{{NAME}}") != 0)
        return host->fail(host, SUPERB_NOT_FOUND,
                          "this library has one task, {{NAME}}");
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
          .get_extension = expert_extension,
      };
      const superb_status status = set_up(me);
      if (status != SUPERB_OK) {
        expert_destroy(&me->table);
        return status;
      }
      *out = &me->table;
      return SUPERB_OK;
    }

    /* -- constant data ----------------------------------------------------- */

    static const superb_metric accuracy = {.struct_size = sizeof accuracy,
                                           .unit = SUPERB_UNIT_FRACTION,
                                           .name = "acc",
                                           .title = "accuracy",
                                           .higher_is_better = 1};
    static const superb_metric *const metrics[] = {&accuracy, NULL};
    static const char *const none[] = {NULL};
    static const char *const corpora[] = {"{{NAME}}", NULL};
    static const char *const test_splits[] = {"test", NULL};

    static const superb_task_descriptor descriptor = {
        .struct_size = sizeof descriptor,
        .version = 1,
        .id = "{{NAME}}",
        .title = "{{TITLE}}",
        .summary = "Names the class of a clip.",
        .aliases = none,
        .metrics = metrics,
        .corpora = corpora,
        .scalar_prefix = "{{NAME}}",
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

    """#
}
