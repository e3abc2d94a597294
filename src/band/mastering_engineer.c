/* The mastering engineer: streaming loudness (EBU R 128, -14 LUFS and -1 dBTP in every genre), the
 * genre's glue, and a limiter that lets go faster the faster the song is. */
#include "band/agent.h"

#include "song/master_spec.h"

static const char agent[] = "mastering-engineer";

#define STREAMING_LUFS (-14.0) /* what streaming services play at; the same for every genre */

bool mastering_engineer_work(struct session *s, struct error *e)
{
    const struct genre_master *habit = &s->genre->players.master;
    struct master_spec *spec;
    double eighth_ms = 30000 / s->timeline->bpm;

    (void)e;
    if (s->song->master_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct master_spec);
    *spec = (struct master_spec){ .loudness_lufs = STREAMING_LUFS, .ceiling_dbtp = -1, .highpass_hz = 25,
                                  .glue = habit->glue, .limiter_lookahead_ms = 5 };
    spec->limiter_release_ms = eighth_ms / 3 < 60 ? 60 : eighth_ms / 3 > 140 ? 140 : eighth_ms / 3;
    s->song->master_spec = spec;
    decide(s, agent, 0.9, arena_printf(s->arena, "%.0f LUFS, %.0f dBTP", spec->loudness_lufs, spec->ceiling_dbtp),
           "streaming loudness; the limiter lets go in %.0f ms, a third of an eighth at %.0f bpm",
           spec->limiter_release_ms, s->timeline->bpm);
    return true;
}
