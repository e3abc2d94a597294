/* Keys: two-handed voicings, led by least movement, struck in the groove's rhythm. Ghost strokes take the upper
 * voices only; an anticipation takes the chord that comes next. */
#include "band/players.h"

static void chord_strike(struct performer *p, const struct voicing *v, int32_t tick, int32_t len_ticks, int level)
{
    int first = level <= 3 && v->count > 2 ? v->count - 2 : 0;

    for (int i = first; i < v->count; i++) {
        /* The top voice sings a little, the inner ones stand back. */
        double voice = i == v->count - 1 ? 4 : i == 0 ? 0 : -4;

        performer_note(p, tick, len_ticks, v->notes[i], performer_velocity(p, level, tick) + voice);
    }
}

static void event_play(struct performer *p, int32_t tick, int32_t len_ticks, const struct step_event *event)
{
    const struct voicing *voicings = p->state;
    const struct timeline *t = p->all->timeline;
    size_t chord = performer_stroke_chord(p, tick, event->len_ticks, event->value == 1);
    int32_t end = tick + len_ticks;

    if (end > p->all->hold_tick)
        end = p->all->hold_tick;
    for (int32_t at = tick; at < end; chord++) {
        int32_t until = t->chords.items[chord].end_tick < end ? t->chords.items[chord].end_tick : end;

        if (until - at >= 60 || at == tick)
            chord_strike(p, &voicings[chord], at, until - at, at == tick ? event->level : event->level - 1);
        at = until;
        if (chord + 1 >= t->chords.count)
            break;
    }
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        int32_t len = event->len_ticks;

        if (i + 1 == bar->steps.count && event->tick + len == bar->len_ticks)
            len += bar->carried_ticks;
        event_play(p, bar->tick + event->tick, len, event);
    }
}

void play_comper(struct performer *p)
{
    p->state = performer_voicings(p, VOICING_KEYS, p->part->genre->voices);
    performer_each_bar(p, bar_play);
}

void finish_chord(struct performer *p)
{
    const struct timeline_chord *last = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)];
    const struct voicing *voicings = performer_voicings(p, VOICING_KEYS, p->part->genre->voices);
    const struct voicing *v = &voicings[last - p->all->timeline->chords.items];
    double spread_ms = p->part->genre->player == PLAYER_STRUMMER ? 22 : 6;

    for (int i = 0; i < v->count; i++)
        performer_note_shifted(p, p->all->hold_tick, p->all->hold_len_ticks, v->notes[i],
                               performer_velocity(p, 7, p->all->hold_tick), i * spread_ms);
}
