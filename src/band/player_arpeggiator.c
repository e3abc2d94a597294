/* Arpeggios: the ladder of the chord's tones from its root up, one at a time. The accents follow the metre. */
#include "band/players.h"

enum { RUNGS_MAX = 9 };

static int ladder_make(const struct performer *p, const struct chord *c, int *rungs)
{
    unsigned mask = chord_mask(c);
    int root = pitch_near(pitch_class(c->root), p->low + 4, p->low, p->low + 11), count = 0;

    if (chord_infos[c->quality].count > 4) /* root, third, seventh and the colour; no fifth */
        mask &= ~chord_omittable_mask(c) | 1u << pitch_class(c->root);
    for (int pitch = root; pitch <= 127 && count < RUNGS_MAX; pitch++)
        if (mask >> pitch_class_of(pitch) & 1)
            rungs[count++] = pitch;
    return count;
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct timeline *t = p->all->timeline;

    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        int32_t tick = bar->tick + event->tick;
        const struct chord *c = &t->chords.items[performer_chord(p, tick)].chord;
        int rungs[RUNGS_MAX], count, pitch, level;

        if (!chord_is_set(c))
            continue;
        count = ladder_make(p, c, rungs);
        ASSERT(count > 0);
        pitch = rungs[event->value <= count ? event->value - 1 : count - 1];
        while (pitch > p->high && pitch - 12 >= p->low)
            pitch -= 12;
        level = 5 + (int)(metre_weight(t->metre, event->tick) * 4);
        performer_note(p, tick, event->len_ticks, pitch, performer_velocity(p, level > 8 ? 8 : level, tick));
    }
}

void play_arpeggiator(struct performer *p)
{
    performer_each_bar(p, bar_play);
}
