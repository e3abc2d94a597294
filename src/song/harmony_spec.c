#include "song/harmony_spec.h"

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
    { "chords", FIELD_LIST, FIELD_REQUIRED, AT(chords), 1, 4000, .of = &chord_name_fields, .help = "The chords." },
    { "roman_numerals", FIELD_STRINGS, 0, AT(roman_numerals), 0, 4000, .help = "The chords as roman numerals." },
    { "durations_beats", FIELD_REALS, 0, AT(durations_beats), 0, 4000, "quarters",
      .help = "Length of each chord; a bar each when left out." },
    { "repeat_count", FIELD_INT, 0, AT(repeat_count), 1, 10000, NULL, "1", .help = "Times it is played." },
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
    { "originality_score", FIELD_REAL, 0, AT(originality_score), 0, 1, .help = "Share of progressions of its own." },
};
const struct fields harmony_spec_fields = FIELDS("harmony_spec", struct harmony_spec, rows, "The chords.");

struct chord chord_name_get(const struct chord_name *in)
{
    struct chord out = { .root = in->root, .quality = in->quality >= 0 ? (enum chord_quality)in->quality : CHORD_MAJ };

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
