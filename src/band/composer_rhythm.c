/*
 * The composer's third document: who plays which groove where. Each part's patterns come from the genre; those for
 * the section's type and energy compete by weight, and sections of one type share their choice, so that a second
 * verse is recognised. Drum grooves are varied over eight bars; fills go where the arrangement asks for them, and
 * seldom elsewhere.
 */
#include "band/agent.h"

#include <math.h>
#include <string.h>

#include "band/groove_vary.h"
#include "band/stage.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"

enum { CYCLE_BARS = 8 };

static const char agent[] = "composer";

struct writing {
    struct session *session;
    const struct stage *stage;
    const struct timeline *timeline;
    const struct genre_groove *groove;
    struct rhythm_spec *spec;
};

static bool is_listed(const char *const *items, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], text) == 0)
            return true;
    return false;
}

/* A pattern made for the section type counts four times; one outside the energy only when nothing else is there. */
static double pattern_weight(const struct writing *w, const struct part_pattern *pattern,
                             const struct timeline_section *section, bool own_metre)
{
    bool is_own = metre_is_equal(pattern->metre, w->timeline->metre);
    bool is_common = pattern->metre.numerator == pattern->metre.denominator;
    double weight = pattern->weight;

    if (own_metre ? !is_own : !is_common)
        return 0;
    if (pattern->sections.count > 0) {
        if (!is_listed(pattern->sections.items, pattern->sections.count, section->type))
            return 0;
        weight *= 4;
    }
    if (section->energy < pattern->energy_low - 1e-9 || section->energy > pattern->energy_high + 1e-9)
        weight *= 1e-6;
    return weight;
}

static const struct part_pattern *pattern_draw(const struct writing *w, const struct genre_part *part,
                                               const struct timeline_section *section, struct random *random)
{
    double *weights = ARENA_ARRAY(w->session->arena, double, part->patterns.count + 1);
    double total = 0;
    bool own_metre = false;

    for (size_t i = 0; i < part->patterns.count; i++)
        own_metre |= metre_is_equal(part->patterns.items[i].metre, w->timeline->metre);
    for (size_t i = 0; i < part->patterns.count; i++)
        total += weights[i] = pattern_weight(w, &part->patterns.items[i], section, own_metre);
    if (total <= 0)
        return NULL;
    return &part->patterns.items[random_weighted(random, weights, part->patterns.count)];
}

static const char **lines_adapt(const struct writing *w, enum notation notation, const struct part_pattern *pattern)
{
    const char **out = ARENA_ARRAY(w->session->arena, const char *, pattern->lines.count);

    for (size_t i = 0; i < pattern->lines.count; i++)
        out[i] = metre_is_equal(pattern->metre, w->timeline->metre)
                     ? pattern->lines.items[i]
                     : steps_adapt(notation, pattern->lines.items[i], w->timeline->metre, w->session->arena);
    return out;
}

static bool part_write(const struct writing *w, const struct stage_part *part, const struct timeline_section *section,
                       struct rhythm_part *out)
{
    struct arena *a = w->session->arena;
    enum notation notation = player_notations[part->genre->player];
    /* The same draw for all sections of a type; variation differs from one to the next. */
    const char *name = arena_printf(a, "groove-%s-%s", part->genre->id, section->type);
    struct random random = session_random(w->session, name, 0);
    struct random vary = session_random(w->session, name, 1 + (unsigned)section->occurrence);
    const struct part_pattern *pattern = pattern_draw(w, part->genre, section, &random);
    int bars = section->bars < CYCLE_BARS ? section->bars : CYCLE_BARS;
    const char **lines;

    if (pattern == NULL)
        return false;
    *out = (struct rhythm_part){ .part = part->id, .notation = (int)notation, .pattern = pattern->name };
    lines = lines_adapt(w, notation, pattern);
    if (notation == NOTATION_DRUMS) {
        groove_vary(lines, pattern->lines.count, bars, w->groove->variation, &vary, a, &out->lines.items,
                    &out->lines.count);
        return true;
    }
    if (steps_bars(lines[0]) == 1 && bars >= 4 && notation != NOTATION_DEGREES) {
        const struct part_pattern *other = pattern_draw(w, part->genre, section, &vary);

        if (other != NULL && other != pattern && steps_bars(other->lines.items[0]) == 1)
            lines[0] = groove_alternate(lines[0], lines_adapt(w, notation, other)[0], bars, a);
    }
    out->lines.items = lines;
    out->lines.count = 1;
    return true;
}

static const struct arranged_transition *transition_after(const struct writing *w,
                                                          const struct timeline_section *section)
{
    const struct arrangement_spec *spec = w->session->song->arrangement_spec;

    for (size_t i = 0; i < spec->transitions.count; i++)
        if (spec->transitions.items[i].from_section != NULL &&
            strcmp(spec->transitions.items[i].from_section, section->label) == 0)
            return &spec->transitions.items[i];
    return NULL;
}

/* A fill of at most `beats`, the longest likelier, from the drummer's own. */
static const struct part_fill *fill_draw(const struct writing *w, const struct genre_part *drums, double energy,
                                         double beats, struct random *random)
{
    double bar_beats = w->timeline->bar_ticks / (double)METRE_PPQ, total = 0;
    double *weights = ARENA_ARRAY(w->session->arena, double, drums->fills.count + 1);

    for (size_t i = 0; i < drums->fills.count; i++) {
        const struct part_fill *fill = &drums->fills.items[i];

        if (fill->beats > beats + 0.01 || fill->beats > bar_beats + 0.01)
            continue;
        weights[i] = fill->weight * fill->beats * fill->beats;
        if (energy < fill->energy_low - 1e-9 || energy > fill->energy_high + 1e-9)
            weights[i] *= 1e-6;
        total += weights[i];
    }
    return total > 0 ? &drums->fills.items[random_weighted(random, weights, drums->fills.count)] : NULL;
}

static void fill_add(struct rhythm_section *out, int bar, const struct part_fill *fill)
{
    struct rhythm_fill *added;

    if (fill == NULL)
        return;
    added = &out->fills.items[out->fills.count++];
    *added = (struct rhythm_fill){ .bar = bar, .beats = fill->beats };
    added->lines.items = fill->lines.items;
    added->lines.count = fill->lines.count;
}

/* What the drums do in the section's last bar: the arrangement's word, else the genre's habit. */
static void boundary_write(const struct writing *w, const struct genre_part *drums, size_t index,
                           struct rhythm_section *out, struct random *random)
{
    static const struct part_fill silence = { .beats = 1 };
    const struct timeline_section *section = &w->timeline->sections.items[index];
    const struct arranged_transition *after = transition_after(w, section);
    double energy = section->energy, beats = 2;
    bool wanted;

    if (index + 1 >= w->timeline->sections.count)
        return;
    if (section[1].energy > energy)
        energy = (energy + section[1].energy) / 2;
    wanted = random_chance(random, w->groove->boundary_fill_chance);
    if (after != NULL && after->technique != NULL) {
        wanted =
            after->has_fill == 1 || strcmp(after->technique, "fill") == 0 || strcmp(after->technique, "roll") == 0;
        if (!isnan(after->duration_beats) && after->duration_beats > 0)
            beats = after->duration_beats;
        if (strcmp(after->technique, "break") == 0 || strcmp(after->technique, "drop") == 0) {
            fill_add(out, section->bars,
                     after->has_fill == 1 ? fill_draw(w, drums, energy, beats, random) : &silence);
            return;
        }
    }
    if (wanted)
        fill_add(out, section->bars, fill_draw(w, drums, energy, beats < 1 ? 1 : beats, random));
}

static void fills_write(const struct writing *w, const struct genre_part *drums, size_t index,
                        struct rhythm_section *out)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];
    struct random random = session_random(w->session, "fills", (unsigned)index);

    out->fills.items = ARENA_ARRAY(w->session->arena, struct rhythm_fill, (size_t)section->bars / 4 + 2);
    for (int bar = 4; bar < section->bars; bar += 4) {
        bool is_eighth = bar % 8 == 0;

        if (random_chance(&random, is_eighth ? w->groove->fill_chance * 2 : w->groove->fill_chance))
            fill_add(out, bar, fill_draw(w, drums, section->energy * 0.8, is_eighth ? 2 : 1, &random));
    }
    boundary_write(w, drums, index, out, &random);
}

static bool opens_with_crash(const struct writing *w, size_t index)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];

    if (w->groove->crashes != 1 || section->energy < 0.45)
        return false;
    return index == 0 ? section->energy > 0.7 : section->energy >= section[-1].energy - 0.1;
}

static void section_write(const struct writing *w, size_t index, struct rhythm_section *out)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];

    out->label = section->label;
    out->crash = 0;
    out->parts.items = ARENA_ARRAY(w->session->arena, struct rhythm_part, w->stage->parts.count);
    for (size_t i = 0; i < w->stage->parts.count; i++) {
        const struct stage_part *part = &w->stage->parts.items[i];

        if (part->genre->patterns.count == 0 || !stage_plays(w->session, w->stage, part, index))
            continue;
        out->parts.count += part_write(w, part, section, &out->parts.items[out->parts.count]);
        if (part->genre->player == PLAYER_DRUMMER && part->genre->fills.count > 0) {
            fills_write(w, part->genre, index, out);
            out->crash = opens_with_crash(w, index);
        }
    }
}

/* "verse: drive, octave eighths": the patterns of the section's parts, for people. */
static void section_explain(const struct writing *w, size_t index)
{
    const struct timeline_section *section = &w->timeline->sections.items[index];
    const struct rhythm_section *written = &w->spec->sections.items[index];
    const char *what = arena_printf(w->session->arena, "%s: ", section->type);

    if (section->occurrence > 0 || written->parts.count == 0)
        return;
    for (size_t i = 0; i < written->parts.count; i++)
        what = arena_printf(w->session->arena, "%s%s%s %s", what, i > 0 ? ", " : "", written->parts.items[i].part,
                            written->parts.items[i].pattern);
    decide(w->session, agent, 0.7, what, "energy %.2f, %zu %s", section->energy, written->fills.count,
           written->fills.count == 1 ? "fill" : "fills");
}

bool composer_rhythm(struct session *s, struct error *e)
{
    const struct genre_groove *groove = &s->genre->players.groove;
    struct writing w = { .session = s, .timeline = s->timeline, .groove = groove };
    struct rhythm_spec *spec;

    (void)e;
    if (s->song->rhythm_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct rhythm_spec);
    SESSION_STAMP(s, spec, "rhythm_spec");
    spec->metre = s->timeline->metre;
    spec->swing_percent = genre_swing_percent(groove, s->timeline->bpm);
    spec->swing_unit = groove->swing_unit;
    spec->humanise = groove->humanise;
    w.spec = spec;
    w.stage = stage_make(s);
    spec->sections.count = s->timeline->sections.count;
    spec->sections.items = ARENA_ARRAY(s->arena, struct rhythm_section, spec->sections.count);
    for (size_t i = 0; i < spec->sections.count; i++)
        section_write(&w, i, &spec->sections.items[i]);
    for (size_t i = 0; i < spec->sections.count; i++)
        section_explain(&w, i);
    s->song->rhythm_spec = spec;
    decide(s, agent, 0.8,
           spec->swing_percent > 50.5 ? arena_printf(s->arena, "swing %.0f %% on the %s", spec->swing_percent,
                                                     spec->swing_unit == 16 ? "sixteenths" : "eighths")
                                      : "straight time",
           "%s at %.0f bpm", s->genre->name, s->timeline->bpm);
    return true;
}
