/* POST /v1/render: plays the documents exactly as they are given. */
#include "api/handlers.h"
#include "band/pipeline.h"
#include "core/random.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"

/* The worker reads the documents again; here they are read so that the client hears of mistakes at once. */
void render_check(struct request *req, struct problems *problems)
{
    const struct track_request *asked = req->input;
    struct song *song = ARENA_NEW(req->arena, struct song);
    int max_s = api_of(req)->config->max_duration_s;

    order_check(req, problems);
    soundfont_check_name(req, asked->brief.soundfont, "/soundfont", problems);
    song_read(req->json, song, req->arena, problems);
    if (asked->brief.soundfont == NULL && song->sound_design_spec != NULL)
        soundfont_check_name(req, song->sound_design_spec->soundfont, "/sound_design_spec/soundfont", problems);
    if (song->song_spec == NULL)
        return;
    genre_check(req, song->song_spec->genre_id, "/song_spec/genre_id", problems);
    if (problems->count == 0)
        band_check(api_of(req)->genres, song, req->arena, problems);
    if (song->song_spec->target_duration_seconds > max_s)
        problem_add(problems, "/song_spec/target_duration_seconds",
                    "this service makes tracks of at most %d s", max_s);
}

bool render_post(struct request *req, struct response *resp, struct error *e)
{
    json_object *spec = json_object_object_get(req->json, "song_spec"), *seed = NULL;
    bool has_seed = json_object_object_get_ex(spec, "random_seed", &seed) && seed != NULL;

    return job_order_answer(req, resp, JOB_RENDER, has_seed ? -1 : (int64_t)random_seed_draw(), e);
}
