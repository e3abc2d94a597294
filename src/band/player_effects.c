/* Effects: a swell into each section that the arrangement leads into with a riser, or that is much stronger than the
 * one before. */
#include "band/players.h"

#include <string.h>

enum { PITCH = 60 };
#define SWELL_S 1.35 /* how long the reverse cymbals of the usual SoundFonts grow on this pitch */

static const struct arranged_transition *transition_into(const struct performer *p, const char *label)
{
    const struct arrangement_spec *spec = p->all->session->song->arrangement_spec;

    for (size_t i = 0; i < spec->transitions.count; i++)
        if (spec->transitions.items[i].to_section != NULL &&
            strcmp(spec->transitions.items[i].to_section, label) == 0)
            return &spec->transitions.items[i];
    return NULL;
}

void play_effects(struct performer *p)
{
    const struct timeline *t = p->all->timeline;
    int32_t len = (int32_t)(SWELL_S * t->bpm * METRE_PPQ / 60);

    for (size_t s = 1; s < t->sections.count; s++) {
        const struct timeline_section *section = &t->sections.items[s];
        const struct arranged_transition *into = transition_into(p, section->label);
        bool wanted = into != NULL && into->technique != NULL && strcmp(into->technique, "riser") == 0;

        if (section->start_tick >= p->all->hold_tick)
            return;
        if (!stage_plays(p->all->session, p->all->stage, p->part, s) ||
            (!wanted && section->energy < section[-1].energy + 0.2))
            continue;
        performer_note(p, section->start_tick - len, len, PITCH, performer_velocity(p, 7, section->start_tick));
    }
}
