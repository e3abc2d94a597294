/*
 * A request as its handler sees it. All texts live in the request's arena or longer. The wire behind it is an
 * interface, so that the dispatcher and the handlers can be tested without sockets.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <json-c/json.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/error.h"
#include "server/auth.h"
#include "server/events.h"
#include "server/rate.h"

enum method {
    METHOD_GET,
    METHOD_HEAD,
    METHOD_POST,
    METHOD_PUT,
    METHOD_PATCH,
    METHOD_DELETE,
    METHOD_OPTIONS,
    METHOD_OTHER,
    METHOD_COUNT
};
extern const char *const method_names[METHOD_COUNT];

enum { REQUEST_PARAMS_MAX = 4, REQUEST_ID_MAX = 64 };

struct request;
struct response;
struct route;
struct service;

/* Answers, or asks to wait (request_wait), and returns true; or fails and leaves the answer to the dispatcher. It runs
 * under arena_run, so what it holds besides memory of the arena must be deferred to the arena. */
typedef bool handler(struct request *req, struct response *resp, struct error *e);

/* Where a request comes from. `param` gives a CGI variable ("HTTP_PREFER") or NULL; `body` reads the whole body, at most
 * `max` bytes (else ERROR_TOO_LARGE), with a zero after it. */
struct wire {
    const char *(*param)(void *arg, const char *name);
    bool (*body)(void *arg, struct arena *a, size_t max, const char **text, size_t *len, struct error *e);
    void (*forget)(void *arg, const char *name); /* overwrites a variable that holds a secret; may be NULL */
    void *arg;
    const char *const *(*params)(void *arg); /* all variables as "NAME=value", NULL at the end; may be NULL itself */
};

/* A request that waits holds no thread; one thread asks for all of them what is done. */
struct wait {
    const char *key;       /* what is waited for; service->poll knows what it means */
    int64_t deadline_ms;   /* monotonic */
    handler *finish;       /* called then, in place of the handler, by any thread */
    bool is_done;          /* set by service->poll */
    struct events *events; /* not NULL: the answer is a stream, which service->poll adds to (server/events.h) */
};

struct request {
    const struct service *service;
    struct wire wire;
    struct arena *arena;
    struct arena *spare;   /* small: for the answer when the arena is full */
    void *thread;          /* what service->thread_open made for the thread that runs the handler */

    int64_t started_us;    /* monotonic */
    char id[REQUEST_ID_MAX + 1];
    enum method method;
    const char *path, *query;
    const char *client;    /* address */
    const struct route *route;                /* NULL: none matched */
    const char *params[REQUEST_PARAMS_MAX];   /* in the order of the pattern */
    const char *allow;     /* methods of the path, when `method` is none of them */
    struct principal who;
    bool has_credential;   /* the client sent a key or a token, right or wrong */
    struct rate_verdict rate;

    const char *body;
    size_t body_len;
    json_object *json;     /* the body's tree, where the route has fields */
    void *input;           /* the struct of route->request, read and checked */

    const char *target;    /* what it acts on, for the audit trail (request_target); or NULL */
    const char *reason;    /* slug of the problem that it is answered with; or NULL */
    int64_t begun_seq;     /* of its entry in the audit trail, from before it changed anything; 0: none */

    struct wait wait;      /* finish != NULL: the request is to be continued there */
    bool is_heavy;         /* as soon as a thread may compute for long, and not after a wait */
};

/* A request header by its HTTP name ("Prefer"), or NULL. One that came twice is both values with a comma between them. */
const char *request_header(const struct request *req, const char *name);

/* The part of the path that stands for {name} in the route's pattern. */
const char *request_param(const struct request *req, const char *name);

/* What the request acts on, such as the id of the job that it made: goes into the audit trail. Copied. */
void request_target(struct request *req, const char *id);

/* The handler waits for `key` at most `wait_s` seconds from now; then `finish` answers. */
void request_wait(struct request *req, const char *key, int wait_s, handler *finish);

/* The handler has set status and headers of an answer whose body is a stream of events about `key`. It ends when
 * service->poll says is_done, or after EVENTS_MAX_MS. `refused` answers instead, as if nothing had been set, when there
 * are too many of them. False with ERROR_INTERNAL. */
bool request_stream(struct request *req, const char *key, handler *refused, struct error *e);

/* The request that a wait is part of. */
struct request *request_of(struct wait *w);

#endif
