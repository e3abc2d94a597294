/*
 * Whether a tune goes like one that was made before. What is remembered of a track is its tune as a text: for each note the
 * semitones from the note before, a colon, and the ticks (480 a quarter) from its onset, "+2:240"; a "|" where a long rest
 * parts two lines. Sections that return are remembered once.
 */
#ifndef BAND_LIKENESS_H
#define BAND_LIKENESS_H

#include "core/arena.h"
#include "song/timeline.h"

enum { LIKENESS_NOTES_MAX = 400 }; /* of a tune that is remembered; what goes beyond is left out */

/* The tune as it is remembered; "" when there are not two notes. */
const char *likeness_text(const struct timeline *t, struct arena *a);

struct earlier_note {
    int8_t interval;        /* semitones from the note before */
    bool starts_line;       /* no run goes over this */
    int32_t ticks;          /* from the onset before */
};

/* A track made before. */
struct earlier_tune {
    const char *title;      /* for people */
    const char *made;       /* date, for people */
    const char *song;       /* which song it is: one of the same name is not compared (likeness_song) */
    const struct earlier_note *notes;
    size_t count;
};
struct earlier_tunes {
    struct earlier_tune *items;
    size_t count;
};

/* Reads what likeness_text wrote, into the arena. What cannot be read ends the tune there. */
struct earlier_tune likeness_read(const char *text, const char *title, const char *made, const char *song,
                                  struct arena *a);

/* Which song this is: the same for the same genre, seed and title, so that a song made again is not taken for a copy of
 * itself. In the arena. */
const char *likeness_song(const struct song *song, struct arena *a);

struct likeness {
    size_t notes;           /* the longest run that agrees; 0 when none of five notes does */
    const struct earlier_tune *with; /* NULL then */
};

/* The longest run of notes with the intervals and the proportions of time of a run in one of the earlier tunes, whatever the
 * key and the tempo; `song` is left out. Runs on fewer than three pitches are nobody's and do not count. Takes about a
 * millisecond for 500 tunes. */
struct likeness likeness_find(const struct timeline_note *notes, size_t count, const struct earlier_tunes *earlier,
                              const char *song, struct arena *a);

#endif
