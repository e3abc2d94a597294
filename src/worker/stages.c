#include "worker/stages.h"

#include <string.h>

#include "band/agent.h"
#include "core/clock.h"
#include "sound/render.h"

/* From where to where on the way, with audio and without. */
static const struct {
    double from, to;
} shares[STAGES_PART_COUNT][2] = {
    /*                  documents only     with audio */
    [STAGES_BAND] = {   { 0.00, 0.95 },    { 0.00, 0.08 } },
    [STAGES_RENDER] = { { 0.95, 0.95 },    { 0.08, 0.97 } },
    [STAGES_FILES] = {  { 0.95, 1.00 },    { 0.97, 1.00 } },
};

void stages_init(struct stages *s, const struct produce_order *order, bool with_audio)
{
    *s = (struct stages){ .order = order, .with_audio = with_audio, .current = -1 };
}

void stages_end(struct stages *s)
{
    int64_t now_ms = clock_monotonic_ms();

    if (s->current >= 0)
        s->done[s->current].seconds += (double)(now_ms - s->since_ms) / 1000;
    s->since_ms = now_ms;
    s->current = -1;
}

static void begin(struct stages *s, const char *name)
{
    if (s->current >= 0 && strcmp(s->done[s->current].name, name) == 0)
        return;
    stages_end(s);
    for (int i = 0; i < s->count && s->current < 0; i++)
        if (strcmp(s->done[i].name, name) == 0)
            s->current = i;
    if (s->current < 0) {
        ASSERT(s->count < STAGES_MAX);
        s->current = s->count++;
        s->done[s->current] = (struct release_stage){ .name = name };
    }
}

bool stages_at(struct stages *s, enum stages_part part, const char *name, double part_fraction)
{
    double from = shares[part][s->with_audio].from, to = shares[part][s->with_audio].to;
    double fraction = from + (to - from) * (part_fraction < 0 ? 0 : part_fraction > 1 ? 1 : part_fraction);
    struct produce_progress now;

    begin(s, name);
    if (fraction > s->fraction)
        s->fraction = fraction;
    if (s->order->progress == NULL)
        return true;
    now = (struct produce_progress){
        .stage = name,
        .index = s->current + 1,
        .count = (int)band_agent_count + (s->with_audio ? RENDER_STAGE_COUNT : 0) + 1,
        .fraction = s->fraction,
    };
    return s->order->progress(s->order->progress_arg, &now);
}
