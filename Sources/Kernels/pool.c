#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* How often a thread looks before it sleeps: some 50 microseconds, longer
 * than the gap between two operators of a training step. */
#define SPINS 4000

struct superb_pool {
  /* Generation (high half) and next task (low half) of the current call. A
   * thread takes a task by raising the low half while the generation is the
   * one it has seen, so a late thread cannot take a later call's task by
   * mistake. */
  _Alignas(64) atomic_uint_fast64_t ticket;
  _Alignas(64) atomic_int_fast32_t count;
  _Alignas(64) atomic_int_fast32_t finished;
  _Atomic(void (*)(void *, int32_t)) task;
  _Atomic(void *) context;
  _Alignas(64) atomic_int sleepers;
  atomic_int caller_sleeps;
  atomic_int stopping;
  pthread_mutex_t mutex;
  pthread_cond_t work, done;
  int32_t spins;
  int32_t workers;
  pthread_t *threads;
};

static inline void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Takes and does tasks of `generation` until there are none. */
static void work(superb_pool *pool, uint64_t generation) {
  for (;;) {
    uint64_t ticket = atomic_load(&pool->ticket);
    /* The count may be a later call's; then the exchange below fails. */
    int32_t count = (int32_t)atomic_load(&pool->count);
    if (ticket >> 32 != generation || (int32_t)(uint32_t)ticket >= count)
      return;
    void (*task)(void *, int32_t) = atomic_load(&pool->task);
    void *context = atomic_load(&pool->context);
    if (!atomic_compare_exchange_weak(&pool->ticket, &ticket, ticket + 1))
      continue;
    task(context, (int32_t)(uint32_t)ticket);
    if (atomic_fetch_add(&pool->finished, 1) + 1 == count
        && atomic_load(&pool->caller_sleeps)) {
      pthread_mutex_lock(&pool->mutex);
      pthread_cond_signal(&pool->done);
      pthread_mutex_unlock(&pool->mutex);
    }
  }
}

/* Waits for a generation other than `seen`. */
static uint64_t next_generation(superb_pool *pool, uint64_t seen) {
  for (int32_t i = 0; i < pool->spins; i++) {
    uint64_t generation = atomic_load(&pool->ticket) >> 32;
    if (generation != seen || atomic_load(&pool->stopping)) return generation;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add(&pool->sleepers, 1);
  uint64_t generation;
  while ((generation = atomic_load(&pool->ticket) >> 32) == seen
         && !atomic_load(&pool->stopping))
    pthread_cond_wait(&pool->work, &pool->mutex);
  atomic_fetch_sub(&pool->sleepers, 1);
  pthread_mutex_unlock(&pool->mutex);
  return generation;
}

static void *worker(void *argument) {
  superb_pool *pool = argument;
  uint64_t generation = 0;
  for (;;) {
    generation = next_generation(pool, generation);
    if (atomic_load(&pool->stopping)) return NULL;
    work(pool, generation);
  }
}

void superb_pool_run(superb_pool *pool, int32_t count,
                     void (*task)(void *context, int32_t index),
                     void *context) {
  if (count <= 1 || pool->workers == 0) {
    for (int32_t i = 0; i < count; i++) task(context, i);
    return;
  }
  uint64_t last = atomic_load(&pool->ticket) >> 32;
  uint64_t generation = (last + 1) & 0xffffffffu;
  /* Closes the last call, so that a thread still looking at it cannot take
   * its next task once `count` is this call's. */
  atomic_store(&pool->ticket, last << 32 | 0x7fffffffu);
  atomic_store(&pool->finished, 0);
  atomic_store(&pool->task, task);
  atomic_store(&pool->context, context);
  atomic_store(&pool->count, count);
  atomic_store(&pool->ticket, generation << 32);
  if (atomic_load(&pool->sleepers) > 0) {
    pthread_mutex_lock(&pool->mutex);
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->mutex);
  }
  work(pool, generation);
  for (int32_t i = 0; i < pool->spins; i++) {
    if (atomic_load(&pool->finished) == count) return;
    pause_briefly();
  }
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->caller_sleeps, 1);
  while (atomic_load(&pool->finished) != count)
    pthread_cond_wait(&pool->done, &pool->mutex);
  atomic_store(&pool->caller_sleeps, 0);
  pthread_mutex_unlock(&pool->mutex);
}

static int32_t cores(void) {
#if defined(__linux__)
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
}

superb_pool *superb_pool_create(int32_t threads) {
  superb_pool *pool = NULL;
  if (posix_memalign((void **)&pool, 64, sizeof *pool) != 0) return NULL;
  *pool = (superb_pool){0};
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->work, NULL);
  pthread_cond_init(&pool->done, NULL);
  int32_t workers = threads > 1 ? threads - 1 : 0;
  /* A thread without a core of its own must not keep one from the others. */
  pool->spins = threads <= cores() ? SPINS : 0;
  pool->threads = calloc((size_t)workers + 1, sizeof *pool->threads);
  while (pool->threads && pool->workers < workers
         && pthread_create(&pool->threads[pool->workers], NULL, worker, pool)
                == 0)
    pool->workers++;
  return pool;
}

int32_t superb_pool_threads(const superb_pool *pool) {
  return pool->workers + 1;
}

void superb_pool_destroy(superb_pool *pool) {
  if (!pool) return;
  pthread_mutex_lock(&pool->mutex);
  atomic_store(&pool->stopping, 1);
  pthread_cond_broadcast(&pool->work);
  pthread_mutex_unlock(&pool->mutex);
  for (int32_t i = 0; i < pool->workers; i++)
    pthread_join(pool->threads[i], NULL);
  pthread_cond_destroy(&pool->done);
  pthread_cond_destroy(&pool->work);
  pthread_mutex_destroy(&pool->mutex);
  free(pool->threads);
  free(pool);
}
