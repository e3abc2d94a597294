#include "song/harmony_spec.h"

#include <string.h>

#define AT(member) offsetof(struct chord_name, member)
static const struct field chord_rows[] = {
    { "root", FIELD_CODEC, FIELD_REQUIRED, AT(root), .codec = &pitch_codec, .help = "Root: A, Bb, F#." },
    { "quality", FIELD_CHOICE, 0, AT(quality), 0, 0, NULL, "\"maj\"", .choices = &chord_quality_choices,
      .help = "Quality of the chord." },
    { "bass_note", FIELD_CODEC, 0, AT(bass_note), .codec = &pitch_codec, .help = "Bass; null: the root." },
    { "extensions", FIELD_STRINGS, 0, AT(extensions), 0, 16, .help = "7, maj7, 9, 11, 13, 6, add9." },
    { "alterations", FIELD_STRINGS, 0, AT(alterations), 0, 16, .help = "b5, #5, b9, #9, #11, b13." },
};
const struct fields chord_name_fields = FIELDS("chord", struct chord_name, chord_rows, "A chord.");
#undef AT

#define AT(member) offsetof(struct progression, member)
static const struct field progression_rows[] = {
    { "section_type", FIELD_STRING, FIELD_REQUIRED, AT(section_type), .help = "Type of section it is for." },
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "The one section it is for; null: all of the type." },
    { "chords", FIELD_LIST, 0, AT(chords), 0, 4000, .of = &chord_name_fields,
      .help = "The chords; they decide. Left out: roman_numerals are the chords." },
    { "roman_numerals", FIELD_STRINGS, 0, AT(roman_numerals), 0, 4000,
      .help = "The chords as roman numerals in the key in force: for people where chords are given, and put right by them." },
    { "durations_beats", FIELD_REALS, 0, AT(durations_beats), 0, 4000, "quarters",
      .help = "Length of each chord; a bar each when left out." },
    { "repeat_count", FIELD_INT, 0, AT(repeat_count), 1, 10000, NULL, "1", .help = "For people: it is repeated to fill its section." },
};
static const struct fields progression_fields = FIELDS("progression", struct progression, progression_rows,
                                                       "The chords of a section.");
#undef AT

#define AT(member) offsetof(struct modulation, member)
static const struct field modulation_rows[] = {
    { "start_bar", FIELD_INT, FIELD_REQUIRED, AT(start_bar), 1, 20000, "bars", .help = "First bar in the new key, from 1." },
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "Section that begins there." },
    { "from_key", FIELD_OBJECT, 0, AT(from_key), .of = &key_name_fields, .help = "Key before." },
    { "to_key", FIELD_OBJECT, FIELD_REQUIRED, AT(to_key), .of = &key_name_fields, .help = "Key from there on." },
    { "technique", FIELD_STRING, 0, AT(technique), .help = "How it is reached." },
};
static const struct fields modulation_fields = FIELDS("modulation", struct modulation, modulation_rows,
                                                      "A change of key.");
#undef AT

#define AT(member) offsetof(struct harmony_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "primary_key", FIELD_OBJECT, 0, AT(primary_key), .of = &key_name_fields, .help = "Key the chords are written in." },
    { "secondary_keys", FIELD_LIST, 0, AT(secondary_keys), .of = &key_name_fields, .help = "Keys that are visited." },
    { "modulations", FIELD_LIST, 0, AT(modulations), 0, 1000, .of = &modulation_fields, .help = "Changes of key." },
    { "progressions", FIELD_LIST, FIELD_REQUIRED, AT(progressions), 1, 1000, .of = &progression_fields,
      .help = "The chords of each section." },
    { "tension_level", FIELD_REAL, 0, AT(tension_level), 0, 1, .help = "Share of tension." },
    { "jazz_influence", FIELD_REAL, 0, AT(jazz_influence), 0, 1, .help = "Share of chords with a seventh or more." },
    { "modal_interchange_used", FIELD_BOOL, 0, AT(modal_interchange_used), .help = "Whether chords are borrowed." },
    { "voice_leading_rules", FIELD_STRINGS, 0, AT(voice_leading_rules), 0, 100,
      .help = "What the players keep to from chord to chord, for people." },
    { "originality_score", FIELD_REAL, 0, AT(originality_score), 0, 1, .help = "Share of the successions of four chords that are no common loop." },
};
#undef AT

bool section_names_are_alike(const char *type, const char *label, const char *other_type, const char *other_label)
{
    if (label != NULL || other_label != NULL)
        return label != NULL && other_label != NULL && strcmp(label, other_label) == 0;
    return strcmp(type, other_type) == 0;
}

/* Each extension and alteration must be one that is understood: what is asked for is played. */
static void chord_check(const struct chord_name *chord, const char *pointer, struct problems *problems)
{
    enum chord_quality quality;

    for (size_t i = 0; i < chord->extensions.count; i++)
        if (!chord_quality_extend(CHORD_MAJ, &chord->extensions.items[i], 1, NULL, 0, &quality, NULL))
            problem_add(problems, json_pointer_add_index(problems->arena,
                                                         json_pointer_add(problems->arena, pointer, "extensions"), i),
                        "expected 6, 7, maj7, 9, 11, 13 or an addition such as add9, not '%.20s'", chord->extensions.items[i]);
    for (size_t i = 0; i < chord->alterations.count; i++)
        if (!chord_quality_extend(CHORD_7, NULL, 0, &chord->alterations.items[i], 1, &quality, NULL))
            problem_add(problems, json_pointer_add_index(problems->arena,
                                                         json_pointer_add(problems->arena, pointer, "alterations"), i),
                        "expected b5, #5, b9, #9, #11 or b13, not '%.20s'", chord->alterations.items[i]);
}

static void progression_check(const struct progression *p, const char *pointer, struct problems *problems)
{
    const char *durations = json_pointer_add(problems->arena, pointer, "durations_beats");
    const char *chords = json_pointer_add(problems->arena, pointer, "chords");
    size_t count = p->chords.count > 0 ? p->chords.count : p->roman_numerals.count;

    if (p->chords.count == 0 && p->roman_numerals.count == 0)
        problem_add(problems, chords, "expected at least one chord, here or in roman_numerals");
    for (size_t i = 0; i < p->chords.count; i++)
        chord_check(&p->chords.items[i], json_pointer_add_index(problems->arena, chords, i), problems);
    if (p->durations_beats.count > 0 && p->durations_beats.count != count)
        problem_add(problems, durations, "expected %zu lengths, one a chord, not %zu", count, p->durations_beats.count);
    for (size_t i = 0; i < p->durations_beats.count; i++)
        if (!(p->durations_beats.items[i] >= 0.125 && p->durations_beats.items[i] <= 1e5))
            problem_add(problems, json_pointer_add_index(problems->arena, durations, i),
                        "expected a length of 0.125 or more quarter notes, not %.6g", p->durations_beats.items[i]);
}

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct harmony_spec *spec = (const struct harmony_spec *)in;
    const char *progressions = json_pointer_add(problems->arena, pointer, "progressions");

    for (size_t i = 0; i < spec->progressions.count; i++) {
        const struct progression *p = &spec->progressions.items[i], *other = spec->progressions.items;
        const char *here = json_pointer_add_index(problems->arena, progressions, i);

        progression_check(p, here, problems);
        for (size_t j = 0; j < i; j++, other++)
            if (section_names_are_alike(p->section_type, p->section_label, other->section_type, other->section_label))
                problem_add(problems, here, "expected one progression for each section: progressions %zu is for the same", j);
    }
}

const struct fields harmony_spec_fields = {
    .name = "harmony_spec",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct harmony_spec),
    .help = "The chords.",
    .check = check,
};

struct chord chord_name_get(const struct chord_name *in)
{
    struct chord out = { .root = in->root, .quality = in->quality >= 0 ? (enum chord_quality)in->quality : CHORD_MAJ };

    if (in->extensions.count + in->alterations.count > 0)
        chord_quality_extend(out.quality, in->extensions.items, in->extensions.count, in->alterations.items,
                             in->alterations.count, &out.quality, NULL);
    out.has_bass = pitch_is_set(in->bass_note) && pitch_class(in->bass_note) != pitch_class(in->root);
    if (out.has_bass)
        out.bass = in->bass_note;
    return out;
}

struct chord_name chord_name_make(const struct chord *chord)
{
    struct chord_name out = { .root = chord->root, .quality = (int)chord->quality };

    if (chord->has_bass)
        out.bass_note = chord->bass;
    return out;
}
