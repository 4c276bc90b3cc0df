/* The weighted sum of an upstream's layers, and its gradient.
 *
 * h is [layers, rows, dim] of one utterance, its layers `layer_stride`
 * numbers apart; a kernel works on `rows` of its rows. With a non-zero
 * `normalize`, each row of each layer is first brought to mean 0 and variance
 * 1 (epsilon 1e-5). h holds float32, or IEEE float16 where `half` is set. */
#pragma once

#include "isize.h"

/* y [rows, dim] = Σ_l weights[l] h[l] */
void superb_weighted_layers(isize layers, isize rows, isize dim,
                            isize layer_stride, const void *h, int half,
                            int normalize, const float *weights, float *y);
/* dots[l] = <h[l], dy>, dy [rows, dim] */
void superb_layer_dots(isize layers, isize rows, isize dim,
                       isize layer_stride, const void *h, int half,
                       int normalize, const float *dy, double *dots);
