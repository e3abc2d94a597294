#include "store/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/random.h"
#include "store/db.h"

enum { SECRET_LEN = 40, CHECK_LEN = 6, PREFIX_LEN = 4, ID_LEN = KEY_ID_SIZE - 1 };
enum { SECRET_AT = PREFIX_LEN + ID_LEN + 1, CHECK_AT = SECRET_AT + SECRET_LEN, KEY_LEN = CHECK_AT + CHECK_LEN };

/* Crockford's base 32: five bits a character, none that is easily mistaken for another. */
static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

const struct key_scope_info key_scopes[SCOPE_COUNT] = {
    /* bit            name        what it allows */
    { SCOPE_GENERATE, "generate", "Compose: turn a brief into documents." },
    { SCOPE_RENDER,   "render",   "Produce audio and project files."      },
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

static void draw(char *out, size_t len)
{
    unsigned char bytes[SECRET_LEN];

    ASSERT(len <= sizeof(bytes));
    random_bytes(bytes, len);
    for (size_t i = 0; i < len; i++)
        out[i] = alphabet[bytes[i] & 31];
    explicit_bzero(bytes, sizeof(bytes));
}

static void check_make(const char *text, char out[CHECK_LEN])
{
    char digest[HASH_TEXT_SIZE], head[9];

    hash_text(text, CHECK_AT, digest);
    snprintf(head, sizeof(head), "%.8s", digest);
    for (unsigned long i = 0, bits = strtoul(head, NULL, 16) >> 2; i < CHECK_LEN; i++)
        out[i] = alphabet[(bits >> (25 - 5 * i)) & 31];
}

static bool is_well_formed(const char *text)
{
    char check[CHECK_LEN];

    if (text == NULL || strnlen(text, KEY_TEXT_SIZE) != KEY_LEN || strncmp(text, "aek_", PREFIX_LEN) != 0 ||
        text[SECRET_AT - 1] != '_')
        return false;
    for (size_t i = PREFIX_LEN; i < KEY_LEN; i++)
        if (i != SECRET_AT - 1 && strchr(alphabet, text[i]) == NULL)
            return false;
    check_make(text, check);
    return hash_is_equal(check, text + CHECK_AT, CHECK_LEN);
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

    if (!is_name(k->name) || !is_name(k->organisation))
        return error_set(e, ERROR_INPUT, "name and organisation need 1 to %d bytes without control characters",
                         KEY_NAME_MAX);
    if (k->scopes == 0 || k->expires_ms < 0 || (k->expires_ms != 0 && k->expires_ms <= k->created_ms))
        return error_set(e, ERROR_INPUT, "a key needs a scope and an expiry in the future");
    if (!db_rows(s, "SELECT count(*) FROM api_key WHERE organisation = ?1 AND name = ?2 AND revoked_ms IS NULL",
                 DB_BIND(DB_TEXT(k->organisation), DB_TEXT(k->name)), db_row_integer, &others, NULL, e))
        return false;
    return others == 0 || error_set(e, ERROR_CONFLICT, "'%s' already has a key called '%s'", k->organisation, k->name);
}

static bool key_insert(struct store *s, const struct key *k, const char *secret_sha256, struct error *e)
{
    char scopes[KEY_SCOPES_TEXT_SIZE];

    return key_check(s, k, e) &&
           db_run(s,
                  "INSERT INTO api_key (id, secret_sha256, name, organisation, scopes, created_ms, expires_ms)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0))",
                  DB_BIND(DB_TEXT(k->id), DB_TEXT(secret_sha256), DB_TEXT(k->name), DB_TEXT(k->organisation),
                          DB_TEXT(key_scopes_text(k->scopes, scopes)), DB_INT(k->created_ms), DB_INT(k->expires_ms)),
                  e);
}

bool key_create(struct store *s, const char *name, const char *organisation, unsigned scopes, int64_t expires_ms,
                int64_t now_ms, char text[KEY_TEXT_SIZE], struct key *out, struct error *e)
{
    struct key k = { .scopes = scopes, .created_ms = now_ms, .expires_ms = expires_ms };
    char digest[HASH_TEXT_SIZE];

    /* One byte more than is allowed still fits, so that the check sees what is too long. */
    if (name == NULL || organisation == NULL || strlen(name) > KEY_NAME_MAX || strlen(organisation) > KEY_NAME_MAX)
        return error_set(e, ERROR_INPUT, "name and organisation need 1 to %d bytes", KEY_NAME_MAX);
    snprintf(k.name, sizeof(k.name), "%s", name);
    snprintf(k.organisation, sizeof(k.organisation), "%s", organisation);
    draw(k.id, ID_LEN);
    snprintf(text, KEY_TEXT_SIZE, "aek_%s_", k.id);
    draw(text + SECRET_AT, SECRET_LEN);
    check_make(text, text + CHECK_AT);
    text[KEY_LEN] = '\0';
    hash_text(text + SECRET_AT, SECRET_LEN, digest);
    if (!db_begin(s, e) || !db_end(s, key_insert(s, &k, digest, e), e)) {
        explicit_bzero(text, KEY_TEXT_SIZE);
        return false;
    }
    if (out != NULL)
        *out = k;
    return true;
}

#define KEY_COLUMNS                                                                                          \
    "id, name, organisation, scopes, created_ms, coalesce(expires_ms, 0), coalesce(revoked_ms, 0),"          \
    " coalesce(last_used_ms, 0)"

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
}

struct stored_key {
    struct key key;
    char secret_sha256[HASH_TEXT_SIZE];
    bool found;
};

static void row_stored_key(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct stored_key *stored = out;

    (void)a;
    key_read(row, 0, &stored->key);
    db_column_copy(row, 8, stored->secret_sha256, sizeof(stored->secret_sha256));
    stored->found = true;
}

/* A convenience for administrators: no reason to delay or refuse a request when others are writing. */
static void use_record(struct store *s, struct key *k, int64_t now_ms)
{
    sqlite3_busy_timeout(s->db, 0);
    if (db_run(s, "UPDATE api_key SET last_used_ms = ?2 WHERE id = ?1", DB_BIND(DB_TEXT(k->id), DB_INT(now_ms)), NULL))
        k->last_used_ms = now_ms;
    sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
}

bool key_verify(struct store *s, const char *text, int64_t now_ms, struct key *out, struct error *e)
{
    struct stored_key stored = { .found = false };
    char id[KEY_ID_SIZE], digest[HASH_TEXT_SIZE];
    bool ok;

    if (!is_well_formed(text))
        return error_set(e, ERROR_AUTH, "unknown API key");
    snprintf(id, sizeof(id), "%s", text + PREFIX_LEN);
    if (!db_rows(s, "SELECT " KEY_COLUMNS ", secret_sha256 FROM api_key WHERE id = ?1", DB_BIND(DB_TEXT(id)),
                 row_stored_key, &stored, NULL, e))
        return false;
    hash_text(text + SECRET_AT, SECRET_LEN, digest);
    ok = hash_is_equal(digest, stored.secret_sha256, HASH_TEXT_SIZE) && stored.found && stored.key.revoked_ms == 0 &&
         (stored.key.expires_ms == 0 || now_ms < stored.key.expires_ms);
    if (!ok)
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

bool key_revoke(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e)
{
    if (!db_run(s,
                "UPDATE api_key SET revoked_ms = coalesce(revoked_ms, ?3)"
                " WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                DB_BIND(DB_TEXT(id), DB_TEXT(organisation), DB_INT(now_ms)), e))
        return false;
    return db_changes(s) > 0 || error_set(e, ERROR_NOT_FOUND, "no such API key");
}
