/* The second voice: sings along with the tune, a third or a sixth below it. Where the tune rests on a chord tone so
 * does he; over passing notes he goes along in thirds of the chord's scale. */
#include "band/players.h"
#include "band/tune.h"

#include <stdlib.h>

enum { NEAREST = 3, FURTHEST = 9, PLAIN = 4, REGISTER_SLACK = 4 };

static int cost(int pitch, int tune, int last)
{
    return abs(pitch - (tune - PLAIN)) + abs(pitch - last);
}

static int second_pitch(const struct chord *c, struct key key, int tune, int last)
{
    int best = -1;

    if (!chord_has(c, tune))
        return scale_step(chord_scale(c, key), tune, -2);
    for (int pitch = tune - FURTHEST; pitch <= tune - NEAREST; pitch++)
        if (chord_has(c, pitch) && (best < 0 || cost(pitch, tune, last) <= cost(best, tune, last)))
            best = pitch;
    return best >= 0 ? best : scale_step(chord_scale(c, key), tune, -2);
}

/* The octave in which the tune sounds in the section: the second voice stays below it. */
static int heard_shift(const struct performer *p, size_t section)
{
    const struct stage_part *holder = tune_holder(p->all->session, p->all->stage, section);

    return holder != NULL ? tune_shift_of(p->all->session, holder) : 0;
}

void second_section(struct performer *p, size_t section)
{
    const struct timeline *t = p->all->timeline;
    int last = -1, shift = heard_shift(p, section);

    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *note = &t->melody.items[i];
        const struct timeline_chord *chord = &t->chords.items[performer_chord(p, note->start_tick)];
        int32_t end = note->end_tick < p->all->hold_tick ? note->end_tick : p->all->hold_tick;
        int tune = note->pitch + shift, pitch;

        if (note->section != section || !chord_is_set(&chord->chord) || end <= note->start_tick)
            continue;
        pitch = second_pitch(&chord->chord, timeline_key_at(t, note->start_tick), tune, last < 0 ? tune - PLAIN : last);
        last = pitch;
        if (end > chord->end_tick && chord + 1 < t->chords.items + t->chords.count && chord_is_set(&chord[1].chord) &&
            !chord_has(&chord[1].chord, pitch))
            end = chord->end_tick; /* it does not hold a note into a chord that has no place for it */
        if (pitch > p->high + REGISTER_SLACK)
            pitch -= 12;
        if (pitch >= p->low - REGISTER_SLACK)
            performer_note(p, note->start_tick, end - note->start_tick - (end - note->start_tick) / 12, pitch,
                           performer_velocity(p, 7, note->start_tick) +
                               8 * (metre_weight(t->metre, note->start_tick % t->bar_ticks) - 0.4));
    }
}

void play_second(struct performer *p)
{
    for (size_t i = 0; i < p->all->timeline->sections.count; i++)
        if (stage_plays(p->all->session, p->all->stage, p->part, i))
            second_section(p, i);
}
