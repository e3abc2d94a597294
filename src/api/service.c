#include <stdio.h>

#include "api/api.h"
#include "api/handlers.h"
#include "core/clock.h"
#include "store/keys.h"
#include "store/store.h"

const struct api *api_of(const struct request *req)
{
    return req->service->app;
}

struct store *api_store(const struct request *req)
{
    return req->thread;
}

static void *open_store(const void *app, struct error *e)
{
    const struct api *api = app;

    return store_open(api->config, e);
}

static void close_store(void *store)
{
    store_close(store);
}

static bool authenticate(void *store, const char *credential, struct principal *out, struct error *e)
{
    struct key key;

    if (!key_verify(store, credential, clock_wall_ms(), &key, e))
        return false;
    snprintf(out->key_id, sizeof(out->key_id), "%s", key.id);
    snprintf(out->organisation, sizeof(out->organisation), "%s", key.organisation);
    out->scopes = key.scopes;
    return true;
}

struct service api_service(const struct api *api, struct shared *shared)
{
    static struct scope_name scopes[SCOPE_COUNT];
    const struct config *c = api->config;

    for (size_t i = 0; i < SCOPE_COUNT; i++)
        scopes[i] = (struct scope_name){ key_scopes[i].bit, key_scopes[i].name };
    return (struct service){
        .routes = api_routes,
        .route_count = api_route_count,
        .scopes = scopes,
        .scope_count = SCOPE_COUNT,
        .shared = shared,
        .production = c->environment == ENVIRONMENT_PRODUCTION,
        .auth_enabled = c->auth_enabled == 1,
        .rate_rps = c->rate_limit_rps,
        .rate_burst = c->rate_limit_burst,
        .threads = c->api_threads,
        .shutdown_timeout_s = c->shutdown_timeout_s,
        .app = api,
        .thread_open = open_store,
        .thread_close = close_store,
        .authenticate = authenticate,
        .poll = job_poll,
    };
}
