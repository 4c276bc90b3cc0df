/* From samples to spectral features, eight frames at a time. Every number is
 * made by itself: a sum adds its terms in their order, and no product is
 * fused with a sum, so that the bits are those of the loops written plainly. */
#pragma once

#include "isize.h"

/* The frames that a block has at most. */
#define SUPERB_FRAMES_PER_BLOCK 8

/* Kaldi's frames: out [frames, stride], the first `length` of each row being
 * x at shift · frame, less its mean, less `emphasis` times the sample before
 * (the first is its own predecessor), times window [length]. The mean is of
 * four sums in double, of every fourth sample. energy [frames], unless null:
 * the sum of squares after the mean is gone. */
void superb_kaldi_frames(isize frames, isize shift, isize length,
                         const float *x, const float *window, float emphasis,
                         isize stride, float *out, double *energy);

/* power [frames, power_stride] = |spectrum|², spectrum [frames, stride] of
 * complex numbers, `bins` of each row. */
void superb_power_spectra(isize frames, isize bins, isize stride,
                          const float *spectrum, isize power_stride,
                          float *power);

/* out [frames, stride]: for each filter Σ_i power[first + i] · weight_i in
 * double. Filter f has count[f] weights, which follow one another in
 * `weights`. At most SUPERB_FRAMES_PER_BLOCK frames; power has rows for as
 * many, power_stride apart, a multiple of 8; scratch has room for power. */
void superb_filter_spectra(isize frames, isize filters, const int32_t *first,
                           const int32_t *count, const double *weights,
                           isize power_stride, const float *power,
                           float *scratch, isize stride, float *out);

/* out [frames, stride], `count` numbers in each row: Σ_n basis[n, k] · x[n] in
 * double. basis [inputs, count rounded up to a multiple of 8]. */
void superb_cepstra(isize frames, isize inputs, isize count,
                    const double *basis, isize x_stride, const float *x,
                    isize stride, float *out);

/* Differences in time over five frames, the first and last repeated beyond
 * the ends: out[t] = ((x[t+1] - x[t-1]) + 2 (x[t+2] - x[t-2])) / 10 for `dim`
 * columns of rows that are `stride` apart. */
void superb_deltas(isize frames, isize dim, isize stride, const float *x,
                   float *out);

/* Each column of x [frames, dim] less its mean, over epsilon and its unbiased
 * deviation. Two frames or more. */
void superb_standardize_columns(isize frames, isize dim, double epsilon,
                                float *x);

/* The bits of the largest magnitude, 0 if there is nothing: below 0x7f800000
 * if all is finite, and then those of that number. */
uint32_t superb_peak_bits(isize n, const float *x);
