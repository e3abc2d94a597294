#define _GNU_SOURCE /* nftw */
#include "support.h"

#include <ftw.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

struct error problem;
struct config settings;
struct store *store;
struct arena *arena;

static char base[] = "/tmp/aether-store-XXXXXX", data[64];

void folder_setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(base));
    snprintf(data, sizeof(data), "%s/data", base);
    settings = (struct config){ .data_dir = data, .sql_dir = "sql" };
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void folder_teardown(void)
{
    nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void store_setup(void)
{
    folder_setup();
    arena = arena_new(16 << 20);
    store = store_open(&settings, &problem);
    ck_assert_msg(store != NULL, "%s", problem.detail);
}

void store_teardown(void)
{
    store_close(store);
    arena_free(arena);
    folder_teardown();
}

struct store *reopen(void)
{
    struct store *another = store_open(&settings, &problem);

    ck_assert_msg(another != NULL, "%s", problem.detail);
    return another;
}

const char *submit(const char *organisation, int64_t now_ms)
{
    struct job_order order = { .kind = JOB_TRACKS, .organisation = organisation, .request = "{\"title\":\"T\"}", .seed = 7 };
    char id[ID_TEXT_SIZE];

    OK(job_submit(store, &order, now_ms, id, &problem));
    return arena_strdup(arena, id);
}

void in_database(const char *sql)
{
    char path[128], *message = NULL;
    sqlite3 *db;

    snprintf(path, sizeof(path), "%s/aether.db", data);
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, STORE_BUSY_MS);
    ck_assert_msg(sqlite3_exec(db, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s", sql, message);
    sqlite3_close(db);
}
