/* What the processor can do at most, for measurements. */
#pragma once

#include "isize.h"

/* Does `rounds` multiply-adds in each of ten chains of vectors, as wide as the
 * level in use has them; the chains do not wait for each other, and touch no
 * memory.
 *
 * Returns how many floating-point operations that were, two to a multiply-add
 * and lane. */
double superb_peak(isize rounds);
