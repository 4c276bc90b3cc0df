#define _GNU_SOURCE
#include "superb_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int superb_memory_file(void) {
  const int file = memfd_create("superb", MFD_CLOEXEC);
  return file < 0 ? -errno : file;
}

int superb_adopt_orphans(void) {
  return prctl(PR_SET_CHILD_SUBREAPER, 1) < 0 ? -errno : 0;
}

/* The child's half: what runs between vfork and exec. It shares the parent's
   memory and stack, so it calls the system and nothing else. */
static int prepare(const struct superb_spawn_request *spawn, pid_t parent) {
  if (spawn->new_session ? setsid() < 0 : setpgid(0, 0) < 0) return errno;
  if (spawn->death_signal) {
    if (prctl(PR_SET_PDEATHSIG, spawn->death_signal) < 0) return errno;
    /* It may have ended before it could be asked for the signal. */
    if (getppid() != parent) _exit(127);
  }
  /* Its family stays its own, whoever ends in it. Kept by the program. */
  if (spawn->new_session) superb_adopt_orphans();
  const int count = spawn->descriptor_count;
  int moved[16];
  if (count > 16) return EINVAL;
  /* First out of the way, so that none is overwritten before its turn. */
  for (int i = 0; i < count; i++) {
    int from = spawn->descriptors[i];
    if (from < 0) {
      from = open("/dev/null", O_RDWR | O_CLOEXEC);
      if (from < 0) return errno;
    }
    moved[i] = fcntl(from, F_DUPFD_CLOEXEC, count);
    if (moved[i] < 0) return errno;
  }
  for (int i = 0; i < count; i++)
    if (dup2(moved[i], i) < 0) return errno;
  /* What is not marked to be closed would keep a neighbour's pipe open. An
     older kernel lacks the call; then the marks have to do. */
  syscall(SYS_close_range, (unsigned)count, ~0u, 0u);
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++)
    sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  return 0;
}

pid_t superb_spawn(const struct superb_spawn_request *spawn) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = getpid();
  volatile int problem = 0;
  const pid_t child = vfork();
  if (child == 0) {
    problem = prepare(spawn, parent);
    if (!problem) {
      execve(spawn->path, spawn->arguments, spawn->environment);
      problem = errno;
    }
    _exit(127);
  }
  const int failure = child < 0 ? errno : problem;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (child > 0 && failure)
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
  return failure ? -failure : child;
}

int superb_has_ended(pid_t child) {
  siginfo_t info = {0};
  if (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
    return errno != EINTR;
  return info.si_pid == child;
}

int superb_process_descriptor(pid_t child) {
#ifdef SYS_pidfd_open
  return (int)syscall(SYS_pidfd_open, child, 0);
#else
  (void)child;
  return -1;
#endif
}
