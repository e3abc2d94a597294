/* Old rows go, and the chain stays: sql/audit/003_cuts.sql. */
#include <inttypes.h>
#include <stdio.h>

#include "core/log.h"
#include "store/audit.h"
#include "store/audit_chain.h"
#include "store/db.h"

enum { CUT_AT_ONCE = 20000 }; /* rows of one transaction, for which others wait */

/* The last row of the oldest ones that are all older; seq 0: there is none. */
static bool find_last(struct store *s, int64_t before_ms, struct audit_anchor *out, struct error *e)
{
    *out = (struct audit_anchor){ .seq = 0 };
    return db_rows(s,
                   "SELECT seq, hash FROM audit WHERE seq = min((SELECT min(seq) FROM audit) + ?2, coalesce("
                   "(SELECT seq - 1 FROM audit NOT INDEXED WHERE time_ms >= ?1 ORDER BY seq LIMIT 1),"
                   " (SELECT max(seq) FROM audit)))",
                   DB_BIND(DB_INT(before_ms), DB_INT(CUT_AT_ONCE - 1)), audit_row_anchor, out, NULL, e);
}

/* Within a transaction. */
static bool cut_some(struct store *s, int64_t before_ms, int64_t now_ms, struct audit_anchor *last, int64_t *removed, struct error *e)
{
    char target[HASH_TEXT_SIZE + 24];
    struct audit_row row = { .time_ms = now_ms, .actor_kind = "service", .action = "audit.cut", .target = target, .outcome = "done",
                             .status = AUDIT_UNSET, .duration_ms = AUDIT_UNSET, .begun_seq = AUDIT_UNSET, .count = 1 };
    struct audit_row *rows[] = { &row };

    *removed = 0;
    if (!find_last(s, before_ms, last, e))
        return false;
    if (last->seq == 0)
        return true;
    snprintf(target, sizeof(target), "%" PRId64 ":%s", last->seq, last->hash);
    if (!audit_extend(s, rows, 1, NULL, e) || !db_run(s, "DELETE FROM audit WHERE seq <= ?1", DB_BIND(DB_INT(last->seq)), e))
        return false;
    *removed = db_changes(s);
    return true;
}

bool audit_cut(struct store *s, int64_t before_ms, int64_t now_ms, int64_t *removed, struct error *e)
{
    struct audit_anchor last;
    int64_t some;

    *removed = 0;
    do {
        if (!audit_relax(s, false, e) || !db_begin(s, e) || !db_end(s, cut_some(s, before_ms, now_ms, &last, &some, e), e))
            return false;
        *removed += some;
        if (some > 0)
            log_always("audit cut %" PRId64 ":%s: %" PRId64 " rows", last.seq, last.hash, some);
    } while (some == CUT_AT_ONCE);
    return true;
}
