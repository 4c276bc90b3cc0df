/* Files in memory that another process cuts short while they are read. */
#ifndef SUPERB_MAPPING_H
#define SUPERB_MAPPING_H

#include <stddef.h>

/* Ends the process with `message` on standard error and exit code `code`, if
   a read in start..start+count finds that the file has no such byte any more.
   Copies the message. Returns a number for superb_mapping_forget, or -1 where
   there is no room for another; the read is then an ordinary SIGBUS. Any
   thread. */
int superb_mapping_watch(
    const void *start, size_t count, const char *message, int code);

/* To be called before the bytes are unmapped. */
void superb_mapping_forget(int number);

#endif
