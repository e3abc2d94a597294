#include "store/audit_chain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char audit_first_hash[HASH_TEXT_SIZE] = "0000000000000000000000000000000000000000000000000000000000000000";

#define AT(member) offsetof(struct audit_row, member)
/* clang-format off */
const struct audit_column audit_columns[AUDIT_COLUMNS] = {
    { "seq",          true,  AT(seq) },
    { "time_ms",      true,  AT(time_ms) },
    { "actor_kind",   false, AT(actor_kind) },
    { "actor",        false, AT(actor) },
    { "actor_name",   false, AT(actor_name) },
    { "organisation", false, AT(organisation) },
    { "address",      false, AT(address) },
    { "action",       false, AT(action) },
    { "target",       false, AT(target) },
    { "outcome",      false, AT(outcome) },
    { "status",       true,  AT(status) },
    { "duration_ms",  true,  AT(duration_ms) },
    { "request_id",   false, AT(request_id) },
    { "body_sha256",  false, AT(body_sha256) },
    { "reason",       false, AT(reason) },
    { "begun_seq",    true,  AT(begun_seq) },
    { "count",        true,  AT(count) },
    { "hash",         false, AT(hash) },
};
/* clang-format on */
#undef AT

static void add(struct hash *h, const char *text, size_t len)
{
    char head[32];
    int n = snprintf(head, sizeof(head), "%zu:", len);

    if (text == NULL) {
        hash_add(h, "-", 1);
        return;
    }
    hash_add(h, head, (size_t)n);
    hash_add(h, text, len);
}

static struct hash *begin(const char *previous)
{
    struct hash *h = hash_new();

    ASSERT(h != NULL);
    hash_add(h, previous, HASH_TEXT_SIZE - 1);
    return h;
}

void audit_row_hash(const struct audit_row *row, const char *previous, char out[HASH_TEXT_SIZE])
{
    struct hash *h = begin(previous);

    for (size_t i = 0; i < AUDIT_HASHED; i++) {
        const void *member = (const char *)row + audit_columns[i].offset;
        const char *text;
        char number[24];

        if (audit_columns[i].is_number) {
            int64_t value = *(const int64_t *)member;

            snprintf(number, sizeof(number), "%" PRId64, value);
            text = value != AUDIT_UNSET ? number : NULL;
        } else {
            text = *(const char *const *)member;
        }
        add(h, text, text != NULL ? strlen(text) : 0);
    }
    hash_finish(h, out);
}

void audit_read_hash(sqlite3_stmt *row, const char *previous, char out[HASH_TEXT_SIZE])
{
    struct hash *h = begin(previous);

    for (int i = 0; i < AUDIT_HASHED; i++) {
        const char *text = (const char *)sqlite3_column_text(row, i);

        add(h, text, text != NULL ? (size_t)sqlite3_column_bytes(row, i) : 0);
    }
    hash_finish(h, out);
}

bool audit_anchor_parse(const char *text, struct audit_anchor *out, struct error *e)
{
    char *end;
    int64_t seq = strtoll(text, &end, 10);

    if (end == text || *end != ':' || seq < 1 || seq == INT64_MAX || strlen(end + 1) != HASH_TEXT_SIZE - 1 ||
        strspn(end + 1, "0123456789abcdef") != HASH_TEXT_SIZE - 1)
        return error_set(e, ERROR_INPUT,
                         "an anchor is SEQ:HASH as in the log, a number and 64 hexadecimal digits, not '%s'", text);
    out->seq = seq;
    snprintf(out->hash, sizeof(out->hash), "%s", end + 1);
    return true;
}
