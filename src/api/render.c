/* POST /v1/render: plays the documents exactly as they are given. */
#include "api/handlers.h"
#include "band/pipeline.h"
#include "core/random.h"
#include "song/melody_spec.h"
#include "song/song.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"
#include "song/vocal_spec.h"

static size_t tune_notes(const struct melody_spec *m)
{
    size_t count = 0;

    for (size_t i = 0; m != NULL && i < m->section_melodies.count; i++)
        for (size_t p = 0; p < m->section_melodies.items[i].phrases.count; p++)
            count += m->section_melodies.items[i].phrases.items[p].count;
    return count;
}

static void notes_check(const struct request *req, const struct song *song, struct problems *problems)
{
    size_t most = (size_t)api_of(req)->config->max_notes, tune = tune_notes(song->melody_spec);
    size_t voice = song->vocal_spec != NULL ? song->vocal_spec->notes.count : 0;

    if (tune > most)
        problem_add(problems, "/melody_spec/section_melodies", "these are %zu notes; this service plays tunes of at most %zu", tune, most);
    if (voice > most)
        problem_add(problems, "/vocal_spec/notes", "these are %zu notes; this service sings at most %zu", voice, most);
}

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
    notes_check(req, song, problems);
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
