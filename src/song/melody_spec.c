#include "song/melody_spec.h"

#include <string.h>

#include "song/harmony_spec.h"
#include "theory/pitch.h"

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
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape, for people." },
    { "is_hook", FIELD_BOOL, 0, AT(is_hook), .help = "Whether the choruses use it." },
    { "hook_score", FIELD_REAL, 0, AT(hook_score), 0, 1, .help = "How it did against other candidates." },
};
static const struct fields motif_fields = FIELDS("motif", struct melody_motif, motif_rows, "A short idea, for people.");
#undef AT

#define AT(member) offsetof(struct melody_hook, member)
static const struct field hook_rows[] = {
    { "melody_notes", FIELD_STRINGS, 0, AT(melody_notes), .help = "Pitches; R is a rest." },
    { "rhythm_pattern", FIELD_REALS, 0, AT(rhythm_pattern), .unit = "quarters", .help = "Lengths." },
    { "lyrics_snippet", FIELD_STRING, 0, AT(lyrics_snippet), .help = "Words." },
    { "placement", FIELD_STRING, 0, AT(placement), .help = "Section type where it returns." },
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape, for people." },
    { "singability_score", FIELD_REAL, 0, AT(singability_score), 0, 1, .help = "Share of small intervals." },
    { "memorability_score", FIELD_REAL, 0, AT(memorability_score), 0, 1, .help = "How it did against others." },
};
static const struct fields hook_fields = FIELDS("hook", struct melody_hook, hook_rows, "What one remembers, for people.");
#undef AT

#define AT(member) offsetof(struct section_melody, member)
static const struct field section_rows[] = {
    { "section_type", FIELD_STRING, FIELD_REQUIRED, AT(section_type), .help = "Type of section it is for." },
    { "section_label", FIELD_STRING, 0, AT(section_label), .help = "The one section it is for; null: all of the type." },
    { "phrases", FIELD_STRING_LISTS, 0, AT(phrases), 0, 1000, .help = "Pitches such as E4; R is a rest." },
    { "phrase_rhythms", FIELD_REAL_LISTS, 0, AT(phrase_rhythms), 0, 1000, "quarters", .help = "Lengths, one a pitch." },
    { "contour", FIELD_OBJECT_PTR, 0, AT(contour), .of = &contour_fields, .help = "Shape, for people." },
    { "uses_motifs", FIELD_STRINGS, 0, AT(uses_motifs), .help = "Names of motifs, for people." },
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
    { "primary_hook", FIELD_OBJECT_PTR, 0, AT(primary_hook), .of = &hook_fields, .help = "The hook, for people; section_melodies decides what is played." },
    { "secondary_hooks", FIELD_LIST, 0, AT(secondary_hooks), .of = &hook_fields, .help = "Further hooks, for people." },
    { "motifs", FIELD_LIST, 0, AT(motifs), .of = &motif_fields, .help = "The ideas the tune is made of, for people; section_melodies decides." },
    { "section_melodies", FIELD_LIST, FIELD_REQUIRED, AT(section_melodies), 0, 1000, .of = &section_fields,
      .help = "The tune of each section: what is played." },
    { "lowest_note", FIELD_STRING, 0, AT(lowest_note), .help = "Lowest pitch, for people." },
    { "highest_note", FIELD_STRING, 0, AT(highest_note), .help = "Highest pitch, for people." },
    { "interval_hash", FIELD_STRING, 0, AT(interval_hash), 0, 16,
      .help = "The same for transposed tunes: 16 digits of the SHA-256 of the intervals, a signed byte each." },
    { "contour_fingerprint", FIELD_STRING, 0, AT(contour_fingerprint), 0, 64,
      .help = "Parsons code of the tune's beginning: * then u up, d down, r repeat." },
    { "typical_range_octaves", FIELD_REAL, 0, AT(typical_range_octaves), 0, 10, .help = "Range." },
    { "development_techniques", FIELD_STRINGS, 0, AT(development_techniques), .help = "How the ideas are developed." },
    { "originality_score", FIELD_REAL, 0, AT(originality_score), 0, 1, .help = "1: nothing goes like the beginning of a known tune; 0: eight notes do." },
};
#undef AT

bool melody_note_is_rest(const char *text)
{
    return strcmp(text, "R") == 0;
}

static void phrase_check(const struct string_list *notes, const struct real_list *lengths, const char *notes_at,
                         const char *lengths_at, struct problems *problems)
{
    struct note_name note;
    struct pitch_name pitch;

    if (notes->count != lengths->count)
        problem_add(problems, notes_at, "expected %zu notes, one a length, not %zu", lengths->count, notes->count);
    for (size_t i = 0; i < notes->count; i++)
        if (!melody_note_is_rest(notes->items[i]) && !note_parse(notes->items[i], &note) &&
            !pitch_parse(notes->items[i], &pitch))
            problem_add(problems, json_pointer_add_index(problems->arena, notes_at, i),
                        "expected a pitch such as E4 or E, or R for a rest, not '%.20s'", notes->items[i]);
    for (size_t i = 0; i < lengths->count; i++)
        if (!(lengths->items[i] > 0 && lengths->items[i] <= 4096))
            problem_add(problems, json_pointer_add_index(problems->arena, lengths_at, i),
                        "expected a length above 0 in quarter notes, not %.6g", lengths->items[i]);
}

static void section_check(const struct section_melody *s, const char *pointer, struct problems *problems)
{
    const char *phrases = json_pointer_add(problems->arena, pointer, "phrases");
    const char *rhythms = json_pointer_add(problems->arena, pointer, "phrase_rhythms");

    if (s->phrases.count != s->phrase_rhythms.count)
        problem_add(problems, rhythms, "expected %zu lists, one a phrase, not %zu", s->phrases.count, s->phrase_rhythms.count);
    for (size_t p = 0; p < s->phrases.count && p < s->phrase_rhythms.count; p++)
        phrase_check(&s->phrases.items[p], &s->phrase_rhythms.items[p], json_pointer_add_index(problems->arena, phrases, p),
                     json_pointer_add_index(problems->arena, rhythms, p), problems);
}

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct melody_spec *spec = (const struct melody_spec *)in;
    const char *sections = json_pointer_add(problems->arena, pointer, "section_melodies");

    for (size_t i = 0; i < spec->section_melodies.count; i++) {
        const struct section_melody *s = &spec->section_melodies.items[i];
        const char *here = json_pointer_add_index(problems->arena, sections, i);

        section_check(s, here, problems);
        for (size_t j = 0; j < i; j++)
            if (section_names_are_alike(s->section_type, s->section_label, spec->section_melodies.items[j].section_type,
                                        spec->section_melodies.items[j].section_label))
                problem_add(problems, here, "expected one tune for each section: section_melodies %zu is for the same", j);
    }
}

const struct fields melody_spec_fields = {
    .name = "melody_spec",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct melody_spec),
    .help = "The tune.",
    .check = check,
};
