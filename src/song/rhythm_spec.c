#include "song/rhythm_spec.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct rhythm_part, member)
static const struct field part_rows[] = {
    { "part", FIELD_STRING, FIELD_REQUIRED, AT(part), 1, 60, .help = "Name of the instrument in arrangement_spec." },
    { "notation", FIELD_CHOICE, 0, AT(notation), .fallback = "\"strokes\"", .choices = &notation_choices,
      .help = "How the lines are written." },
    { "pattern", FIELD_STRING, FIELD_OMIT, AT(pattern), 0, 80, .help = "The genre's pattern that it comes from." },
    { "lines", FIELD_STRINGS, FIELD_REQUIRED, AT(lines), 1, 32,
      .help = "Step strings, bars separated by |; drums: one line for each, as in \"kick: 9.......9.......\"." },
};
static const struct fields part_fields = FIELDS("rhythm_part", struct rhythm_part, part_rows, "What a part plays.");
#undef AT

#define AT(member) offsetof(struct rhythm_fill, member)
static const struct field fill_rows[] = {
    { "part", FIELD_STRING, FIELD_OMIT, AT(part), 1, 60, .help = "Who plays it; null: the first part with drum lines." },
    { "bar", FIELD_INT, FIELD_REQUIRED, AT(bar), 1, 1000, .help = "Bar of the section, from 1, that it ends." },
    { "beats", FIELD_REAL, FIELD_REQUIRED, AT(beats), 0.5, 8, "quarters", .help = "How long before the bar's end." },
    { "lines", FIELD_STRINGS, FIELD_REQUIRED, AT(lines), 0, 32, .help = "Drum lines as long as the fill; none: every drummer rests." },
};
static const struct fields fill_fields = FIELDS("rhythm_fill", struct rhythm_fill, fill_rows, "A drum fill.");
#undef AT

#define AT(member) offsetof(struct rhythm_section, member)
static const struct field section_rows[] = {
    { "label", FIELD_STRING, FIELD_REQUIRED, AT(label), 1, 80,
      .help = "Label of a section in arrangement_spec, or a section type for all of that type." },
    { "crash", FIELD_BOOL, 0, AT(crash), .fallback = "false", .help = "Whether a crash opens the section." },
    { "parts", FIELD_LIST, 0, AT(parts), 0, 64, .of = &part_fields,
      .help = "What the parts play, repeated to the section's end." },
    { "fills", FIELD_LIST, 0, AT(fills), 0, 200, .of = &fill_fields, .help = "Where the drums leave their groove." },
};
static const struct fields section_fields =
    FIELDS("rhythm_section", struct rhythm_section, section_rows, "The groove of a section.");
#undef AT

#define AT(member) offsetof(struct rhythm_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "time_signature", FIELD_CODEC, 0, AT(metre), .fallback = "\"4/4\"", .codec = &metre_codec,
      .help = "What the lines are written in." },
    { "swing_percent", FIELD_REAL, 0, AT(swing_percent), 50, 75, "%", "50",
      .help = "Where the second of a pair of notes falls: 50 is straight, 66.7 a triplet." },
    { "swing_unit", FIELD_INT, 0, AT(swing_unit), 8, 16, NULL, "8", .help = "The notes that pair up: 8 or 16." },
    { "humanise", FIELD_REAL, 0, AT(humanise), 0, 2, NULL, "1",
      .help = "How far players stray from the grid and from even loudness: 0 is a machine." },
    { "sections", FIELD_LIST, 0, AT(sections), 0, 200, .of = &section_fields, .help = "The grooves." },
};
#undef AT

static void part_check(const struct rhythm_part *part, int32_t bar_ticks, const char *pointer,
                       struct problems *problems)
{
    const char *lines = json_pointer_add(problems->arena, pointer, "lines");

    if (part->notation != NOTATION_DRUMS && part->lines.count > 1)
        problem_add(problems, lines, "only drums have more than one line");
    for (size_t i = 0; i < part->lines.count; i++)
        steps_check((enum notation)part->notation, part->lines.items[i], bar_ticks,
                    json_pointer_add_index(problems->arena, lines, i), problems);
}

static void fill_check(const struct rhythm_fill *fill, int32_t bar_ticks, const char *pointer,
                       struct problems *problems)
{
    const char *lines = json_pointer_add(problems->arena, pointer, "lines");
    int32_t fill_ticks = isnan(fill->beats) ? 0 : (int32_t)lround(fill->beats * METRE_PPQ);

    if (fill_ticks > bar_ticks)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "beats"), "is longer than a bar");
    for (size_t i = 0; i < fill->lines.count && fill_ticks > 0; i++)
        steps_check(NOTATION_DRUMS, fill->lines.items[i], fill_ticks,
                    json_pointer_add_index(problems->arena, lines, i), problems);
}

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct rhythm_spec *spec = (const struct rhythm_spec *)in;
    struct arena *a = problems->arena;
    const char *sections = json_pointer_add(a, pointer, "sections");
    int32_t bar_ticks;

    if (!metre_is_set(spec->metre))
        return;
    bar_ticks = metre_bar_ticks(spec->metre);
    if (spec->swing_unit != 8 && spec->swing_unit != 16)
        problem_add(problems, json_pointer_add(a, pointer, "swing_unit"), "expected 8 or 16");
    for (size_t i = 0; i < spec->sections.count; i++) {
        const struct rhythm_section *section = &spec->sections.items[i];
        const char *here = json_pointer_add_index(a, sections, i);

        for (size_t p = 0; p < section->parts.count; p++)
            part_check(&section->parts.items[p], bar_ticks,
                       json_pointer_add_index(a, json_pointer_add(a, here, "parts"), p), problems);
        for (size_t f = 0; f < section->fills.count; f++)
            fill_check(&section->fills.items[f], bar_ticks,
                       json_pointer_add_index(a, json_pointer_add(a, here, "fills"), f), problems);
    }
}

const struct fields rhythm_spec_fields = {
    .name = "rhythm_spec",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct rhythm_spec),
    .help = "The groove: swing, and what drums, bass and accompaniment play in each section.",
    .check = check,
};

const struct rhythm_section *rhythm_section_find(const struct rhythm_spec *r, const char *label, const char *type)
{
    for (size_t i = 0; i < r->sections.count; i++)
        if (strcmp(r->sections.items[i].label, label) == 0)
            return &r->sections.items[i];
    for (size_t i = 0; i < r->sections.count; i++)
        if (strcmp(r->sections.items[i].label, type) == 0)
            return &r->sections.items[i];
    return NULL;
}

const struct rhythm_part *rhythm_part_find(const struct rhythm_section *s, const char *part)
{
    for (size_t i = 0; i < s->parts.count; i++)
        if (strcmp(s->parts.items[i].part, part) == 0)
            return &s->parts.items[i];
    return NULL;
}

static const char *kit_of(const struct rhythm_section *s)
{
    for (size_t i = 0; i < s->parts.count; i++)
        if (s->parts.items[i].notation == NOTATION_DRUMS)
            return s->parts.items[i].part;
    return NULL;
}

const struct rhythm_fill *rhythm_fill_find(const struct rhythm_section *s, const char *part, int bar)
{
    const struct rhythm_fill *own = NULL;
    const char *kit = kit_of(s);

    for (size_t i = 0; i < s->fills.count; i++) {
        const struct rhythm_fill *fill = &s->fills.items[i];
        const char *player = fill->part != NULL ? fill->part : kit;

        if (fill->bar != bar)
            continue;
        if (fill->lines.count == 0)
            return fill;
        if (own == NULL && (player == NULL || strcmp(player, part) == 0))
            own = fill;
    }
    return own;
}
