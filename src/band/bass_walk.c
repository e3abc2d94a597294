/*
 * Walking bass. Within a chord of n beats the first is its bass note (or now and then, where the chord goes on from
 * the bar before, another chord tone), the last leads by step into the next chord's bass, and those between go there
 * through chord and scale tones: no note twice in a row, no leap beyond a fifth.
 */
#include "band/players.h"

#include <stdlib.h>

/* How the last note before a change leads there, as limits of a dice: by a semitone, by a step of the scale, from a fifth
 * above; beyond WITHIN it is a tone of the chord that sounds, all the more where two beats are all that chord has. */
#define BY_SEMITONE 0.36
#define BY_STEP 0.62
#define WITHIN 0.76
#define SHORT_CHORD 0.22

struct beat {
    int32_t tick, len_ticks;
    const struct timeline_chord *chord;
    const struct timeline_chord *next;  /* at the next beat */
    bool begins;                        /* the chord begins here, or the bar does */
};

static int target_pitch(const struct performer *p, const struct chord *c, int near)
{
    int high = p->high < 55 ? p->high : 55;

    /* Drawn to the middle of the register, so that the line does not get stuck at an edge. */
    return pitch_near(chord_bass_class(c), (near * 2 + (p->low + high) / 2) / 3, p->low, high);
}

/* The tone of `mask` that is nearest to `wish` but is neither `last` nor further than a fifth from it. */
static int tone_near(const struct performer *p, unsigned mask, int wish, int last)
{
    int best = -1;

    for (int pitch = p->low; pitch <= p->high; pitch++)
        if ((mask >> pitch_class_of(pitch) & 1) && pitch != last && abs(pitch - last) <= 7 &&
            (best < 0 || abs(pitch - wish) < abs(best - wish)))
            best = pitch;
    return best >= 0 ? best : last;
}

static int lead_in(struct performer *p, const struct beat *beat, int last)
{
    int target = target_pitch(p, &beat->next->chord, last);
    bool is_short = beat->chord->end_tick - beat->chord->start_tick <= 2 * METRE_PPQ;
    double dice = random_unit(&p->random) + (is_short ? SHORT_CHORD : 0);
    int side = last >= target ? 1 : -1, pitch;

    if (dice < BY_SEMITONE)
        pitch = target + side;
    else if (dice > WITHIN)
        pitch = tone_near(p, chord_mask(&beat->chord->chord) & ~(1u << pitch_class_of(last)), target, last);
    else if (dice < BY_STEP)
        pitch = scale_step(chord_scale(&beat->next->chord, p->key), target, side);
    else
        pitch = pitch_near(pitch_class_of(target + 7), last, p->low, p->high);
    if (pitch == last || abs(pitch - last) > 7 || pitch < p->low || pitch > p->high)
        pitch = target - side;
    if (pitch == last || abs(pitch - last) > 7 || pitch < p->low || pitch > p->high)
        pitch = tone_near(p, chord_mask(&beat->chord->chord), target, last);
    return pitch;
}

static int beat_pitch(struct performer *p, const struct beat *beat, int beats_left, int last)
{
    const struct chord *c = &beat->chord->chord;
    unsigned scale = scale_mask(chord_scale(c, p->key));
    int goal;

    if (last < 0)
        return pitch_near(chord_bass_class(c), p->low + 8, p->low, p->high);
    if (beat->begins) {
        goal = target_pitch(p, c, last);
        if (beat->tick == beat->chord->start_tick || (goal != last && random_chance(&p->random, 0.8)))
            return goal;
        return tone_near(p, chord_mask(c), goal + (random_chance(&p->random, 0.5) ? 7 : 4), last);
    }
    if (beats_left == 1 && chord_is_set(&beat->next->chord))
        return lead_in(p, beat, last);
    goal = target_pitch(p, &beat->next->chord, last);
    goal = last + (goal - last) / beats_left;
    if (abs(goal - last) < 2)
        goal = last + (last > (p->low + p->high) / 2 ? -3 : 3);
    return tone_near(p, beats_left % 2 == 0 ? chord_mask(c) : scale | chord_mask(c), goal, last);
}

static void skip_note(struct performer *p, const struct beat *beat, int pitch)
{
    if (random_chance(&p->random, 0.1) && beat->len_ticks >= 480)
        performer_note(p, beat->tick + (beat->len_ticks > METRE_PPQ ? METRE_PPQ : beat->len_ticks / 2),
                       METRE_PPQ / 4, pitch,
                       performer_velocity(p, 4, beat->tick));
}

void bass_walk_bar(struct performer *p, const struct bar *bar, int *last)
{
    const struct timeline *t = p->all->timeline;
    int beats = metre_beats(t->metre);

    for (int i = 0; i < beats; i++) {
        struct beat beat = { .tick = bar->tick + metre_beat_tick(t->metre, i) };
        int left = 1;

        beat.len_ticks = bar->tick + metre_beat_tick(t->metre, i + 1) - beat.tick;
        beat.chord = &t->chords.items[performer_chord(p, beat.tick)];
        beat.begins = i == 0 || beat.chord->start_tick > beat.tick - beat.len_ticks;
        while (i + left < beats && bar->tick + metre_beat_tick(t->metre, i + left) < beat.chord->end_tick)
            left++;
        beat.next = &t->chords.items[performer_chord(p, bar->tick + metre_beat_tick(t->metre, i + left))];
        if (!chord_is_set(&beat.chord->chord))
            continue;
        *last = beat_pitch(p, &beat, left, *last);
        performer_note(p, beat.tick, beat.len_ticks, *last, performer_velocity(p, i % 2 == 1 ? 8 : 7, beat.tick));
        if (!beat.begins)
            skip_note(p, &beat, *last);
    }
}

void bass_two_bar(struct performer *p, const struct bar *bar, int *last)
{
    const struct timeline *t = p->all->timeline;
    int beats = metre_beats(t->metre), half = beats / 2 > 0 ? beats / 2 : 1;

    for (int i = 0; i < beats; i += half) {
        int32_t tick = bar->tick + metre_beat_tick(t->metre, i);
        int until = i + half < beats ? i + half : beats;
        const struct timeline_chord *now = &t->chords.items[performer_chord(p, tick)];
        int fifth = chord_is_set(&now->chord) ? chord_degree_semitones(&now->chord, 5) : -1;
        int pitch;

        if (!chord_is_set(&now->chord))
            continue;
        if (*last < 0)
            *last = p->low + 8;
        pitch = target_pitch(p, &now->chord, *last);
        if (i > 0 && now->start_tick <= bar->tick && fifth > 0)
            pitch = pitch_near(pitch_class_of(pitch_class(now->chord.root) + fifth), pitch, p->low, p->high);
        performer_note(p, tick, bar->tick + metre_beat_tick(t->metre, until) - tick, pitch,
                       performer_velocity(p, i == 0 ? 7 : 6, tick));
        *last = pitch;
        if (i + half >= beats && beats % 2 == 1)
            break;
    }
}
