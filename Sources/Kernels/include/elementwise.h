/* Functions of each element and their derivatives. y may be x. A backward
 * kernel adds to dx; its y is the forward kernel's result. */
#ifndef SUPERB_ELEMENTWISE_H
#define SUPERB_ELEMENTWISE_H

#include <stdint.h>

/* Largest errors: 1.1 ulp for exp, 1 for log, 2 for tanh, 3 for sigmoid, none
 * for sqrt (correctly rounded); gelu (with erf) 4e-7 · max(1, |x|) absolute.
 * Special values are those of the C
 * library. */
void superb_exp(int64_t n, const float *x, float *y);
void superb_log(int64_t n, const float *x, float *y);
void superb_tanh(int64_t n, const float *x, float *y);
void superb_sigmoid(int64_t n, const float *x, float *y);
void superb_gelu(int64_t n, const float *x, float *y);
void superb_relu(int64_t n, const float *x, float *y);
void superb_sqrt(int64_t n, const float *x, float *y);

void superb_exp_backward(int64_t n, const float *y, const float *dy,
                         float *dx);
void superb_log_backward(int64_t n, const float *x, const float *dy,
                         float *dx);
void superb_tanh_backward(int64_t n, const float *y, const float *dy,
                          float *dx);
void superb_sigmoid_backward(int64_t n, const float *y, const float *dy,
                             float *dx);
void superb_gelu_backward(int64_t n, const float *x, const float *dy,
                          float *dx);
void superb_relu_backward(int64_t n, const float *y, const float *dy,
                          float *dx);
void superb_sqrt_backward(int64_t n, const float *y, const float *dy,
                          float *dx);

#endif
