/* The cyclic redundancy check of iSCSI and ext4, where the processor has an
 * instruction for it. */
#pragma once

#include "isize.h"

/* Whether superb_crc32c may be called. */
int superb_has_crc32c(void);

/* The register after n bytes; neither the first nor the last one is
 * inverted. */
uint32_t superb_crc32c(uint32_t state, isize n, const void *bytes);
