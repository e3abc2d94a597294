#include "store/jobs.h"

#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/json.h"
#include "main/aether/act.h"
#include "main/aether/command.h"
#include "store/webhooks.h"

enum { LIMIT_DEFAULT = 20, LIMIT_MAX = 100000, WEBHOOKS_MAX = 100 };

static const struct option_row rows[] = {
    { "state", "STATE", false, "list: queued, running, completed, failed or cancelled" },
    { "kind", "KIND", false, "list: generate, render or tracks" },
    { "organisation", "NAME", false, "only jobs of this organisation" },
    { "key", "ID", false, "list: only jobs that this key ordered" },
    { "since", "TIME", false, "list: ordered since then: 2026-11-23, 2026-11-23T06:00:00Z, or 90m, 12h, 7d ago" },
    { "until", "TIME", false, "list: ordered before then" },
    { "limit", "N", false, "list: at most so many, the newest (default: 20)" },
    { "json", NULL, false, "list, show: as JSON" },
};

const struct option_row *jobs_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

static bool read_name(struct invocation *in, const char *option, const char *const *names, int count, int *out, struct error *e)
{
    const char *text = option_get(&in->options, option), *all = "";

    *out = -1;
    if (text == NULL)
        return true;
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return true;
        }
        all = arena_printf(in->arena, "%s%s%s", all, i > 0 ? ", " : "", names[i]);
    }
    return error_set(e, ERROR_INPUT, "--%s: expected one of %s, not '%s'", option, all, text);
}

static void add_text(json_object *to, const char *name, const char *text)
{
    json_object_object_add(to, name, text != NULL ? json_object_new_string(text) : NULL);
}

static void add_time(json_object *to, const char *name, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    add_text(to, name, wall_ms != 0 ? clock_text(wall_ms, text) : NULL);
}

static const char *priority_name(enum job_priority priority)
{
    return priority == JOB_HIGH ? "high" : priority == JOB_LOW ? "low" : "normal";
}

static json_object *tree_of(const struct job *job)
{
    json_object *out = json_object_new_object();

    add_text(out, "job_id", job->id);
    add_text(out, "kind", job_kind_names[job->kind]);
    add_text(out, "status", job_state_names[job->state]);
    add_text(out, "organisation", job->organisation);
    add_text(out, "key_id", job->key_id);
    add_text(out, "request_id", job->request_id);
    add_text(out, "priority", priority_name(job->priority));
    add_text(out, "stage", job->stage);
    json_object_object_add(out, "progress", json_real(job->progress, 3));
    json_object_object_add(out, "attempts", json_object_new_int(job->attempts));
    add_text(out, "worker", job->lease_owner);
    add_text(out, "callback_url", job->callback_url);
    add_time(out, "created_at", job->created_ms);
    add_time(out, "not_before", job->not_before_ms);
    add_time(out, "started_at", job->started_ms);
    add_time(out, "finished_at", job->finished_ms);
    add_text(out, "error", job->error);
    add_text(out, "error_detail", job->error_detail);
    return out;
}

static void print_row(const struct job *job)
{
    char created[CLOCK_TEXT_SIZE];

    printf("%s  %-9s  %-8s  %-16s  %-20.19s  %3.0f %%  %s%s%s\n", job->id, job_state_names[job->state], job_kind_names[job->kind],
           job->organisation, clock_text(job->created_ms, created), job->progress * 100, job->stage != NULL ? job->stage : "",
           job->error != NULL ? job->error : "", job->state == JOB_QUEUED && job->attempts > 0 ? ", to be tried again" : "");
}

/* Page by page, because there may be many. */
static bool list(struct invocation *in, struct store *store, struct error *e)
{
    struct job_filter filter = { .organisation = option_get(&in->options, "organisation"),
                                 .key_id = option_get(&in->options, "key") };
    json_object *all = option_is_set(&in->options, "json") ? json_hold(in->arena, json_object_new_array()) : NULL;
    struct job_list page = { .has_more = true };
    int left;

    if (!read_name(in, "state", job_state_names, JOB_STATE_COUNT, &filter.state, e) ||
        !read_name(in, "kind", job_kind_names, JOB_KIND_COUNT, &filter.kind, e) ||
        !option_get_time(&in->options, "since", &filter.since_ms, e) || !option_get_time(&in->options, "until", &filter.until_ms, e) ||
        !option_get_int(&in->options, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &left, e))
        return false;
    if (all == NULL)
        printf("%-36s  %-9s  %-8s  %-16s  %-20s\n", "ID", "STATE", "KIND", "ORGANISATION", "ORDERED (UTC)");
    for (; left > 0 && page.has_more; left -= (int)page.count) {
        filter.limit = left < JOB_PAGE_MAX ? left : JOB_PAGE_MAX;
        if (!job_list(store, &filter, in->arena, &page, e))
            return false;
        for (size_t i = 0; i < page.count; i++) {
            if (all != NULL)
                json_object_array_add(all, tree_of(&page.items[i]));
            else
                print_row(&page.items[i]);
        }
        if (page.count == 0)
            break;
        filter.before_id = page.items[page.count - 1].id;
    }
    if (all != NULL)
        print_json(json_object_get(all));
    return true;
}

static json_object *parsed(struct invocation *in, const char *text)
{
    return text != NULL ? json_object_get(json_read(in->arena, text, strlen(text), NULL)) : NULL;
}

static void print_tree(json_object *tree)
{
    struct json_object_iterator at = json_object_iter_begin(tree), end = json_object_iter_end(tree);

    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at)) {
        json_object *value = json_object_iter_peek_value(&at);

        if (value != NULL && !json_object_is_type(value, json_type_array))
            printf("%-14s %s\n", json_object_iter_peek_name(&at), json_object_get_string(value));
    }
}

static json_object *calls_of(struct invocation *in, struct store *store, const char *job_id, struct error *e)
{
    struct webhook_filter filter = { .job_id = job_id, .state = -1, .limit = WEBHOOKS_MAX };
    json_object *out = json_hold(in->arena, json_object_new_array());
    struct webhook_list list;

    if (!webhook_list(store, &filter, in->arena, &list, e))
        return NULL;
    for (size_t i = 0; i < list.count; i++)
        json_object_array_add(out, webhook_tree(&list.items[i]));
    return out;
}

static bool show(struct invocation *in, struct store *store, const char *id, struct error *e)
{
    const char *organisation = option_get(&in->options, "organisation");
    struct artifact_list files;
    json_object *tree, *names, *calls;
    struct job job;

    if (!job_get(store, id, organisation, in->arena, &job, e) || !artifact_list(store, id, organisation, in->arena, &files, e) ||
        (calls = calls_of(in, store, id, e)) == NULL)
        return false;
    tree = json_hold(in->arena, tree_of(&job));
    names = json_object_new_array();
    for (size_t i = 0; i < files.count; i++)
        json_object_array_add(names, json_object_new_string(files.items[i].name));
    json_object_object_add(tree, "files", names);
    json_object_object_add(tree, "webhooks", json_object_get(calls));
    if (option_is_set(&in->options, "json")) {
        json_object_object_add(tree, "request", parsed(in, job.request));
        json_object_object_add(tree, "result", parsed(in, job.result));
        print_json(json_object_get(tree));
        return true;
    }
    print_tree(tree);
    for (size_t i = 0; i < files.count; i++)
        printf("%-14s %s (%lld bytes)\n", i == 0 ? "files" : "", files.items[i].name, (long long)files.items[i].bytes);
    for (size_t i = 0; i < json_object_array_length(calls); i++)
        printf("%-14s %s %s\n", i == 0 ? "webhooks" : "", json_get_string(json_object_array_get_idx(calls, i), "id"),
               json_get_string(json_object_array_get_idx(calls, i), "state"));
    return true;
}

/* Recorded as the act of whoever runs the command, with the organisation whose job it is. */
static bool act_on(struct invocation *in, struct store *store, const char *verb, const char *id, struct error *e)
{
    const char *organisation = option_get(&in->options, "organisation");
    bool cancels = strcmp(verb, "cancel") == 0, ok;
    struct job job;

    if (!act_begin(in, cancels ? "jobs.cancel" : "jobs.retry", organisation, id, e))
        return false;
    ok = job_get(store, id, organisation, in->arena, &job, e);
    if (ok) {
        act_target(job.organisation, NULL);
        ok = cancels ? job_cancel(store, id, organisation, clock_wall_ms(), e) : job_retry(store, id, organisation, e);
    }
    return act_end(ok, e);
}

/* One that cannot be does not keep the others from it. Each failure is told; the last is the caller's. */
static bool act_on_all(struct invocation *in, struct store *store, const struct string_list *words, struct error *e)
{
    bool ok = true;

    for (size_t i = 1; i < words->count; i++) {
        struct error why = { .code = ERROR_NONE };

        if (act_on(in, store, words->items[0], words->items[i], &why))
            continue;
        error_wrap(&why, "job %s", words->items[i]);
        if (!ok)
            complain(e);
        *e = why;
        ok = false;
    }
    return ok;
}

bool jobs_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    const char *verb = rest->count > 0 ? rest->items[0] : "";
    bool one = strcmp(verb, "show") == 0 || strcmp(verb, "cancel") == 0 || strcmp(verb, "retry") == 0;
    struct store *store;
    bool ok = true;

    if (!(one || strcmp(verb, "list") == 0) || (one ? rest->count < 2 : rest->count != 1) ||
        (strcmp(verb, "show") == 0 && rest->count != 2))
        return error_set(e, ERROR_INPUT, "expected 'aether jobs list', 'show ID', 'cancel ID…' or 'retry ID…'");
    store = store_open(&in->config, e);
    if (store == NULL)
        return false;
    if (!one)
        ok = list(in, store, e);
    else if (strcmp(verb, "show") == 0)
        ok = show(in, store, rest->items[1], e) || error_wrap(e, "job %s", rest->items[1]);
    else
        ok = act_on_all(in, store, rest, e);
    store_close(store);
    return ok;
}
