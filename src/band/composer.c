/* Harmony first, then the tune on it, then the groove under both; what was given stays. */
#include "band/agent.h"

bool composer_work(struct session *s, struct error *e)
{
    if (s->song->harmony_spec == NULL && !composer_harmony(s, e))
        return false;
    if (!session_timeline(s, e))
        return false;
    if (s->song->melody_spec == NULL && (!composer_melody(s, e) || !session_timeline(s, e)))
        return false;
    return s->song->rhythm_spec != NULL || composer_rhythm(s, e);
}
