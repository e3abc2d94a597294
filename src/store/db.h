/*
 * What the files of this layer share: statements, rows, transactions over one SQLite connection. Statements are
 * prepared once per connection and found again by the address of their text, so SQL is always a static string and
 * values are always bound.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/error.h"
#include "store/store.h"

enum { DB_STATEMENTS_MAX = 96 };

struct store {
    sqlite3 *db;
    pid_t pid; /* who opened it */
    struct {
        const char *sql;
        sqlite3_stmt *statement;
    } prepared[DB_STATEMENTS_MAX];
    size_t prepared_count;
    bool is_relaxed; /* audit.c: commits are not synced now */
    bool is_hasty;   /* fails with ERROR_UNAVAILABLE rather than wait while others write */
};

/* This process, without a call of the system for each statement. */
pid_t db_process(void);

/* Opens a database of c->data_dir as store_open says, with the migrations of c->sql_dir + `migrations` ("" or "/name"). */
struct store *db_open(const struct config *c, const char *file, const char *migrations, struct error *e);

struct db_value {
    enum { DB_IS_NULL, DB_IS_INTEGER, DB_IS_REAL, DB_IS_TEXT } kind;
    int64_t integer;
    double real;
    const char *text;
};
#define DB_TEXT(value) ((struct db_value){ .kind = DB_IS_TEXT, .text = (value) }) /* NULL binds NULL */
#define DB_INT(value) ((struct db_value){ .kind = DB_IS_INTEGER, .integer = (value) })
#define DB_REAL(value) ((struct db_value){ .kind = DB_IS_REAL, .real = (value) })
#define DB_NULL ((struct db_value){ .kind = DB_IS_NULL })

/* The values of ?1, ?2 …: two arguments of the functions below. */
#define DB_BIND(...)                                                                                         \
    (const struct db_value[]){ __VA_ARGS__ }, sizeof((struct db_value[]){ __VA_ARGS__ }) / sizeof(struct db_value)
#define DB_NOTHING NULL, 0

/* Runs a statement to its end without looking at rows. */
bool db_run(struct store *s, const char *sql, const struct db_value *values, size_t count, struct error *e);

/* The same, calling row(statement, out, a) for each row. When the arena fills up the statement is reset and the call
 * fails with ERROR_TOO_LARGE. `a` may be NULL when `row` needs none. */
typedef void db_row(sqlite3_stmt *row, void *out, struct arena *a);
bool db_rows(struct store *s, const char *sql, const struct db_value *values, size_t count, db_row *row, void *out,
             struct arena *a, struct error *e);

/* db_row for one number: *(int64_t *)out. */
void db_row_integer(sqlite3_stmt *row, void *out, struct arena *a);

/* Rows that the last statement changed. */
int64_t db_changes(const struct store *s);

/* A transaction that may write: it takes the writers' lock at once, because a read that turns into a write fails when
 * somebody else wrote in between. db_end commits when `ok`, else it rolls back, and returns whether all went well. */
bool db_begin(struct store *s, struct error *e);
bool db_end(struct store *s, bool ok, struct error *e);

/* Translates SQLite's last error. Returns false. */
bool db_error(sqlite3 *db, const char *doing, struct error *e);

/* A column as text in the arena (NULL for NULL), or cut to the size of a buffer. */
const char *db_column_text(sqlite3_stmt *row, int column, struct arena *a);
void db_column_copy(sqlite3_stmt *row, int column, char *out, size_t out_size);

#endif
