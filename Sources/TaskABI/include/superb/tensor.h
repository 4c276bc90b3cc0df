/* Extension "superb.tensor/1" of the host: the operators.
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

/* State that is saved with the model but not trained: running statistics,
 * the best score so far. */
#define SUPERB_PARAMETER_BUFFER ((uint32_t)1)

/* An operator of the task's own. Buffers are contiguous float32 and borrowed
 * for the call. */
typedef struct superb_custom_operator {
  uint32_t struct_size;
  uint32_t reserved;
  const char *name; /* for error messages */
  void *context;
  /* Fills output from the inputs. */
  superb_status (*forward)(void *context, const float *const *inputs,
                           float *output);
  /* Adds to input_gradients[i], which is null for inputs that need none.
   * May be null for an operator that cannot be differentiated. */
  superb_status (*backward)(void *context, const float *const *inputs,
                            const float *output,
                            const float *output_gradient,
                            float *const *input_gradients);
  /* Called once when the step ends; may be null. */
  void (*destroy)(void *context);
} superb_custom_operator;

/* Weights of one layer and direction of a recurrent network, as PyTorch lays
 * them out: the gates' rows behind one another (LSTM: input, forget, cell,
 * output; GRU: reset, update, new). */
typedef struct superb_recurrent_weights {
  uint32_t struct_size;
  uint32_t reserved;
  superb_tensor *input;          /* [gates·hidden, inputs] */
  superb_tensor *recurrent;      /* [gates·hidden, hidden] */
  superb_tensor *input_bias;     /* [gates·hidden] or null */
  superb_tensor *recurrent_bias; /* [gates·hidden] or null */
} superb_recurrent_weights;

/* superb_tensor_api.spec_augment; PyTorch's names, widths in [low, high). */
typedef struct superb_spec_augment {
  uint32_t struct_size;
  int32_t apply_time_warp;
  int64_t time_warp_window;
  int32_t apply_freq_mask;
  int32_t apply_time_mask;
  int64_t freq_mask_width_low, freq_mask_width_high;
  int64_t num_freq_mask;
  int64_t time_mask_width_low, time_mask_width_high;
  int64_t num_time_mask;
  /* Number and width of time masks in proportion to the longest utterance. */
  int32_t adaptive;
  int32_t reserved;
  double adaptive_number_ratio, adaptive_size_ratio;
  int64_t max_n_time_masks;
} superb_spec_augment;

/* In the shapes below N, M, C, D are extents, […, D] is any rank whose last
 * axis is D. */
typedef struct superb_tensor_api {
  uint32_t struct_size;
  uint32_t reserved;

  /* -- looking at a tensor ------------------------------------------- */

  int32_t (*rank)(const superb_tensor *x);
  int64_t (*extent)(const superb_tensor *x, int32_t axis);
  /* The numbers, valid as long as the handle; null for null. */
  const float *(*data)(const superb_tensor *x);

  /* -- making one ----------------------------------------------------- */

  /* A copy of `data`. */
  superb_tensor *(*constant)(const superb_host *host, const float *data,
                             int32_t rank, const int64_t *shape);
  /* A parameter, only while the expert is created. `name` is unique within
   * the expert and is its name in checkpoints. */
  superb_tensor *(*parameter)(const superb_host *host, const char *name,
                              int32_t rank, const int64_t *shape,
                              const superb_init *init, uint32_t flags);
  /* Overwrites a parameter's numbers with `count` others. */
  superb_status (*assign)(superb_tensor *parameter, const float *data,
                          int64_t count);

  /* -- shape ------------------------------------------------------------ */

  superb_tensor *(*reshape)(superb_tensor *x, int32_t rank,
                            const int64_t *shape);
  /* [N, D] -> [N, count]: columns first … first+count-1 */
  superb_tensor *(*columns)(superb_tensor *x, int64_t first, int64_t count);
  /* [N, D] -> [count, D]: rows first … first+count-1 */
  superb_tensor *(*rows)(superb_tensor *x, int64_t first, int64_t count);
  /* [N, D0], [N, D1] … -> [N, D0+D1+…] */
  superb_tensor *(*concat_columns)(superb_tensor *const *parts,
                                   int64_t count);

  /* -- arithmetic --------------------------------------------------------- */

  /* y has x's shape, or is [D] and is repeated over the rows of x. */
  superb_tensor *(*add)(superb_tensor *x, superb_tensor *y);
  superb_tensor *(*sub)(superb_tensor *x, superb_tensor *y);
  superb_tensor *(*mul)(superb_tensor *x, superb_tensor *y);
  /* factor * x + offset */
  superb_tensor *(*scale)(superb_tensor *x, double factor, double offset);
  /* [N, K] x [K, M] -> [N, M]; a non-zero flag transposes its factor first.
   */
  superb_tensor *(*matmul)(superb_tensor *x, superb_tensor *y,
                           int32_t transpose_x, int32_t transpose_y);
  /* […, D] -> […, M]: x · weightᵀ + bias, weight [M, D], bias [M] or null */
  superb_tensor *(*linear)(superb_tensor *x, superb_tensor *weight,
                           superb_tensor *bias);

  /* -- element by element --------------------------------------------------- */

  superb_tensor *(*relu)(superb_tensor *x);
  superb_tensor *(*gelu)(superb_tensor *x); /* with erf, not tanh */
  superb_tensor *(*tanh)(superb_tensor *x);
  superb_tensor *(*sigmoid)(superb_tensor *x);
  superb_tensor *(*exp)(superb_tensor *x);
  superb_tensor *(*log)(superb_tensor *x);
  /* Inverted dropout in training; returns x itself in evaluation. */
  superb_tensor *(*dropout)(superb_tensor *x, double probability);

  /* -- along the last axis --------------------------------------------------- */

  superb_tensor *(*softmax)(superb_tensor *x);
  superb_tensor *(*log_softmax)(superb_tensor *x);
  /* gamma, beta [D] or null */
  superb_tensor *(*layer_norm)(superb_tensor *x, superb_tensor *gamma,
                               superb_tensor *beta, double epsilon);

  /* -- over rows ---------------------------------------------------------------- */

  /* [offsets[count], D] -> [count, D]: the mean of each utterance's rows.
   * An utterance without rows is an error. */
  superb_tensor *(*segment_mean)(superb_tensor *x, const int64_t *offsets,
                                 int64_t count);
  superb_tensor *(*sum)(superb_tensor *x);  /* -> rank 0 */
  superb_tensor *(*mean)(superb_tensor *x); /* -> rank 0 */

  /* -- losses --------------------------------------------------------------------- */

  /* [N, C] and N labels -> rank 0: mean of -log softmax(x)[label] over the
   * rows whose label is not `ignored`. Labels are copied. */
  superb_tensor *(*cross_entropy)(superb_tensor *logits,
                                  const int32_t *labels, int64_t count,
                                  int32_t ignored);

  /* -- the task's own ----------------------------------------------------------------- */

  /* The struct is copied. Its `destroy` is called once even where this
   * returns null. */
  superb_tensor *(*custom)(const superb_host *host,
                           const superb_custom_operator *op,
                           superb_tensor *const *inputs, int64_t input_count,
                           int32_t rank, const int64_t *shape);

  /* -- sequences ------------------------------------------------------------
   * Packed: x is [offsets[count], D], utterance i has the rows
   * offsets[i] … offsets[i+1]-1. Offsets are borrowed for the call. */

  /* Recurrent networks over whole utterances, each from a zero state. Weights
   * lie layer by layer, forward before backward; `bidirectional` joins both
   * directions' outputs: [Σ, D] -> [Σ, hidden] or [Σ, 2·hidden]. */
  superb_tensor *(*lstm)(superb_tensor *x, const int64_t *offsets,
                         int64_t count,
                         const superb_recurrent_weights *const *weights,
                         int64_t layers, int32_t bidirectional);
  superb_tensor *(*gru)(superb_tensor *x, const int64_t *offsets,
                        int64_t count,
                        const superb_recurrent_weights *const *weights,
                        int64_t layers, int32_t bidirectional);

  /* How many rows each utterance has after conv1d or splice_linear:
   * out[i+1]-out[i] = floor((n + 2·padding - dilation·(width-1) - 1)/stride)
   * + 1, or 0 where that is negative. `out` holds count + 1 numbers. */
  void (*conv1d_offsets)(const int64_t *offsets, int64_t count,
                         int64_t width, int64_t stride, int64_t padding,
                         int64_t dilation, int64_t *out);
  /* weight [M, D/groups, width], bias [M] or null -> [Σ', M] */
  superb_tensor *(*conv1d)(superb_tensor *x, const int64_t *offsets,
                           int64_t count, superb_tensor *weight,
                           superb_tensor *bias, int64_t stride,
                           int64_t padding, int64_t dilation, int64_t groups);
  /* A time-delay layer: each row joined with the width-1 rows that follow at
   * steps of `dilation`, then linear. weight [M, width·D], context position
   * major; no padding, stride 1 -> [Σ', M] */
  superb_tensor *(*splice_linear)(superb_tensor *x, const int64_t *offsets,
                                  int64_t count, superb_tensor *weight,
                                  superb_tensor *bias, int64_t width,
                                  int64_t dilation);
  /* Scaled dot-product attention within each utterance: q, k, v [Σ, D] with
   * `heads` heads side by side; bias, null or [heads, T, T] with T the
   * longest utterance, is added to the scores. -> [Σ, D] */
  superb_tensor *(*attention)(superb_tensor *q, superb_tensor *k,
                              superb_tensor *v, const int64_t *offsets,
                              int64_t count, int64_t heads,
                              superb_tensor *bias);

  /* -- more normalisation --------------------------------------------------- */

  /* [N, C]: batch statistics in training, which also move the running ones
   * (buffers [C]) by `momentum`; running statistics in evaluation. */
  superb_tensor *(*batch_norm)(superb_tensor *x, superb_tensor *gamma,
                               superb_tensor *beta,
                               superb_tensor *running_mean,
                               superb_tensor *running_variance,
                               double momentum, double epsilon);
  /* Over each utterance's rows and each group's channels. */
  superb_tensor *(*group_norm)(superb_tensor *x, const int64_t *offsets,
                               int64_t count, int64_t groups,
                               superb_tensor *gamma, superb_tensor *beta,
                               double epsilon);
  /* Rows divided by their L2 norm, at least `epsilon`. */
  superb_tensor *(*normalize_rows)(superb_tensor *x, double epsilon);

  /* -- rows by number, pooling ------------------------------------------------ */

  /* [V, D] and `count` row numbers -> [count, D]; numbers may repeat. */
  superb_tensor *(*gather_rows)(superb_tensor *x, const int64_t *rows,
                                int64_t count);
  /* [N0, D], [N1, D] … -> [N0+N1+…, D] */
  superb_tensor *(*concat_rows)(superb_tensor *const *parts, int64_t count);
  /* [Σ, D] -> [count, 2·D]: mean, then unbiased standard deviation. */
  superb_tensor *(*segment_statistics)(superb_tensor *x,
                                       const int64_t *offsets, int64_t count);
  /* [Σ, 1] -> [Σ, 1]: softmax over each utterance's rows. */
  superb_tensor *(*segment_softmax)(superb_tensor *x, const int64_t *offsets,
                                    int64_t count);
  /* [Σ, D] and weights [Σ, 1] -> [count, D]: the weighted sum of rows. */
  superb_tensor *(*segment_weighted_sum)(superb_tensor *x,
                                         superb_tensor *weights,
                                         const int64_t *offsets,
                                         int64_t count);

  /* -- more losses -------------------------------------------------------------- */

  /* Connectionist temporal classification of log probabilities [Σ, C], as
   * PyTorch's CTCLoss with reduction "mean": each utterance's loss divided by
   * max(target length, 1), then the mean. Utterance i's targets are
   * targets[target_offsets[i]] …; copied. */
  superb_tensor *(*ctc_loss)(superb_tensor *log_probabilities,
                             const int64_t *offsets, int64_t count,
                             const int32_t *targets,
                             const int64_t *target_offsets, int32_t blank,
                             int32_t zero_infinity);
  /* Mean binary cross-entropy of logits against targets of the same shape;
   * targets are copied. */
  superb_tensor *(*bce_with_logits)(superb_tensor *logits,
                                    const float *targets, int64_t count);
  /* The same, [Σ, S] against labels [Σ, S], under each utterance's best
   * permutation of the S <= 4 speakers: per permutation the mean over
   * speakers, summed over rows; the smallest counts; their sum over all
   * utterances divided by Σ. `permutations`, if not null, receives S numbers
   * an utterance: which label each output was matched with. */
  superb_tensor *(*pit_bce)(superb_tensor *logits, const float *labels,
                            const int64_t *offsets, int64_t count,
                            int32_t *permutations);
  /* Additive margin softmax: x [N, D], weight [D, S], cosines scaled by
   * `scale`, the true one less `margin` -> rank 0. */
  superb_tensor *(*am_softmax)(superb_tensor *x, superb_tensor *weight,
                               const int32_t *labels, int64_t count,
                               double scale, double margin);
  /* The same with the margin added to the angle. */
  superb_tensor *(*aam_softmax)(superb_tensor *x, superb_tensor *weight,
                                const int32_t *labels, int64_t count,
                                double scale, double margin);

  /* -- augmentation --------------------------------------------------------------- */

  /* SpecAugment in training, x itself in evaluation. */
  superb_tensor *(*spec_augment)(superb_tensor *x, const int64_t *offsets,
                                 int64_t count,
                                 const superb_spec_augment *settings);
} superb_tensor_api;

#endif
