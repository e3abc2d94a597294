#include "sound/automation.h"

#include <math.h>
#include <string.h>

#include "sound/render.h"

/* The frame at which `bar` (1 = the start, fractions between bar lines) begins. */
static int64_t frame_of(const struct score *score, double bar)
{
    const struct score_metre *metre = &score->metres[0];
    int32_t bar_ticks = SCORE_PPQ * 4 * metre->numerator / metre->denominator;

    return llround(score_seconds(score, (int32_t)lround(fmin((bar - 1) * bar_ticks, 2e9))) * RENDER_RATE_HZ);
}

static struct curve curve_make(const struct mix_automation *in, const struct score *score, struct arena *a)
{
    struct curve out = { .points = ARENA_ARRAY(a, struct curve_point, in->points.count), .count = in->points.count,
                         .is_octaves = in->moves == MIX_LOWPASS_HZ };

    for (size_t i = 0; i < in->points.count; i++)
        out.points[i] = (struct curve_point){ frame_of(score, in->points.items[i].bar), in->points.items[i].value };
    return out;
}

struct strip_moves automation_make(const struct mix_spec *mix, const struct score *score, const char *part,
                                   struct arena *a)
{
    struct strip_moves out = { .lowpass_hz = { .count = 0 } };

    for (size_t i = 0; i < mix->automation.count; i++) {
        const struct mix_automation *in = &mix->automation.items[i];
        struct curve *const places[MIX_MOVING_COUNT] = {
            [MIX_LEVEL_DB] = &out.level_db[in->part == NULL],
            [MIX_LOWPASS_HZ] = &out.lowpass_hz,
            [MIX_REVERB_SEND_DB] = &out.reverb_send_db,
            [MIX_DELAY_SEND_DB] = &out.delay_send_db,
        };

        if (in->part == NULL || strcmp(in->part, part) == 0)
            *places[in->moves] = curve_make(in, score, a);
    }
    return out;
}

double curve_at(const struct curve *c, int64_t frame, double fallback)
{
    size_t next = 0;
    double share, from, to;

    if (c->count == 0)
        return fallback;
    while (next < c->count && c->points[next].frame <= frame)
        next++;
    if (next == 0 || next == c->count)
        return c->points[next == 0 ? 0 : c->count - 1].value;
    from = c->points[next - 1].value;
    to = c->points[next].value;
    share = (double)(frame - c->points[next - 1].frame) / (double)(c->points[next].frame - c->points[next - 1].frame);
    if (c->is_octaves && from > 0 && to > 0)
        return from * pow(to / from, share);
    return from + share * (to - from);
}

double moves_level_db(const struct strip_moves *m, int64_t frame)
{
    return curve_at(&m->level_db[0], frame, 0) + curve_at(&m->level_db[1], frame, 0);
}

bool moves_level(const struct strip_moves *m)
{
    return m->level_db[0].count + m->level_db[1].count > 0;
}
