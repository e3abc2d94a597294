/*
 * A render worker: a process that claims jobs from the queue, one at a time, and carries them out. Its master (process/prefork.h)
 * has blocked these signals; it looks at them between jobs and from the progress of one, so that nothing is ever
 * interrupted half-way:
 *
 *   SIGTERM   claim no more; the job in hand has shutdown_timeout_s to finish, less the moment that it takes to go back to the
 *             queue, untouched
 *   SIGHUP    claim no more; finish the job in hand, however long it takes
 */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "core/config.h"

/* Works until a signal says otherwise, at low priority; `ready_fd` tells the master when it begins (prefork_worker_ready). Opens
 * everything itself: call it in a process that has not opened a store or loaded a SoundFont, and whose parent has not. (OpenMP, which decodes SoundFonts, hangs in a child whose parent
 * has used it; each worker loads its own, so OMP_NUM_THREADS may be what it likes.) Returns the exit status: 0 when told
 * to stop, the error's otherwise. */
int worker_run(const struct config *c, int ready_fd);

#endif
