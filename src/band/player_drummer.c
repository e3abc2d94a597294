/* The drummer: grooves and fills as rhythm_spec has them, a crash where a section opens, the last downbeat at the
 * end. */
#include "band/players.h"

#include <math.h>

enum { KEY_KICK = 36, KEY_HAT = 42, KEY_PEDAL = 44, KEY_OPEN = 46, KEY_CRASH = 49, KEY_CRASH_2 = 57 };

static const struct rhythm_fill *fill_find(const struct bar *bar)
{
    for (size_t i = 0; bar->rhythm != NULL && i < bar->rhythm->fills.count; i++)
        if (bar->rhythm->fills.items[i].bar == bar->within + 1)
            return &bar->rhythm->fills.items[i];
    return NULL;
}

/* Plays the lines' bar `index` at `tick`; only what is struck before `until` (relative to it). Says whether a kick is
 * on the first step. */
static bool lines_play(struct performer *p, const void *list, size_t index, int32_t tick, int32_t len_ticks,
                       int32_t until, bool crash)
{
    const struct string_list *lines = (const struct string_list *)list;
    bool has_kick = false;

    for (size_t i = 0; i < lines->count; i++) {
        const char *text;
        const struct drum_voice *voice = drum_voice_read(lines->items[i], &text);
        struct steps_bar steps;

        if (voice == NULL || steps_read(NOTATION_DRUMS, text, index, len_ticks, &steps) != NULL)
            continue;
        for (size_t e = 0; e < steps.count && steps.events[e].tick < until; e++) {
            const struct step_event *event = &steps.events[e];

            has_kick |= event->tick == 0 && voice->key == KEY_KICK;
            if (crash && event->tick == 0 && voice->rank == 2 && voice->key != KEY_PEDAL)
                continue; /* the hand is on the crash */
            performer_note(p, tick + event->tick, event->len_ticks < 240 ? event->len_ticks : 240, voice->key,
                           performer_velocity(p, event->level, tick));
        }
    }
    return has_kick;
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct rhythm_fill *fill = fill_find(bar);
    bool crash = bar->within == 0 && bar->rhythm != NULL && bar->rhythm->crash == 1;
    int32_t fill_ticks = fill != NULL ? (int32_t)lround(fill->beats * METRE_PPQ) : 0;
    bool has_kick = false;

    if (bar->groove != NULL && bar->groove->notation == NOTATION_DRUMS)
        has_kick = lines_play(p, &bar->groove->lines, (size_t)bar->within, bar->tick, bar->len_ticks,
                              bar->len_ticks - fill_ticks, crash);
    if (fill != NULL)
        lines_play(p, &fill->lines, 0, bar->tick + bar->len_ticks - fill_ticks, fill_ticks, fill_ticks, false);
    if (crash) {
        performer_note(p, bar->tick, 480, KEY_CRASH, performer_velocity(p, 8, bar->tick));
        if (!has_kick)
            performer_note(p, bar->tick, 120, KEY_KICK, performer_velocity(p, 8, bar->tick));
    }
}

void play_drummer(struct performer *p)
{
    performer_each_bar(p, bar_play);
}

void finish_drummer(struct performer *p)
{
    int32_t tick = p->all->hold_tick;

    performer_note(p, tick, 480, KEY_CRASH, performer_velocity(p, 7, tick));
    performer_note(p, tick, 120, KEY_KICK, performer_velocity(p, 7, tick));
}
