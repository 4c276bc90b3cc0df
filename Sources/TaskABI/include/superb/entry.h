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
/* "SUPERBTK" read as a little-endian number. */
#define SUPERB_ENTRY_MAGIC ((uint64_t)0x4b54425245505553)

typedef struct superb_task_entry {
  uint32_t struct_size;
  /* The versions of these headers that the library was compiled with. */
  uint16_t abi_major;
  uint16_t abi_minor;
  uint64_t magic;
  /* Called once, before anything else, with the library's path. May be null.
   */
  superb_status (*init)(const char *library_path);
  /* Called once, after the last expert is gone. May be null. */
  void (*deinit)(void);
  const superb_task_factory *(*factory)(void);
} superb_task_entry;

#if defined(__cplusplus)
extern "C" {
#endif

SUPERB_EXPORT const superb_task_entry *superb_task_entry_point(void);

#if defined(__cplusplus)
}
#endif

#endif
