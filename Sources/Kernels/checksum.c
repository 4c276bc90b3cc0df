#include "checksum.h"

#include <string.h>

#include "isa.h"

#if defined(__x86_64__)
#include <nmmintrin.h>

int superb_has_crc32c(void) { return superb_isa() != SUPERB_ISA_ANY; }

__attribute__((target("sse4.2"))) uint32_t superb_crc32c(uint32_t state,
                                                         isize n,
                                                         const void *bytes) {
  const unsigned char *next = bytes;
  uint64_t crc = state, word;
  for (; n >= 8; n -= 8, next += 8) {
    memcpy(&word, next, sizeof word);
    crc = _mm_crc32_u64(crc, word);
  }
  for (; n > 0; n--) crc = _mm_crc32_u8((uint32_t)crc, *next++);
  return (uint32_t)crc;
}
#else
int superb_has_crc32c(void) { return 0; }

uint32_t superb_crc32c(uint32_t state, isize n, const void *bytes) {
  (void)n, (void)bytes;
  return state;
}
#endif
