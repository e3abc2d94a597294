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
    const char *text = request_header(req, "X-API-Key");

    if (text != NULL && text[0] != '\0')
        return text;
    text = request_header(req, "Authorization");
    if (text == NULL || strncasecmp(text, scheme, sizeof(scheme) - 1) != 0)
        return NULL;
    text += sizeof(scheme) - 1;
    return text + strspn(text, " ");
}

bool auth_identify(struct request *req, struct error *e)
{
    const struct service *s = req->service;
    const char *text;

    req->who = (struct principal){ .scopes = 0 };
    if (!s->auth_enabled) {
        snprintf(req->who.organisation, sizeof(req->who.organisation), "local");
        req->who.scopes = ~ROUTE_OPEN;
        return true;
    }
    text = auth_credential(req);
    if (text == NULL)
        return error_set(e, ERROR_AUTH, "send an API key as X-API-Key or as Authorization: Bearer");
    if (strnlen(text, CREDENTIAL_MAX + 1) > CREDENTIAL_MAX ||
        !s->authenticate(req->thread, text, &req->who, e)) {
        req->who = (struct principal){ .scopes = 0 };
        return e->code == ERROR_NONE ? error_set(e, ERROR_AUTH, "the API key is too long") : false;
    }
    return true;
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
