/* One connection from its first byte to its end: the request, its answer and their memory, on the heap, so that it can
 * change hands between threads. Its owner is whoever holds the pointer. It serves one connection after the other, so that
 * a request takes hardly any memory from the heap. */
#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include "server/service.h"

struct exchange {
    struct exchange *next;   /* in the list of its owner */
    uint64_t generation;     /* pool.c: opened before the server began to drain, or after */
    int fd;
    bool is_gone;            /* the client went while its request waited */
    bool is_streaming;       /* its answer is an event stream that has begun */
    struct request request;
    /* private to exchange.c */
    struct fcgi *fcgi;
    struct response *response;
};

enum exchange_outcome {
    EXCHANGE_OVER,  /* to be freed */
    EXCHANGE_WAITS, /* for request.wait */
    EXCHANGE_HEAVY, /* to be run again by a thread that may compute for long */
};

/* Without a connection yet. NULL when out of memory. */
struct exchange *exchange_new(const struct service *s);

/* Takes over the connected socket. */
void exchange_open(struct exchange *x, int fd);

/* Serves as far as it goes without waiting; `thread` is what service->thread_open made for the calling thread. */
enum exchange_outcome exchange_run(struct exchange *x, void *thread);

/* Closes the connection and forgets the request: it may be opened again. */
void exchange_close(struct exchange *x);

/* Closes it first where it is open. Accepts NULL. */
void exchange_free(struct exchange *x);

#endif
