/* Fork and join: a fixed set of threads that share the tasks of one call. */
#pragma once

#include <stdint.h>

typedef struct superb_pool superb_pool;

/* A pool of `threads` threads, the caller included; at least 1. Fewer start
 * if the system refuses more. Null if memory runs out. */
superb_pool *superb_pool_create(int32_t threads);
/* The threads there are, the caller included. */
int32_t superb_pool_threads(const superb_pool *pool);
/* Calls task(context, i) once for each 0 <= i < count, on any threads and in
 * any order, and returns when all have returned. The caller works too, so a
 * pool makes progress however few cores there are. One call at a time; a task
 * must not use the pool itself. */
void superb_pool_run(superb_pool *pool, int32_t count,
                     void (*task)(void *context, int32_t index), void *context);
void superb_pool_destroy(superb_pool *pool);
