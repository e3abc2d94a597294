/*
 * What the reviewer measures of a song, and between which values it passes: one row a measure (bands.c). Within low …
 * high it passes, outside it is warned of, beyond fail_below or fail_above the song is made anew. `typical` is what good
 * music measures; candidates are chosen by their nearness to it. A genre whose music rightly measures otherwise says so in
 * its file, with the reason (struct genre_band).
 */
#ifndef GENRE_BANDS_H
#define GENRE_BANDS_H

#include "core/fields.h"

enum measure {
    MEASURE_LENGTH_ERROR,
    MEASURE_STRONG_TONES,
    MEASURE_TONES_BY_TIME,
    MEASURE_IN_SCALE,
    MEASURE_RESOLVED,
    MEASURE_RECOVERED,
    MEASURE_RANGE,
    MEASURE_SINGABILITY,
    MEASURE_PHRASE_ENDS,
    MEASURE_SHARP,
    MEASURE_LONGEST_RUN,
    MEASURE_MOTIFS,
    MEASURE_TUNE_RETURNS,
    MEASURE_KNOWN_TUNE,
    MEASURE_EARLIER_TRACK,
    MEASURE_ENDS_AT_HOME,
    MEASURE_IRREGULARITY,
    MEASURE_VOCABULARY,
    MEASURE_CHORDS_IN_KEY,
    MEASURE_VOICE_LEADING,
    MEASURE_CLASHES,
    MEASURE_GROOVE,
    MEASURE_LOOPS,
    MEASURE_SECTIONS,
    MEASURE_SILENCE,
    MEASURE_EXCLUDED,
    MEASURE_FAULTS,
    MEASURE_COUNT
};

/* NAN: no limit on that side, nothing that is typical. */
struct band {
    double low, typical, high;
    double fail_below, fail_above;
};

struct measure_info {
    const char *unit;
    struct band band;
    double weight;          /* in the choice among candidates; 0: not chosen by */
    const char *documents;  /* what it speaks of: names of song_documents */
    bool is_promise;        /* a song that fails it is refused; else it is delivered with that verdict */
    const char *help;
};
extern const struct measure_info measure_infos[MEASURE_COUNT];
extern const char *const measure_names[MEASURE_COUNT]; /* "clashes": in documents and genre files */
extern const struct choices measure_choices;

/* A genre's own band of a measure: the values that it gives replace the table's. */
struct genre_band {
    int measure;            /* enum measure */
    struct band band;       /* NAN: as in the table */
    const char *why;        /* why music of this genre measures otherwise */
};
extern const struct fields genre_band_fields;

/* The bands of a list with the table's values filled in, checked for order: problems below `pointer`, an index each. */
void genre_bands_check(const struct genre_band *bands, size_t count, const char *pointer, struct problems *problems);

/* The band of a measure where `bands` (may be empty) are the genre's own; *why, unless NULL, is then its reason, else NULL. */
struct band band_find(const struct genre_band *bands, size_t count, enum measure measure, const char **why);

/* How good a value is, 0 … 1: 1 at what is typical, 0.6 at low and high, 0 at fail_below and fail_above and beyond them (or,
 * where there is no such limit, as far outside as the band is wide); 1 inside a band that names nothing typical. NAN (nothing
 * was measured) is 0.8, neither good nor bad. */
double band_closeness(const struct band *band, double value);

#endif
