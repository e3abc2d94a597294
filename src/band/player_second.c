/* The second voice: sings along with the tune, a third or a sixth below it. Where the tune rests on a chord tone so
 * does he; over passing notes he goes along in thirds of the chord's scale. */
#include "band/players.h"

#include <stdlib.h>

enum { NEAREST = 3, FURTHEST = 9, PLAIN = 4 };

static int cost(int pitch, int tune, int last)
{
    return abs(pitch - (tune - PLAIN)) + abs(pitch - last);
}

static int second_pitch(const struct performer *p, const struct chord *c, int tune, int last)
{
    int best = -1;

    if (!chord_is_set(c) || !chord_has(c, tune))
        return scale_step(chord_scale(c, p->key), tune, -2);
    for (int pitch = tune - FURTHEST; pitch <= tune - NEAREST; pitch++)
        if (chord_has(c, pitch) && (best < 0 || cost(pitch, tune, last) <= cost(best, tune, last)))
            best = pitch;
    return best >= 0 ? best : scale_step(chord_scale(c, p->key), tune, -2);
}

void play_second(struct performer *p)
{
    const struct timeline *t = p->all->timeline;
    int last = -1;

    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *note = &t->melody.items[i];
        const struct timeline_chord *chord = &t->chords.items[performer_chord(p, note->start_tick)];
        int32_t end = note->end_tick < p->all->hold_tick ? note->end_tick : p->all->hold_tick;
        int pitch;

        if (!chord_is_set(&chord->chord) || end <= note->start_tick ||
            !stage_plays(p->all->session, p->all->stage, p->part, note->section))
            continue;
        p->key = timeline_key_at(t, note->start_tick);
        pitch = second_pitch(p, &chord->chord, note->pitch, last < 0 ? note->pitch - PLAIN : last);
        last = pitch;
        if (end > chord->end_tick && chord + 1 < t->chords.items + t->chords.count && chord_is_set(&chord[1].chord) &&
            !chord_has(&chord[1].chord, pitch))
            end = chord->end_tick; /* it does not hold a note into a chord that has no place for it */
        if (pitch >= p->low && pitch <= p->high)
            performer_note(p, note->start_tick, end - note->start_tick - (end - note->start_tick) / 12, pitch,
                           performer_velocity(p, 7, note->start_tick) +
                               8 * (metre_weight(t->metre, note->start_tick % t->bar_ticks) - 0.4));
    }
}
