/*
 * The counter-melody. Where there is no tune it is the third or seventh of each chord, led by step. Under a tune it
 * moves when the tune does not: in its rests, and under its long notes. What it says there is made of what the tune has
 * just said, upside down (or word for word, in styles of call and response), goes against the tune's direction and comes
 * to rest on a chord tone. It stays below the tune while that sounds, never goes above its highest note, and never
 * moves with it in octaves or fifths. In some sections its player has the tune himself (tune.h); in the last hook he
 * may sing the second voice to it.
 */
#include "band/players.h"
#include "band/tune.h"

#include <stdlib.h>

#include "song/general_midi.h"

enum { GAP_MIN = 720, HELD_MIN = 1440, BREATH = 120, FIGURE_MAX = 4, LEAP_MAX = 3, SUSTAINS_ENERGY = 60, EIGHTH = 240 };
#define ANSWERS 0.75      /* of the gaps */
#define MOVES 0.6         /* of the long notes, for those who can hold a tone, */
#define MOVES_STRUCK 0.35 /* and for those whose tones die away */
#define SOLO_BACK 9       /* how much softer a player who also has solos plays under the others */

struct counter {
    struct performer *p;
    size_t section;
    int shift;             /* octaves in which the tune sounds */
    int peak;              /* of the tune in the section, as it sounds */
    int last;              /* pitch of the line; -1: none yet */
    double velocity;       /* added */
    bool is_answer_only;   /* nothing under long notes: the voice has the tune */
};

/* A stretch in which the tune stands still: from its note `before` (NULL: none) to the next. */
struct window {
    int32_t from, until;
    const struct timeline_note *before, *after;
    bool is_held;          /* `before` still sounds */
};

static unsigned goals(const struct chord *c)
{
    unsigned mask = chord_guide_mask(c);

    return mask != 0 ? mask : chord_mask(c);
}

/* The pitch of the set nearest to `near` that is no higher than `ceiling`; -1: none. */
static int nearest_of(const struct performer *p, unsigned mask, int near, int ceiling)
{
    int best = -1;

    for (int pitch = p->low; pitch <= p->high && pitch <= ceiling; pitch++)
        if ((mask >> pitch_class_of(pitch) & 1) && (best < 0 || abs(pitch - near) < abs(best - near)))
            best = pitch;
    return best;
}

/* Guide tones: the third or seventh nearest to the one before, for as long as the chord lasts. */
static void guide_play(struct counter *c)
{
    struct performer *p = c->p;
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *section = &t->sections.items[c->section];

    c->last = (p->low + p->high) / 2;
    for (size_t i = performer_chord(p, section->start_tick); i < t->chords.count; i++) {
        const struct timeline_chord *chord = &t->chords.items[i];
        int32_t end = chord->end_tick < p->all->hold_tick ? chord->end_tick : p->all->hold_tick;
        int best;

        if (chord->start_tick >= section->end_tick || chord->start_tick >= end)
            return;
        if (!chord_is_set(&chord->chord))
            continue;
        best = nearest_of(p, goals(&chord->chord), c->last, p->high);
        if (best < 0)
            continue;
        performer_note_shifted(p, chord->start_tick, end - chord->start_tick, best,
                               performer_velocity(p, 6, chord->start_tick) + c->velocity, -p->sound->lead_in_ms);
        performer_swell(p, chord->start_tick, end - chord->start_tick, 92, 116, 0.6, 98);
        c->last = best;
    }
}

/* Lengths and scale steps of an answer. */
struct figure {
    int32_t len[FIGURE_MAX];
    int step[FIGURE_MAX];      /* to each note from the one before; the first is 0 */
    int count;
};

static struct figure plain_figure(struct performer *p, int direction)
{
    static const struct figure figures[] = {
        { { 240, 240, 480 }, { 0, 1, 1 }, 3 },           { { 480, 240, 240, 480 }, { 0, 1, 1, -1 }, 4 },
        { { 360, 120, 480 }, { 0, 1, 1 }, 3 },           { { 240, 480, 240, 480 }, { 0, 2, -1, 1 }, 4 },
        { { 480, 480, 480 }, { 0, 1, 1 }, 3 },           { { 720, 240, 480 }, { 0, 1, 1 }, 3 },
    };
    struct figure out = figures[random_below(&p->random, sizeof(figures) / sizeof(figures[0]))];

    for (int i = 0; i < out.count; i++)
        out.step[i] *= direction;
    return out;
}

/* The tune's last notes before the window, turned over unless the style repeats what it hears. */
static struct figure heard_figure(const struct counter *c, const struct window *w, int direction)
{
    const struct timeline *t = c->p->all->timeline;
    const struct timeline_note *first = w->before;
    int form = c->p->all->session->genre->melody.form;
    int sense = form == TUNE_CALL || form == TUNE_AAB ? 1 : -1, sum = 0;
    struct figure out = { .count = 0 };

    while (first > t->melody.items && w->before - first + 1 < FIGURE_MAX && !first->starts_phrase &&
           first[-1].section == c->section)
        first--;
    for (const struct timeline_note *n = first; n <= w->before; n++) {
        int32_t len = (n < w->before ? n[1].start_tick : n->end_tick) - n->start_tick;
        struct scale scale = key_scale(timeline_key_at(t, n->start_tick));
        int step = n > first ? sense * scale_distance(scale, n[-1].pitch, n->pitch) : 0;

        out.len[out.count] = len < EIGHTH ? EIGHTH : len > 2 * METRE_PPQ ? 2 * METRE_PPQ : len;
        out.step[out.count] = step > LEAP_MAX ? LEAP_MAX : step < -LEAP_MAX ? -LEAP_MAX : step;
        sum += abs(out.step[out.count++]);
    }
    return out.count < 3 || sum < 2 ? plain_figure(c->p, direction) : out;
}

/* How high the line may go: below what the tune holds, and never above its peak. */
static int ceiling_of(const struct counter *c, const struct window *w)
{
    int held = w->is_held ? w->before->pitch + c->shift - 3 : c->peak - 1;

    return held < c->peak - 1 ? held : c->peak - 1;
}

/* Against the way the tune goes over the gap; towards the middle where it goes nowhere. */
static int contrary(const struct counter *c, const struct window *w, int pitch)
{
    int move = w->before != NULL && w->after != NULL ? w->after->pitch - w->before->pitch : 0;

    return move != 0 ? (move > 0 ? -1 : 1) : pitch > (c->p->low + c->p->high) / 2 ? -1 : 1;
}

static void window_play(struct counter *c, const struct window *w)
{
    struct performer *p = c->p;
    const struct timeline *t = p->all->timeline;
    const struct chord *chord = &t->chords.items[performer_chord(p, w->from)].chord;
    int ceiling = ceiling_of(c, w), direction, pitch;
    struct figure figure;
    int32_t tick = w->from;

    if (!chord_is_set(chord) || w->until - w->from < EIGHTH)
        return;
    pitch = nearest_of(p, goals(chord), c->last >= 0 ? c->last : (p->low + p->high) / 2, ceiling);
    if (pitch < 0)
        return;
    direction = contrary(c, w, pitch);
    figure = w->before != NULL && random_chance(&p->random, 0.6) ? heard_figure(c, w, direction) : plain_figure(p, direction);
    for (int i = 0; i < figure.count && tick < w->until; i++) {
        bool is_last = i + 1 == figure.count || tick + figure.len[i] + EIGHTH > w->until;
        int32_t len = is_last && w->until - tick < HELD_MIN ? w->until - tick : is_last ? 2 * METRE_PPQ : figure.len[i];

        chord = &t->chords.items[performer_chord(p, tick)].chord;
        if (!chord_is_set(chord))
            return;
        if (i > 0)
            pitch = scale_step(chord_scale(chord, timeline_key_at(t, tick)), pitch, figure.step[i]);
        if (is_last || pitch > ceiling || pitch < p->low)
            pitch = nearest_of(p, chord_mask(chord), pitch, ceiling);
        if (pitch < 0)
            return;
        performer_note(p, tick, len, pitch, performer_velocity(p, is_last ? 7 : 6, tick) + c->velocity);
        c->last = pitch;
        tick += len;
        if (is_last)
            return;
    }
}

/* Whether two pairs of notes move in parallel octaves or fifths. */
static bool is_parallel(int tune_from, int tune_to, int from, int to)
{
    int before = (tune_from - from) % 12, after = (tune_to - to) % 12;

    return before == after && (after == 0 || after == 7) && (tune_to - tune_from) * (to - from) > 0;
}

/* Plucked and struck strings die away: they have nothing to hold. */
static bool can_hold(const struct performer *p)
{
    enum gm_family family = gm_family_of((uint8_t)part_sound_program(p->sound, 0));

    return family != GM_PIANO && family != GM_CHROMATIC && family != GM_GUITAR && family != GM_ETHNIC &&
           family != GM_PERCUSSIVE;
}

/* Under a tune that moves, one long guide tone for each chord, as strings and horns have them. */
static void sustain(struct counter *c, const struct timeline_note *note, const struct timeline_note *before)
{
    struct performer *p = c->p;
    const struct timeline_chord *chord = &p->all->timeline->chords.items[performer_chord(p, note->start_tick)];
    int32_t end = chord->end_tick < note->end_tick ? chord->end_tick : note->end_tick;
    unsigned mask = goals(&chord->chord);
    int pitch, from = c->last;

    if (!chord_is_set(&chord->chord) || note->start_tick != chord->start_tick || end - note->start_tick < METRE_PPQ)
        return;
    pitch = nearest_of(p, mask, c->last >= 0 ? c->last : (p->low + p->high) / 2, note->pitch + c->shift - 3);
    if (pitch >= 0 && before != NULL && from >= 0 && is_parallel(before->pitch, note->pitch, from, pitch))
        pitch = nearest_of(p, mask & ~(1u << pitch_class_of(pitch)), from, note->pitch + c->shift - 3);
    if (pitch < 0)
        return;
    performer_note_shifted(p, note->start_tick, end - note->start_tick, pitch,
                           performer_velocity(p, 5, note->start_tick) + c->velocity, -p->sound->lead_in_ms);
    c->last = pitch;
}

/* The stretch from `from` to the next note's start, trimmed so that the answer neither runs into the tune nor begins on
 * its heels. */
static struct window window_make(const struct performer *p, int32_t from, int32_t until)
{
    struct window w = { .from = (from + BREATH + EIGHTH - 1) / EIGHTH * EIGHTH, .until = until - BREATH };

    if (w.until > p->all->hold_tick)
        w.until = p->all->hold_tick;
    return w;
}

static void gap_play(struct counter *c, const struct timeline_note *before, const struct timeline_note *after,
                     int32_t from, int32_t until)
{
    struct window w = window_make(c->p, from, until);

    performer_dice(c->p, from);
    w.before = before;
    w.after = after;
    if (w.until - w.from >= GAP_MIN && random_chance(&c->p->random, ANSWERS))
        window_play(c, &w);
}

/* Under a long note, after its first beat. */
static void held_play(struct counter *c, const struct timeline_note *note, const struct timeline_note *after)
{
    struct window w = { .from = note->start_tick + METRE_PPQ, .until = note->end_tick, .before = note, .after = after,
                        .is_held = true };

    performer_dice(c->p, note->start_tick);
    if (w.until > c->p->all->hold_tick)
        w.until = c->p->all->hold_tick;
    if (note->end_tick - note->start_tick >= HELD_MIN && w.until - w.from >= METRE_PPQ &&
        random_chance(&c->p->random, can_hold(c->p) ? MOVES : MOVES_STRUCK))
        window_play(c, &w);
    else if (can_hold(c->p) && performer_energy(c->p, note->start_tick) * 100 >= SUSTAINS_ENERGY)
        sustain(c, note, note > c->p->all->timeline->melody.items ? note - 1 : NULL);
}

static struct counter counter_make(struct performer *p, size_t section)
{
    const struct timeline *t = p->all->timeline;
    const struct stage_part *holder = tune_holder(p->all->session, p->all->stage, section);
    struct counter c = { .p = p, .section = section, .last = -1, .peak = p->high + 1 };
    int top = 0;

    c.is_answer_only = tune_is_sung(p->all->session, section);
    c.shift = holder != NULL ? tune_shift_of(p->all->session, holder) : 0;
    c.velocity = tune_is_shared_with(p->all->session, p->all->stage, p->part) ? -SOLO_BACK : 0;
    for (size_t i = 0; i < t->melody.count; i++)
        if (t->melody.items[i].section == section && t->melody.items[i].pitch > top)
            top = t->melody.items[i].pitch;
    if (top > 0)
        c.peak = top + c.shift;
    return c;
}

void counter_section(struct performer *p, size_t index)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *section = &t->sections.items[index];
    struct counter c = counter_make(p, index);
    const struct timeline_note *before = NULL;

    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *note = &t->melody.items[i];
        const struct timeline_note *after = i + 1 < t->melody.count && note[1].section == index ? &note[1] : NULL;

        if (note->section != index)
            continue;
        if (before != NULL || note->start_tick > section->start_tick + GAP_MIN)
            gap_play(&c, before, note, before != NULL ? before->end_tick : section->start_tick, note->start_tick);
        if (!c.is_answer_only)
            held_play(&c, note, after);
        before = note;
    }
    if (before != NULL)
        gap_play(&c, before, NULL, before->end_tick, section->end_tick);
    else
        guide_play(&c);
}

/* The last hook in two voices, where the style likes it and nobody else sings the second. */
static bool harmonises(const struct performer *p, size_t section)
{
    const struct performance *all = p->all;
    struct random random = session_random(all->session, "melody.harmony", 0);

    if (!tune_is_last_hook(all->timeline, section) || !random_chance(&random, all->session->genre->melody.harmony))
        return false;
    for (size_t i = 0; i < all->stage->parts.count; i++)
        if (all->stage->parts.items[i].genre->player == PLAYER_SECOND &&
            stage_plays(all->session, all->stage, &all->stage->parts.items[i], section))
            return false;
    return true;
}

void play_counter(struct performer *p)
{
    const struct performance *all = p->all;

    for (size_t s = 0; s < all->timeline->sections.count; s++) {
        if (all->timeline->sections.items[s].start_tick >= all->hold_tick ||
            !stage_plays(all->session, all->stage, p->part, s))
            continue;
        if (tune_holder(all->session, all->stage, s) == p->part)
            tune_section(p, s);
        else if (harmonises(p, s))
            second_section(p, s);
        else
            counter_section(p, s);
    }
}
