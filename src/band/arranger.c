/* Lays out the song: how many bars, which sections, who plays where, how one leads to the next, and how it ends. */
#include "band/arranger.h"
#include "band/describe.h"
#include "song/song_spec.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static const char agent[] = "arranger";

enum { HOLD_BARS = 2, SLOWS_PERCENT = 10 };

/* How each ending that may be asked for is played. */
static const struct closing {
    const char *technique;   /* NULL: as the genre's chance falls */
    int slows;               /* -1: as the genre's chance falls */
    bool plays_on;           /* to the last bar line */
} closings[SONG_ENDING_COUNT] = {
    [SONG_ENDING_USUAL] = { NULL, -1, false },     [SONG_ENDING_ABRUPT] = { "button", 0, false },
    [SONG_ENDING_FADE] = { "fade", 0, true },      [SONG_ENDING_QUIET] = { "hold", 1, false },
    [SONG_ENDING_BIG] = { "hold", 1, false },      [SONG_ENDING_HOLD] = { "hold", -1, false },
    [SONG_ENDING_LOOP] = { "loop", 0, true },
};

#define FLAT_BELOW 0.08     /* a change of energy less than this is none */
#define PICKUP_CHANCE 0.25  /* then */
#define STOP_RISE 0.12
#define STOP_ENERGY 0.7

/* The ending, and the number of bars that with it come nearest to the length that is wanted. What is missing then is
 * held: the last chord's bars are as long as it takes. */
static int plan_length(const struct session *s, struct arranged_ending *ending)
{
    const struct song_spec *spec = s->song->song_spec;
    struct random random = session_random(s, "arranger.ending", 0);
    double bar_s = metre_bar_ticks(spec->time_signature) / (double)SCORE_PPQ * 60 / spec->bpm;
    double wanted = spec->target_duration_seconds / bar_s, slow = 0, missing;
    const struct closing *closing = &closings[spec->ending];
    bool slows = random_chance(&random, s->genre->ending.ritardando);
    bool holds = random_chance(&random, s->genre->ending.hold);
    int bars;

    *ending = (struct arranged_ending){ .technique = closing->technique != NULL ? closing->technique : holds ? "hold" : "button",
                                        .hold_percent = 100, .hold_bars = wanted >= 16 ? HOLD_BARS : 1 };
    if (closing->plays_on) {
        ending->hold_bars = 0;
        return (int)fmax(round(wanted), 2);
    }
    if (closing->slows >= 0)
        slows = closing->slows;
    if (strcmp(ending->technique, "button") == 0 && closing->technique != NULL)
        return (int)fmax(round(wanted), 2);
    if (slows && wanted >= 16 && spec->energy_shape != ENERGY_FADE) {
        ending->ritardando_percent = s->genre->ending.ritardando_percent > 0 ? s->genre->ending.ritardando_percent :
                                                                                SLOWS_PERCENT;
        ending->ritardando_bars = bar_s < 3 ? 2 : 1;
        slow = ending->ritardando_bars * ending->ritardando_percent / 100 * 0.55;
    }
    bars = (int)fmax(floor(wanted - slow + 0.1), 2);
    missing = wanted - slow - bars;
    if (missing > 0.6 && missing / ending->hold_bars > 0.3 && (1 - missing) < wanted * 0.015) {
        bars++;
        missing -= 1;
    }
    if (missing > 0)
        ending->hold_percent = round(fmin(100 + 100 * missing / ending->hold_bars, 200) * 100) / 100;
    return bars;
}

static const char *name_of(const struct form_section *section)
{
    return section->letter != NULL ? section->letter : section->type;
}

static const char *label_of(const struct session *s, const struct form *form, size_t index)
{
    const char *name = name_of(&form->sections[index]);
    size_t same = 0, before = 0;
    char *text = arena_strdup(s->arena, name);

    for (size_t i = 0; i < form->count; i++)
        if (strcmp(name_of(&form->sections[i]), name) == 0) {
            same++;
            before += i < index;
        }
    text[0] = (char)toupper((unsigned char)text[0]);
    return same > 1 ? arena_printf(s->arena, "%s %zu", text, before + 1) : text;
}

static void make_sections(struct session *s, const struct form *form, struct arrangement_spec *spec)
{
    spec->sections.items = ARENA_ARRAY(s->arena, struct arranged_section, form->count);
    spec->sections.count = form->count;
    spec->energy_curve.items = ARENA_ARRAY(s->arena, struct energy_point, form->count);
    spec->energy_curve.count = form->count;
    for (size_t i = 0; i < form->count; i++) {
        const struct form_section *in = &form->sections[i];
        struct arranged_section *out = &spec->sections.items[i];

        *out = (struct arranged_section){ .section_type = in->type, .label = label_of(s, form, i),
                                          .start_bar = spec->total_bars + 1, .length_bars = in->bars,
                                          .energy = round(in->energy * 100) / 100, .changes = in->changes };
        out->energy_level = energy_level_name(out->energy);
        out->dynamics = dynamics_name(out->energy);
        spec->total_bars += in->bars;
    }
    for (size_t i = 0; i < form->count; i++) {
        const struct arranged_section *section = &spec->sections.items[i];

        spec->energy_curve.items[i] = (struct energy_point){
            100.0 * (section->start_bar - 1) / spec->total_bars, section->energy_level, section->label
        };
    }
}

/* How one section leads to the next, by how the energy changes. */
static const struct passage {
    double rise_below;      /* energy after minus energy before */
    const char *technique;
    double beats;
    int has_fill;
} passages[] = {
    { -0.30, "drop", 2, 0 },
    { -0.08, "fill", 1, 1 },
    { FLAT_BELOW, "fill", 2, 1 },
    { 0.22, "fill", 4, 1 },
    { 2, "riser", 4, 1 },
};

/* Sections that lead up to something. */
static bool is_build(const char *type)
{
    static const char *const types[] = { "build", "pre-chorus", "breakdown", "bridge" };

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

/* Half a beat or a beat of silence before a big section that was built up to; never into what is sung there. */
static bool stops_before(const struct session *s, const struct arranged_section *from, const struct arranged_section *to,
                         struct random *random)
{
    bool is_sung = s->song->song_spec->has_vocals;

    for (size_t i = 0; is_sung && i < s->genre->melody.sections.count; i++)
        if (strcmp(s->genre->melody.sections.items[i], from->section_type) == 0)
            return false;
    return (is_build(from->section_type) || strcmp(to->section_type, "drop") == 0) && to->energy >= STOP_ENERGY && to->energy - from->energy >= STOP_RISE &&
           random_chance(random, s->genre->players.groove.stop_chance);
}

static void make_transitions(struct session *s, struct arrangement_spec *spec)
{
    size_t count = spec->sections.count;
    struct random random = session_random(s, "arranger.transitions", 0);

    if (count < 2)
        return;
    spec->transitions.items = ARENA_ARRAY(s->arena, struct arranged_transition, count - 1);
    spec->transitions.count = count - 1;
    for (size_t i = 0; i + 1 < count; i++) {
        const struct arranged_section *from = &spec->sections.items[i], *to = from + 1;
        const struct passage *p = passages;

        while (to->energy - from->energy >= p->rise_below)
            p++;
        spec->transitions.items[i] = (struct arranged_transition){ from->label, to->label, p->technique, p->beats,
                                                                   p->has_fill };
        if (stops_before(s, from, to, &random)) {
            spec->transitions.items[i].technique = "stop";
            spec->transitions.items[i].duration_beats = random_chance(&random, 0.7) ? 1 : 0.5;
            decide(s, agent, 0.6, arena_printf(s->arena, "nobody plays before %s", to->label),
                   "%s builds up to it, energy %.2f to %.2f", from->label, from->energy, to->energy);
        } else if (p->rise_below == FLAT_BELOW && random_chance(&random, PICKUP_CHANCE)) {
            spec->transitions.items[i].technique = "pickup";
            spec->transitions.items[i].duration_beats = 1;
        }
    }
}

static void explain(struct session *s, const struct arrangement_spec *spec)
{
    const char *list = "";
    size_t most = 0, least = SIZE_MAX;

    for (size_t i = 0; i < spec->sections.count; i++) {
        const struct arranged_section *section = &spec->sections.items[i];

        list = arena_printf(s->arena, "%s%s%s %d", list, i > 0 ? ", " : "", section->label, section->length_bars);
        most = section->instruments.count > most ? section->instruments.count : most;
        least = section->instruments.count < least ? section->instruments.count : least;
    }
    decide(s, agent, 0.8, arena_printf(s->arena, "form: %s", spec->structure_archetype), "%d bars for %.0f s: %s",
           spec->total_bars, s->song->song_spec->target_duration_seconds, list);
    decide(s, agent, 0.7, arena_printf(s->arena, "%zu to %zu players at a time", least, most),
           "layers come and go with the energy of the sections");
}

bool arranger_work(struct session *s, struct error *e)
{
    struct arrangement_spec *spec;
    struct form *form;

    (void)e;
    if (s->song->arrangement_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct arrangement_spec);
    fields_init(&arrangement_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "arrangement_spec");
    spec->total_bars = 0;
    spec->ending = ARENA_NEW(s->arena, struct arranged_ending);
    form = ARENA_NEW(s->arena, struct form);
    form_make(s, plan_length(s, spec->ending), form);
    spec->structure_archetype = form->name;
    spec->energy_curve_type = energy_shape_choices.names[s->song->song_spec->energy_shape];
    spec->total_duration_seconds = s->song->song_spec->target_duration_seconds;
    make_sections(s, form, spec);
    casting_make(s, spec);
    make_transitions(s, spec);
    explain(s, spec);
    s->song->arrangement_spec = spec;
    describe_form(s);
    return true;
}
