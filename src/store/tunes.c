#include "store/tunes.h"

#include "store/db.h"

static bool remember(struct store *s, const struct tune *t, int kept, struct error *e)
{
    static const char add[] = "INSERT INTO tune (organisation, song, job_id, title, made_ms, notes)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (organisation, song) DO UPDATE SET"
                              " job_id = excluded.job_id, title = excluded.title, made_ms = excluded.made_ms,"
                              " notes = excluded.notes";
    static const char forget[] = "DELETE FROM tune WHERE organisation = ?1 AND song NOT IN"
                                 " (SELECT song FROM tune WHERE organisation = ?1 ORDER BY made_ms DESC, song LIMIT ?2)";

    return db_run(s, add,
                  DB_BIND(DB_TEXT(t->organisation), DB_TEXT(t->song), DB_TEXT(t->job_id), DB_TEXT(t->title),
                          DB_INT(t->made_ms), DB_TEXT(t->notes)),
                  e) &&
           db_run(s, forget, DB_BIND(DB_TEXT(t->organisation), DB_INT(kept)), e);
}

bool tune_remember(struct store *s, const struct tune *tune, int kept, struct error *e)
{
    ASSERT(tune->organisation != NULL && tune->song != NULL && tune->notes != NULL && kept >= 1 && kept <= TUNES_KEPT_MAX);
    return db_begin(s, e) && db_end(s, remember(s, tune, kept, e), e);
}

static void row_tune(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct tune_list *list = out;

    list->items[list->count++] = (struct tune){
        .organisation = db_column_text(row, 0, a), .song = db_column_text(row, 1, a), .job_id = db_column_text(row, 2, a),
        .title = db_column_text(row, 3, a), .made_ms = sqlite3_column_int64(row, 4), .notes = db_column_text(row, 5, a),
        .made = db_column_text(row, 6, a)
    };
}

bool tune_list(struct store *s, const char *organisation, int limit, struct arena *a, struct tune_list *out,
               struct error *e)
{
    ASSERT(limit >= 1 && limit <= TUNES_KEPT_MAX);
    *out = (struct tune_list){ .items = ARENA_ARRAY(a, struct tune, (size_t)limit) };
    return db_rows(s,
                   "SELECT organisation, song, job_id, title, made_ms, notes,"
                   " date(made_ms / 1000, 'unixepoch') FROM tune WHERE organisation = ?1"
                   " ORDER BY made_ms DESC, song LIMIT ?2",
                   DB_BIND(DB_TEXT(organisation), DB_INT(limit)), row_tune, out, a, e);
}
