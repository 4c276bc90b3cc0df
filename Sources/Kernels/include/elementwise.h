/* Functions of each element and their derivatives. y may be x. */
#pragma once

#include "isize.h"

/* y = f(x), and dx += dy f'(x), where `known` is y, but of gelu and log x. */
#define SUPERB_FUNCTION(name)                                                 \
  void superb_##name(isize n, const float *x, float *y);                      \
  void superb_##name##_backward(isize n, const float *known,                  \
                                const float *dy, float *dx);

/* Largest errors: 1.1 ulp for exp, 1 for log, 2 for tanh, 3 for sigmoid, none
 * for sqrt (correctly rounded); gelu (with erf) 4e-7 · max(1, |x|) absolute.
 * Special values are those of the C library. */
SUPERB_FUNCTION(exp)
SUPERB_FUNCTION(log)
SUPERB_FUNCTION(tanh)
SUPERB_FUNCTION(sigmoid)
SUPERB_FUNCTION(gelu)
SUPERB_FUNCTION(relu)
SUPERB_FUNCTION(sqrt)
