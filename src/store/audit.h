/*
 * The audit trail: <data_dir>/audit.db, a database of its own, whose rows are only ever added (sql/audit says what each
 * column is). Rows are chained by their hashes, in one order for all processes: the head is read and extended inside one
 * write transaction. Connections are those of store.h and fail as they do.
 *
 * An act has two rows: 'begun', written before it changes anything, and one with its outcome. So whatever becomes of the
 * process in between, nothing was changed without a row. Of what was done or failed the row is synced to the disk, with
 * all rows before it; 'begun' and 'refused' are in the hands of the system by then and are synced with the next one: a
 * loss of power may cost the last of them, which were of nothing that a client had been told of as done.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include <stdint.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/json.h"
#include "store/store.h"

enum { AUDIT_UNSET = -1 }; /* of a number that is not known */

struct audit_row {
    int64_t seq;              /* of rows that were read; audit_append sets it */
    int64_t time_ms;
    const char *actor_kind;   /* key, token, user, service, nobody */
    const char *actor;        /* texts may be NULL but for actor_kind, action and outcome */
    const char *actor_name;
    const char *organisation;
    const char *address;
    const char *action;
    const char *target;
    const char *outcome;      /* begun, done, refused, failed, left */
    int64_t status;
    int64_t duration_ms;
    const char *request_id;
    const char *body_sha256;
    const char *reason;
    int64_t begun_seq;
    int64_t count;            /* ≥ 1 */
    const char *hash;         /* of rows that were read */
};

/* The columns in the order of the table and of struct audit_row, `hash` last. */
enum { AUDIT_COLUMNS = 18, AUDIT_HASHED = AUDIT_COLUMNS - 1 };
struct audit_column {
    const char *name;
    bool is_number;
    size_t offset;
};
extern const struct audit_column audit_columns[AUDIT_COLUMNS];

/* A row's place and hash: whoever keeps one outside sees when the trail was cut before it. */
struct audit_anchor {
    int64_t seq; /* 0: of an empty trail */
    char hash[HASH_TEXT_SIZE];
};

/* "SEQ:HASH". ERROR_INPUT. */
bool audit_anchor_parse(const char *text, struct audit_anchor *out, struct error *e);

/* Opens the trail for reading; making it when it is missing. NULL on failure. */
struct store *audit_open(const struct config *c, struct error *e);

/* Adds `count` rows in their order, all or none, and sets their seq. Written, and synced as said above, when it returns. `head`, if not NULL, becomes
 * the anchor of the last. */
bool audit_add(struct store *s, struct audit_row *const *rows, size_t count, struct audit_anchor *head, struct error *e);

/* Adds the row 'audit.anchor' unless the day (UTC) of now_ms has one. *out is its anchor; seq 0 when nothing was added. */
bool audit_add_anchor(struct store *s, int64_t now_ms, struct audit_anchor *out, struct error *e);

/* When the newest 'audit.anchor' was added; 0: there is none. */
bool audit_last_anchor(struct store *s, int64_t *out_ms, struct error *e);

/* Adds a row 'service.EVENT' of `program` (event: start, reload, upgrade, stop), by a connection of its own. by_uid: the
 * user who asked for it; -1: nobody. */
bool audit_note_service(const struct config *c, const char *program, const char *event, const char *outcome, int64_t by_uid,
                        struct error *e);

/* Removes the oldest rows, as far as all are older than before_ms, each time after a row 'audit.cut' that the chain goes on
 * from, and logs those. Others wait for at most some 20,000 rows of it; when it fails, what is cut by then is cut. */
bool audit_cut(struct store *s, int64_t before_ms, int64_t now_ms, int64_t *removed, struct error *e);

/* The newest row's. */
bool audit_head(struct store *s, struct audit_anchor *out, struct error *e);

struct audit_verdict {
    bool is_whole;
    int64_t rows;             /* that were found in order, from the first */
    int64_t cut_seq;          /* the last row that was cut off (audit_cut); 0: none was */
    int64_t cut_ms;           /* when */
    int64_t broken_seq;       /* the first that is not as it was written; 0: the fault is of no single row */
    char fault[200];          /* in words; "" when whole */
    struct audit_anchor head; /* of the last row in order */
};

/* Looks at every row, at the tables and triggers, and at the file's structure. `anchor` may be NULL. False only when it
 * cannot be looked at. */
bool audit_verify(struct store *s, const struct config *c, const struct audit_anchor *anchor, struct audit_verdict *out,
                  struct error *e);

/* Which rows; NULL and 0 mean any. */
struct audit_filter {
    int64_t since_ms, until_ms; /* from the one, to before the other */
    const char *actor;          /* id or name */
    const char *organisation;
    const char *address;
    const char *action;         /* "tracks.create", or "tracks" for all of its kind */
    const char *outcome;
    const char *request_id;
    int64_t after_seq;          /* only later rows */
    int64_t before_seq;         /* only earlier ones */
    bool ends_only;             /* no row of what began and has ended since */
    bool newest_first;
    int limit;                  /* 0: none */
};

/* Calls row(out, r) for each, with texts that live until it returns, in the order of seq or against it. Long readings
 * are many short ones, so that they hold up nobody; rows that are added meanwhile are among them. False from `row` stops
 * it. */
bool audit_search(struct store *s, const struct audit_filter *f, bool (*row)(void *out, const struct audit_row *r),
                  void *out, struct error *e);

/* As the command line and the HTTP interface show them: the columns by their names, and the time in words. The caller owns
 * the tree. */
json_object *audit_row_json(const struct audit_row *r);
json_object *audit_verdict_json(const struct audit_verdict *v);

bool audit_outcome_is_known(const char *text);

/*
 * The writer of a process: one connection, and the rows of all threads that wait at a time in one transaction.
 */
struct audit_writer;

/* Starts it; `daily_anchor`: a thread adds the day's anchor, now and after each midnight (UTC), and logs it as
 * "audit anchor SEQ:HASH". NULL on failure. */
struct audit_writer *audit_writer_open(const struct config *c, bool daily_anchor, struct error *e);

/* Adds a row and sets its seq, as audit_add. Any thread. */
bool audit_append(struct audit_writer *w, struct audit_row *row, struct error *e);

/* audit_last_anchor by the writer's connection. Any thread. */
bool audit_writer_last_anchor(struct audit_writer *w, int64_t *out_ms, struct error *e);

/* Accepts NULL. No append may be under way. */
void audit_writer_close(struct audit_writer *w);

#endif
