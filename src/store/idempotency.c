#include "store/idempotency.h"

#include <stdio.h>
#include <string.h>

#include "store/jobs_rows.h"

struct earlier {
    char request_sha256[HASH_TEXT_SIZE];
    char job_id[ID_TEXT_SIZE];
    int64_t created_ms, until_ms;
    bool has_job, found;
};

static void row_earlier(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct earlier *earlier = out;

    (void)a;
    db_column_copy(row, 0, earlier->request_sha256, sizeof(earlier->request_sha256));
    db_column_copy(row, 1, earlier->job_id, sizeof(earlier->job_id));
    earlier->created_ms = sqlite3_column_int64(row, 2);
    earlier->until_ms = sqlite3_column_int64(row, 3);
    earlier->has_job = sqlite3_column_int(row, 4) != 0;
    earlier->found = true;
}

static const char *key_id(const struct idempotency *key)
{
    return key->key_id != NULL ? key->key_id : "";
}

bool idempotency_find(struct store *s, const struct idempotency *key, int64_t now_ms, char id[ID_TEXT_SIZE],
                      enum idempotency_state *out, struct error *e)
{
    struct earlier first = { .found = false };

    *out = IDEMPOTENCY_FIRST;
    if (!db_rows(s,
                 "SELECT request_sha256, job_id, created_ms, until_ms, EXISTS (SELECT 1 FROM job WHERE job.id = job_id)"
                 " FROM idempotency WHERE organisation = ?1 AND key_id = ?2 AND idempotency_key = ?3",
                 DB_BIND(DB_TEXT(key->organisation), DB_TEXT(key_id(key)), DB_TEXT(key->key)), row_earlier, &first, NULL, e))
        return false;
    if (!first.found || now_ms - first.created_ms >= IDEMPOTENCY_KEPT_MS || (!first.has_job && now_ms >= first.until_ms))
        return true;
    if (strcmp(first.request_sha256, key->request_sha256) != 0)
        return error_set(e, ERROR_KEY_REUSED, "another request was sent with this Idempotency-Key; take a new key");
    snprintf(id, ID_TEXT_SIZE, "%s", first.job_id);
    *out = first.has_job ? IDEMPOTENCY_REPEAT : IDEMPOTENCY_HELD;
    return true;
}

/* Under the writers' lock: takes the first one's place when there is none. */
static bool take(struct store *s, const struct idempotency *key, int64_t now_ms, char id[ID_TEXT_SIZE],
                 enum idempotency_state *out, struct error *e)
{
    if (!idempotency_find(s, key, now_ms, id, out, e) || *out != IDEMPOTENCY_FIRST)
        return *out != IDEMPOTENCY_FIRST;
    return db_run(s,
                  "INSERT INTO idempotency (organisation, key_id, idempotency_key, request_sha256, job_id, created_ms, until_ms)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET request_sha256 = excluded.request_sha256,"
                  " job_id = excluded.job_id, created_ms = excluded.created_ms, until_ms = excluded.until_ms",
                  DB_BIND(DB_TEXT(key->organisation), DB_TEXT(key_id(key)), DB_TEXT(key->key), DB_TEXT(key->request_sha256),
                          DB_TEXT(id), DB_INT(now_ms), DB_INT(now_ms + IDEMPOTENCY_HOLD_MS)),
                  e);
}

static bool submit(struct store *s, const struct idempotency *key, const struct job_order *order, int64_t now_ms,
                   char id[ID_TEXT_SIZE], enum idempotency_state *out, struct error *e)
{
    return take(s, key, now_ms, id, out, e) && (*out != IDEMPOTENCY_FIRST || job_insert(s, order, id, now_ms, e));
}

bool job_submit_once(struct store *s, const struct idempotency *key, const struct job_order *order, int64_t now_ms,
                     char id[ID_TEXT_SIZE], enum idempotency_state *out, struct error *e)
{
    id_new(id);
    return db_begin(s, e) && db_end(s, submit(s, key, order, now_ms, id, out, e), e);
}

bool idempotency_hold(struct store *s, const struct idempotency *key, int64_t now_ms, char id[ID_TEXT_SIZE],
                      enum idempotency_state *out, struct error *e)
{
    return db_begin(s, e) && db_end(s, take(s, key, now_ms, id, out, e), e);
}

bool idempotency_release(struct store *s, const struct idempotency *key, const char *id, struct error *e)
{
    return db_run(s,
                  "DELETE FROM idempotency WHERE organisation = ?1 AND key_id = ?2 AND idempotency_key = ?3 AND job_id = ?4"
                  " AND NOT EXISTS (SELECT 1 FROM job WHERE job.id = ?4)",
                  DB_BIND(DB_TEXT(key->organisation), DB_TEXT(key_id(key)), DB_TEXT(key->key), DB_TEXT(id)), e);
}

bool idempotency_forget(struct store *s, int64_t now_ms, int64_t *count, struct error *e)
{
    if (!db_run(s, "DELETE FROM idempotency WHERE created_ms <= ?1", DB_BIND(DB_INT(now_ms - IDEMPOTENCY_KEPT_MS)), e))
        return false;
    *count = db_changes(s);
    return true;
}
