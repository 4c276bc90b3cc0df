/* A DownstreamExpert: one task's head on one upstream, with its data.
 *
 * Life:  created ─▶ ( get_dataloader · forward · log_records )* ─▶ destroyed
 * Threads: all calls come from one thread, the one that created the expert.
 * The splits a host asks for are those that the descriptor and the `runner`
 * section of the configuration name, and any other that the user names. */
#ifndef SUPERB_EXPERT_H
#define SUPERB_EXPERT_H

#include "batch.h"
#include "host.h"
#include "pass.h"
#include "records.h"
#include "tensor.h"

typedef struct superb_expert {
  uint32_t struct_size;
  uint32_t reserved;
  /* The task's own. */
  void *context;

  /* The batches of pass->split in pass->epoch, for training or evaluation as
   * pass->flags say. The result belongs to the host, which calls its destroy
   * before the expert's. The same split, epoch and flags give the same
   * batches. A split that the task does not have is
   * SUPERB_INVALID_ARGUMENT. */
  superb_status (*get_dataloader)(struct superb_expert *self,
                                  const superb_pass *pass,
                                  superb_dataloader **out);
  /* The loss of one batch, rank 0; the task keeps what its log_records will
   * need, training and evaluation apart. `batch` and `features` are borrowed,
   * the loss is the step's. */
  superb_status (*forward)(struct superb_expert *self, const superb_pass *pass,
                           const superb_batch *batch,
                           const superb_features *features,
                           superb_tensor **loss);
  /* Reports what `forward` has gathered in passes with this split and these
   * flags since the last report, and forgets it. */
  superb_status (*log_records)(struct superb_expert *self,
                               const superb_pass *pass,
                               const superb_records *records);
  /* Ends the expert, which is not used again. */
  void (*destroy)(struct superb_expert *self);
  /* An extension table of the task by id, or null; lives as long as the
   * expert. May itself be null. */
  const void *(*get_extension)(struct superb_expert *self, const char *id);
} superb_expert;

#endif
