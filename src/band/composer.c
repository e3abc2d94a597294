/* Harmony first, then the tune on it, then the groove under both; what was given stays. */
#include "band/agent.h"
#include "band/describe.h"
#include "band/key_plan.h"

bool composer_work(struct session *s, struct error *e)
{
    bool is_own_harmony = s->song->harmony_spec == NULL, is_own_tune = s->song->melody_spec == NULL;

    if (is_own_harmony && !composer_harmony(s, e))
        return false;
    if (!session_timeline(s, e))
        return false;
    if (is_own_tune && !composer_melody(s, e))
        return false;
    if (is_own_harmony && is_own_tune) {
        struct key_plan plan = key_plan_make(s);

        key_plan_apply(s, &plan);
    }
    if (is_own_tune && !session_timeline(s, e))
        return false;
    if (is_own_harmony)
        describe_harmony(s);
    if (is_own_tune)
        describe_melody(s);
    return s->song->rhythm_spec != NULL || composer_rhythm(s, e);
}
