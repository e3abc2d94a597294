/*
 * How drummers end phrases and sections. The arrangement's transition says what is wanted; the drummer's own fills,
 * drawn by energy and length, are what he plays. Machines also do what machines do: a snare roll that doubles its speed
 * on every beat, or the kick left out of the last beats.
 */
#include "band/composer_rhythm.h"

#include <math.h>
#include <string.h>

enum { PHRASE_BARS = 4, PERIOD_BARS = 8, ROLL_BEATS_MAX = 8, THIRTY_SECONDS = 8 };

#define KICK_OUT_CHANCE 0.45   /* of machines, where a fill could be */
#define ROLL_CHANCE 0.4        /* of machines, into what is much stronger */
#define JOIN_CHANCE 0.35       /* of a percussionist, beside the kit's fill before a new section */
#define RISE 0.08
#define BIG_RISE 0.15

struct ending {                /* of a section */
    const struct stage_part *drummer;
    const struct rhythm_part *groove;
    struct random random;
};

/* Rolls and missing kicks are counted in quarters. */
static bool has_quarters(struct metre metre)
{
    return metre.denominator < 8;
}

static bool is_technique(const struct arranged_transition *t, const char *name)
{
    return t != NULL && t->technique != NULL && strcmp(t->technique, name) == 0;
}

/* A fill of at most `beats`, the longest likelier, from the drummer's own; the metre's where he has none that fits. */
static const struct part_fill *fill_draw(const struct writing *w, const struct genre_part *drums, double energy,
                                         double beats, struct random *random)
{
    const struct part_fill *common;
    size_t own = drums->fills.count, all = own + metre_fills_find(w->timeline->metre, &common);
    double *weights = ARENA_ARRAY(w->session->arena, double, all + 1), total = 0;

    for (size_t i = 0; i < all; i++) {
        const struct part_fill *fill = i < own ? &drums->fills.items[i] : &common[i - own];

        if (fill->beats > beats + 0.01 || !metre_fill_fits(w->timeline->metre, fill->beats) ||
            (i >= own && drums->role == ROLE_PERCUSSION))
            continue;
        weights[i] = fill->weight * fill->beats * fill->beats;
        if (energy < fill->energy_low - 1e-9 || energy > fill->energy_high + 1e-9)
            weights[i] *= 1e-6;
        total += weights[i];
    }
    if (total <= 0)
        return NULL;
    all = random_weighted(random, weights, all);
    return all < own ? &drums->fills.items[all] : &common[all - own];
}

static bool has_fill(const struct rhythm_section *out, const char *part, int bar)
{
    for (size_t i = 0; i < out->fills.count; i++)
        if (out->fills.items[i].bar == bar && (part == NULL || strcmp(out->fills.items[i].part, part) == 0))
            return true;
    return false;
}

static void lines_add(struct rhythm_section *out, const struct stage_part *drummer, int bar, double beats,
                      const char **lines, size_t count)
{
    struct rhythm_fill *added = &out->fills.items[out->fills.count++];

    *added = (struct rhythm_fill){ .part = drummer->id, .bar = bar, .beats = beats };
    added->lines.items = lines;
    added->lines.count = count;
}

static void fill_add(struct rhythm_section *out, const struct stage_part *drummer, int bar,
                     const struct part_fill *fill)
{
    if (fill != NULL)
        lines_add(out, drummer, bar, fill->beats, fill->lines.items, fill->lines.count);
}

/* A roll on the snare: quarters, eighths, sixteenths, then thirty-seconds, louder and louder. */
static void roll_add(const struct writing *w, struct rhythm_section *out, const struct ending *end, int bar,
                     double beats)
{
    int count = (int)fmin(fmax(floor(beats), 1), fmin(ROLL_BEATS_MAX, w->timeline->bar_ticks / METRE_PPQ));
    int steps = count * THIRTY_SECONDS;
    const char **lines = ARENA_ARRAY(w->session->arena, const char *, 2);
    char snare[ROLL_BEATS_MAX * THIRTY_SECONDS + 1];

    for (int i = 0; i < steps; i++) {
        int doubling = 4 - count + i / THIRTY_SECONDS, every = THIRTY_SECONDS >> (doubling < 0 ? 0 : doubling);
        int level = 4 + 5 * i / (steps - 1);

        snare[i] = (char)(every <= 1 || i % every == 0 ? '0' + level : '.');
    }
    snare[steps] = '\0';
    lines[0] = arena_printf(w->session->arena, "snare: %s", snare);
    lines[1] = "kick: 8";
    lines_add(out, end->drummer, bar, count, lines, 2);
}

/* The groove goes on without its kick for the bar's last beats; false when nothing would be left. */
static bool kick_out_add(const struct writing *w, struct rhythm_section *out, const struct ending *end, int bar,
                         double beats)
{
    int32_t bar_ticks = w->timeline->bar_ticks, len = (int32_t)lround(beats * METRE_PPQ);
    const char **lines;
    size_t count = 0;
    bool has_kick = false, is_heard = false;

    if (end->groove == NULL || len > bar_ticks)
        return false;
    lines = ARENA_ARRAY(w->session->arena, const char *, end->groove->lines.count + 1);
    for (size_t i = 0; i < end->groove->lines.count; i++) {
        const char *text, *bar_at;
        const struct drum_voice *voice = drum_voice_read(end->groove->lines.items[i], &text);
        char steps[STEPS_BAR_MAX + 1];
        int steps_count = voice != NULL ? steps_copy(text, (size_t)bar - 1, steps) : 0, from;

        if (steps_count == 0)
            continue;
        from = steps_count - (int)((int64_t)steps_count * len / bar_ticks);
        bar_at = steps + from;
        if (strcmp(voice->name, "kick") == 0) {
            has_kick = strpbrk(bar_at, "123456789xXo") != NULL;
            continue;
        }
        if ((int64_t)(steps_count - from) * bar_ticks != (int64_t)steps_count * len)
            return false;
        is_heard |= strpbrk(bar_at, "123456789xXo") != NULL;
        lines[count++] = arena_printf(w->session->arena, "%s: %s", voice->name, bar_at);
    }
    if (!has_kick || !is_heard)
        return false;
    lines_add(out, end->drummer, bar, beats, lines, count);
    return true;
}

/* What is struck on a phrase's last beats inside the section. */
static void phrases_write(const struct writing *w, const struct timeline_section *section, struct ending *end,
                          bool is_first, struct rhythm_section *out)
{
    const struct genre_part *drums = end->drummer->genre;

    for (int bar = PHRASE_BARS; bar < section->bars; bar += PHRASE_BARS) {
        bool is_period = bar % PERIOD_BARS == 0;
        double chance = w->groove->fill_chance * (is_period ? 2 : 1) * (is_first ? 1 : 0.25);

        if (!random_chance(&end->random, chance) || has_fill(out, NULL, bar))
            continue;
        if (is_first && is_period && w->family == FAMILY_ELECTRONIC &&
            random_chance(&end->random, KICK_OUT_CHANCE) && kick_out_add(w, out, end, bar, 2))
            continue;
        fill_add(out, end->drummer, bar,
                 fill_draw(w, drums, section->energy * 0.8, is_period ? 2 : 1.5, &end->random));
    }
}

/* Machines before something stronger: the roll or the missing kick. */
static bool machine_writes(const struct writing *w, const struct timeline_section *section, struct ending *end,
                           double beats, struct rhythm_section *out)
{
    double rise = section[1].energy - section->energy;

    if (w->family != FAMILY_ELECTRONIC || rise < RISE || !has_quarters(w->timeline->metre))
        return false;
    if (rise >= BIG_RISE && random_chance(&end->random, ROLL_CHANCE)) {
        roll_add(w, out, end, section->bars, fmax(beats, 4));
        return true;
    }
    return random_chance(&end->random, KICK_OUT_CHANCE) &&
           kick_out_add(w, out, end, section->bars, rise >= BIG_RISE ? w->timeline->bar_ticks / (double)METRE_PPQ : 2);
}

/* What the first drummer does in the section's last bar: the arrangement's word, else the genre's habit. */
static void boundary_write(const struct writing *w, const struct timeline_section *section, struct ending *end,
                           struct rhythm_section *out)
{
    const struct arranged_transition *after =
        arranged_transition_after(w->session->song->arrangement_spec, section->label);
    double energy = fmax(section->energy, (section->energy + section[1].energy) / 2);
    double bar_beats = w->timeline->bar_ticks / (double)METRE_PPQ, beats = 2;
    bool wanted = random_chance(&end->random, w->groove->boundary_fill_chance);

    if (after != NULL && after->technique != NULL) {
        wanted = after->has_fill == 1 || is_technique(after, "fill") || is_technique(after, "roll") ||
                 is_technique(after, "pickup");
        if (after->duration_beats > 0)
            beats = after->duration_beats;
        if (is_technique(after, "stop"))
            beats += 2; /* the stop takes its end */
        if (is_technique(after, "roll") && has_quarters(w->timeline->metre)) {
            roll_add(w, out, end, section->bars, beats);
            return;
        }
        if ((is_technique(after, "break") || is_technique(after, "drop")) && after->has_fill != 1) {
            lines_add(out, end->drummer, section->bars, fmin(fmax(beats, 0.5), fmin(bar_beats, 8)), NULL, 0);
            return;
        }
    }
    if (!wanted || machine_writes(w, section, end, beats, out))
        return;
    if (beats < 1.5)
        beats = 1.5; /* the shortest in compound metres */
    fill_add(out, end->drummer, section->bars, fill_draw(w, end->drummer->genre, energy, beats, &end->random));
}

static bool opens_with_crash(const struct writing *w, size_t index)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];

    if (is_technique(arranged_transition_into(w->session->song->arrangement_spec, section->label), "crash"))
        return true;
    if (w->groove->crashes != 1 || section->energy < 0.45)
        return false;
    return index == 0 ? section->energy > 0.7 : section->energy >= section[-1].energy - 0.1;
}

void fills_write(const struct writing *w, size_t index, struct rhythm_section *out)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];
    bool is_last = index + 1 == w->timeline->sections.count, is_first = true;

    out->fills.items = ARENA_ARRAY(w->session->arena, struct rhythm_fill,
                                   w->stage->parts.count * ((size_t)section->bars / PHRASE_BARS + 2));
    for (size_t i = 0; i < w->stage->parts.count; i++) {
        struct ending end = { .drummer = &w->stage->parts.items[i] };

        end.groove = rhythm_part_find(out, end.drummer->id);
        if (end.drummer->genre->player != PLAYER_DRUMMER || end.groove == NULL)
            continue;
        end.random = session_random(w->session, is_first ? "fills" : "fills-beside", (unsigned)index);
        if (end.drummer->role == ROLE_DRUMS)
            out->crash = opens_with_crash(w, index);
        if (end.drummer->genre->fills.count == 0)
            continue;
        phrases_write(w, section, &end, is_first, out);
        if (!is_last && is_first)
            boundary_write(w, section, &end, out);
        else if (!is_last && has_fill(out, NULL, section->bars) && random_chance(&end.random, JOIN_CHANCE))
            fill_add(out, end.drummer, section->bars,
                     fill_draw(w, end.drummer->genre, section->energy, 2, &end.random));
        is_first = false;
    }
}
