/*
 * A render worker: a process that claims jobs from the queue, one at a time, and carries them out. It keeps these
 * signals blocked and looks at them between jobs and from the progress of one, so that nothing is ever interrupted
 * half-way:
 *
 *   SIGTERM   claim no more; the job in hand has shutdown_timeout_s to finish, then goes back to the queue, untouched
 *   SIGHUP    claim no more; finish the job in hand, however long it takes
 */
#ifndef WORKER_WORKER_H
#define WORKER_WORKER_H

#include "core/config.h"

/* Blocks the signals of masters and workers (SIGTERM, SIGHUP, SIGINT, SIGCHLD), SIGPIPE too. Before any thread. */
void worker_signals_block(void);

/* Works until a signal says otherwise. Opens everything itself: call it in a process that has not opened a store or
 * loaded a SoundFont, and whose parent has not either. (OpenMP, which decodes SoundFonts, hangs in a child whose parent
 * has used it; each worker loads its own, so OMP_NUM_THREADS may be what it likes.) Returns the exit status: 0 when told
 * to stop, the error's otherwise. */
int worker_run(const struct config *c);

#endif
