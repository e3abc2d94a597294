#include "server/cors.h"

#include <string.h>

#include "server/service.h"

enum { MAX_AGE_S = 600 };

static const char allowed_headers[] = "Authorization, X-API-Key, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Range, "
                                      "X-Request-ID, traceparent";
static const char exposed_headers[] = "Content-Disposition, Content-Location, ETag, Location, Preference-Applied, RateLimit, "
                                      "RateLimit-Policy, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, "
                                      "X-RateLimit-Reset, X-Request-ID";

/* The entry of the list that covers `origin`, or NULL. */
static const char *find(const struct string_list *origins, const char *origin)
{
    for (size_t i = 0; origin != NULL && i < origins->count; i++)
        if (strcmp(origins->items[i], "*") == 0 || strcmp(origins->items[i], origin) == 0)
            return origins->items[i];
    return NULL;
}

void cors_add(const struct request *req, struct response *resp)
{
    const struct string_list *origins = &req->service->cors_origins;
    const char *found;

    if (origins->count == 0)
        return;
    response_header_text(resp, "Vary", "Origin");
    found = find(origins, request_header(req, "Origin"));
    if (found == NULL)
        return;
    response_header_text(resp, "Access-Control-Allow-Origin", found);
    if (req->method != METHOD_OPTIONS || request_header(req, "Access-Control-Request-Method") == NULL) {
        response_header_text(resp, "Access-Control-Expose-Headers", exposed_headers);
        return;
    }
    if (req->allow != NULL)
        response_header(resp, "Access-Control-Allow-Methods", "%s", req->allow);
    response_header(resp, "Access-Control-Allow-Headers", "%s", allowed_headers);
    response_header(resp, "Access-Control-Max-Age", "%d", MAX_AGE_S);
}
