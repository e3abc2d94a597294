/*
 * The lead: plays the tune with the shape a soloist gives it. Loudness follows the phrase (an arch of ±8), the metre
 * and the height of the note; long notes swell (CC 11) and tremble late (CC 1); phrases end a little early, to
 * breathe, and now and then begin from below (a scoop), as some long notes do that the tune climbs to. Where the voice
 * sings he only answers it.
 */
#include "band/players.h"

#include <math.h>

#include "band/ornament.h"
#include "band/tune.h"

enum {
    MODULATION = 1, EXPRESSION_PLAIN = 112, LEGATO_GAP = 12, SEMITONE_DOWN = -4096, SCOOP_STEPS = 5, BEND_RISE_MAX = 4
};
#define BEND_SHARE 0.5 /* of the phrases' own scoops */

struct tune {
    int shift;                  /* octaves that bring the tune into the instrument's register, in semitones */
    const struct timeline_note *notes;
    size_t count;
};

/* How many lead players before this one have the tune in the section: the second doubles an octave higher. */
static int rank_in_section(const struct performer *p, size_t section)
{
    const struct stage *stage = p->all->stage;
    int rank = 0;

    for (const struct stage_part *other = stage->parts.items; other < p->part; other++)
        rank += other->genre->player == PLAYER_LEAD && other->role != ROLE_VOICE &&
                stage_plays(p->all->session, stage, other, section);
    return p->part->genre->player == PLAYER_LEAD ? rank : 0;
}

static size_t phrase_end(const struct tune *tune, size_t from)
{
    size_t end = from + 1;

    while (end < tune->count && !tune->notes[end].starts_phrase &&
           tune->notes[end].section == tune->notes[from].section &&
           tune->notes[end].start_tick - tune->notes[end - 1].end_tick < 960)
        end++;
    return end;
}

static void note_shape(struct performer *p, const struct timeline_note *note, int32_t len_ticks)
{
    double depth = p->sound->expression * 36, vibrato = p->sound->vibrato * 70;
    int32_t at = note->start_tick;

    if (len_ticks < 480)
        return;
    if (depth >= 1)
        performer_swell(p, at, len_ticks, EXPRESSION_PLAIN - depth * 0.6, EXPRESSION_PLAIN + depth * 0.35, 0.55,
                        EXPRESSION_PLAIN - depth * 0.3);
    performer_control(p, at + len_ticks, 11, EXPRESSION_PLAIN);
    if (vibrato >= 1 && len_ticks >= 720) {
        performer_control(p, at + len_ticks / 2, MODULATION, (int)(vibrato * 0.5));
        performer_control(p, at + len_ticks * 3 / 4, MODULATION, (int)vibrato);
        performer_control(p, at + len_ticks, MODULATION, 0);
    }
}

/* Bends up into the phrase's first note, from a semitone below, in a tenth of a second. */
static void scoop(struct performer *p, int32_t tick)
{
    int32_t tenth = (int32_t)(p->all->timeline->bpm * METRE_PPQ / 600);

    for (int i = 0; i <= SCOOP_STEPS; i++)
        performer_bend(p, tick + tenth * (i - 1) / SCOOP_STEPS, SEMITONE_DOWN * (SCOOP_STEPS - i) / SCOOP_STEPS);
}

/* A long note inside a phrase that the tune climbs to is one to bend into, as guitars, saxophones and singers do. */
static bool invites_bend(const struct timeline_note *note)
{
    int rise = note->pitch - note[-1].pitch;

    return rise >= 1 && rise <= BEND_RISE_MAX && note->end_tick - note->start_tick >= METRE_PPQ;
}

/* How long note `i` of a phrase that ends before `end` sounds. */
static int32_t sounding_ticks(const struct performer *p, const struct timeline_note *note, bool is_last)
{
    int32_t len = note->end_tick - note->start_tick;

    if (is_last)
        len -= len > 480 ? 60 : len / 8;
    else if (note->end_tick >= note[1].start_tick)
        len = (int32_t)(len * p->sound->gate) - (p->sound->gate > 0.9 ? 0 : LEGATO_GAP);
    return note->start_tick + len > p->all->hold_tick ? p->all->hold_tick - note->start_tick : len;
}

static double phrase_velocity(const struct performer *p, const struct tune *tune, size_t from, size_t end, size_t i)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_note *note = &tune->notes[i];
    double place = end - from > 1 ? (double)(i - from) / (double)(end - from - 1) : 0.5;
    double arch = 8 * (1 - fabs(place - 0.6) * 2.2), weight = metre_weight(t->metre, note->start_tick % t->bar_ticks);

    return performer_velocity(p, 7, note->start_tick) + arch + (weight - 0.4) * 8 +
           (note->pitch - tune->notes[from].pitch) * 0.4;
}

static void phrase_play(struct performer *p, const struct tune *tune, size_t from, size_t end)
{
    int rank = rank_in_section(p, tune->notes[from].section), shift = tune->shift + (rank == 0 ? 0 : 12);

    if (rank > 1)
        return;
    performer_dice(p, tune->notes[from].start_tick);
    if (from > 0 && random_chance(&p->random, p->sound->scoop))
        scoop(p, tune->notes[from].start_tick);
    for (size_t i = from; i < end; i++) {
        const struct timeline_note *note = &tune->notes[i];
        struct tune_place at = { .tick = note->start_tick, .len_ticks = sounding_ticks(p, note, i + 1 == end),
                                 .pitch = note->pitch + shift, .ends_next = i + 2 == end,
                                 .before = i > from ? note[-1].pitch + shift : -1,
                                 .after = i + 1 < end ? note[1].pitch + shift : -1,
                                 .velocity = phrase_velocity(p, tune, from, end, i) - rank * 10 };

        if (at.pitch > 127 || at.len_ticks < 1)
            continue;
        if (i > from && invites_bend(note) && random_chance(&p->random, p->sound->scoop * BEND_SHARE))
            scoop(p, note->start_tick);
        ornament_play(p, &at);
        note_shape(p, note, at.len_ticks);
    }
}

void tune_section(struct performer *p, size_t section)
{
    const struct timeline *t = p->all->timeline;
    struct tune tune = { .notes = t->melody.items, .count = t->melody.count };

    tune.shift = tune_shift(t, p->low, p->high);
    for (size_t i = 0, end; i < tune.count; i = end) {
        end = phrase_end(&tune, i);
        if (tune.notes[i].section == section && tune.notes[i].start_tick < p->all->hold_tick)
            phrase_play(p, &tune, i, end);
    }
}

void play_lead(struct performer *p)
{
    const struct performance *all = p->all;

    if (all->timeline->melody.count == 0)
        return;
    performer_control(p, 0, 11, EXPRESSION_PLAIN);
    for (size_t i = 0; i < all->timeline->sections.count; i++) {
        const struct stage_part *holder = tune_holder(all->session, all->stage, i);

        if (all->timeline->sections.items[i].start_tick >= all->hold_tick ||
            !stage_plays(all->session, all->stage, p->part, i))
            continue;
        if (tune_is_sung(all->session, i))
            counter_section(p, i);
        else if (holder == NULL || holder->genre->player == PLAYER_LEAD)
            tune_section(p, i);
    }
}

/* What is written over the final chord, its last note held with the chord, but no repetition that only fills the section;
 * false when there is nothing, or somebody else has it. */
static bool tune_finish(struct performer *p)
{
    const struct timeline *t = p->all->timeline;
    size_t section = t->sections.count - 1;
    const struct stage_part *holder = tune_holder(p->all->session, p->all->stage, section);
    int shift = tune_shift(t, p->low, p->high) + (rank_in_section(p, section) == 0 ? 0 : 12);
    int32_t hold = p->all->hold_tick, last = hold + p->all->hold_len_ticks;
    bool has_notes = false;

    if (holder == NULL || holder->genre->player != PLAYER_LEAD)
        return false;
    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *note = &t->melody.items[i];
        int32_t end = note->end_tick < last && i + 1 < t->melody.count ? note->end_tick : last;

        if (note->start_tick < hold || note->start_tick >= t->sections.items[note->section].tune_end_tick ||
            end <= note->start_tick)
            continue;
        has_notes = true;
        performer_note(p, note->start_tick, end - note->start_tick, note->pitch + shift,
                       performer_velocity(p, 7, note->start_tick));
        if (end - note->start_tick > 960)
            performer_swell(p, note->start_tick, end - note->start_tick, EXPRESSION_PLAIN, EXPRESSION_PLAIN, 0.3, 70);
    }
    return has_notes;
}

/* Ends as the tune does, else on the root near where the tune stopped. */
void finish_lead(struct performer *p)
{
    const struct timeline_chord *last = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)];
    int near = (p->low + p->high) / 2, pitch;
    int32_t latest = -1;

    if (tune_finish(p))
        return;
    for (size_t i = 0; i < p->note_count; i++)
        if (p->notes[i].tick > latest) {
            latest = p->notes[i].tick;
            near = p->notes[i].pitch;
        }
    if (!chord_is_set(&last->chord) || tune_is_sung(p->all->session, last->section))
        return;
    pitch = pitch_near(pitch_class(last->chord.root), near, p->low, p->high);
    performer_note(p, p->all->hold_tick, p->all->hold_len_ticks, pitch, performer_velocity(p, 7, p->all->hold_tick));
    if (p->all->hold_len_ticks > 960)
        performer_swell(p, p->all->hold_tick, p->all->hold_len_ticks, EXPRESSION_PLAIN, EXPRESSION_PLAIN, 0.3, 70);
}
