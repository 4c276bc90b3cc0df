/* What a task written in Swift was built with: a kit and a compiler.
 *
 * Such a task binds to the kit's symbols in the program that loads it, and
 * these have no stable binary interface: a program refuses a task that does
 * not carry its own stamp. The kit puts the stamp into every library that
 * calls TaskLibrary.entry. A task in C has no such tie: it needs no stamp and
 * does not include this header. */
#ifndef SUPERB_KIT_STAMP_H
#define SUPERB_KIT_STAMP_H

/* Of the kit's sources and the other headers here; scripts/stamp-kit writes
 * it. */
#define SUPERB_KIT_DIGEST "a7a1e3b0d35768cb"

#if defined(__cplusplus)
extern "C" {
#endif

/* Digest and compiler. Weak, since every source that asks for it has it. */
extern const char superb_task_kit_stamp[]
    __attribute__((weak, visibility("default")));
const char superb_task_kit_stamp[] = SUPERB_KIT_DIGEST " " __VERSION__;

/* The stamp of the library that this is compiled into. */
static inline const char *superb_kit_stamp(void) {
  return superb_task_kit_stamp;
}

#if defined(__cplusplus)
}
#endif

#endif
