#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/audit.h"
#include "store/audit_chain.h"
#include "store/migrations.h"

enum { ROWS_AT_ONCE = 5000, TEXT_ARENA_BYTES = 1 << 20 };

struct walk {
    struct audit_verdict *out;
    const struct audit_anchor *anchor;
    bool anchor_seen;
    int64_t got; /* rows of this reading */
};

static void fault(struct audit_verdict *out, int64_t seq, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The first fault counts. */
static void fault(struct audit_verdict *out, int64_t seq, const char *format, ...)
{
    va_list args;

    if (!out->is_whole)
        return;
    out->is_whole = false;
    out->broken_seq = seq;
    va_start(args, format);
    vsnprintf(out->fault, sizeof(out->fault), format, args);
    va_end(args);
}

static void check_anchor(struct walk *w, int64_t seq, const char *hash)
{
    if (w->anchor == NULL || w->anchor->seq != seq)
        return;
    w->anchor_seen = true;
    if (!hash_is_equal(w->anchor->hash, hash, HASH_TEXT_SIZE - 1))
        fault(w->out, seq, "row %" PRId64 " has another hash than the anchor: the trail was written anew", seq);
}

/* The newest cut. */
static void row_cut(sqlite3_stmt *row, void *arg, struct arena *a)
{
    struct walk *w = arg;
    const char *target = (const char *)sqlite3_column_text(row, 2);
    int64_t seq = sqlite3_column_int64(row, 0);
    struct audit_anchor last;

    (void)a;
    if (target == NULL || !audit_anchor_parse(target, &last, NULL) || last.seq >= seq) {
        fault(w->out, seq, "row %" PRId64 " does not say what was cut off", seq);
        return;
    }
    w->out->cut_seq = last.seq;
    w->out->cut_ms = sqlite3_column_int64(row, 1);
    w->out->head = last;
}

/* Where the chain begins: with row 1, or with the one that the newest cut has left first. That row's own place is in the
 * chain, which is looked at then. */
static void find_start(struct store *s, struct walk *w)
{
    struct audit_verdict *out = w->out;
    struct error e = { .code = ERROR_NONE };

    if (!db_rows(s,
                 "SELECT seq, time_ms, target FROM audit WHERE action = 'audit.cut' ORDER BY CAST(target AS INTEGER) DESC, seq LIMIT 1",
                 DB_NOTHING, row_cut, w, NULL, &e)) {
        fault(out, 0, "the trail cannot be read: %.120s", e.detail);
        return;
    }
    if (w->anchor == NULL || w->anchor->seq > out->cut_seq)
        return;
    check_anchor(w, out->cut_seq, out->head.hash);
    if (!w->anchor_seen)
        fault(out, 0, "row %" PRId64 " of the anchor cannot be checked: the rows up to %" PRId64 " were cut off; take a later anchor",
              w->anchor->seq, out->cut_seq);
}

static void row_check(sqlite3_stmt *row, void *arg, struct arena *a)
{
    struct walk *w = arg;
    struct audit_verdict *out = w->out;
    int64_t seq = sqlite3_column_int64(row, 0), expected = out->head.seq + 1;
    const char *stored = (const char *)sqlite3_column_text(row, AUDIT_HASHED);
    char hash[HASH_TEXT_SIZE];

    (void)a;
    w->got++;
    if (!out->is_whole)
        return;
    if (seq != expected) {
        fault(out, expected, "row %" PRId64 " is missing: row %" PRId64 " comes in its place", expected, seq);
        return;
    }
    audit_read_hash(row, out->head.hash, hash);
    if (stored == NULL || sqlite3_column_bytes(row, AUDIT_HASHED) != HASH_TEXT_SIZE - 1 ||
        !hash_is_equal(hash, stored, HASH_TEXT_SIZE)) {
        fault(out, seq, "row %" PRId64 " is not as it was written, or does not belong after the row before it", seq);
        return;
    }
    out->rows++;
    out->head.seq = seq;
    memcpy(out->head.hash, hash, sizeof(hash));
    check_anchor(w, seq, hash);
}

/* In short readings, so that the log of the database does not grow meanwhile. */
static void walk_all(struct store *s, struct walk *w)
{
    struct error e = { .code = ERROR_NONE };

    do {
        w->got = 0;
        if (!db_rows(s, "SELECT " AUDIT_COLUMN_LIST " FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2",
                     DB_BIND(DB_INT(w->out->rows > 0 ? w->out->head.seq : INT64_MIN), DB_INT(ROWS_AT_ONCE)), row_check, w,
                     NULL, &e)) {
            fault(w->out, w->out->head.seq + 1, "row %" PRId64 " cannot be read: %.120s", w->out->head.seq + 1, e.detail);
            return;
        }
    } while (w->out->is_whole && w->got == ROWS_AT_ONCE);
    if (w->anchor != NULL && !w->anchor_seen)
        fault(w->out, w->out->head.seq + 1, "row %" PRId64 " is missing: the trail ends before the anchor's row %" PRId64,
              w->out->head.seq + 1, w->anchor->seq);
}

enum { OBJECTS_MAX = 256 };

struct schema {
    size_t count;
    struct {
        const char *type, *name, *sql;
    } objects[OBJECTS_MAX];
};

static void row_object(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct schema *schema = out;

    if (schema->count == OBJECTS_MAX)
        return;
    schema->objects[schema->count].type = db_column_text(row, 0, a);
    schema->objects[schema->count].name = db_column_text(row, 1, a);
    schema->objects[schema->count++].sql = db_column_text(row, 2, a);
}

static bool schema_read(struct store *s, struct arena *a, struct schema *out, struct error *e)
{
    return db_rows(s, "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name", DB_NOTHING, row_object,
                   out, a, e);
}

/* The schema that the migrations make. */
static bool schema_expect(const char *folder, struct arena *a, struct schema *out, struct error *e)
{
    struct store fresh = { .pid = db_process() };
    bool is_fresh, ok;

    ok = sqlite3_open_v2(":memory:", &fresh.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) == SQLITE_OK &&
         migrations_apply(&fresh, folder, &is_fresh, e) && schema_read(&fresh, a, out, e);
    for (size_t i = 0; i < fresh.prepared_count; i++)
        sqlite3_finalize(fresh.prepared[i].statement);
    sqlite3_close(fresh.db);
    return ok;
}

static size_t object_find(const struct schema *in, const char *type, const char *name)
{
    size_t i = 0;

    while (i < in->count && (strcmp(in->objects[i].type, type) != 0 || strcmp(in->objects[i].name, name) != 0))
        i++;
    return i;
}

/* What is ours must be there unchanged, and no other trigger: one could keep rows from being written. */
static void check_schema(struct store *s, const char *folder, struct arena *a, struct audit_verdict *out)
{
    struct schema *ours = ARENA_NEW(a, struct schema), *found = ARENA_NEW(a, struct schema);
    struct error e = { .code = ERROR_NONE };

    if (!schema_expect(folder, a, ours, &e) || !schema_read(s, a, found, &e)) {
        fault(out, 0, "the tables cannot be checked: %.120s", e.detail);
        return;
    }
    for (size_t i = 0; i < ours->count; i++) {
        size_t at = object_find(found, ours->objects[i].type, ours->objects[i].name);

        if (at == found->count || strcmp(found->objects[at].sql, ours->objects[i].sql) != 0)
            fault(out, 0, "the %s '%.60s' is missing or was changed", ours->objects[i].type, ours->objects[i].name);
    }
    for (size_t i = 0; i < found->count; i++)
        if (strcmp(found->objects[i].type, "trigger") == 0 &&
            object_find(ours, "trigger", found->objects[i].name) == ours->count)
            fault(out, 0, "the trigger '%.60s' does not belong there", found->objects[i].name);
}

bool audit_verify(struct store *s, const struct config *c, const struct audit_anchor *anchor, struct audit_verdict *out,
                  struct error *e)
{
    struct walk walk = { .out = out, .anchor = anchor };
    struct arena *a = arena_new(TEXT_ARENA_BYTES);
    struct error damage = { .code = ERROR_NONE };
    const char *folder;

    ASSERT(a != NULL);
    *out = (struct audit_verdict){ .is_whole = true };
    memcpy(out->head.hash, audit_first_hash, sizeof(out->head.hash));
    folder = config_folder(a, c->sql_dir, "sql", "/usr/share/aether/sql", e);
    if (folder != NULL) {
        find_start(s, &walk);
        if (out->is_whole)
            walk_all(s, &walk);
        check_schema(s, arena_printf(a, "%s/audit", folder), a, out);
        if (!store_check(s, &damage))
            fault(out, 0, "%.180s", damage.detail);
    }
    arena_free(a);
    return folder != NULL;
}
