/* Fused updates of n parameters p from their gradients g. Moments m and v
 * belong to the parameters. */
#pragma once

#include "isize.h"

typedef struct superb_adam_settings {
  float beta1; /* m = beta1 m + (1 - beta1) g */
  float beta2; /* v = beta2 v + (1 - beta2) g^2 */
  float one_minus_beta1;
  float one_minus_beta2;
  float root_scale; /* update = m / (sqrt(v) root_scale + epsilon) */
  float epsilon;
  float step;
  float before;          /* factor on p before the update */
  float after;           /* factor on the updated p */
  float gradient_factor; /* g gradient_factor + l2 p takes g's place */
  float l2;
} superb_adam_settings;

/* p = after · (before · p - step · m / (sqrt(v) · root_scale + epsilon)) */
void superb_adam(isize n, const superb_adam_settings *settings,
                 const float *g, float *p, float *m, float *v);

/* The moments of superb_adam, and update = m / (sqrt(v) root_scale + epsilon)
 * + decay p; p stays. */
void superb_adam_update(isize n, const superb_adam_settings *settings,
                        float decay, const float *g, const float *p, float *m,
                        float *v, float *update);

/* Stochastic gradient descent with momentum buffer b, null if there is none:
 * d = g + l2 p; b = first ? d : momentum b + (1 - dampening) d;
 * p -= step · (nesterov ? d + momentum b : b). */
void superb_sgd(isize n, float step, float l2, float momentum, float dampening,
                int nesterov, int first, const float *g, float *p, float *b);
