/*
 * One pair of hands that plays bass and chord: fingerpicked and boom-chick guitars, the left hand of a pianist or an
 * accordionist. The ladder's digits are places of the hand:
 *
 *   1  the bass, of a slash chord the written one     5 6 7  the led chord's voices from below
 *   2  the other bass: the fifth, under a slash chord the root     8  the whole led chord
 *   3 4  the chord's tones next above the bass        9  bass and chord
 *
 * The bass keeps to the lowest octave of the register, the chord lies above it. With a gate of 1 single notes ring for
 * a beat, as strings do; pianos take the pedal with each chord.
 */
#include "band/players.h"

#include "song/general_midi.h"

enum { BASS_SPAN = 12, SUSTAIN = 64, PEDAL_TICKS = 60, STRUM_MS = 7 };
#define LETS_RING 0.97

struct hand {
    const struct voicing *voicings;
    int bass;                   /* where the bass was last */
    size_t pedalled;            /* the chord that has the pedal, plus one */
    bool strums, pedals;
};

static int other_bass(const struct performer *p, const struct chord *c, int bass)
{
    int fifth = chord_degree_semitones(c, 5), pitch_below, root = pitch_class(c->root);
    int other = pitch_class_of(bass) == pitch_class_of(root) ? (fifth > 0 ? root + fifth : root) : root;

    pitch_below = pitch_near(pitch_class_of(other), bass - 6, bass - 11, bass);
    return pitch_below >= p->low ? pitch_below : pitch_below + 12;
}

static int tone_above(const struct chord *c, int bass, int which)
{
    int pitch = bass;

    for (int i = 0; i < which; i++)
        do
            pitch++;
        while (!chord_has(c, pitch) || pitch - bass < 2);
    return pitch;
}

static void pedal_take(struct performer *p, struct hand *hand, size_t chord)
{
    const struct timeline_chord *c = &p->all->timeline->chords.items[chord];

    if (!hand->pedals || hand->pedalled == chord + 1)
        return;
    hand->pedalled = chord + 1;
    performer_control(p, c->start_tick, SUSTAIN, 0);
    performer_control(p, c->start_tick + PEDAL_TICKS, SUSTAIN, 127);
    if (c->end_tick < p->all->hold_tick)
        performer_control(p, c->end_tick - 1, SUSTAIN, 0);
}

static void chord_strike(struct performer *p, const struct hand *hand, const struct voicing *v, int32_t tick,
                         int32_t len_ticks, double velocity, double start_ms)
{
    for (int i = 0; i < v->count; i++)
        performer_note_shifted(p, tick, len_ticks, v->notes[i], velocity + (i + 1 == v->count ? 2 : -2),
                               hand->strums ? start_ms + i * STRUM_MS : 0);
}

static void event_play(struct performer *p, struct hand *hand, int32_t tick, const struct step_event *event)
{
    const struct timeline *t = p->all->timeline;
    size_t index = performer_chord(p, tick);
    const struct timeline_chord *now = &t->chords.items[index];
    const struct voicing *v = &hand->voicings[index];
    double velocity = performer_velocity(p, 6, tick) + 10 * metre_weight(t->metre, event->tick);
    int32_t len = event->len_ticks;
    int place = event->value;

    if (!chord_is_set(&now->chord) || v->count == 0)
        return;
    if (p->sound->gate > LETS_RING && place < 8 && len < METRE_PPQ)
        len = METRE_PPQ;
    if (tick + len > now->end_tick)
        len = now->end_tick - tick;
    hand->bass = pitch_near(chord_bass_class(&now->chord), hand->bass, p->low, p->low + BASS_SPAN);
    pedal_take(p, hand, index);
    if (place == 1 || place == 9)
        performer_note(p, tick, len, hand->bass, velocity + 4);
    if (place == 2)
        performer_note(p, tick, len, other_bass(p, &now->chord, hand->bass), velocity + 1);
    if (place == 3 || place == 4)
        performer_note(p, tick, len, tone_above(&now->chord, hand->bass, place - 2), velocity - 4);
    if (place >= 5 && place <= 7)
        performer_note(p, tick, len, v->notes[place - 5 < v->count ? place - 5 : v->count - 1], velocity - 2);
    if (place >= 8)
        chord_strike(p, hand, v, tick, len, velocity - 4, place == 9 ? STRUM_MS : 0);
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    for (size_t i = 0; i < bar->steps.count; i++)
        event_play(p, p->state, bar->tick + bar->steps.events[i].tick, &bar->steps.events[i]);
}

/* The chord's voices lie above the octave of the bass. */
static struct voicing *voicings_above(struct performer *p)
{
    int low = p->low;

    if (p->high - low >= BASS_SPAN + 12)
        p->low += BASS_SPAN;
    performer_voicings(p, VOICING_BIT(VOICING_CLOSE) | VOICING_BIT(VOICING_DROP_2) | VOICING_BIT(VOICING_OPEN),
                       p->part->genre->voices);
    p->low = low;
    return p->voicings;
}

void play_picker(struct performer *p)
{
    int program = part_sound_program(p->sound, p->part->genre->programs.items[0].program);
    enum gm_family family = gm_family_of((uint8_t)program);
    struct hand hand = { .voicings = voicings_above(p), .bass = p->low + 5, .strums = family == GM_GUITAR,
                         .pedals = family == GM_PIANO };

    p->state = &hand;
    performer_each_bar(p, bar_play);
}

void finish_picker(struct performer *p)
{
    const struct voicing *voicings = voicings_above(p);
    size_t index = performer_chord(p, p->all->hold_tick);
    const struct chord *c = &p->all->timeline->chords.items[index].chord;
    const struct voicing *v = &voicings[index];
    double velocity = performer_velocity(p, 5, p->all->hold_tick);

    if (!chord_is_set(c))
        return;
    performer_note(p, p->all->hold_tick, p->all->hold_len_ticks,
                   pitch_near(chord_bass_class(c), p->low + 5, p->low, p->low + BASS_SPAN), velocity);
    for (int i = 0; i < v->count; i++)
        performer_note_shifted(p, p->all->hold_tick, p->all->hold_len_ticks, v->notes[i], velocity - 3,
                               (i + 1) * 20.0);
}
