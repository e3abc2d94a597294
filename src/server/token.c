#include "server/token.h"

#include <jwt.h>
#include <string.h>
#include <strings.h>

#include "core/json.h"

static const jwt_alg_t algorithms[TOKEN_ALGORITHM_COUNT] = {
    [TOKEN_HS256] = JWT_ALG_HS256, [TOKEN_HS384] = JWT_ALG_HS384, [TOKEN_HS512] = JWT_ALG_HS512,
    [TOKEN_RS256] = JWT_ALG_RS256, [TOKEN_ES256] = JWT_ALG_ES256,
};

bool token_policy_of(const struct config *c, struct token_policy *out)
{
    *out = (struct token_policy){
        .algorithm = (enum token_algorithm)c->jwt_algorithm,
        .key = token_algorithm_is_secret((enum token_algorithm)c->jwt_algorithm) ? c->jwt_secret : c->jwt_public_key,
        .audience = c->jwt_audience,
        .issuer = c->jwt_issuer,
    };
    return out->key != NULL;
}

bool token_is_one(const char *text)
{
    const char *dot = strchr(text, '.');

    return dot != NULL && strchr(dot + 1, '.') != NULL;
}

static int digit_of(char c)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c != '\0' ? strchr(alphabet, c) : NULL;

    return at != NULL ? (int)(at - alphabet) : -1;
}

/* Base 64 for URLs without padding (RFC 7515, appendix C). NULL when it is not written as the one encoder would: unused
 * bits must be 0, so that one text has one meaning. */
static char *decode(struct arena *a, const char *text, size_t len, size_t *out_len)
{
    char *out = arena_alloc(a, len + 1);
    unsigned bits = 0;
    int count = 0;

    *out_len = 0;
    if (len == 0 || len % 4 == 1)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        int digit = digit_of(text[i]);

        if (digit < 0)
            return NULL;
        bits = (bits << 6 | (unsigned)digit) & 0xffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            out[(*out_len)++] = (char)(bits >> count & 0xff);
        }
    }
    return (bits & ((1U << count) - 1)) == 0 ? out : NULL;
}

struct parts {
    json_object *header, *claims;
};

static json_object *object_of(struct arena *a, const char *text, size_t len)
{
    size_t json_len;
    char *json = decode(a, text, len, &json_len);
    json_object *tree = json != NULL ? json_read(a, json, json_len, NULL) : NULL;

    return json_object_is_type(tree, json_type_object) ? tree : NULL;
}

/* Two objects and a signature. Our reader is strict: no duplicate members, UTF-8 only. */
static bool split(struct arena *a, const char *text, struct parts *out)
{
    size_t header = strcspn(text, "."), claims = text[header] == '.' ? strcspn(text + header + 1, ".") : 0;
    const char *signature = text + header + 1 + claims;
    size_t signature_len;

    if (text[header] != '.' || *signature != '.')
        return false;
    signature++;
    out->header = object_of(a, text, header);
    out->claims = object_of(a, text + header + 1, claims);
    return out->header != NULL && out->claims != NULL && decode(a, signature, strlen(signature), &signature_len) != NULL;
}

/* Before libjwt sees the token: it takes the algorithm from the token, and a public key for a secret. */
static bool header_check(const struct token_policy *p, json_object *header)
{
    const char *algorithm = json_get_string(header, "alg"), *type = json_get_string(header, "typ");
    json_object *ignored;

    if (algorithm == NULL || strcmp(algorithm, token_algorithm_names[p->algorithm]) != 0)
        return false;
    if (json_object_object_get_ex(header, "typ", &ignored) && (type == NULL || strcasecmp(type, "JWT") != 0))
        return false;
    return !json_object_object_get_ex(header, "crit", &ignored);
}

static bool signature_check(const struct token_policy *p, const char *text)
{
    jwt_t *jwt = NULL;
    bool ok = jwt_decode(&jwt, text, (const unsigned char *)p->key, (int)strlen(p->key)) == 0 &&
              jwt_get_alg(jwt) == algorithms[p->algorithm];

    jwt_free(jwt);
    return ok;
}

/* *out 0 when the claim is missing. False when it is there and no sensible number. */
static bool claim_time(json_object *claims, const char *name, double *out, struct error *e)
{
    json_object *value;

    *out = 0;
    if (!json_object_object_get_ex(claims, name, &value))
        return true;
    if (json_object_is_type(value, json_type_int) || json_object_is_type(value, json_type_double))
        *out = json_object_get_double(value);
    return (*out > 0 && *out < 9007199254740992.0) || error_set(e, ERROR_AUTH, "the token's %s is no time", name);
}

static bool times_check(json_object *claims, int64_t now_s, struct error *e)
{
    double exp, nbf, iat, now = (double)now_s;

    if (!claim_time(claims, "exp", &exp, e) || !claim_time(claims, "nbf", &nbf, e) || !claim_time(claims, "iat", &iat, e))
        return false;
    if (exp == 0)
        return error_set(e, ERROR_AUTH, "the token has no exp");
    if (now >= exp + TOKEN_LEEWAY_S)
        return error_set(e, ERROR_AUTH, "the token has expired");
    if (now < nbf - TOKEN_LEEWAY_S || now < iat - TOKEN_LEEWAY_S)
        return error_set(e, ERROR_AUTH, "the token is not valid yet");
    return true;
}

static bool is_string(json_object *value, const char *text)
{
    return json_object_is_type(value, json_type_string) &&
           (size_t)json_object_get_string_len(value) == strlen(text) &&
           strcmp(json_object_get_string(value), text) == 0;
}

static bool issuer_check(const struct token_policy *p, json_object *claims, struct error *e)
{
    json_object *issuer = NULL;

    if (json_object_object_get_ex(claims, "iss", &issuer) && !json_object_is_type(issuer, json_type_string))
        return error_set(e, ERROR_AUTH, "the token's iss is no string");
    return p->issuer == NULL || is_string(issuer, p->issuer) ||
           error_set(e, ERROR_AUTH, "the token is from another issuer");
}

static bool audience_check(const struct token_policy *p, json_object *claims, struct error *e)
{
    json_object *audience = json_object_object_get(claims, "aud");
    bool found = is_string(audience, p->audience);

    if (json_object_is_type(audience, json_type_array))
        for (size_t i = 0; i < json_object_array_length(audience); i++)
            found = found || is_string(json_object_array_get_idx(audience, i), p->audience);
    return found || error_set(e, ERROR_AUTH, "the token is not meant for this service");
}

/* A name as keys have them: what ends up in records must be readable. */
static bool claim_name(json_object *claims, const char *name, struct arena *a, const char **out, struct error *e)
{
    json_object *value = json_object_object_get(claims, name);
    const char *text = json_get_string(claims, name);
    size_t len = text != NULL ? (size_t)json_object_get_string_len(value) : 0;
    bool ok = len >= 1 && len <= TOKEN_NAME_MAX && strlen(text) == len;

    for (size_t i = 0; ok && i < len; i++)
        ok = (unsigned char)text[i] >= 0x20 && text[i] != 0x7f;
    if (!ok)
        return error_set(e, ERROR_AUTH, "the token needs %s, 1 to %d bytes without control characters", name, TOKEN_NAME_MAX);
    *out = arena_strdup(a, text);
    return true;
}

static bool scope_read(json_object *claims, struct arena *a, const char **out, struct error *e)
{
    const char *text = json_get_string(claims, "scope");
    json_object *value;

    if (text == NULL && json_object_object_get_ex(claims, "scope", &value))
        return error_set(e, ERROR_AUTH, "the token's scope is no string");
    *out = arena_strdup(a, text != NULL ? text : "");
    return true;
}

bool token_verify(const struct token_policy *p, const char *text, int64_t now_s, struct arena *a, struct token *out,
                  struct error *e)
{
    struct parts parts;

    ASSERT(p->key[0] != '\0' && p->audience != NULL);
    if (strnlen(text, TOKEN_BYTES_MAX + 1) > TOKEN_BYTES_MAX || !split(a, text, &parts) ||
        !header_check(p, parts.header) || !signature_check(p, text))
        return error_set(e, ERROR_AUTH, "the token cannot be verified");
    return times_check(parts.claims, now_s, e) && issuer_check(p, parts.claims, e) && audience_check(p, parts.claims, e) &&
           claim_name(parts.claims, "sub", a, &out->subject, e) &&
           claim_name(parts.claims, "org", a, &out->organisation, e) && scope_read(parts.claims, a, &out->scope, e);
}
