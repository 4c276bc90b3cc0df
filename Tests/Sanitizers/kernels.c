/* Every kernel of Sources/Kernels over odd sizes, in buffers that end where
 * the kernel's rows end, at any alignment, with numbers of every kind; built
 * with sanitizers by scripts/sanitize-kernels. Says how many calls there were.
 */
#include "alignment.h"
#include "isa.h"
#include "kernels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long calls;
static uint64_t state = 7;

static uint32_t draw(void) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33);
}

/* What has been lent since the last `release`. */
static void *lent[256];
static int lent_count;

static void *room(size_t bytes, size_t alignment) {
  const size_t shift = draw() % 8 * alignment;
  char *place = malloc(bytes + shift + (bytes + shift == 0));
  if (!place || lent_count == 256) abort();
  lent[lent_count++] = place;
  return place + shift;
}

static void release(void) {
  while (lent_count) free(lent[--lent_count]);
}

/* 0: plain numbers; 1: some that are none. */
static int wild;

static float number(void) {
  static const float odd[] = {NAN, INFINITY, -INFINITY, 1e-42f, -0.0f, 3e38f};
  if (wild && draw() % 5 == 0) return odd[draw() % 6];
  return (float)(draw() % 4001) / 1000 - 2;
}

static float *floats(int64_t count) {
  float *x = room((size_t)count * sizeof *x, sizeof *x);
  for (int64_t i = 0; i < count; i++) x[i] = number();
  return x;
}

static float *positive(int64_t count) {
  float *x = floats(count);
  for (int64_t i = 0; i < count; i++) x[i] = fabsf(x[i]) + 0.5f;
  return x;
}

static double *doubles(int64_t count) {
  double *x = room((size_t)count * sizeof *x, sizeof *x);
  for (int64_t i = 0; i < count; i++) x[i] = (double)number();
  return x;
}

static int32_t *labels(int64_t count, int64_t below) {
  int32_t *x = room((size_t)count * sizeof *x, sizeof *x);
  for (int64_t i = 0; i < count; i++) x[i] = (int32_t)(draw() % below);
  return x;
}

#define CALL(call) (calls++, (void)(call))

static void one_dimension(int64_t n) {
  void (*const unary[])(int64_t, const float *, float *) = {
      superb_exp,  superb_log,  superb_tanh, superb_sigmoid,
      superb_gelu, superb_relu, superb_sqrt};
  void (*const ternary[])(int64_t, const float *, const float *, float *) = {
      superb_add,
      superb_sub,
      superb_mul,
      superb_divide,
      superb_multiply_add,
      superb_divide_add,
      superb_exp_backward,
      superb_log_backward,
      superb_tanh_backward,
      superb_sigmoid_backward,
      superb_gelu_backward,
      superb_relu_backward,
      superb_sqrt_backward};
  float *x = floats(n), *y = floats(n), *z = floats(n), *u = floats(n);
  for (size_t i = 0; i < sizeof unary / sizeof *unary; i++) {
    CALL(unary[i](n, x, y));
    CALL(unary[i](n, y, y));
  }
  for (size_t i = 0; i < sizeof ternary / sizeof *ternary; i++)
    CALL(ternary[i](n, x, y, z));
  CALL(superb_affine(n, 2, 1, x, x));
  CALL(superb_axpy(n, 2, x, y));
  CALL(superb_add_constant(n, 2, y));
  CALL(superb_divisor_backward(n, x, y, z, u));
  CALL(superb_sum(n, x));
  CALL(superb_dot(n, x, y));
  CALL(superb_binary_cross_entropy(n, x, y));
  CALL(superb_binary_cross_entropy_backward(n, x, y, 0.5f, z));
  const superb_adam_settings adam = {.9f, .999f, .1f, .001f, 1, 1e-8f,
                                     .01f, 1,    1,   1,     0.1f};
  float *m = floats(n), *v = positive(n);
  CALL(superb_adam(n, &adam, x, y, m, v));
  CALL(superb_adam_update(n, &adam, .1f, x, y, m, v, z));
  CALL(superb_sgd(n, .1f, .1f, .9f, .1f, 1, 1, x, y, m));
  CALL(superb_sgd(n, .1f, .1f, 0, 0, 0, 0, x, y, NULL));
  CALL(superb_dropout(1, 2, 4, n, 1u << 31, 2, x, y));
  CALL(superb_dropout_backward(1, 2, 4, n, 1u << 31, 2, x, y));
  release();
}

static void rows_of(int64_t rows, int64_t dim) {
  const int64_t n = rows * dim, stride = dim + draw() % 5;
  const int64_t wide = rows ? (rows - 1) * stride + dim : 0;
  float *x = floats(n), *y = floats(n), *z = floats(n), *b = floats(dim),
        *c = floats(dim), *mean = floats(rows), *inverse = positive(rows);
  CALL(superb_add_row(rows, dim, -1, x, b, y));
  CALL(superb_mul_row(rows, dim, x, b, x));
  CALL(superb_multiply_add_row(rows, dim, x, b, z));
  CALL(superb_divide_row(rows, dim, x, b, y));
  CALL(superb_divide_add_row(rows, dim, x, b, z));
  CALL(superb_softmax(rows, dim, x, y));
  CALL(superb_softmax_backward(rows, dim, x, y, z));
  CALL(superb_log_softmax(rows, dim, x, y));
  CALL(superb_log_softmax_backward(rows, dim, x, y, z));
  CALL(superb_layer_norm(rows, dim, 1e-5, x, b, c, 0, y, mean, inverse));
  CALL(superb_layer_norm(rows, dim, 1e-5, x, NULL, NULL, 0, y, mean, inverse));
  CALL(superb_layer_norm(rows, dim, 1e-5, x, b, c, 1, x, NULL, NULL));
  CALL(superb_layer_norm_backward(rows, dim, x, b, mean, inverse, y, z));
  CALL(superb_unit_rows(rows, dim, 1e-12, x, y, mean, inverse));
  CALL(superb_unit_rows_backward(rows, dim, y, mean, inverse, x, z));
  if (dim > 0) {
    int32_t *label = labels(rows, dim);
    CALL(superb_cross_entropy(rows, dim, x, label, -100, y, mean));
    CALL(superb_cross_entropy_backward(rows, dim, y, label, -100, 1, z));
    CALL(superb_margin(rows, dim, x, label, 30, .2, 0, y, mean));
    CALL(superb_margin(rows, dim, x, label, 30, .2, 1, y, mean));
    CALL(superb_margin_backward(rows, dim, label, 30, mean, y, z));
  }
  if (dim <= 16) {
    double *costs = doubles(dim * dim);
    CALL(superb_pair_costs(rows, dim, x, y, costs));
    if (dim > 0)
      CALL(superb_pair_costs_backward(rows, dim, x, y, labels(dim, dim), 1, z));
  }
  CALL(superb_deviation_backward(rows, dim, x, b, c, b, c, z));
  release();

  /* Rows that lie further apart. */
  x = floats(wide), y = floats(wide), z = floats(wide);
  b = floats(dim), c = positive(dim);
  float *d = floats(dim), *e = floats(dim), *factors = floats(rows);
  float *out = floats(dim), *turned = floats(
      dim ? (dim - 1) * (rows + 3) + rows : 0);
  int64_t *first = room((size_t)dim * sizeof *first, sizeof *first);
  CALL(superb_add_block(rows, dim, x, stride, y, stride));
  CALL(superb_copy_block(rows, dim, x, stride, y, stride));
  CALL(superb_transpose_rows(rows, dim, x, stride, turned, rows + 3));
  CALL(superb_transpose_rows_add(rows, dim, x, stride, turned, rows + 3));
  CALL(superb_scale_rows(rows, dim, x, stride, factors, y, stride));
  CALL(superb_column_sums(rows, dim, stride, 1, x, out));
  CALL(superb_column_dots(rows, dim, stride, x, y, out));
  CALL(superb_column_normal_dots(rows, dim, stride, x, factors, factors, y,
                                 out));
  CALL(superb_weighted_column_sums(rows, dim, stride, factors, x, out));
  if (rows > 0) CALL(superb_column_max(rows, dim, stride, x, out, first));
  CALL(superb_column_moments(rows, dim, stride, 1, x, b, c));
  CALL(superb_normalize_columns(rows, dim, stride, x, b, c, d, e, y));
  CALL(superb_column_standard_dots(rows, dim, stride, x, b, c, y, out));
  CALL(superb_batch_norm_backward(rows, dim, stride, x, b, c, d, e, b, y, z));
  CALL(superb_unit_columns(rows, dim, stride, 1e-12, x, y, b, c));
  CALL(superb_unit_columns_backward(rows, dim, stride, y, b, c, x, z));
  if (rows * dim > 0) {
    float one[2];
    CALL(superb_group_norm(rows, dim, stride, 1e-5, x, b, d, y, one, one + 1));
    CALL(superb_group_norm_backward(rows, dim, stride, x, b, one[0], one[1], y,
                                    z));
  }
  if (dim > 0) {
    float *bias = floats(rows + dim);
    CALL(superb_attention_weights(rows, dim, stride, x, NULL, NULL, factors));
    CALL(superb_attention_weights(rows, dim, stride, x, floats(rows),
                                  bias + (rows ? rows - 1 : 0), factors));
  }
  release();
}

static void layers(int64_t count, int64_t rows, int64_t dim) {
  const int64_t apart = rows * dim + draw() % 3;
  const int64_t n = count ? (count - 1) * apart + rows * dim : 0;
  for (int half = 0; half < 2; half++)
    for (int normalize = 0; normalize < 2; normalize++) {
      const size_t width = half ? sizeof(uint16_t) : sizeof(float);
      void *h = half ? room((size_t)n * width, width) : floats(n);
      if (half) memset(h, 0x3c, (size_t)n * width);
      CALL(superb_weighted_layers(count, rows, dim, apart, h, half, normalize,
                                  floats(count), floats(rows * dim)));
      CALL(superb_layer_dots(count, rows, dim, apart, h, half, normalize,
                             floats(rows * dim), doubles(count)));
      release();
    }
}

static void products(int64_t rows, int64_t depth, int64_t width) {
  const int64_t stride = depth + draw() % 3, y_stride = width + draw() % 3;
  float *packed = floats(superb_dense_room(depth, width));
  CALL(superb_dense_pack(depth, width, floats(depth * width), width, 1,
                         packed));
  const int64_t out = rows ? (rows - 1) * y_stride + width : 0;
  const float *x = floats(rows ? (rows - 1) * stride + depth : 0);
  for (int gelu = 0; gelu < 2; gelu++)
    CALL(superb_dense(rows, depth, width, x, stride, packed,
                      gelu ? floats(width) : NULL, gelu ? floats(out) : NULL,
                      gelu, floats(out), y_stride));
  release();
  const int64_t taps = 1 + draw() % 4;
  packed = floats(superb_dense_room(taps * depth, width));
  CALL(superb_dense_pack_taps(taps, depth, width, floats(taps * depth * width),
                              depth * width, width, 1, packed));
  x = floats(rows ? (rows + taps - 2) * depth + depth : 0);
  CALL(superb_dense_taps(rows, taps, depth, width, x, depth, depth, packed,
                         NULL, NULL, 0, floats(out), y_stride));
  if (rows)
    CALL(superb_dense_taps(rows, taps, depth, width, x + (taps - 1) * depth,
                           depth, -depth, packed, NULL, NULL, 0, floats(out),
                           y_stride));
  release();
}

static void windows(int64_t frames, int64_t stride, int64_t kernel) {
  CALL(superb_window_moments(
      frames, stride, kernel,
      floats(frames ? (frames - 1) * stride + kernel : 0), 0.5, doubles(kernel),
      doubles(kernel * kernel)));
  release();
}

static void classification(int64_t frames, int64_t classes, int64_t length) {
  for (int gradient = 0; gradient < 2; gradient++) {
    double *place = room((size_t)superb_ctc_room(frames, length, gradient) *
                             sizeof *place,
                         sizeof *place);
    CALL(superb_ctc(frames, classes, floats(frames * classes), length,
                    labels(length, classes), 0, place,
                    gradient ? floats(frames * classes) : NULL));
    release();
  }
}

static void alignment(int64_t query, int64_t frames, int64_t dim,
                      int32_t distance) {
  const int64_t groups = (query + 11) / 12, panels = (frames + 15) / 16;
  const int64_t stride = 16 * panels + draw() % 4;
  float *queries = room((size_t)(groups * dim * 12) * 4, 4);
  memset(queries, 0, (size_t)(groups * dim * 12) * 4);
  float *document = floats(panels * dim * 16);
  const float *x = floats(query * dim), *y = floats(frames * dim);
  CALL(superb_pack_query(distance, query, dim, x, 0, queries));
  CALL(superb_pack_document(distance, frames, dim, y, document));
  float *out = floats(groups ? (12 * groups - 1) * stride + 16 * panels : 0);
  CALL(superb_frame_products(distance, groups, panels, dim, queries, document,
                             out, stride));
  float *line = floats(16 * panels + 16), *costs = floats(16 * panels + 16);
  for (int32_t pattern = 0; pattern < 3; pattern++)
    for (int32_t open = 0; open < 8; open++) {
      const superb_dtw_rule rule = {distance,      pattern,  pattern % 3,
                                    open & 1,      open & 2, open & 4};
      const int64_t half = query / 2;
      int64_t end;
      CALL(superb_dtw_rows(&rule, half, 1, frames, out, stride, line, costs));
      CALL(superb_dtw_rows(&rule, query - half, half == 0, frames,
                           out + half * stride, stride, line, costs));
      CALL(superb_dtw_end(&rule, query, frames, costs, &end));
    }
  release();
}

static void recurrence(int64_t gates, int64_t hidden, int64_t count,
                       int64_t length) {
  int64_t *starts = room((size_t)count * sizeof *starts, sizeof *starts);
  for (int64_t i = 0; i < count; i++) starts[i] = i * length;
  const int64_t rows = count * length, stride = hidden + draw() % 3;
  const int64_t blocks = (hidden + SUPERB_FORWARD_UNITS - 1) /
                         SUPERB_FORWARD_UNITS,
                back = (hidden + SUPERB_BACKWARD_UNITS - 1) /
                       SUPERB_BACKWARD_UNITS;
  const int64_t width = hidden + SUPERB_STATE_PAD;
  const int64_t wide = gates * hidden + SUPERB_STATE_PAD;
  const float *weights = floats(gates * hidden * hidden);
  float *packed =
      floats(gates * blocks * SUPERB_FORWARD_UNITS * hidden);
  float *packed_back =
      floats(gates * back * SUPERB_BACKWARD_UNITS * hidden);
  CALL(superb_pack_forward(gates, hidden, 0, blocks, weights, packed));
  CALL(superb_pack_backward(gates, hidden, 0, back, weights, packed_back));
  const superb_recurrence net = {hidden, starts, 1,
                                 floats(rows * gates * hidden),
                                 floats(rows * hidden)};
  float *states[2] = {floats(count * width), floats(count * width)};
  float *y = floats((rows - 1) * stride + hidden);
  const float *bias = floats(4 * hidden);
  for (int64_t step = 0; step < length; step++) {
    const superb_forward_step s = {step, count, packed, bias, states[step & 1],
                                   states[1 - (step & 1)], y, stride};
    for (int64_t block = 0; block < blocks; block++)
      CALL((gates == 4 ? superb_lstm_step : superb_gru_step)(&net, &s, block,
                                                             block + 1));
  }
  float *gradients[2] = {floats(count * wide), floats(count * wide)};
  float *carry = floats(count * hidden);
  const float *dy = floats((rows - 1) * stride + hidden);
  for (int64_t step = length; step-- > 0;) {
    const superb_backward_step s = {
        step,
        count,
        step == length - 1 ? 0 : count,
        packed_back,
        gradients[step & 1],
        gradients[1 - (step & 1)],
        carry,
        y,
        dy,
        stride};
    for (int64_t block = 0; block < back; block++)
      CALL((gates == 4 ? superb_lstm_step_backward : superb_gru_step_backward)(
          &net, &s, block, block + 1));
  }
  release();
}

int main(void) {
  static const int64_t sizes[] = {0,  1,  2,  3,  5,  7,  8,  9,  11, 12, 13,
                                  15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63,
                                  64, 65, 97, 129};
  enum { COUNT = sizeof sizes / sizeof *sizes };
  for (wild = 0; wild < 2; wild++)
    for (int i = 0; i < COUNT; i++) {
      one_dimension(sizes[i]);
      one_dimension(sizes[i] * 61);
      for (int j = 0; j < COUNT; j++) {
        rows_of(sizes[i], sizes[j]);
        if (i % 3 == 0) layers(1 + j % 4, sizes[i], sizes[j]);
        if (sizes[j] > 0 && sizes[i] < 40)
          products(sizes[i], sizes[j], 1 + sizes[(i * 7 + j) % COUNT]);
        if (sizes[j] > 0)
          alignment(sizes[i], sizes[j], 1 + sizes[(i + j) % COUNT],
                    (int32_t)(j % 4));
        classification(sizes[i], 1 + sizes[j % 9], sizes[j]);
        windows(sizes[i], 1 + sizes[j % 5], 1 + sizes[j % 9]);
      }
      if (sizes[i] > 0)
        for (int64_t length = 1; length < 5; length++) {
          recurrence(4, sizes[i], 1 + length % 3, length);
          recurrence(3, sizes[i], 1 + length % 3, length);
        }
    }
  superb_flush_subnormals();
  printf("level %d: %ld calls of kernels\n", (int)superb_isa(), calls);
  return 0;
}
