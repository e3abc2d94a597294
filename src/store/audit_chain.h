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

/* "seq, time_ms, … hash" */
#define AUDIT_COLUMN_LIST                                                                                    \
    "seq, time_ms, actor_kind, actor, actor_name, organisation, address, action, target, outcome, status,"   \
    " duration_ms, request_id, body_sha256, reason, begun_seq, count, hash"

#endif
