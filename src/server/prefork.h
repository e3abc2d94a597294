/*
 * The master of aether-api. It holds the listening socket for its whole life and never touches a request:
 *
 *   start     loads, maps the shared segment, forks the workers
 *   SIGHUP    loads anew; when that succeeds, replaces the workers: a new one is ready before an old one goes
 *   SIGTERM, SIGINT, SIGQUIT   sets shared->draining, tells all workers, waits for them, returns 0
 *   a worker dies   it is replaced: at once the first time, then with growing pauses
 *
 * Workers get SIGTERM when the master dies. Nothing but the socket, the segment and what `load` made crosses the fork;
 * so `load` may open no database and start no thread.
 */
#ifndef SERVER_PREFORK_H
#define SERVER_PREFORK_H

#include "core/error.h"
#include "server/shared.h"

enum { PREFORK_WORKERS_MAX = 64 };

struct prefork_plan {
    int workers;            /* 1 … PREFORK_WORKERS_MAX */
    int shutdown_timeout_s;
};

struct prefork {
    void *arg;

    /* In the master, at start and at each SIGHUP. When it fails the second time or later, what it made before goes on. */
    bool (*load)(void *arg, struct prefork_plan *out, struct error *e);

    /* In a worker; serve() ends it. Returns the exit status. */
    int (*work)(void *arg, struct shared *shared, int ready_fd);
};

/* Is this descriptor a socket that listens? */
bool prefork_is_listening(int fd);

/* Runs the master. Returns the exit status: 0 after SIGTERM; that of the error or of the worker when it cannot start. */
int prefork_run(const struct prefork *p);

#endif
