#include "song/brief.h"

#include <assert.h>
#include <string.h>

#include "song/master_spec.h"
#include "song/output.h"
#include "theory/key.h"
#include "theory/metre.h"

#define AT(member) offsetof(struct brief, member)
#define AT_TRACK(member) offsetof(struct track_request, member)

static const char *const priority_names[PRIORITY_COUNT] = { "low", "normal", "high" };
static const struct choices priority_choices = { priority_names, PRIORITY_COUNT, NULL };

/* The rows of all documents: a brief's first, the last of which also stand beside given documents, then those that a track
 * adds, then those of the service's queue. */
enum { SHARED_ROWS = 3, TRACK_ROWS = 4, ORDER_ROWS = 2, DELIVERY_ROWS = SHARED_ROWS + TRACK_ROWS };

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

    { "target", FIELD_CHOICE, 0, AT(target), .choices = &master_target_choices,
      .help = "Where the master goes: its loudness and true peak; otherwise read from the brief, or streaming." },
    { "soundfont", FIELD_STRING, 0, AT(soundfont), 1, 60,
      .help = "SoundFont that plays, by its name here; otherwise the genre's, or the first." },
    { "soundfont_sha256", FIELD_STRING, 0, AT(soundfont_sha256), 64, 64,
      .help = "SHA-256 that its file must have, so that the sound is the same; from a recipe." },

    { "output_formats", FIELD_STRINGS, 0, AT_TRACK(output_formats), 1, OUTPUT_COUNT, NULL, "[\"wav\",\"mp3\"]",
      .choices = &output_choices, .help = "Formats of the finished track." },
    { "render_stems", FIELD_BOOL, 0, AT_TRACK(render_stems), 0, 0, NULL, "false",
      .help = "Whether each part is also delivered as its own file." },
    { "stem_format", FIELD_CHOICE, 0, AT_TRACK(stem_format), 0, 0, NULL, "\"wav\"", .choices = &output_choices,
      .help = "Format of the stems." },
    { "drum_stems", FIELD_BOOL, 0, AT_TRACK(drum_stems), 0, 0, NULL, "false",
      .help = "Whether the stems include kick, snare, hats, toms, cymbals and percussion by themselves." },

    { "priority", FIELD_CHOICE, 0, AT_TRACK(priority), 0, 0, NULL, "\"normal\"", .choices = &priority_choices,
      .help = "Which of the organisation's own jobs goes first; no way past those of others." },
    { "callback_url", FIELD_STRING, 0, AT_TRACK(callback_url), 8, 1000,
      .help = "Called by POST, signed, when the job is completed, failed or cancelled." },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static_assert(offsetof(struct track_request, brief) == 0, "a brief's rows serve both documents");

const struct fields brief_fields = {
    .name = "brief",
    .rows = rows,
    .count = ROWS - TRACK_ROWS - ORDER_ROWS,
    .size = sizeof(struct brief),
    .help = "What a person asks for.",
};

#define TRACK_FIELDS(name_, first_, count_, help_)                                                           \
    { .name = (name_), .rows = rows + (first_), .count = (count_), .size = sizeof(struct track_request), .help = (help_) }

const struct fields track_request_fields =
    TRACK_FIELDS("track_request", 0, ROWS - ORDER_ROWS, "What a person asks for, and in which files.");
const struct fields delivery_fields = TRACK_FIELDS("delivery", ROWS - ORDER_ROWS - DELIVERY_ROWS, DELIVERY_ROWS,
                                                   "What is delivered; the documents stand beside it.");
const struct fields order_fields =
    TRACK_FIELDS("order", ROWS - ORDER_ROWS, ORDER_ROWS, "What is said about the job in the service's queue.");
const struct fields track_order_fields =
    TRACK_FIELDS("track_order", 0, ROWS, "What a person asks for, in which files, and as what job.");
const struct fields delivery_order_fields =
    TRACK_FIELDS("delivery_order", ROWS - ORDER_ROWS - DELIVERY_ROWS, DELIVERY_ROWS + ORDER_ROWS,
                 "What is delivered, and as what job; the documents stand beside it.");

unsigned output_formats_bits(const char *const *names, size_t count)
{
    unsigned bits = 0;

    for (size_t i = 0; i < count; i++)
        for (unsigned f = 0; f < OUTPUT_COUNT; f++)
            if (strcmp(names[i], output_infos[f].name) == 0)
                bits |= 1u << f;
    return bits;
}
