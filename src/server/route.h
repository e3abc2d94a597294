/* The route table: one row per method and path. The dispatcher enforces what a row says. */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include <stddef.h>

#include "core/fields.h"
#include "server/request.h"

/* In `scopes`, besides the bits of the scopes that a key must all have: */
#define ROUTE_OPEN (1u << 31) /* nobody needs a key */
#define ROUTE_ANY_KEY 0u      /* any valid key */

enum rate_class {
    RATE_NONE,    /* for probes: never limited, and answered while the server drains */
    RATE_DEFAULT,
    RATE_CLASS_COUNT
};

enum route_flags {
    ROUTE_LENIENT = 1, /* members of the body that are in no field are passed over rather than refused */
    ROUTE_LOCAL = 4,   /* open to whoever asks from this machine, through no proxy */
    ROUTE_HEAVY = 2,   /* computes for long: never takes the last free thread of a worker */
};

struct route {
    enum method method;             /* GET answers HEAD as well */
    const char *pattern;            /* "/v1/jobs/{id}" */
    handler *handle;
    unsigned scopes;
    enum rate_class rate;
    size_t body_max;                /* bytes; 0: the body is not looked at */
    unsigned flags;
    const struct fields *request;   /* of the JSON body; NULL: none */
    const struct fields *response;  /* NULL: none, or described in the summary */
    const char *summary;
    /* What the fields cannot say: adds problems. Called after the fields were read, also when they had problems, so that
     * the client learns of all of them at once. May be NULL. */
    void (*check)(struct request *req, struct problems *problems);
};

/* The row for `method` and `path`, with the path's parameters. NULL when there is none; *allow then is NULL when no row
 * has the path, else the methods that it has ("GET, HEAD, OPTIONS"). Texts live in the arena. */
const struct route *route_find(const struct route *routes, size_t count, enum method method, const char *path,
                               struct arena *a, const char *params[REQUEST_PARAMS_MAX], const char **allow);

/* Position of {name} among the pattern's parameters, or -1. */
int route_param_index(const struct route *r, const char *name);

#endif
