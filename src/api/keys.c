/* GET and POST /v1/keys, GET and DELETE /v1/keys/{id}, POST /v1/keys/{id}/rotate, PUT /v1/keys/{id}/quota.
 * Who has the scope keys manages the keys of the own organisation that may do no more than the own one; others' are not
 * there. None of them gets more by it: a new key's quota and rate are at most those of the key that makes it and are used up
 * together with it (store/keys.h), it works no longer, a key with limits gets no secret of keys that do not come from it, and
 * its own quota it cannot change. An administrator manages all. */
#include "api/keys.h"

#include <math.h>
#include <string.h>

#include "api/handlers.h"
#include "api/key_view.h"
#include "core/clock.h"
#include "core/json.h"
#include "server/query.h"

enum { DAY_MS = 86400000, EXPIRES_DAYS_MAX = 36500, RATE_MAX = 100000 };

struct key_request {
    const char *name, *organisation;
    struct string_list scopes;
    int expires_days;
    double rate_rps;
    int rate_burst;
    struct quota *quota;
    unsigned scope_bits; /* of scopes */
};

/* clang-format off */
#define AT(member) offsetof(struct key_request, member)
static const struct field request_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), 1, KEY_NAME_MAX, .help = "What the key is for, such as radio-desk." },
    { "organisation", FIELD_STRING, 0, AT(organisation), 1, KEY_NAME_MAX, .help = "Who owns its jobs and files; your own, unless you are an administrator." },
    { "scopes", FIELD_STRINGS, FIELD_REQUIRED, AT(scopes), 1, SCOPE_COUNT, .help = "What it may do: generate, render, keys, audit, metrics, admin." },
    { "expires_days", FIELD_INT, 0, AT(expires_days), 1, EXPIRES_DAYS_MAX, "days", .help = "After how many days it stops working; without, when the key that makes it does." },
    { "rate_rps", FIELD_REAL, 0, AT(rate_rps), 0.001, RATE_MAX, "requests a second", .help = "A rate of its own, by default that of the key that makes it; above that and the service's only by an administrator." },
    { "rate_burst", FIELD_INT, 0, AT(rate_burst), 1, RATE_MAX, "requests", .help = "Requests at once; the same." },
    { "quota", FIELD_OBJECT_PTR, 0, AT(quota), .of = &quota_fields, .help = "What it may order, by default as much as the key that makes it; more only by an administrator." },
};
#undef AT
/* clang-format on */
const struct fields key_request_fields = FIELDS("key_request", struct key_request, request_rows, "A new API key.");

struct key_rotation {
    int grace_seconds;
};
static const struct field rotation_rows[] = {
    { "grace_seconds", FIELD_INT, 0, offsetof(struct key_rotation, grace_seconds), 0, KEY_GRACE_MAX_S, "s", "86400",
      .help = "How long the secret before stays good." },
};
const struct fields key_rotation_fields = FIELDS("key_rotation", struct key_rotation, rotation_rows, "A new secret for a key.");

static bool is_administrator(const struct request *req)
{
    return (req->who.scopes & SCOPE_ADMIN) != 0;
}

/* Whose keys the request may see; NULL: everybody's. */
static const char *realm(const struct request *req)
{
    return is_administrator(req) ? NULL : req->who.organisation;
}

/* What no key that the caller makes, changes or gets the secret of may order more of: the quota of its own key. An
 * administrator has no such cap, nor has a token, which is no key; the quota of the organisation holds for all of them. */
static bool cap_get(const struct request *req, struct quota *out, struct error *e)
{
    *out = quota_none;
    return is_administrator(req) || quota_get(api_store(req), QUOTA_OF_KEY, req->who.key_id, out, e);
}

/* NaN is no limit. */
static bool is_below(double limit, double cap)
{
    return isnan(cap) || limit <= cap;
}

static double *quota_limit(struct quota *q, size_t index)
{
    return (double *)(void *)((char *)q + quota_fields.rows[index].offset);
}

/* What is not limited gets the cap; what is above it is a problem below `pointer`. */
static void quota_cap(struct quota *q, struct quota *cap, const char *pointer, struct problems *problems)
{
    for (size_t i = 0; i < quota_fields.count; i++) {
        double *limit = quota_limit(q, i), most = *quota_limit(cap, i);

        if (isnan(*limit))
            *limit = most;
        else if (!is_below(*limit, most))
            problem_add(problems, arena_printf(problems->arena, "%s/%s", pointer, quota_fields.rows[i].name),
                        "expected at most %.10g, the quota of your own key: only an administrator gives more", most);
    }
}

static bool may_grant(const struct request *req, unsigned scopes)
{
    return (key_scopes_effective(scopes) & ~req->who.scopes) == 0;
}

/* Only what comes from a key with limits shares them: with others' it could order and ask more. */
static bool check_family(const struct request *req, const struct key *k, const struct quota *cap, struct error *e)
{
    const struct principal *who = &req->who;
    bool is_from = false;

    if (is_administrator(req) || (who->rate_rps <= 0 && who->rate_burst <= 0 && quota_is_none(cap)) || strcmp(k->id, who->key_id) == 0)
        return true;
    return key_is_from(api_store(req), k->id, who->key_id, &is_from, e) &&
           (is_from || error_set(e, ERROR_SCOPE, "the key does not come from yours, which has limits: this needs the scope 'admin'"));
}

/* As scopes: by its secret the caller could order and ask more than with its own key. */
static bool check_limits(const struct request *req, const struct key *k, struct error *e)
{
    const struct principal *who = &req->who;
    struct quota cap, quota;
    bool below;

    if (!cap_get(req, &cap, e) || !quota_get(api_store(req), QUOTA_OF_KEY, k->id, &quota, e))
        return false;
    below = is_administrator(req) || ((who->rate_rps <= 0 || (k->rate_rps > 0 && k->rate_rps <= who->rate_rps)) &&
                                      (who->rate_burst <= 0 || (k->rate_burst > 0 && k->rate_burst <= who->rate_burst)));
    for (size_t i = 0; i < quota_fields.count; i++)
        below = below && is_below(*quota_limit(&quota, i), *quota_limit(&cap, i));
    if (!below)
        return error_set(e, ERROR_SCOPE, "the key has higher limits than yours: this needs the scope 'admin'");
    return check_family(req, k, &cap, e);
}

/* A secret for a key that may do more would be a way to do more. */
static bool managed_key(const struct request *req, struct key *out, struct error *e)
{
    if (!key_get(api_store(req), request_param(req, "id"), realm(req), out, e))
        return false;
    return may_grant(req, out->scopes) ||
           error_set(e, ERROR_SCOPE, "the key may do more than yours: this needs the scope 'admin'");
}

static bool answer(struct request *req, struct response *resp, int status, const struct key *k, const char *secret,
                   struct error *e)
{
    struct quota quota;

    if (!quota_get(api_store(req), QUOTA_OF_KEY, k->id, &quota, e))
        return false;
    response_json(resp, status, json_hold(req->arena, key_view(k, &quota, secret, clock_wall_ms(), req->arena)));
    return true;
}

/* Of two rates, of which 0 is none. */
static double lower(double one, double other)
{
    return one > 0 && other > 0 ? fmin(one, other) : fmax(one, other);
}

void key_request_check(struct request *req, struct problems *problems)
{
    struct key_request *in = req->input;
    double rps = lower(req->service->rate_rps, req->who.rate_rps);
    int burst = (int)lower(req->service->rate_burst, req->who.rate_burst);

    in->scope_bits = key_scopes_read(&in->scopes, "/scopes", problems);
    if (!may_grant(req, in->scope_bits))
        problem_add(problems, "/scopes", "a key cannot be given more than yours may do");
    if (is_administrator(req))
        return;
    if (in->organisation != NULL && strcmp(in->organisation, req->who.organisation) != 0)
        problem_add(problems, "/organisation", "expected '%s': only an administrator makes keys for others",
                    req->who.organisation);
    if (rps > 0 && in->rate_rps > rps)
        problem_add(problems, "/rate_rps", "expected at most %.6g: only an administrator gives more", rps);
    if (rps > 0 && in->rate_burst != FIELD_INT_UNSET && in->rate_burst > burst)
        problem_add(problems, "/rate_burst", "expected at most %d: only an administrator gives more", burst);
    if (isnan(in->rate_rps) && req->who.rate_rps > 0)
        in->rate_rps = rps;
    if (in->rate_burst == FIELD_INT_UNSET && req->who.rate_burst > 0)
        in->rate_burst = burst;
}

/* The maker of a key that no administrator makes, and how long it works at most. */
static bool follow_maker(const struct request *req, struct key_order *order, struct problems *problems, struct error *e)
{
    struct key maker;
    struct error none = { .code = ERROR_NONE };
    char text[CLOCK_TEXT_SIZE];

    if (is_administrator(req))
        return true;
    if (!key_get(api_store(req), req->who.key_id, NULL, &maker, &none))
        return none.code == ERROR_NOT_FOUND || (*e = none, false); /* a token's subject */
    order->maker_id = req->who.key_id;
    if (maker.expires_ms != 0 && order->expires_ms > maker.expires_ms)
        problem_add(problems, "/expires_days", "your own key works until %s: only an administrator gives more",
                    clock_text(maker.expires_ms, text));
    if (order->expires_ms == 0)
        order->expires_ms = maker.expires_ms;
    return true;
}

bool keys_post(struct request *req, struct response *resp, struct error *e)
{
    const struct key_request *in = req->input;
    struct quota quota = in->quota != NULL ? *in->quota : quota_none, cap;
    struct problems problems = { .arena = req->arena };
    int64_t now_ms = clock_wall_ms();
    struct key_order order = {
        .name = in->name,
        .organisation = in->organisation != NULL ? in->organisation : req->who.organisation,
        .scopes = in->scope_bits,
        .expires_ms = in->expires_days != FIELD_INT_UNSET ? now_ms + (int64_t)in->expires_days * DAY_MS : 0,
        .rate_rps = isnan(in->rate_rps) ? 0 : in->rate_rps,
        .rate_burst = in->rate_burst != FIELD_INT_UNSET ? in->rate_burst : 0,
        .quota = &quota,
    };
    char text[KEY_TEXT_SIZE];
    struct key made;
    bool ok;

    if (!cap_get(req, &cap, e) || !follow_maker(req, &order, &problems, e))
        return false;
    quota_cap(&quota, &cap, "/quota", &problems);
    if (!problems_none(&problems, "the body", e))
        return false;
    ok = key_create(api_store(req), &order, now_ms, text, &made, e) && answer(req, resp, 201, &made, text, e);
    explicit_bzero(text, sizeof(text));
    if (ok) {
        request_target(req, made.id);
        response_header(resp, "Location", "/v1/keys/%s", made.id);
    }
    return ok;
}

bool keys_list(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object()), *list = json_object_new_array();
    const char *wanted = query_get(req, "organisation"), *organisation = realm(req);
    struct key_list found;

    json_object_object_add(body, "keys", list);
    if (wanted != NULL && organisation != NULL && strcmp(wanted, organisation) != 0)
        return error_set(e, ERROR_NOT_FOUND, "no such organisation");
    if (!key_list(api_store(req), wanted != NULL ? wanted : organisation, req->arena, &found, e))
        return false;
    for (size_t i = 0; i < found.count; i++) {
        struct quota quota;

        if (!quota_get(api_store(req), QUOTA_OF_KEY, found.items[i].id, &quota, e))
            return false;
        json_object_array_add(list, key_view(&found.items[i], &quota, NULL, clock_wall_ms(), req->arena));
    }
    response_json(resp, 200, body);
    return true;
}

bool keys_get(struct request *req, struct response *resp, struct error *e)
{
    struct key key;

    return key_get(api_store(req), request_param(req, "id"), realm(req), &key, e) && answer(req, resp, 200, &key, NULL, e);
}

bool keys_delete(struct request *req, struct response *resp, struct error *e)
{
    struct key key;

    return managed_key(req, &key, e) && key_revoke(api_store(req), key.id, realm(req), clock_wall_ms(), e) &&
           keys_get(req, resp, e);
}

bool keys_rotate(struct request *req, struct response *resp, struct error *e)
{
    const struct key_rotation *in = req->input;
    char text[KEY_TEXT_SIZE];
    struct key key;
    bool ok;

    if (!managed_key(req, &key, e) || !check_limits(req, &key, e))
        return false;
    ok = key_rotate(api_store(req), key.id, realm(req), in->grace_seconds, clock_wall_ms(), text, &key, e) &&
         answer(req, resp, 200, &key, text, e);
    explicit_bzero(text, sizeof(text));
    return ok;
}

bool keys_quota_put(struct request *req, struct response *resp, struct error *e)
{
    struct problems problems = { .arena = req->arena };
    struct quota quota = *(const struct quota *)req->input, cap;
    struct key key;

    if (!managed_key(req, &key, e) || !cap_get(req, &cap, e))
        return false;
    if (!is_administrator(req) && strcmp(key.id, req->who.key_id) == 0)
        return error_set(e, ERROR_SCOPE, "the quota of your own key is set by an administrator");
    if (!check_family(req, &key, &cap, e))
        return false;
    quota_cap(&quota, &cap, "", &problems);
    return problems_none(&problems, "the body", e) && quota_set(api_store(req), QUOTA_OF_KEY, key.id, &quota, e) &&
           answer(req, resp, 200, &key, NULL, e);
}
