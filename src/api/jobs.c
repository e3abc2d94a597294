/* GET /v1/jobs, GET and DELETE /v1/jobs/{id}. */
#include <string.h>

#include "api/handlers.h"
#include "core/clock.h"
#include "core/json.h"
#include "server/query.h"

enum { PAGE_DEFAULT = 20 };

struct job_fault {
    const char *type, *title, *detail;
};

struct job_view {
    const char *job_id, *kind, *status, *stage;
    double progress;
    int attempts;
    const char *priority;
    const char *request_id;
    const char *created_at, *started_at, *finished_at;
    json_object *result;
    struct job_fault *error;
};

/* clang-format off */
#define AT(member) offsetof(struct job_fault, member)
static const struct field fault_rows[] = {
    { "type", FIELD_STRING, 0, AT(type), .help = "As in a problem (RFC 9457)." },
    { "title", FIELD_STRING, 0, AT(title), .help = "What kind of failure it was." },
    { "detail", FIELD_STRING, FIELD_OMIT, AT(detail), .help = "What happened." },
};
#undef AT
static const struct fields fault_fields = FIELDS("job_error", struct job_fault, fault_rows, "Why a job failed.");

#define AT(member) offsetof(struct job_view, member)
static const struct field view_rows[] = {
    { "job_id", FIELD_STRING, 0, AT(job_id), .help = "The job." },
    { "kind", FIELD_STRING, 0, AT(kind), .help = "generate, render or tracks." },
    { "status", FIELD_STRING, 0, AT(status), .help = "queued, running, completed, failed or cancelled." },
    { "stage", FIELD_STRING, 0, AT(stage), .help = "What a running job is at." },
    { "progress", FIELD_REAL, 0, AT(progress), 0, 1, .help = "Share of the work that is done." },
    { "attempts", FIELD_INT, 0, AT(attempts), .help = "How often it was begun." },
    { "priority", FIELD_STRING, 0, AT(priority), .help = "low, normal or high." },
    { "request_id", FIELD_STRING, 0, AT(request_id), .help = "The request that ordered it." },
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was ordered." },
    { "started_at", FIELD_STRING, 0, AT(started_at), .help = "When it was last begun." },
    { "finished_at", FIELD_STRING, 0, AT(finished_at), .help = "When it was over." },
    { "result", FIELD_JSON, FIELD_OMIT, AT(result), .help = "What a completed job made." },
    { "error", FIELD_OBJECT_PTR, FIELD_OMIT, AT(error), .of = &fault_fields, .help = "Why a failed job failed." },
};
#undef AT
/* clang-format on */
const struct fields job_view_fields = FIELDS("job", struct job_view, view_rows, "A job.");

static const char *when(struct arena *a, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];

    return wall_ms != 0 ? arena_strdup(a, clock_text(wall_ms, text)) : NULL;
}

static struct job_fault *fault_of(const struct request *req, const struct job *job)
{
    const struct error_info *info = error_info_get(error_code_find(job->error));
    struct job_fault *out = ARENA_NEW(req->arena, struct job_fault);

    out->type = arena_printf(req->arena, "urn:aether:problem:%s", info->slug);
    out->title = info->public_text;
    if (info->http_status < 500 || !req->service->production)
        out->detail = job->error_detail;
    return out;
}

json_object *job_view(const struct request *req, const struct job *job)
{
    struct arena *a = req->arena;
    struct job_view view = {
        .job_id = job->id,
        .kind = job_kind_names[job->kind],
        .status = job_state_names[job->state],
        .stage = job->stage,
        .progress = job->progress,
        .attempts = job->attempts,
        .priority = job->priority == JOB_HIGH ? "high" : job->priority == JOB_LOW ? "low" : "normal",
        .request_id = job->request_id,
        .created_at = when(a, job->created_ms),
        .started_at = when(a, job->started_ms),
        .finished_at = when(a, job->finished_ms),
    };

    if (job->result != NULL)
        view.result = json_read(a, job->result, strlen(job->result), NULL);
    if (job->state == JOB_FAILED)
        view.error = fault_of(req, job);
    return fields_write(&job_view_fields, &view);
}

void job_answer(const struct request *req, struct response *resp, int status, const struct job *job)
{
    response_json(resp, status, json_hold(req->arena, job_view(req, job)));
}

bool jobs_get(struct request *req, struct response *resp, struct error *e)
{
    struct job job;

    if (!job_get(api_store(req), request_param(req, "id"), req->who.organisation, req->arena, &job, e))
        return false;
    job_answer(req, resp, 200, &job);
    return true;
}

bool jobs_delete(struct request *req, struct response *resp, struct error *e)
{
    return job_cancel(api_store(req), request_param(req, "id"), req->who.organisation, clock_wall_ms(), e) &&
           jobs_get(req, resp, e);
}

static int name_read(struct request *req, const char *parameter, const char *const *names, int count,
                     struct problems *problems)
{
    const char *text = query_get(req, parameter), *all = "";

    if (text == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0)
            return i;
        all = arena_printf(req->arena, "%s%s%s", all, i > 0 ? ", " : "", names[i]);
    }
    problem_add(problems, json_pointer_add(req->arena, "", parameter), "expected one of %s", all);
    return -1;
}

static bool filter_read(struct request *req, struct job_filter *out, struct error *e)
{
    struct problems problems = { .arena = req->arena };

    *out = (struct job_filter){
        .organisation = req->who.organisation,
        .before_id = query_get(req, "cursor"),
        .state = name_read(req, "status", job_state_names, JOB_STATE_COUNT, &problems),
        .kind = name_read(req, "kind", job_kind_names, JOB_KIND_COUNT, &problems),
        .key_id = query_get(req, "key_id"),
        .since_ms = query_get_time(req, "since", &problems),
        .until_ms = query_get_time(req, "until", &problems),
    };
    if (out->before_id != NULL && !id_is_valid(out->before_id))
        problem_add(&problems, "/cursor", "expected the next_cursor of the page before");
    return query_get_int(req, "limit", 1, JOB_PAGE_MAX, PAGE_DEFAULT, &out->limit, e) &&
           problems_none(&problems, "the query", e);
}

bool jobs_list(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object()), *list = json_object_new_array();
    struct job_filter filter;
    struct job_list found;

    json_object_object_add(body, "jobs", list);
    if (!filter_read(req, &filter, e) || !job_list(api_store(req), &filter, req->arena, &found, e))
        return false;
    for (size_t i = 0; i < found.count; i++)
        json_object_array_add(list, job_view(req, &found.items[i]));
    json_object_object_add(body, "next_cursor",
                           found.has_more ? json_object_new_string(found.items[found.count - 1].id) : NULL);
    response_json(resp, 200, body);
    return true;
}
