/* Steps of recurrent networks: the product with the recurrent weights, packed
 * once a call, and the cell behind it in one pass.
 *
 * Utterances are ordered by length, longest first, so that those which have a
 * step are the first `active` ones. Matrices of all rows lie utterance by
 * utterance; an utterance's step s is its row start + s · direction. States
 * are dense, one row an active utterance, SUPERB_STATE_PAD numbers wider than
 * they need be: rows a power of two apart would share the cache's few places.
 *
 * A function works on a range of blocks of hidden units. Blocks of one step
 * may be computed at the same time; each result is one sum in one order,
 * however blocks and rows are shared out. */
#pragma once

#include "isize.h"

#define SUPERB_STATE_PAD 16
/* Hidden units of a block, forward and backward. */
#define SUPERB_FORWARD_UNITS 16
#define SUPERB_BACKWARD_UNITS 64

/* Weights [gates·hidden, hidden], packed for one pass. The forward form holds
 * gates · hidden rounded up to whole blocks · hidden numbers, the backward
 * form the same with its own blocks. */
void superb_pack_forward(isize gates, isize hidden, isize first,
                         isize end, const float *weights, float *packed);
void superb_pack_backward(isize gates, isize hidden, isize first,
                          isize end, const float *weights, float *packed);

/* What the steps of one direction have in common. */
typedef struct superb_recurrence {
  isize hidden;
  const isize *starts;
  isize direction; /* 1, or -1 from the last row to the first */
  /* [rows, gates·hidden]. Forward: the input's part on entry, the activations
   * on return. Backward: those on entry, the gradient of the input's part on
   * return. */
  float *gates;
  /* [rows, hidden]. LSTM: the cell. GRU: the recurrent part of the new gate
   * before it is reset; backward leaves its gradient there. */
  float *cell;
} superb_recurrence;

typedef struct superb_forward_step {
  isize step, active;
  const float *packed;
  /* [4·hidden]. LSTM: both biases' sum. GRU: both biases' sum for reset and
   * update, then the new gate's recurrent and its input bias. */
  const float *bias;
  const float *state; /* [active, hidden + pad]: the last step's outputs */
  float *next_state;  /* this step's */
  float *y;           /* [rows, …], rows y_stride apart */
  isize y_stride;
} superb_forward_step;

void superb_lstm_step(const superb_recurrence *net,
                      const superb_forward_step *s, isize first, isize end);
void superb_gru_step(const superb_recurrence *net, const superb_forward_step *s,
                     isize first, isize end);

typedef struct superb_backward_step {
  isize step, active;
  /* How many utterances have the step after, whose gradients are known. */
  isize following;
  const float *packed;
  /* [following, gates·hidden + pad]: gradients of the following step's
   * recurrent parts */
  const float *state;
  float *next_state; /* this step's */
  float *carry; /* [active, hidden]: what flows past the gates */
  const float *y, *dy; /* [rows, …], rows y_stride apart */
  isize y_stride;
} superb_backward_step;

void superb_lstm_step_backward(const superb_recurrence *net,
                               const superb_backward_step *s, isize first,
                               isize end);
void superb_gru_step_backward(const superb_recurrence *net,
                              const superb_backward_step *s, isize first,
                              isize end);
