/*
 * The threads that serve requests. A connection goes in once; it is closed when its exchange is over. One that waits goes to the
 * waiter and comes back; one that would compute for long runs on all threads but one, so that a probe never stands behind
 * a queue of compositions (a pool of one thread has no such reserve).
 */
#ifndef SERVER_POOL_H
#define SERVER_POOL_H

#include "server/exchange.h"

struct pool;

/* Starts service->threads threads and the waiter. `changed` is called, from any thread, each time an exchange is over or
 * has been taken from the queue while pool_watch is on. NULL with the error of the thread that could not start. */
struct pool *pool_new(const struct service *s, void (*changed)(void *arg), void *arg, struct error *e);

/* Takes over a connected socket, in an exchange of its own. Any thread. */
void pool_push(struct pool *p, int fd);

struct pool_load {
    size_t queued; /* not yet taken by a thread */
    size_t open;   /* pushed and not over: also those that wait */
    size_t old;    /* of these: pushed before pool_drain */
    uint64_t taken; /* by threads, ever: while it stands still though something is queued, all threads hang */
};
struct pool_load pool_load_get(struct pool *p);
void pool_watch(struct pool *p, bool on);

/* Requests that wait are answered by then, with what there is; later ones count as new. Any thread. */
void pool_drain(struct pool *p, int64_t wait_until_ms);

/* Ends the threads. Everything pushed must be over. Accepts NULL. */
void pool_free(struct pool *p);

#endif
