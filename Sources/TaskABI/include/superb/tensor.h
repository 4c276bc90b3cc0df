/* Extension "superb.tensor/1" of the host: tensors, and the operators that
 * every model needs. Others are tables of their own: superb.sequence/1,
 * superb.normalization/1, superb.loss/1 and superb.augmentation/1.
 *
 * A tensor is a handle to float32 numbers of the host, row-major, of rank 0
 * to 4. What a task computes from parameters is recorded, and the host
 * differentiates the loss; a task never sees a gradient unless it adds an
 * operator of its own.
 *
 * Life. Handles made while `forward` runs live until it has returned and the
 * host has finished the step; a task does not free them and does not keep
 * them. Parameters live as long as the expert.
 *
 * Errors. An operator that fails returns null, and the host keeps the first
 * reason; an operator that receives null (where its comment does not allow
 * it) does nothing and returns null. So a model is written without checks:
 * a `forward` that returns SUPERB_OK with a null loss fails with the first
 * reason.
 *
 * Threads: the thread that made the expert. Operators use all cores that the
 * experiment has; a result's bits do not depend on how many those are. */
#ifndef SUPERB_TENSOR_H
#define SUPERB_TENSOR_H

#include "host.h"

#define SUPERB_TENSOR_EXTENSION "superb.tensor/1"
#define SUPERB_MAX_RANK 4

typedef struct superb_tensor superb_tensor;

/* superb_init.kind; a and b are the distribution's parameters. */
#define SUPERB_INIT_ZEROS ((int32_t)0)
#define SUPERB_INIT_CONSTANT ((int32_t)1) /* a everywhere */
#define SUPERB_INIT_UNIFORM ((int32_t)2)  /* over [a, b) */
#define SUPERB_INIT_NORMAL ((int32_t)3)   /* mean a, deviation b */

/* How a parameter's numbers begin. */
typedef struct superb_init {
  uint32_t struct_size;
  int32_t kind;
  double a;
  double b;
  /* Draws come from this seed and the parameter's name, whatever order
   * parameters are made in; negative means the experiment's seed. */
  int64_t seed;
} superb_init;

/* superb_tensor_api.parameter flags */

/* State that is saved with the model but not trained: running statistics. */
#define SUPERB_PARAMETER_BUFFER ((uint32_t)1)

/* Beside SUPERB_PARAMETER_BUFFER: what evaluations have found, such as the
 * best score so far, a threshold, the number of a setting. It is never
 * averaged with another's, and begins anew where evaluations are others than
 * those that have found it. */
#define SUPERB_PARAMETER_FINDING ((uint32_t)2)

/* The shape of one operand. */
typedef struct superb_shape {
  uint32_t struct_size;
  int32_t rank;
  const int64_t *extents; /* rank of them, outermost first */
  int64_t count;          /* their product: how many numbers there are */
} superb_shape;

/* The shapes that an operator of a task's own is called with. Borrowed for
 * the call. */
typedef struct superb_custom_shapes {
  uint32_t struct_size;
  uint32_t input_count;
  const superb_shape *const *inputs;
  const superb_shape *output;
} superb_custom_shapes;

/* An operator of the task's own. Buffers are contiguous float32, of the
 * counts that `shapes` says, and borrowed for the call. `self` is the host's
 * copy of this struct. A status other than SUPERB_OK fails the step. */
typedef struct superb_custom_operator {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name; /* for error messages */
  /* The task's own; may be null. */
  void *context;
  /* Fills `output` from the inputs. */
  superb_status (*forward)(const struct superb_custom_operator *self,
                           const superb_custom_shapes *shapes,
                           const float *const *inputs, float *output);
  /* Adds to input_gradients[i], which is null for inputs that need none.
   * May be null for an operator that cannot be differentiated. */
  superb_status (*backward)(const struct superb_custom_operator *self,
                            const superb_custom_shapes *shapes,
                            const float *const *inputs, const float *output,
                            const float *output_gradient,
                            float *const *input_gradients);
  /* Called once when the step ends, to free `context`; may be null. */
  void (*destroy)(const struct superb_custom_operator *self);
} superb_custom_operator;

/* In the shapes below N, M, K, D are extents, […, D] is any rank whose last
 * axis is D. Axes are counted from the outermost, 0. Arrays are borrowed for
 * the call. */
typedef struct superb_tensor_api {
  uint32_t struct_size;
  uint32_t reserved;

  /* -- looking at a tensor ------------------------------------------- */

  int32_t (*rank)(const superb_tensor *x);
  int64_t (*extent)(const superb_tensor *x, int32_t axis);
  /* The numbers, valid as long as the handle; null for null. */
  const float *(*data)(const superb_tensor *x);

  /* -- making one ----------------------------------------------------- */

  /* A copy of `data`, as many numbers as `shape` says. */
  superb_tensor *(*constant)(const superb_host *host, const float *data,
                             int32_t rank, const int64_t *shape);
  /* A parameter, only while the expert is created. `name` is unique within
   * the expert and is its name in checkpoints; `init` null means zeros. */
  superb_tensor *(*parameter)(const superb_host *host, const char *name,
                              int32_t rank, const int64_t *shape,
                              const superb_init *init, uint32_t flags);
  /* Overwrites a parameter's numbers with `count` others. */
  superb_status (*assign)(superb_tensor *parameter, const float *data,
                          int64_t count);

  /* -- shape ------------------------------------------------------------ */

  /* The same numbers in the same order. */
  superb_tensor *(*reshape)(superb_tensor *x, int32_t rank,
                            const int64_t *shape);
  /* [N, M] -> [M, N], or [B, N, M] -> [B, M, N] */
  superb_tensor *(*transpose)(superb_tensor *x);
  /* [N, D] -> [N, count]: columns first … first+count-1 */
  superb_tensor *(*columns)(superb_tensor *x, int64_t first, int64_t count);
  /* [N, D] -> [count, D]: rows first … first+count-1 */
  superb_tensor *(*rows)(superb_tensor *x, int64_t first, int64_t count);
  /* [V, D] and `count` row numbers -> [count, D]; numbers may repeat. */
  superb_tensor *(*gather_rows)(superb_tensor *x, const int64_t *rows,
                                int64_t count);
  /* [N, D0], [N, D1] … -> [N, D0+D1+…] */
  superb_tensor *(*concat_columns)(superb_tensor *const *parts,
                                   int64_t count);
  /* [N0, D], [N1, D] … -> [N0+N1+…, D] */
  superb_tensor *(*concat_rows)(superb_tensor *const *parts, int64_t count);

  /* -- arithmetic --------------------------------------------------------- */

  /* y has x's shape, or is [D] and is repeated over the rows of x. */
  superb_tensor *(*add)(superb_tensor *x, superb_tensor *y);
  superb_tensor *(*sub)(superb_tensor *x, superb_tensor *y);
  superb_tensor *(*mul)(superb_tensor *x, superb_tensor *y);
  /* A divisor of 0 gives infinity or NaN. */
  superb_tensor *(*div)(superb_tensor *x, superb_tensor *y);
  /* factor * x + offset */
  superb_tensor *(*scale)(superb_tensor *x, double factor, double offset);
  /* [N, K] x [K, M] -> [N, M]; a non-zero flag transposes its factor first.
   */
  superb_tensor *(*matmul)(superb_tensor *x, superb_tensor *y,
                           int32_t transpose_x, int32_t transpose_y);
  /* […, D] -> […, M]: x · weightᵀ + bias, weight [M, D], bias [M] or null */
  superb_tensor *(*linear)(superb_tensor *x, superb_tensor *weight,
                           superb_tensor *bias);

  /* -- many numbers to one --------------------------------------------------- */

  superb_tensor *(*sum)(superb_tensor *x);  /* of all -> rank 0 */
  superb_tensor *(*mean)(superb_tensor *x); /* of all -> rank 0 */
  /* Along one axis, which the result lacks. */
  superb_tensor *(*sum_axis)(superb_tensor *x, int32_t axis);
  superb_tensor *(*mean_axis)(superb_tensor *x, int32_t axis);
  /* The largest along an axis that is not empty; the gradient goes to the
   * first of equals. NaN counts as the largest. */
  superb_tensor *(*max_axis)(superb_tensor *x, int32_t axis);

  /* -- element by element --------------------------------------------------- */

  superb_tensor *(*relu)(superb_tensor *x);
  superb_tensor *(*gelu)(superb_tensor *x); /* with erf, not tanh */
  superb_tensor *(*tanh)(superb_tensor *x);
  superb_tensor *(*sigmoid)(superb_tensor *x);
  superb_tensor *(*exp)(superb_tensor *x);
  superb_tensor *(*log)(superb_tensor *x);
  superb_tensor *(*sqrt)(superb_tensor *x); /* NaN below 0 */
  /* Inverted dropout while the host trains; x itself in evaluation. */
  superb_tensor *(*dropout)(superb_tensor *x, double probability);

  /* -- along the last axis --------------------------------------------------- */

  superb_tensor *(*softmax)(superb_tensor *x);
  superb_tensor *(*log_softmax)(superb_tensor *x);

  /* -- the task's own -------------------------------------------------------- */

  /* The struct is copied, its name too. Its `destroy` is called once even
   * where this returns null. `shape` is the output's. */
  superb_tensor *(*custom)(const superb_host *host,
                           const superb_custom_operator *op,
                           superb_tensor *const *inputs, int64_t input_count,
                           int32_t rank, const int64_t *shape);
} superb_tensor_api;

#endif
