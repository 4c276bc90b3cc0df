/* The one symbol that a task library exports.
 *
 *     SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void);
 *
 * It is a function, so that languages without constant C data can define it.
 * It returns constant data and does nothing else.
 *
 * Life of a library: loaded ─▶ entry point ─▶ init ─▶ factory ─▶ … ─▶ deinit.
 * A library stays loaded until the process ends. */
#ifndef SUPERB_ENTRY_H
#define SUPERB_ENTRY_H

#include "factory.h"

#define SUPERB_ENTRY_SYMBOL "superb_task_entry_point"
/* "SUPERB10" read as a little-endian number. */
#define SUPERB_ENTRY_MAGIC ((uint64_t)0x3031425245505553)
/* "SUPERBTK", the mark of the drafts (0.x) of this contract. They laid their
 * structs out differently: a host that meets it reads no further. */
#define SUPERB_ENTRY_MAGIC_DRAFT ((uint64_t)0x4b54425245505553)

/* Constant; lives as long as the library. Threads: all calls come from one
 * thread, the one that loaded the library. */
typedef struct superb_task_entry {
  uint32_t struct_size;
  /* The versions of these headers that the library was compiled with. */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint64_t magic; /* SUPERB_ENTRY_MAGIC */
  /* The library's own. */
  void *context;
  /* Called once, before anything else, with the library's path. A status
   * other than SUPERB_OK refuses the library. May be null. */
  superb_status (*init)(const struct superb_task_entry *self,
                        const char *library_path);
  /* Called at most once, after the last expert is gone; a process that ends
   * may leave it out. May be null. */
  void (*deinit)(const struct superb_task_entry *self);
  /* The library's factory, the same at each call; the library's, and lives as
   * long as it does. */
  const superb_task_factory *(*factory)(const struct superb_task_entry *self);
} superb_task_entry;

#if defined(__cplusplus)
extern "C" {
#endif

SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void);

#if defined(__cplusplus)
}
#endif

#endif
