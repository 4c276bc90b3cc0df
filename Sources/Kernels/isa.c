#include "isa.h"

#include <stdlib.h>
#include <string.h>

static int32_t level = SUPERB_ISA_ANY;
static const char *complaint;

static int32_t best_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("x86-64-v4")) return SUPERB_ISA_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return SUPERB_ISA_AVX2;
#endif
  return SUPERB_ISA_ANY;
}

/* Before main, so that nobody has to ask whether it was done. */
__attribute__((constructor)) static void choose_level(void) {
  level = best_level();
  const char *wanted = getenv("SUPERB_ISA");
  if (!wanted || !*wanted) return;
  int32_t asked = strcmp(wanted, "avx2") == 0     ? SUPERB_ISA_AVX2
                  : strcmp(wanted, "avx512") == 0 ? SUPERB_ISA_AVX512
                                                  : -1;
  if (asked < 0)
    complaint = "SUPERB_ISA must be avx2 or avx512";
  else if (asked > level)
    complaint = "this processor lacks what SUPERB_ISA asks for";
  else
    level = asked;
}

int32_t superb_isa(void) { return level; }

const char *superb_isa_complaint(void) { return complaint; }
