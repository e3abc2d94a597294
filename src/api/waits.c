/* Requests that order a job and wait for it, without holding a thread (Prefer, RFC 7240). */
#include <string.h>

#include "api/handlers.h"
#include "core/clock.h"
#include "core/disk.h"
#include "core/log.h"
#include "net/callback.h"
#include "server/header.h"

#define HELD "held:" /* a key of this beginning waits until the job is there at all */
enum { WAIT_DEFAULT_S = 30, WAIT_MAX_S = 60, POLL_ARENA_BYTES = 16 * 1024 * 1024 };

enum error_code error_code_find(const char *slug)
{
    for (int code = ERROR_NONE + 1; code < ERROR_COUNT; code++)
        if (slug != NULL && strcmp(error_info_get((enum error_code)code)->slug, slug) == 0)
            return (enum error_code)code;
    return ERROR_INTERNAL;
}

static bool answer_by_state(struct request *req, struct response *resp, const struct job *job,
                            struct error *e)
{
    struct prefer prefer;

    if (job->state == JOB_COMPLETED && job->result != NULL) {
        response_text(resp, 200, "application/json", job->result);
        response_header(resp, "Content-Location", "/v1/jobs/%s", job->id);
        return true;
    }
    if (job->state == JOB_FAILED)
        return error_set(e, error_code_find(job->error), "job %s: %s", job->id,
                         job->error_detail != NULL ? job->error_detail : "no reason was recorded");
    if (job->state == JOB_CANCELLED)
        return error_set(e, ERROR_CANCELLED, "job %s was cancelled", job->id);
    job_answer(req, resp, 202, job);
    response_header(resp, "Location", "/v1/jobs/%s", job->id);
    prefer_parse(request_header(req, "Prefer"), &prefer);
    if (prefer.wait_s != PREFER_WAIT_UNSET)
        response_header(resp, "Preference-Applied", "wait=%d",
                        prefer.wait_s < WAIT_MAX_S ? prefer.wait_s : WAIT_MAX_S);
    else if (prefer.respond_async)
        response_header(resp, "Preference-Applied", "respond-async");
    return true;
}

static bool finish(struct request *req, struct response *resp, struct error *e)
{
    struct job job;

    return job_get(api_store(req), req->wait.key, req->who.organisation, req->arena, &job, e) &&
           answer_by_state(req, resp, &job, e);
}

bool idempotency_read(const struct request *req, struct idempotency *out, struct error *e)
{
    const char *value = request_header(req, "Idempotency-Key");
    char *key, *all;

    *out = (struct idempotency){ .organisation = req->who.organisation, .key_id = who_key_id(req) };
    if (value == NULL)
        return true;
    key = arena_alloc(req->arena, IDEMPOTENCY_KEY_SIZE);
    if (!idempotency_key_parse(value, key))
        return error_set(e, ERROR_INPUT, "Idempotency-Key: expected 1 to %d visible ASCII characters", IDEMPOTENCY_KEY_SIZE - 1);
    out->key = key;
    all = arena_printf(req->arena, "%s\n%s", req->route->pattern, req->body);
    hash_text(all, strlen(all), out->request_sha256);
    return true;
}

const char *who_key_id(const struct request *req)
{
    return req->who.key_id[0] != '\0' ? req->who.key_id : NULL;
}

void order_check(struct request *req, struct problems *problems)
{
    const struct track_request *track = req->input;
    const struct config *c = api_of(req)->config;
    struct error e;

    if (track->callback_url == NULL)
        return;
    if (c->webhook_secret == NULL)
        problem_add(problems, "/callback_url", "this service makes no calls: AETHER_WEBHOOK_SECRET is not set");
    else if (!callback_url_check(track->callback_url, &api_of(req)->webhook_networks, &e))
        problem_add(problems, "/callback_url", "%s", e.detail);
}

static int wait_of(const struct request *req)
{
    struct prefer prefer;
    int wait_s;

    prefer_parse(request_header(req, "Prefer"), &prefer);
    wait_s = prefer.wait_s != PREFER_WAIT_UNSET ? prefer.wait_s : prefer.respond_async ? 0 : WAIT_DEFAULT_S;
    return wait_s < WAIT_MAX_S ? wait_s : WAIT_MAX_S;
}

void job_wait_until_there(struct request *req, const char *id, handler *next)
{
    request_wait(req, arena_printf(req->arena, HELD "%s", id), WAIT_DEFAULT_S, next);
}

const char *job_waited_for(const struct request *req)
{
    const char *key = req->wait.key;

    return strncmp(key, HELD, strlen(HELD)) == 0 ? key + strlen(HELD) : key;
}

/* The job of the request, a new one or that of an earlier request with the same Idempotency-Key. */
static bool submit(struct request *req, const struct job_order *order, char id[ID_TEXT_SIZE], struct error *e)
{
    enum idempotency_state state = IDEMPOTENCY_FIRST;
    struct store *store = api_store(req);
    struct idempotency key;

    if (!idempotency_read(req, &key, e) ||
        (key.key != NULL && !idempotency_find(store, &key, clock_wall_ms(), id, &state, e)))
        return false;
    if (state != IDEMPOTENCY_FIRST)
        return true;
    if (!disk_check(api_of(req)->config, DISK_FOR_NEW, e))
        return false;
    return key.key != NULL ? job_submit_once(store, &key, order, clock_wall_ms(), id, &state, e)
                           : job_submit(store, order, clock_wall_ms(), id, e);
}

bool job_order_answer(struct request *req, struct response *resp, enum job_kind kind, int64_t seed,
                      struct error *e)
{
    const struct track_request *track = req->input;
    const struct config *config = api_of(req)->config;
    const struct job_order order = { .kind = kind,
                                     .organisation = req->who.organisation,
                                     .request_id = req->id,
                                     .key_id = who_key_id(req),
                                     .request = req->body,
                                     .seed = seed,
                                     .priority = (enum job_priority)(track->priority - PRIORITY_NORMAL),
                                     .callback_url = track->callback_url,
                                     .queue_max = config->queue_max,
                                     .key_max = config->key_jobs_max };
    char id[ID_TEXT_SIZE];
    int wait_s = wait_of(req);

    if (!submit(req, &order, id, e))
        return false;
    request_target(req, id);
    request_wait(req, id, wait_s, finish);
    if (wait_s > 0)
        return true;
    req->wait.finish = NULL;
    return finish(req, resp, e);
}

/* One look at the newest jobs answers for nearly all that wait; the others are looked up. */
static void poll_in(struct store *store, struct wait *const *waits, size_t count, struct arena *a)
{
    const struct job_filter newest = { .state = -1, .kind = -1, .limit = JOB_PAGE_MAX };
    struct job_list list = { .count = 0 };
    struct error e = { .code = ERROR_NONE };

    if (!job_list(store, &newest, a, &list, &e)) {
        log_warning("cannot look for finished jobs: %s", e.detail);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const struct job *found = NULL;
        struct job job;

        if (strncmp(waits[i]->key, HELD, strlen(HELD)) == 0) {
            waits[i]->is_done = job_get(store, waits[i]->key + strlen(HELD), NULL, a, &job, NULL);
            continue;
        }
        e.code = ERROR_NONE;

        for (size_t k = 0; k < list.count && found == NULL; k++)
            if (strcmp(list.items[k].id, waits[i]->key) == 0)
                found = &list.items[k];
        if (found == NULL && job_peek(store, waits[i]->key, NULL, a, &job, &e))
            found = &job;
        if (found != NULL && waits[i]->events != NULL)
            events_report(store, waits[i], found, a);
        waits[i]->is_done = found != NULL ? job_state_is_final(found->state) : e.code == ERROR_NOT_FOUND;
    }
}

struct poll_task {
    struct store *store;
    struct wait *const *waits;
    size_t count;
    struct arena *arena;
};

static bool poll_task_run(void *arg, struct error *e)
{
    struct poll_task *t = arg;

    (void)e;
    poll_in(t->store, t->waits, t->count, t->arena);
    return true;
}

void job_poll(void *store, struct wait *const *waits, size_t count)
{
    struct arena *a = arena_new(POLL_ARENA_BYTES);
    struct poll_task task = { store, waits, count, a };

    if (a == NULL)
        return;
    arena_run(a, poll_task_run, &task, NULL);
    arena_free(a);
}
