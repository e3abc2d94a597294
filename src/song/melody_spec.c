#include "song/melody_spec.h"

#define AT(member) offsetof(struct melody_contour, member)
static const struct field contour_rows[] = {
    { "contour_type", FIELD_STRING, 0, AT(contour_type), .help = "arch, ascending, descending or wave." },
    { "peak_position", FIELD_REAL, 0, AT(peak_position), 0, 1, .help = "Where the highest note is." },
    { "range_semitones", FIELD_INT, 0, AT(range_semitones), 0, 127, "semitones", .help = "From lowest to highest." },
};
static const struct fields contour_fields = FIELDS("contour", struct melody_contour, contour_rows, "Shape of a line.");
#undef AT

#define AT(member) offsetof(struct melody_motif, member)
static const struct field motif_rows[] = {
    { "name", FIELD_STRING, 0, AT(name), .help = "Name." },
    { "notes", FIELD_STRINGS, 0, AT(notes), .help = "Pitches; R is a rest." },
    { "rhythm_pattern", FIELD_REALS, 0, AT(rhythm_pattern), .unit = "quarters", .help = "Lengths." },
    { "intervals", FIELD_INTS, 0, AT(intervals), .unit = "semitones", .help = "From note to note." },
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape." },
    { "is_hook", FIELD_BOOL, 0, AT(is_hook), .help = "Whether the choruses use it." },
    { "hook_score", FIELD_REAL, 0, AT(hook_score), 0, 1, .help = "How it did against other candidates." },
};
static const struct fields motif_fields = FIELDS("motif", struct melody_motif, motif_rows, "A short idea.");
#undef AT

#define AT(member) offsetof(struct melody_hook, member)
static const struct field hook_rows[] = {
    { "melody_notes", FIELD_STRINGS, 0, AT(melody_notes), .help = "Pitches; R is a rest." },
    { "rhythm_pattern", FIELD_REALS, 0, AT(rhythm_pattern), .unit = "quarters", .help = "Lengths." },
    { "lyrics_snippet", FIELD_STRING, 0, AT(lyrics_snippet), .help = "Words." },
    { "placement", FIELD_STRING, 0, AT(placement), .help = "Section type where it returns." },
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape." },
    { "singability_score", FIELD_REAL, 0, AT(singability_score), 0, 1, .help = "Share of small intervals." },
    { "memorability_score", FIELD_REAL, 0, AT(memorability_score), 0, 1, .help = "How it did against others." },
};
static const struct fields hook_fields = FIELDS("hook", struct melody_hook, hook_rows, "What one remembers.");
#undef AT

#define AT(member) offsetof(struct section_melody, member)
static const struct field section_rows[] = {
    { "section_type", FIELD_STRING, FIELD_REQUIRED, AT(section_type), .help = "Type of section it is for." },
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "The one section it is for; null: all of the type." },
    { "phrases", FIELD_STRING_LISTS, 0, AT(phrases), 0, 1000, .help = "Pitches such as E4; R is a rest." },
    { "phrase_rhythms", FIELD_REAL_LISTS, 0, AT(phrase_rhythms), 0, 1000, "quarters", .help = "Lengths, one a pitch." },
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape." },
    { "uses_motifs", FIELD_STRINGS, 0, AT(uses_motifs), .help = "Names of motifs." },
    { "register", FIELD_STRING, 0, AT(range), .help = "low, mid or high: where pitches without an octave are placed." },
};
static const struct fields section_fields = FIELDS("section_melody", struct section_melody, section_rows,
                                                   "The tune of a section.");
#undef AT

#define AT(member) offsetof(struct melody_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "harmony_id", FIELD_STRING, 0, AT(harmony_id), .help = "Identifier of the harmony_spec." },
    { "key", FIELD_OBJECT_PTR, 0, AT(key), .of = &key_name_fields,
      .help = "Key the notes are written in; null: the harmony's." },
    { "primary_hook", FIELD_OBJECT_PTR, 0, AT(primary_hook), .of = &hook_fields, .help = "The hook." },
    { "secondary_hooks", FIELD_LIST, 0, AT(secondary_hooks), .of = &hook_fields, .help = "Further hooks." },
    { "motifs", FIELD_LIST, 0, AT(motifs), .of = &motif_fields, .help = "The ideas the tune is made of." },
    { "section_melodies", FIELD_LIST, FIELD_REQUIRED, AT(section_melodies), 0, 1000, .of = &section_fields,
      .help = "The tune of each section." },
    { "lowest_note", FIELD_STRING, 0, AT(lowest_note), .help = "Lowest pitch." },
    { "highest_note", FIELD_STRING, 0, AT(highest_note), .help = "Highest pitch." },
    { "typical_range_octaves", FIELD_REAL, 0, AT(typical_range_octaves), 0, 10, .help = "Range." },
    { "development_techniques", FIELD_STRINGS, 0, AT(development_techniques), .help = "How the ideas are developed." },
    { "originality_score", FIELD_REAL, 0, AT(originality_score), 0, 1, .help = "Share of phrases of its own." },
};
const struct fields melody_spec_fields = FIELDS("melody_spec", struct melody_spec, rows, "The tune.");
