/* Pools of one to eight threads, with fewer tasks than threads and with more,
 * made and ended again; built with the thread sanitizer by
 * scripts/sanitize-kernels. Says how many tasks there were. */
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>

static void add_one(void *context, int32_t index) { ((int *)context)[index]++; }

int main(void) {
  long tasks = 0;
  for (int round = 0; round < 20; round++)
    for (int32_t threads = 1; threads < 9; threads++) {
      superb_pool *pool = superb_pool_create(threads);
      if (!pool) abort();
      for (int32_t count = 0; count < 40; count++) {
        int done[40] = {0};
        superb_pool_run(pool, count, add_one, done);
        for (int32_t i = 0; i < 40; i++)
          if (done[i] != (i < count)) abort();
        tasks += count;
      }
      superb_pool_destroy(pool);
    }
  printf("%ld tasks on pools of threads\n", tasks);
  return 0;
}
