#include "store/jobs.h"

#include <string.h>

#include "store/jobs_rows.h"
#include "store/quota.h"

const char *const job_state_names[JOB_STATE_COUNT] = {
    [JOB_QUEUED] = "queued", [JOB_RUNNING] = "running",     [JOB_COMPLETED] = "completed",
    [JOB_FAILED] = "failed", [JOB_CANCELLED] = "cancelled",
};

const char *const job_kind_names[JOB_KIND_COUNT] = {
    [JOB_GENERATE] = "generate",
    [JOB_RENDER] = "render",
    [JOB_TRACKS] = "tracks",
};

bool job_state_is_final(enum job_state state)
{
    return state == JOB_COMPLETED || state == JOB_FAILED || state == JOB_CANCELLED;
}

/* The database's own checks allow no other names. */
static int column_name(sqlite3_stmt *row, int column, const char *const *names, int count)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    for (int i = 0; text != NULL && i < count; i++)
        if (strcmp(text, names[i]) == 0)
            return i;
    assert_failed("a known name", __FILE__, __LINE__);
}

void job_read(sqlite3_stmt *row, struct job *out, struct arena *a)
{
    *out = (struct job){
        .kind = (enum job_kind)column_name(row, 1, job_kind_names, JOB_KIND_COUNT),
        .state = (enum job_state)column_name(row, 2, job_state_names, JOB_STATE_COUNT),
        .organisation = db_column_text(row, 3, a),
        .key_id = db_column_text(row, 4, a),
        .request_id = db_column_text(row, 5, a),
        .seed = sqlite3_column_int64(row, 6),
        .stage = db_column_text(row, 7, a),
        .progress = sqlite3_column_double(row, 8),
        .attempts = sqlite3_column_int(row, 9),
        .created_ms = sqlite3_column_int64(row, 10),
        .started_ms = sqlite3_column_int64(row, 11),
        .finished_ms = sqlite3_column_int64(row, 12),
        .error = db_column_text(row, 13, a),
        .error_detail = db_column_text(row, 14, a),
        .not_before_ms = sqlite3_column_int64(row, 15),
        .priority = (enum job_priority)sqlite3_column_int(row, 16),
        .callback_url = db_column_text(row, 17, a),
        .lease_owner = db_column_text(row, 18, a),
    };
    db_column_copy(row, 0, out->id, sizeof(out->id));
    if (sqlite3_column_count(row) > JOB_COLUMN_COUNT_BRIEF) {
        out->request = db_column_text(row, JOB_COLUMN_COUNT_BRIEF, a);
        out->result = db_column_text(row, JOB_COLUMN_COUNT_BRIEF + 1, a);
    }
}

void job_row(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct job_found *into = out;

    job_read(row, into->job, a);
    into->found = true;
}

static bool room_check(struct store *s, const struct job_order *o, struct error *e)
{
    int64_t waiting = 0, open = 0;

    if (o->key_max > 0 &&
        !db_rows(s,
                 "SELECT count(*) FROM (SELECT 1 FROM job WHERE organisation = ?1 AND key_id IS ?2"
                 " AND state IN ('queued', 'running') LIMIT ?3)",
                 DB_BIND(DB_TEXT(o->organisation), DB_TEXT(o->key_id), DB_INT(o->key_max)), db_row_integer, &open, NULL, e))
        return false;
    if (o->key_max > 0 && open >= o->key_max)
        return error_set(e, ERROR_JOBS_MAX, "%lld jobs of this key are queued or running, of at most %d; let one finish, or cancel it",
                         (long long)open, o->key_max);
    if (o->queue_max > 0 &&
        !db_rows(s, "SELECT jobs FROM job_tally WHERE state = 'queued'", DB_NOTHING, db_row_integer, &waiting, NULL, e))
        return false;
    return o->queue_max <= 0 || waiting < o->queue_max ||
           error_set(e, ERROR_QUEUE_FULL, "%lld jobs are waiting already", (long long)waiting);
}

bool job_insert(struct store *s, const struct job_order *o, const char *id, int64_t now_ms, struct error *e)
{
    ASSERT(o->organisation != NULL && o->request != NULL && (unsigned)o->kind < JOB_KIND_COUNT);
    return room_check(s, o, e) &&
           db_run(s,
                  "INSERT INTO job (id, kind, organisation, key_id, request_id, request, seed, created_ms, priority, callback_url)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                  DB_BIND(DB_TEXT(id), DB_TEXT(job_kind_names[o->kind]), DB_TEXT(o->organisation), DB_TEXT(o->key_id),
                          DB_TEXT(o->request_id), DB_TEXT(o->request), o->seed < 0 ? DB_NULL : DB_INT(o->seed),
                          DB_INT(now_ms), DB_INT(o->priority), DB_TEXT(o->callback_url)),
                  e) &&
           usage_charge(s, id, o->organisation, o->key_id, now_ms, e);
}

bool job_submit(struct store *s, const struct job_order *order, int64_t now_ms, char id[ID_TEXT_SIZE], struct error *e)
{
    id_new(id);
    return db_begin(s, e) && db_end(s, job_insert(s, order, id, now_ms, e), e);
}

bool job_record(struct store *s, const struct job_order *order, const char *id, const char *result, int64_t started_ms,
                int64_t now_ms, struct error *e)
{
    ASSERT(order->organisation != NULL && order->request != NULL && (unsigned)order->kind < JOB_KIND_COUNT);
    return db_run(s,
                  "INSERT INTO job (id, kind, organisation, key_id, request_id, request, seed, state, progress, attempts,"
                  " created_ms, started_ms, finished_ms, result)"
                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'completed', 1, 1, ?8, ?8, ?9, ?10)",
                  DB_BIND(DB_TEXT(id), DB_TEXT(job_kind_names[order->kind]), DB_TEXT(order->organisation),
                          DB_TEXT(order->key_id), DB_TEXT(order->request_id), DB_TEXT(order->request),
                          order->seed < 0 ? DB_NULL : DB_INT(order->seed), DB_INT(started_ms), DB_INT(now_ms),
                          DB_TEXT(result)),
                  e);
}

bool job_get(struct store *s, const char *id, const char *organisation, struct arena *a, struct job *out,
             struct error *e)
{
    struct job_found into = { .job = out };

    if (!db_rows(s, "SELECT " JOB_COLUMNS " FROM job WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                 DB_BIND(DB_TEXT(id), DB_TEXT(organisation)), job_row, &into, a, e))
        return false;
    return into.found || error_set(e, ERROR_NOT_FOUND, "no such job");
}

bool job_peek(struct store *s, const char *id, const char *organisation, struct arena *a, struct job *out,
              struct error *e)
{
    struct job_found into = { .job = out };

    if (!db_rows(s, "SELECT " JOB_COLUMNS_BRIEF " FROM job WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                 DB_BIND(DB_TEXT(id), DB_TEXT(organisation)), job_row, &into, a, e))
        return false;
    return into.found || error_set(e, ERROR_NOT_FOUND, "no such job");
}

struct page {
    struct job_list *list;
    size_t limit;
};

static void row_page(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct page *page = out;

    if (page->list->count < page->limit)
        job_read(row, &page->list->items[page->list->count++], a);
    else
        page->list->has_more = true;
}

bool job_list(struct store *s, const struct job_filter *filter, struct arena *a, struct job_list *out, struct error *e)
{
    /* Statements of their own, so that each has an index to walk down; every id is below 'g'. */
#define JOB_FILTER                                                                                           \
    " AND id < coalesce(?3, 'g') AND (?5 IS NULL OR kind = ?5)"                                              \
    " AND (?6 IS NULL OR key_id = ?6) AND (?7 = 0 OR created_ms >= ?7) AND (?8 = 0 OR created_ms < ?8)"      \
    " ORDER BY id DESC LIMIT ?4"
    static const char of_all[] = "SELECT " JOB_COLUMNS_BRIEF " FROM job WHERE ?1 IS NULL AND (?2 IS NULL OR state = ?2)" JOB_FILTER;
    static const char of_one[] = "SELECT " JOB_COLUMNS_BRIEF " FROM job WHERE organisation = ?1 AND ?2 IS NULL" JOB_FILTER;
    static const char of_state[] = "SELECT " JOB_COLUMNS_BRIEF " FROM job WHERE organisation = ?1 AND state = ?2" JOB_FILTER;
    struct page page = { .list = out, .limit = (size_t)filter->limit };
    const char *state = filter->state >= 0 ? job_state_names[filter->state] : NULL;
    const char *kind = filter->kind >= 0 ? job_kind_names[filter->kind] : NULL;

    ASSERT(filter->limit >= 1 && filter->limit <= JOB_PAGE_MAX && filter->state < JOB_STATE_COUNT &&
           filter->kind < JOB_KIND_COUNT);
    *out = (struct job_list){ .items = ARENA_ARRAY(a, struct job, page.limit) };
    return db_rows(s, filter->organisation == NULL ? of_all : state != NULL ? of_state : of_one,
                   DB_BIND(DB_TEXT(filter->organisation), DB_TEXT(state), DB_TEXT(filter->before_id),
                           DB_INT(filter->limit + 1), DB_TEXT(kind), DB_TEXT(filter->key_id), DB_INT(filter->since_ms),
                           DB_INT(filter->until_ms)),
                   row_page, &page, a, e);
}

static void row_state(sqlite3_stmt *row, void *out, struct arena *a)
{
    (void)a;
    *(int *)out = column_name(row, 0, job_state_names, JOB_STATE_COUNT);
}

static bool state_get(struct store *s, const char *id, const char *organisation, enum job_state *out, struct error *e)
{
    int state = -1;

    if (!db_rows(s, "SELECT state FROM job WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                 DB_BIND(DB_TEXT(id), DB_TEXT(organisation)), row_state, &state, NULL, e))
        return false;
    if (state < 0)
        return error_set(e, ERROR_NOT_FOUND, "no such job");
    *out = (enum job_state)state;
    return true;
}

static bool cancel(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e)
{
    enum job_state state;

    if (!state_get(s, id, organisation, &state, e))
        return false;
    if (state == JOB_CANCELLED)
        return true;
    if (job_state_is_final(state))
        return error_set(e, ERROR_CONFLICT, "the job is %s already", job_state_names[state]);
    return db_run(s,
                  "UPDATE job SET state = 'cancelled', finished_ms = ?2, stage = NULL, lease_owner = NULL,"
                  " lease_until_ms = NULL WHERE id = ?1",
                  DB_BIND(DB_TEXT(id), DB_INT(now_ms)), e);
}

bool job_cancel(struct store *s, const char *id, const char *organisation, int64_t now_ms, struct error *e)
{
    return db_begin(s, e) && db_end(s, cancel(s, id, organisation, now_ms, e), e);
}

static bool retry(struct store *s, const char *id, const char *organisation, struct error *e)
{
    enum job_state state;

    if (!state_get(s, id, organisation, &state, e))
        return false;
    if (state != JOB_FAILED && state != JOB_CANCELLED)
        return error_set(e, ERROR_CONFLICT, "the job is %s; only a failed or cancelled one can be tried again",
                         job_state_names[state]);
    return db_run(s,
                  "UPDATE job SET state = 'queued', attempts = 0, progress = 0, not_before_ms = 0, started_ms = NULL,"
                  " finished_ms = NULL, error = NULL, error_detail = NULL WHERE id = ?1",
                  DB_BIND(DB_TEXT(id)), e);
}

bool job_retry(struct store *s, const char *id, const char *organisation, struct error *e)
{
    return db_begin(s, e) && db_end(s, retry(s, id, organisation, e), e);
}

static void row_count(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct job_counts *counts = out;

    (void)a;
    counts->by_state[column_name(row, 0, job_state_names, JOB_STATE_COUNT)] = sqlite3_column_int64(row, 1);
}

static bool count_by(struct store *s, const char *sql, int64_t now_ms, struct job_counts *out, struct error *e)
{
    int64_t oldest_ms = 0;

    *out = (struct job_counts){ 0 };
    if (!db_rows(s, sql, DB_NOTHING, row_count, out, NULL, e) ||
        !db_rows(s, "SELECT coalesce(min(created_ms), 0) FROM job WHERE state = 'queued'", DB_NOTHING, db_row_integer,
                 &oldest_ms, NULL, e))
        return false;
    if (oldest_ms != 0 && oldest_ms < now_ms)
        out->oldest_queued_ms = now_ms - oldest_ms;
    return true;
}

bool job_count(struct store *s, int64_t now_ms, struct job_counts *out, struct error *e)
{
    return count_by(s, "SELECT state, jobs FROM job_tally", now_ms, out, e);
}

bool job_count_open(struct store *s, int64_t now_ms, struct job_counts *out, struct error *e)
{
    return count_by(s, "SELECT state, jobs FROM job_tally WHERE state IN ('queued', 'running')", now_ms, out, e);
}
