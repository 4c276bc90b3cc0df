/* Extension "superb.pooling/1" of an expert: what it does to time first.
 *
 * A head that takes a linear map and then the mean over frames may be handed
 * the mean of the frames instead: the result is the same, and an utterance is
 * one row. An expert that offers this extension receives each utterance as
 * one frame; its code does not change. The answer may depend on the expert's
 * configuration, and holds for its whole life. */
#ifndef SUPERB_POOLING_H
#define SUPERB_POOLING_H

#include "base.h"

#define SUPERB_POOLING_EXTENSION "superb.pooling/1"

#define SUPERB_POOLING_NONE ((int32_t)0)
#define SUPERB_POOLING_MEAN ((int32_t)1)

typedef struct superb_pooling {
  uint32_t struct_size;
  int32_t kind;
} superb_pooling;

#endif
