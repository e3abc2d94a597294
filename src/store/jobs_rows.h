/* What the two halves of the queue share: how a row of `job` becomes a struct job. */
#ifndef STORE_JOBS_ROWS_H
#define STORE_JOBS_ROWS_H

#include "store/db.h"
#include "store/jobs.h"

#define JOB_COLUMNS_BRIEF                                                                                    \
    "id, kind, state, organisation, key_id, request_id, coalesce(seed, -1), stage, progress, attempts,"      \
    " created_ms, coalesce(started_ms, 0), coalesce(finished_ms, 0), error, error_detail,"    \
    " not_before_ms, priority, callback_url, lease_owner"
enum { JOB_COLUMN_COUNT_BRIEF = 19 };
#define JOB_COLUMNS JOB_COLUMNS_BRIEF ", request, result"

/* From JOB_COLUMNS, or JOB_COLUMNS_BRIEF (request and result then stay NULL). */
void job_read(sqlite3_stmt *row, struct job *out, struct arena *a);

/* In the caller's transaction: ERROR_QUEUE_FULL, ERROR_JOBS_MAX. */
bool job_insert(struct store *s, const struct job_order *o, const char *id, int64_t now_ms, struct error *e);

/* A row function: the one job of struct job_found. */
struct job_found {
    struct job *job;
    bool found;
};
void job_row(sqlite3_stmt *row, void *out, struct arena *a);

#endif
