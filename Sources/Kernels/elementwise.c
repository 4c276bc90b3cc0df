#include "elementwise.h"

#include "simd.h"

/* Its derivative is computed from `known`: y, or x. */
#define FUNCTION(name, value, known, derivative)                              \
  EACH(superb_##name, (isize n, const float *x, float *y), (n, x, y),         \
       y[i] = value)                                                          \
  EACH(superb_##name##_backward,                                              \
       (isize n, const float *known, const float *dy, float *dx),             \
       (n, known, dy, dx), dx[i] += derivative)

INLINE float gelu_slope(float x) {
  float bell;
  float normal = normal1(x, &bell);
  return normal + x * (0.398942280f * bell);
}

FUNCTION(exp, exp1(x[i]), y, dy[i] * y[i])
FUNCTION(log, log1(x[i]), x, dy[i] / x[i])
FUNCTION(tanh, tanh1(x[i]), y, dy[i] * (1.0f - y[i] * y[i]))
FUNCTION(sigmoid, sigmoid1(x[i]), y, dy[i] * (y[i] * (1.0f - y[i])))
FUNCTION(gelu, gelu1(x[i]), x, dy[i] * gelu_slope(x[i]))
/* Written so that NaN stays NaN. */
FUNCTION(relu, x[i] <= 0.0f ? 0.0f : x[i], y, y[i] > 0.0f ? dy[i] : 0.0f)
FUNCTION(sqrt, __builtin_elementwise_sqrt(x[i]), y, dy[i] / (2.0f * y[i]))
