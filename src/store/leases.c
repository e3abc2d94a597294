/* The workers' half of the queue: claiming under a lease, and every way in which a worker's hold on a job ends. */
#include <string.h>

#include "store/jobs_rows.h"
#include "store/quota.h"

static const char mine[] = "SELECT CASE WHEN state = 'running' AND lease_owner = ?2 THEN 0"
                           " WHEN state = 'cancelled' THEN 1 ELSE 2 END FROM job WHERE id = ?1";

static bool hold_get(struct store *s, const char *id, const char *owner, enum job_hold *out, struct error *e)
{
    int64_t hold = JOB_HOLD_LOST;

    if (!db_rows(s, mine, DB_BIND(DB_TEXT(id), DB_TEXT(owner)), db_row_integer, &hold, NULL, e))
        return false;
    *out = (enum job_hold)hold;
    return true;
}

/* For the calls that need the job to be the caller's still. Inside the transaction that changes it. */
static bool hold_check(struct store *s, const char *id, const char *owner, struct error *e)
{
    enum job_hold hold;

    if (!hold_get(s, id, owner, &hold, e))
        return false;
    if (hold == JOB_HOLD_CANCELLED)
        return error_set(e, ERROR_CANCELLED, "the job was cancelled");
    return hold == JOB_HELD || error_set(e, ERROR_CONFLICT, "another worker has taken the job over");
}

static bool exhausted_fail(struct store *s, int64_t now_ms, struct error *e)
{
    return db_run(s,
                  "UPDATE job SET state = 'failed', finished_ms = ?1, stage = NULL, lease_owner = NULL,"
                  " lease_until_ms = NULL, error = ?3,"
                  " error_detail = 'given up after ' || attempts || ' attempts: the worker stopped each time'"
                  " WHERE state = 'running' AND lease_until_ms < ?1 AND attempts >= ?2",
                  DB_BIND(DB_INT(now_ms), DB_INT(JOB_ATTEMPTS_MAX), DB_TEXT(error_info_get(ERROR_INTERNAL)->slug)), e);
}

/* However many wait, one job of each organisation is looked at: `waiting` goes from one organisation to the next in the
 * index of the queue. */
#define CLAIMABLE                                                                                            \
    "WITH RECURSIVE waiting (organisation) AS ("                                                             \
    "   SELECT min(organisation) FROM job INDEXED BY job_queued WHERE state = 'queued'"                      \
    "   UNION ALL SELECT (SELECT min(organisation) FROM job AS next INDEXED BY job_queued"                   \
    "     WHERE next.state = 'queued' AND next.organisation > waiting.organisation)"                         \
    "     FROM waiting WHERE organisation IS NOT NULL),"                                                     \
    " claimable (id, organisation, priority, created_ms) AS ("                                               \
    "   SELECT job.id, job.organisation, job.priority, job.created_ms FROM waiting JOIN job ON job.id ="     \
    "     (SELECT id FROM job AS first WHERE first.state = 'queued' AND first.organisation = waiting.organisation"  \
    "       AND first.not_before_ms <= ?1 ORDER BY priority DESC, created_ms, id LIMIT 1)"                   \
    "   UNION ALL SELECT id, organisation, priority, created_ms FROM job"                                    \
    "     WHERE state = 'running' AND lease_until_ms < ?1) "

static bool claim(struct store *s, const char *owner, int64_t now_ms, struct job_found *into, struct arena *a,
                  struct error *e)
{
    static const char sql[] =
        CLAIMABLE
        "UPDATE job SET state = 'running', stage = NULL, progress = 0, attempts = attempts + 1, lease_owner = ?2,"
        " lease_until_ms = ?3, started_ms = ?1"
        " WHERE id = (SELECT id FROM claimable ORDER BY"
        "   (SELECT count(*) FROM job AS busy WHERE busy.organisation = claimable.organisation"
        "     AND busy.state = 'running' AND busy.lease_until_ms >= ?1),"
        "   (SELECT max(started_ms) FROM job AS last WHERE last.organisation = claimable.organisation"
        "     AND last.started_ms IS NOT NULL),"
        "   min(created_ms) OVER (PARTITION BY organisation), organisation, priority DESC, created_ms, id LIMIT 1)"
        " RETURNING " JOB_COLUMNS;

    return exhausted_fail(s, now_ms, e) &&
           db_rows(s, sql, DB_BIND(DB_INT(now_ms), DB_TEXT(owner), DB_INT(now_ms + JOB_LEASE_MS)), job_row, into, a, e);
}

bool job_claim(struct store *s, const char *owner, int64_t now_ms, struct arena *a, struct job *out, bool *found,
               struct error *e)
{
    struct job_found into = { .job = out };
    int64_t any = 0;

    ASSERT(owner[0] != '\0' && strlen(owner) <= 64);
    *found = false;
    if (!db_rows(s, CLAIMABLE "SELECT EXISTS (SELECT 1 FROM claimable)", DB_BIND(DB_INT(now_ms)), db_row_integer,
                 &any, NULL, e))
        return false;
    if (any == 0)
        return true;
    if (!db_begin(s, e) || !db_end(s, claim(s, owner, now_ms, &into, a, e), e))
        return false;
    *found = into.found;
    return true;
}

bool job_fail_exhausted(struct store *s, int64_t now_ms, int *count, struct error *e)
{
    int64_t any = 0;

    *count = 0;
    if (!db_rows(s,
                 "SELECT count(*) FROM job WHERE state = 'running' AND lease_until_ms < ?1 AND attempts >= ?2",
                 DB_BIND(DB_INT(now_ms), DB_INT(JOB_ATTEMPTS_MAX)), db_row_integer, &any, NULL, e))
        return false;
    if (any == 0)
        return true;
    if (!exhausted_fail(s, now_ms, e))
        return false;
    *count = (int)db_changes(s);
    return true;
}

static void row_owner(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct string_list *list = out;

    if (list->items == NULL)
        list->items = ARENA_ARRAY(a, const char *, (size_t)sqlite3_column_int64(row, 0));
    list->items[list->count++] = db_column_text(row, 1, a);
}

bool job_owners(struct store *s, struct arena *a, struct string_list *out, struct error *e)
{
    *out = (struct string_list){ 0 };
    return db_rows(s,
                   "SELECT count(*) OVER (), lease_owner FROM job WHERE state = 'running' GROUP BY lease_owner"
                   " ORDER BY lease_owner",
                   DB_NOTHING, row_owner, out, a, e);
}

static bool release_owner(struct store *s, const char *owner, int64_t now_ms, int *count, struct error *e)
{
    if (!db_run(s, "UPDATE job SET lease_until_ms = min(lease_until_ms, ?2 - 1) WHERE state = 'running' AND lease_owner = ?1",
                DB_BIND(DB_TEXT(owner), DB_INT(now_ms)), e))
        return false;
    *count = (int)db_changes(s);
    return exhausted_fail(s, now_ms, e);
}

bool job_release_owner(struct store *s, const char *owner, int64_t now_ms, int *count, struct error *e)
{
    *count = 0;
    return db_begin(s, e) && db_end(s, release_owner(s, owner, now_ms, count, e), e);
}

bool job_renew(struct store *s, const char *id, const char *owner, const char *stage, double progress, int64_t now_ms,
               enum job_hold *out, struct error *e)
{
    if (!db_run(s,
                "UPDATE job SET lease_until_ms = ?3, stage = coalesce(?4, stage),"
                " progress = max(progress, min(max(?5, 0.0), 1.0))"
                " WHERE id = ?1 AND state = 'running' AND lease_owner = ?2",
                DB_BIND(DB_TEXT(id), DB_TEXT(owner), DB_INT(now_ms + JOB_LEASE_MS), DB_TEXT(stage), DB_REAL(progress)),
                e))
        return false;
    *out = JOB_HELD;
    return db_changes(s) > 0 || hold_get(s, id, owner, out, e);
}

static bool artifacts_insert(struct store *s, const char *id, const struct artifact *artifacts, size_t count,
                             struct error *e)
{
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++)
        ok = db_run(s,
                    "INSERT INTO artifact (job_id, position, name, kind, label, media_type, bytes, sha256)"
                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                    DB_BIND(DB_TEXT(id), DB_INT((int64_t)i), DB_TEXT(artifacts[i].name), DB_TEXT(artifacts[i].kind),
                            DB_TEXT(artifacts[i].label), DB_TEXT(artifacts[i].media_type), DB_INT(artifacts[i].bytes),
                            DB_TEXT(artifacts[i].sha256)),
                    e);
    return ok;
}

bool job_complete(struct store *s, const char *id, const char *owner, const char *result,
                  const struct artifact *artifacts, size_t artifact_count, int64_t now_ms, struct error *e)
{
    bool ok;

    if (!db_begin(s, e))
        return false;
    ok = hold_check(s, id, owner, e) &&
         db_run(s,
                "UPDATE job SET state = 'completed', finished_ms = ?2, stage = NULL, progress = 1, result = ?3,"
                " lease_owner = NULL, lease_until_ms = NULL, error = NULL, error_detail = NULL WHERE id = ?1",
                DB_BIND(DB_TEXT(id), DB_INT(now_ms), DB_TEXT(result)), e) &&
         artifacts_insert(s, id, artifacts, artifact_count, e) && usage_settle(s, id, result, e);
    return db_end(s, ok, e);
}

/* What went wrong stays on record while the job waits for its next attempt. */
static bool fail(struct store *s, const char *id, const char *owner, const struct error *why, bool retry,
                 int64_t now_ms, enum job_state *out, struct error *e)
{
    int64_t attempts = 0, pause_ms = JOB_PAUSE_MS;

    if (!hold_check(s, id, owner, e) ||
        !db_rows(s, "SELECT attempts FROM job WHERE id = ?1", DB_BIND(DB_TEXT(id)), db_row_integer, &attempts, NULL, e))
        return false;
    for (int64_t i = 1; i < attempts; i++)
        pause_ms *= 4;
    *out = retry && attempts < JOB_ATTEMPTS_MAX ? JOB_QUEUED : JOB_FAILED;
    return db_run(s,
                  "UPDATE job SET state = ?2, finished_ms = ?3, not_before_ms = ?4, stage = NULL, progress = 0,"
                  " lease_owner = NULL, lease_until_ms = NULL, error = ?5, error_detail = ?6 WHERE id = ?1",
                  DB_BIND(DB_TEXT(id), DB_TEXT(job_state_names[*out]), *out == JOB_FAILED ? DB_INT(now_ms) : DB_NULL,
                          DB_INT(*out == JOB_QUEUED ? now_ms + pause_ms : 0),
                          DB_TEXT(error_info_get(why->code)->slug), DB_TEXT(why->detail)),
                  e);
}

bool job_fail(struct store *s, const char *id, const char *owner, const struct error *why, bool retry, int64_t now_ms,
              enum job_state *out, struct error *e)
{
    enum job_state state = JOB_FAILED;

    if (!db_begin(s, e) || !db_end(s, fail(s, id, owner, why, retry, now_ms, &state, e), e))
        return false;
    if (out != NULL)
        *out = state;
    return true;
}

static bool give_back(struct store *s, const char *id, const char *owner, const struct error *why, int64_t not_before_ms,
                      struct error *e)
{
    bool ok;

    if (!db_begin(s, e))
        return false;
    ok = hold_check(s, id, owner, e) &&
         db_run(s,
                "UPDATE job SET state = 'queued', stage = NULL, progress = 0, attempts = attempts - 1,"
                " started_ms = CASE WHEN attempts > 1 THEN started_ms END, lease_owner = NULL, lease_until_ms = NULL,"
                " not_before_ms = coalesce(?2, not_before_ms), error = coalesce(?3, error),"
                " error_detail = coalesce(?4, error_detail) WHERE id = ?1",
                DB_BIND(DB_TEXT(id), why != NULL ? DB_INT(not_before_ms) : DB_NULL,
                        DB_TEXT(why != NULL ? error_info_get(why->code)->slug : NULL), DB_TEXT(why != NULL ? why->detail : NULL)),
                e);
    return db_end(s, ok, e);
}

bool job_release(struct store *s, const char *id, const char *owner, struct error *e)
{
    return give_back(s, id, owner, NULL, 0, e);
}

bool job_postpone(struct store *s, const char *id, const char *owner, const struct error *why, int64_t not_before_ms,
                  struct error *e)
{
    return give_back(s, id, owner, why, not_before_ms, e);
}
