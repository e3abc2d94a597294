/*
 * From a request on the wire to an answer: id, target, route, key, rate limit, scope, body, fields, handler — each as
 * the route's row says — and whatever fails becomes a problem. Knows no sockets.
 */
#ifndef SERVER_DISPATCH_H
#define SERVER_DISPATCH_H

#include "server/request.h"
#include "server/response.h"
#include "server/service.h"

enum { DISPATCH_ARENA_BYTES = 64 * 1024 * 1024, DISPATCH_SPARE_BYTES = 256 * 1024 };

/* Prepares *req: everything zero, but service, wire, arena, spare and the time. */
void dispatch_init(struct request *req, const struct service *s, struct wire wire, struct arena *arena,
                   struct arena *spare);

enum dispatch_outcome {
    DISPATCH_ANSWERED, /* *resp is the answer, with its head */
    DISPATCH_WAITS,    /* for req->wait: to be continued when it is done or its deadline has passed */
    DISPATCH_HEAVY,    /* to be continued by a thread that may compute for long */
};

/* Serves the request with req->thread set; dispatch_continue goes on after the other two outcomes. */
/* Logs and counts a request that is over. The other two do it for what they answer; others do it for the rest: 499 when
 * the client went first, and event streams. */
void dispatch_note(const struct request *req, int status);

enum dispatch_outcome dispatch(struct request *req, struct response *resp);
enum dispatch_outcome dispatch_continue(struct request *req, struct response *resp);

#endif
