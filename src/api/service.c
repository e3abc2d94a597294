#include <stdio.h>
#include <string.h>

#include "api/api.h"
#include "api/handlers.h"
#include "api/trail.h"
#include "core/clock.h"
#include "server/token.h"
#include "store/keys.h"
#include "store/store.h"

enum { TOKEN_ARENA_BYTES = 256 * 1024 };

const struct api *api_of(const struct request *req)
{
    return req->service->app;
}

struct store *api_store(const struct request *req)
{
    return req->thread;
}

void soundfont_check_name(const struct request *req, const char *name, const char *pointer, struct problems *problems)
{
    const struct soundfonts *fonts = &api_of(req)->soundfonts;

    if (fonts->names.count > 0)
        soundfonts_check(fonts, name, pointer, problems);
}

static void *open_store(const void *app, struct error *e)
{
    const struct api *api = app;

    struct store *store = trail_open(api->config, e) ? store_open(api->config, e) : NULL;

    if (store == NULL)
        trail_close();
    return store;
}

static void close_store(void *store)
{
    store_close(store);
    trail_close();
}

/* Makers without a rate of their own have nothing to share but the service's, which everybody has. */
static bool add_shares(struct store *store, const struct key *key, struct principal *out, struct error *e)
{
    struct key_makers makers = { .count = 0 };

    if (key->maker_id[0] != '\0' && !key_makers(store, key->id, &makers, e))
        return false;
    for (size_t i = 0; i < makers.count && out->share_count < PRINCIPAL_SHARES_MAX; i++) {
        const struct key_maker *one = &makers.items[i];
        struct rate_share *share = &out->shares[out->share_count];

        if (one->rate_rps <= 0 && one->rate_burst <= 0)
            continue;
        out->share_count++;
        snprintf(share->key_id, sizeof(share->key_id), "%s", one->id);
        share->rps = one->rate_rps;
        share->burst = one->rate_burst;
    }
    return true;
}

static bool authenticate_key(struct store *store, const char *text, struct principal *out, struct error *e)
{
    struct key key;

    if (!key_verify(store, text, clock_wall_ms(), &key, e))
        return false;
    snprintf(out->key_id, sizeof(out->key_id), "%s", key.id);
    snprintf(out->name, sizeof(out->name), "%s", key.name);
    snprintf(out->organisation, sizeof(out->organisation), "%s", key.organisation);
    out->scopes = key_scopes_effective(key.scopes);
    out->rate_rps = key.rate_rps;
    out->rate_burst = key.rate_burst;
    return add_shares(store, &key, out, e);
}

/* Names that are none of ours belong to other services of the same issuer. */
static unsigned scopes_of(const char *names)
{
    unsigned scopes = 0;

    for (const char *at = names + strspn(names, " "); *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");

        for (size_t i = 0; i < SCOPE_COUNT; i++)
            if (strlen(key_scopes[i].name) == len && strncmp(at, key_scopes[i].name, len) == 0)
                scopes |= key_scopes[i].bit;
        at += len;
    }
    return key_scopes_effective(scopes);
}

struct token_task {
    struct token_policy policy;
    const char *text;
    struct arena *arena;
    struct principal *who;
};

static bool token_task_run(void *arg, struct error *e)
{
    struct token_task *t = arg;
    struct token token;

    if (!token_verify(&t->policy, t->text, clock_wall_ms() / 1000, t->arena, &token, e))
        return false;
    snprintf(t->who->key_id, sizeof(t->who->key_id), "jwt:%s", token.subject);
    snprintf(t->who->organisation, sizeof(t->who->organisation), "%s", token.organisation);
    t->who->scopes = scopes_of(token.scope);
    return true;
}

static bool authenticate_token(const struct token_policy *policy, const char *text, struct principal *out,
                               struct error *e)
{
    struct token_task task = { *policy, text, arena_new(TOKEN_ARENA_BYTES), out };
    bool ok;

    if (task.arena == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    ok = arena_run(task.arena, token_task_run, &task, e);
    arena_free(task.arena);
    return ok || (e->code == ERROR_TOO_LARGE ? error_set(e, ERROR_AUTH, "the token cannot be verified") : false);
}

static bool authenticate(const void *app, void *store, const char *credential, struct principal *out, struct error *e)
{
    const struct api *api = app;
    struct token_policy policy;

    if (token_is_one(credential) && token_policy_of(api->config, &policy))
        return authenticate_token(&policy, credential, out, e);
    return authenticate_key(store, credential, out, e);
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
        .record = trail_record,
        .trusted_proxies = api->trusted_proxies,
        .cors_origins = api->cors_origins,
        .poll = job_poll,
    };
}
