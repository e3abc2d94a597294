#include "store/audit.h"

#include <stdio.h>
#include <string.h>

#include "store/audit_chain.h"
#include "store/db.h"

enum { DAY_MS = 86400000 };

struct store *audit_open(const struct config *c, struct error *e)
{
    return db_open(c, "audit.db", "/audit", e);
}

void audit_row_anchor(sqlite3_stmt *row, void *out, struct arena *a)
{
    struct audit_anchor *head = out;

    (void)a;
    head->seq = sqlite3_column_int64(row, 0);
    db_column_copy(row, 1, head->hash, sizeof(head->hash));
}

bool audit_head(struct store *s, struct audit_anchor *out, struct error *e)
{
    out->seq = 0;
    memcpy(out->hash, audit_first_hash, sizeof(out->hash));
    return db_rows(s, "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1", DB_NOTHING, audit_row_anchor, out, NULL, e);
}

static bool insert(struct store *s, const struct audit_row *row, const char *hash, struct error *e)
{
    struct db_value values[AUDIT_COLUMNS];

    for (size_t i = 0; i < AUDIT_HASHED; i++) {
        const void *member = (const char *)row + audit_columns[i].offset;

        if (!audit_columns[i].is_number)
            values[i] = DB_TEXT(*(const char *const *)member);
        else if (*(const int64_t *)member == AUDIT_UNSET)
            values[i] = DB_NULL;
        else
            values[i] = DB_INT(*(const int64_t *)member);
    }
    values[AUDIT_HASHED] = DB_TEXT(hash);
    return db_run(s,
                  "INSERT INTO audit (" AUDIT_COLUMN_LIST
                  ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
                  values, AUDIT_COLUMNS, e);
}

/* `head` goes from row to row. */
static bool extend(struct store *s, struct audit_row *const *rows, size_t count, struct audit_anchor *head,
                   struct error *e)
{
    char hash[HASH_TEXT_SIZE];

    for (size_t i = 0; i < count; i++) {
        rows[i]->seq = head->seq + 1;
        audit_row_hash(rows[i], head->hash, hash);
        if (!insert(s, rows[i], hash, e))
            return false;
        head->seq++;
        memcpy(head->hash, hash, sizeof(hash));
    }
    return true;
}

bool audit_extend(struct store *s, struct audit_row *const *rows, size_t count, struct audit_anchor *head, struct error *e)
{
    struct audit_anchor now;

    if (!audit_head(s, &now, e) || !extend(s, rows, count, &now, e))
        return false;
    if (head != NULL)
        *head = now;
    return true;
}

/* Whether the disk must have them before anybody goes on: a change was or may have been made. */
static bool must_last(struct audit_row *const *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i]->outcome, "begun") != 0 && strcmp(rows[i]->outcome, "refused") != 0)
            return true;
    return false;
}

bool audit_relax(struct store *s, bool relaxed, struct error *e)
{
    if (s->is_relaxed == relaxed)
        return true;
    if (!db_run(s, relaxed ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", DB_NOTHING, e))
        return false;
    s->is_relaxed = relaxed;
    return true;
}

bool audit_add(struct store *s, struct audit_row *const *rows, size_t count, struct audit_anchor *head, struct error *e)
{
    return audit_relax(s, !must_last(rows, count), e) && db_begin(s, e) && db_end(s, audit_extend(s, rows, count, head, e), e);
}

static bool add_anchor(struct store *s, int64_t now_ms, struct audit_anchor *out, struct error *e)
{
    struct audit_row row = { .time_ms = now_ms, .actor_kind = "service", .action = "audit.anchor", .outcome = "done",
                             .status = AUDIT_UNSET, .duration_ms = AUDIT_UNSET, .begun_seq = AUDIT_UNSET, .count = 1 };
    struct audit_row *rows[] = { &row };
    int64_t there = 0;

    if (!db_rows(s, "SELECT count(*) FROM audit WHERE action = 'audit.anchor' AND time_ms >= ?1",
                 DB_BIND(DB_INT(now_ms - now_ms % DAY_MS)), db_row_integer, &there, NULL, e))
        return false;
    out->seq = 0;
    return there > 0 || audit_extend(s, rows, 1, out, e);
}

bool audit_add_anchor(struct store *s, int64_t now_ms, struct audit_anchor *out, struct error *e)
{
    return audit_relax(s, false, e) && db_begin(s, e) && db_end(s, add_anchor(s, now_ms, out, e), e);
}

bool audit_last_anchor(struct store *s, int64_t *out_ms, struct error *e)
{
    *out_ms = 0;
    return db_rows(s, "SELECT coalesce(max(time_ms), 0) FROM audit WHERE action = 'audit.anchor'", DB_NOTHING, db_row_integer, out_ms,
                   NULL, e);
}
