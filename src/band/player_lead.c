/*
 * The lead: plays the tune with the shape a soloist gives it. Loudness follows the phrase (an arch of ±8), the metre
 * and the height of the note; long notes swell (CC 11) and tremble late (CC 1); phrases end a little early, to
 * breathe, and now and then begin from below (a scoop), as some long notes do that the tune climbs to. Where the voice
 * sings he only answers it.
 */
#include "band/players.h"

#include <math.h>
#include <string.h>

#include "song/vocal_spec.h"

enum {
    MODULATION = 1, EXPRESSION_PLAIN = 112, LEGATO_GAP = 12, SEMITONE_DOWN = -4096, SCOOP_STEPS = 5, BEND_RISE_MAX = 4
};
#define BEND_SHARE 0.5 /* of the phrases' own scoops */

struct tune {
    int shift;                  /* octaves that bring the tune into the instrument's register, in semitones */
    const struct timeline_note *notes;
    size_t count;
};

/* The octave that keeps most of the tune in the register; the written one when it does as well. */
static int register_shift(const struct performer *p, const struct tune *tune)
{
    static const int shifts[] = { 0, -12, 12, -24, 24 };
    size_t best_outside = SIZE_MAX;
    int best = 0;

    for (size_t s = 0; s < sizeof(shifts) / sizeof(shifts[0]); s++) {
        size_t outside = 0;

        for (size_t i = 0; i < tune->count; i++)
            outside += tune->notes[i].pitch + shifts[s] < p->low || tune->notes[i].pitch + shifts[s] > p->high;
        if (outside < best_outside) {
            best_outside = outside;
            best = shifts[s];
        }
    }
    return best;
}

static bool is_sung(const struct performer *p, size_t section)
{
    const struct vocal_spec *vocal = p->all->session->song->vocal_spec;
    const char *label = p->all->timeline->sections.items[section].label;

    for (size_t i = 0; vocal != NULL && vocal->notes.count > 0 && i < vocal->sections.count; i++)
        if (strcmp(vocal->sections.items[i], label) == 0)
            return true;
    return false;
}

/* How many lead players before this one have the tune in the section: the second doubles an octave higher. */
static int rank_in_section(const struct performer *p, size_t section)
{
    const struct stage *stage = p->all->stage;
    int rank = 0;

    for (const struct stage_part *other = stage->parts.items; other < p->part; other++)
        rank += other->genre->player == PLAYER_LEAD && other->role != ROLE_VOICE &&
                stage_plays(p->all->session, stage, other, section);
    return rank;
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

static void phrase_play(struct performer *p, const struct tune *tune, size_t from, size_t end)
{
    const struct timeline *t = p->all->timeline;
    int rank = rank_in_section(p, tune->notes[from].section);
    int octave = rank == 0 ? 0 : 12;

    if (rank > 1)
        return;
    if (from > 0 && random_chance(&p->random, p->sound->scoop))
        scoop(p, tune->notes[from].start_tick);
    for (size_t i = from; i < end; i++) {
        const struct timeline_note *note = &tune->notes[i];
        double place = end - from > 1 ? (double)(i - from) / (double)(end - from - 1) : 0.5;
        double arch = 8 * (1 - fabs(place - 0.6) * 2.2),
               weight = metre_weight(t->metre, note->start_tick % t->bar_ticks);
        int32_t len = note->end_tick - note->start_tick;
        int pitch = note->pitch + tune->shift + octave;

        if (i + 1 == end)
            len -= len > 480 ? 60 : len / 8;
        else if (note->end_tick >= note[1].start_tick)
            len = (int32_t)(len * p->sound->gate) - (p->sound->gate > 0.9 ? 0 : LEGATO_GAP);
        if (note->start_tick + len > p->all->hold_tick)
            len = p->all->hold_tick - note->start_tick;
        if (pitch > 127 || len < 1)
            continue;
        if (i > from && invites_bend(note) && random_chance(&p->random, p->sound->scoop * BEND_SHARE))
            scoop(p, note->start_tick);
        performer_note(p, note->start_tick, len, pitch,
                       performer_velocity(p, 7, note->start_tick) + arch + (weight - 0.4) * 8 +
                           (note->pitch - tune->notes[from].pitch) * 0.4 - rank * 10);
        note_shape(p, note, len);
    }
}

static bool tune_read(struct performer *p, struct tune *tune)
{
    const struct timeline *t = p->all->timeline;

    *tune = (struct tune){ .notes = t->melody.items, .count = t->melody.count };
    tune->shift = register_shift(p, tune);
    return tune->count > 0;
}

void play_lead(struct performer *p)
{
    struct tune tune;

    if (!tune_read(p, &tune))
        return;
    performer_control(p, 0, 11, EXPRESSION_PLAIN);
    for (size_t i = 0, end; i < tune.count; i = end) {
        end = phrase_end(&tune, i);
        if (tune.notes[i].start_tick < p->all->hold_tick && !is_sung(p, tune.notes[i].section) &&
            stage_plays(p->all->session, p->all->stage, p->part, tune.notes[i].section))
            phrase_play(p, &tune, i, end);
    }
    for (size_t s = 0; s < p->all->timeline->sections.count; s++)
        if (is_sung(p, s) && p->all->timeline->sections.items[s].start_tick < p->all->hold_tick &&
            stage_plays(p->all->session, p->all->stage, p->part, s))
            counter_section(p, s);
}

/* Ends on the root (or the third, when that is nearer to where the tune stopped). */
void finish_lead(struct performer *p)
{
    const struct timeline_chord *last = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)];
    int near = (p->low + p->high) / 2, pitch;
    int32_t latest = -1;

    for (size_t i = 0; i < p->note_count; i++)
        if (p->notes[i].tick > latest) {
            latest = p->notes[i].tick;
            near = p->notes[i].pitch;
        }
    if (!chord_is_set(&last->chord) || is_sung(p, last->section))
        return;
    pitch = pitch_near(pitch_class(last->chord.root), near, p->low, p->high);
    performer_note(p, p->all->hold_tick, p->all->hold_len_ticks, pitch, performer_velocity(p, 7, p->all->hold_tick));
    if (p->all->hold_len_ticks > 960)
        performer_swell(p, p->all->hold_tick, p->all->hold_len_ticks, EXPRESSION_PLAIN, EXPRESSION_PLAIN, 0.3, 70);
}
