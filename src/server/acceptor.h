/*
 * One loop that accepts connections and waits until they say something, in front of the threads that serve (pool.h), so
 * that a peer that connects and says nothing costs no thread. When more is queued than the threads can take soon it
 * stops accepting and leaves connections in the backlog, for other workers.
 */
#ifndef SERVER_ACCEPTOR_H
#define SERVER_ACCEPTOR_H

#include "server/service.h"

enum {
    ACCEPTOR_SILENCE_MS = 10000, /* how long a connection may say nothing at first */
    ACCEPTOR_IO_TIMEOUT_S = 10,  /* how long one read or write may take after that */
};

enum acceptor_drain {
    ACCEPTOR_LEAVE, /* this worker goes, others stay: accept nothing more, finish what there is */
    ACCEPTOR_STOP,  /* all go: accept until the requests of before are answered (the dispatcher refuses new work) */
};

struct acceptor;

/* Starts the threads. `listen_fd` is borrowed and made non-blocking. NULL with an error. */
struct acceptor *acceptor_new(int listen_fd, const struct service *s, struct error *e);

/* Runs until drained. False when requests were still unanswered after the time given; acceptor_free must not be called
 * then, as threads are busy with them. */
bool acceptor_run(struct acceptor *a);

/* Begins to drain; requests have `timeout_ms`. Any thread, any number of times: the first counts. */
void acceptor_drain(struct acceptor *a, enum acceptor_drain how, int timeout_ms);

void acceptor_free(struct acceptor *a);

#endif
