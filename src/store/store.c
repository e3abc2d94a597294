#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/owner.h"
#include "store/db.h"
#include "store/migrations.h"

enum { FOLDER_MODE = 0750, FILE_MODE = 0640, WARM_BYTES = 8 << 20, TURN_PAUSE_MS = 20, PAUSE_FIRST_US = 50, PAUSE_MAX_US = 2000 };

/* In a process that has the database open, closing any other descriptor of the file drops SQLite's locks on it (POSIX
 * record locks belong to the process). So the file is made before SQLite opens it, by one thread at a time. */
static pthread_mutex_t opening = PTHREAD_MUTEX_INITIALIZER;

static bool folder_make(const char *path, struct error *e)
{
    if (mkdir(path, FOLDER_MODE) == 0)
        return chmod(path, FOLDER_MODE) == 0 ||
               error_set(e, ERROR_IO, "cannot set the mode of '%s': %s", path, strerror(errno));
    return errno == EEXIST || error_set(e, ERROR_IO, "cannot make the folder '%s': %s", path, strerror(errno));
}

static bool file_make(const char *path, const char *folder, struct error *e)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
    bool ok;

    if (fd < 0)
        return errno == EEXIST || error_set(e, ERROR_IO, "cannot make '%s': %s", path, strerror(errno));
    /* Whatever the umask took away; SQLite gives -wal and -shm the same mode, and the same owner where it may. */
    ok = fchmod(fd, FILE_MODE) == 0 || error_set(e, ERROR_IO, "cannot set the mode of '%s': %s", path, strerror(errno));
    ok = ok && owner_follow(fd, folder, e);
    close(fd);
    if (!ok)
        unlink(path); /* else it stays as it is for ever */
    return ok;
}

/* Others hold the writers' lock for the time of one commit: SQLite's own pauses, which grow to 100 ms, would be far
 * longer. */
static int wait_for_turn(void *arg, int tries)
{
    const struct store *s = arg;
    int pause_us = PAUSE_FIRST_US << (tries < 6 ? tries : 6);
    struct timespec pause = { 0, (pause_us < PAUSE_MAX_US ? pause_us : PAUSE_MAX_US) * 1000L };

    if (s->is_hasty)
        return 0;
    nanosleep(&pause, NULL);
    return tries < STORE_BUSY_MS * 1000 / PAUSE_MAX_US;
}

static bool settings_apply(struct store *s, struct error *e)
{
    static const char pragmas[] = "PRAGMA journal_mode = WAL;"
                                  "PRAGMA synchronous = FULL;"
                                  "PRAGMA foreign_keys = ON;"
                                  "PRAGMA trusted_schema = OFF;"
                                  "PRAGMA cell_size_check = ON;";
    int persist = 1;

    sqlite3_extended_result_codes(s->db, 1);
    sqlite3_busy_handler(s->db, wait_for_turn, s);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
    sqlite3_db_config(s->db, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
    /* Keeps the grown log (see `warm`) when the last connection closes. */
    sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
    /* Two that turn a new file to WAL at once are told so without the busy timeout's wait. */
    for (int waited_ms = 0; sqlite3_exec(s->db, pragmas, NULL, NULL, NULL) != SQLITE_OK; waited_ms += TURN_PAUSE_MS) {
        if ((sqlite3_errcode(s->db) & 0xff) != SQLITE_BUSY || waited_ms >= STORE_BUSY_MS)
            return db_error(s->db, "opening", e);
        sqlite3_sleep(TURN_PAUSE_MS);
    }
    return true;
}

/* A durable commit that makes the log longer has to sync the file's size as well, which takes many times as long as one
 * that writes over blocks already there. So a new database's log is grown once, by a transaction that spills its pages
 * into it and is rolled back. Failing does no harm. */
static void warm(struct store *s)
{
    char sql[256];

    snprintf(sql, sizeof(sql),
             "PRAGMA cache_size = 16; BEGIN IMMEDIATE; CREATE TABLE warm (x);"
             "INSERT INTO warm VALUES (zeroblob(%d)); ROLLBACK; PRAGMA cache_size = -2000",
             WARM_BYTES);
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK && sqlite3_get_autocommit(s->db) == 0)
        sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool connect_and_migrate(struct store *s, const char *path, const char *sql_dir, struct error *e)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE;
    bool fresh = false;

    if (sqlite3_open_v2(path, &s->db, flags, NULL) != SQLITE_OK)
        return s->db != NULL ? db_error(s->db, "opening", e) : error_set(e, ERROR_IO, "out of memory");
    if (!settings_apply(s, e) || !migrations_apply(s, sql_dir, &fresh, e))
        return false;
    if (fresh)
        warm(s);
    return true;
}

static bool open_at(struct store *s, const struct config *c, const char *file, const char *sql_dir, struct error *e)
{
    char folder[PATH_MAX], path[PATH_MAX + 16];

    if (c->data_dir == NULL || !folder_make(c->data_dir, e))
        return c->data_dir != NULL ? false : error_set(e, ERROR_CONFIG, "no data folder is set");
    /* SQLite is asked to follow no symbolic link; one in the way to the folder is the administrator's. */
    if (realpath(c->data_dir, folder) == NULL)
        return error_set(e, ERROR_IO, "cannot find the folder '%s': %s", c->data_dir, strerror(errno));
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    if (!file_make(path, folder, e) || !connect_and_migrate(s, path, sql_dir, e))
        return error_wrap(e, "%s", path);
    return true;
}

struct store *store_open(const struct config *c, struct error *e)
{
    return db_open(c, "aether.db", "", e);
}

struct store *db_open(const struct config *c, const char *file, const char *migrations, struct error *e)
{
    struct store *s = calloc(1, sizeof(*s));
    struct arena *arena = arena_new(64 * 1024);
    const char *sql_dir;
    bool ok;

    ASSERT(s != NULL && arena != NULL);
    s->pid = db_process();
    sql_dir = config_folder(arena, c->sql_dir, "sql", "/usr/share/aether/sql", e);
    pthread_mutex_lock(&opening);
    ok = sql_dir != NULL && open_at(s, c, file, arena_printf(arena, "%s%s", sql_dir, migrations), e);
    pthread_mutex_unlock(&opening);
    arena_free(arena);
    if (ok)
        return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (s == NULL)
        return;
    ASSERT(s->pid == db_process());
    for (size_t i = 0; i < s->prepared_count; i++)
        sqlite3_finalize(s->prepared[i].statement);
    ASSERT(sqlite3_close(s->db) == SQLITE_OK);
    free(s);
}

static void row_first_text(sqlite3_stmt *row, void *out, struct arena *a)
{
    const char **text = out;

    if (*text == NULL)
        *text = db_column_text(row, 0, a);
}

bool store_read_check(struct store *s, struct error *e)
{
    int64_t any;

    return db_rows(s, "SELECT EXISTS (SELECT 1 FROM sqlite_schema)", DB_NOTHING, db_row_integer, &any, NULL, e);
}

bool store_check(struct store *s, struct error *e)
{
    struct arena *arena = arena_new(1 << 20);
    const char *verdict = NULL, *orphan = NULL;
    bool ok;

    ASSERT(arena != NULL);
    ok = db_rows(s, "PRAGMA integrity_check(1)", DB_NOTHING, row_first_text, &verdict, arena, e) &&
         db_rows(s, "PRAGMA foreign_key_check", DB_NOTHING, row_first_text, &orphan, arena, e);
    if (ok && (verdict == NULL || strcmp(verdict, "ok") != 0))
        ok = error_set(e, ERROR_IO, "the database is damaged: %s", verdict != NULL ? verdict : "no verdict");
    if (ok && orphan != NULL)
        ok = error_set(e, ERROR_IO, "the database is damaged: rows of '%s' refer to nothing", orphan);
    arena_free(arena);
    return ok;
}
