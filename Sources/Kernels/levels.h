/* One copy of a kernel for each level of the processor, chosen at run time
 * (superb_isa), so that one program runs everywhere and each level can be
 * tested on a machine of a higher one.
 *
 *     KERNEL(void, superb_add, (isize n, const float *x, float *y),
 *            (n, x, y)) {
 *       … the body, written once …
 *     }
 */
#pragma once

#include "isa.h"
#include "isize.h"

#define INLINE static inline __attribute__((always_inline))

#if defined(__x86_64__)
#define LEVEL_AVX512 __attribute__((target("arch=x86-64-v4")))
/* With the whole width of the registers, which compilers hold back for
 * x86-64-v4: where a loop is all multiply-adds, it pays. */
#define LEVEL_AVX512_WIDE \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")))
#define LEVEL_AVX2 __attribute__((target("arch=x86-64-v3")))

#define KERNEL_AS(linkage, type, name, parameters, arguments)                 \
  INLINE type name##_body parameters;                                         \
  LEVEL_AVX512 static type name##_avx512 parameters {                         \
    return name##_body arguments;                                             \
  }                                                                           \
  LEVEL_AVX2 static type name##_avx2 parameters {                             \
    return name##_body arguments;                                             \
  }                                                                           \
  static type name##_any parameters { return name##_body arguments; }         \
  linkage type name parameters {                                              \
    int32_t isa = superb_isa();                                               \
    return isa == SUPERB_ISA_AVX512 ? name##_avx512 arguments                 \
           : isa == SUPERB_ISA_AVX2 ? name##_avx2 arguments                   \
                                    : name##_any arguments;                   \
  }                                                                           \
  INLINE type name##_body parameters
#else
#define LEVEL_AVX512_WIDE
#define KERNEL_AS(linkage, type, name, parameters, arguments)                 \
  linkage type name parameters
#endif

INLINE int has_wide(void) { return superb_isa() == SUPERB_ISA_AVX512; }

#define KERNEL(type, name, parameters, arguments)                             \
  KERNEL_AS(, type, name, parameters, arguments)
#define STATIC_KERNEL(type, name, parameters, arguments)                      \
  KERNEL_AS(static, type, name, parameters, arguments)
/* A kernel that does `statement` for each element i of n. */
#define EACH(name, parameters, arguments, statement)                          \
  KERNEL(void, name, parameters, arguments) {                                 \
    for (isize i = 0; i < n; i++) statement;                                  \
  }
