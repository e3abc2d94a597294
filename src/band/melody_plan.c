#include "band/melody_plan.h"

#include <string.h>

enum { UNIT_BARS = 2, PERIOD_UNITS = 4 };

static const struct tune_character characters[] = {
    /* type          density low high  hook   vary */
    { "verse",        1.0,   0,  -5,  false, 0.25 },
    { "pre-chorus",   1.05,  1,  -3,  false, 0.2 },
    { "build",        1.05,  1,  -3,  false, 0.2 },
    { "chorus",       0.9,   4,   0,  true,  0.15 },
    { "drop",         0.9,   4,   0,  true,  0.15 },
    { "bridge",       0.85,  2,  -2,  false, 0.25 },
    { "breakdown",    0.6,   0,  -4,  false, 0.25 },
    { "head",         1.0,   1,  -2,  true,  0.2 },
    { "theme",        1.0,   0,  -4,  true,  0.25 },
    { "answer",       0.95,  3,   0,  false, 0.25 },
    { "solo",         1.35,  0,   2,  false, 0.75 },
    { "solo-bridge",  1.35,  0,   2,  false, 0.75 },
    { "post-chorus",  0.9,   3,   0,  true,  0.15 },
    { "vamp",         0.8,   4,   0,  true,  0.3 },
    { "shout",        1.35,  0,   2,  false, 0.75 },
    { "tag",          0.8,   1,  -3,  false, 0.2 },
    { "outro",        0.65,  0,  -4,  false, 0.2 },
};

const struct tune_character *tune_character(const char *type)
{
    for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
        if (strcmp(characters[i].type, type) == 0)
            return &characters[i];
    return &characters[0];
}

/* Eight bars as four units: periods, sentences and forms of hooks. */
static const struct period {
    enum unit_kind units[PERIOD_UNITS];
    double weight, hook_weight;
} periods[] = {
    { { UNIT_MOTIF, UNIT_CONTRAST, UNIT_MOTIF, UNIT_CLOSE }, 3, 3 },
    { { UNIT_MOTIF, UNIT_VARIED, UNIT_FRAGMENTS, UNIT_CLOSE }, 3, 1 },
    { { UNIT_MOTIF, UNIT_VARIED, UNIT_MOTIF, UNIT_CLOSE }, 2, 3 },
    { { UNIT_MOTIF, UNIT_MOTIF, UNIT_CONTRAST, UNIT_CLOSE }, 1, 2 },
    { { UNIT_MOTIF, UNIT_CONTRAST, UNIT_VARIED, UNIT_CLOSE }, 2, 1 },
};
enum { PERIODS = sizeof(periods) / sizeof(periods[0]) };

void melody_plan(int bars, bool is_hook, struct random *random, struct plan_bar *out)
{
    double weights[PERIODS];
    size_t period = 0;

    for (size_t i = 0; i < PERIODS; i++)
        weights[i] = is_hook ? periods[i].hook_weight : periods[i].weight;
    for (int bar = 0; bar < bars; bar++) {
        int unit = bar / UNIT_BARS, place = unit % PERIOD_UNITS, left = bars - unit * UNIT_BARS;
        struct plan_bar *b = &out[bar];

        if (bar % (UNIT_BARS * PERIOD_UNITS) == 0 && (bar == 0 || random_chance(random, 0.4)))
            period = random_weighted(random, weights, PERIODS);
        *b = (struct plan_bar){ .unit = periods[period].units[place], .within = bar % UNIT_BARS, .unit_index = unit };
        if (left < UNIT_BARS)
            b->unit = UNIT_SILENT;
        else if (left < 2 * UNIT_BARS)
            b->unit = UNIT_CLOSE;
        b->ends_phrase = b->within == 1 && (place % 2 == 1 || left < 2 * UNIT_BARS);
        b->ends_section = b->within == 1 && left < 2 * UNIT_BARS;
    }
    if (bars == 1) {
        out[0].unit = UNIT_CLOSE;
        out[0].within = 1;
        out[0].ends_phrase = out[0].ends_section = true;
    }
}
