/* The drummers: the kit, and percussionists beside it, each with grooves and fills of his own as rhythm_spec has them.
 * The kit crashes where a section opens and plays the last downbeat; a percussionist ends on his own beat one. */
#include "band/players.h"

#include <math.h>
#include <string.h>

#include "song/general_midi.h"

enum { KEY_KICK = 36, KEY_PEDAL = 44, KEY_CRASH = 49, KEY_RIDE = 51, RING_TICKS = 240, CRASH_TICKS = 480 };
#define QUIET 0.5 /* endings below this energy have no crash */

static bool is_kit(const struct performer *p)
{
    return p->part->role == ROLE_DRUMS;
}

static void strike(struct performer *p, int32_t tick, int32_t len_ticks, uint8_t key, int level)
{
    performer_note(p, tick, len_ticks, gm_kit_key(part_sound_program(p->sound, 0), key),
                   performer_velocity(p, level, tick));
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
            strike(p, tick + event->tick, event->len_ticks < RING_TICKS ? event->len_ticks : RING_TICKS, voice->key,
                   event->level);
        }
    }
    return has_kick;
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct rhythm_fill *fill =
        bar->rhythm != NULL ? rhythm_fill_find(bar->rhythm, p->part->id, bar->within + 1) : NULL;
    bool crash = is_kit(p) && bar->within == 0 && bar->rhythm != NULL && bar->rhythm->crash == 1;
    int32_t fill_ticks = fill != NULL ? (int32_t)lround(fill->beats * METRE_PPQ) : 0;
    bool has_kick = false;

    if (bar->groove != NULL && bar->groove->notation == NOTATION_DRUMS)
        has_kick = lines_play(p, &bar->groove->lines, (size_t)bar->within, bar->tick, bar->len_ticks,
                              bar->len_ticks - fill_ticks, crash);
    if (fill != NULL)
        lines_play(p, &fill->lines, 0, bar->tick + bar->len_ticks - fill_ticks, fill_ticks, fill_ticks, false);
    if (crash) {
        strike(p, bar->tick, CRASH_TICKS, KEY_CRASH, 8);
        if (!has_kick)
            strike(p, bar->tick, RING_TICKS / 2, KEY_KICK, 8);
    }
}

void play_drummer(struct performer *p)
{
    performer_each_bar(p, bar_play);
}

/* What the part plays on beat one of its last groove, no timekeeping but a ride. */
static void beat_one_play(struct performer *p, int32_t tick)
{
    const struct timeline *t = p->all->timeline;
    const struct timeline_section *last = &t->sections.items[t->sections.count - 1];
    const struct rhythm_section *rhythm = rhythm_section_find(p->all->rhythm, last->label, last->type);
    const struct rhythm_part *groove = rhythm != NULL ? rhythm_part_find(rhythm, p->part->id) : NULL;
    bool is_struck = false;

    for (size_t i = 0; groove != NULL && i < groove->lines.count; i++) {
        const char *text;
        const struct drum_voice *voice = drum_voice_read(groove->lines.items[i], &text);
        struct steps_bar steps;

        if (voice == NULL || (voice->rank == 2 && voice->key != KEY_RIDE) ||
            steps_read(NOTATION_DRUMS, text, 0, t->bar_ticks, &steps) != NULL || steps.count == 0 ||
            steps.events[0].tick > 0)
            continue;
        strike(p, tick, CRASH_TICKS, voice->key, steps.events[0].level < 6 ? steps.events[0].level : 6);
        is_struck = true;
    }
    if (!is_struck && is_kit(p))
        strike(p, tick, RING_TICKS / 2, KEY_KICK, 5);
}

void finish_drummer(struct performer *p)
{
    int32_t tick = p->all->hold_tick;
    bool is_loud = p->all->session->genre->players.groove.crashes == 1 && performer_energy(p, tick) >= QUIET;

    if (!is_kit(p) || !is_loud) {
        beat_one_play(p, tick);
        return;
    }
    strike(p, tick, CRASH_TICKS, KEY_CRASH, 7);
    strike(p, tick, RING_TICKS / 2, KEY_KICK, 7);
}
