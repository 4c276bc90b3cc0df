#include "optimizers.h"

#include "simd.h"

INLINE float adam1(const superb_adam_settings *s, float g, float p, float *m,
                   float *v) {
  float d = g * s->gradient_factor + s->l2 * p;
  float mean = s->beta1 * *m + s->one_minus_beta1 * d;
  float square = s->beta2 * *v + s->one_minus_beta2 * (d * d);
  *m = mean;
  *v = square;
  return mean / (square_root(square) * s->root_scale + s->epsilon);
}

KERNEL(void, superb_adam,
       (isize n, const superb_adam_settings *settings, const float *restrict g,
        float *restrict p, float *restrict m, float *restrict v),
       (n, settings, g, p, m, v)) {
  const superb_adam_settings s = *settings;
  for (isize i = 0; i < n; i++) {
    float update = adam1(&s, g[i], p[i], &m[i], &v[i]);
    p[i] = s.after * (s.before * p[i] - s.step * update);
  }
}

KERNEL(void, superb_adam_update,
       (isize n, const superb_adam_settings *settings, float decay,
        const float *restrict g, const float *restrict p, float *restrict m,
        float *restrict v, float *restrict update),
       (n, settings, decay, g, p, m, v, update)) {
  const superb_adam_settings s = *settings;
  for (isize i = 0; i < n; i++)
    update[i] = adam1(&s, g[i], p[i], &m[i], &v[i]) + decay * p[i];
}

KERNEL(void, superb_sgd,
       (isize n, float step, float l2, float momentum, float dampening,
        int nesterov, int first, const float *g, float *p, float *b),
       (n, step, l2, momentum, dampening, nesterov, first, g, p, b)) {
  if (!b) {
    for (isize i = 0; i < n; i++) p[i] -= step * (g[i] + l2 * p[i]);
    return;
  }
  for (isize i = 0; i < n; i++) {
    float d = g[i] + l2 * p[i];
    b[i] = first ? d : momentum * b[i] + (1.0f - dampening) * d;
    p[i] -= step * (nesterov ? d + momentum * b[i] : b[i]);
  }
}
