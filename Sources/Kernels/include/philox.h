/* Random numbers as functions of (seed, stream, index): Philox4x32-10, as
 * the module Tensors' CounterRandom. */
#pragma once

#include "isize.h"

/* Inverted dropout: y[i] = keep ? factor · x[i] : 0, where element first + i
 * is kept if word (first + i) mod 4 of block (first + i) / 4 is not below
 * `threshold`. `first` is a multiple of 4. */
void superb_dropout(uint64_t seed, uint64_t stream, isize first, isize n,
                    uint32_t threshold, float factor, const float *x, float *y);
/* With the draws of superb_dropout: dx[i] += keep ? factor · dy[i] : 0. */
void superb_dropout_backward(uint64_t seed, uint64_t stream, isize first,
                             isize n, uint32_t threshold, float factor,
                             const float *dy, float *dx);
