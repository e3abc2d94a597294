#define _GNU_SOURCE /* nftw */
#include "support.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"

struct error problem;
struct config settings;
struct store *store;
struct arena *arena;

static char base[] = "/tmp/aether-worker-XXXXXX";

void setup(void)
{
    log_init("test", LOG_LEVEL_COUNT, LOG_TEXT);
    ck_assert_ptr_nonnull(mkdtemp(base));
    settings = (struct config){ .data_dir = base, .sql_dir = "sql", .shutdown_timeout_s = 5 };
    arena = arena_new(256 << 20);
    store = store_open(&settings, &problem);
    ck_assert_msg(store != NULL, "%s", problem.detail);
    ck_assert_int_eq(mkdir(output(""), 0750), 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void teardown(void)
{
    store_close(store);
    arena_free(arena);
    nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *submit(enum job_kind kind, const char *request)
{
    struct job_order order = { .kind = kind, .organisation = "radio", .request = request, .seed = 7 };
    char id[ID_TEXT_SIZE];

    OK(job_submit(store, &order, clock_wall_ms(), id, &problem));
    return arena_strdup(arena, id);
}

struct job claim(const char *owner)
{
    struct job job;
    bool found = false;

    OK(job_claim(store, owner, clock_wall_ms(), arena, &job, &found, &problem));
    ck_assert(found);
    return job;
}

struct job get(const char *id)
{
    struct job job;

    OK(job_get(store, id, NULL, arena, &job, &problem));
    return job;
}

void in_database(const char *sql)
{
    const char *path = arena_printf(arena, "%s/aether.db", base);
    char *message = NULL;
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, STORE_BUSY_MS);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s", sql, message);
    sqlite3_close(db);
}

const char *output(const char *name)
{
    return arena_printf(arena, "%s/output/%s", base, name);
}

bool is_there(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0;
}

void folder_with_file(const char *path, const char *file, const char *text)
{
    FILE *f;

    ck_assert_int_eq(mkdir(path, 0750), 0);
    f = fopen(arena_printf(arena, "%s/%s", path, file), "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}
