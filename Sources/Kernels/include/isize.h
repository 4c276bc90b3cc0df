/* Counts, places and strides: what Swift calls an Int. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef ptrdiff_t isize;
