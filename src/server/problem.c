#include "server/problem.h"

#include <string.h>

#include "core/json.h"
#include "server/route.h"
#include "server/service.h"
#include "server/text.h"

enum { RETRY_AFTER_S = 5 };

/* Details quote what clients sent, cut to the size of the buffer: whole characters only go into JSON. */
static json_object *prose(const char *text)
{
    size_t len = strlen(text);

    while (len > 0 && !utf8_is_valid(text, len))
        len--;
    return json_object_new_string_len(text, (int)len);
}

static json_object *errors_of(const struct error *e)
{
    json_object *list = json_object_new_array();

    for (const struct problem *p = e->problems; p != NULL; p = p->next) {
        json_object *one = json_object_new_object();

        json_object_object_add(one, "pointer", json_object_new_string(p->pointer));
        json_object_object_add(one, "detail", prose(p->detail));
        json_object_array_add(list, one);
    }
    return list;
}

/* The names of the route's scopes, for RFC 6750, section 3. */
static const char *scopes_text(const struct request *req)
{
    const struct service *s = req->service;
    const char *out = "";

    for (size_t i = 0; req->route != NULL && i < s->scope_count; i++)
        if ((req->route->scopes & ~ROUTE_OPEN & s->scopes[i].bit) != 0)
            out = arena_printf(req->spare, "%s%s%s", out, out[0] != '\0' ? " " : "", s->scopes[i].name);
    return out;
}

static void add_headers(const struct request *req, struct response *resp, const struct error *e, int status)
{
    if (status == 401)
        response_header(resp, "WWW-Authenticate", "Bearer realm=\"aether\"%s",
                        req->has_credential ? ", error=\"invalid_token\"" : "");
    if (e->code == ERROR_SCOPE)
        response_header(resp, "WWW-Authenticate", "Bearer realm=\"aether\", error=\"insufficient_scope\", scope=\"%s\"",
                        scopes_text(req));
    if (status == 405 && req->allow != NULL)
        response_header(resp, "Allow", "%s", req->allow);
    if (status == 429)
        response_header(resp, "Retry-After", "%d",
                        e->retry_s > 0 ? e->retry_s : e->code == ERROR_RATE ? 1 : RETRY_AFTER_S);
    if (status == 503)
        response_header(resp, "Retry-After", "%d", e->retry_s > 0 ? e->retry_s : RETRY_AFTER_S);
}

void problem_answer(const struct request *req, struct response *resp, const struct error *e)
{
    const struct error_info *info = error_info_get(e->code);
    json_object *body = json_hold(resp->arena, json_object_new_object());
    bool hide = info->http_status >= 500 && req->service->production;

    json_object_object_add(
        body, "type", json_object_new_string(arena_printf(resp->arena, "urn:aether:problem:%s", info->slug)));
    json_object_object_add(body, "title", json_object_new_string(info->public_text));
    json_object_object_add(body, "status", json_object_new_int(info->http_status));
    if (!hide && e->detail[0] != '\0')
        json_object_object_add(body, "detail", prose(e->detail));
    if (req->path != NULL)
        json_object_object_add(body, "instance", json_object_new_string(req->path));
    json_object_object_add(body, "request_id", json_object_new_string(req->id));
    if (e->problems != NULL)
        json_object_object_add(body, "errors", errors_of(e));
    response_json(resp, info->http_status, body);
    response_header(resp, "Content-Type", "application/problem+json");
    add_headers(req, resp, e, info->http_status);
}
