/*
 * The requests that wait: one thread asks service->poll for all of them together and sees which clients went, so that
 * a thousand of them cost no thread that serves.
 */
#ifndef SERVER_WAITER_H
#define SERVER_WAITER_H

#include "server/exchange.h"

enum { WAITER_TICK_MS = 75, WAITER_MAX = 512 };

struct waiter;

/* Starts the thread, which opens what it needs by service->thread_open. `ready` gets each exchange back, from that
 * thread: done, past its deadline, or with is_gone set; an event stream when it is over. NULL with an error. */
struct waiter *waiter_new(const struct service *s, void (*ready)(void *arg, struct exchange *x), void *arg,
                          struct error *e);

/* Takes over an exchange that waits. Beyond WAITER_MAX of them it goes to `ready` at once, undone. Any thread. */
void waiter_add(struct waiter *w, struct exchange *x);

/* From now on nothing waits beyond this moment (monotonic), and event streams end. Any thread. */
void waiter_limit(struct waiter *w, int64_t deadline_ms);

/* Ends the thread and frees what still waits. Accepts NULL. */
void waiter_free(struct waiter *w);

#endif
