/*
 * JSON Web Tokens (RFC 7519) signed by one key that the administrator configures, checked after RFC 8725. The algorithm is
 * the policy's and never the token's; keys that a token names or carries (kid, jku, jwk, x5u, x5c) are not looked at;
 * critical extensions are refused. exp, sub, org and an aud that holds our audience are required; nbf, iat and iss are
 * checked when they are there, iss always when the policy names one. Clocks may differ by TOKEN_LEEWAY_S.
 */
#ifndef SERVER_TOKEN_H
#define SERVER_TOKEN_H

#include <stdint.h>

#include "core/arena.h"
#include "core/config.h"
#include "core/error.h"

enum { TOKEN_BYTES_MAX = 8192, TOKEN_NAME_MAX = 100, TOKEN_LEEWAY_S = 60 };

struct token_policy {
    enum token_algorithm algorithm;
    const char *key;      /* the secret of HS…, else a public key in PEM; never empty */
    const char *audience; /* never NULL */
    const char *issuer;   /* NULL: any */
};

/* The policy of the settings. False when they ask for no tokens. Texts are borrowed. */
bool token_policy_of(const struct config *c, struct token_policy *out);

/* Texts live in the arena. */
struct token {
    const char *subject, *organisation; /* 1–TOKEN_NAME_MAX bytes of UTF-8 without control characters */
    const char *scope;                  /* names with spaces between them; "" when the token has none */
};

/* `text` may be any bytes. ERROR_AUTH when it is not to be trusted; what is wrong with the claims is told only when the
 * signature is right. Under arena_run. */
bool token_verify(const struct token_policy *p, const char *text, int64_t now_s, struct arena *a, struct token *out,
                  struct error *e);

/* Whether `text` is meant as a token rather than as an API key: it has two dots. */
bool token_is_one(const char *text);

#endif
