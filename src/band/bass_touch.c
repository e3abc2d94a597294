#include "band/bass_touch.h"

#include <math.h>
#include <stdlib.h>

enum {
    EXPRESSION = 11, BRIGHTNESS = 74, DATA_ENTRY = 6, RPN_FINE = 100, RPN_COARSE = 101,
    BEND_SEMITONES = 12, BEND_FULL = 8191, GLIDE_TICKS = 360, GLIDE_STEPS = 12, GLIDE_GAP = 130,
    PHRASE_BARS = 4, WOBBLE_POINTS = 6, WOBBLE_REST = 116, WOBBLE_DIP = 92
};

/* The bar in its section, 0-based. */
static int bar_within(const struct performer *p, int32_t tick)
{
    const struct timeline *t = p->all->timeline;

    return (int)((tick - timeline_section_at(t, tick)->start_tick) / t->bar_ticks);
}

static void glide(struct performer *p, const struct written *from, const struct written *to)
{
    int32_t end = from->tick + (int32_t)(from->len_ticks * p->sound->gate);
    int32_t len = from->len_ticks / 2 < GLIDE_TICKS ? from->len_ticks / 2 : GLIDE_TICKS;
    int distance = to->pitch - from->pitch;

    for (int i = 1; i <= GLIDE_STEPS; i++)
        performer_bend(p, end - len + len * i / GLIDE_STEPS,
                       (int)lround((double)BEND_FULL * distance / BEND_SEMITONES * i / GLIDE_STEPS));
    performer_bend(p, to->tick, 0);
}

void bass_glide(struct performer *p)
{
    const struct timeline *t = p->all->timeline;

    if (p->sound->scoop <= 0)
        return;
    performer_control(p, 0, RPN_COARSE, 0);
    performer_control(p, 0, RPN_FINE, 0);
    performer_control(p, 0, DATA_ENTRY, BEND_SEMITONES);
    for (size_t i = 0; i + 1 < p->note_count; i++) {
        const struct written *now = &p->notes[i], *next = now + 1;

        if (bar_within(p, now->tick) % PHRASE_BARS != PHRASE_BARS - 1 ||
            next->tick / t->bar_ticks == now->tick / t->bar_ticks || now->len_ticks < 240 ||
            next->tick - now->tick - now->len_ticks > GLIDE_GAP || next->pitch == now->pitch ||
            abs(next->pitch - now->pitch) > BEND_SEMITONES)
            continue;
        performer_dice(p, now->tick);
        if (random_chance(&p->random, p->sound->scoop))
            glide(p, now, next);
    }
}

void bass_wobble(struct performer *p)
{
    /* Pulses in a quarter note, for each bar of four. */
    static const int rhythms[][PHRASE_BARS][2] = {
        { { 2, 2 }, { 2, 4 }, { 2, 2 }, { 3, 6 } },
        { { 2, 4 }, { 3, 3 }, { 2, 4 }, { 1, 6 } },
        { { 1, 2 }, { 4, 4 }, { 1, 2 }, { 3, 4 } },
        { { 3, 3 }, { 2, 2 }, { 3, 3 }, { 4, 6 } },
    };
    const struct timeline *t = p->all->timeline;
    double depth = p->part->genre->wobble * WOBBLE_DIP;
    const int (*rhythm)[2];

    if (depth < 1 || p->part->genre->duck > 0)
        return;
    performer_dice(p, 0);
    rhythm = rhythms[random_below(&p->random, sizeof(rhythms) / sizeof(rhythms[0]))];
    for (size_t n = 0; n < p->note_count; n++) {
        const struct written *note = &p->notes[n];
        int bar = bar_within(p, note->tick) % PHRASE_BARS;
        int32_t end = note->tick + note->len_ticks;

        performer_control(p, note->tick, EXPRESSION, WOBBLE_REST);
        performer_control(p, note->tick, BRIGHTNESS, 64);
        if (note->len_ticks < METRE_PPQ)
            continue;
        for (int32_t tick = note->tick; tick < end;) {
            bool is_late = tick % t->bar_ticks * 2 >= t->bar_ticks;
            int32_t pulse = METRE_PPQ / rhythm[bar][is_late];

            for (int i = 0; i < WOBBLE_POINTS && tick + pulse * i / WOBBLE_POINTS < end; i++) {
                double open = sin(M_PI * (i + 0.5) / WOBBLE_POINTS);

                performer_control(p, tick + pulse * i / WOBBLE_POINTS, EXPRESSION,
                                  (int)lround(WOBBLE_REST - depth * (1 - open)));
                performer_control(p, tick + pulse * i / WOBBLE_POINTS, BRIGHTNESS, (int)lround(30 + 80 * open));
            }
            tick += pulse;
        }
    }
}
