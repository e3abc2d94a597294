#include "store/upkeep.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/owner.h"
#include "store/db.h"

enum { BACKUP_MODE = 0640 };

struct store *store_open_as_is(const char *path, struct error *e)
{
    struct store *s = calloc(1, sizeof(*s));

    ASSERT(s != NULL);
    s->pid = db_process();
    if (sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) == SQLITE_OK &&
        sqlite3_busy_timeout(s->db, STORE_BUSY_MS) == SQLITE_OK &&
        sqlite3_exec(s->db, "PRAGMA trusted_schema = OFF", NULL, NULL, NULL) == SQLITE_OK) {
        int persist = 1;

        sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &persist);
        return s;
    }
    if (s->db != NULL)
        db_error(s->db, "opening", e);
    else
        error_set(e, ERROR_IO, "out of memory");
    error_wrap(e, "%s", path);
    store_close(s);
    return NULL;
}

struct checkpoint {
    int64_t busy, log, moved;
};

static void row_checkpoint(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct checkpoint *c = out;

    (void)a;
    c->busy = sqlite3_column_int64(row, 0);
    c->log = sqlite3_column_int64(row, 1);
    c->moved = sqlite3_column_int64(row, 2);
}

bool store_checkpoint(struct store *s, int64_t *left, struct error *e)
{
    struct checkpoint c = { 0 };

    /* Passive, and the log keeps its size: commits into blocks that are there already are many times as fast. */
    if (!db_rows(s, "PRAGMA wal_checkpoint(PASSIVE)", DB_NOTHING, row_checkpoint, &c, NULL, e) ||
        !db_run(s, "PRAGMA optimize", DB_NOTHING, e))
        return false;
    *left = c.log > c.moved ? c.log - c.moved : 0;
    return true;
}

bool store_size(struct store *s, int64_t *bytes, struct error *e)
{
    int64_t pages = 0, page = 0;

    if (!db_rows(s, "PRAGMA page_count", DB_NOTHING, db_row_integer, &pages, NULL, e) ||
        !db_rows(s, "PRAGMA page_size", DB_NOTHING, db_row_integer, &page, NULL, e))
        return false;
    *bytes = pages * page;
    return true;
}

static bool file_sync(const char *path, int flags, struct error *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        error_set(e, ERROR_IO, "cannot sync '%s': %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool backup_check(const char *path, struct error *e)
{
    struct store *copy = store_open_as_is(path, e);
    bool ok = copy != NULL && store_check(copy, e);

    store_close(copy);
    return ok;
}

static bool backup_to(struct store *s, const char *part, const char *path, const char *folder, struct error *e)
{
    if (!db_run(s, "VACUUM INTO ?1", DB_BIND(DB_TEXT(part)), e) || !backup_check(part, e) || !file_sync(part, 0, e))
        return false;
    if (rename(part, path) != 0)
        return error_set(e, ERROR_IO, "cannot finish '%s': %s", path, strerror(errno));
    return file_sync(folder, O_DIRECTORY, e);
}

bool store_backup(struct store *s, const char *path, struct error *e)
{
    const char *slash = strrchr(path, '/');
    char part[PATH_MAX], folder[PATH_MAX];
    bool ok;
    int fd;

    ASSERT(slash != NULL);
    snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return error_set(e, ERROR_INPUT, "path too long: '%s'", path);
    unlink(part); /* of a run that was killed */
    fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, BACKUP_MODE); /* empty, it may be vacuumed into */
    if (fd < 0)
        return error_set(e, errno == ENOSPC ? ERROR_STORAGE : ERROR_IO, "cannot make '%s': %s", part, strerror(errno));
    ok = fchmod(fd, BACKUP_MODE) == 0 || error_set(e, ERROR_IO, "cannot set the mode of '%s': %s", part, strerror(errno));
    ok = ok && owner_follow(fd, folder, e);
    close(fd);
    ok = ok && backup_to(s, part, path, folder, e);
    if (!ok)
        unlink(part);
    return ok;
}

static void row_id(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct string_list *list = out;

    list->items[list->count++] = db_column_text(row, 0, a);
}

bool job_expired(struct store *s, int64_t before_ms, int limit, struct arena *a, struct string_list *out, struct error *e)
{
    *out = (struct string_list){ .items = ARENA_ARRAY(a, const char *, (size_t)limit) };
    return db_rows(s,
                   "SELECT id FROM job WHERE finished_ms IS NOT NULL AND finished_ms < ?1 ORDER BY finished_ms LIMIT ?2",
                   DB_BIND(DB_INT(before_ms), DB_INT(limit)), row_id, out, a, e);
}

static bool remove_job(struct store *s, const char *id, struct error *e)
{
    int64_t known = 0;

    if (!db_run(s, "DELETE FROM job WHERE id = ?1 AND finished_ms IS NOT NULL", DB_BIND(DB_TEXT(id)), e))
        return false;
    if (db_changes(s) > 0)
        return db_run(s, "DELETE FROM idempotency WHERE job_id = ?1", DB_BIND(DB_TEXT(id)), e);
    if (!db_rows(s, "SELECT count(*) FROM job WHERE id = ?1", DB_BIND(DB_TEXT(id)), db_row_integer, &known, NULL, e))
        return false;
    return known > 0 ? error_set(e, ERROR_CONFLICT, "the job is not finished") : error_set(e, ERROR_NOT_FOUND, "no such job");
}

bool job_remove(struct store *s, const char *id, struct error *e)
{
    return db_begin(s, e) && db_end(s, remove_job(s, id, e), e);
}
