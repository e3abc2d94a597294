/*
 * A crew of threads for work that comes in steps: each step is a list of independent tasks, and the next step
 * begins when all are done. What a task computes may depend on its index only, never on the thread that runs
 * it; then the result is the same for any number of threads.
 */
#ifndef SOUND_CREW_H
#define SOUND_CREW_H

#include "core/error.h"

struct crew;

/* How many cores this process may use; at least 1. */
int crew_cores(void);

/* A crew of `threads` (0 = one per core, at most 64), the calling thread included. Fewer when the system
 * gives no more. NULL with ERROR_UNAVAILABLE when out of memory. */
struct crew *crew_new(int threads, struct error *e);

/* Only while no step runs. Accepts NULL. */
void crew_free(struct crew *c);

/* Threads it has, the calling one included. */
int crew_threads(const struct crew *c);

/* Calls task(arg, index) for 0 … count-1, taken in this order by whichever thread is free, and returns when
 * all have returned. Tasks run with denormal floats flushed to zero and with signals blocked in all threads
 * but the caller's. */
void crew_run(struct crew *c, void (*task)(void *arg, int index), void *arg, int count);

#endif
