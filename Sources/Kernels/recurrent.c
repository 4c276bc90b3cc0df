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

INLINE int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Fetches a block of each gate: what the cell will want once the product is
 * done lies scattered over memory. */
INLINE void fetch(const float *gates, int64_t count, int64_t hidden) {
  for (int64_t g = 0; g < count; g++) __builtin_prefetch(gates + g * hidden);
}

/* -- packed weights -------------------------------------------------------- */

/* Block after block, for each inner index the units of each gate. */
KERNEL(void, superb_pack_forward,
       (int64_t gates, int64_t hidden, int64_t first, int64_t end,
        const float *weights, float *packed),
       (gates, hidden, first, end, weights, packed)) {
  for (int64_t block = first; block < end; block++) {
    float *out = packed + block * FORWARD * gates * hidden;
    int64_t units = least(FORWARD, hidden - block * FORWARD);
    if (units < FORWARD)
      memset(out, 0, (size_t)(FORWARD * gates * hidden) * sizeof *out);
    for (int64_t k = 0; k < hidden; k += 16)
      for (int64_t g = 0; g < gates; g++)
        for (int64_t u = 0; u < units; u++) {
          const float *row =
              weights + (g * hidden + block * FORWARD + u) * hidden;
          for (int64_t i = k; i < least(k + 16, hidden); i++)
            out[(i * gates + g) * FORWARD + u] = row[i];
        }
  }
}

KERNEL(void, superb_pack_backward,
       (int64_t gates, int64_t hidden, int64_t first, int64_t end,
        const float *weights, float *packed),
       (gates, hidden, first, end, weights, packed)) {
  for (int64_t block = first; block < end; block++) {
    float *out = packed + block * BACKWARD * gates * hidden;
    int64_t units = least(BACKWARD, hidden - block * BACKWARD);
    for (int64_t k = 0; k < gates * hidden; k++) {
      const float *row = weights + k * hidden + block * BACKWARD;
      memcpy(out + k * BACKWARD, row, (size_t)units * sizeof *out);
      memset(out + k * BACKWARD + units, 0,
             (size_t)(BACKWARD - units) * sizeof *out);
    }
  }
}

/* -- the product, for wide registers and for others ------------------------ */

typedef void product(int64_t rows, int64_t depth, const float *a,
                     int64_t a_stride, const float *b, float *c);

static int has_wide(void) { return superb_isa() == SUPERB_ISA_AVX512; }

LEVEL_AVX512_WIDE static void wide64(int64_t rows, int64_t depth, const float *a,
                        int64_t a_stride, const float *b, float *c) {
  panel(rows, depth, 64, 4, 6, a, a_stride, b, c);
}

LEVEL_AVX512_WIDE static void wide48(int64_t rows, int64_t depth, const float *a,
                        int64_t a_stride, const float *b, float *c) {
  panel(rows, depth, 48, 3, 8, a, a_stride, b, c);
}

KERNEL(void, superb_panel64,
       (int64_t rows, int64_t depth, const float *a, int64_t a_stride,
        const float *b, float *c),
       (rows, depth, a, a_stride, b, c)) {
  panel(rows, depth, 64, 1, 4, a, a_stride, b, c);
}

KERNEL(void, superb_panel48,
       (int64_t rows, int64_t depth, const float *a, int64_t a_stride,
        const float *b, float *c),
       (rows, depth, a, a_stride, b, c)) {
  panel(rows, depth, 48, 1, 4, a, a_stride, b, c);
}

static product *product64(void) { return has_wide() ? wide64 : superb_panel64; }
static product *product48(void) { return has_wide() ? wide48 : superb_panel48; }

/* -- LSTM ------------------------------------------------------------------ */

/* One utterance's step: `sums` holds the recurrent parts of the units of each
 * gate. */
INLINE void lstm_units(int64_t n, int64_t hidden, const float *restrict sums,
                       float *restrict gates, const float *restrict last, float *restrict cell, float *restrict y,
                       float *restrict state) {
  EACH_UNIT
  for (int64_t u = 0; u < n; u++) {
    float i = sigmoid1(gates[u] + sums[u]);
    float f = sigmoid1(gates[hidden + u] + sums[FORWARD + u]);
    float g = tanh1(gates[2 * hidden + u] + sums[2 * FORWARD + u]);
    float o = sigmoid1(gates[3 * hidden + u] + sums[3 * FORWARD + u]);
    float c = f * (last ? last[u] : 0.0f) + i * g;
    float h = o * tanh1(c);
    gates[u] = i;
    gates[hidden + u] = f;
    gates[2 * hidden + u] = g;
    gates[3 * hidden + u] = o;
    cell[u] = c;
    y[u] = h;
    state[u] = h;
  }
}

KERNEL(void, superb_lstm_units,
       (const superb_recurrence *net, const superb_forward_step *s, int64_t
        unit, int64_t first, int64_t rows, const float *sums),
       (net, s, unit, first, rows, sums)) {
  int64_t hidden = net->hidden;
  int64_t n = least(FORWARD, hidden - unit);
  for (int64_t r = first; r < first + rows; r++, sums += 4 * FORWARD) {
    int64_t row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * 4 * hidden + unit;
    float *cell = net->cell + row * hidden + unit;
    const float *last = s->step > 0 ? cell - net->direction * hidden : 0;
    float *y = s->y + row * s->y_stride + unit;
    float *state = s->next_state + r * (hidden + SUPERB_STATE_PAD) + unit;
    if (n == FORWARD && last)
      lstm_units(FORWARD, hidden, sums, gates, last, cell, y, state);
    else
      lstm_units(n, hidden, sums, gates, last, cell, y, state);
  }
}

void superb_lstm_step(const superb_recurrence *net,
                      const superb_forward_step *s, int64_t first,
                      int64_t end) {
  _Alignas(64) float sums[PANEL_ROWS * 4 * FORWARD];
  int64_t hidden = net->hidden, stride = hidden + SUPERB_STATE_PAD;
  product *multiply = product64();
  for (int64_t block = first; block < end; block++) {
    const float *packed = s->packed + block * 4 * FORWARD * hidden;
    int64_t unit = block * FORWARD;
    int64_t n = least(FORWARD, hidden - unit);
    _Alignas(64) float bias[4 * FORWARD] = {0};
    for (int64_t g = 0; g < 4; g++)
      memcpy(bias + g * FORWARD, s->bias + g * hidden + unit,
             (size_t)n * sizeof *bias);
    for (int64_t r = 0; r < s->active; r += PANEL_ROWS) {
      int64_t rows = least(PANEL_ROWS, s->active - r);
      for (int64_t i = 0; i < rows; i++) {
        memcpy(sums + i * 4 * FORWARD, bias, sizeof bias);
        int64_t row = net->starts[r + i] + s->step * net->direction;
        fetch(net->gates + row * 4 * hidden + unit, 4, hidden);
      }
      if (s->step > 0)
        multiply(rows, hidden, s->state + r * stride, stride, packed, sums);
      superb_lstm_units(net, s, unit, r, rows, sums);
    }
  }
}

INLINE void lstm_units_backward(int64_t n, int64_t hidden, int follows,
                                const float *restrict sums, const float *restrict dy,
                                float *restrict gates, const float *restrict cell,
                                const float *restrict last, float *restrict carry,
                                float *restrict state) {
  EACH_UNIT
  for (int64_t u = 0; u < n; u++) {
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

KERNEL(void, superb_lstm_units_backward,
       (const superb_recurrence *net, const superb_backward_step *s, int64_t
        unit, int64_t first, int64_t rows, const float *sums),
       (net, s, unit, first, rows, sums)) {
  int64_t hidden = net->hidden;
  int64_t n = least(BACKWARD, hidden - unit);
  for (int64_t r = first; r < first + rows; r++, sums += BACKWARD) {
    int64_t row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * 4 * hidden + unit;
    const float *cell = net->cell + row * hidden + unit;
    const float *last = s->step > 0 ? cell - net->direction * hidden : 0;
    const float *dy = s->dy + row * s->y_stride + unit;
    float *carry = s->carry + r * hidden + unit;
    float *state = s->next_state + r * (4 * hidden + SUPERB_STATE_PAD) + unit;
    int follows = r < s->following;
    if (n == BACKWARD && last && follows)
      lstm_units_backward(BACKWARD, hidden, 1, sums, dy, gates, cell, last,
                          carry, state);
    else
      lstm_units_backward(n, hidden, follows, sums, dy, gates, cell, last,
                          carry, state);
  }
}

typedef void units_backward(const superb_recurrence *net,
                            const superb_backward_step *s, int64_t unit,
                            int64_t first, int64_t rows, const float *sums);

/* dh of each unit through the following step's gates, then the cell. */
INLINE void step_backward(int64_t gates, units_backward *units,
                          const superb_recurrence *net,
                          const superb_backward_step *s, int64_t first,
                          int64_t end) {
  _Alignas(64) float sums[PANEL_ROWS * BACKWARD];
  int64_t depth = gates * net->hidden, stride = depth + SUPERB_STATE_PAD;
  product *multiply = product64();
  for (int64_t block = first; block < end; block++) {
    const float *packed = s->packed + block * BACKWARD * depth;
    for (int64_t r = 0; r < s->active; r += PANEL_ROWS) {
      int64_t rows = least(PANEL_ROWS, s->active - r);
      int64_t known = least(rows, s->following - r);
      if (known > 0) {
        memset(sums, 0, (size_t)(known * BACKWARD) * sizeof *sums);
        multiply(known, depth, s->state + r * stride, stride, packed, sums);
      }
      units(net, s, block * BACKWARD, r, rows, sums);
    }
  }
}

void superb_lstm_step_backward(const superb_recurrence *net,
                               const superb_backward_step *s, int64_t first,
                               int64_t end) {
  step_backward(4, superb_lstm_units_backward, net, s, first, end);
}

/* -- GRU ------------------------------------------------------------------- */

INLINE void gru_units(int64_t n, int64_t hidden, const float *restrict sums,
                      const float *restrict bias, float *restrict gates, float *restrict part,
                      const float *restrict last, float *restrict y, float *restrict state) {
  EACH_UNIT
  for (int64_t u = 0; u < n; u++) {
    float r = sigmoid1(gates[u] + sums[u]);
    float z = sigmoid1(gates[hidden + u] + sums[FORWARD + u]);
    float p = sums[2 * FORWARD + u];
    float new = tanh1((gates[2 * hidden + u] + bias[u]) + r * p);
    float h = (1.0f - z) * new + z * (last ? last[u] : 0.0f);
    gates[u] = r;
    gates[hidden + u] = z;
    gates[2 * hidden + u] = new;
    part[u] = p;
    y[u] = h;
    state[u] = h;
  }
}

KERNEL(void, superb_gru_units,
       (const superb_recurrence *net, const superb_forward_step *s, int64_t
        unit, int64_t first, int64_t rows, const float *sums),
       (net, s, unit, first, rows, sums)) {
  int64_t hidden = net->hidden;
  int64_t n = least(FORWARD, hidden - unit);
  const float *bias = s->bias + 3 * hidden + unit;
  for (int64_t r = first; r < first + rows; r++, sums += 3 * FORWARD) {
    int64_t row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * 3 * hidden + unit;
    float *part = net->cell + row * hidden + unit;
    float *y = s->y + row * s->y_stride + unit;
    const float *last = s->step > 0 ? y - net->direction * s->y_stride : 0;
    float *state = s->next_state + r * (hidden + SUPERB_STATE_PAD) + unit;
    if (n == FORWARD && last)
      gru_units(FORWARD, hidden, sums, bias, gates, part, last, y, state);
    else
      gru_units(n, hidden, sums, bias, gates, part, last, y, state);
  }
}

void superb_gru_step(const superb_recurrence *net,
                     const superb_forward_step *s, int64_t first,
                     int64_t end) {
  _Alignas(64) float sums[PANEL_ROWS * 3 * FORWARD];
  int64_t hidden = net->hidden, stride = hidden + SUPERB_STATE_PAD;
  product *multiply = product48();
  for (int64_t block = first; block < end; block++) {
    const float *packed = s->packed + block * 3 * FORWARD * hidden;
    int64_t unit = block * FORWARD;
    int64_t n = least(FORWARD, hidden - unit);
    _Alignas(64) float bias[3 * FORWARD] = {0};
    for (int64_t g = 0; g < 3; g++)
      memcpy(bias + g * FORWARD, s->bias + g * hidden + unit,
             (size_t)n * sizeof *bias);
    for (int64_t r = 0; r < s->active; r += PANEL_ROWS) {
      int64_t rows = least(PANEL_ROWS, s->active - r);
      for (int64_t i = 0; i < rows; i++) {
        memcpy(sums + i * 3 * FORWARD, bias, sizeof bias);
        int64_t row = net->starts[r + i] + s->step * net->direction;
        fetch(net->gates + row * 3 * hidden + unit, 3, hidden);
      }
      if (s->step > 0)
        multiply(rows, hidden, s->state + r * stride, stride, packed, sums);
      superb_gru_units(net, s, unit, r, rows, sums);
    }
  }
}

INLINE void gru_units_backward(int64_t n, int64_t hidden, int follows,
                               const float *restrict sums, const float *restrict dy,
                               float *restrict gates, float *restrict part, const float *restrict last,
                               float *restrict carry, float *restrict state) {
  EACH_UNIT
  for (int64_t u = 0; u < n; u++) {
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

KERNEL(void, superb_gru_units_backward,
       (const superb_recurrence *net, const superb_backward_step *s, int64_t
        unit, int64_t first, int64_t rows, const float *sums),
       (net, s, unit, first, rows, sums)) {
  int64_t hidden = net->hidden;
  int64_t n = least(BACKWARD, hidden - unit);
  for (int64_t r = first; r < first + rows; r++, sums += BACKWARD) {
    int64_t row = net->starts[r] + s->step * net->direction;
    float *gates = net->gates + row * 3 * hidden + unit;
    float *part = net->cell + row * hidden + unit;
    const float *dy = s->dy + row * s->y_stride + unit;
    const float *last =
        s->step > 0
            ? s->y + (row - net->direction) * s->y_stride + unit
            : 0;
    float *carry = s->carry + r * hidden + unit;
    float *state = s->next_state + r * (3 * hidden + SUPERB_STATE_PAD) + unit;
    int follows = r < s->following;
    if (n == BACKWARD && last && follows)
      gru_units_backward(BACKWARD, hidden, 1, sums, dy, gates, part, last,
                         carry, state);
    else
      gru_units_backward(n, hidden, follows, sums, dy, gates, part, last,
                         carry, state);
  }
}

void superb_gru_step_backward(const superb_recurrence *net,
                              const superb_backward_step *s, int64_t first,
                              int64_t end) {
  step_backward(3, superb_gru_units_backward, net, s, first, end);
}
