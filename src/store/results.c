#include "store/results.h"

#define AT(member) offsetof(struct job_stage, member)
static const struct field stage_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, AT(name), .help = "What was done." },
    { "seconds", FIELD_REAL, FIELD_REQUIRED, AT(seconds), .unit = "s", .help = "How long it took." },
};
static const struct fields stage_fields = FIELDS("stage", struct job_stage, stage_rows, "One step of the work.");
#undef AT

#define AT(member) offsetof(struct job_result, member)
static const struct field rows[] = {
    { "job_id", FIELD_STRING, FIELD_REQUIRED, AT(job_id), .help = "The job." },
    { "status", FIELD_STRING, FIELD_REQUIRED, AT(status), .help = "completed." },
    { "title", FIELD_STRING, 0, AT(title), .help = "Title of the song." },
    { "genre", FIELD_STRING, 0, AT(genre), .help = "Id of the genre." },
    { "key", FIELD_STRING, 0, AT(key), .help = "Key, such as A minor." },
    { "bpm", FIELD_REAL, 0, AT(bpm), .unit = "bpm", .help = "Tempo." },
    { "duration_seconds", FIELD_REAL, 0, AT(duration_seconds), .unit = "s", .help = "Length of the track." },
    { "loudness_lufs", FIELD_REAL, FIELD_OMIT, AT(loudness_lufs), .unit = "LUFS",
      .help = "Integrated loudness (EBU R 128), measured on the finished master." },
    { "peak_db", FIELD_REAL, FIELD_OMIT, AT(peak_db), .unit = "dBTP",
      .help = "True peak, measured on the finished master." },
    { "seed", FIELD_LONG, 0, AT(seed), 0, 9007199254740991.0, .help = "The seed that makes the same song again." },
    { "soundfont", FIELD_STRING, FIELD_OMIT, AT(soundfont), .help = "The SoundFont that was played." },
    { "output_files", FIELD_JSON, FIELD_REQUIRED, AT(output_files), .help = "Where to download each file, by its label." },
    { "stages", FIELD_LIST, 0, AT(stages), .of = &stage_fields, .help = "What was done, and how long it took." },
};
const struct fields job_result_fields = FIELDS("job_result", struct job_result, rows, "What a finished job says.");
