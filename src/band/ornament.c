#include "band/ornament.h"

#include <stdlib.h>

enum { GRACE_MS = 55, QUICK_MS = 85, TURN_NOTES = 4, TRILL_NOTES_MAX = 12, QUARTER_TONE = 2048, BEND_STEPS = 4 };
#define TRILLS_FROM 0.3    /* styles that trill */
/* Of the notes that invite one: little when a section is new, more when it comes back. */
#define SHARE_NEW 0.12
#define SHARE_AGAIN 0.35

static int32_t ticks_of(const struct performer *p, int ms)
{
    return (int32_t)(p->all->timeline->bpm * METRE_PPQ * ms / 60000);
}

static int neighbour(const struct performer *p, const struct tune_place *at, int steps)
{
    return scale_step(key_scale(timeline_key_at(p->all->timeline, at->tick)), at->pitch, steps);
}

/* A short note from the side that the line comes from. */
static void grace_play(struct performer *p, const struct tune_place *at)
{
    int32_t len = ticks_of(p, GRACE_MS);
    int from = neighbour(p, at, at->before > at->pitch || at->before < 0 ? 1 : -1);

    performer_note(p, at->tick, len, from, at->velocity - 10);
    performer_note(p, at->tick + len, at->len_ticks - len, at->pitch, at->velocity);
}

static void mordent_play(struct performer *p, const struct tune_place *at)
{
    int32_t len = ticks_of(p, QUICK_MS);

    performer_note(p, at->tick, len, at->pitch, at->velocity);
    performer_note(p, at->tick + len, len, neighbour(p, at, 1), at->velocity - 6);
    performer_note(p, at->tick + 2 * len, at->len_ticks - 2 * len, at->pitch, at->velocity - 3);
}

/* Above, the note, below, the note: in the last part of it, on the way to the next. */
static void turn_play(struct performer *p, const struct tune_place *at)
{
    static const int steps[TURN_NOTES] = { 1, 0, -1, 0 };
    int32_t len = METRE_PPQ / 4, start = at->tick + at->len_ticks - TURN_NOTES * len;

    performer_note(p, at->tick, start - at->tick, at->pitch, at->velocity);
    for (int i = 0; i < TURN_NOTES; i++)
        performer_note(p, start + i * len, len, steps[i] == 0 ? at->pitch : neighbour(p, at, steps[i]),
                       at->velocity - 8 + i);
}

/* From above, and an even number of notes, so that it ends on the written one. */
static void trill_play(struct performer *p, const struct tune_place *at)
{
    int32_t len = ticks_of(p, QUICK_MS);
    int count = (int)(at->len_ticks / len) / 2 * 2;

    count = count > TRILL_NOTES_MAX ? TRILL_NOTES_MAX : count;
    for (int i = 0; i < count; i++)
        performer_note(p, at->tick + i * len, i + 1 < count ? len : at->len_ticks - i * len,
                       i % 2 == 0 ? neighbour(p, at, 1) : at->pitch, at->velocity - 4);
}

/* The flat third over a chord with a major one, the flat fifth: neither is in tune, they lean upwards. */
static bool is_blue(const struct performer *p, const struct tune_place *at)
{
    const struct timeline *t = p->all->timeline;
    const struct chord *chord = &t->chords.items[performer_chord(p, at->tick)].chord;
    int above = pitch_class_up(pitch_class(timeline_key_at(t, at->tick).root), pitch_class_of(at->pitch));

    return (above == 3 || above == 6) && chord_is_set(chord) && !chord_has(chord, at->pitch);
}

static void curl(struct performer *p, const struct tune_place *at)
{
    for (int i = 1; i <= BEND_STEPS; i++)
        performer_bend(p, at->tick + at->len_ticks * i / (2 * BEND_STEPS), QUARTER_TONE * i / BEND_STEPS);
    performer_bend(p, at->tick + at->len_ticks, 0);
}

/* Which of them the note invites. */
static void (*invited(const struct performer *p, const struct tune_place *at))(struct performer *, const struct tune_place *)
{
    const struct genre_melody *m = &p->all->session->genre->melody;
    int32_t quick = ticks_of(p, QUICK_MS);

    if (m->ornament >= TRILLS_FROM && at->ends_next && at->len_ticks >= METRE_PPQ && at->len_ticks >= 4 * quick &&
        at->after >= 0 && abs(at->after - at->pitch) <= 2)
        return trill_play;
    if (m->ornament >= TRILLS_FROM && at->len_ticks >= METRE_PPQ * 3 / 2 && at->after >= 0 && abs(at->after - at->pitch) <= 4 &&
        p->all->timeline->bpm < 140)
        return turn_play;
    if (at->len_ticks >= METRE_PPQ && at->len_ticks >= 6 * quick && at->before == at->pitch)
        return mordent_play;
    if (at->len_ticks >= METRE_PPQ / 2 && at->tick % (METRE_PPQ / 2) == 0 && at->before != at->pitch)
        return grace_play;
    return NULL;
}

void ornament_play(struct performer *p, const struct tune_place *at)
{
    const struct genre_melody *m = &p->all->session->genre->melody;
    void (*play)(struct performer *, const struct tune_place *) = invited(p, at);
    double share = timeline_section_at(p->all->timeline, at->tick)->occurrence > 0 ? SHARE_AGAIN : SHARE_NEW;
    bool has_blue = m->blue > 0 && p->sound->scoop > 0 && at->len_ticks >= METRE_PPQ / 2 && is_blue(p, at);

    if (has_blue && random_chance(&p->random, 0.5 + 0.5 * m->blue))
        curl(p, at);
    else if (play != NULL && m->ornament > 0 && random_chance(&p->random, m->ornament * share)) {
        play(p, at);
        return;
    }
    performer_note(p, at->tick, at->len_ticks, at->pitch, at->velocity);
}
