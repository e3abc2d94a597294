/* The mastering engineer: the loudness and the true peak of where the track goes (streaming, when nobody says: -14 LUFS and
 * -1 dBTP in every genre), the tone and the dynamics of the genre, and a limiter that lets go faster the faster the song is. */
#include "band/agent.h"

#include <math.h>

#include "song/master_spec.h"

static const char agent[] = "mastering-engineer";

#define TILT_DB 1.5 /* of the outermost octaves for the brightest and the darkest songs */

/* The genre's octaves, leaning to the bright or to the dark side with the song. */
static void octaves_lean(struct session *s, const struct genre_master *habit, struct master_spec *spec)
{
    double bright = isnan(s->song->song_spec->brightness) ? 0 : 2 * s->song->song_spec->brightness - 1;

    spec->octaves_db.items = ARENA_ARRAY(s->arena, double, MASTER_OCTAVES);
    spec->octaves_db.count = habit->octaves_db.count;
    for (size_t i = 0; i < habit->octaves_db.count; i++) {
        double lean = TILT_DB * bright * (2.0 * (double)i / (MASTER_OCTAVES - 1) - 1);

        spec->octaves_db.items[i] = round(10 * (habit->octaves_db.items[i] + lean)) / 10;
    }
}

bool mastering_engineer_work(struct session *s, struct error *e)
{
    const struct genre_master *habit = &s->genre->players.master;
    const struct song_spec *song_spec = s->song->song_spec;
    struct master_spec *spec;
    double third_ms = 10000 / s->timeline->bpm; /* of an eighth */

    (void)e;
    if (s->song->master_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct master_spec);
    fields_init(&master_spec_fields, spec, s->arena);
    octaves_lean(s, habit, spec);
    spec->tone_amount = habit->tone_amount;
    spec->multiband = habit->multiband;
    spec->glue = habit->glue;
    spec->drive_db = habit->drive_db;
    spec->width = habit->width;
    if (song_spec->target >= 0)
        spec->target = song_spec->target;
    spec->loudness_lufs = song_spec->loudness_lufs;
    spec->ceiling_dbtp = song_spec->ceiling_dbtp;
    spec->limiter_release_ms = third_ms < 60 ? 60 : third_ms > 140 ? 140 : third_ms;
    s->song->master_spec = spec;
    decide(s, agent, 0.9, arena_printf(s->arena, "%g LUFS, %g dBTP", master_loudness_lufs(spec), master_ceiling_dbtp(spec)),
           "%s (%s); the limiter lets go in %.0f ms, a third of an eighth at %.0f bpm",
           master_targets[spec->target].name, master_targets[spec->target].help, spec->limiter_release_ms, s->timeline->bpm);
    return true;
}
