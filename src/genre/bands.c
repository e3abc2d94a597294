#include "genre/bands.h"

#include <math.h>
#include <string.h>

const char *const measure_names[MEASURE_COUNT] = {
    [MEASURE_LENGTH_ERROR] = "length_error",
    [MEASURE_STRONG_TONES] = "chord_tones_on_strong_beats",
    [MEASURE_TONES_BY_TIME] = "chord_tones_by_time",
    [MEASURE_IN_SCALE] = "in_scale",
    [MEASURE_RESOLVED] = "foreign_notes_resolved",
    [MEASURE_RECOVERED] = "leaps_recovered",
    [MEASURE_RANGE] = "tune_range",
    [MEASURE_SINGABILITY] = "singability",
    [MEASURE_PHRASE_ENDS] = "phrases_end_on_chord_tones",
    [MEASURE_SHARP] = "sharp_against_the_chord",
    [MEASURE_LONGEST_RUN] = "longest_repetition",
    [MEASURE_MOTIFS] = "motifs_return",
    [MEASURE_TUNE_RETURNS] = "bars_of_the_tune_repeated",
    [MEASURE_KNOWN_TUNE] = "like_a_known_tune",
    [MEASURE_EARLIER_TRACK] = "like_an_earlier_track",
    [MEASURE_ENDS_AT_HOME] = "ends_at_home",
    [MEASURE_IRREGULARITY] = "chord_progression_irregularity",
    [MEASURE_VOCABULARY] = "different_chords",
    [MEASURE_CHORDS_IN_KEY] = "chords_in_key",
    [MEASURE_VOICE_LEADING] = "voice_leading",
    [MEASURE_CLASHES] = "clashes",
    [MEASURE_GROOVE] = "groove_consistency",
    [MEASURE_LOOPS] = "bars_repeated",
    [MEASURE_SECTIONS] = "sections_differ",
    [MEASURE_SILENCE] = "longest_silence",
    [MEASURE_EXCLUDED] = "excluded_instruments_heard",
    [MEASURE_FAULTS] = "faults",
};
const struct choices measure_choices = { measure_names, MEASURE_COUNT, NULL };

#define TUNE "melody_spec"
#define TUNE_AND_CHORDS "melody_spec harmony_spec"
#define NO NAN

/* Bands after the 5th, 50th and 95th percentile of human songs (POP909, Nottingham tunes, jazz lead sheets, game scores)
 * where they were measured; what fails is far outside of them. */
/* clang-format off */
const struct measure_info measure_infos[MEASURE_COUNT] = {
    /* measure                   unit         low   typ.  high  fails below, above; weight; of what; promise */
    [MEASURE_LENGTH_ERROR]  = { "%",         { NO,   0,    2,    NO,   5 },    0,   "arrangement_spec song_spec", true,
      "Length against the length that was asked for." },
    [MEASURE_STRONG_TONES]  = { "share",     { 0.65, 0.85, NO,   0.45, NO },   2,   TUNE_AND_CHORDS, false,
      "Notes of the tune on strong beats that belong to the chord." },
    [MEASURE_TONES_BY_TIME] = { "share",     { 0.55, 0.8,  NO,   0.35, NO },   1,   TUNE_AND_CHORDS, false,
      "The tune's sounding time on chord tones." },
    [MEASURE_IN_SCALE]      = { "share",     { 0.9,  0.99, NO,   0.75, NO },   1,   TUNE_AND_CHORDS, false,
      "The tune's sounding time in the scale." },
    [MEASURE_RESOLVED]      = { "share",     { 0.5,  NO,   NO,   0.2,  NO },   1,   TUNE_AND_CHORDS, false,
      "Notes foreign to the chord that are left by step." },
    [MEASURE_RECOVERED]     = { "share",     { 0.8,  0.97, NO,   0.5,  NO },   1,   TUNE, false,
      "Leaps of the tune that are turned back." },
    [MEASURE_RANGE]         = { "semitones", { 7,    14,   24,   4,    36 },   1,   TUNE, false,
      "From the tune's lowest to its highest note." },
    [MEASURE_SINGABILITY]   = { "share",     { 0.85, 0.98, NO,   0.6,  NO },   2,   TUNE, false,
      "Moves of the tune that a voice makes easily: no tritone or seventh, at most an octave, time for each note and to breathe." },
    [MEASURE_PHRASE_ENDS]   = { "share",     { 0.7,  NO,   NO,   0.4,  NO },   1,   TUNE_AND_CHORDS, false,
      "Last notes of phrases that belong to the chord." },
    [MEASURE_SHARP]         = { "share",     { NO,   0,    0.05, NO,   0.15 }, 2,   TUNE_AND_CHORDS, false,
      "The tune's time on long notes a semitone above a chord tone." },
    [MEASURE_LONGEST_RUN]   = { "notes",     { NO,   2,    6,    NO,   14 },   1,   TUNE, false,
      "The longest run of one pitch in the tune." },
    [MEASURE_MOTIFS]        = { "share",     { 0.35, 0.85, NO,   0.1,  NO },   2,   TUNE, false,
      "Groups of four notes whose intervals and rhythm come again elsewhere in the tune." },
    [MEASURE_TUNE_RETURNS]  = { "share",     { 0.1,  0.5,  0.86, NO,   0.97 }, 1,   TUNE, false,
      "Bars of the tune that repeat an earlier one note for note: repetition against variation." },
    [MEASURE_KNOWN_TUNE]    = { "notes",     { NO,   NO,   6,    NO,   7 },    4,   TUNE, false,
      "The longest run of notes that goes like the beginning of a well-known tune." },
    [MEASURE_EARLIER_TRACK] = { "notes",     { NO,   NO,   10,   NO,   12 },   0,   TUNE, false,
      "The longest run of notes that goes like the tune of a track made here before." },
    [MEASURE_ENDS_AT_HOME]  = { "share",     { 1,    NO,   NO,   1,    NO },   4,   "harmony_spec song_spec", false,
      "Whether the last chord is the tonic." },
    [MEASURE_IRREGULARITY]  = { "share",     { 0.15, 0.45, 0.85, NO,   NO },   2,   "harmony_spec", false,
      "Different successions of three chords among all: low is a loop, high has no plan." },
    [MEASURE_VOCABULARY]    = { "chords",    { 4,    10,   20,   NO,   NO },   1,   "harmony_spec", false,
      "How many different chords the song has." },
    [MEASURE_CHORDS_IN_KEY] = { "share",     { 0.6,  0.9,  NO,   NO,   NO },   3,   "harmony_spec", false,
      "Time in which the chord's triad belongs to the key." },
    [MEASURE_VOICE_LEADING] = { "semitones", { NO,   2.2,  4.5,  NO,   7 },    0,   "harmony_spec", false,
      "How far a voice moves from chord to chord, on average." },
    [MEASURE_CLASHES]       = { "share",     { NO,   0.02, 0.15, NO,   0.4 },  0,   TUNE_AND_CHORDS, false,
      "Time in which two parts stand a minor second or ninth apart that is not in the chord." },
    [MEASURE_GROOVE]        = { "share",     { 0.7,  0.9,  NO,   0.5,  NO },   0,   "rhythm_spec", false,
      "How far the rhythm section's bars keep the places of the bar before them." },
    [MEASURE_LOOPS]         = { "share",     { NO,   0.3,  0.7,  NO,   0.95 }, 0,   "rhythm_spec arrangement_spec", false,
      "Bars in which everybody repeats an earlier bar." },
    [MEASURE_SECTIONS]      = { "share",     { 0.1,  0.4,  NO,   0.02, NO },   0,   "arrangement_spec rhythm_spec", false,
      "How much the number of notes and their velocity change from section to section." },
    [MEASURE_SILENCE]       = { "bars",      { NO,   NO,   2,    NO,   6 },    0,   "arrangement_spec rhythm_spec", false,
      "The longest stretch in which nobody plays." },
    [MEASURE_EXCLUDED]      = { "parts",     { NO,   NO,   0,    NO,   0 },    0,   "sound_design_spec", true,
      "Parts with an instrument that was to be left out." },
    [MEASURE_FAULTS]        = { "count",     { NO,   NO,   0,    NO,   0 },    0,   "", true,
      "Notes that break the rules of the score." },
};
/* clang-format on */

#define AT(member) offsetof(struct genre_band, member)
static const struct field rows[] = {
    { "measure", FIELD_CHOICE, FIELD_REQUIRED, AT(measure), .choices = &measure_choices, .help = "What is measured." },
    { "low", FIELD_REAL, FIELD_OMIT, AT(band.low), .help = "Lowest value that passes." },
    { "typical", FIELD_REAL, FIELD_OMIT, AT(band.typical), .help = "What good music of the genre measures." },
    { "high", FIELD_REAL, FIELD_OMIT, AT(band.high), .help = "Highest value that passes." },
    { "fail_below", FIELD_REAL, FIELD_OMIT, AT(band.fail_below), .help = "Below it the song is made anew." },
    { "fail_above", FIELD_REAL, FIELD_OMIT, AT(band.fail_above), .help = "Above it the song is made anew." },
    { "why", FIELD_STRING, FIELD_REQUIRED, AT(why), 10, 300, .help = "Why music of the genre measures otherwise." },
};
const struct fields genre_band_fields = FIELDS("review", struct genre_band, rows, "The genre's own band of a measure.");
#undef AT

static double given(double own, double table)
{
    return isnan(own) ? table : own;
}

struct band band_find(const struct genre_band *bands, size_t count, enum measure measure, const char **why)
{
    struct band band = measure_infos[measure].band;

    if (why != NULL)
        *why = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct band *own = &bands[i].band;

        if (bands[i].measure != (int)measure)
            continue;
        band = (struct band){ given(own->low, band.low), given(own->typical, band.typical), given(own->high, band.high),
                              given(own->fail_below, band.fail_below), given(own->fail_above, band.fail_above) };
        if (why != NULL)
            *why = bands[i].why;
    }
    return band;
}

static bool is_in_order(const struct band *band)
{
    const double values[] = { band->fail_below, band->low, band->typical, band->high, band->fail_above };
    double last = -HUGE_VAL;

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (values[i] < last)
            return false;
        last = isnan(values[i]) ? last : values[i];
    }
    return true;
}

void genre_bands_check(const struct genre_band *bands, size_t count, const char *pointer, struct problems *problems)
{
    for (size_t i = 0; i < count; i++) {
        const char *here = json_pointer_add_index(problems->arena, pointer, i);
        struct band band;

        if (bands[i].measure < 0) /* complained of already */
            continue;
        band = band_find(&bands[i], 1, (enum measure)bands[i].measure, NULL);
        if (!is_in_order(&band))
            problem_add(problems, here, "expected fail_below ≤ low ≤ typical ≤ high ≤ fail_above, with what is not given as "
                                        "in the table");
        for (size_t j = 0; j < i; j++)
            if (bands[j].measure == bands[i].measure)
                problem_add(problems, here, "'%s' has a band above already", measure_names[bands[i].measure]);
    }
}

#define AT_THE_EDGE 0.6

/* How far `value` is on its way from `from` to `to`, 0 … 1. */
static double way(double value, double from, double to)
{
    return to == from ? 1 : fmin(fmax((value - from) / (to - from), 0), 1);
}

double band_closeness(const struct band *band, double value)
{
    bool above = value > band->typical || (isnan(band->typical) && value > band->high);
    double edge = above ? band->high : band->low, fail = above ? band->fail_above : band->fail_below;
    double width = isnan(band->typical) ? fmax(fabs(edge), 0.1) : fabs(edge - band->typical);

    if (isnan(value))
        return 0.8;
    if (isnan(edge))
        return 1;
    if (isnan(fail))
        fail = above ? edge + width : edge - width;
    if (above ? value > edge : value < edge)
        return AT_THE_EDGE * (1 - way(value, edge, fail));
    return isnan(band->typical) ? 1 : 1 - (1 - AT_THE_EDGE) * way(value, band->typical, edge);
}
