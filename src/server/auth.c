#include "server/auth.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/request.h"
#include "server/route.h"
#include "server/service.h"

enum { CREDENTIAL_MAX = 8192 };

const char *auth_credential(const struct request *req)
{
    static const char scheme[] = "Bearer ";
    const char *key = request_header(req, "X-API-Key"), *bearer = request_header(req, "Authorization");

    if (key != NULL && key[0] != '\0')
        return bearer == NULL || bearer[0] == '\0' ? key : NULL;
    if (bearer == NULL || strncasecmp(bearer, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    bearer += sizeof(scheme) - 1;
    return bearer + strspn(bearer, " ");
}

static bool identify(struct request *req, struct error *e)
{
    const struct service *s = req->service;
    const char *text = auth_credential(req);

    if (text == NULL)
        return error_set(e, ERROR_AUTH, "send one API key or token, as X-API-Key or as Authorization: Bearer");
    req->has_credential = true;
    if (strnlen(text, CREDENTIAL_MAX + 1) > CREDENTIAL_MAX)
        return error_set(e, ERROR_AUTH, "the API key or token is too long");
    return s->authenticate(s->app, req->thread, text, &req->who, e);
}

bool auth_identify(struct request *req, struct error *e)
{
    bool ok = true;

    req->who = (struct principal){ .scopes = 0 };
    if (!req->service->auth_enabled) {
        snprintf(req->who.organisation, sizeof(req->who.organisation), "local");
        req->who.scopes = ~ROUTE_OPEN;
    } else if (!identify(req, e)) {
        req->who = (struct principal){ .scopes = 0 };
        ok = false;
    }
    if (req->wire.forget != NULL) {
        req->wire.forget(req->wire.arg, "HTTP_X_API_KEY");
        req->wire.forget(req->wire.arg, "HTTP_AUTHORIZATION");
    }
    return ok;
}

bool auth_check_scopes(const struct request *req, struct error *e)
{
    unsigned missing = req->route->scopes & ~ROUTE_OPEN & ~req->who.scopes;

    if (missing == 0)
        return true;
    for (size_t i = 0; i < req->service->scope_count; i++)
        if ((missing & req->service->scopes[i].bit) != 0)
            return error_set(e, ERROR_SCOPE, "this needs a key with the scope '%s'",
                             req->service->scopes[i].name);
    return error_set(e, ERROR_SCOPE, "the key lacks a scope");
}
