/* Extension "superb.folds/1" of a task in a factory: cross-validation.
 *
 * The host runs a task that has folds once for each of them, with the fold's
 * name in the configuration under `config_key`, and reports the mean of the
 * test metrics over the folds. */
#ifndef SUPERB_FOLDS_H
#define SUPERB_FOLDS_H

#include "base.h"

#define SUPERB_FOLDS_EXTENSION "superb.folds/1"

/* Constant; lives as long as the library. */
typedef struct superb_folds {
  uint32_t struct_size;
  /* How many names there are. */
  uint32_t count;
  /* Where the fold's name goes, below `downstream_expert`, as a dotted path:
   * "datarc.test_fold". A user who sets it asks for that fold alone. */
  const char *config_key;
  const char *const *names;
} superb_folds;

#endif
