/* The model. There are no checks between the operators: what fails gives
 * null, null passes through, and the host keeps the first reason. */
#include "two_words.h"

#include <math.h>

/* -- an operator of the task's own: x / (1 + |x|), element by element ---- */

static superb_status squash_forward(const superb_custom_operator *self,
                                    const superb_custom_shapes *shapes,
                                    const float *const *inputs,
                                    float *output) {
  (void)self;
  for (int64_t i = 0; i < shapes->output->count; i++)
    output[i] = inputs[0][i] / (1.0f + fabsf(inputs[0][i]));
  return SUPERB_OK;
}

static superb_status squash_backward(const superb_custom_operator *self,
                                     const superb_custom_shapes *shapes,
                                     const float *const *inputs,
                                     const float *output,
                                     const float *output_gradient,
                                     float *const *input_gradients) {
  (void)self, (void)output;
  if (!input_gradients[0]) return SUPERB_OK;
  for (int64_t i = 0; i < shapes->output->count; i++) {
    const float slope = 1.0f + fabsf(inputs[0][i]);
    input_gradients[0][i] += output_gradient[i] / (slope * slope);
  }
  return SUPERB_OK;
}

static const superb_custom_operator squash = {
    .struct_size = sizeof squash,
    .name = "squash",
    .forward = squash_forward,
    .backward = squash_backward,
};

/* -- the head ------------------------------------------------------------ */

superb_status head_make(head *model, const superb_host *host, int64_t width) {
  const int64_t dim = host->upstream_dim;
  model->host = host;
  model->width = width;
  model->api = superb_find(host, SUPERB_TENSOR_EXTENSION, sizeof *model->api);
  model->sequences =
      superb_find(host, SUPERB_SEQUENCE_EXTENSION, sizeof *model->sequences);
  if (!model->api || !model->sequences) return SUPERB_UNSUPPORTED;
  /* A linear map begins uniform over +-1/sqrt(inputs). */
  const double bound1 = 1 / sqrt((double)dim), bound2 = 1 / sqrt((double)width);
  const int64_t first[] = {width, dim}, second[] = {CLASS_COUNT, width};
  const superb_tensor_api *api = model->api;
  model->weight1 = superb_uniform(host, api, "hidden.weight", 2, first, bound1);
  model->bias1 = superb_uniform(host, api, "hidden.bias", 1, first, bound1);
  model->weight2 =
      superb_uniform(host, api, "output.weight", 2, second, bound2);
  model->bias2 = superb_uniform(host, api, "output.bias", 1, second, bound2);
  if (!model->weight1 || !model->bias1 || !model->weight2 || !model->bias2)
    return host->fail(host, SUPERB_INTERNAL, "a parameter was refused");
  return SUPERB_OK;
}

superb_tensor *head_apply(const head *model, const superb_features *features) {
  const superb_tensor_api *api = model->api;
  const int64_t shape[] = {features->count, model->width};
  superb_tensor *x = features->frames;
  x = api->relu(api->linear(x, model->weight1, model->bias1));
  x = model->sequences->segment_mean(x, features->offsets, features->count);
  x = api->custom(model->host, &squash, &x, 1, 2, shape);
  return api->linear(x, model->weight2, model->bias2);
}
