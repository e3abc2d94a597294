#include "song/vocal_spec.h"

#define AT(member) offsetof(struct vocal_note, member)
static const struct field note_rows[] = {
    { "tick", FIELD_INT, FIELD_REQUIRED, AT(tick), 0, INT_MAX, "ticks", .help = "480 a quarter note." },
    { "len_ticks", FIELD_INT, FIELD_REQUIRED, AT(len_ticks), 1, INT_MAX, "ticks", .help = "Sounding length." },
    { "pitch", FIELD_INT, FIELD_REQUIRED, AT(pitch), 0, 127, .help = "MIDI note." },
};
static const struct fields note_fields = FIELDS("vocal_note", struct vocal_note, note_rows, "A sung note.");
#undef AT

#define AT(member) offsetof(struct vocal_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "key", FIELD_OBJECT_PTR, 0, AT(key), .of = &key_name_fields,
      .help = "Key the notes are written in; null: that of the tune." },
    { "voice_type", FIELD_STRING, 0, AT(voice_type), .help = "Kind of voice." },
    { "lowest_pitch", FIELD_INT, 0, AT(lowest_pitch), 0, 127, .help = "Lowest note of the voice (MIDI)." },
    { "highest_pitch", FIELD_INT, 0, AT(highest_pitch), 0, 127, .help = "Highest note of the voice (MIDI)." },
    { "octave_shift", FIELD_INT, 0, AT(octave_shift), -48, 48, "semitones", "0",
      .help = "From the written tune to the voice." },
    { "has_harmonies", FIELD_BOOL, 0, AT(has_harmonies), 0, 0, NULL, "false",
      .help = "Whether a second voice joins in the choruses." },
    { "breath_ticks", FIELD_REAL, 0, AT(breath_ticks), 0, 1920, "ticks", "60",
      .help = "Taken off the last note of a phrase." },
    { "sections", FIELD_STRINGS, 0, AT(sections), .help = "Labels of the sections that are sung." },
    { "notes", FIELD_LIST, 0, AT(notes), .of = &note_fields, .help = "The guide line." },
    { "harmonies", FIELD_LIST, 0, AT(harmonies), .of = &note_fields, .help = "The second voice." },
};
const struct fields vocal_spec_fields = FIELDS("vocal_spec", struct vocal_spec, rows, "The guide voice.");
