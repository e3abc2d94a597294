#include "band/kicks.h"

#include <math.h>
#include <string.h>

enum { EXPRESSION = 11, REST = 116, DIP = 84, GHOST_LEVEL = 3 };

/* Adds the kicks of one list of lines that are struck before `until`; both are relative to `from`. */
static size_t lines_add(const struct string_list *lines, size_t index, int32_t from, int32_t len_ticks, int32_t until,
                        struct kick *out, size_t count)
{
    for (size_t i = 0; i < lines->count; i++) {
        const char *text;
        const struct drum_voice *voice = drum_voice_read(lines->items[i], &text);
        struct steps_bar steps;

        if (voice == NULL || strcmp(voice->name, "kick") != 0 ||
            steps_read(NOTATION_DRUMS, text, index, len_ticks, &steps) != NULL)
            continue;
        for (size_t e = 0; e < steps.count && count < KICKS_MAX && steps.events[e].tick < until; e++)
            if (steps.events[e].level > GHOST_LEVEL)
                out[count++] = (struct kick){ from + steps.events[e].tick, steps.events[e].level };
    }
    return count;
}

/* Sorted by time; of two at once the louder one stays. */
static size_t kicks_merge(struct kick *kicks, size_t count)
{
    size_t kept = 0;

    for (size_t i = 1; i < count; i++)
        for (size_t j = i; j > 0 && kicks[j - 1].tick > kicks[j].tick; j--) {
            struct kick moved = kicks[j];

            kicks[j] = kicks[j - 1];
            kicks[j - 1] = moved;
        }
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && kicks[kept - 1].tick == kicks[i].tick) {
            if (kicks[kept - 1].level < kicks[i].level)
                kicks[kept - 1].level = kicks[i].level;
            continue;
        }
        kicks[kept++] = kicks[i];
    }
    return kept;
}

/* Whether the drummer whose lines these are comes into the section only after this bar. */
static bool waits(const struct bar *bar, const char *drummer)
{
    for (size_t i = 0; bar->arranged != NULL && i < bar->stage->parts.count; i++) {
        const struct stage_part *part = &bar->stage->parts.items[i];

        if (part->instrument != NULL && strcmp(part->id, drummer) == 0)
            return bar->within + 1 < arranged_section_entry(bar->arranged, part->instrument->name);
    }
    return false;
}

size_t kicks_read(const struct bar *bar, struct kick out[KICKS_MAX])
{
    size_t count = 0;

    for (size_t i = 0; bar->rhythm != NULL && i < bar->rhythm->parts.count; i++) {
        const struct rhythm_part *part = &bar->rhythm->parts.items[i];
        const struct rhythm_fill *fill;
        int32_t fill_ticks;

        if (part->notation != NOTATION_DRUMS || waits(bar, part->part))
            continue;
        fill = rhythm_fill_find(bar->rhythm, part->part, bar->within + 1);
        fill_ticks = fill != NULL ? (int32_t)lround(fill->beats * METRE_PPQ) : 0;
        count = lines_add((const struct string_list *)(const void *)&part->lines, (size_t)bar->within, 0,
                          bar->len_ticks, bar->len_ticks - fill_ticks, out, count);
        if (fill != NULL)
            count = lines_add((const struct string_list *)(const void *)&fill->lines, 0, bar->len_ticks - fill_ticks,
                              fill_ticks, fill_ticks, out, count);
    }
    return kicks_merge(out, count);
}

/* How the level comes back: ticks after the kick, and how much of the dip is left. */
static const struct {
    int32_t tick;
    double left;
} recovery[] = { { 0, 1 }, { 80, 0.85 }, { 160, 0.55 }, { 240, 0.3 }, { 330, 0.1 }, { 420, 0 } };

bool kicks_duck(struct performer *p, const struct bar *bar, double depth)
{
    struct kick kicks[KICKS_MAX];
    size_t count = kicks_read(bar, kicks);

    if (count == 0) {
        performer_control(p, bar->tick, EXPRESSION, REST);
        return false;
    }
    for (size_t k = 0; k < count; k++) {
        int32_t until = k + 1 < count ? kicks[k + 1].tick : bar->len_ticks;

        for (size_t i = 0; i < sizeof(recovery) / sizeof(recovery[0]); i++)
            if (kicks[k].tick + recovery[i].tick < until)
                performer_control(p, bar->tick + kicks[k].tick + recovery[i].tick, EXPRESSION,
                                  (int)lround(REST - DIP * depth * recovery[i].left));
    }
    return true;
}
