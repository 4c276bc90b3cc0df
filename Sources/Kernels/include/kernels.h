/* The vector kernels that BLAS and FFTW do not have, and the threads that
 * run them.
 *
 * Buffers are contiguous float32 unless a comment says otherwise, need no
 * alignment, and must not overlap except where a comment allows it. On x86-64
 * each kernel is compiled for several processors and chosen when the program
 * starts. A result depends on the numbers alone: not on alignment, not on
 * where a buffer is cut into chunks (element-wise kernels), not on threads.
 * Kernels that sum add in a fixed order: sixteen lanes, then the lanes. */
#pragma once

#include "arithmetic.h"
#include "checksum.h"
#include "ctc.h"
#include "dense.h"
#include "elementwise.h"
#include "encoder.h"
#include "few.h"
#include "isa.h"
#include "layers.h"
#include "losses.h"
#include "optimizers.h"
#include "peak.h"
#include "philox.h"
#include "pool.h"
#include "recurrent.h"
#include "reduction.h"
#include "rows.h"
#include "spectra.h"
#include "statistics.h"
#include "subnormals.h"
