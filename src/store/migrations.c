#include "store/migrations.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/hash.h"

enum { NUMBER_DIGITS = 3, NUMBER_MAX = 999, FILE_BYTES_MAX = 1 << 20, ARENA_BYTES = 8 << 20 };

struct migration {
    const char *name; /* "001_keys.sql" */
    const char *text;
    char sha256[HASH_TEXT_SIZE];
};

struct plan {
    struct store *store;
    const char *folder;
    struct arena *arena;
    struct migration files[NUMBER_MAX]; /* [0] is number 1 */
    int file_count;
    int applied;       /* how many have run */
    const char *fault; /* of an applied row, in words */
};

static int is_migration(const struct dirent *entry)
{
    const char *name = entry->d_name;
    size_t len = strlen(name);

    for (int i = 0; i < NUMBER_DIGITS; i++)
        if (!isdigit((unsigned char)name[i]))
            return 0;
    return name[NUMBER_DIGITS] == '_' && len > 4 && strcmp(name + len - 4, ".sql") == 0;
}

static bool file_read(struct plan *p, const char *name, struct error *e)
{
    const char *path = arena_printf(p->arena, "%s/%s", p->folder, name);
    struct migration *m = &p->files[p->file_count];
    char *text = arena_alloc(p->arena, FILE_BYTES_MAX + 1);
    FILE *file;
    size_t len;

    if (strtol(name, NULL, 10) != p->file_count + 1)
        return error_set(e, ERROR_CONFIG, "'%s' is not migration number %d", path, p->file_count + 1);
    file = fopen(path, "re");
    if (file == NULL)
        return error_set(e, ERROR_CONFIG, "cannot open '%s': %s", path, strerror(errno));
    len = fread(text, 1, FILE_BYTES_MAX + 1, file);
    fclose(file);
    if (len == 0 || len > FILE_BYTES_MAX)
        return error_set(e, ERROR_CONFIG, "'%s' is empty or longer than %d bytes", path, FILE_BYTES_MAX);
    m->text = arena_strndup(p->arena, text, len);
    m->name = arena_strdup(p->arena, name);
    hash_text(text, len, m->sha256);
    p->file_count++;
    return true;
}

static bool files_read(struct plan *p, struct error *e)
{
    struct dirent **entries = NULL;
    int count = scandir(p->folder, &entries, is_migration, alphasort);
    bool ok = true;

    if (count < 0)
        return error_set(e, ERROR_CONFIG, "cannot read the folder '%s': %s", p->folder, strerror(errno));
    for (int i = 0; i < count; i++) {
        ok = ok && file_read(p, entries[i]->d_name, e);
        free(entries[i]);
    }
    free(entries);
    return ok && (count > 0 || error_set(e, ERROR_CONFIG, "no migrations (NNN_name.sql) in '%s'", p->folder));
}

static void row_applied(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct plan *p = out;
    int number = sqlite3_column_int(row, 0);
    const char *name = db_column_text(row, 1, a);
    const char *sha256 = db_column_text(row, 2, a);

    p->applied = number;
    if (p->fault != NULL)
        return;
    if (number < 1 || number > p->file_count)
        p->fault = arena_printf(a, "it has migration '%s', which this program does not know: it belongs to a newer one",
                                name);
    else if (strcmp(sha256, p->files[number - 1].sha256) != 0)
        p->fault = arena_printf(a, "migration '%s' was edited after it ran", name);
}

static bool applied_read(struct plan *p, bool *fresh, struct error *e)
{
    int64_t tables = 0;

    p->applied = 0;
    p->fault = NULL;
    if (!db_rows(p->store, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'", DB_NOTHING,
                 db_row_integer, &tables, NULL, e))
        return false;
    *fresh = tables == 0;
    if (*fresh)
        return true;
    if (!db_rows(p->store, "SELECT number, name, sha256 FROM migration ORDER BY number", DB_NOTHING, row_applied, p,
                 p->arena, e))
        return false;
    return p->fault == NULL || error_set(e, ERROR_CONFIG, "the database cannot be used: %s", p->fault);
}

static bool migration_run(struct plan *p, int index, struct error *e)
{
    const struct migration *m = &p->files[index];
    sqlite3 *db = p->store->db;

    if (sqlite3_exec(db, m->text, NULL, NULL, NULL) != SQLITE_OK) {
        db_error(db, "migrating", e);
        return error_wrap(e, "%s", m->name);
    }
    return db_run(p->store, "INSERT INTO migration (number, name, sha256, applied_ms) VALUES (?1, ?2, ?3, ?4)",
                  DB_BIND(DB_INT(index + 1), DB_TEXT(m->name), DB_TEXT(m->sha256), DB_INT(clock_wall_ms())), e);
}

static bool pending_run(struct plan *p, bool *fresh, struct error *e)
{
    static const char table[] = "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, "
                                "name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_ms INTEGER NOT NULL) STRICT";
    /* Read again under the lock: another process may have been faster. */
    bool ok = applied_read(p, fresh, e) && db_run(p->store, table, DB_NOTHING, e);

    for (int i = p->applied; ok && i < p->file_count; i++)
        ok = migration_run(p, i, e);
    return ok;
}

bool migrations_apply(struct store *s, const char *folder, bool *fresh, struct error *e)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct plan *p;
    bool ok;

    ASSERT(arena != NULL);
    p = ARENA_NEW(arena, struct plan);
    p->store = s;
    p->folder = folder;
    p->arena = arena;
    ok = files_read(p, e) && applied_read(p, fresh, e);
    if (ok && p->applied < p->file_count)
        ok = db_begin(s, e) && db_end(s, pending_run(p, fresh, e), e);
    arena_free(arena);
    return ok;
}
