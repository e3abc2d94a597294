#include "server/trail.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/hash.h"
#include "core/log.h"
#include "server/flood.h"
#include "server/route.h"
#include "server/service.h"
#include "server/text.h"

enum { TARGET_MAX = 512, STATUS_TOO_MANY = 429, STATUS_LEFT = 499 };

static const struct {
    enum method method;
    const char *of_one, *of_all; /* "/v1/jobs/{id}" and "/v1/jobs" */
} verbs[] = {
    { METHOD_GET, "get", "list" },      { METHOD_POST, "create", "create" },   { METHOD_PUT, "replace", "replace" },
    { METHOD_PATCH, "change", "change" }, { METHOD_DELETE, "delete", "delete" },
};

bool trail_is_act(const struct route *r)
{
    return r->method != METHOD_GET && r->method != METHOD_HEAD && r->method != METHOD_OPTIONS;
}

const char *trail_action(const struct route *r, char out[TRAIL_ACTION_SIZE])
{
    const char *noun = NULL, *last = NULL;
    int noun_len = 0, last_len = 0;
    const char *verb = "other";
    bool of_one = false;

    for (const char *p = r->pattern; *p == '/'; p += 1 + strcspn(p + 1, "/")) {
        int len = (int)strcspn(p + 1, "/");

        of_one = p[1] == '{';
        if (of_one || (noun == NULL && len == 2 && p[1] == 'v'))
            continue;
        last = p + 1;
        last_len = len;
        if (noun == NULL) {
            noun = last;
            noun_len = len;
        }
    }
    ASSERT(noun != NULL);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (verbs[i].method == r->method)
            verb = of_one ? verbs[i].of_one : verbs[i].of_all;
    if (last != noun)
        snprintf(out, TRAIL_ACTION_SIZE, "%.*s.%.*s", noun_len, noun, last_len, last);
    else
        snprintf(out, TRAIL_ACTION_SIZE, "%.*s.%s", noun_len, noun, verb);
    return out;
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static const char *target_of(const struct request *req, char out[TARGET_MAX + 1])
{
    const char *text = req->target;

    if (text == NULL && req->route != NULL)
        text = req->params[0];
    if (text == NULL)
        text = req->path;
    if (text != NULL)
        snprintf(out, TARGET_MAX + 1, "%.*s", (int)utf8_cut(text, TARGET_MAX), text);
    return text != NULL ? out : NULL;
}

static bool is_flood(const struct request *req, int status)
{
    return req->begun_seq == 0 && status == STATUS_TOO_MANY && req->rate.is_known && !req->rate.allowed;
}

/* Without the arenas: they may be full. */
static bool record(struct request *req, const char *outcome, int status, struct error *e)
{
    static const char token_prefix[] = "jwt:";
    const struct principal *who = &req->who;
    bool is_token = strncmp(who->key_id, token_prefix, strlen(token_prefix)) == 0;
    char action[TRAIL_ACTION_SIZE], target[TARGET_MAX + 1], body[HASH_TEXT_SIZE];
    struct trail_entry entry = {
        .actor_kind = who->key_id[0] == '\0' ? "nobody" : is_token ? "token" : "key",
        .actor = text_or_null(who->key_id + (is_token ? strlen(token_prefix) : 0)),
        .actor_name = text_or_null(who->name),
        .organisation = text_or_null(who->organisation),
        .address = req->client,
        .action = req->route != NULL ? trail_action(req->route, action) : "unknown",
        .target = target_of(req, target),
        .outcome = outcome,
        .status = status,
        .duration_ms = (clock_monotonic_us() - req->started_us) / 1000,
        .request_id = req->id,
        .reason = req->reason,
        .begun_seq = req->begun_seq,
        .count = 1,
    };
    struct error why = { .code = ERROR_NONE };

    if (req->body != NULL) {
        hash_text(req->body, req->body_len, body);
        entry.body_sha256 = body;
    }
    if (is_flood(req, status) && flood_hold(&entry, clock_monotonic_ms()))
        return true;
    if (!req->service->record(req->service->app, &entry, &why))
        return error_set(e, ERROR_UNAVAILABLE, "the audit trail cannot be written: %s", why.detail);
    if (req->begun_seq == 0)
        req->begun_seq = entry.seq;
    return true;
}

bool trail_begin(struct request *req, struct error *e)
{
    return req->service->record == NULL || !trail_is_act(req->route) || record(req, "begun", 0, e);
}

bool trail_end(struct request *req, const struct response *resp, struct error *e)
{
    bool ok = true, is_probe = req->route != NULL && req->route->rate == RATE_NONE && (req->route->scopes & ROUTE_OPEN) != 0;

    if (req->service->record == NULL)
        return true;
    if (req->begun_seq != 0 || (resp->status >= 400 && !is_probe))
        ok = record(req, resp->status < 400 ? "done" : resp->status < 500 ? "refused" : "failed", resp->status, e);
    trail_settle(req->service, false);
    return ok;
}

void trail_left(struct request *req)
{
    struct error e = { .code = ERROR_NONE };

    if (req->service->record != NULL && req->begun_seq != 0 && !record(req, "left", STATUS_LEFT, &e))
        log_error("%s", e.detail);
}

void trail_settle(const struct service *s, bool all)
{
    struct flood_held held;
    struct error e = { .code = ERROR_NONE };

    while (s->record != NULL && flood_take(clock_monotonic_ms(), all, &held)) {
        struct trail_entry entry = {
            .actor_kind = held.is_many ? "nobody" : held.actor_kind,
            .actor = held.is_many ? NULL : text_or_null(held.actor),
            .actor_name = held.is_many ? NULL : text_or_null(held.actor_name),
            .organisation = held.is_many ? NULL : text_or_null(held.organisation),
            .address = held.is_many ? NULL : text_or_null(held.address),
            .action = "unknown",
            .outcome = "refused",
            .status = STATUS_TOO_MANY,
            .reason = error_info_get(ERROR_RATE)->slug,
            .count = held.count,
        };

        if (!s->record(s->app, &entry, &e)) {
            log_error("%lld refusals of %s are not in the audit trail: %s", (long long)held.count,
                      held.is_many ? "many clients" : held.address, e.detail);
            return;
        }
    }
}
