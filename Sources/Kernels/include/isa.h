/* Which of the processor's instructions the kernels use.
 *
 * Every sum is taken in one order at both vector levels, with fused
 * multiply-adds in the same places: on them, a kernel's results are the same
 * to the bit. Without fused multiply-adds they are rounded otherwise. */
#pragma once

#include <stdint.h>

/* What every processor of the architecture has. */
#define SUPERB_ISA_ANY ((int32_t)0)
/* 256-bit vectors and fused multiply-adds: x86-64-v3. */
#define SUPERB_ISA_AVX2 ((int32_t)1)
/* 512-bit vectors: x86-64-v4. */
#define SUPERB_ISA_AVX512 ((int32_t)2)

/* The level in use: the processor's highest, or a lower one that the
 * environment's SUPERB_ISA (`avx2`, `avx512`) asks for. Constant while the
 * process lives; any thread. */
int32_t superb_isa(void);

/* What is wrong with SUPERB_ISA: null, or a sentence of static storage. Then
 * it has no effect. */
const char *superb_isa_complaint(void);
