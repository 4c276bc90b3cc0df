/* A DownstreamExpert: one task's head on one upstream, with its data.
 *
 * Life:  created ─▶ ( get_dataloader · forward · log_records )* ─▶ destroyed
 * Threads: all calls come from one thread, the one that created the expert.
 * The splits a host asks for are those that the descriptor and the `runner`
 * section of the configuration name. */
#ifndef SUPERB_EXPERT_H
#define SUPERB_EXPERT_H

#include "batch.h"
#include "host.h"
#include "tensor.h"

/* Where log_records puts what it has. Valid for that call only. */
typedef struct superb_records {
  uint32_t struct_size;
  uint32_t reserved;
  void *context;
  /* One figure of the split, in the unit that the descriptor declares. Names
   * that the descriptor does not declare are logged, and not ranked. */
  void (*metric)(const struct superb_records *self, const char *name,
                 double value);
  /* Asks the host to save the current state under this name, such as
   * "dev-best.ckpt", because the split's figure is the best so far. */
  void (*save_as)(const struct superb_records *self, const char *file_name);
  /* What the model said of one utterance, and what is true. `id` is the
   * item's; a split predicts an id at most once. */
  void (*prediction)(const struct superb_records *self, const char *id,
                     const char *predicted, const char *truth);
  /* Replaces a file of the experiment's folder, in the format that others
   * expect of this task ("test_predict.txt"). No folders in the name. */
  superb_status (*file)(const struct superb_records *self,
                        const char *file_name, const void *bytes,
                        size_t length);
} superb_records;

typedef struct superb_expert {
  uint32_t struct_size;
  uint32_t reserved;
  /* The task's own. */
  void *context;

  /* The batches of `split` in `epoch` (0, 1, …; 0 for evaluation). The result
   * belongs to the host, which calls its destroy before the expert's. Two
   * calls with the same arguments give the same batches. */
  superb_status (*get_dataloader)(struct superb_expert *self,
                                  const char *split, int64_t epoch,
                                  superb_dataloader **out);
  /* The loss of one batch, rank 0, for a split that may be training or
   * evaluation; the task keeps what its log_records will need. */
  superb_status (*forward)(struct superb_expert *self, const char *split,
                           const superb_batch *batch,
                           const superb_features *features,
                           superb_tensor **loss);
  /* Reports what `forward` has gathered for `split` since the last report,
   * and forgets it. `step` counts updates of the weights. */
  superb_status (*log_records)(struct superb_expert *self, const char *split,
                               int64_t step, const superb_records *records);
  void (*destroy)(struct superb_expert *self);
  /* An extension table of the task by id, or null; lives as long as the
   * expert. May itself be null. */
  const void *(*get_extension)(struct superb_expert *self, const char *id);
} superb_expert;

#endif
