/* What starting and watching a process needs of Linux and Swift cannot say.
   Files in memory are watched by superb_mapping.h. */
#ifndef SUPERB_PROCESS_H
#define SUPERB_PROCESS_H

#include <sys/types.h>

struct superb_spawn_request {
  const char *path;
  char *const *arguments;   /* ends with NULL, begins with the program's name */
  char *const *environment; /* ends with NULL */
  /* What the program finds as 0, 1, 2, …; -1 stands for /dev/null. Nothing
     else is open there. */
  const int *descriptors;
  int descriptor_count;
  /* Sent to the program when the thread that starts it ends; 0 for none. */
  int death_signal;
  /* Whether it leads a session of its own, or only a process group. */
  int new_session;
};

/* Starts a program, with the standard signal handlers and an empty mask.
   Returns its process id, or the negative errno of what failed. Any thread. */
pid_t superb_spawn(const struct superb_spawn_request *spawn);

/* Makes this process the parent of those descendants whose own parents end.
   What leads a session is so from its start. Returns 0 or a negative errno. */
int superb_adopt_orphans(void);

/* Starts a process of a session of its own that knows this one's children and,
   when this process ends by whatever means, wakes and ends the groups of those
   that are left: one that is stopped hears of nothing else. Returns what to
   tell it by, open until this process ends, or a negative errno. */
int superb_start_guard(void);

/* Tells the guard of a child that leads a group, or by its negative id that it
   is about to be waited for. Nothing happens without a guard (guard < 0). Any
   thread. */
void superb_tell_guard(int guard, pid_t order);

/* Whether the child has ended. It stays to be waited for, so that its id, its
   group's and its session's are nobody else's yet. */
int superb_has_ended(pid_t child);

/* A descriptor that becomes readable when the child ends, or -1 where the
   kernel has none. */
int superb_process_descriptor(pid_t child);

/* Memory that processes share which inherit the descriptor; it has no name,
   and no size yet. Returns a negative errno where there is none. */
int superb_memory_file(void);

#endif
