#define _GNU_SOURCE
#include "superb_process.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MOST_GROUPS = 1024 };

/* All of the guard: it calls the system and nothing else, since other threads
   may have held any lock when it was made. */
static void watch(int orders) {
  setsid();
  prctl(PR_SET_NAME, "superb-guard");
  /* What it kept open would never be closed for others. */
  if (dup2(orders, 0) < 0) _exit(1);
  if (syscall(SYS_close_range, 1u, ~0u, 0u) < 0)
    for (int other = 1; other < 65536; other++) close(other);
  /* It ends when its owner does, by the end of the connection alone. */
  for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);

  pid_t groups[MOST_GROUPS];
  int count = 0;
  for (;;) {
    pid_t order;
    const ssize_t size = read(0, &order, sizeof order);
    if (size < 0 && errno == EINTR) continue;
    if (size != sizeof order) break;
    if (order > 0) {
      if (count < MOST_GROUPS) groups[count++] = order;
      continue;
    }
    for (int i = 0; i < count; i++)
      if (groups[i] == -order) {
        groups[i] = groups[--count];
        break;
      }
  }
  /* A second for what ends by itself, awake however often it is stopped. */
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  for (int turn = 0; turn < 50 && count > 0; turn++) {
    for (int i = count - 1; i >= 0; i--)
      if (kill(-groups[i], SIGCONT) < 0) groups[i] = groups[--count];
    nanosleep(&pause, NULL);
  }
  for (int i = 0; i < count; i++) kill(-groups[i], SIGKILL);
  _exit(0);
}

int superb_start_guard(void) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return -errno;
  /* Not fork(): its handlers take locks that another thread may hold. Without
     a signal for its end, so that nobody waits for it by chance. */
  const long child = syscall(SYS_clone, 0, 0, 0, 0, 0);
  if (child == 0) watch(ends[0]);
  const int failure = errno;
  close(ends[0]);
  if (child > 0) return ends[1];
  close(ends[1]);
  return -failure;
}

void superb_tell_guard(int guard, pid_t order) {
  if (guard < 0) return;
  /* Nobody is held up, or ended by a signal, by a guard that is no more. */
  send(guard, &order, sizeof order, MSG_DONTWAIT | MSG_NOSIGNAL);
}
