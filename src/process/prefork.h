/*
 * A master and its worker processes, the same for aether-api and aether-render. The master loads and checks the settings,
 * forks the workers and looks after them; it opens no database, starts no thread and does no work itself, so little can go
 * wrong in it.
 *
 *   start              loads, maps the shared segment, forks; systemd hears READY=1 when the first worker serves
 *   SIGHUP             loads anew; when that succeeds, replaces the workers one by one
 *   SIGUSR2            runs its program file with --check; when that succeeds, becomes it (the process stays, with its
 *                      descriptors: a listening socket never closes) and replaces the workers
 *   SIGTERM, SIGINT, SIGQUIT   tells all workers, waits for them, returns 0; 1 when one had to be killed
 *   a worker dies      it is replaced: at once the first time, then with growing pauses until one lives long enough
 *   a worker hangs     one that gave no sign of life (process/segment.h) for plan.watchdog_s is killed and replaced
 *
 * Workers get SIGTERM when the master dies. Nothing but descriptors, the segment and what `load` made crosses the fork.
 */
#ifndef PROCESS_PREFORK_H
#define PROCESS_PREFORK_H

#include "process/segment.h"

enum {
    PREFORK_WORKERS_MAX = SEGMENT_SEATS / 4, /* those that leave sit beside those that serve */
    PREFORK_GRACE_MS = 15000,                /* a worker that is told to go has its time limit and this */
    PREFORK_STEADY_MS = 10000,               /* a worker that lived so long did not die of how it was started */
    PREFORK_PAUSE_FIRST_MS = 100,            /* before a try after the second death in a row; doubles up to the next */
    PREFORK_PAUSE_MAX_MS = 10000,
    PREFORK_PAUSE_ALONE_MS = 1000,           /* the most when no worker is left that serves */
};

struct prefork_plan {
    int workers;            /* 1 … PREFORK_WORKERS_MAX */
    int shutdown_timeout_s;
    int watchdog_s;         /* 0: hung workers are let be */
};

/* What became of the service, for the record. */
struct prefork_event {
    const char *name;       /* "start", "reload", "upgrade", "stop" */
    const char *outcome;    /* "done", "refused", "failed" (of stop: somebody had to be killed, or nobody could serve) */
    int64_t by_uid;         /* user who sent the signal; -1: nobody did, or none that is known */
};

struct prefork_program {
    enum program program;
    void *arg;
    const char *run_dir;    /* of the segment and the lock; NULL: neither is shared with anybody */

    /* In the master, at start and at each SIGHUP. When it fails the second time or later, what it made before goes on. */
    bool (*load)(void *arg, struct prefork_plan *out, struct error *e);

    /* In a worker, with the signals of the master blocked. Calls prefork_worker_ready. Returns the exit status; one other
     * than 0 before any worker was ready ends the master with it. */
    int (*work)(void *arg, int ready_fd);

    /* In the master, before the workers hear of the end. May be NULL. */
    void (*stopping)(void *arg);

    /* In a process that the master makes for it alone: before the first worker, at each SIGHUP and SIGUSR2, behind the last
     * worker. The master goes on when it takes longer than a few seconds. May be NULL. */
    void (*note)(void *arg, const struct prefork_event *event);

    /* How a worker is replaced: by its successor first and then SIGTERM, with the time limit of the end; or, where there
     * must not be more of them at work than the plan says, by SIGHUP, without a limit, and its successor when it has gone. */
    bool goes_first;
};

/* Runs the master. Returns the exit status: 0 or 1 after SIGTERM; that of the error or of the worker when it cannot
 * start. */
int prefork_run(const struct prefork_program *p);

/* In a worker: it serves from now on. Closes the descriptor; -1 is ignored. */
void prefork_worker_ready(int ready_fd);

/* How long to wait before a worker is started after so many deaths in a row; `alone`: none is left that serves. */
int prefork_pause_ms(int deaths, bool alone);

#endif
