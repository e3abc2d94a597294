#include "store/artifacts.h"

#include "store/db.h"

#define ARTIFACT_COLUMNS                                                                                     \
    "count(*) OVER (), artifact.job_id, artifact.name, artifact.kind, label, media_type, bytes, sha256"

static void row_artifact(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct artifact_list *list = out;
    struct artifact *item;

    if (list->items == NULL)
        list->items = ARENA_ARRAY(a, struct artifact, (size_t)sqlite3_column_int64(row, 0));
    item = &list->items[list->count++];
    db_column_copy(row, 1, item->job_id, sizeof(item->job_id));
    item->name = db_column_text(row, 2, a);
    item->kind = db_column_text(row, 3, a);
    item->label = db_column_text(row, 4, a);
    item->media_type = db_column_text(row, 5, a);
    item->bytes = sqlite3_column_int64(row, 6);
    db_column_copy(row, 7, item->sha256, sizeof(item->sha256));
}

bool artifact_list(struct store *s, const char *job_id, const char *organisation, struct arena *a,
                   struct artifact_list *out, struct error *e)
{
    int64_t jobs = 0;

    *out = (struct artifact_list){ 0 };
    if (!db_rows(s, "SELECT count(*) FROM job WHERE id = ?1 AND (?2 IS NULL OR organisation = ?2)",
                 DB_BIND(DB_TEXT(job_id), DB_TEXT(organisation)), db_row_integer, &jobs, NULL, e))
        return false;
    if (jobs == 0)
        return error_set(e, ERROR_NOT_FOUND, "no such job");
    return db_rows(s, "SELECT " ARTIFACT_COLUMNS " FROM artifact WHERE job_id = ?1 ORDER BY position",
                   DB_BIND(DB_TEXT(job_id)), row_artifact, out, a, e);
}

bool artifact_find(struct store *s, const char *job_id, const char *name, const char *organisation, struct arena *a,
                   struct artifact *out, struct error *e)
{
    struct artifact_list found = { 0 };

    if (!db_rows(s,
                 "SELECT " ARTIFACT_COLUMNS " FROM artifact JOIN job ON job.id = job_id"
                 " WHERE job_id = ?1 AND artifact.name = ?2 AND (?3 IS NULL OR organisation = ?3)",
                 DB_BIND(DB_TEXT(job_id), DB_TEXT(name), DB_TEXT(organisation)), row_artifact, &found, a, e))
        return false;
    if (found.count == 0)
        return error_set(e, ERROR_NOT_FOUND, "no such file");
    *out = found.items[0];
    return true;
}
