/*
 * The composer's third document: who plays which groove where. Each part's patterns come from the genre; those for
 * the section's type and energy compete by weight, and sections of one type share their choice, so that a second
 * verse is recognised. Drum grooves are varied over eight bars, machines' over sixteen; fills are in composer_fills.c.
 */
#include "band/composer_rhythm.h"

#include <math.h>
#include <string.h>

#include "band/groove_vary.h"
#include "band/kit_pieces.h"
#include "genre/genres.h"
#include "song/song_spec.h"

enum { CYCLE_BARS = 8, MACHINE_CYCLE_BARS = 16, STORY_BARS = 6 };
#define ANOTHER_CHANCE 0.8 /* of a part that accompanies, when a section comes again */

#define OWN_SHARE 2          /* a genre's own patterns in another metre against the common ones */
#define PERCUSSION_SHARE 0.3 /* a percussionist keeps his pattern while the kit changes its own */

static const char agent[] = "composer";

/* What a part may play in this song: its patterns in the song's metre, and where that is not the genre's own the metre's
 * common ones beside them; its patterns in four, which are then adapted, when there are neither. */
struct choice {
    const struct part_pattern *items;
    size_t count;
    bool is_adapted;
};

static bool is_listed(const char *const *items, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i], text) == 0)
            return true;
    return false;
}

/* A pattern made for the section type counts four times; one outside the energy only when nothing else is there. */
static double pattern_weight(const struct choice *from, const struct part_pattern *pattern,
                             const struct timeline_section *section, struct metre metre)
{
    double weight = pattern->weight;

    if (from->is_adapted ? pattern->metre.numerator != pattern->metre.denominator
                         : !metre_is_equal(pattern->metre, metre))
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

static struct choice choice_make(const struct writing *w, const struct genre_part *part)
{
    struct metre metre = w->timeline->metre;
    struct choice own = { part->patterns.items, part->patterns.count, false };
    struct part_pattern *common;
    size_t count;

    if (metre_is_equal(metre, w->session->genre->time_signature))
        return own;
    count = metre_grooves_find(part, w->family, metre, w->session->arena, &common);
    for (size_t i = 0; i < own.count; i++)
        if (metre_is_equal(own.items[i].metre, metre)) {
            common[count] = own.items[i];
            common[count++].weight *= OWN_SHARE;
        }
    own.is_adapted = true;
    return count > 0 ? (struct choice){ common, count, false } : own;
}

/* `except` (NULL: none) is not drawn. NULL when there is nothing to draw. */
static const struct part_pattern *pattern_draw(const struct writing *w, const struct choice *from,
                                               const struct timeline_section *section,
                                               const struct part_pattern *except, struct random *random)
{
    double *weights = ARENA_ARRAY(w->session->arena, double, from->count + 1);
    double total = 0;

    for (size_t i = 0; i < from->count; i++)
        total += weights[i] = &from->items[i] == except ? 0 : pattern_weight(from, &from->items[i], section, w->timeline->metre);
    if (total <= 0)
        return NULL;
    return &from->items[random_weighted(random, weights, from->count)];
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

/* Long patterns made for a kind of section tell a story, such as a roll that grows: it is cut or stretched so that it
 * ends where the section ends. */
static bool tells_story(const struct part_pattern *pattern)
{
    size_t most = 0;

    for (size_t i = 0; i < pattern->lines.count; i++)
        if (steps_bars(pattern->lines.items[i]) > most)
            most = steps_bars(pattern->lines.items[i]);
    return pattern->sections.count > 0 && most >= STORY_BARS;
}

static void story_write(const struct writing *w, const char **lines, size_t count, int bars)
{
    for (size_t i = 0; i < count; i++)
        if (steps_bars(lines[i]) >= STORY_BARS)
            lines[i] = groove_fit(lines[i], bars, w->session->arena);
}

/* Hand percussion that the brief asks for and the groove has not. */
static void add_pieces(const struct writing *w, struct rhythm_part *out)
{
    const struct song_spec *spec = w->session->song->song_spec;
    size_t wishes = spec->instruments.count + spec->prefer_instruments.count;
    const char **lines = ARENA_ARRAY(w->session->arena, const char *, out->lines.count + wishes * PIECE_LINES_MAX + 1);

    if (wishes == 0)
        return;
    if (out->lines.count > 0)
        memcpy(lines, out->lines.items, out->lines.count * sizeof(*lines));
    for (size_t i = 0; i < wishes; i++) {
        const struct kit_piece *piece = kit_piece_find(i < spec->instruments.count ? spec->instruments.items[i] :
                                                       spec->prefer_instruments.items[i - spec->instruments.count]);
        bool has = false;

        for (size_t k = 0; piece != NULL && k < out->lines.count; k++) {
            const char *rest;
            const struct drum_voice *voice = drum_voice_read(lines[k], &rest);

            has |= voice != NULL && kit_piece_has(piece, voice->key);
        }
        for (size_t k = 0; piece != NULL && !has && k < PIECE_LINES_MAX && piece->lines[k] != NULL; k++)
            lines[out->lines.count++] = steps_adapt(NOTATION_DRUMS, piece->lines[k], w->timeline->metre, w->session->arena);
    }
    out->lines.items = lines;
}

/* What the brief wants of the kit: the backbeat half or twice as often, more pieces. */
static void drums_wish(const struct writing *w, struct rhythm_part *out)
{
    int feel = w->session->song->song_spec->time_feel;
    const char **lines = ARENA_ARRAY(w->session->arena, const char *, out->lines.count + 1);

    for (size_t i = 0; feel != TIME_FEEL_USUAL && i < out->lines.count; i++)
        lines[i] = groove_feel(out->lines.items[i], feel == TIME_FEEL_HALF, w->session->arena);
    if (feel != TIME_FEEL_USUAL)
        out->lines.items = lines;
    add_pieces(w, out);
}

static void drums_write(const struct writing *w, bool is_kit, const struct part_pattern *pattern, const char **lines,
                        int bars, struct random *vary, struct rhythm_part *out)
{
    bool is_machine = w->family == FAMILY_ELECTRONIC;
    double variation = fmin(fmax(w->groove->variation + w->session->advice.variation, 0), 1);
    struct variety variety = { .amount = variation * (is_kit ? 1 : is_machine ? 0 : PERCUSSION_SHARE),
                               .layers = is_kit && is_machine };
    int cycle = is_machine ? MACHINE_CYCLE_BARS : CYCLE_BARS;

    out->lines.items = lines;
    out->lines.count = pattern->lines.count;
    if (!tells_story(pattern))
        groove_vary(lines, pattern->lines.count, bars < cycle ? bars : cycle, &variety, vary, w->session->arena,
                    &out->lines.items, &out->lines.count);
    if (is_kit)
        drums_wish(w, out);
}

/* Chords and arpeggios may come back in another rhythm; kit, bass and riffs are what a section is known by. */
static bool accompanies(enum notation notation)
{
    return notation != NOTATION_DRUMS && notation != NOTATION_DEGREES;
}

static bool part_write(const struct writing *w, const struct stage_part *part, const struct timeline_section *section,
                       struct rhythm_part *out)
{
    struct arena *a = w->session->arena;
    enum notation notation = player_notations[part->genre->player];
    /* The same draw for all sections of a type, but now and then; variation differs from one to the next. */
    const char *name = arena_printf(a, "groove-%s-%s", part->genre->id, section->type);
    struct random random = session_random(w->session, name, 0);
    struct random vary = session_random(w->session, name, 1 + (unsigned)section->occurrence);
    struct choice from = choice_make(w, part->genre);
    const struct part_pattern *pattern = pattern_draw(w, &from, section, NULL, &random);
    int bars = section->bars < CYCLE_BARS ? section->bars : CYCLE_BARS;
    const char **lines;

    if (pattern == NULL)
        return false;
    if (section->occurrence > 0 && accompanies(notation) && random_chance(&vary, ANOTHER_CHANCE)) {
        const struct part_pattern *other = pattern_draw(w, &from, section, pattern, &vary);

        if (other != NULL && section->energy >= other->energy_low && section->energy <= other->energy_high)
            pattern = other;
    }
    *out = (struct rhythm_part){ .part = part->id, .notation = (int)notation, .pattern = pattern->name };
    lines = lines_adapt(w, notation, pattern);
    if (tells_story(pattern))
        story_write(w, lines, pattern->lines.count, section->bars);
    if (notation == NOTATION_DRUMS) {
        drums_write(w, part->role == ROLE_DRUMS, pattern, lines, section->bars, &vary, out);
        return true;
    }
    if (steps_bars(lines[0]) == 1 && bars >= 4 && notation != NOTATION_DEGREES) {
        const struct part_pattern *other = pattern_draw(w, &from, section, NULL, &vary);

        if (other != NULL && other != pattern && steps_bars(other->lines.items[0]) == 1)
            lines[0] = groove_alternate(lines[0], lines_adapt(w, notation, other)[0], bars, a);
    }
    out->lines.items = lines;
    out->lines.count = 1;
    return true;
}

static bool plays_voice(const struct rhythm_part *part, const struct drum_voice *voice)
{
    const char *text;

    for (size_t i = 0; i < part->lines.count; i++)
        if (drum_voice_read(part->lines.items[i], &text) == voice)
            return true;
    return false;
}

/* What a percussionist has in his hands the kit leaves to him, as long as it keeps something. */
static void percussion_share(const struct writing *w, struct rhythm_section *out)
{
    struct rhythm_part *kit = NULL;

    for (size_t i = 0; i < out->parts.count; i++) {
        struct rhythm_part *part = &out->parts.items[i];
        const char **kept;
        size_t count = 0;

        if (part->notation != NOTATION_DRUMS)
            continue;
        if (kit == NULL) {
            kit = part;
            continue;
        }
        kept = ARENA_ARRAY(w->session->arena, const char *, kit->lines.count);
        for (size_t l = 0; l < kit->lines.count; l++) {
            const char *text;

            if (!plays_voice(part, drum_voice_read(kit->lines.items[l], &text)))
                kept[count++] = kit->lines.items[l];
        }
        if (count > 0) {
            kit->lines.items = kept;
            kit->lines.count = count;
        }
    }
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
    }
    percussion_share(w, out);
    fills_write(w, index, out);
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

/* Swing as the brief has it, else as the genre whose feel it asks for. */
static void wish_swing(const struct session *s, struct rhythm_spec *spec)
{
    const struct song_spec *song = s->song->song_spec;
    const struct genre *feel = song->feel != NULL ? genres_find(s->genres, song->feel) : NULL;

    if (feel != NULL && feel->players.groove.swing.count > 0) {
        spec->swing_percent = genre_swing_percent(&feel->players.groove, s->timeline->bpm);
        spec->swing_unit = feel->players.groove.swing_unit;
    }
    if (!isnan(song->swing_percent)) {
        spec->swing_percent = song->swing_percent;
        if (spec->swing_unit != 16)
            spec->swing_unit = 8;
    }
}

bool composer_rhythm(struct session *s, struct error *e)
{
    const struct genre_groove *groove = &s->genre->players.groove;
    struct writing w = { .session = s, .timeline = s->timeline, .groove = groove,
                         .family = genre_groove_family(&s->genre->players) };
    struct rhythm_spec *spec;

    (void)e;
    if (s->song->rhythm_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct rhythm_spec);
    SESSION_STAMP(s, spec, "rhythm_spec");
    spec->metre = s->timeline->metre;
    spec->swing_percent = genre_swing_percent(groove, s->timeline->bpm);
    spec->swing_unit = groove->swing_unit;
    wish_swing(s, spec);
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
