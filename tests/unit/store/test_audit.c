#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/random.h"
#include "store/audit_chain.h"
#include "support.h"

enum { ROWS = 40, TAMPERINGS = 1000, PROCESSES = 4, THREADS = 4, EACH = 25, FILE_FLIPS = 250 };

static struct store *trail;
static struct audit_anchor head;
static int gone; /* rows that were cut off */

static struct audit_row row_of(int i)
{
    static const char *const kinds[] = { "key", "token", "user", "nobody" };
    static const char *const outcomes[] = { "begun", "done", "refused", "failed", "left" };

    return (struct audit_row){
        .time_ms = 1700000000000 + i * 1000,
        .actor_kind = kinds[i % 4],
        .actor = i % 4 == 3 ? NULL : arena_printf(arena, "actor%d", i % 3),
        .actor_name = i % 4 == 0 ? "radio-desk" : NULL,
        .organisation = i % 2 == 0 ? "acme" : "café",
        .address = arena_printf(arena, "192.0.2.%d", i),
        .action = i % 2 == 0 ? "tracks.create" : "jobs.delete",
        .target = arena_printf(arena, "job-%d", i),
        .outcome = outcomes[i % 5],
        .status = i % 5 == 0 ? AUDIT_UNSET : 200 + i,
        .duration_ms = i % 5 == 0 ? AUDIT_UNSET : i,
        .request_id = arena_printf(arena, "request-%d", i),
        .body_sha256 = i % 3 == 0 ? NULL : audit_first_hash,
        .reason = i % 5 == 2 ? "scope-missing" : NULL,
        .begun_seq = i % 5 == 1 ? i : AUDIT_UNSET,
        .count = 1,
    };
}

static void add_rows(struct store *s, int from, int count)
{
    struct audit_row rows[ROWS], *in_order[ROWS];

    for (int i = 0; i < count; i++) {
        rows[i] = row_of(from + i);
        in_order[i] = &rows[i];
    }
    OK(audit_add(s, in_order, (size_t)count, &head, &problem));
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(rows[i].seq, from + i + 1);
    ck_assert_int_eq(head.seq, from + count);
}

static void setup(void)
{
    folder_setup();
    arena = arena_new(16 << 20);
    trail = audit_open(&settings, &problem);
    ck_assert_msg(trail != NULL, "%s", problem.detail);
}

static void setup_rows(void)
{
    setup();
    gone = 0;
    add_rows(trail, 0, ROWS);
}

/* Twice, so that there is an older cut too: 25 rows are left, the cuts among them as 41 and 42. */
static void setup_cut(void)
{
    static const int upto[] = { 7, 15 };

    setup_rows();
    for (size_t i = 0; i < 2; i++) {
        int64_t removed = 0;

        OK(audit_cut(trail, row_of(upto[i]).time_ms, INT64_C(1800000000000), &removed, &problem));
        ck_assert_int_eq(removed, upto[i] - gone);
        gone = upto[i];
    }
    OK(audit_head(trail, &head, &problem));
    ck_assert_int_eq(head.seq, ROWS + 2);
}

static void teardown(void)
{
    store_close(trail);
    arena_free(arena);
    folder_teardown();
}

static bool run(const char *sql)
{
    return sqlite3_exec(trail->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static struct audit_verdict verify(const struct audit_anchor *anchor)
{
    struct audit_verdict out;

    OK(audit_verify(trail, &settings, anchor, &out, &problem));
    return out;
}

START_TEST(a_trail_as_it_was_written_is_whole)
{
    struct audit_anchor middle = { .seq = 0 };
    struct audit_verdict v = verify(NULL);

    ck_assert_msg(v.is_whole, "%s", v.fault);
    ck_assert_int_eq(v.rows, ROWS);
    ck_assert_int_eq(v.cut_seq, 0);
    ck_assert_int_eq(v.head.seq, ROWS);
    ck_assert_str_eq(v.head.hash, head.hash);
    ck_assert(verify(&head).is_whole);
    middle = head;
    add_rows(trail, ROWS, 3);
    ck_assert(verify(&middle).is_whole);
    ck_assert_int_eq(head.seq, ROWS + 3);
}
END_TEST

START_TEST(an_empty_trail_is_whole)
{
    struct audit_verdict v = verify(NULL);

    ck_assert(v.is_whole);
    ck_assert_int_eq(v.head.seq, 0);
}
END_TEST

static const char *const refused[] = {
    "UPDATE audit SET actor = 'x' WHERE seq = 3",
    "DELETE FROM audit WHERE seq = 3",
    "DELETE FROM audit",
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 3",
    "REPLACE INTO audit SELECT * FROM audit WHERE seq = 40",
    "INSERT OR IGNORE INTO audit SELECT * FROM audit WHERE seq = 3",
    "INSERT INTO audit (seq, time_ms, actor_kind, action, outcome, hash) SELECT 99, 1, 'key', 'x.y', 'done', hash FROM audit",
    "INSERT INTO audit SELECT * FROM audit WHERE seq = 3 ON CONFLICT (seq) DO UPDATE SET actor = 'x'",
};

START_TEST(nothing_is_changed_or_removed)
{
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        ck_assert_msg(!run(refused[i]), "accepted: %s", refused[i]);
    ck_assert(verify(&head).is_whole);
}
END_TEST

/* Tampering, by somebody who can do what he likes with the tables. */
static struct random dice;

static int64_t pick(int64_t below)
{
    return random_below(&dice, (unsigned)below);
}

static void must(const char *sql)
{
    char *message = NULL;

    ck_assert_msg(sqlite3_exec(trail->db, sql, NULL, NULL, &message) == SQLITE_OK, "%s: %s", sql, message);
}

/* One byte of one value, or a value for none. */
static int64_t change_byte(void)
{
    const struct audit_column *column = &audit_columns[pick(AUDIT_COLUMNS)];
    int64_t seq = gone + 1 + pick(ROWS - gone);
    sqlite3_stmt *read, *write;
    char *sql = arena_printf(arena, "SELECT %s FROM audit WHERE seq = %d", column->name, (int)seq);

    ck_assert_int_eq(sqlite3_prepare_v2(trail->db, sql, -1, &read, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(read), SQLITE_ROW);
    sql = arena_printf(arena, "UPDATE audit SET %s = ?1 WHERE seq = %d", column->name, (int)seq);
    ck_assert_int_eq(sqlite3_prepare_v2(trail->db, sql, -1, &write, NULL), SQLITE_OK);
    if (sqlite3_column_type(read, 0) == SQLITE_NULL) {
        sqlite3_bind_text(write, 1, column->is_number ? "0" : "", -1, SQLITE_STATIC);
    } else if (column->is_number) {
        int64_t value = sqlite3_column_int64(read, 0);
        int bit = (int)(column == audit_columns ? 7 + pick(50) : pick(62)); /* of seq: so that it is nobody else's */

        value ^= INT64_C(1) << bit;
        sqlite3_bind_int64(write, 1, value);
    } else {
        size_t len = (size_t)sqlite3_column_bytes(read, 0);
        char *text = arena_strndup(arena, (const char *)sqlite3_column_text(read, 0), len);

        text[pick((int64_t)len)] ^= (char)(1 << pick(8));
        sqlite3_bind_text(write, 1, text, (int)len, SQLITE_STATIC);
    }
    ck_assert_int_eq(sqlite3_step(write), SQLITE_DONE);
    sqlite3_finalize(read);
    sqlite3_finalize(write);
    return seq;
}

static int64_t remove_row(void)
{
    int64_t seq = gone + 1 + pick(ROWS - gone - 1);

    must(arena_printf(arena, "DELETE FROM audit WHERE seq = %d", (int)seq));
    if (pick(2) == 0) /* and closes the gap, upwards from the lowest */
        must(arena_printf(arena, "UPDATE audit SET seq = -seq WHERE seq > %d; UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
                          (int)seq));
    return seq;
}

static int64_t swap_rows(void)
{
    int64_t one = gone + 1 + pick(ROWS - gone), other = gone + 1 + pick(ROWS - gone - 1);

    other += other >= one;
    must(arena_printf(arena,
                      "UPDATE audit SET seq = -1 WHERE seq = %d; UPDATE audit SET seq = %d WHERE seq = %d;"
                      "UPDATE audit SET seq = %d WHERE seq = -1",
                      (int)one, (int)one, (int)other, (int)other));
    return one < other ? one : other;
}

/* A row that never was, half of the time with the hash that belongs there, so that it is the next row that does not fit.
 * Not so at the end: whoever adds a row with the right hash there has continued the trail, as the program does. */
static int64_t insert_row(void)
{
    int64_t seq = gone + 1 + pick(ROWS - gone + 1);
    bool fits = (gone == 0 || seq > gone + 1) && seq <= ROWS && pick(2) == 0;
    const struct audit_row forged = { .seq = seq, .time_ms = 1700000000000, .actor_kind = "key", .action = "keys.create",
                                      .outcome = "done", .status = AUDIT_UNSET, .duration_ms = AUDIT_UNSET,
                                      .begun_seq = AUDIT_UNSET, .count = 1 };
    char before[HASH_TEXT_SIZE], hash[HASH_TEXT_SIZE];
    sqlite3_stmt *read;
    char *sql = arena_printf(arena, "SELECT hash FROM audit WHERE seq = %d", (int)(fits ? seq - 1 : gone + 1 + pick(ROWS - gone)));

    ck_assert_int_eq(sqlite3_prepare_v2(trail->db, sql, -1, &read, NULL), SQLITE_OK);
    snprintf(before, sizeof(before), "%s",
             sqlite3_step(read) == SQLITE_ROW ? (const char *)sqlite3_column_text(read, 0) : audit_first_hash);
    sqlite3_finalize(read);
    if (fits)
        audit_row_hash(&forged, before, hash);
    else
        memcpy(hash, before, sizeof(hash));
    must(arena_printf(arena,
                      "UPDATE audit SET seq = -seq WHERE seq >= %d; UPDATE audit SET seq = -seq + 1 WHERE seq < 0;"
                      "INSERT INTO audit (seq, time_ms, actor_kind, action, outcome, hash)"
                      " VALUES (%d, 1700000000000, 'key', 'keys.create', 'done', '%s')",
                      (int)seq, (int)seq, hash));
    return fits ? seq + 1 : seq;
}

static int64_t cut_tail(void)
{
    int64_t seq = gone + 1 + pick(ROWS - gone);

    must(arena_printf(arena, "DELETE FROM audit WHERE seq >= %d", (int)seq));
    return seq;
}

static const struct {
    int64_t (*tamper)(void); /* the first row that is not as it was */
    bool with_anchor;
} ways[] = { { change_byte, false }, { remove_row, false }, { swap_rows, false }, { insert_row, false }, { cut_tail, true } };

START_TEST(every_tampering_is_found_and_its_first_row_named)
{
    static const char *const triggers[] = { "audit_no_update", "audit_no_delete", "audit_in_order" };

    must("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF");
    for (int seed = 0; seed < TAMPERINGS; seed++) {
        size_t way = (size_t)seed % (sizeof(ways) / sizeof(ways[0]));
        struct audit_verdict v;
        const char *back[3];
        int64_t broken;

        dice = random_stream((uint64_t)seed, "tampering", 0);
        must("BEGIN");
        for (size_t i = 0; i < 3; i++) {
            sqlite3_stmt *read;
            char *sql = arena_printf(arena, "SELECT sql FROM sqlite_schema WHERE name = '%s'", triggers[i]);

            ck_assert_int_eq(sqlite3_prepare_v2(trail->db, sql, -1, &read, NULL), SQLITE_OK);
            ck_assert_int_eq(sqlite3_step(read), SQLITE_ROW);
            back[i] = arena_strdup(arena, (const char *)sqlite3_column_text(read, 0));
            sqlite3_finalize(read);
            must(arena_printf(arena, "DROP TRIGGER %s", triggers[i]));
        }
        broken = ways[way].tamper();
        for (size_t i = 0; i < 3; i++)
            must(back[i]);
        v = verify(ways[way].with_anchor ? &head : NULL);
        ck_assert_msg(!v.is_whole, "seed %d was not found", seed);
        if (gone > 0 && ways[way].tamper == cut_tail)
            broken = 1; /* with its end went what says that the beginning was cut off */
        ck_assert_msg(v.broken_seq == broken, "seed %d: row %d expected, %d found: %s", seed, (int)broken,
                      (int)v.broken_seq, v.fault);
        must("ROLLBACK");
        if (arena_used(arena) > 8 << 20) {
            arena_free(arena);
            arena = arena_new(16 << 20);
        }
    }
    ck_assert(verify(&head).is_whole);
}
END_TEST

static const char *const disarmed[] = {
    "DROP TRIGGER audit_no_delete",
    "DROP TRIGGER audit_in_order; CREATE TRIGGER audit_in_order BEFORE INSERT ON audit WHEN 0 BEGIN SELECT 1; END",
    "CREATE TRIGGER deaf BEFORE INSERT ON audit WHEN new.outcome = 'refused' BEGIN SELECT RAISE(IGNORE); END",
    "DROP VIEW act; CREATE VIEW act AS SELECT * FROM audit WHERE actor <> 'actor1'",
};

START_TEST(a_trail_that_was_disarmed_is_found)
{
    for (size_t i = 0; i < sizeof(disarmed) / sizeof(disarmed[0]); i++) {
        struct audit_verdict v;

        must("BEGIN");
        must(disarmed[i]);
        v = verify(&head);
        must("ROLLBACK");
        ck_assert_msg(!v.is_whole, "not found: %s", disarmed[i]);
        ck_assert_int_eq(v.broken_seq, 0);
        ck_assert_msg(strstr(v.fault, "trigger") != NULL || strstr(v.fault, "view") != NULL, "%s", v.fault);
    }
}
END_TEST

START_TEST(an_anchor_of_another_trail_is_found)
{
    struct audit_anchor other = head;

    other.hash[0] = other.hash[0] == 'a' ? 'b' : 'a';
    ck_assert_int_eq(verify(&other).broken_seq, ROWS);
    other = head;
    other.seq = ROWS + 1;
    ck_assert_int_eq(verify(&other).broken_seq, ROWS + 1);
}
END_TEST

START_TEST(a_cut_trail_is_whole)
{
    struct audit_verdict v = verify(&head);
    struct audit_anchor first = { .seq = gone };
    int64_t removed = -1;

    ck_assert_msg(v.is_whole, "%s", v.fault);
    ck_assert_int_eq(v.rows, ROWS + 2 - gone);
    ck_assert_int_eq(v.cut_seq, gone);
    ck_assert_int_eq(v.cut_ms, 1800000000000);
    OK(audit_cut(trail, row_of(gone).time_ms, INT64_C(1800000000000), &removed, &problem));
    ck_assert_int_eq(removed, 0); /* nothing is that old: no row is added either */
    ck_assert_int_eq(verify(NULL).head.seq, ROWS + 2);

    ck_assert(!run("DELETE FROM audit WHERE seq = 16"));
    ck_assert(!run("DELETE FROM audit"));

    /* An anchor of the last row that is gone still says something; of an earlier one nobody can tell. */
    first.hash[0] = '0';
    ck_assert(!verify(&first).is_whole);
    first.seq = gone - 1;
    ck_assert_ptr_nonnull(strstr(verify(&first).fault, "take a later anchor"));

    /* Everything: what is left is the row that says so. */
    OK(audit_cut(trail, INT64_MAX, INT64_C(1800000000001), &removed, &problem));
    ck_assert_int_eq(removed, ROWS + 2 - gone);
    v = verify(NULL);
    ck_assert_msg(v.is_whole && v.rows == 1 && v.head.seq == ROWS + 3, "%s", v.fault);
}
END_TEST

/* Of a trail whose rows up to 15 were cut off, by rows 41 and 42. */
static const char *const cut_tamperings[] = {
    "DELETE FROM audit WHERE seq = 16",
    "DELETE FROM audit WHERE seq BETWEEN 16 AND 40",
    "DELETE FROM audit WHERE seq = 42",
    "DELETE FROM audit WHERE seq IN (41, 42)",
    "DELETE FROM audit",
    "UPDATE audit SET target = replace(target, '15:', '16:') WHERE seq = 42; DELETE FROM audit WHERE seq = 16",
    "UPDATE audit SET target = '20:' || (SELECT hash FROM audit WHERE seq = 20) WHERE seq = 42; DELETE FROM audit WHERE seq <= 20",
    "UPDATE audit SET target = replace(target, '15:', '14:') WHERE seq = 42",
    "UPDATE audit SET target = '15:' || hash WHERE seq = 42",
    "UPDATE audit SET target = '15' WHERE seq = 42",
    "UPDATE audit SET target = NULL WHERE seq = 42",
    "UPDATE audit SET target = '99:' || hash WHERE seq = 42",
    "UPDATE audit SET action = 'audit.anchor' WHERE seq = 42",
    "UPDATE audit SET time_ms = 1 WHERE seq = 42",
    "UPDATE audit SET seq = 15 WHERE seq = 16",
    "INSERT INTO audit SELECT 15, time_ms, actor_kind, actor, actor_name, organisation, address, action, target, outcome, status,"
    " duration_ms, request_id, body_sha256, reason, begun_seq, count, hash FROM audit WHERE seq = 16",
    "INSERT INTO audit (seq, time_ms, actor_kind, action, target, outcome, hash) SELECT 43, 1, 'service', 'audit.cut', '20:' || hash,"
    " 'done', hash FROM audit WHERE seq = 20; DELETE FROM audit WHERE seq <= 20",
    "UPDATE audit SET action = 'audit.cut', target = '16:' || hash WHERE seq = 40",
};

START_TEST(whatever_is_done_to_a_cut_is_found)
{
    must("PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF");
    for (size_t i = 0; i < sizeof(cut_tamperings) / sizeof(cut_tamperings[0]); i++) {
        static const char *const triggers[] = { "audit_no_update", "audit_no_delete", "audit_in_order" };
        struct audit_verdict v;
        char *back = arena_strdup(arena, "");

        must("BEGIN");
        for (size_t t = 0; t < 3; t++) {
            sqlite3_stmt *read;
            char *sql = arena_printf(arena, "SELECT sql FROM sqlite_schema WHERE name = '%s'", triggers[t]);

            ck_assert_int_eq(sqlite3_prepare_v2(trail->db, sql, -1, &read, NULL), SQLITE_OK);
            ck_assert_int_eq(sqlite3_step(read), SQLITE_ROW);
            back = arena_printf(arena, "%s;%s", back, (const char *)sqlite3_column_text(read, 0));
            sqlite3_finalize(read);
            must(arena_printf(arena, "DROP TRIGGER %s", triggers[t]));
        }
        must(cut_tamperings[i]);
        must(back);
        v = verify(strcmp(cut_tamperings[i], "DELETE FROM audit") == 0 ? &head : NULL);
        must("ROLLBACK");
        ck_assert_msg(!v.is_whole, "not found: %s", cut_tamperings[i]);
    }
    ck_assert(verify(&head).is_whole);
}
END_TEST

/* A byte of the file: either nothing that is read has changed, or it is found. */
static bool text_add(void *out, const struct audit_row *r)
{
    struct hash *h = out;
    char text[HASH_TEXT_SIZE];

    audit_row_hash(r, audit_first_hash, text);
    hash_add(h, text, sizeof(text));
    hash_add(h, r->hash, strlen(r->hash));
    return true;
}

static bool contents(char out[HASH_TEXT_SIZE])
{
    const struct audit_filter all = { .limit = 0 };
    struct hash *h = hash_new();
    bool ok = audit_search(trail, &all, text_add, h, &problem);

    hash_finish(h, out);
    return ok;
}

static void file_put(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, size, file), size);
    ck_assert_int_eq(fclose(file), 0);
}

static size_t file_get(const char *path, char *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t got;

    ck_assert_ptr_nonnull(file);
    got = fread(bytes, 1, size, file);
    fclose(file);
    return got;
}

START_TEST(a_changed_byte_of_the_file_changes_nothing_unnoticed)
{
    static char bytes[1 << 20];
    char path[256], before[HASH_TEXT_SIZE], after[HASH_TEXT_SIZE];
    int found = 0;
    size_t size;

    ck_assert(contents(before));
    must("PRAGMA wal_checkpoint(TRUNCATE)");
    store_close(trail);
    snprintf(path, sizeof(path), "%s/audit.db", settings.data_dir);
    size = file_get(path, bytes, sizeof(bytes));
    ck_assert(size > 4096 && size < sizeof(bytes));
    dice = random_stream(1, "file", 0);
    for (int i = 0; i < FILE_FLIPS; i++) {
        size_t at = (size_t)pick((int64_t)size);
        char bit = (char)(1 << pick(8));
        struct audit_verdict v;

        bytes[at] ^= bit;
        file_put(path, bytes, size);
        bytes[at] ^= bit;
        unlink(arena_printf(arena, "%s-wal", path));
        unlink(arena_printf(arena, "%s-shm", path));
        trail = audit_open(&settings, &problem);
        if (trail == NULL || !contents(after) || !audit_verify(trail, &settings, &head, &v, &problem) || !v.is_whole)
            found++;
        else
            ck_assert_msg(strcmp(before, after) == 0, "byte %zu was not found", at);
        store_close(trail);
    }
    ck_assert_int_gt(found, FILE_FLIPS / 10);
    trail = NULL;
}
END_TEST

static void *append_some(void *writer)
{
    for (int i = 0; i < EACH; i++) {
        struct audit_row row = { .time_ms = 1, .actor_kind = "nobody", .action = "x.y", .outcome = "refused", .status = 401,
                                 .duration_ms = 1, .begun_seq = AUDIT_UNSET, .count = 1 };
        struct error e;

        if (!audit_append(writer, &row, &e) || row.seq < 1)
            _exit(1);
    }
    return NULL;
}

static int append_in_threads(void)
{
    struct audit_writer *w = audit_writer_open(&settings, false, NULL);
    pthread_t threads[THREADS];

    if (w == NULL)
        return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, append_some, w);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    audit_writer_close(w);
    return 0;
}

START_TEST(threads_and_processes_make_one_chain)
{
    struct audit_verdict v;

    store_close(trail);
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0)
            _exit(append_in_threads());
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;

        wait(&status);
        ck_assert_int_eq(status, 0);
    }
    trail = audit_open(&settings, &problem);
    v = verify(NULL);
    ck_assert_msg(v.is_whole, "%s", v.fault);
    ck_assert_int_eq(v.rows, PROCESSES * THREADS * EACH);
}
END_TEST

START_TEST(a_row_that_cannot_be_written_is_no_row)
{
    struct audit_row row = row_of(0), bad = row_of(1), *rows[] = { &row, &bad };

    bad.outcome = "perhaps";
    ck_assert(!audit_add(trail, rows, 2, NULL, &problem));
    ck_assert_int_eq(verify(NULL).rows, 0);
    add_rows(trail, 0, 1);
}
END_TEST

/* 2: FULL, each commit is synced; 1: NORMAL. */
static int64_t synchronous(void)
{
    sqlite3_stmt *read;
    int64_t value;

    ck_assert_int_eq(sqlite3_prepare_v2(trail->db, "PRAGMA synchronous", -1, &read, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(read), SQLITE_ROW);
    value = sqlite3_column_int64(read, 0);
    sqlite3_finalize(read);
    return value;
}

START_TEST(what_was_done_is_synced)
{
    static const struct {
        const char *outcome;
        int synchronous;
    } cases[] = { { "begun", 1 }, { "done", 2 }, { "refused", 1 }, { "failed", 2 }, { "refused", 1 }, { "left", 2 } };
    struct audit_row begun = row_of(0), done = row_of(0), *both[] = { &begun, &done, &begun };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct audit_row row = row_of(0), *rows[] = { &row };

        row.outcome = cases[i].outcome;
        OK(audit_add(trail, rows, 1, NULL, &problem));
        ck_assert_int_eq(synchronous(), cases[i].synchronous);
    }
    begun.outcome = "begun";
    done.outcome = "done";
    OK(audit_add(trail, both, 1, NULL, &problem));
    ck_assert_int_eq(synchronous(), 1);
    OK(audit_add(trail, both, 2, NULL, &problem));
    ck_assert_int_eq(synchronous(), 2);
}
END_TEST

START_TEST(a_day_has_one_anchor)
{
    const int64_t midnight = 20000 * INT64_C(86400000);
    struct audit_anchor first, again, next;

    OK(audit_add_anchor(trail, midnight - 1, &first, &problem));
    OK(audit_add_anchor(trail, midnight, &next, &problem));
    OK(audit_add_anchor(trail, midnight + 86399999, &again, &problem));
    ck_assert_int_eq(first.seq, 1);
    ck_assert_int_eq(next.seq, 2);
    ck_assert_int_eq(again.seq, 0);
    ck_assert(verify(&first).is_whole);
    ck_assert(verify(&next).is_whole);
}
END_TEST

/* What was found, as numbers: "3 2 1". */
static bool number_add(void *out, const struct audit_row *r)
{
    char *text = out;
    size_t len = strlen(text);

    snprintf(text + len, 256 - len, "%s%d", len > 0 ? " " : "", (int)r->seq);
    return true;
}

/* Rows 1 … 40 as row_of(0) … row_of(39) made them. */
static const struct {
    struct audit_filter filter;
    const char *found;
} searches[] = {
    { { .limit = 3 }, "1 2 3" },
    { { .limit = 3, .newest_first = true }, "40 39 38" },
    { { .limit = 2, .newest_first = true, .before_seq = 39 }, "38 37" },
    { { .limit = 2, .after_seq = 38 }, "39 40" },
    { { .after_seq = 38 }, "39 40" },
    { { .since_ms = 1700000010000, .until_ms = 1700000012000 }, "11 12" },
    { { .actor = "radio-desk", .limit = 3 }, "1 5 9" },
    { { .actor = "actor1", .limit = 3 }, "2 5 11" },
    { { .organisation = "café", .limit = 2 }, "2 4" },
    { { .address = "192.0.2.7" }, "8" },
    { { .action = "jobs", .limit = 2 }, "2 4" },
    { { .action = "jobs.delete", .limit = 2 }, "2 4" },
    { { .action = "job", .limit = 2 }, "" },
    { { .outcome = "left", .limit = 2, .newest_first = true }, "40 35" },
    { { .request_id = "request-5" }, "6" },
    { { .actor = "actor1", .organisation = "acme", .outcome = "begun" }, "11" },
};

START_TEST(searches_find_what_they_name)
{
    for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++) {
        char found[256] = "";

        OK(audit_search(trail, &searches[i].filter, number_add, found, &problem));
        ck_assert_msg(strcmp(found, searches[i].found) == 0, "search %zu: %s", i, found);
    }
}
END_TEST

Suite *audit_suite(void)
{
    Suite *suite = suite_create("audit");
    TCase *empty = tcase_create("empty trail"), *full = tcase_create("trail of rows");
    TCase *cut = tcase_create("trail whose beginning was cut off");

    tcase_add_checked_fixture(empty, setup, teardown);
    tcase_add_test(empty, an_empty_trail_is_whole);
    tcase_add_test(empty, threads_and_processes_make_one_chain);
    tcase_add_test(empty, a_row_that_cannot_be_written_is_no_row);
    tcase_add_test(empty, what_was_done_is_synced);
    tcase_add_test(empty, a_day_has_one_anchor);
    tcase_add_checked_fixture(full, setup_rows, teardown);
    tcase_set_timeout(full, 120);
    tcase_add_test(full, a_trail_as_it_was_written_is_whole);
    tcase_add_test(full, nothing_is_changed_or_removed);
    tcase_add_test(full, every_tampering_is_found_and_its_first_row_named);
    tcase_add_test(full, a_trail_that_was_disarmed_is_found);
    tcase_add_test(full, an_anchor_of_another_trail_is_found);
    tcase_add_test(full, a_changed_byte_of_the_file_changes_nothing_unnoticed);
    tcase_add_test(full, searches_find_what_they_name);
    suite_add_tcase(suite, empty);
    tcase_add_checked_fixture(cut, setup_cut, teardown);
    tcase_set_timeout(cut, 120);
    tcase_add_test(cut, a_cut_trail_is_whole);
    tcase_add_test(cut, every_tampering_is_found_and_its_first_row_named);
    tcase_add_test(cut, whatever_is_done_to_a_cut_is_found);
    suite_add_tcase(suite, cut);
    suite_add_tcase(suite, full);
    return suite;
}
