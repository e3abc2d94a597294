#include "store/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "main/aether/command.h"

enum { TAIL_ROWS = 20, LIMIT_MAX = 100000000, FOLLOW_PAUSE_US = 500000 };

/* clang-format off */
static const struct option_row rows[] = {
    { "since", "TIME", false, "from then on: 7d, 12h, 30m ago, 2026-11-01 or 2026-11-01T09:30:00Z" },
    { "until", "TIME", false, "before then" },
    { "actor", "ID|NAME", false, "of this key, token or user" },
    { "organisation", "NAME", false, "of this organisation" },
    { "address", "ADDRESS", false, "from this client" },
    { "action", "ACTION", false, "such as tracks.create, or tracks for all of these" },
    { "outcome", "OUTCOME", false, "done, refused, failed, left, or begun for what never ended" },
    { "request", "ID", false, "of this request" },
    { "limit", "COUNT", false, "search: at most so many, the newest; tail: how many (default: 20)" },
    { "follow", NULL, false, "tail: goes on with what is added, until Ctrl-C" },
    { "format", "csv|jsonl", false, "export: comma-separated or a JSON object a line (default: csv)" },
    { "anchor", "SEQ:HASH", false, "verify: a row that must be there, as the service's log has it" },
    { "json", NULL, false, "search, tail, verify: as JSON" },
};
/* clang-format on */

const struct option_row *audit_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

static bool read_outcome(const struct options *o, const char **out, struct error *e)
{
    *out = option_get(o, "outcome");
    return *out == NULL || audit_outcome_is_known(*out) ||
           error_set(e, ERROR_INPUT, "--outcome: expected done, refused, failed, left or begun, not '%s'", *out);
}

static bool read_filter(const struct options *o, int limit, struct audit_filter *f, struct error *e)
{
    *f = (struct audit_filter){
        .actor = option_get(o, "actor"),
        .organisation = option_get(o, "organisation"),
        .address = option_get(o, "address"),
        .action = option_get(o, "action"),
        .request_id = option_get(o, "request"),
    };
    return option_get_time(o, "since", &f->since_ms, e) && option_get_time(o, "until", &f->until_ms, e) &&
           read_outcome(o, &f->outcome, e) && option_get_int(o, "limit", 1, LIMIT_MAX, limit, &f->limit, e);
}

struct output {
    enum { AS_TABLE, AS_ARRAY, AS_LINES, AS_CSV } form;
    size_t count;
    int64_t last_seq;
};

static void print_object(const struct audit_row *r)
{
    json_object *tree = audit_row_json(r);

    fputs(json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE), stdout);
    json_object_put(tree);
}

static const char *shown(const char *text)
{
    return text != NULL ? text : "-";
}

static void print_line(const struct audit_row *r)
{
    char time[CLOCK_TEXT_SIZE], status[16] = "-";

    if (r->status != AUDIT_UNSET)
        snprintf(status, sizeof(status), "%" PRId64, r->status);
    printf("%-7" PRId64 " %-24s %-18s %-14s %-18s %-16s %-7s %-6s %s%s%s\n", r->seq, clock_text(r->time_ms, time),
           shown(r->actor_name != NULL ? r->actor_name : r->actor), shown(r->organisation), shown(r->address), r->action,
           r->outcome, status, shown(r->target), r->reason != NULL ? "  " : "", r->reason != NULL ? r->reason : "");
}

/* RFC 4180, but for the end of a line. */
static void print_csv_text(const char *text)
{
    if (text[strcspn(text, ",\"\r\n")] == '\0') {
        fputs(text, stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0'; text++) {
        if (*text == '"')
            putchar('"');
        putchar(*text);
    }
    putchar('"');
}

static void print_csv(const struct audit_row *r)
{
    char time[CLOCK_TEXT_SIZE];

    fputs(clock_text(r->time_ms, time), stdout);
    for (size_t i = 0; i < AUDIT_COLUMNS; i++) {
        const void *member = (const char *)r + audit_columns[i].offset;

        putchar(',');
        if (!audit_columns[i].is_number)
            print_csv_text(*(const char *const *)member != NULL ? *(const char *const *)member : "");
        else if (*(const int64_t *)member != AUDIT_UNSET)
            printf("%" PRId64, *(const int64_t *)member);
    }
    putchar('\n');
}

static bool print_row(void *out, const struct audit_row *r)
{
    struct output *o = out;

    if (o->form == AS_TABLE) {
        print_line(r);
    } else if (o->form == AS_CSV) {
        print_csv(r);
    } else {
        if (o->form == AS_ARRAY)
            fputs(o->count > 0 ? ",\n  " : "\n  ", stdout);
        print_object(r);
        if (o->form == AS_LINES)
            putchar('\n');
    }
    o->count++;
    o->last_seq = r->seq;
    return !ferror(stdout);
}

static void print_head(bool csv)
{
    if (!csv) {
        printf("%-7s %-24s %-18s %-14s %-18s %-16s %-7s %-6s %s\n", "SEQ", "TIME", "ACTOR", "ORGANISATION", "ADDRESS",
               "ACTION", "OUTCOME", "STATUS", "TARGET");
        return;
    }
    fputs("time", stdout);
    for (size_t i = 0; i < AUDIT_COLUMNS; i++)
        printf(",%s", audit_columns[i].name);
    putchar('\n');
}

static bool keep_seq(void *out, const struct audit_row *r)
{
    *(int64_t *)out = r->seq;
    return true;
}

/* The newest `limit` in the order of time: from the oldest of them on. */
static bool from_newest(struct store *s, struct audit_filter *f, struct error *e)
{
    struct audit_filter newest = *f;
    int64_t oldest = 1;

    if (f->limit == 0)
        return true;
    newest.newest_first = true;
    if (!audit_search(s, &newest, keep_seq, &oldest, e))
        return false;
    f->after_seq = oldest - 1;
    return true;
}

static bool search(struct invocation *in, struct store *s, struct error *e)
{
    bool json = option_is_set(&in->options, "json");
    struct output out = { .form = json ? AS_ARRAY : AS_TABLE };
    struct audit_filter f;

    if (!read_filter(&in->options, 0, &f, e))
        return false;
    f.ends_only = true;
    if (!from_newest(s, &f, e))
        return false;
    if (json)
        putchar('[');
    else
        print_head(false);
    if (!audit_search(s, &f, print_row, &out, e))
        return false;
    if (json)
        puts(out.count > 0 ? "\n]" : "]");
    return true;
}

/* What is begun is shown when it has ended: a following tail shows the end only. */
static bool tail(struct invocation *in, struct store *s, struct error *e)
{
    bool json = option_is_set(&in->options, "json");
    struct output out = { .form = json ? AS_LINES : AS_TABLE };
    struct audit_filter f;

    if (!read_filter(&in->options, TAIL_ROWS, &f, e))
        return false;
    f.ends_only = true;
    if (!from_newest(s, &f, e))
        return false;
    if (!json)
        print_head(false);
    out.last_seq = f.after_seq;
    if (!audit_search(s, &f, print_row, &out, e))
        return false;
    while (option_is_set(&in->options, "follow") && fflush(stdout) == 0) {
        usleep(FOLLOW_PAUSE_US);
        f.after_seq = out.last_seq;
        f.limit = 0;
        if (!audit_search(s, &f, print_row, &out, e))
            return false;
    }
    return true;
}

static bool export(struct invocation *in, struct store *s, struct error *e)
{
    const char *format = option_get(&in->options, "format");
    bool csv = format == NULL || strcmp(format, "csv") == 0;
    struct output out = { .form = csv ? AS_CSV : AS_LINES };
    struct audit_filter f;

    if (!csv && strcmp(format, "jsonl") != 0)
        return error_set(e, ERROR_INPUT, "--format: expected csv or jsonl, not '%s'", format);
    if (!read_filter(&in->options, 0, &f, e) || !from_newest(s, &f, e))
        return false;
    if (csv)
        print_head(true);
    return audit_search(s, &f, print_row, &out, e);
}

static const char *cut_text(const struct audit_verdict *v, struct arena *a)
{
    char time[CLOCK_TEXT_SIZE];

    return v->cut_seq == 0 ? "" : arena_printf(a, ", those up to %" PRId64 " were cut off at %s", v->cut_seq, clock_text(v->cut_ms, time));
}

static bool verify(struct invocation *in, struct store *s, struct error *e)
{
    const char *text = option_get(&in->options, "anchor");
    struct audit_anchor anchor;
    struct audit_verdict v;

    if ((text != NULL && !audit_anchor_parse(text, &anchor, e)) ||
        !audit_verify(s, &in->config, text != NULL ? &anchor : NULL, &v, e))
        return false;
    if (option_is_set(&in->options, "json"))
        print_json(audit_verdict_json(&v));
    else if (v.is_whole)
        printf("The audit trail is whole: %" PRId64 " rows%s; its anchor is %" PRId64 ":%s\n", v.rows, cut_text(&v, in->arena),
               v.head.seq, v.head.hash);
    return v.is_whole || error_set(e, ERROR_IO, "the audit trail is broken: %s", v.fault);
}

bool audit_run(struct invocation *in, struct error *e)
{
    static const struct {
        const char *name;
        bool (*run)(struct invocation *in, struct store *s, struct error *e);
    } verbs[] = { { "search", search }, { "tail", tail }, { "verify", verify }, { "export", export } };
    const struct string_list *rest = &in->options.rest;
    struct store *s;
    bool ok;

    for (size_t i = 0; rest->count == 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(rest->items[0], verbs[i].name) != 0)
            continue;
        if (access(arena_printf(in->arena, "%s/audit.db", in->config.data_dir), F_OK) != 0)
            return error_set(e, ERROR_NOT_FOUND, "there is no audit trail in '%s' (AETHER_DATA_DIR)", in->config.data_dir);
        s = audit_open(&in->config, e);
        ok = s != NULL && verbs[i].run(in, s, e);
        store_close(s);
        return ok;
    }
    return error_set(e, ERROR_INPUT, "expected 'aether audit search', 'tail', 'verify' or 'export'");
}
