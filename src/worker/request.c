/* What is asked for, from the body of a request. */
#include <math.h>
#include <string.h>

#include "song/brief.h"
#include "song/master_spec.h"
#include "song/song_spec.h"
#include "worker/produce.h"

static void read_brief(enum job_kind kind, json_object *tree, int64_t seed, struct produce_request *out,
                       struct track_request *track, struct arena *a, struct problems *problems)
{
    fields_read(kind == JOB_TRACKS ? &track_order_fields : &brief_fields, tree, track, "", false, a, problems);
    if (track->brief.seed == FIELD_LONG_UNSET && seed >= 0)
        track->brief.seed = seed, out->seed_is_drawn = true;
    out->song.brief = &track->brief;
}

/* The request's target replaces that of the documents, with their numbers. */
static void set_target(struct song *song, int target)
{
    if (target < 0)
        return;
    song->song_spec->target = target;
    song->song_spec->loudness_lufs = song->song_spec->ceiling_dbtp = NAN;
    if (song->master_spec == NULL)
        return;
    song->master_spec->target = target;
    song->master_spec->loudness_lufs = song->master_spec->ceiling_dbtp = NAN;
}

static void read_documents(json_object *tree, int64_t seed, struct produce_request *out, struct track_request *track,
                           struct arena *a, struct problems *problems)
{
    fields_read(&delivery_order_fields, tree, track, "", true, a, problems);
    song_read(tree, &out->song, a, problems);
    if (out->song.song_spec != NULL && out->song.song_spec->random_seed == FIELD_LONG_UNSET && seed >= 0)
        out->song.song_spec->random_seed = seed, out->seed_is_drawn = true;
    if (out->song.song_spec != NULL)
        set_target(&out->song, track->brief.target);
}

bool produce_read(enum job_kind kind, json_object *tree, int64_t seed, struct produce_request *out, struct arena *a,
                  struct error *e)
{
    struct track_request *track = ARENA_NEW(a, struct track_request);
    struct problems problems = { .arena = a };

    memset(out, 0, sizeof(*out));
    if (json_object_get_type(tree) != json_type_object)
        return error_set(e, ERROR_INPUT, "the request is no JSON object");
    if (kind == JOB_RENDER)
        read_documents(tree, seed, out, track, a, &problems);
    else
        read_brief(kind, tree, seed, out, track, a, &problems);
    if (!problems_none(&problems, "the request", e))
        return false;
    if (kind != JOB_GENERATE) {
        out->formats = output_formats_bits(track->output_formats.items, track->output_formats.count);
        out->stems = track->render_stems == 1;
        out->stem_format = (enum output_format)track->stem_format;
        out->drum_stems = track->drum_stems == 1;
        out->soundfont = track->brief.soundfont;
        out->soundfont_sha256 = track->brief.soundfont_sha256;
    }
    return true;
}
