/* What every other header of the contract builds on: versions, status codes
 * and the three rules that hold everywhere.
 *
 * Growth. `struct_size` is the first member of every struct that crosses the
 * boundary. Whoever fills a struct sets it to the size it was compiled with
 * and zeroes the rest; whoever reads one never touches a member that lies
 * beyond `struct_size`. Members are added at the end, never removed, moved or
 * given another meaning. Arrays of structs cross as arrays of pointers, so a
 * struct may grow without moving its neighbours.
 *
 * Text. A `const char *` is UTF-8, ends in NUL, and is borrowed: the callee
 * copies what it wants to keep, the caller keeps what it lends alive until
 * the call returns. Where a pointer lives longer, its comment says so.
 *
 * Errors. No exception, signal or longjmp crosses. A function that can fail
 * returns a superb_status and leaves its out-parameters untouched when it
 * does. A task explains a failure through superb_host.fail. */
#ifndef SUPERB_BASE_H
#define SUPERB_BASE_H

#include <stddef.h>
#include <stdint.h>

/* A host loads a task of its own major version, and of any minor version. */
#define SUPERB_ABI_MAJOR 1
#define SUPERB_ABI_MINOR 0

#if defined(__GNUC__)
#define SUPERB_EXPORT __attribute__((visibility("default")))
#else
#define SUPERB_EXPORT
#endif

/* True if `object`, a pointer to a struct of the contract, was compiled with
 * `member` and so may be read that far. */
#define SUPERB_HAS(object, member)                                   \
  ((object)->struct_size >= (size_t)((const char *)&(object)->member \
                                     - (const char *)(object))       \
                                + sizeof((object)->member))

typedef int32_t superb_status;

#define SUPERB_OK ((superb_status)0)
/* The user's configuration or arguments are wrong. */
#define SUPERB_INVALID_ARGUMENT ((superb_status)1)
/* A file, corpus, label or name does not exist. */
#define SUPERB_NOT_FOUND ((superb_status)2)
/* Reading or writing failed. */
#define SUPERB_IO ((superb_status)3)
/* Data exist and are not what their format promises. */
#define SUPERB_CORRUPT_DATA ((superb_status)4)
/* Asked for something that this side does not offer. */
#define SUPERB_UNSUPPORTED ((superb_status)5)
/* The user or the scheduler asked to stop. */
#define SUPERB_CANCELLED ((superb_status)6)
/* Memory, disk or another resource ran out. */
#define SUPERB_RESOURCE ((superb_status)7)
/* A bug on the side that reports it. */
#define SUPERB_INTERNAL ((superb_status)8)

#endif
