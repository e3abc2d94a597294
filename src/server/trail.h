/*
 * The record of what requests did. Every request that may change something is recorded before it does and again with
 * its end; of the others those that were refused or failed, where those refused as too many may share an entry. The server knows no database: main hands it service->record,
 * which returns once the entry is written, and what was done once it is on disk.
 */
#ifndef SERVER_TRAIL_H
#define SERVER_TRAIL_H

#include "server/request.h"
#include "server/response.h"

struct trail_entry {
    const char *actor_kind;   /* "key", "token" (key_id begins with "jwt:"), "nobody" */
    const char *actor, *actor_name, *organisation; /* NULL: nobody known */
    const char *address;
    const char *action;       /* "tracks.create" */
    const char *target;       /* what the handler named (request_target), else the path's id, else the path; or NULL */
    const char *outcome;      /* begun, done, refused, failed, left */
    int status;               /* 0 of begun */
    int64_t duration_ms;
    const char *request_id;
    const char *body_sha256;  /* NULL: no body was read */
    const char *reason;       /* slug of the problem, or NULL */
    int64_t begun_seq;        /* of the entry with which it began; 0: none */
    int64_t count;            /* requests that it stands for */
    int64_t seq;              /* set by service->record */
};

/* "tracks.create": what the row calls itself in the record, made of its pattern and method. The last part of the pattern
 * is the verb when it is not the only one ("/v1/keys/{id}/rotate": "keys.rotate"), else the method says it: list, get,
 * create, replace, change, delete. Returns `out`. */
enum { TRAIL_ACTION_SIZE = 96 };
const char *trail_action(const struct route *r, char out[TRAIL_ACTION_SIZE]);

/* Whether a route may change something. */
bool trail_is_act(const struct route *r);

/* Before the handler. ERROR_UNAVAILABLE when it cannot be recorded: then nothing may be changed. */
bool trail_begin(struct request *req, struct error *e);

/* With the answer that is about to be sent. ERROR_UNAVAILABLE when it cannot be recorded: then it may not be sent. */
bool trail_end(struct request *req, const struct response *resp, struct error *e);

/* Records what has been counted of floods (server/flood.h) and is due; `all`: everything, as the process ends. */
void trail_settle(const struct service *s, bool all);

/* Of a request whose client went before its answer. */
void trail_left(struct request *req);

#endif
