/* The contract between the superb host and a task.
 *
 * A task is a dynamic library that exports superb_task_entry_point. Read on
 * in this order: base (rules for all), entry, factory, expert, batch, host,
 * tensor, then the extensions. Examples/ has a whole task in C. */
#ifndef SUPERB_TASK_H
#define SUPERB_TASK_H

#include "base.h"
#include "batch.h"
#include "dtw.h"
#include "entry.h"
#include "expert.h"
#include "factory.h"
#include "folds.h"
#include "host.h"
#include "pooling.h"
#include "predict.h"
#include "state.h"
#include "tensor.h"

#endif
