#include "store/keys.h"

#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "store/db.h"
#include "store/key_text.h"

const struct key_scope_info key_scopes[SCOPE_COUNT] = {
    /* bit            name        what it allows */
    { SCOPE_GENERATE, "generate", "Compose: turn a brief into documents." },
    { SCOPE_RENDER,   "render",   "Produce audio and project files." },
    { SCOPE_KEYS,     "keys",     "Manage the organisation's keys that may do no more than itself." },
    { SCOPE_AUDIT,    "audit",    "Read the organisation's audit trail." },
    { SCOPE_METRICS,  "metrics",  "Read the figures of the service." },
    { SCOPE_ADMIN,    "admin",    "Everything, and the keys, quotas and audit trail of every organisation." },
};

static unsigned scope_find(const char *name, size_t len)
{
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (strlen(key_scopes[i].name) == len && memcmp(name, key_scopes[i].name, len) == 0)
            return key_scopes[i].bit;
    return SCOPE_NONE;
}

bool key_scopes_parse(const char *text, unsigned *out, struct error *e)
{
    char all[KEY_SCOPES_TEXT_SIZE];
    unsigned scopes = 0;

    for (const char *at = text, *end; *at != '\0'; at = *end == ',' ? end + 1 : end) {
        unsigned bit;

        end = at + strcspn(at, ",");
        bit = scope_find(at, (size_t)(end - at));
        if (bit == SCOPE_NONE)
            return error_set(e, ERROR_INPUT, "no scope is called '%.*s'; there are: %s", (int)(end - at), at,
                             key_scopes_text(~0U, all));
        scopes |= bit;
    }
    if (scopes == 0)
        return error_set(e, ERROR_INPUT, "a key needs at least one scope");
    *out = scopes;
    return true;
}

const char *key_scopes_text(unsigned scopes, char out[KEY_SCOPES_TEXT_SIZE])
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < SCOPE_COUNT; i++)
        if (scopes & key_scopes[i].bit)
            len += (size_t)snprintf(out + len, KEY_SCOPES_TEXT_SIZE - len, "%s%s", len > 0 ? "," : "",
                                    key_scopes[i].name);
    return out;
}

unsigned key_scopes_effective(unsigned scopes)
{
    return scopes & SCOPE_ADMIN ? SCOPES_ALL : scopes;
}

const char *key_state(const struct key *k, int64_t now_ms)
{
    return k->revoked_ms != 0 ? "revoked" : k->expires_ms != 0 && k->expires_ms <= now_ms ? "expired" : "active";
}

static bool is_name(const char *text)
{
    size_t len = text != NULL ? strnlen(text, KEY_NAME_MAX + 1) : 0;

    if (len == 0 || len > KEY_NAME_MAX)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return true;
}

static bool key_check(struct store *s, const struct key *k, struct error *e)
{
    int64_t others = 0;

    if (!(k->rate_rps >= 0 && k->rate_rps <= 100000) || k->rate_burst < 0 || k->rate_burst > 100000)
        return error_set(e, ERROR_INPUT, "a rate of its own is from 0 to 100000");
    if (k->scopes == 0 || k->expires_ms < 0 || (k->expires_ms != 0 && k->expires_ms <= k->created_ms))
        return error_set(e, ERROR_INPUT, "a key needs a scope and an expiry in the future");
    if (!db_rows(s, "SELECT count(*) FROM api_key WHERE organisation = ?1 AND name = ?2 AND revoked_ms IS NULL",
                 DB_BIND(DB_TEXT(k->organisation), DB_TEXT(k->name)), db_row_integer, &others, NULL, e))
        return false;
    return others == 0 || error_set(e, ERROR_CONFLICT, "'%s' already has a key called '%s'", k->organisation, k->name);
}

static bool depth_check(struct store *s, const struct key *k, struct error *e)
{
    struct key_makers makers = { .count = 0 };

    if (k->maker_id[0] == '\0')
        return true;
    return key_makers(s, k->maker_id, &makers, e) &&
           (makers.count < KEY_MAKERS_MAX ||
            error_set(e, ERROR_SCOPE, "the key was made by a key that a key made, and so on, %d times: it makes no others", KEY_MAKERS_MAX));
}

static bool key_insert(struct store *s, const struct key *k, const char *secret_sha256, const struct quota *quota,
                       struct error *e)
{
    char scopes[KEY_SCOPES_TEXT_SIZE];

    return key_check(s, k, e) && depth_check(s, k, e) &&
           db_run(s,
                  "INSERT INTO api_key (id, secret_sha256, name, organisation, scopes, created_ms, expires_ms, rate_rps,"
                  " rate_burst, maker_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), nullif(?8, 0), nullif(?9, 0), nullif(?10, ''))",
                  DB_BIND(DB_TEXT(k->id), DB_TEXT(secret_sha256), DB_TEXT(k->name), DB_TEXT(k->organisation),
                          DB_TEXT(key_scopes_text(k->scopes, scopes)), DB_INT(k->created_ms), DB_INT(k->expires_ms),
                          DB_REAL(k->rate_rps), DB_INT(k->rate_burst), DB_TEXT(k->maker_id)),
                  e) &&
           (quota == NULL || quota_is_none(quota) || quota_set(s, QUOTA_OF_KEY, k->id, quota, e));
}

bool key_create(struct store *s, const struct key_order *order, int64_t now_ms, char text[KEY_TEXT_SIZE],
                struct key *out, struct error *e)
{
    struct key k = { .scopes = order->scopes, .created_ms = now_ms, .expires_ms = order->expires_ms,
                     .rate_rps = order->rate_rps, .rate_burst = order->rate_burst };
    char digest[HASH_TEXT_SIZE];

    text[0] = '\0';
    if (!is_name(order->name) || !is_name(order->organisation))
        return error_set(e, ERROR_INPUT, "name and organisation need 1 to %d bytes without control characters",
                         KEY_NAME_MAX);
    snprintf(k.name, sizeof(k.name), "%s", order->name);
    snprintf(k.organisation, sizeof(k.organisation), "%s", order->organisation);
    snprintf(k.maker_id, sizeof(k.maker_id), "%s", order->maker_id != NULL ? order->maker_id : "");
    key_id_draw(k.id);
    key_text_draw(k.id, text, digest);
    if (!db_begin(s, e) || !db_end(s, key_insert(s, &k, digest, order->quota, e), e)) {
        explicit_bzero(text, KEY_TEXT_SIZE);
        return false;
    }
    if (out != NULL)
        *out = k;
    return true;
}

#define KEY_COLUMNS                                                                                          \
    "id, name, organisation, scopes, created_ms, coalesce(expires_ms, 0), coalesce(revoked_ms, 0),"          \
    " coalesce(last_used_ms, 0), coalesce(rate_rps, 0), coalesce(rate_burst, 0), coalesce(rotated_ms, 0),"   \
    " coalesce(previous_until_ms, 0), coalesce(maker_id, '')"
enum { KEY_COLUMN_COUNT = 13 };

static void key_read(sqlite3_stmt *row, int first, struct key *k)
{
    char scopes[KEY_SCOPES_TEXT_SIZE];

    db_column_copy(row, first, k->id, sizeof(k->id));
    db_column_copy(row, first + 1, k->name, sizeof(k->name));
    db_column_copy(row, first + 2, k->organisation, sizeof(k->organisation));
    db_column_copy(row, first + 3, scopes, sizeof(scopes));
    if (!key_scopes_parse(scopes, &k->scopes, NULL))
        k->scopes = SCOPE_NONE;
    k->created_ms = sqlite3_column_int64(row, first + 4);
    k->expires_ms = sqlite3_column_int64(row, first + 5);
    k->revoked_ms = sqlite3_column_int64(row, first + 6);
    k->last_used_ms = sqlite3_column_int64(row, first + 7);
    k->rate_rps = sqlite3_column_double(row, first + 8);
    k->rate_burst = sqlite3_column_int(row, first + 9);
    k->rotated_ms = sqlite3_column_int64(row, first + 10);
    k->previous_until_ms = sqlite3_column_int64(row, first + 11);
    db_column_copy(row, first + 12, k->maker_id, sizeof(k->maker_id));
}

struct stored_key {
    struct key key;
    char secret_sha256[HASH_TEXT_SIZE], previous_sha256[HASH_TEXT_SIZE];
    bool found;
};

static void row_stored_key(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct stored_key *stored = out;

    (void)a;
    key_read(row, 0, &stored->key);
    db_column_copy(row, KEY_COLUMN_COUNT, stored->secret_sha256, sizeof(stored->secret_sha256));
    db_column_copy(row, KEY_COLUMN_COUNT + 1, stored->previous_sha256, sizeof(stored->previous_sha256));
    stored->found = true;
}

static bool stored_find(struct store *s, const char *id, struct stored_key *out, struct error *e)
{
    *out = (struct stored_key){ .found = false };
    return db_rows(s, "SELECT " KEY_COLUMNS ", secret_sha256, previous_sha256 FROM api_key WHERE id = ?1",
                   DB_BIND(DB_TEXT(id)), row_stored_key, out, NULL, e);
}

/* A convenience for administrators: no reason to delay or refuse a request when others are writing. */
static void use_record(struct store *s, struct key *k, int64_t now_ms)
{
    s->is_hasty = true;
    if (db_run(s, "UPDATE api_key SET last_used_ms = ?2 WHERE id = ?1", DB_BIND(DB_TEXT(k->id), DB_INT(now_ms)), NULL))
        k->last_used_ms = now_ms;
    s->is_hasty = false;
}

/* Both are compared whatever the first comparison says, so that time tells nothing. */
static bool is_secret(const struct stored_key *stored, const char *digest, int64_t now_ms)
{
    bool is_current = hash_is_equal(digest, stored->secret_sha256, HASH_TEXT_SIZE);
    bool is_previous = hash_is_equal(digest, stored->previous_sha256, HASH_TEXT_SIZE);

    return stored->found && (is_current || (is_previous && now_ms < stored->key.previous_until_ms));
}

bool key_verify(struct store *s, const char *text, int64_t now_ms, struct key *out, struct error *e)
{
    char id[KEY_ID_SIZE], digest[HASH_TEXT_SIZE];
    struct stored_key stored;

    if (!key_text_read(text, id, digest))
        return error_set(e, ERROR_AUTH, "unknown API key");
    if (!stored_find(s, id, &stored, e))
        return false;
    if (!is_secret(&stored, digest, now_ms) || strcmp(key_state(&stored.key, now_ms), "active") != 0)
        return error_set(e, ERROR_AUTH, "unknown API key");
    if (now_ms - stored.key.last_used_ms >= KEY_USED_EVERY_MS)
        use_record(s, &stored.key, now_ms);
    *out = stored.key;
    return true;
}

static void row_listed_key(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct key_list *list = out;

    if (list->items == NULL)
        list->items = ARENA_ARRAY(a, struct key, (size_t)sqlite3_column_int64(row, 0));
    key_read(row, 1, &list->items[list->count++]);
}

bool key_list(struct store *s, const char *organisation, struct arena *a, struct key_list *out, struct error *e)
{
    *out = (struct key_list){ 0 };
    return db_rows(s,
                   "SELECT count(*) OVER (), " KEY_COLUMNS
                   " FROM api_key WHERE ?1 IS NULL OR organisation = ?1 ORDER BY created_ms, id",
                   DB_BIND(DB_TEXT(organisation)), row_listed_key, out, a, e);
}

bool key_get(struct store *s, const char *id, const char *organisation, struct key *out, struct error *e)
{
    struct stored_key stored;

    if (!stored_find(s, id, &stored, e))
        return false;
    if (!stored.found || (organisation != NULL && strcmp(stored.key.organisation, organisation) != 0))
        return error_set(e, ERROR_NOT_FOUND, "no such API key");
    *out = stored.key;
    return true;
}

static bool secret_replace(struct store *s, struct key *k, const char *organisation, const char *digest, int grace_s,
                           int64_t now_ms, struct error *e)
{
    const char *state;

    if (!key_get(s, k->id, organisation, k, e))
        return false;
    state = key_state(k, now_ms);
    if (strcmp(state, "active") != 0)
        return error_set(e, ERROR_CONFLICT, "the key is %s", state);
    k->rotated_ms = now_ms;
    k->previous_until_ms = grace_s > 0 ? now_ms + (int64_t)grace_s * 1000 : 0;
    return db_run(s,
                  "UPDATE api_key SET previous_sha256 = iif(?4 > 0, secret_sha256, NULL), previous_until_ms = nullif(?4, 0),"
                  " secret_sha256 = ?2, rotated_ms = ?3 WHERE id = ?1",
                  DB_BIND(DB_TEXT(k->id), DB_TEXT(digest), DB_INT(now_ms), DB_INT(k->previous_until_ms)), e);
}

bool key_rotate(struct store *s, const char *id, const char *organisation, int grace_s, int64_t now_ms,
                char text[KEY_TEXT_SIZE], struct key *out, struct error *e)
{
    struct key k = { .scopes = 0 };
    char digest[HASH_TEXT_SIZE];

    text[0] = '\0';
    if (grace_s < 0 || grace_s > KEY_GRACE_MAX_S)
        return error_set(e, ERROR_INPUT, "the grace period is from 0 to %d seconds", KEY_GRACE_MAX_S);
    if (strnlen(id, KEY_ID_SIZE) != KEY_ID_SIZE - 1)
        return error_set(e, ERROR_NOT_FOUND, "no such API key");
    snprintf(k.id, sizeof(k.id), "%s", id);
    key_text_draw(k.id, text, digest);
    if (!db_begin(s, e) || !db_end(s, secret_replace(s, &k, organisation, digest, grace_s, now_ms, e), e)) {
        explicit_bzero(text, KEY_TEXT_SIZE);
        return false;
    }
    if (out != NULL)
        *out = k;
    return true;
}

bool key_revoke(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e)
{
    if (!db_run(s,
                "UPDATE api_key SET revoked_ms = coalesce(revoked_ms, ?3)"
                " WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                DB_BIND(DB_TEXT(id), DB_TEXT(organisation), DB_INT(now_ms)), e))
        return false;
    return db_changes(s) > 0 || error_set(e, ERROR_NOT_FOUND, "no such API key");
}
