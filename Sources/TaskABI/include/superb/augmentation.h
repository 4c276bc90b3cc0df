/* Extension "superb.augmentation/1" of the host: operators that change
 * features at random while the host trains, and leave them alone in
 * evaluation.
 *
 * Life, errors and threads: as superb/tensor.h says; packed and offsets: as
 * superb/sequence.h says. */
#ifndef SUPERB_AUGMENTATION_H
#define SUPERB_AUGMENTATION_H

#include "tensor.h"

#define SUPERB_AUGMENTATION_EXTENSION "superb.augmentation/1"

/* Settings of SpecAugment by s3prl's names; widths are drawn from
 * [low, high), in frames or columns. */
typedef struct superb_spec_augment {
  uint32_t struct_size;
  int32_t apply_time_warp;
  int64_t time_warp_window;
  int32_t apply_freq_mask;
  int32_t apply_time_mask;
  int64_t freq_mask_width_low, freq_mask_width_high;
  int64_t num_freq_mask;
  int64_t time_mask_width_low, time_mask_width_high;
  int64_t num_time_mask;
  /* Number and width of time masks in proportion to the longest utterance. */
  int32_t adaptive;
  int32_t reserved;
  double adaptive_number_ratio, adaptive_size_ratio;
  int64_t max_n_time_masks;
} superb_spec_augment;

typedef struct superb_augmentation_api {
  uint32_t struct_size;
  uint32_t reserved;
  /* Packed [Σ, D]: time warp, then masks over columns, then over frames. */
  superb_tensor *(*spec_augment)(superb_tensor *x, const int64_t *offsets,
                                 int64_t count,
                                 const superb_spec_augment *settings);
} superb_augmentation_api;

#endif
