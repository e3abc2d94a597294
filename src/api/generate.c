/* POST /v1/generate: the documents of a song, composed while the client waits, and recorded as a job. */
#include "api/handlers.h"
#include "band/pipeline.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/random.h"
#include "song/song.h"

void brief_check(struct request *req, struct problems *problems)
{
    const struct brief *brief = req->input; /* of both documents: a track_request begins with it */
    int max_s = api_of(req)->config->max_duration_s;

    genre_check(req, brief->genre, "/genre", problems);
    if (brief->duration_seconds > max_s)
        problem_add(problems, "/duration_seconds", "this service makes tracks of at most %d s", max_s);
}

bool generate_post(struct request *req, struct response *resp, struct error *e)
{
    struct brief *brief = req->input;
    struct band_order band = { .genres = api_of(req)->genres };
    struct song song = { .brief = brief };
    struct job_order order = { .kind = JOB_GENERATE,
                               .organisation = req->who.organisation,
                               .request_id = req->id,
                               .key_id = req->who.key_id[0] != '\0' ? req->who.key_id : NULL,
                               .request = req->body };
    json_object *body = json_hold(req->arena, json_object_new_object());
    int64_t started_ms = clock_wall_ms();
    char id[ID_TEXT_SIZE];

    if (brief->seed == FIELD_LONG_UNSET)
        brief->seed = (int64_t)random_seed_draw();
    order.seed = brief->seed;
    if (!band_make(&band, &song, req->arena, e))
        return false;
    id_new(id);
    json_object_object_add(body, "job_id", json_object_new_string(id));
    json_object_object_add(body, "status", json_object_new_string(job_state_names[JOB_COMPLETED]));
    song_write(&song, body);
    response_json(resp, 202, body);
    response_header(resp, "Location", "/v1/jobs/%s", id);
    return job_record(api_store(req), &order, id, resp->body, started_ms, clock_wall_ms(), e);
}
