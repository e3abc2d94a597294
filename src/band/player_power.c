/* Power chords: root and fifth, and the octave when it is loud; with one voice the root alone, as tuned drums have it.
 * The fifth is the chord's own; a chord without one gets the octave alone. Ghost strokes are palm-muted: the low
 * string, short. */
#include "band/players.h"

static void chord_strike(struct performer *p, const struct chord *c, int32_t tick, int32_t len_ticks, int level)
{
    int root, fifth;

    if (!chord_is_set(c))
        return;
    root = pitch_near(pitch_class(c->root), p->low + 5, p->low, p->low + 11);
    fifth = chord_degree_semitones(c, 5);
    performer_note(p, tick, len_ticks, root, performer_velocity(p, level, tick));
    if (level <= 4 || p->part->genre->voices == 1)
        return;
    if (fifth > 0)
        performer_note_shifted(p, tick, len_ticks, root + fifth, performer_velocity(p, level, tick) - 3, 3);
    if (fifth < 0 || performer_energy(p, tick) > 0.55)
        performer_note_shifted(p, tick, len_ticks, root + 12, performer_velocity(p, level, tick) - 5, 6);
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct timeline *t = p->all->timeline;

    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        int32_t tick = bar->tick + event->tick, end = tick + event->len_ticks;
        bool is_muted = event->level <= 4 && p->part->genre->voices > 1;
        size_t chord = performer_stroke_chord(p, tick, event->len_ticks, event->value == 1);

        if (i + 1 == bar->steps.count && event->tick + event->len_ticks == bar->len_ticks)
            end += bar->carried_ticks;
        if (end > p->all->hold_tick)
            end = p->all->hold_tick;
        while (tick < end) {
            int32_t until = t->chords.items[chord].end_tick < end ? t->chords.items[chord].end_tick : end;

            chord_strike(p, &t->chords.items[chord].chord, tick,
                         is_muted && until - tick > 90 ? 90 : until - tick, event->level);
            tick = until;
            if (++chord >= t->chords.count)
                break;
        }
    }
}

void play_power(struct performer *p)
{
    performer_each_bar(p, bar_play);
}

void finish_power(struct performer *p)
{
    const struct timeline_chord *last = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)];

    chord_strike(p, &last->chord, p->all->hold_tick, p->all->hold_len_ticks, 8);
}
