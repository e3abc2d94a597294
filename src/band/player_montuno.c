/*
 * The salsa pianist: figures of the chord in octaves, both hands together, pushed over the bar line. The ladder's
 * digits are the led chord's voices from below; 8 is the two middle voices at once, 9 the whole chord. What is struck
 * in the last eighth before a chord belongs to that chord already.
 */
#include "band/players.h"

enum { PUSH_TICKS = METRE_PPQ / 2 };

static void octave_strike(struct performer *p, int pitch, int32_t tick, int32_t len_ticks, double velocity)
{
    performer_note(p, tick, len_ticks, pitch, velocity - 3);
    performer_note(p, tick, len_ticks, pitch + 12, velocity);
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct timeline *t = p->all->timeline;
    const struct voicing *voicings = p->state;

    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        int32_t tick = bar->tick + event->tick, len = event->len_ticks;
        size_t chord = performer_chord(p, tick);
        bool pushes = t->chords.items[chord].end_tick - tick <= PUSH_TICKS && chord + 1 < t->chords.count;
        const struct voicing *v = &voicings[pushes ? chord + 1 : chord];
        double velocity = performer_velocity(p, event->tick % METRE_PPQ == 0 ? 6 : 7, tick) + (pushes ? 4 : 0);
        int first = event->value - 1, last = event->value - 1;

        if (v->count == 0)
            continue;
        if (i + 1 == bar->steps.count && event->tick + len == bar->len_ticks)
            len += bar->carried_ticks;
        if (event->value >= 8) {
            first = event->value == 9 || v->count < 4 ? 0 : 1;
            last = event->value == 9 || v->count < 4 ? v->count - 1 : 2;
        }
        for (int n = first; n <= last; n++)
            octave_strike(p, v->notes[n < v->count ? n : v->count - 1], tick, len, velocity);
    }
}

void play_montuno(struct performer *p)
{
    int high = p->high;

    if (high - 12 - p->low >= 12)
        p->high -= 12; /* room for the octave */
    p->state = performer_voicings(p, VOICING_BIT(VOICING_CLOSE), p->part->genre->voices);
    p->high = high;
    performer_each_bar(p, bar_play);
}
