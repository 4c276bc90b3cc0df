/* Counts, places and strides: what Swift calls an Int. */
#ifndef SUPERB_ISIZE_H
#define SUPERB_ISIZE_H

#include <stddef.h>
#include <stdint.h>

typedef ptrdiff_t isize;

#endif
