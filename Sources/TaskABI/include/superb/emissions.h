/* Extension "superb.emissions/1" of an expert: what its CTC model says of
 * each frame, for `superb decode --from` to keep and decode as often as it
 * likes. What is really said is each item's attribute "text": words or other
 * symbols with spaces between them.
 *
 * Threads: as the expert. */
#ifndef SUPERB_EMISSIONS_H
#define SUPERB_EMISSIONS_H

#include "expert.h"

#define SUPERB_EMISSIONS_EXTENSION "superb.emissions/1"

/* Constant; lives as long as the expert. */
typedef struct superb_emissions {
  uint32_t struct_size;
  uint32_t token_count;
  /* The model's outputs by name, in their order; each name once. */
  const char *const *tokens;
  /* Which of them is the CTC blank, and which stands between words. */
  int32_t blank;
  int32_t silence;
  /* Natural log probabilities of one batch, packed, [offsets[count],
   * token_count]; the tensor is the step's. `offsets`, features->count + 1
   * numbers, is the caller's to be filled: they are those of the features
   * unless the model shortens time. Called in evaluation only. */
  superb_status (*emit)(struct superb_expert *self, const superb_batch *batch,
                        const superb_features *features,
                        superb_tensor **log_probabilities, int64_t *offsets);
} superb_emissions;

#endif
