#include <stdio.h>
#include <string.h>

#include "store/audit.h"
#include "store/audit_chain.h"

enum { ROWS_AT_ONCE = 500, PAGE_BYTES = 64 << 20 };

struct page {
    struct audit_row rows[ROWS_AT_ONCE];
    size_t count;
};

/* ?1 … ?12 as bound below; ?11 is the limit. */
#define MATCHING                                                                                             \
    "SELECT " AUDIT_COLUMN_LIST " FROM audit WHERE time_ms >= ?1 AND time_ms < ?2"                           \
    " AND (?3 IS NULL OR actor = ?3 OR actor_name = ?3) AND (?4 IS NULL OR organisation = ?4)"               \
    " AND (?5 IS NULL OR address = ?5)"                                                                      \
    " AND (?6 IS NULL OR action = ?6 OR substr(action, 1, length(?6) + 1) = ?6 || '.')"                      \
    " AND (?7 IS NULL OR outcome = ?7) AND (?8 IS NULL OR request_id = ?8)"                                  \
    " AND seq > ?9 AND seq < ?10"                                                                            \
    " AND (?12 = 0 OR outcome <> 'begun'"                                                                    \
    "      OR NOT EXISTS (SELECT 1 FROM audit AS later WHERE later.begun_seq = audit.seq)) "

static void row_keep(sqlite3_stmt *from, void *out, struct arena *a)
{
    struct page *page = out;
    struct audit_row *row = &page->rows[page->count++];

    for (int i = 0; i < AUDIT_COLUMNS; i++) {
        void *member = (char *)row + audit_columns[i].offset;

        if (!audit_columns[i].is_number)
            *(const char **)member = db_column_text(from, i, a);
        else
            *(int64_t *)member = sqlite3_column_type(from, i) != SQLITE_NULL ? sqlite3_column_int64(from, i) : AUDIT_UNSET;
    }
}

static bool page_read(struct store *s, const struct audit_filter *f, int64_t after, int64_t before, int limit,
                      struct arena *a, struct page *out, struct error *e)
{
    const struct db_value values[] = { DB_INT(f->since_ms),
                                       DB_INT(f->until_ms != 0 ? f->until_ms : INT64_MAX),
                                       DB_TEXT(f->actor),
                                       DB_TEXT(f->organisation),
                                       DB_TEXT(f->address),
                                       DB_TEXT(f->action),
                                       DB_TEXT(f->outcome),
                                       DB_TEXT(f->request_id),
                                       DB_INT(after),
                                       DB_INT(before),
                                       DB_INT(limit),
                                       DB_INT(f->ends_only) };

    out->count = 0;
    return db_rows(s, f->newest_first ? MATCHING "ORDER BY seq DESC LIMIT ?11" : MATCHING "ORDER BY seq LIMIT ?11", values,
                   sizeof(values) / sizeof(values[0]), row_keep, out, a, e);
}

bool audit_search(struct store *s, const struct audit_filter *f, bool (*row)(void *out, const struct audit_row *r),
                  void *out, struct error *e)
{
    int64_t after = f->after_seq, before = f->before_seq != 0 ? f->before_seq : INT64_MAX, left = f->limit;
    bool ok, more;

    do {
        struct arena *a = arena_new(PAGE_BYTES);
        struct page *page;
        int limit = f->limit != 0 && left < ROWS_AT_ONCE ? (int)left : ROWS_AT_ONCE;

        ASSERT(a != NULL);
        page = ARENA_NEW(a, struct page);
        ok = page_read(s, f, after, before, limit, a, page, e);
        more = ok && page->count == (size_t)limit;
        for (size_t i = 0; ok && i < page->count; i++) {
            if (!row(out, &page->rows[i])) {
                more = false;
                break;
            }
            *(f->newest_first ? &before : &after) = page->rows[i].seq;
        }
        left -= (int64_t)page->count;
        more = more && (f->limit == 0 || left > 0);
        arena_free(a);
    } while (more);
    return ok;
}
