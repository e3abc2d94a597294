#include "store/db.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static pid_t process;

static void process_note(void)
{
    process = getpid();
}

static void process_watch(void)
{
    process_note();
    ASSERT(pthread_atfork(NULL, NULL, process_note) == 0);
}

pid_t db_process(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, process_watch);
    return process;
}

bool db_error(sqlite3 *db, const char *doing, struct error *e)
{
    int code = sqlite3_extended_errcode(db);
    enum error_code meaning = ERROR_IO;

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        meaning = ERROR_UNAVAILABLE;
        break;
    case SQLITE_FULL:
        meaning = ERROR_STORAGE;
        break;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_CONSTRAINT:
        meaning = ERROR_INTERNAL;
        break;
    default:
        break;
    }
    return error_set(e, meaning, "database: %s: %s (%d)", doing, sqlite3_errmsg(db), code);
}

static sqlite3_stmt *statement_find(struct store *s, const char *sql, struct error *e)
{
    sqlite3_stmt *out = NULL;

    ASSERT(s->pid == db_process());
    for (size_t i = 0; i < s->prepared_count; i++)
        if (s->prepared[i].sql == sql)
            return s->prepared[i].statement;
    ASSERT(s->prepared_count < DB_STATEMENTS_MAX);
    if (sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &out, NULL) != SQLITE_OK) {
        db_error(s->db, "preparing", e);
        return NULL;
    }
    s->prepared[s->prepared_count].sql = sql;
    s->prepared[s->prepared_count++].statement = out;
    return out;
}

static int bind(sqlite3_stmt *statement, int position, const struct db_value *value)
{
    switch (value->kind) {
    case DB_IS_INTEGER:
        return sqlite3_bind_int64(statement, position, value->integer);
    case DB_IS_REAL:
        return sqlite3_bind_double(statement, position, value->real);
    case DB_IS_TEXT:
        return sqlite3_bind_text(statement, position, value->text, -1, SQLITE_STATIC);
    case DB_IS_NULL:
        break;
    }
    return sqlite3_bind_null(statement, position);
}

struct stepping {
    sqlite3_stmt *statement;
    db_row *row;
    void *out;
    struct arena *arena;
};

static bool step_all(void *arg, struct error *e)
{
    const struct stepping *now = arg;
    int rc;

    while ((rc = sqlite3_step(now->statement)) == SQLITE_ROW)
        if (now->row != NULL)
            now->row(now->statement, now->out, now->arena);
    return rc == SQLITE_DONE || db_error(sqlite3_db_handle(now->statement), "running a statement", e);
}

bool db_rows(struct store *s, const char *sql, const struct db_value *values, size_t count, db_row *row, void *out,
             struct arena *a, struct error *e)
{
    struct stepping now = { .statement = statement_find(s, sql, e), .row = row, .out = out, .arena = a };
    bool ok = true;

    if (now.statement == NULL)
        return false;
    for (size_t i = 0; ok && i < count; i++)
        ok = bind(now.statement, (int)i + 1, &values[i]) == SQLITE_OK || db_error(s->db, "binding", e);
    if (ok)
        ok = a != NULL ? arena_run(a, step_all, &now, e) : step_all(&now, e);
    sqlite3_reset(now.statement);
    sqlite3_clear_bindings(now.statement);
    return ok;
}

bool db_run(struct store *s, const char *sql, const struct db_value *values, size_t count, struct error *e)
{
    return db_rows(s, sql, values, count, NULL, NULL, NULL, e);
}

void db_row_integer(sqlite3_stmt *row, void *out, struct arena *a)
{
    (void)a;
    *(int64_t *)out = sqlite3_column_int64(row, 0);
}

int64_t db_changes(const struct store *s)
{
    return sqlite3_changes64(s->db);
}

bool db_begin(struct store *s, struct error *e)
{
    return db_run(s, "BEGIN IMMEDIATE", DB_NOTHING, e);
}

bool db_end(struct store *s, bool ok, struct error *e)
{
    if (ok && db_run(s, "COMMIT", DB_NOTHING, e))
        return true;
    /* Some failures (a full disk, an I/O error) have rolled back by themselves. */
    if (sqlite3_get_autocommit(s->db) == 0)
        db_run(s, "ROLLBACK", DB_NOTHING, NULL);
    return false;
}

const char *db_column_text(sqlite3_stmt *row, int column, struct arena *a)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    return text != NULL ? arena_strndup(a, (const char *)text, (size_t)sqlite3_column_bytes(row, column)) : NULL;
}

void db_column_copy(sqlite3_stmt *row, int column, char *out, size_t out_size)
{
    const unsigned char *text = sqlite3_column_text(row, column);

    snprintf(out, out_size, "%s", text != NULL ? (const char *)text : "");
}
