#include "theory/metre.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/error.h"

/* clang-format off */
const struct metre_info metre_infos[METRE_COUNT] = {
    /* metre     text    beats               groups       compound */
    { { 4, 4 },  "4/4",  { 1, 1, 1, 1 },    { 2, 2 },    false },
    { { 3, 4 },  "3/4",  { 1, 1, 1 },       { 3 },       false },
    { { 2, 4 },  "2/4",  { 1, 1 },          { 2 },       false },
    { { 6, 8 },  "6/8",  { 3, 3 },          { 6 },       true },
    { { 12, 8 }, "12/8", { 3, 3, 3, 3 },    { 6, 6 },    true },
    { { 9, 8 },  "9/8",  { 3, 3, 3 },       { 9 },       true },
    { { 5, 4 },  "5/4",  { 1, 1, 1, 1, 1 }, { 3, 2 },    false },
    { { 7, 8 },  "7/8",  { 2, 2, 3 },       { 2, 2, 3 }, false },
    { { 2, 2 },  "2/2",  { 1, 1 },          { 2 },       false },
};
/* clang-format on */

bool metre_is_set(struct metre m)
{
    return m.denominator != 0;
}

bool metre_is_equal(struct metre a, struct metre b)
{
    return a.numerator == b.numerator && a.denominator == b.denominator;
}

const struct metre_info *metre_find(struct metre m)
{
    for (size_t i = 0; i < METRE_COUNT; i++)
        if (metre_is_equal(metre_infos[i].metre, m))
            return &metre_infos[i];
    return NULL;
}

bool metre_parse(const char *text, struct metre *out)
{
    for (size_t i = 0; i < METRE_COUNT; i++)
        if (strcmp(metre_infos[i].text, text) == 0) {
            *out = metre_infos[i].metre;
            return true;
        }
    return false;
}

void metre_print(struct metre m, char *out, size_t out_size)
{
    if (!metre_is_set(m))
        snprintf(out, out_size, "%s", "");
    else
        snprintf(out, out_size, "%d/%d", m.numerator, m.denominator);
}

int metre_unit_ticks(struct metre m)
{
    ASSERT(metre_is_set(m));
    return 4 * METRE_PPQ / m.denominator;
}

int metre_bar_ticks(struct metre m)
{
    return m.numerator * metre_unit_ticks(m);
}

static const struct metre_info *info_of(struct metre m)
{
    const struct metre_info *info = metre_find(m);

    ASSERT(info != NULL);
    return info;
}

int metre_pulse_ticks(struct metre m)
{
    return metre_unit_ticks(m) * (info_of(m)->is_compound ? 3 : 1);
}

int metre_beats(struct metre m)
{
    const struct metre_info *info = info_of(m);
    int count = 0;

    while (count < METRE_BEATS_MAX && info->beats[count] != 0)
        count++;
    return count;
}

int metre_beat_tick(struct metre m, int index)
{
    const struct metre_info *info = info_of(m);
    int units = 0;

    ASSERT(index >= 0 && index <= metre_beats(m));
    for (int i = 0; i < index; i++)
        units += info->beats[i];
    return units * metre_unit_ticks(m);
}

/* Whether `tick` is a place where one of `parts` begins. */
static bool is_start(const uint8_t parts[METRE_BEATS_MAX], int unit_ticks, int tick)
{
    int at = 0;

    for (size_t i = 0; i < METRE_BEATS_MAX && parts[i] != 0; i++) {
        if (tick == at)
            return true;
        at += parts[i] * unit_ticks;
    }
    return false;
}

double metre_weight(struct metre m, int tick)
{
    const struct metre_info *info = info_of(m);
    int bar = metre_bar_ticks(m), unit = metre_unit_ticks(m);
    int division = info->beats[0] > 1 ? unit : unit / 2;

    tick = (tick % bar + bar) % bar;
    if (tick == 0)
        return 1;
    if (is_start(info->groups, unit, tick))
        return 0.75;
    if (is_start(info->beats, unit, tick))
        return 0.5;
    if (tick % division == 0)
        return 0.25;
    return tick % (division / 2) == 0 ? 0.125 : 0.05;
}

int metre_swing(int tick, int grid_ticks, double percent)
{
    int pair = 2 * grid_ticks;
    int place = (tick % pair + pair) % pair;
    double share = fmin(fmax(percent, 50), 75) / 100;
    double moved;

    ASSERT(grid_ticks > 0);
    if (place <= grid_ticks)
        moved = place * 2 * share;
    else
        moved = pair * share + (place - grid_ticks) * 2 * (1 - share);
    return tick - place + (int)lround(moved);
}

static bool codec_parse(const char *text, void *out)
{
    return metre_parse(text, out);
}

static void codec_print(const void *in, char *out, size_t out_size)
{
    metre_print(*(const struct metre *)in, out, out_size);
}

const struct codec metre_codec = {
    .expected = "one of 4/4, 3/4, 2/4, 6/8, 12/8, 9/8, 5/4, 7/8, 2/2",
    .pattern = "^(4/4|3/4|2/4|6/8|12/8|9/8|5/4|7/8|2/2)$",
    .size = sizeof(struct metre),
    .parse = codec_parse,
    .print = codec_print,
};
