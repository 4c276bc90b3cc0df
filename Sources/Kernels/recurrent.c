#include "recurrent.h"

#include "panel.h"

#define FORWARD SUPERB_FORWARD_UNITS
#define BACKWARD SUPERB_BACKWARD_UNITS

/* A cell's units do not depend on each other; what a pointer's gates are
 * apart, the compiler cannot know. */
#ifdef __clang__
#define EACH_UNIT _Pragma("clang loop vectorize(assume_safety)")
#else
#define EACH_UNIT _Pragma("GCC ivdep")
#endif

/* Fetches a block of each gate: what the cell will want once the product is
 * done lies scattered over memory. */
INLINE void fetch(const float *gates, isize count, isize hidden) {
  for (isize g = 0; g < count; g++) __builtin_prefetch(gates + g * hidden);
}

/* -- packed weights -------------------------------------------------------- */

/* Block after block, for each inner index the units of each gate. */
KERNEL(void, superb_pack_forward,
       (isize gates, isize hidden, isize first, isize end, const float *weights,
        float *packed), (gates, hidden, first, end, weights, packed)) {
  for (isize block = first; block < end; block++) {
    float *out = packed + block * FORWARD * gates * hidden;
    isize units = least(FORWARD, hidden - block * FORWARD);
    if (units < FORWARD)
      memset(out, 0, (size_t)(FORWARD * gates * hidden) * sizeof *out);
    for (isize k = 0; k < hidden; k += 16)
      for (isize g = 0; g < gates; g++)
        for (isize u = 0; u < units; u++) {
          const float *row =
              weights + (g * hidden + block * FORWARD + u) * hidden;
          for (isize i = k; i < least(k + 16, hidden); i++)
            out[(i * gates + g) * FORWARD + u] = row[i];
        }
  }
}

KERNEL(void, superb_pack_backward,
       (isize gates, isize hidden, isize first, isize end, const float *weights,
        float *packed), (gates, hidden, first, end, weights, packed)) {
  for (isize block = first; block < end; block++) {
    float *out = packed + block * BACKWARD * gates * hidden;
    isize units = least(BACKWARD, hidden - block * BACKWARD);
    for (isize k = 0; k < gates * hidden; k++) {
      const float *row = weights + k * hidden + block * BACKWARD;
      memcpy(out + k * BACKWARD, row, (size_t)units * sizeof *out);
      memset(out + k * BACKWARD + units, 0,
             (size_t)(BACKWARD - units) * sizeof *out);
    }
  }
}

/* -- the product, for wide registers and for others ------------------------ */

typedef void product(isize rows, isize depth, const float *a, isize a_stride,
                     const float *b, float *c);

#define WIDE(name, width, vectors, tallest)                                   \
  LEVEL_AVX512_WIDE static void name(isize rows, isize depth, const float *a, \
                                     isize a_stride, const float *b,          \
                                     float *c) {                              \
    panel(rows, depth, width, vectors, tallest, a, a_stride, b, c);           \
  }
#define NARROW(name, width)                                                   \
  STATIC_KERNEL(void, name,                                                   \
                (isize rows, isize depth, const float *a, isize a_stride,     \
                 const float *b, float *c),                                   \
                (rows, depth, a, a_stride, b, c)) {                           \
    panel(rows, depth, width, 1, 4, a, a_stride, b, c);                       \
  }

WIDE(wide64, 64, 4, 6)
WIDE(wide48, 48, 3, 8)
NARROW(narrow64, 64)
NARROW(narrow48, 48)

static product *product64(void) { return has_wide() ? wide64 : narrow64; }
static product *product48(void) { return has_wide() ? wide48 : narrow48; }

/* -- forward --------------------------------------------------------------- */

/* One utterance's step: `sums` holds the recurrent parts of the units of each
 * gate, `bias` a GRU's input bias of the new gate. */
typedef void forward_cell(isize n, isize hidden, const float *restrict sums,
                          const float *restrict bias, float *restrict gates,
                          float *restrict cell, const float *restrict last,
                          float *restrict y, float *restrict state);

INLINE void lstm_cell(isize n, isize hidden, const float *restrict sums,
                      const float *restrict bias, float *restrict gates,
                      float *restrict cell, const float *restrict last,
                      float *restrict y, float *restrict state) {
  (void)bias;
  EACH_UNIT
  for (isize u = 0; u < n; u++) {
    float i = sigmoid1(gates[u] + sums[u]);
    float f = sigmoid1(gates[hidden + u] + sums[FORWARD + u]);
    float g = tanh1(gates[2 * hidden + u] + sums[2 * FORWARD + u]);
    float o = sigmoid1(gates[3 * hidden + u] + sums[3 * FORWARD + u]);
    float c = f * (last ? last[u] : 0.0f) + i * g;
    gates[u] = i;
    gates[hidden + u] = f;
    gates[2 * hidden + u] = g;
    gates[3 * hidden + u] = o;
    cell[u] = c;
    y[u] = state[u] = o * tanh1(c);
  }
}

INLINE void gru_cell(isize n, isize hidden, const float *restrict sums,
                     const float *restrict bias, float *restrict gates,
                     float *restrict part, const float *restrict last,
                     float *restrict y, float *restrict state) {
  EACH_UNIT
  for (isize u = 0; u < n; u++) {
    float r = sigmoid1(gates[u] + sums[u]);
    float z = sigmoid1(gates[hidden + u] + sums[FORWARD + u]);
    float p = sums[2 * FORWARD + u];
    float new = tanh1((gates[2 * hidden + u] + bias[u]) + r * p);
    gates[u] = r;
    gates[hidden + u] = z;
    gates[2 * hidden + u] = new;
    part[u] = p;
    y[u] = state[u] = (1.0f - z) * new + z * (last ? last[u] : 0.0f);
  }
}

INLINE void forward_units(int lstm, const superb_recurrence *net,
                          const superb_forward_step *s, isize unit,
                          isize first, isize rows, const float *sums) {
  forward_cell *units = lstm ? lstm_cell : gru_cell;
  isize hidden = net->hidden, count = lstm ? 4 : 3;
  isize n = least(FORWARD, hidden - unit);
  const float *bias = s->bias + 3 * hidden + unit;
  for (isize r = first; r < first + rows; r++, sums += count * FORWARD) {
    isize row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * count * hidden + unit;
    float *cell = net->cell + row * hidden + unit;
    float *y = s->y + row * s->y_stride + unit;
    const float *last = s->step == 0 ? 0
                        : lstm       ? cell - net->direction * hidden
                                     : y - net->direction * s->y_stride;
    float *state = s->next_state + r * (hidden + SUPERB_STATE_PAD) + unit;
    if (n == FORWARD && last)
      units(FORWARD, hidden, sums, bias, gates, cell, last, y, state);
    else
      units(n, hidden, sums, bias, gates, cell, last, y, state);
  }
}

typedef void forward_kernel(const superb_recurrence *net,
                            const superb_forward_step *s, isize unit,
                            isize first, isize rows, const float *sums);

INLINE void step_forward(isize gates, forward_kernel *units, product *multiply,
                         const superb_recurrence *net,
                         const superb_forward_step *s, isize first, isize end) {
  _Alignas(64) float sums[PANEL_ROWS * 4 * FORWARD];
  isize hidden = net->hidden, stride = hidden + SUPERB_STATE_PAD;
  isize width = gates * FORWARD;
  for (isize block = first; block < end; block++) {
    const float *packed = s->packed + block * width * hidden;
    isize unit = block * FORWARD, n = least(FORWARD, hidden - unit);
    _Alignas(64) float bias[4 * FORWARD] = {0};
    for (isize g = 0; g < gates; g++)
      memcpy(bias + g * FORWARD, s->bias + g * hidden + unit,
             (size_t)n * sizeof *bias);
    for (isize r = 0; r < s->active; r += PANEL_ROWS) {
      isize rows = least(PANEL_ROWS, s->active - r);
      for (isize i = 0; i < rows; i++) {
        memcpy(sums + i * width, bias, (size_t)width * sizeof *bias);
        isize row = net->starts[r + i] + s->step * net->direction;
        fetch(net->gates + row * gates * hidden + unit, gates, hidden);
      }
      if (s->step > 0)
        multiply(rows, hidden, s->state + r * stride, stride, packed, sums);
      units(net, s, unit, r, rows, sums);
    }
  }
}

#define FORWARD_STEP(cell, lstm, gates, multiply)                             \
  STATIC_KERNEL(void, cell##_units,                                           \
                (const superb_recurrence *net, const superb_forward_step *s,  \
                 isize unit, isize first, isize rows, const float *sums),     \
                (net, s, unit, first, rows, sums)) {                          \
    forward_units(lstm, net, s, unit, first, rows, sums);                     \
  }                                                                           \
  void superb_##cell##_step(const superb_recurrence *net,                     \
                            const superb_forward_step *s, isize first,        \
                            isize end) {                                      \
    step_forward(gates, cell##_units, multiply, net, s, first, end);          \
  }

FORWARD_STEP(lstm, 1, 4, product64())
FORWARD_STEP(gru, 0, 3, product48())

/* -- backward -------------------------------------------------------------- */

typedef void backward_cell(isize n, isize hidden, int follows,
                           const float *restrict sums,
                           const float *restrict dy, float *restrict gates,
                           float *restrict cell, const float *restrict last,
                           float *restrict carry, float *restrict state);

INLINE void lstm_cell_backward(isize n, isize hidden, int follows,
                               const float *restrict sums,
                               const float *restrict dy, float *restrict gates,
                               float *restrict cell, const float *restrict last,
                               float *restrict carry, float *restrict state) {
  EACH_UNIT
  for (isize u = 0; u < n; u++) {
    float i = gates[u], f = gates[hidden + u];
    float g = gates[2 * hidden + u], o = gates[3 * hidden + u];
    float t = tanh1(cell[u]);
    float dh = dy[u] + (follows ? sums[u] : 0.0f);
    float dc = dh * o * (1.0f - t * t) + (follows ? carry[u] : 0.0f);
    float di = dc * g * (i * (1.0f - i));
    float df = dc * (last ? last[u] : 0.0f) * (f * (1.0f - f));
    float dg = dc * i * (1.0f - g * g);
    float d_o = dh * t * (o * (1.0f - o));
    carry[u] = dc * f;
    gates[u] = state[u] = di;
    gates[hidden + u] = state[hidden + u] = df;
    gates[2 * hidden + u] = state[2 * hidden + u] = dg;
    gates[3 * hidden + u] = state[3 * hidden + u] = d_o;
  }
}

INLINE void gru_cell_backward(isize n, isize hidden, int follows,
                              const float *restrict sums,
                              const float *restrict dy, float *restrict gates,
                              float *restrict part, const float *restrict last,
                              float *restrict carry, float *restrict state) {
  EACH_UNIT
  for (isize u = 0; u < n; u++) {
    float r = gates[u], z = gates[hidden + u], new = gates[2 * hidden + u];
    float dh = dy[u] + (follows ? sums[u] + carry[u] : 0.0f);
    float dn = dh * (1.0f - z) * (1.0f - new * new);
    float dz = dh * ((last ? last[u] : 0.0f) - new) * (z * (1.0f - z));
    float dr = dn * part[u] * (r * (1.0f - r));
    float dp = dn * r;
    carry[u] = dh * z;
    gates[u] = state[u] = dr;
    gates[hidden + u] = state[hidden + u] = dz;
    gates[2 * hidden + u] = dn;
    part[u] = state[2 * hidden + u] = dp;
  }
}

INLINE void backward_units(int lstm, const superb_recurrence *net,
                           const superb_backward_step *s, isize unit,
                           isize first, isize rows, const float *sums) {
  backward_cell *units = lstm ? lstm_cell_backward : gru_cell_backward;
  isize hidden = net->hidden, depth = (lstm ? 4 : 3) * hidden;
  isize n = least(BACKWARD, hidden - unit);
  for (isize r = first; r < first + rows; r++, sums += BACKWARD) {
    isize row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * depth + unit;
    float *cell = net->cell + row * hidden + unit;
    const float *last =
        s->step == 0 ? 0
        : lstm ? cell - net->direction * hidden
               : s->y + (row - net->direction) * s->y_stride + unit;
    const float *dy = s->dy + row * s->y_stride + unit;
    float *carry = s->carry + r * hidden + unit;
    float *state = s->next_state + r * (depth + SUPERB_STATE_PAD) + unit;
    int follows = r < s->following;
    if (n == BACKWARD && last && follows)
      units(BACKWARD, hidden, 1, sums, dy, gates, cell, last, carry, state);
    else
      units(n, hidden, follows, sums, dy, gates, cell, last, carry, state);
  }
}

typedef void backward_kernel(const superb_recurrence *net,
                             const superb_backward_step *s, isize unit,
                             isize first, isize rows, const float *sums);

/* dh of each unit through the following step's gates, then the cell. */
INLINE void step_backward(isize gates, backward_kernel *units,
                          const superb_recurrence *net,
                          const superb_backward_step *s, isize first,
                          isize end) {
  _Alignas(64) float sums[PANEL_ROWS * BACKWARD];
  isize depth = gates * net->hidden, stride = depth + SUPERB_STATE_PAD;
  product *multiply = product64();
  for (isize block = first; block < end; block++) {
    const float *packed = s->packed + block * BACKWARD * depth;
    for (isize r = 0; r < s->active; r += PANEL_ROWS) {
      isize rows = least(PANEL_ROWS, s->active - r);
      isize known = least(rows, s->following - r);
      if (known > 0) {
        memset(sums, 0, (size_t)(known * BACKWARD) * sizeof *sums);
        multiply(known, depth, s->state + r * stride, stride, packed, sums);
      }
      units(net, s, block * BACKWARD, r, rows, sums);
    }
  }
}

#define BACKWARD_STEP(cell, lstm, gates)                                      \
  STATIC_KERNEL(void, cell##_units_backward,                                  \
                (const superb_recurrence *net, const superb_backward_step *s, \
                 isize unit, isize first, isize rows, const float *sums),     \
                (net, s, unit, first, rows, sums)) {                          \
    backward_units(lstm, net, s, unit, first, rows, sums);                    \
  }                                                                           \
  void superb_##cell##_step_backward(const superb_recurrence *net,            \
                                     const superb_backward_step *s,           \
                                     isize first, isize end) {                \
    step_backward(gates, cell##_units_backward, net, s, first, end);          \
  }

BACKWARD_STEP(lstm, 1, 4)
BACKWARD_STEP(gru, 0, 3)
