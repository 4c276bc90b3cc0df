#include "include/subnormals.h"

#include <stdint.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

void superb_flush_subnormals(void) {
#if defined(__x86_64__)
  /* Flush to zero, bit 15, for results; denormals are zeros, bit 6, for
   * operands. */
  _mm_setcsr(_mm_getcsr() | 1u << 15 | 1u << 6);
#elif defined(__aarch64__)
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  __asm__ volatile("msr fpcr, %0" ::"r"(control | (uint64_t)1 << 24));
#endif
}
