#include "server/dispatch.h"

#include <string.h>
#include <time.h>

#include "core/address.h"
#include "core/clock.h"
#include "core/id.h"
#include "core/json.h"
#include "core/log.h"
#include "process/metrics.h"
#include "server/client.h"
#include "server/cors.h"
#include "server/header.h"
#include "server/problem.h"
#include "server/target.h"
#include "server/trail.h"

struct task {
    struct request *req;
    struct response *resp;
    handler *handle; /* NULL: from the beginning */
};

void dispatch_init(struct request *req, const struct service *s, struct wire wire, struct arena *arena,
                   struct arena *spare)
{
    *req = (struct request){
        .service = s,
        .wire = wire,
        .arena = arena,
        .spare = spare,
        .started_us = clock_monotonic_us(),
    };
}

static enum method method_find(const char *name)
{
    for (int m = 0; m < METHOD_OTHER; m++)
        if (name != NULL && strcmp(name, method_names[m]) == 0)
            return (enum method)m;
    return METHOD_OTHER;
}

static void read_line(struct request *req)
{
    const char *id = request_header(req, "X-Request-ID");

    if (request_id_is_valid(id))
        memcpy(req->id, id, strlen(id) + 1);
    else
        id_new(req->id);
    log_context_set("request_id", req->id);
    req->method = method_find(req->wire.param(req->wire.arg, "REQUEST_METHOD"));
    req->client = client_address(req);
}

static bool read_target(struct request *req, struct error *e)
{
    const char *raw = req->wire.param(req->wire.arg, "REQUEST_URI");
    struct target target;

    if (!target_parse(raw != NULL ? raw : "", req->arena, &target, e))
        return false;
    req->path = target.path;
    req->query = target.query;
    return true;
}

/* Probes are answered to the last; whoever else still comes in is sent to another server. */
static bool check_draining(const struct request *req, struct error *e)
{
    if (req->route->rate == RATE_NONE || !atomic_load(&req->service->shared->draining))
        return true;
    return error_set(e, ERROR_UNAVAILABLE, "the service is shutting down");
}

static const char *key_client(const struct request *req, const char *key_id)
{
    return arena_printf(req->arena, "key %s of %s", key_id, req->who.organisation);
}

/* Requests of one key count together, else of one address. An IPv6 client has a network of 2^64 addresses. */
static const char *rated_client(const struct request *req)
{
    struct address a;

    if (req->who.key_id[0] != '\0')
        return key_client(req, req->who.key_id);
    if (!address_parse(req->client, &a) || address_is_v4(&a))
        return arena_printf(req->arena, "address %s", req->client);
    return arena_printf(req->arena, "network %02x%02x:%02x%02x:%02x%02x:%02x%02x", a.bytes[0], a.bytes[1], a.bytes[2],
                        a.bytes[3], a.bytes[4], a.bytes[5], a.bytes[6], a.bytes[7]);
}

static bool rate_refuse(const struct request *req, struct error *e)
{
    error_set(e, ERROR_RATE, "%s may send %d requests in %d s; try again in %d s",
              req->who.key_id[0] != '\0' ? "this key" : "this address", req->rate.limit, req->rate.window_s,
              req->rate.retry_s);
    e->retry_s = req->rate.retry_s;
    return false;
}

/* The tighter of two verdicts is the one that is told. */
static void rate_add(struct request *req, const char *client, double rps, int burst, int64_t now_ns)
{
    const struct service *s = req->service;
    struct rate_verdict v;

    rps = rps > 0 ? rps : s->rate_rps;
    burst = burst > 0 ? burst : s->rate_burst;
    if (rps <= 0)
        return;
    rate_take(&s->shared->rate, client, rps, burst, now_ns, &v);
    if (!req->rate.is_known || !v.allowed || v.remaining < req->rate.remaining)
        req->rate = v;
}

/* Its own rate first: what that refuses uses up nobody else's. */
static bool check_rate(struct request *req, struct error *e)
{
    const struct principal *who = &req->who;
    struct timespec now;
    int64_t now_ns;

    clock_gettime(CLOCK_MONOTONIC, &now);
    now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    rate_add(req, rated_client(req), who->rate_rps, who->rate_burst, now_ns);
    for (size_t i = 0; i < who->share_count && (!req->rate.is_known || req->rate.allowed); i++)
        rate_add(req, key_client(req, who->shares[i].key_id), who->shares[i].rps, who->shares[i].burst, now_ns);
    return !req->rate.is_known || req->rate.allowed || rate_refuse(req, e);
}

/* Asked on this machine, by the web server's peer and not by what a header says; and not through a proxy on this machine,
 * which says whom it asks for. */
static bool is_local(const struct request *req)
{
    const char *peer = req->wire.param(req->wire.arg, "REMOTE_ADDR");
    struct address a;

    return peer != NULL && address_parse(peer, &a) && address_is_loopback(&a) &&
           request_header(req, "X-Forwarded-For") == NULL && request_header(req, "Forwarded") == NULL;
}

/* The key is looked up first, because the limit is the key's; wrong keys count for their address. */
static bool admit(struct request *req, struct error *e)
{
    struct error why = { .code = ERROR_NONE };
    bool known, open = req->route != NULL &&
                       ((req->route->scopes & ROUTE_OPEN) != 0 || ((req->route->flags & ROUTE_LOCAL) != 0 && is_local(req)));

    if (req->route != NULL && req->route->rate == RATE_NONE && open)
        return true;
    known = auth_identify(req, &why);
    if (!check_rate(req, e))
        return false;
    if (open || req->route == NULL)
        return true;
    if (!known) {
        *e = why;
        return false;
    }
    return auth_check_scopes(req, e);
}

static bool read_fields(struct request *req, struct error *e)
{
    const struct route *route = req->route;
    struct problems problems = { .arena = req->arena };

    if (!media_type_is_json(req->wire.param(req->wire.arg, "CONTENT_TYPE")))
        return error_set(e, ERROR_MEDIA_TYPE, "send the body with Content-Type: application/json");
    req->json = json_read(req->arena, req->body, req->body_len, e);
    if (req->json == NULL && e->code != ERROR_NONE)
        return error_wrap(e, "the body is not valid JSON");
    if (!json_object_is_type(req->json, json_type_object))
        return error_set(e, ERROR_INPUT, "the body must be a JSON object");
    req->input = arena_alloc(req->arena, route->request->size);
    fields_read(route->request, req->json, req->input, "", (route->flags & ROUTE_LENIENT) != 0, req->arena,
                &problems);
    if (route->check != NULL)
        route->check(req, &problems);
    return problems_none(&problems, "the body", e);
}

static bool read_body(struct request *req, struct error *e)
{
    if (req->route->body_max == 0)
        return true;
    if (!req->wire.body(req->wire.arg, req->arena, req->route->body_max, &req->body, &req->body_len, e))
        return false;
    return req->route->request == NULL || read_fields(req, e);
}

static bool handle(struct request *req, struct response *resp, struct error *e)
{
    const struct service *s = req->service;
    struct error why = { .code = ERROR_NONE };

    if (!client_check_headers(req, &why) || !read_target(req, &why))
        return check_rate(req, e) && (*e = why, false);
    req->route =
        route_find(s->routes, s->route_count, req->method, req->path, req->arena, req->params, &req->allow);
    if (!admit(req, e))
        return false;
    if (req->route == NULL && req->allow != NULL && req->method == METHOD_OPTIONS) {
        response_empty(resp, 204);
        response_header(resp, "Allow", "%s", req->allow);
        return true;
    }
    if (req->route == NULL && req->allow != NULL)
        return error_set(e, ERROR_METHOD, "use %s", req->allow);
    if (req->route == NULL)
        return error_set(e, ERROR_NOT_FOUND, "no such path");
    if (!check_draining(req, e) || !read_body(req, e) || !trail_begin(req, e))
        return false;
    if ((req->route->flags & ROUTE_HEAVY) == 0)
        return req->route->handle(req, resp, e);
    req->is_heavy = true;
    req->wait.finish = req->route->handle;
    return true;
}

static void add_rate_headers(const struct request *req, struct response *resp)
{
    const struct rate_verdict *v = &req->rate;

    if (!v->is_known)
        return;
    response_header(resp, "RateLimit-Policy", "\"default\";q=%d;w=%d", v->limit, v->window_s);
    response_header(resp, "RateLimit", "\"default\";r=%d;t=%d", v->remaining,
                    v->allowed ? v->reset_s : v->retry_s);
    response_header(resp, "X-RateLimit-Limit", "%d", v->limit);
    response_header(resp, "X-RateLimit-Remaining", "%d", v->remaining);
    response_header(resp, "X-RateLimit-Reset", "%d", v->reset_s);
}

static void complete(const struct request *req, struct response *resp)
{
    static const struct header always[] = {
        { "X-Content-Type-Options", "nosniff" },
        { "X-Frame-Options", "DENY" },
        { "Referrer-Policy", "no-referrer" },
        { "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'" },
    };

    response_header_text(resp, "X-Request-ID", req->id);
    response_headers_add(resp, always, sizeof(always) / sizeof(always[0]));
    if (response_header_get(resp, "Cache-Control") == NULL)
        response_header_text(resp, "Cache-Control", "no-store");
    add_rate_headers(req, resp);
    cors_add(req, resp);
    if (req->wait.events == NULL && resp->status != 204 && resp->status != 304 && resp->file == NULL &&
        response_header_get(resp, "X-Accel-Redirect") == NULL && response_header_get(resp, "X-Sendfile") == NULL)
        response_header(resp, "Content-Length", "%zu", resp->body_len);
    if (req->method == METHOD_HEAD) {
        resp->body_len = 0;
        resp->file = NULL;
    }
    response_head(resp);
}

static bool run(void *arg, struct error *e)
{
    struct task *t = arg;
    struct request *req = t->req;

    if (!(t->handle != NULL ? t->handle(req, t->resp, e) : handle(req, t->resp, e)))
        return false;
    if (req->wait.finish != NULL && req->wait.events == NULL)
        return true;
    ASSERT(t->resp->status != 0);
    complete(req, t->resp);
    return true;
}

static void fail(struct request *req, struct response *resp, const struct error *e)
{
    const struct error_info *info = error_info_get(e->code);

    ASSERT(e->code != ERROR_NONE);
    req->reason = info->slug;
    if (info->http_status >= 500)
        log_write(e->code == ERROR_UNAVAILABLE ? LOG_WARNING : LOG_ERROR, "%s", e->detail);
    else
        log_debug("%s: %s", info->slug, e->detail);
    if (e->code == ERROR_AUTH || e->code == ERROR_SCOPE || e->code == ERROR_RATE || e->code == ERROR_UNAVAILABLE)
        metric_add(METRIC_HTTP_REFUSED, 1, info->slug);
    response_init(resp, req->spare);
    problem_answer(req, resp, e);
    complete(req, resp);
}

void dispatch_note(const struct request *req, int status)
{
    const char *method = method_names[req->method], *path = req->route != NULL ? req->route->pattern : "-";
    double seconds = (double)(clock_monotonic_us() - req->started_us) / 1e6;
    const char text[] = { (char)('0' + status / 100 % 10), (char)('0' + status / 10 % 10), (char)('0' + status % 10), '\0' };

    metric_add(METRIC_HTTP_REQUESTS, 1, method, path, text);
    if (req->wait.events == NULL)
        metric_observe(METRIC_HTTP_DURATION, seconds, method, path);
    log_info("%s %s %d %.0f ms", method, path, status, seconds * 1000);
}

static enum dispatch_outcome serve(struct request *req, struct response *resp, handler *next)
{
    struct task task = { req, resp, next };
    struct error e = { .code = ERROR_NONE };

    req->wait.finish = NULL;
    req->wait.events = NULL;
    req->is_heavy = false;
    response_init(resp, req->arena);
    if (!arena_run(req->arena, run, &task, &e)) {
        req->wait.finish = NULL;
        req->wait.events = NULL;
        fail(req, resp, &e);
    }
    if (req->wait.finish != NULL)
        return req->is_heavy ? DISPATCH_HEAVY : DISPATCH_WAITS;
    if (!trail_end(req, resp, &e))
        fail(req, resp, &e);
    dispatch_note(req, resp->status);
    return DISPATCH_ANSWERED;
}

enum dispatch_outcome dispatch(struct request *req, struct response *resp)
{
    read_line(req);
    return serve(req, resp, NULL);
}

enum dispatch_outcome dispatch_continue(struct request *req, struct response *resp)
{
    log_context_set("request_id", req->id);
    return serve(req, resp, req->wait.finish);
}
