/* The counter-melody: long guide tones under nothing, answers in the gaps of the tune. It never begins while the tune
 * moves: a gap is at least a beat and a half, and the answer ends before the tune comes back. */
#include "band/players.h"

#include <stdlib.h>

enum { GAP_MIN = 720, BREATH = 120 };

/* A short line of chord and scale tones that walks to the chord tone nearest to where it began. */
static void answer_play(struct performer *p, int32_t from, int32_t until)
{
    const struct timeline *t = p->all->timeline;
    static const int32_t rhythms[][4] = { { 240, 240, 480, 0 }, { 480, 240, 240, 480 }, { 360, 120, 480, 0 },
                                          { 240, 480, 240, 480 } };
    const int32_t *rhythm = rhythms[random_below(&p->random, 4)];
    const struct timeline_chord *chord = &t->chords.items[performer_chord(p, from)];
    int direction = random_chance(&p->random, 0.5) ? 1 : -1, pitch;
    int32_t tick = from;

    if (!chord_is_set(&chord->chord))
        return;
    pitch = chord_nearest(&chord->chord, (p->low + p->high) / 2 - direction * 3);
    for (int i = 0; i < 4 && rhythm[i] > 0 && tick < until; i++) {
        bool is_last = i == 3 || rhythm[i + 1] == 0 || tick + rhythm[i] + 240 >= until;
        int32_t len = is_last && until - tick < 1440 ? until - tick : is_last ? 960 : rhythm[i];

        chord = &t->chords.items[performer_chord(p, tick)];
        if (!chord_is_set(&chord->chord))
            return;
        if (is_last || i == 0)
            pitch = chord_nearest(&chord->chord, pitch);
        performer_note(p, tick, len, pitch, performer_velocity(p, is_last ? 7 : 6, tick));
        tick += len;
        if (is_last)
            return;
        pitch = scale_step(chord_scale(&chord->chord, timeline_key_at(t, tick)), pitch, direction);
        if (pitch < p->low || pitch > p->high)
            pitch -= direction * 12;
    }
}

/* Guide tones: the third or seventh nearest to the one before, for as long as the chord lasts. */
static void guide_play(struct performer *p, const struct timeline_section *section)
{
    const struct timeline *t = p->all->timeline;
    int last = (p->low + p->high) / 2;

    for (size_t i = performer_chord(p, section->start_tick); i < t->chords.count; i++) {
        const struct timeline_chord *chord = &t->chords.items[i];
        int32_t end = chord->end_tick < p->all->hold_tick ? chord->end_tick : p->all->hold_tick;
        unsigned mask;
        int best = -1;

        if (chord->start_tick >= section->end_tick || chord->start_tick >= end)
            return;
        if (!chord_is_set(&chord->chord))
            continue;
        mask = chord_guide_mask(&chord->chord);
        if (mask == 0)
            mask = chord_mask(&chord->chord);
        for (int pitch = p->low; pitch <= p->high; pitch++)
            if ((mask >> pitch_class_of(pitch) & 1) && (best < 0 || abs(pitch - last) < abs(best - last)))
                best = pitch;
        if (best < 0)
            continue;
        performer_note_shifted(p, chord->start_tick, end - chord->start_tick, best,
                               performer_velocity(p, 6, chord->start_tick), -p->sound->lead_in_ms);
        performer_swell(p, chord->start_tick, end - chord->start_tick, 92, 116, 0.6, 98);
        last = best;
    }
}

static void gap_play(struct performer *p, int32_t from, int32_t until)
{
    int32_t beat = 240;

    from = (from + BREATH + beat - 1) / beat * beat;
    until = until - BREATH;
    if (until > p->all->hold_tick)
        until = p->all->hold_tick;
    if (until - from >= GAP_MIN && random_chance(&p->random, 0.7))
        answer_play(p, from, until);
}

void counter_section(struct performer *p, size_t index)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *section = &t->sections.items[index];
    int32_t free_from = section->start_tick;
    bool has_tune = false;

    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *note = &t->melody.items[i];

        if (note->section != index)
            continue;
        if (has_tune || note->start_tick > free_from + GAP_MIN)
            gap_play(p, free_from, note->start_tick);
        has_tune = true;
        free_from = note->end_tick;
    }
    if (has_tune)
        gap_play(p, free_from, section->end_tick);
    else
        guide_play(p, section);
}

void play_counter(struct performer *p)
{
    for (size_t s = 0; s < p->all->timeline->sections.count; s++)
        if (p->all->timeline->sections.items[s].start_tick < p->all->hold_tick &&
            stage_plays(p->all->session, p->all->stage, p->part, s))
            counter_section(p, s);
}
