/* The contract between the superb host and a task.
 *
 * A task is a dynamic library that exports superb_task_entry_point. Read on
 * in this order: base (rules for all), entry, factory, expert, pass, batch,
 * records, host; then the operators, tensor first, and the extensions.
 * superb/helpers.h, which is not included here, takes the plumbing out of
 * tasks in C and C++. Examples/ has a whole task in C. */
#ifndef SUPERB_TASK_H
#define SUPERB_TASK_H

#include "augmentation.h"
#include "base.h"
#include "batch.h"
#include "decode.h"
#include "dtw.h"
#include "emissions.h"
#include "entry.h"
#include "expert.h"
#include "factory.h"
#include "folds.h"
#include "host.h"
#include "loss.h"
#include "normalization.h"
#include "pass.h"
#include "pooling.h"
#include "predict.h"
#include "records.h"
#include "sequence.h"
#include "state.h"
#include "tensor.h"

#endif
