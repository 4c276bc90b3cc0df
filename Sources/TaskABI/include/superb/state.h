/* Extension "superb.state/1" of an expert: what it remembers from one call to
 * the next besides its parameters and buffers, such as the losses of batches
 * that log_records has not reported yet.
 *
 * The host puts it into checkpoints, so that training which was cut short
 * goes on as if it had not been. An expert may leave this extension out; the
 * host then continues only from steps right after the training pass was
 * reported, when there is nothing to remember. */
#ifndef SUPERB_STATE_H
#define SUPERB_STATE_H

#include "expert.h"

#define SUPERB_STATE_EXTENSION "superb.state/1"

/* Constant; lives as long as the expert. Threads: as the expert. */
typedef struct superb_state {
  uint32_t struct_size;
  uint32_t reserved;
  /* Hands all that is remembered to `write`, in as many pieces as it likes;
   * the pieces are borrowed for that call. The same memory gives the same
   * bytes. `context` is the host's. */
  superb_status (*save)(struct superb_expert *self,
                        void (*write)(void *context, const void *bytes,
                                      size_t length),
                        void *context);
  /* Remembers what `save` of an expert of the same task and configuration
   * has handed out, and nothing else. Called after the parameters have their
   * numbers. Foreign bytes are SUPERB_CORRUPT_DATA. */
  superb_status (*load)(struct superb_expert *self, const void *bytes,
                        size_t length);
} superb_state;

#endif
