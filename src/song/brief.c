#include "song/brief.h"

#include <assert.h>
#include <string.h>

#include "song/output.h"
#include "theory/key.h"
#include "theory/metre.h"

#define AT(member) offsetof(struct brief, member)
#define AT_TRACK(member) offsetof(struct track_request, member)

/* The rows of both documents: a brief's first, then those that a track adds. */
enum { TRACK_ROWS = 4 };

static const struct field rows[] = {
    /* name, kind, flags, offset, min, max, unit, default, help */
    { "title", FIELD_STRING, FIELD_REQUIRED, AT(title), 1, 200, .help = "Title of the song, in any script." },
    { "genre", FIELD_STRING, FIELD_REQUIRED, AT(genre), 1, 100, .help = "A genre: its id, name or an alias." },
    { "brief", FIELD_STRING, FIELD_REQUIRED, AT(brief), 1, 2000, .help = "What is wanted, in plain English." },
    { "bpm", FIELD_REAL, 0, AT(bpm), 40, 300, "bpm", .help = "Tempo in quarter notes a minute." },
    { "key", FIELD_STRING, 0, AT(key), 1, 3, .codec = &request_key_codec, .help = "Key: C, F#m, Bb." },
    { "duration_seconds", FIELD_REAL, 0, AT(duration_seconds), 30, 600, "s", .help = "Length of the track." },
    { "mood", FIELD_STRING, 0, AT(mood), 1, 100, .help = "Mood; otherwise read from the brief." },
    { "seed", FIELD_LONG, 0, AT(seed), 0, 9007199254740991.0,
      .help = "The same request with the same seed gives the same song." },
    { "vocals", FIELD_BOOL, 0, AT(vocals), .help = "Whether there is a guide voice with words." },
    { "instruments", FIELD_STRINGS, 0, AT(instruments), 0, 32, .help = "Instruments that must be heard." },
    { "exclude_instruments", FIELD_STRINGS, 0, AT(exclude_instruments), 0, 32,
      .help = "Instruments that must not be heard." },
    { "time_signature", FIELD_STRING, 0, AT(time_signature), 1, 7, .codec = &metre_codec, .help = "Time signature: 4/4, 3/4, 6/8." },

    { "output_formats", FIELD_STRINGS, 0, AT_TRACK(output_formats), 1, OUTPUT_COUNT, NULL, "[\"wav\",\"mp3\"]",
      .choices = &output_choices, .help = "Formats of the finished track." },
    { "render_stems", FIELD_BOOL, 0, AT_TRACK(render_stems), 0, 0, NULL, "false",
      .help = "Whether each part is also delivered as its own file." },
    { "stem_format", FIELD_CHOICE, 0, AT_TRACK(stem_format), 0, 0, NULL, "\"wav\"", .choices = &output_choices,
      .help = "Format of the stems." },
    { "drum_stems", FIELD_BOOL, 0, AT_TRACK(drum_stems), 0, 0, NULL, "false",
      .help = "Whether the stems include kick, snare, hats, toms, cymbals and percussion by themselves." },
};

static_assert(offsetof(struct track_request, brief) == 0, "a brief's rows serve both documents");

const struct fields brief_fields = {
    .name = "brief",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]) - TRACK_ROWS,
    .size = sizeof(struct brief),
    .help = "What a person asks for.",
};

const struct fields track_request_fields = {
    .name = "track_request",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct track_request),
    .help = "What a person asks for, and in which files.",
};

const struct fields delivery_fields = {
    .name = "delivery",
    .rows = rows + sizeof(rows) / sizeof(rows[0]) - TRACK_ROWS,
    .count = TRACK_ROWS,
    .size = sizeof(struct track_request),
    .help = "What is delivered; the documents stand beside it.",
};

unsigned output_formats_bits(const char *const *names, size_t count)
{
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        for (unsigned f = 0; f < OUTPUT_COUNT; f++)
            if (strcmp(names[i], output_infos[f].name) == 0)
                bits |= 1u << f;
    return bits;
}
