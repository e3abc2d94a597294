#include "song/arrangement_spec.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "song/timeline.h"

#define AT(member) offsetof(struct arranged_instrument, member)
static const struct field instrument_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), .help = "Name; the part's id." },
    { "category", FIELD_STRING, 0, AT(category), .help = "Kind of instrument." },
    { "role", FIELD_STRING, 0, AT(role), .help = "rhythm, harmony, lead or texture." },
    { "player", FIELD_STRING, 0, AT(player), .help = "Player of the genre; null: found by name, then by category." },
    { "midi_program", FIELD_INT, 0, AT(midi_program), 0, 127, .help = "General MIDI program, before sound_design_spec." },
    { "is_essential", FIELD_BOOL, 0, AT(is_essential), 0, 0, NULL, "false", .help = "Whether the song needs it." },
};
static const struct fields instrument_fields = FIELDS("instrument", struct arranged_instrument, instrument_rows,
                                                      "A player on the stage.");
#undef AT

#define AT(member) offsetof(struct arranged_entry, member)
static const struct field entry_rows[] = {
    { "instrument", FIELD_STRING, FIELD_REQUIRED, AT(instrument), .help = "Name of one that plays in the section." },
    { "bar", FIELD_INT, FIELD_REQUIRED, AT(bar), 1, 4096, "bars", .help = "Bar of the section in which it comes in, from 1." },
};
static const struct fields entry_fields = FIELDS("entry", struct arranged_entry, entry_rows, "Who comes in later.");
#undef AT

#define AT(member) offsetof(struct arranged_section, member)
static const struct field section_rows[] = {
    { "section_type", FIELD_STRING, FIELD_REQUIRED, AT(section_type), .help = "verse, chorus, bridge, …" },
    { "label", FIELD_STRING, 0, AT(label), .help = "Name of this section; made from the type when left out." },
    { "start_bar", FIELD_INT, 0, AT(start_bar), 1, 100000, "bars", .help = "First bar; the song begins with bar 1." },
    { "length_bars", FIELD_INT, FIELD_REQUIRED, AT(length_bars), 1, 4096, "bars", .help = "Length." },
    { "energy_level", FIELD_STRING, 0, AT(energy_level), .help = "very_low, low, medium, high or very_high." },
    { "energy", FIELD_REAL, 0, AT(energy), 0, 1, .help = "The same as a number. When neither is given the energy curve decides." },
    { "instruments", FIELD_STRINGS, 0, AT(instruments), 0, 200, .help = "Names of the instruments that play." },
    { "entries", FIELD_LIST, 0, AT(entries), 0, 200, .of = &entry_fields, .help = "Who of them does not begin with the section." },
    { "dynamics", FIELD_STRING, 0, AT(dynamics), .help = "pp, p, mp, mf, f or ff: decides how loud when energy is given." },
    { "changes", FIELD_STRING, 0, AT(changes), .help = "Lead sheet of roman numerals, repeated; null: the composer's." },
};
static const struct fields section_fields = FIELDS("section", struct arranged_section, section_rows, "A section.");
#undef AT

#define AT(member) offsetof(struct energy_point, member)
static const struct field point_rows[] = {
    { "position_percent", FIELD_REAL, 0, AT(position_percent), 0, 100, "%", .help = "Place in the song." },
    { "energy_level", FIELD_STRING, 0, AT(energy_level), .help = "Energy from there." },
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "Section that begins there." },
};
static const struct fields point_fields = FIELDS("energy_point", struct energy_point, point_rows,
                                                 "A point of the energy curve.");
#undef AT

#define AT(member) offsetof(struct arranged_transition, member)
static const struct field transition_rows[] = {
    { "from_section", FIELD_STRING, 0, AT(from_section), .help = "Label of the section before." },
    { "to_section", FIELD_STRING, 0, AT(to_section), .help = "Label of the section after." },
    { "technique", FIELD_STRING, 0, AT(technique), 
      .help = "none, fill, riser, drop, break, pickup, crash, roll or stop (nobody plays)." },
    { "duration_beats", FIELD_REAL, 0, AT(duration_beats), 0, 64, "quarters", "0", .help = "Length." },
    { "has_fill", FIELD_BOOL, 0, AT(has_fill), 0, 0, NULL, "false", .help = "Whether the drummer fills." },
};
static const struct fields transition_fields = FIELDS("transition", struct arranged_transition, transition_rows,
                                                      "From one section to the next.");
#undef AT

#define AT(member) offsetof(struct arranged_ending, member)
static const struct field ending_rows[] = {
    { "technique", FIELD_STRING, 0, AT(technique), .help = "hold, button, fade or loop." },
    { "hold_bars", FIELD_INT, 0, AT(hold_bars), 0, 16, "bars", "2", .help = "Bars that the last chord takes." },
    { "ritardando_percent", FIELD_REAL, 0, AT(ritardando_percent), 0, 60, "%", "0",
      .help = "How much the last bars slow down." },
    { "ritardando_bars", FIELD_INT, 0, AT(ritardando_bars), 0, 16, "bars", "0",
      .help = "Bars before the last chord that slow down." },
    { "hold_percent", FIELD_REAL, 0, AT(hold_percent), 50, 400, "%", "100",
      .help = "How long the bars of the last chord are: more than 100 is a fermata." },
};
static const struct fields ending_fields = FIELDS("ending", struct arranged_ending, ending_rows, "How the song stops.");
#undef AT

#define AT(member) offsetof(struct ear_candy, member)
static const struct field ear_candy_rows[] = {
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "Section where it is heard." },
    { "bar", FIELD_INT, 0, AT(bar), 1, 100000, "bars", .help = "Bar of the song, from 1." },
    { "instrument", FIELD_STRING, 0, AT(instrument), .help = "Who plays it." },
    { "description", FIELD_STRING, 0, AT(description), .help = "What it is." },
};
static const struct fields ear_candy_fields = FIELDS("ear_candy", struct ear_candy, ear_candy_rows, "What catches the ear.");
#undef AT

#define AT(member) offsetof(struct arrangement_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "instruments", FIELD_LIST, 0, AT(instruments), 0, 200, .of = &instrument_fields, .help = "The players." },
    { "sections", FIELD_LIST, FIELD_REQUIRED, AT(sections), 1, 1000, .of = &section_fields, .help = "The sections." },
    { "total_bars", FIELD_INT, 0, AT(total_bars), .unit = "bars", .help = "Length; the sections decide." },
    { "total_duration_seconds", FIELD_REAL, 0, AT(total_duration_seconds), .unit = "s",
      .help = "Length that was aimed at; bars and tempo decide." },
    { "energy_curve", FIELD_LIST, 0, AT(energy_curve), .of = &point_fields,
      .help = "The sections' energy over time; it decides where a section gives neither energy nor energy_level." },
    { "energy_curve_type", FIELD_STRING, 0, AT(energy_curve_type), .help = "Shape of the curve, for people." },
    { "transitions", FIELD_LIST, 0, AT(transitions), .of = &transition_fields, .help = "Between the sections." },
    { "ending", FIELD_OBJECT_PTR, 0, AT(ending), .of = &ending_fields, .help = "How the song stops." },
    { "ear_candy", FIELD_LIST, 0, AT(ear_candy), .of = &ear_candy_fields, .help = "What was played once, to catch the ear." },
    { "structure_archetype", FIELD_STRING, 0, AT(structure_archetype), .help = "Name of the form, for people; the sections decide." },
    { "genre_structure_match", FIELD_REAL, 0, AT(genre_structure_match), 0, 1,
      .help = "How like the genre's nearest form it is, by section types." },
};
static const struct energy_row {
    const char *level;
    double energy;            /* what the name stands for */
    double below;             /* energies below this get the name */
    const char *dynamics;
} energy_rows[] = {
    { "very_low", 0.15, 0.22, "pp" },
    { "low", 0.30, 0.40, "p" },
    { "medium", 0.50, 0.58, "mp" },
    { "medium", 0.50, 0.66, "mf" },
    { "high", 0.75, 0.88, "f" },
    { "very_high", 0.95, 2, "ff" },
};
enum { ENERGY_ROWS = sizeof(energy_rows) / sizeof(energy_rows[0]) };

static const struct energy_row *energy_row(double energy)
{
    size_t i = 0;

    while (i + 1 < ENERGY_ROWS && energy >= energy_rows[i].below)
        i++;
    return &energy_rows[i];
}

static const struct energy_row *energy_row_of_level(const char *level)
{
    for (size_t i = 0; i < ENERGY_ROWS; i++)
        if (strcmp(energy_rows[i].level, level) == 0)
            return &energy_rows[i];
    return NULL;
}

static int dynamics_step(const char *dynamics)
{
    for (int i = 0; i < ENERGY_ROWS; i++)
        if (strcmp(energy_rows[i].dynamics, dynamics) == 0)
            return i;
    return -1;
}

double arranged_energy(const struct arranged_section *section)
{
    const struct energy_row *row = section->energy_level != NULL ? energy_row_of_level(section->energy_level) : NULL;

    if (!isnan(section->energy))
        return section->energy;
    return row != NULL ? row->energy : 0.5;
}

int arranged_dynamics_shift(const struct arranged_section *section)
{
    int step = section->dynamics != NULL ? dynamics_step(section->dynamics) : -1;

    if (step < 0 || isnan(section->energy))
        return 0;
    return step - (int)(energy_row(section->energy) - energy_rows);
}

const char *energy_level_name(double energy)
{
    return energy_row(energy)->level;
}

const char *dynamics_name(double energy)
{
    return energy_row(energy)->dynamics;
}

const struct arranged_instrument *arranged_instrument_find(const struct arrangement_spec *spec, const char *name)
{
    for (size_t i = 0; i < spec->instruments.count; i++)
        if (strcmp(spec->instruments.items[i].name, name) == 0)
            return &spec->instruments.items[i];
    return NULL;
}

bool arranged_section_has(const struct arranged_section *section, const char *instrument)
{
    for (size_t i = 0; i < section->instruments.count; i++)
        if (strcmp(section->instruments.items[i], instrument) == 0)
            return true;
    return false;
}

int arranged_section_entry(const struct arranged_section *section, const char *instrument)
{
    for (size_t i = 0; i < section->entries.count; i++)
        if (strcmp(section->entries.items[i].instrument, instrument) == 0)
            return section->entries.items[i].bar;
    return 1;
}

static bool is_same(const char *text, const char *label)
{
    return text != NULL && strcmp(text, label) == 0;
}

const struct arranged_transition *arranged_transition_after(const struct arrangement_spec *spec, const char *label)
{
    for (size_t i = 0; i < spec->transitions.count; i++)
        if (is_same(spec->transitions.items[i].from_section, label))
            return &spec->transitions.items[i];
    return NULL;
}

const struct arranged_transition *arranged_transition_into(const struct arrangement_spec *spec, const char *label)
{
    for (size_t i = 0; i < spec->transitions.count; i++)
        if (is_same(spec->transitions.items[i].to_section, label))
            return &spec->transitions.items[i];
    return NULL;
}

static const char *slug_make(const char *name, struct arena *a)
{
    char *out = arena_alloc(a, strlen(name) + 1);
    size_t len = 0;

    for (; *name != '\0'; name++) {
        if (isalnum((unsigned char)*name) && (unsigned char)*name < 128)
            out[len++] = (char)tolower((unsigned char)*name);
        else if (len > 0 && out[len - 1] != '-')
            out[len++] = '-';
    }
    while (len > 0 && out[len - 1] == '-')
        len--;
    out[len] = '\0';
    return len > 0 ? out : "part";
}

static bool is_taken(const char *const *ids, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(ids[i], id) == 0)
            return true;
    return false;
}

const char *const *arranged_part_ids(const struct arrangement_spec *spec, struct arena *a)
{
    const char **ids = ARENA_ARRAY(a, const char *, spec->instruments.count + 1);

    for (size_t i = 0; i <= spec->instruments.count; i++) {
        const char *slug = i < spec->instruments.count ? slug_make(spec->instruments.items[i].name, a) : "voice";

        ids[i] = slug;
        for (int n = 2; is_taken(ids, i, ids[i]); n++)
            ids[i] = arena_printf(a, "%s-%d", slug, n);
    }
    return ids;
}

/* Sections follow each other, and each has a name of its own. */
static void sections_check(const struct arrangement_spec *spec, const char *pointer, struct problems *problems)
{
    int64_t bars = 0;

    for (size_t i = 0; i < spec->sections.count; i++) {
        const struct arranged_section *section = &spec->sections.items[i];
        const char *here = json_pointer_add_index(problems->arena, pointer, i);

        if (section->start_bar != FIELD_INT_UNSET && section->start_bar != bars + 1)
            problem_add(problems, json_pointer_add(problems->arena, here, "start_bar"),
                        "expected %lld, where the section before ends, not %d; or leave start_bar out", (long long)bars + 1,
                        section->start_bar);
        bars += section->length_bars;
        for (size_t j = 0; j < i && section->label != NULL; j++)
            if (spec->sections.items[j].label != NULL && strcmp(spec->sections.items[j].label, section->label) == 0)
                problem_add(problems, json_pointer_add(problems->arena, here, "label"),
                            "expected a label of its own: section %zu is called '%.60s' too", j, section->label);
    }
    if (bars > TIMELINE_BARS_MAX)
        problem_add(problems, pointer, "expected at most %d bars", TIMELINE_BARS_MAX);
}

static void energy_check(const struct arranged_section *section, const char *pointer, struct problems *problems)
{
    const char *level = section->energy_level;

    if (level != NULL && energy_row_of_level(level) == NULL)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "energy_level"),
                    "expected very_low, low, medium, high or very_high, not '%.40s'", level);
    else if (level != NULL && !isnan(section->energy) && strcmp(energy_level_name(section->energy), level) != 0)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "energy_level"),
                    "expected '%s', which is what energy %.3g is; or leave one of the two out",
                    energy_level_name(section->energy), section->energy);
    if (section->dynamics != NULL && dynamics_step(section->dynamics) < 0)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "dynamics"),
                    "expected pp, p, mp, mf, f or ff, not '%.40s'", section->dynamics);
}

static void players_check(const struct arrangement_spec *spec, const struct arranged_section *section, const char *pointer,
                          struct problems *problems)
{
    const char *list = json_pointer_add(problems->arena, pointer, "instruments");
    const char **names = ARENA_ARRAY(problems->arena, const char *, spec->instruments.count + 1);

    for (size_t i = 0; i < spec->instruments.count; i++)
        names[i] = spec->instruments.items[i].name;
    for (size_t i = 0; i < section->instruments.count; i++) {
        const char *name = section->instruments.items[i], *near;

        if (arranged_instrument_find(spec, name) != NULL)
            continue;
        near = name_nearest(name, names, spec->instruments.count);
        problem_add(problems, json_pointer_add_index(problems->arena, list, i),
                    near != NULL ? "no instrument is called '%.60s'; did you mean '%s'?"
                                 : "no instrument is called '%.60s'; expected the name of one in instruments", name, near);
    }
}

static void entries_check(const struct arranged_section *section, const char *pointer, struct problems *problems)
{
    const char *list = json_pointer_add(problems->arena, pointer, "entries");

    for (size_t i = 0; i < section->entries.count; i++) {
        const struct arranged_entry *entry = &section->entries.items[i];
        const char *at = json_pointer_add_index(problems->arena, list, i);

        if (!arranged_section_has(section, entry->instrument))
            problem_add(problems, json_pointer_add(problems->arena, at, "instrument"),
                        "'%.60s' does not play in this section; expected one of its instruments", entry->instrument);
        if (entry->bar > section->length_bars)
            problem_add(problems, json_pointer_add(problems->arena, at, "bar"),
                        "expected one of the section's %d bars, not %d", section->length_bars, entry->bar);
    }
}

static void ending_check(const struct arrangement_spec *spec, const char *pointer, struct problems *problems)
{
    static const char *const techniques[] = { "hold", "button", "fade", "loop" };
    const struct arranged_ending *ending = spec->ending;
    bool is_known = ending->technique == NULL;
    int64_t bars = 0;

    for (size_t i = 0; i < sizeof(techniques) / sizeof(techniques[0]) && !is_known; i++)
        is_known = strcmp(ending->technique, techniques[i]) == 0;
    if (!is_known)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "technique"),
                    "expected hold, button, fade or loop, not '%.40s'", ending->technique);
    if (ending->ritardando_percent > 0 && ending->ritardando_bars < 1)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "ritardando_bars"),
                    "expected at least 1 bar to slow down by %.3g %%, not 0", ending->ritardando_percent);
    for (size_t i = 0; i < spec->sections.count; i++)
        bars += spec->sections.items[i].length_bars;
    if (ending->hold_bars + ending->ritardando_bars > bars)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "hold_bars"),
                    "expected an ending within the %lld bars of the song, not %d bars", (long long)bars,
                    ending->hold_bars + ending->ritardando_bars);
}

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct arrangement_spec *spec = (const struct arrangement_spec *)in;
    struct arena *a = problems->arena;
    const char *sections = json_pointer_add(a, pointer, "sections");
    const char *instruments = json_pointer_add(a, pointer, "instruments");

    for (size_t i = 0; i < spec->instruments.count; i++)
        if (arranged_instrument_find(spec, spec->instruments.items[i].name) != &spec->instruments.items[i])
            problem_add(problems, json_pointer_add(a, json_pointer_add_index(a, instruments, i), "name"),
                        "expected a name of its own: there are two instruments called '%.60s'",
                        spec->instruments.items[i].name);
    sections_check(spec, sections, problems);
    for (size_t i = 0; i < spec->sections.count; i++) {
        energy_check(&spec->sections.items[i], json_pointer_add_index(a, sections, i), problems);
        players_check(spec, &spec->sections.items[i], json_pointer_add_index(a, sections, i), problems);
        entries_check(&spec->sections.items[i], json_pointer_add_index(a, sections, i), problems);
    }
    for (size_t i = 0; i < spec->energy_curve.count; i++) {
        const char *level = spec->energy_curve.items[i].energy_level;

        if (level != NULL && energy_row_of_level(level) == NULL)
            problem_add(problems, arena_printf(a, "%s/energy_curve/%zu/energy_level", pointer, i),
                        "expected very_low, low, medium, high or very_high, not '%.40s'", level);
    }
    if (spec->ending != NULL)
        ending_check(spec, json_pointer_add(a, pointer, "ending"), problems);
}

const struct fields arrangement_spec_fields = {
    .name = "arrangement_spec",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct arrangement_spec),
    .help = "The sections, and who plays where.",
    .check = check,
};
