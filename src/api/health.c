/* Probes for operators and load balancers: /live depends on nothing, /ready says whether to send requests
 * here, /health says what is wrong. Anybody may ask as often as he likes, so neither counts what is over. */
#include "api/handlers.h"
#include "api/trail.h"
#include "core/clock.h"
#include "core/disk.h"
#include "core/json.h"
#include "core/log.h"
#include "store/jobs.h"

enum { STALLED_AFTER_MS = 60000 }; /* jobs wait and none runs: the render workers are not there */

struct health {
    json_object *components;
    bool is_degraded;
};

static json_object *component_add(struct health *h, const char *name, const char *status)
{
    json_object *one = json_object_new_object();

    json_object_object_add(one, "status", json_object_new_string(status));
    json_object_object_add(h->components, name, one);
    return one;
}

static void add_soundfont(struct health *h, const struct api *api)
{
    const struct soundfonts *fonts = &api->soundfonts;
    bool is_there = fonts->names.count > 0;
    json_object *one = component_add(h, "soundfont", is_there ? "ok" : "missing"), *names;

    h->is_degraded = h->is_degraded || !is_there;
    if (!is_there) {
        json_object_object_add(one, "detail", json_object_new_string(api->soundfont_problem));
        return;
    }
    json_object_object_add(one, "name", json_object_new_string(fonts->names.items[0]));
    if (api->config->environment != ENVIRONMENT_PRODUCTION) /* anybody may ask */
        json_object_object_add(one, "path", json_object_new_string(fonts->paths.items[0]));
    names = json_object_new_array();
    for (size_t i = 0; i < fonts->names.count; i++)
        json_object_array_add(names, json_object_new_string(fonts->names.items[i]));
    json_object_object_add(one, "available", names);
}

static void add_queue(struct health *h, const struct job_counts *counts)
{
    bool stalled = counts->oldest_queued_ms > STALLED_AFTER_MS && counts->by_state[JOB_RUNNING] == 0;
    json_object *one = component_add(h, "queue", stalled ? "stalled" : "ok");

    h->is_degraded = h->is_degraded || stalled;
    json_object_object_add(one, "queued", json_object_new_int64(counts->by_state[JOB_QUEUED]));
    json_object_object_add(one, "running", json_object_new_int64(counts->by_state[JOB_RUNNING]));
    json_object_object_add(one, "oldest_queued_seconds",
                           json_real((double)counts->oldest_queued_ms / 1000, 1));
}

static void add_disk(struct health *h, const struct config *c)
{
    struct error e;
    bool room = disk_check(c, DISK_FOR_NEW, &e);
    int64_t free_mb = disk_free_mb(c->data_dir);
    json_object *one = component_add(h, "disk", room ? "ok" : "full");

    h->is_degraded = h->is_degraded || !room;
    json_object_object_add(one, "free_mb", free_mb >= 0 ? json_object_new_int64(free_mb) : NULL);
    json_object_object_add(one, "reserve_mb", json_object_new_int(c->disk_reserve_mb));
}

static void add_trail(struct health *h)
{
    struct trail_state trail;
    struct error e = { .code = ERROR_NONE };
    bool is_there = trail_look(&trail, &e);

    h->is_degraded = h->is_degraded || !is_there || trail.is_failing;
    component_add(h, "audit", !is_there ? "down" : trail.is_failing ? "failing" : "ok");
    if (!is_there)
        log_error("health: %s", e.detail);
}

bool health_get(struct request *req, struct response *resp, struct error *e)
{
    const struct api *api = api_of(req);
    json_object *body = json_hold(req->arena, json_object_new_object());
    struct health h = { .components = json_object_new_object() };
    struct job_counts counts;
    bool database = job_count_open(api_store(req), clock_wall_ms(), &counts, e);
    bool draining = atomic_load(&req->service->shared->draining);

    json_object_object_add(body, "status", NULL);
    json_object_object_add(body, "version", json_object_new_string(AETHER_VERSION));
    json_object_object_add(body, "components", h.components);
    component_add(&h, "database", database ? "ok" : "down");
    if (database)
        add_queue(&h, &counts);
    else
        log_error("health: %s", e->detail);
    add_trail(&h);
    add_disk(&h, api->config);
    add_soundfont(&h, api);
    json_object_object_add(component_add(&h, "genres", "ok"), "count",
                           json_object_new_int64((int64_t)genres_count(api->genres)));
    json_object_object_add(body, "status",
                           json_object_new_string(!database       ? "unhealthy"
                                                  : draining      ? "draining"
                                                  : h.is_degraded ? "degraded"
                                                                  : "healthy"));
    response_json(resp, database ? 200 : 503, body);
    return true;
}

bool health_ready(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object());

    if (atomic_load(&req->service->shared->draining))
        return error_set(e, ERROR_UNAVAILABLE, "the service is shutting down");
    if (!store_read_check(api_store(req), e)) {
        log_error("not ready: %s", e->detail);
        return error_set(e, ERROR_UNAVAILABLE, "the database cannot be read");
    }
    json_object_object_add(body, "status", json_object_new_string("ready"));
    response_json(resp, 200, body);
    return true;
}

bool health_live(struct request *req, struct response *resp, struct error *e)
{
    (void)req;
    (void)e;
    response_text(resp, 200, "application/json", "{\"status\":\"alive\"}");
    return true;
}
