/* GET /v1/jobs/{id}/events: what happens to a job, as Server-Sent Events.
 *
 *   stage      it was begun, or begun again, or has come to another stage
 *   progress   another hundredth of the work is done
 *   done       it is over; the data is the job as GET /v1/jobs/{id} shows it
 *
 * An event says how the job stands, not what changed, and its id names that state. So a client that comes back with
 * Last-Event-ID gets one event when things have changed, nothing when they have not, and 204, which tells it to stay
 * away, when it has seen the end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "api/handlers.h"
#include "core/json.h"
#include "core/log.h"

/* "2-running-mixing-43": all that an event depends on, the last part being the progress. */
static const char *id_of(const struct job *job, struct arena *a)
{
    return arena_printf(a, "%d-%s-%s-%d", job->attempts, job_state_names[job->state], job->stage != NULL ? job->stage : "",
                        (int)floor(job->progress * 100));
}

static bool is_same_stage(const char *id, const char *other)
{
    const char *end = strrchr(id, '-'), *other_end = strrchr(other, '-');

    return end != NULL && other_end != NULL && end - id == other_end - other && strncmp(id, other, (size_t)(end - id)) == 0;
}

struct ending {
    struct store *store;
    const struct request *req;
    const char *data;
};

/* In the request's arena, as it is written once. */
static bool write_end(void *arg, struct error *e)
{
    struct ending *end = arg;
    struct arena *a = end->req->arena;
    struct job job;

    if (!job_get(end->store, end->req->wait.key, NULL, a, &job, e))
        return false;
    end->data = json_text(a, json_hold(a, job_view(end->req, &job)), false);
    return true;
}

static const char *write_progress(const struct job *job, struct arena *a)
{
    json_object *out = json_hold(a, json_object_new_object());

    json_object_object_add(out, "job_id", json_object_new_string(job->id));
    json_object_object_add(out, "status", json_object_new_string(job_state_names[job->state]));
    json_object_object_add(out, "stage", job->stage != NULL ? json_object_new_string(job->stage) : NULL);
    json_object_object_add(out, "progress", json_real(job->progress, 4));
    json_object_object_add(out, "attempts", json_object_new_int(job->attempts));
    return json_text(a, out, false);
}

void events_report(struct store *store, struct wait *wait, const struct job *job, struct arena *a)
{
    struct ending end = { .store = store, .req = request_of(wait) };
    const char *id = id_of(job, a), *last = wait->events->last_id;
    struct error e;

    if (strcmp(id, last) == 0)
        return;
    if (!job_state_is_final(job->state)) {
        events_add_event(wait->events, is_same_stage(id, last) ? "progress" : "stage", id, write_progress(job, a));
        return;
    }
    if (arena_run(end.req->arena, write_end, &end, &e))
        events_add_event(wait->events, "done", id, end.data);
    else
        log_warning("the end of job %s cannot be told: %s", job->id, e.detail);
}

static bool refuse(struct request *req, struct response *resp, struct error *e)
{
    (void)req;
    (void)resp;
    return error_set(e, ERROR_UNAVAILABLE, "too many clients wait already");
}

bool events_get(struct request *req, struct response *resp, struct error *e)
{
    const char *seen = request_header(req, "Last-Event-ID");
    struct job job;

    if (!job_peek(api_store(req), request_param(req, "id"), req->who.organisation, req->arena, &job, e))
        return false;
    if (seen != NULL && job_state_is_final(job.state) && strcmp(seen, id_of(&job, req->arena)) == 0) {
        response_empty(resp, 204);
        return true;
    }
    response_empty(resp, 200);
    response_header(resp, "Content-Type", "text/event-stream");
    response_header(resp, "X-Accel-Buffering", "no");
    if (req->method == METHOD_HEAD)
        return true;
    if (!request_stream(req, arena_strdup(req->arena, job.id), refuse, e))
        return false;
    snprintf(req->wait.events->last_id, EVENTS_ID_SIZE, "%s", seen != NULL ? seen : "");
    return true;
}
