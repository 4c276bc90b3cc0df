/* The contract is headers alone; this file lets them be compiled on their
 * own, so that an error in one shows here and not in somebody's task. */
#include "superb/helpers.h"
#include "superb/task.h"

_Static_assert(sizeof(superb_status) == 4, "a status is 32 bits wide");
