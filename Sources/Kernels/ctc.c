#include "ctc.h"

#include "simd.h"

/* States are the targets with a blank before, between and after them. Sums
 * of probabilities are kept as logarithms in double; what is added to the
 * largest of them is found in float, whose error of 1e-7 a frame is then
 * absolute. A state that no path reaches holds about NEVER, which unlike an
 * infinity has differences. */
#define NEVER (-1e30)
#define HARDLY (-1e29)

/* Only these states of frame t lie on a path from the first to the last
 * frame: from first_state to before end_state. */
INLINE isize first_state(isize frames, isize states, isize t) {
  isize first = states - 2 * (frames - t);
  return first > 0 ? first : 0;
}

INLINE isize end_state(isize states, isize t) {
  return 2 * (t + 1) < states ? 2 * (t + 1) : states;
}

/* e[s] = the log probability of state s's symbol, first <= s < end */
INLINE void emissions(isize first, isize end, const float *row,
                      const int32_t *targets, int32_t blank, float *e) {
  for (isize s = first; s < end; s++) {
    float p = row[s & 1 ? targets[s / 2] : blank];
    e[s] = p < (float)NEVER ? (float)NEVER : p;
  }
}

/* exp(x), x <= 0 of any size; below e^-80 it counts as nothing. Without the
 * bound unreachable states would end in numbers below the normal ones, which
 * processors are a hundred times slower at. */
INLINE float bounded_exp(double x) {
  float d = (float)x;
  float e = exp1(d < -80.0f ? -80.0f : d);
  return d < -80.0f ? 0.0f : e;
}

/* y[s] = log(exp(a[s]) + exp(b[s]) + exp(c[s] + skip[s])) */
INLINE void join(isize first, isize end, const double *a, const double *b,
                 const double *c, const double *skip, double *restrict y) {
  for (isize s = first; s < end; s++) {
    double u = a[s], v = b[s], w = c[s] + skip[s];
    double top = u > v ? u : v;
    top = top > w ? top : w;
    float sum =
        bounded_exp(u - top) + bounded_exp(v - top) + bounded_exp(w - top);
    y[s] = top + (double)log1(sum);
  }
}

isize superb_ctc_room(isize frames, isize length, int with_gradient) {
  isize states = 2 * length + 1;
  return ((with_gradient ? frames : 2) + 5) * (states + 4);
}

KERNEL(double, superb_ctc,
       (isize frames, isize classes, const float *log_probabilities,
        isize length, const int32_t *targets, int32_t blank, double *room,
        float *gradient),
       (frames, classes, log_probabilities, length, targets, blank, room,
        gradient)) {
  isize states = 2 * length + 1, stride = states + 4;
  if (frames == 0) return length == 0 ? 0 : __builtin_inf();
  if (frames < length) return __builtin_inf();
  double *skip = room, *after = room + stride, *beta = room + 2 * stride;
  float *e = (float *)(room + 3 * stride);
  float *posterior = (float *)(room + 4 * stride);
  /* Two states before the first stand for what lies outside. */
  double *alphas = room + 5 * stride + 2;

  /* Blanks are not skipped, nor are those between equal symbols. */
  for (isize s = 0; s < states + 2; s++)
    skip[s] = s & 1 && s >= 3 && s < states
                      && targets[s / 2] != targets[s / 2 - 1]
                  ? 0
                  : NEVER;

  const double *before = alphas;
  for (isize t = 0; t < frames; t++) {
    isize first = first_state(frames, states, t);
    isize end = end_state(states, t);
    double *alpha = alphas + (gradient ? t : t & 1) * stride;
    emissions(first, end, log_probabilities + t * classes, targets, blank, e);
    alpha[-2] = alpha[-1] = NEVER;
    if (t == 0)
      for (isize s = first; s < end; s++) alpha[s] = 0;
    else
      join(first, end, before, before - 1, before - 2, skip, alpha);
    for (isize s = first; s < end; s++) alpha[s] += (double)e[s];
    alpha[end] = alpha[end + 1] = NEVER;
    before = alpha;
  }
  double last = before[states - 1];
  double other = length > 0 ? before[states - 2] : NEVER;
  double top = last > other ? last : other;
  double total = top + __builtin_log(__builtin_exp(last - top)
                                     + __builtin_exp(other - top));
  if (total < HARDLY) return __builtin_inf();
  if (!gradient) return -total;

  /* after[s]: from state s of frame t + 1 on, its own symbol included;
   * beta[s]: from state s of frame t on, its own symbol not. */
  after[states] = after[states + 1] = NEVER;
  for (isize t = frames - 1; t >= 0; t--) {
    isize first = first_state(frames, states, t);
    isize end = end_state(states, t);
    if (t == frames - 1) {
      for (isize s = first; s < end; s++)
        beta[s] = s >= states - 2 ? 0 : NEVER;
    } else {
      for (isize s = first; s < first_state(frames, states, t + 1); s++)
        after[s] = NEVER;
      join(first, end, after, after + 1, after + 2, skip + 2, beta);
    }
    const double *alpha = alphas + t * stride;
    for (isize s = first; s < end; s++)
      posterior[s] = bounded_exp(alpha[s] + beta[s] - total);
    const float *row = log_probabilities + t * classes;
    float *out = gradient + t * classes;
    for (isize c = 0; c < classes; c++) out[c] = exp1(row[c]);
    for (isize s = first; s < end; s++)
      out[s & 1 ? targets[s / 2] : blank] -= posterior[s];
    emissions(first, end, row, targets, blank, e);
    for (isize s = first; s < end; s++) after[s] = beta[s] + (double)e[s];
  }
  return -total;
}
