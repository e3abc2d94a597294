/* Guitar chords: string after string, down on the beats and up between them; an up stroke takes the high strings only
 * and is lighter. */
#include "band/players.h"

static void stroke(struct performer *p, const struct voicing *v, int32_t tick, int32_t len_ticks, int level,
                   bool down)
{
    int first = down || v->count <= 3 ? 0 : 1;
    double gap_ms = (down ? 9 : 7) + 6 * random_unit(&p->random);

    for (int i = first; i < v->count; i++) {
        int order = down ? i - first : v->count - 1 - i;

        performer_note_shifted(p, tick, len_ticks, v->notes[i],
                               performer_velocity(p, level, tick) - (down ? 1.5 : 2.5) * order, order * gap_ms);
    }
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct voicing *voicings = p->state;
    const struct timeline *t = p->all->timeline;
    bool by_sixteenths = false;

    for (size_t i = 0; i < bar->steps.count; i++)
        by_sixteenths |= bar->steps.events[i].tick % 240 == 120;
    for (size_t i = 0; i < bar->steps.count; i++) {
        const struct step_event *event = &bar->steps.events[i];
        int32_t tick = bar->tick + event->tick, len = event->len_ticks;
        size_t chord = performer_stroke_chord(p, tick, len, event->value == 1);
        bool down = event->tick % (by_sixteenths ? 240 : 480) == 0;

        if (i + 1 == bar->steps.count && event->tick + len == bar->len_ticks)
            len += bar->carried_ticks;
        if (event->value != 1 && tick + len > t->chords.items[chord].end_tick)
            len = t->chords.items[chord].end_tick - tick;
        stroke(p, &voicings[chord], tick, len, event->level, down);
    }
}

void play_strummer(struct performer *p)
{
    p->state = performer_voicings(p, VOICING_BIT(VOICING_OPEN) | VOICING_BIT(VOICING_DROP_2) |
                                                 VOICING_BIT(VOICING_CLOSE), p->part->genre->voices);
    performer_each_bar(p, bar_play);
}
