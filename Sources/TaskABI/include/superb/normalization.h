/* Extension "superb.normalization/1" of the host: operators that bring
 * numbers to a common scale.
 *
 * Life, errors and threads: as superb/tensor.h says. */
#ifndef SUPERB_NORMALIZATION_H
#define SUPERB_NORMALIZATION_H

#include "tensor.h"

#define SUPERB_NORMALIZATION_EXTENSION "superb.normalization/1"

typedef struct superb_normalization_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* […, D]: mean 0 and variance 1 along the last axis; gamma, beta [D] or
   * null. */
  superb_tensor *(*layer_norm)(superb_tensor *x, superb_tensor *gamma,
                               superb_tensor *beta, double epsilon);
  /* [N, C]: batch statistics while the host trains, which also move the
   * running ones (buffers [C]) by `momentum`; running statistics in
   * evaluation. gamma, beta [C]. */
  superb_tensor *(*batch_norm)(superb_tensor *x, superb_tensor *gamma,
                               superb_tensor *beta,
                               superb_tensor *running_mean,
                               superb_tensor *running_variance,
                               double momentum, double epsilon);
  /* Packed [Σ, C] (see superb/sequence.h), over each utterance's rows and
   * each group's channels. gamma, beta [C]. */
  superb_tensor *(*group_norm)(superb_tensor *x, const int64_t *offsets,
                               int64_t count, int64_t groups,
                               superb_tensor *gamma, superb_tensor *beta,
                               double epsilon);
  /* […, D]: rows divided by their L2 norm, at least `epsilon`. */
  superb_tensor *(*normalize_rows)(superb_tensor *x, double epsilon);
} superb_normalization_api;

#endif
