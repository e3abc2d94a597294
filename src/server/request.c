#include "server/request.h"

#include <string.h>

#include "core/clock.h"
#include "server/route.h"

const char *const method_names[METHOD_COUNT] = {
    [METHOD_GET] = "GET",         [METHOD_HEAD] = "HEAD",   [METHOD_POST] = "POST",
    [METHOD_PUT] = "PUT",         [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE",
    [METHOD_OPTIONS] = "OPTIONS", [METHOD_OTHER] = "other",
};

const char *request_header(const struct request *req, const char *name)
{
    char variable[64] = "HTTP_", *to = variable + strlen("HTTP_");

    for (const char *p = name; *p != '\0'; p++) {
        ASSERT(to < variable + sizeof(variable) - 1);
        *to++ = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    *to = '\0';
    return req->wire.param(req->wire.arg, variable);
}

const char *request_param(const struct request *req, const char *name)
{
    int index = route_param_index(req->route, name);

    ASSERT(index >= 0);
    return req->params[index];
}

void request_wait(struct request *req, const char *key, int wait_s, handler *finish)
{
    req->wait = (struct wait){
        .key = arena_strdup(req->arena, key),
        .deadline_ms = clock_monotonic_ms() + (int64_t)wait_s * 1000,
        .finish = finish,
    };
}

bool request_stream(struct request *req, const char *key, handler *refused, struct error *e)
{
    struct events *ev = events_new();

    if (ev == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    arena_defer(req->arena, events_free, ev);
    request_wait(req, key, EVENTS_MAX_MS / 1000, refused);
    req->wait.events = ev;
    return true;
}

struct request *request_of(struct wait *w)
{
    return (struct request *)(void *)((char *)w - offsetof(struct request, wait));
}

void request_target(struct request *req, const char *id)
{
    req->target = arena_strdup(req->arena, id);
}
