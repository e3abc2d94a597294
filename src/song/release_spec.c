#include "song/release_spec.h"

#define AT(member) offsetof(struct release_file, member)
static const struct field file_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), .help = "File name." },
    { "kind", FIELD_STRING, 0, AT(kind), .help = "master, stem, picture, peaks, midi, sheet, lyrics or document." },
    { "label", FIELD_STRING, 0, AT(label), .help = "What it is, for people." },
    { "media_type", FIELD_STRING, 0, AT(media_type), .help = "Media type." },
    { "bytes", FIELD_LONG, 0, AT(bytes), .unit = "bytes", .help = "Size." },
    { "sha256", FIELD_STRING, 0, AT(sha256), .help = "Checksum, hexadecimal." },
    { "loudness_lufs", FIELD_REAL, FIELD_OMIT, AT(loudness_lufs), .unit = "LUFS", .help = "When it is decoded." },
    { "true_peak_dbtp", FIELD_REAL, FIELD_OMIT, AT(true_peak_dbtp), .unit = "dBTP", .help = "When it is decoded." },
};
static const struct fields file_fields = FIELDS("release_file", struct release_file, file_rows, "A finished file.");
#undef AT

#define AT(member) offsetof(struct release_stage, member)
static const struct field stage_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), .help = "Stage of the work." },
    { "seconds", FIELD_REAL, 0, AT(seconds), .unit = "s", .help = "How long it took." },
};
static const struct fields stage_fields = FIELDS("release_stage", struct release_stage, stage_rows,
                                                 "How long a stage took.");
#undef AT

#define AT(member) offsetof(struct release_credit, member)
static const struct field credit_rows[] = {
    { "role", FIELD_STRING, FIELD_REQUIRED, AT(role), .help = "What was done." },
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), .help = "Who did it." },
};
static const struct fields credit_fields = FIELDS("release_credit", struct release_credit, credit_rows,
                                                  "Who did what.");
#undef AT

#define AT(member) offsetof(struct release_spec, member)
static const struct field rows[] = {
    { "created_at", FIELD_STRING, 0, AT(created_at), .help = "When it was made." },
    { "updated_at", FIELD_STRING, 0, AT(updated_at), .help = "When it was changed." },
    { "id", FIELD_STRING, 0, AT(id), .help = "Identifier." },
    { "song_id", FIELD_STRING, 0, AT(song_id), .help = "Identifier of the song_spec." },
    { "title", FIELD_STRING, 0, AT(title), .help = "Title, from song_spec." },
    { "artist", FIELD_STRING, 0, AT(artist), .help = "Artist, from song_spec." },
    { "genre", FIELD_STRING, 0, AT(genre), .help = "Name of the song_spec's genre." },
    { "key", FIELD_STRING, 0, AT(key), .help = "Key in words, from song_spec." },
    { "bpm", FIELD_REAL, 0, AT(bpm), .unit = "bpm", .help = "Tempo, from song_spec." },
    { "time_signature", FIELD_STRING, 0, AT(time_signature), .help = "Time signature, from song_spec." },
    { "random_seed", FIELD_LONG, 0, AT(random_seed), .help = "The seed that gives this song again." },
    { "credits", FIELD_LIST, 0, AT(credits), .of = &credit_fields, .help = "Who did what." },
    { "licence", FIELD_STRING, 0, AT(licence), .help = "Licence statement." },
    { "recipe", FIELD_STRING, 0, AT(recipe), 0, 8000, .help = "How to make the song again." },
    { "duration_seconds", FIELD_REAL, 0, AT(duration_seconds), .unit = "s", .help = "Length." },
    { "loudness_lufs", FIELD_REAL, 0, AT(loudness_lufs), .unit = "LUFS", .help = "Integrated loudness." },
    { "true_peak_dbtp", FIELD_REAL, 0, AT(true_peak_dbtp), .unit = "dBTP", .help = "True peak." },
    { "soundfont", FIELD_STRING, 0, AT(soundfont), .help = "SoundFont that was used: its file's name." },
    { "soundfont_sha256", FIELD_STRING, 0, AT(soundfont_sha256), .help = "SHA-256 of that file." },
    { "engine_version", FIELD_STRING, 0, AT(engine_version), .help = "Version of the engine." },
    { "stages", FIELD_LIST, 0, AT(stages), .of = &stage_fields, .help = "How long each stage took." },
    { "files", FIELD_LIST, 0, AT(files), .of = &file_fields, .help = "The finished files." },
};
const struct fields release_spec_fields = FIELDS("release_spec", struct release_spec, rows,
                                                 "What accompanies the files.");
