/* How a row is hashed (sql/audit/001_audit.sql says it in words). */
#ifndef STORE_AUDIT_CHAIN_H
#define STORE_AUDIT_CHAIN_H

#include "store/audit.h"
#include "store/db.h"

extern const char audit_first_hash[HASH_TEXT_SIZE]; /* what the first row follows */

/* The hash of a row that follows one with the hash `previous`: as it will be written, or as it was read (the statement's
 * columns being those of audit_columns). */
void audit_row_hash(const struct audit_row *row, const char *previous, char out[HASH_TEXT_SIZE]);
void audit_read_hash(sqlite3_stmt *row, const char *previous, char out[HASH_TEXT_SIZE]);

/* Within a transaction: adds the rows behind the newest. `head`, if not NULL, becomes the anchor of the last. */
bool audit_extend(struct store *s, struct audit_row *const *rows, size_t count, struct audit_anchor *head, struct error *e);

/* Whether the next commits may be left to the system rather than synced. A commit that is synced takes all before it along,
 * so the trail never has a hole. */
bool audit_relax(struct store *s, bool relaxed, struct error *e);

/* A row of "seq, hash" into a struct audit_anchor. */
void audit_row_anchor(sqlite3_stmt *row, void *out, struct arena *a);

/* "seq, time_ms, … hash" */
#define AUDIT_COLUMN_LIST                                                                                    \
    "seq, time_ms, actor_kind, actor, actor_name, organisation, address, action, target, outcome, status,"   \
    " duration_ms, request_id, body_sha256, reason, begun_seq, count, hash"

#endif
