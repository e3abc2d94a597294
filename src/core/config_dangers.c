/* What an administrator may try in development, and what would leave an institution's service open. */
#include <string.h>

#include "core/config.h"

/* As long as the output of the hash (RFC 7518, section 3.2). */
enum { SECRET_BYTES_MIN = 32 };

bool token_algorithm_is_secret(enum token_algorithm a)
{
    return a == TOKEN_HS256 || a == TOKEN_HS384 || a == TOKEN_HS512;
}

static bool secret_is_short(const struct config *c)
{
    size_t least = c->jwt_algorithm == TOKEN_HS512   ? 2 * SECRET_BYTES_MIN
                   : c->jwt_algorithm == TOKEN_HS384 ? SECRET_BYTES_MIN * 3 / 2
                                                     : SECRET_BYTES_MIN;

    return c->jwt_secret != NULL && strlen(c->jwt_secret) < least;
}

static bool secret_is_simple(const struct config *c)
{
    bool seen[256] = { false };
    int kinds = 0;

    for (const char *p = c->jwt_secret; p != NULL && *p != '\0'; p++) {
        kinds += !seen[(unsigned char)*p];
        seen[(unsigned char)*p] = true;
    }
    return c->jwt_secret != NULL && kinds < 8;
}

static bool is_unauthenticated(const struct config *c)
{
    return c->auth_enabled != 1 && c->allow_unauthenticated != 1;
}

static bool is_open_to_all_pages(const struct config *c)
{
    return c->cors_origins != NULL && strchr(c->cors_origins, '*') != NULL; /* in no other origin is one */
}

/* clang-format off */
const struct config_danger config_dangers[] = {
    /* setting, danger, what is expected */
    { "AETHER_JWT_SECRET", secret_is_short, "at least 32 bytes (HS384: 48, HS512: 64), such as openssl rand -base64 48 gives" },
    { "AETHER_JWT_SECRET", secret_is_simple, "a random secret, of more than eight different characters" },
    { "AETHER_CORS_ORIGINS", is_open_to_all_pages, "a list of origins, not *" },
    { "AETHER_AUTH_ENABLED", is_unauthenticated, "true, or AETHER_ALLOW_UNAUTHENTICATED=true where every client may do everything" },
};
/* clang-format on */
const size_t config_danger_count = sizeof(config_dangers) / sizeof(config_dangers[0]);

bool config_refuse_dangers(const struct config *c, struct arena *a, struct error *e)
{
    struct problems problems = { .arena = a };

    for (size_t i = 0; c->environment == ENVIRONMENT_PRODUCTION && i < config_danger_count; i++)
        if (config_dangers[i].is_there(c))
            problem_add(&problems, config_dangers[i].setting, "production expects %s", config_dangers[i].expected);
    if (problems_none(&problems, "the configuration", e))
        return true;
    if (e != NULL)
        e->code = ERROR_CONFIG;
    return false;
}
