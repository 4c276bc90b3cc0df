#include "elementwise.h"

#include "simd.h"

KERNEL(void, superb_exp,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = exp1(x[i]);
}

KERNEL(void, superb_exp_backward,
       (int64_t n, const float *y, const float *dy, float *dx),
       (n, y, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += dy[i] * y[i];
}

KERNEL(void, superb_log,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = log1(x[i]);
}

KERNEL(void, superb_log_backward,
       (int64_t n, const float *x, const float *dy, float *dx),
       (n, x, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += dy[i] / x[i];
}

KERNEL(void, superb_tanh,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = tanh1(x[i]);
}

KERNEL(void, superb_tanh_backward,
       (int64_t n, const float *y, const float *dy, float *dx),
       (n, y, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += dy[i] * (1.0f - y[i] * y[i]);
}

KERNEL(void, superb_sigmoid,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = sigmoid1(x[i]);
}

KERNEL(void, superb_sigmoid_backward,
       (int64_t n, const float *y, const float *dy, float *dx),
       (n, y, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += dy[i] * (y[i] * (1.0f - y[i]));
}

KERNEL(void, superb_gelu,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = gelu1(x[i]);
}

KERNEL(void, superb_gelu_backward,
       (int64_t n, const float *x, const float *dy, float *dx),
       (n, x, dy, dx)) {
  for (int64_t i = 0; i < n; i++) {
    float bell;
    float normal = normal1(x[i], &bell);
    dx[i] += dy[i] * (normal + x[i] * (0.398942280f * bell));
  }
}

/* Written so that NaN stays NaN. */
KERNEL(void, superb_relu,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = x[i] <= 0.0f ? 0.0f : x[i];
}

KERNEL(void, superb_relu_backward,
       (int64_t n, const float *y, const float *dy, float *dx),
       (n, y, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += y[i] > 0.0f ? dy[i] : 0.0f;
}

KERNEL(void, superb_sqrt,
       (int64_t n, const float *x, float *y),
       (n, x, y)) {
  for (int64_t i = 0; i < n; i++) y[i] = __builtin_elementwise_sqrt(x[i]);
}

KERNEL(void, superb_sqrt_backward,
       (int64_t n, const float *y, const float *dy, float *dx),
       (n, y, dy, dx)) {
  for (int64_t i = 0; i < n; i++) dx[i] += dy[i] / (2.0f * y[i]);
}
