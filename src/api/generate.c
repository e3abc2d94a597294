/* POST /v1/generate: the documents of a song, composed while the client waits, and recorded as a job. */
#include "api/handlers.h"
#include "band/pipeline.h"
#include "core/clock.h"
#include "core/json.h"
#include "core/log.h"
#include "process/metrics.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "store/tunes.h"

void brief_check(struct request *req, struct problems *problems)
{
    const struct brief *brief = req->input; /* of both documents: a track_request begins with it */
    int max_s = api_of(req)->config->max_duration_s;

    genre_check(req, brief->genre, "/genre", problems);
    soundfont_check_name(req, brief->soundfont, "/soundfont", problems);
    if (brief->duration_seconds > max_s)
        problem_add(problems, "/duration_seconds", "this service makes tracks of at most %d s", max_s);
}

/* The tunes of the organisation's tracks. A song can be made without them. */
static const struct earlier_tunes *earlier_tunes(const struct request *req)
{
    struct earlier_tunes *out = ARENA_NEW(req->arena, struct earlier_tunes);
    int limit = api_of(req)->config->tunes_kept;
    struct tune_list list;
    struct error e;

    if (limit == 0)
        return NULL;
    if (!tune_list(api_store(req), req->who.organisation, limit, req->arena, &list, &e)) {
        log_warning("the song is not compared with earlier tracks: %s", e.detail);
        return NULL;
    }
    out->items = ARENA_ARRAY(req->arena, struct earlier_tune, list.count);
    for (const struct tune *t = list.items; t < list.items + list.count; t++)
        out->items[out->count++] = likeness_read(t->notes, t->title, t->made, t->song, req->arena);
    return out;
}

static void remember_tune(const struct request *req, const struct song *song, const char *job_id)
{
    struct problems problems = { .arena = req->arena };
    struct tune tune = { .organisation = req->who.organisation, .song = likeness_song(song, req->arena), .job_id = job_id,
                         .title = song->song_spec->title, .made_ms = clock_wall_ms() };
    int kept = api_of(req)->config->tunes_kept;
    struct timeline timeline;
    struct error e;

    if (kept == 0 || !timeline_make(song, &timeline, req->arena, &problems))
        return;
    tune.notes = likeness_text(&timeline, req->arena);
    if (tune.notes[0] != '\0' && !tune_remember(api_store(req), &tune, kept, &e))
        log_warning("the tune is not remembered: %s", e.detail);
}

/* The answer to a request that was sent before: the documents of the first one. */
static bool answer_again(struct request *req, struct response *resp, const char *id, struct error *e)
{
    struct job job;

    if (!job_get(api_store(req), id, req->who.organisation, req->arena, &job, e))
        return e->code == ERROR_NOT_FOUND
                   ? error_set(e, ERROR_CONFLICT, "the first request with this Idempotency-Key came to no end; send it again")
                   : false;
    response_text(resp, 202, "application/json", job.result != NULL ? job.result : "{}");
    response_header(resp, "Location", "/v1/jobs/%s", id);
    return true;
}

static bool answer_after_wait(struct request *req, struct response *resp, struct error *e)
{
    return answer_again(req, resp, job_waited_for(req), e);
}

struct composition {
    struct request *req;
    struct response *resp;
    const char *id; /* of the job */
};

static bool compose(void *arg, struct error *e)
{
    struct request *req = ((struct composition *)arg)->req;
    struct response *resp = ((struct composition *)arg)->resp;
    const char *id = ((struct composition *)arg)->id;
    const struct brief *brief = req->input;
    struct band_order band = { .genres = api_of(req)->genres, .earlier = earlier_tunes(req) };
    struct song song = { .brief = brief };
    struct job_order order = { .kind = JOB_GENERATE,
                               .organisation = req->who.organisation,
                               .request_id = req->id,
                               .key_id = who_key_id(req),
                               .request = req->body };
    json_object *body = json_hold(req->arena, json_object_new_object());
    int64_t started_ms = clock_wall_ms(), begun_us = clock_monotonic_us();

    if (!band_make(&band, &song, req->arena, e))
        return false;
    metric_observe(METRIC_GENERATION_DURATION, (double)(clock_monotonic_us() - begun_us) / 1e6, song.song_spec->genre_id);
    order.seed = song.song_spec->random_seed;
    request_target(req, id);
    json_object_object_add(body, "job_id", json_object_new_string(id));
    json_object_object_add(body, "status", json_object_new_string(job_state_names[JOB_COMPLETED]));
    song_write(&song, body);
    response_json(resp, 202, body);
    response_header(resp, "Location", "/v1/jobs/%s", id);
    if (!job_record(api_store(req), &order, id, resp->body, started_ms, clock_wall_ms(), e))
        return false;
    remember_tune(req, &song, id);
    return true;
}

bool generate_post(struct request *req, struct response *resp, struct error *e)
{
    enum idempotency_state state = IDEMPOTENCY_FIRST;
    struct idempotency key;
    char id[ID_TEXT_SIZE];
    struct composition order = { req, resp, id };

    id_new(id);
    if (!idempotency_read(req, &key, e) ||
        (key.key != NULL && !idempotency_hold(api_store(req), &key, clock_wall_ms(), id, &state, e)))
        return false;
    if (state == IDEMPOTENCY_REPEAT)
        return answer_again(req, resp, id, e);
    if (state == IDEMPOTENCY_HELD) {
        job_wait_until_there(req, id, answer_after_wait);
        return true;
    }
    if (arena_run(req->arena, compose, &order, e)) /* caught here, so that the key is free even when the arena is full */
        return true;
    if (key.key != NULL)
        idempotency_release(api_store(req), &key, id, NULL);
    return false;
}
