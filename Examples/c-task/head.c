/* The model. There are no checks between the operators: what fails gives
 * null, null passes through, and the host keeps the first reason. */
#include "two_words.h"

#include <math.h>
#include <stdlib.h>

/* -- an operator of the task's own: x / (1 + |x|), element by element ---- */

static superb_status squash_forward(void *context, const float *const *inputs,
                                    float *output) {
  const int64_t count = *(const int64_t *)context;
  for (int64_t i = 0; i < count; i++)
    output[i] = inputs[0][i] / (1.0f + fabsf(inputs[0][i]));
  return SUPERB_OK;
}

static superb_status squash_backward(void *context, const float *const *inputs,
                                     const float *output,
                                     const float *output_gradient,
                                     float *const *input_gradients) {
  const int64_t count = *(const int64_t *)context;
  (void)output;
  if (!input_gradients[0]) return SUPERB_OK;
  for (int64_t i = 0; i < count; i++) {
    const float slope = 1.0f + fabsf(inputs[0][i]);
    input_gradients[0][i] += output_gradient[i] / (slope * slope);
  }
  return SUPERB_OK;
}

/* The step may end long after head_apply has returned, so the operator's
 * context is its own and is freed by `destroy`. */
static superb_tensor *squash(const head *model, superb_tensor *x,
                             int64_t rows) {
  if (!x) return NULL;
  int64_t *count = malloc(sizeof *count);
  if (!count) {
    model->host->fail(model->host, SUPERB_RESOURCE, "out of memory");
    return NULL;
  }
  *count = rows * model->width;
  const superb_custom_operator op = {
      .struct_size = sizeof op,
      .name = "squash",
      .context = count,
      .forward = squash_forward,
      .backward = squash_backward,
      .destroy = free,
  };
  const int64_t shape[] = {rows, model->width};
  return model->api->custom(model->host, &op, &x, 1, 2, shape);
}

/* -- the head ------------------------------------------------------------ */

/* Weight and bias of a linear map begin uniform over +-1/sqrt(inputs). */
static superb_tensor *parameter(const head *model, const char *name,
                                int32_t rank, const int64_t *shape,
                                int64_t inputs) {
  const double bound = 1.0 / sqrt((double)inputs);
  const superb_init start = {
      .struct_size = sizeof start,
      .kind = SUPERB_INIT_UNIFORM,
      .a = -bound,
      .b = bound,
      .seed = -1,
  };
  return model->api->parameter(model->host, name, rank, shape, &start, 0);
}

superb_status head_make(head *model, const superb_host *host, int64_t width) {
  const int64_t dim = host->upstream_dim;
  model->host = host;
  model->width = width;
  model->api = host->get_extension(host, SUPERB_TENSOR_EXTENSION);
  if (!model->api)
    return host->fail(host, SUPERB_UNSUPPORTED,
                      "this host does not offer " SUPERB_TENSOR_EXTENSION);
  const int64_t first[] = {width, dim}, second[] = {CLASS_COUNT, width};
  model->weight1 = parameter(model, "hidden.weight", 2, first, dim);
  model->bias1 = parameter(model, "hidden.bias", 1, first, dim);
  model->weight2 = parameter(model, "output.weight", 2, second, width);
  model->bias2 = parameter(model, "output.bias", 1, second, width);
  if (!model->weight1 || !model->bias1 || !model->weight2 || !model->bias2)
    return host->fail(host, SUPERB_INTERNAL, "a parameter was refused");
  return SUPERB_OK;
}

superb_tensor *head_apply(const head *model, const superb_features *features) {
  const superb_tensor_api *api = model->api;
  superb_tensor *x = features->frames;
  x = api->relu(api->linear(x, model->weight1, model->bias1));
  x = api->segment_mean(x, features->offsets, features->count);
  x = squash(model, x, features->count);
  return api->linear(x, model->weight2, model->bias2);
}
