/* Numbers too small for a float's full precision. */
#pragma once

/* From now on the calling thread, and each that it creates, reads and writes
 * floats below 1.2e-38 as zeros. Does nothing on processors other than x86-64
 * and arm64. */
void superb_flush_subnormals(void);
