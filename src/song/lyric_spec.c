#include "song/lyric_spec.h"

#define AT(member) offsetof(struct lyric_syllable, member)
static const struct field syllable_rows[] = {
    { "text", FIELD_STRING, FIELD_REQUIRED, AT(text), 0, 40, .help = "A trailing \"-\" joins it to the next." },
    { "tick", FIELD_INT, FIELD_REQUIRED, AT(tick), 0, INT_MAX, "ticks", .help = "480 a quarter note." },
    { "len_ticks", FIELD_INT, FIELD_REQUIRED, AT(len_ticks), 1, INT_MAX, "ticks", .help = "Length of its note." },
};
static const struct fields syllable_fields = FIELDS("lyric_syllable", struct lyric_syllable, syllable_rows,
                                                    "One sung syllable.");
#undef AT

#define AT(member) offsetof(struct lyric_line, member)
static const struct field line_rows[] = {
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "Label of the section where it is sung." },
    { "text", FIELD_STRING, FIELD_REQUIRED, AT(text), .help = "The line as it is read." },
    { "syllables", FIELD_LIST, 0, AT(syllables), .of = &syllable_fields, .help = "The line as it is sung." },
    { "rhyme", FIELD_STRING, 0, AT(rhyme), .help = "Lines of a section with the same letter rhyme." },
};
static const struct fields line_fields = FIELDS("lyric_line", struct lyric_line, line_rows, "A line of the words.");
#undef AT

#define AT(member) offsetof(struct lyric_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "language", FIELD_STRING, 0, AT(language), .help = "Language code." },
    { "theme", FIELD_STRING, 0, AT(theme), .help = "What the words are about." },
    { "lines", FIELD_LIST, 0, AT(lines), .of = &line_fields, .help = "The lines in the order they are sung." },
};
const struct fields lyric_spec_fields = FIELDS("lyric_spec", struct lyric_spec, rows, "The words.");
