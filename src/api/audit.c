/* GET /v1/audit and /v1/audit/verify. An organisation sees what its own keys did; an administrator everything. */
#include <stdlib.h>

#include "api/handlers.h"
#include "core/json.h"
#include "server/query.h"
#include "store/audit.h"
#include "store/keys.h"

enum { PAGE_DEFAULT = 50, PAGE_MAX = 500 };

struct page {
    json_object *rows;
    int64_t last_seq;
};

static void close_trail(void *trail)
{
    store_close(trail);
}

static struct store *trail_of(struct request *req, struct error *e)
{
    struct store *trail = audit_open(api_of(req)->config, e);

    if (trail != NULL)
        arena_defer(req->arena, close_trail, trail);
    return trail;
}

static bool row_add(void *out, const struct audit_row *r)
{
    struct page *page = out;

    json_object_array_add(page->rows, audit_row_json(r));
    page->last_seq = r->seq;
    return true;
}

static void read_outcome(struct request *req, const char **out, struct problems *problems)
{
    *out = query_get(req, "outcome");
    if (*out != NULL && !audit_outcome_is_known(*out))
        problem_add(problems, "/outcome", "expected done, refused, failed, left or begun");
}

/* The cursor is the seq of the last row of the page before. */
static void read_cursor(struct request *req, int64_t *out, struct problems *problems)
{
    const char *text = query_get(req, "cursor");
    char *end;

    if (text == NULL)
        return;
    *out = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || *out < 1)
        problem_add(problems, "/cursor", "expected next_cursor of the page before");
}

static bool read_filter(struct request *req, struct audit_filter *f, struct error *e)
{
    struct problems problems = { .arena = req->arena };
    bool all = (req->who.scopes & SCOPE_ADMIN) != 0;

    *f = (struct audit_filter){
        .actor = query_get(req, "actor"),
        .organisation = all ? query_get(req, "organisation") : req->who.organisation,
        .address = query_get(req, "address"),
        .action = query_get(req, "action"),
        .request_id = query_get(req, "request_id"),
        .since_ms = query_get_time(req, "since", &problems),
        .until_ms = query_get_time(req, "until", &problems),
        .ends_only = true,
        .newest_first = true,
    };
    read_outcome(req, &f->outcome, &problems);
    read_cursor(req, &f->before_seq, &problems);
    return problems_none(&problems, "the query", e) &&
           query_get_int(req, "limit", 1, PAGE_MAX, PAGE_DEFAULT, &f->limit, e);
}

bool audit_list(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object());
    struct page page = { .rows = json_object_new_array() };
    struct audit_filter f;
    struct store *trail;

    json_object_object_add(body, "rows", page.rows);
    if (!read_filter(req, &f, e) || (trail = trail_of(req, e)) == NULL || !audit_search(trail, &f, row_add, &page, e))
        return false;
    json_object_object_add(body, "next_cursor",
                           json_object_array_length(page.rows) == (size_t)f.limit
                               ? json_object_new_string(arena_printf(req->arena, "%lld", (long long)page.last_seq)) : NULL);
    response_json(resp, 200, body);
    return true;
}

bool audit_check(struct request *req, struct response *resp, struct error *e)
{
    const char *text = query_get(req, "anchor");
    struct audit_anchor anchor;
    struct audit_verdict verdict;
    struct store *trail;

    if ((text != NULL && !audit_anchor_parse(text, &anchor, e)) || (trail = trail_of(req, e)) == NULL ||
        !audit_verify(trail, api_of(req)->config, text != NULL ? &anchor : NULL, &verdict, e))
        return false;
    response_json(resp, 200, json_hold(req->arena, audit_verdict_json(&verdict)));
    return true;
}
