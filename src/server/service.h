/* What the server serves: made by main, constant, borrowed for the life of the process. */
#ifndef SERVER_SERVICE_H
#define SERVER_SERVICE_H

#include "core/fields.h"
#include "core/address.h"
#include "server/request.h"
#include "server/route.h"
#include "server/shared.h"

struct trail_entry;

struct service {
    const struct route *routes;
    size_t route_count;
    const struct scope_name *scopes;
    size_t scope_count;
    struct shared *shared;
    bool production;        /* a 5xx tells the client no detail */
    bool auth_enabled;
    double rate_rps;        /* per client; 0: no limit */
    int rate_burst;
    int threads;            /* that serve requests, per process */
    int shutdown_timeout_s; /* for requests in flight */

    struct network_list trusted_proxies; /* whose X-Forwarded-For counts */
    struct string_list cors_origins;     /* pages that may read answers; "*": all */

    const void *app;        /* for the handlers */

    /* What a thread needs of its own (a database connection), made and closed by the thread itself: each serving
     * thread and the one that polls for waiting requests. */
    void *(*thread_open)(const void *app, struct error *e);
    void (*thread_close)(void *thread);

    /* Who owns this credential (any bytes)? ERROR_AUTH when nobody does; other codes mean that nobody could look. */
    bool (*authenticate)(const void *app, void *thread, const char *credential, struct principal *out, struct error *e);

    /* Puts an entry into the audit trail and sets its seq; written when it returns true. Any thread. NULL: no trail. */
    bool (*record)(const void *app, struct trail_entry *entry, struct error *e);

    /* Sets is_done of the waits that need not wait longer. Called every WAITER_TICK_MS with all that wait. */
    void (*poll)(void *thread, struct wait *const *waits, size_t count);
};

#endif
