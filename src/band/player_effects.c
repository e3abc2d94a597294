/* Effects: a swell into each section that the arrangement leads into with a riser, or that is much stronger than the
 * one before: a reverse cymbal, or a sound that rises through the whole build and falls after it. */
#include "band/players.h"

#include <string.h>

enum { PITCH = 60, REVERSE_CYMBAL = 119, RISE_BARS = 8, FALL_BARS = 2, BEND_STEPS = 24 };
#define SWELL_RISE 0.2
#define BUILD_RISE 0.12  /* into what is strong already */
#define STRONG 0.7
#define SWELL_S 1.35 /* how long the reverse cymbals of the usual SoundFonts grow on this pitch */

/* Sounds that go on, such as noise, rise for as long as a build lasts, and fall where it ends. */
static void rise_and_fall(struct performer *p, const struct timeline_section *section)
{
    const struct timeline *t = p->all->timeline;
    int bars = section[-1].bars < RISE_BARS ? section[-1].bars : RISE_BARS;
    int32_t len = bars * t->bar_ticks, from = section->start_tick - len, fall = t->bar_ticks * FALL_BARS;
    double velocity = performer_velocity(p, 7, section->start_tick);

    if (fall > section->end_tick - section->start_tick)
        fall = section->end_tick - section->start_tick;
    performer_note(p, from, len, PITCH, velocity);
    performer_swell(p, from, len, 24, 122, 1, 122);
    for (int i = 0; i <= BEND_STEPS; i++)
        performer_bend(p, from + (int32_t)((int64_t)len * i / (BEND_STEPS + 1)), 8191 * i / BEND_STEPS);
    performer_note(p, section->start_tick, fall, PITCH, velocity);
    performer_swell(p, section->start_tick, fall, 116, 116, 0.02, 16);
    for (int i = 0; i <= BEND_STEPS; i++)
        performer_bend(p, section->start_tick + fall * i / (BEND_STEPS + 1), 8191 - 16382 * i / BEND_STEPS);
}

static void swell_into(struct performer *p, const struct timeline_section *section)
{
    int32_t len = (int32_t)(SWELL_S * p->all->timeline->bpm * METRE_PPQ / 60);

    performer_note(p, section->start_tick - len, len, PITCH, performer_velocity(p, 7, section->start_tick));
}

void play_effects(struct performer *p)
{
    const struct timeline *t = p->all->timeline;
    bool is_cymbal = p->sound->program == REVERSE_CYMBAL;

    if (!is_cymbal) { /* an octave and a fifth of bend */
        performer_control(p, 0, 101, 0);
        performer_control(p, 0, 100, 0);
        performer_control(p, 0, 6, 19);
    }
    for (size_t s = 1; s < t->sections.count; s++) {
        const struct timeline_section *section = &t->sections.items[s];
        const struct arranged_transition *into = arranged_transition_into(p->all->session->song->arrangement_spec,
                                                                           section->label);
        bool wanted = into != NULL && into->technique != NULL && strcmp(into->technique, "riser") == 0;

        if (section->start_tick >= p->all->hold_tick)
            return;
        wanted |= section->energy >= section[-1].energy + (is_cymbal ? SWELL_RISE : BUILD_RISE) &&
                  (is_cymbal || section->energy >= STRONG);
        if (!wanted || !stage_plays(p->all->session, p->all->stage, p->part, s))
            continue;
        if (is_cymbal)
            swell_into(p, section);
        else
            rise_and_fall(p, section);
    }
}
