#include "store/webhooks.h"

#include <string.h>

#include "store/db.h"

const char *const webhook_state_names[WEBHOOK_STATE_COUNT] = {
    [WEBHOOK_PENDING] = "pending", [WEBHOOK_DELIVERED] = "delivered", [WEBHOOK_FAILED] = "failed",
};

#define WEBHOOK_COLUMNS                                                                                      \
    "id, job_id, organisation, url, type, state, attempts, next_ms, created_ms, coalesce(finished_ms, 0),"   \
    " coalesce(http_status, 0), error"

static void webhook_read(sqlite3_stmt *row, struct webhook *out, struct arena *a)
{
    const char *state = (const char *)sqlite3_column_text(row, 5);

    *out = (struct webhook){
        .organisation = db_column_text(row, 2, a),
        .url = db_column_text(row, 3, a),
        .type = db_column_text(row, 4, a),
        .state = strcmp(state, "pending") == 0 ? WEBHOOK_PENDING : strcmp(state, "failed") == 0 ? WEBHOOK_FAILED : WEBHOOK_DELIVERED,
        .attempts = sqlite3_column_int(row, 6),
        .next_ms = sqlite3_column_int64(row, 7),
        .created_ms = sqlite3_column_int64(row, 8),
        .finished_ms = sqlite3_column_int64(row, 9),
        .http_status = sqlite3_column_int(row, 10),
        .error = db_column_text(row, 11, a),
    };
    db_column_copy(row, 0, out->id, sizeof(out->id));
    db_column_copy(row, 1, out->job_id, sizeof(out->job_id));
}

struct found {
    struct webhook *webhook;
    bool found;
};

static void row_webhook(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct found *into = out;

    webhook_read(row, into->webhook, a);
    into->found = true;
}

static void row_text(sqlite3_stmt *row, void *out, struct arena *a)
{
    *(const char **)out = db_column_text(row, 0, a);
}

static bool claim(struct store *s, int64_t now_ms, struct found *into, struct arena *a, struct error *e)
{
    static const char take[] =
        "UPDATE webhook SET claimed_until_ms = ?1 + ?2, attempts = attempts + 1"
        " WHERE id = (SELECT id FROM webhook AS due WHERE state = 'pending' AND next_ms <= ?1 AND claimed_until_ms < ?1"
        " ORDER BY (SELECT count(*) FROM webhook AS busy WHERE busy.state = 'pending'"
        "   AND busy.organisation = due.organisation AND busy.claimed_until_ms >= ?1), next_ms, id LIMIT 1)"
        " RETURNING " WEBHOOK_COLUMNS;
    /* Made from what does not change any more, so that it is the same each time. */
    static const char body[] =
        "SELECT json_object('type', webhook.type,"
        " 'timestamp', strftime('%Y-%m-%dT%H:%M:%fZ', webhook.created_ms / 1000.0, 'unixepoch'),"
        " 'data', json_object('job_id', job.id, 'kind', job.kind, 'status', substr(webhook.type, 5),"
        " 'location', '/v1/jobs/' || job.id,"
        " 'result', CASE webhook.type WHEN 'job.completed' THEN json(job.result) END,"
        " 'error', CASE WHEN job_error IS NOT NULL THEN json_object('type', 'urn:aether:problem:' || job_error) END))"
        " FROM webhook JOIN job ON job.id = job_id WHERE webhook.id = ?1";

    if (!db_rows(s, take, DB_BIND(DB_INT(now_ms), DB_INT(WEBHOOK_CLAIM_MS)), row_webhook, into, a, e))
        return false;
    return !into->found || db_rows(s, body, DB_BIND(DB_TEXT(into->webhook->id)), row_text, &into->webhook->body, a, e);
}

bool webhook_claim(struct store *s, int64_t now_ms, struct arena *a, struct webhook *out, bool *found, struct error *e)
{
    struct found into = { .webhook = out };
    int64_t any = 0;

    *found = false;
    if (!db_rows(s,
                 "SELECT EXISTS (SELECT 1 FROM webhook WHERE state = 'pending' AND next_ms <= ?1 AND claimed_until_ms < ?1)",
                 DB_BIND(DB_INT(now_ms)), db_row_integer, &any, NULL, e))
        return false;
    if (any == 0)
        return true;
    if (!db_begin(s, e) || !db_end(s, claim(s, now_ms, &into, a, e), e))
        return false;
    *found = into.found;
    return true;
}

bool webhook_delivered(struct store *s, const char *id, int http_status, int64_t now_ms, struct error *e)
{
    return db_run(s,
                  "UPDATE webhook SET state = 'delivered', finished_ms = ?2, http_status = ?3, error = NULL,"
                  " claimed_until_ms = 0 WHERE id = ?1 AND state = 'pending'",
                  DB_BIND(DB_TEXT(id), DB_INT(now_ms), DB_INT(http_status)), e);
}

bool webhook_failed(struct store *s, const char *id, int http_status, const char *why, bool is_final, int64_t now_ms,
                    struct error *e)
{
    return db_run(s,
                  "UPDATE webhook SET state = CASE WHEN ?5 OR attempts >= ?6 THEN 'failed' ELSE 'pending' END,"
                  " finished_ms = CASE WHEN ?5 OR attempts >= ?6 THEN ?2 END, next_ms = ?2 + (?7 << (2 * (attempts - 1))),"
                  " http_status = nullif(?3, 0), error = ?4, claimed_until_ms = 0 WHERE id = ?1 AND state = 'pending'",
                  DB_BIND(DB_TEXT(id), DB_INT(now_ms), DB_INT(http_status), DB_TEXT(why), DB_INT(is_final),
                          DB_INT(WEBHOOK_ATTEMPTS_MAX), DB_INT(WEBHOOK_PAUSE_MS)),
                  e);
}

bool webhook_release(struct store *s, const char *id, struct error *e)
{
    return db_run(s, "UPDATE webhook SET claimed_until_ms = 0, attempts = attempts - 1 WHERE id = ?1 AND state = 'pending'",
                  DB_BIND(DB_TEXT(id)), e);
}

static void row_listed(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct webhook_list *list = out;

    webhook_read(row, &list->items[list->count++], a);
}

bool webhook_list(struct store *s, const struct webhook_filter *filter, struct arena *a, struct webhook_list *out,
                  struct error *e)
{
    *out = (struct webhook_list){ .items = ARENA_ARRAY(a, struct webhook, (size_t)filter->limit) };
    return db_rows(s,
                   "SELECT " WEBHOOK_COLUMNS " FROM webhook WHERE (?1 IS NULL OR organisation = ?1)"
                   " AND (?2 IS NULL OR job_id = ?2) AND (?3 IS NULL OR state = ?3)"
                   " ORDER BY created_ms DESC, id LIMIT ?4",
                   DB_BIND(DB_TEXT(filter->organisation), DB_TEXT(filter->job_id),
                           DB_TEXT(filter->state >= 0 ? webhook_state_names[filter->state] : NULL), DB_INT(filter->limit)),
                   row_listed, out, a, e);
}

static bool again(struct store *s, const char *id, int64_t now_ms, struct error *e)
{
    int64_t known = 0;

    if (!db_run(s,
                "UPDATE webhook SET state = 'pending', finished_ms = NULL, attempts = 0, next_ms = ?2"
                " WHERE id = ?1 AND state <> 'pending'",
                DB_BIND(DB_TEXT(id), DB_INT(now_ms)), e))
        return false;
    if (db_changes(s) > 0)
        return true;
    if (!db_rows(s, "SELECT count(*) FROM webhook WHERE id = ?1", DB_BIND(DB_TEXT(id)), db_row_integer, &known, NULL, e))
        return false;
    return known > 0 ? error_set(e, ERROR_CONFLICT, "the call is pending already")
                     : error_set(e, ERROR_NOT_FOUND, "no such webhook");
}

bool webhook_again(struct store *s, const char *id, int64_t now_ms, struct error *e)
{
    return db_begin(s, e) && db_end(s, again(s, id, now_ms, e), e);
}
