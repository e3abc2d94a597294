#include "band/mix_moves.h"

#include <math.h>
#include <string.h>

#include "song/score.h"

static const char agent[] = "mix-engineer";

/* What a section's energy means in loudness against the strongest one: so much for each unit of energy, so that a verse and
 * its chorus are 3 to 5 LU apart before mastering. */
#define CONTRAST_LU 12.0
#define QUIETEST_LU (-7.0)
/* The share of what the players do that strips, buses and master leave: their compressors see the loud sections more. */
#define CONTRAST_KEPT 0.6
/* A ride helps what the players do, it does not replace it. */
#define RIDE_DOWN_DB 5.0
#define RIDE_UP_DB 1.0
#define RAMP_BARS 0.25

#define CLOSED_HZ 900
#define OPEN_HZ 18000
#define THROW_DB 9.0
#define THROW_TOP_DB (-8.0)
enum { ROWS_MAX = 64 };

/* Power of a part's notes that begin from `from` to `to`, as SoundFont synthesisers weigh velocity: (v/127)^4 each, times
 * their length up to a second and a half. */
static double notes_power(const struct score_part *part, int32_t from, int32_t to)
{
    double weights[128] = { 0 }, sum = 0; /* by velocity; parts have few */

    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];
        double *weight = &weights[n->velocity & 127];

        if (n->start_tick < from || n->start_tick >= to)
            continue;
        if (*weight <= 0)
            *weight = pow(n->velocity / 127.0, 4);
        sum += *weight * fmin(n->len_ticks, 3 * METRE_PPQ);
    }
    return sum;
}

/* Power of all parts in a section, against that of a part of 0 LU while it plays. */
static double section_power(const struct session *s, const struct mix_spec *spec, const double *usual,
                            const struct timeline_section *section)
{
    double sum = 0, ticks = section->end_tick - section->start_tick;

    for (size_t i = 0; i < spec->strips.count; i++) {
        const struct score_part *part = score_part_find(s->song->score, spec->strips.items[i].part);

        if (part != NULL && usual[i] > 0)
            sum += pow(10, spec->strips.items[i].level_lu / 10) *
                   notes_power(part, section->start_tick, section->end_tick) / ticks / usual[i];
    }
    return sum;
}

/* What a part has per tick in the sections in which it plays. */
static double usual_power(const struct session *s, const struct score_part *part)
{
    double sum = 0, ticks = 0;

    for (size_t i = 0; part != NULL && i < s->timeline->sections.count; i++) {
        const struct timeline_section *section = &s->timeline->sections.items[i];
        double power = notes_power(part, section->start_tick, section->end_tick);

        sum += power;
        ticks += power > 0 ? section->end_tick - section->start_tick : 0;
    }
    return ticks > 0 ? sum / ticks : 0;
}

static struct mix_automation *row_add(struct session *s, struct mix_spec *spec, const char *part, enum mix_moving moves)
{
    struct mix_automation *row;

    if (spec->automation.count == ROWS_MAX)
        return NULL;
    row = &spec->automation.items[spec->automation.count++];
    *row = (struct mix_automation){ .part = part, .moves = (int)moves };
    row->points.items = ARENA_ARRAY(s->arena, struct mix_point, s->timeline->sections.count * 4 + 4);
    return row;
}

static void point_add(struct mix_automation *row, double bar, double value)
{
    row->points.items[row->points.count++] = (struct mix_point){ bar, round(value * 10) / 10 };
}

/* From section to section; the change comes in the last quarter of the bar before. */
static void ride(struct session *s, struct mix_spec *spec)
{
    const struct timeline *t = s->timeline;
    double *usual = ARENA_ARRAY(s->arena, double, spec->strips.count + 1);
    double *played = ARENA_ARRAY(s->arena, double, t->sections.count), loudest = 0, top = 0, most = 0;
    struct mix_automation *row;

    for (size_t i = 0; i < spec->strips.count; i++)
        usual[i] = usual_power(s, score_part_find(s->song->score, spec->strips.items[i].part));
    for (size_t i = 0; i < t->sections.count; i++) {
        played[i] = section_power(s, spec, usual, &t->sections.items[i]);
        if (t->sections.items[i].energy > top) {
            top = t->sections.items[i].energy;
            loudest = played[i];
        }
    }
    if (loudest <= 0)
        return;
    row = row_add(s, spec, NULL, MIX_LEVEL_DB);
    for (size_t i = 0; i < t->sections.count; i++) {
        const struct timeline_section *section = &t->sections.items[i];
        double wanted = fmax((section->energy - top) * CONTRAST_LU, QUIETEST_LU);
        double is = CONTRAST_KEPT * 10 * log10(fmax(played[i], 1e-3 * loudest) / loudest);
        double by = fmin(fmax(wanted - is, -RIDE_DOWN_DB), RIDE_UP_DB);

        point_add(row, section->start_bar + 1, by);
        point_add(row, section->start_bar + section->bars + 1 - RAMP_BARS, by);
        most = fmax(most, fabs(by));
    }
    decide(s, agent, 0.7, "faders ride with the sections", "up to %.1f dB, so that energy is heard as loudness", most);
}

static bool is_of(const struct timeline_section *section, const char *type)
{
    return strcmp(section->type, type) == 0;
}

/* Harmony behind a closed filter that opens until the section after. */
static void sweep(struct session *s, struct mix_spec *spec)
{
    const struct timeline *t = s->timeline;
    bool has_build = false;

    for (size_t i = 0; i + 1 < t->sections.count; i++)
        has_build |= is_of(&t->sections.items[i], "build");
    for (size_t p = 0; has_build && p < spec->strips.count; p++) {
        const struct score_part *part = score_part_find(s->song->score, spec->strips.items[p].part);
        struct mix_automation *row;

        if (part == NULL || (part->role != ROLE_PAD && part->role != ROLE_ARP && part->role != ROLE_CHORDS))
            continue;
        row = row_add(s, spec, part->id, MIX_LOWPASS_HZ);
        if (row == NULL)
            return;
        point_add(row, 1, OPEN_HZ);
        for (size_t i = 0; i + 1 < t->sections.count; i++) {
            const struct timeline_section *section = &t->sections.items[i];

            if (!is_of(section, "build"))
                continue;
            point_add(row, section->start_bar + 1 - RAMP_BARS, OPEN_HZ);
            point_add(row, section->start_bar + 1, CLOSED_HZ);
            point_add(row, section->start_bar + section->bars + 1, OPEN_HZ);
        }
    }
    if (has_build)
        decide(s, agent, 0.6, "filters open over the builds", "from %d Hz to %d Hz", CLOSED_HZ, OPEN_HZ);
}

/* The last bar of a section that gives way to a quieter one rings on in echoes. */
static void throw_echoes(struct session *s, struct mix_spec *spec)
{
    const struct timeline *t = s->timeline;

    for (size_t p = 0; p < spec->strips.count; p++) {
        const struct mix_strip *strip = &spec->strips.items[p];
        double up = fmin(strip->delay_send_db + THROW_DB, THROW_TOP_DB);
        struct mix_automation *row = NULL;

        if ((strip->bus != BUS_LEAD && strip->bus != BUS_VOCALS) || strip->delay_send_db <= -60)
            continue;
        for (size_t i = 0; i + 1 < t->sections.count; i++) {
            const struct timeline_section *section = &t->sections.items[i];
            double end = section->start_bar + section->bars + 1;

            if (section[1].energy >= section->energy - 0.1 || section->bars < 4)
                continue;
            if (row == NULL)
                row = row_add(s, spec, strip->part, MIX_DELAY_SEND_DB);
            if (row == NULL)
                return;
            point_add(row, end - 1 - RAMP_BARS, strip->delay_send_db);
            point_add(row, end - 1, up);
            point_add(row, end, up);
            point_add(row, end + RAMP_BARS, strip->delay_send_db);
        }
    }
}

void mix_moves_make(struct session *s, struct mix_spec *spec)
{
    spec->automation.items = ARENA_ARRAY(s->arena, struct mix_automation, ROWS_MAX);
    spec->automation.count = 0;
    ride(s, spec);
    sweep(s, spec);
    throw_echoes(s, spec);
}
