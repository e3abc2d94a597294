/*
 * A genre as data: everything the band knows about a style, read from one file of conf/genres. No code knows a genre by
 * name; a new genre is a new file. Chords are written as lead sheets of roman numerals: "i | bVI | III | bVII" is four
 * bars, "ii9 V13 | Imaj9" two chords in the first of two bars (bars divide evenly), "%" repeats the bar before. Numerals
 * as in theory/roman.h.
 */
#ifndef GENRE_PROFILE_H
#define GENRE_PROFILE_H

#include "core/fields.h"
#include "genre/bands.h"
#include "genre/parts.h"
#include "theory/metre.h"
#include "theory/scale.h"

struct genre_tempo {
    double min, typical, max; /* bpm */
};

struct genre_mode {
    int mode;                 /* enum mode */
    double weight;
    double brightness;        /* 0–1: moods pull toward the modes near their own brightness */
};

enum genre_third { THIRD_ANY, THIRD_MAJOR, THIRD_MINOR, THIRD_COUNT };

/* A passage of chords. */
struct genre_chords {
    const char *bars;         /* lead sheet */
    double weight;            /* default 1 */
    int third;                /* enum genre_third: only in keys with that third */
};

struct genre_section_harmony {
    LIST_OF(const char *) sections;        /* section types; "*" for all that no other row names */
    LIST_OF(struct genre_chords) loops;    /* repeated to fill the section */
    LIST_OF(struct genre_chords) cadences; /* replace the section's last bars: a half cadence, an authentic one, … */
    int transpose;                         /* semitones: these sections stand in another key, a trio in the subdominant: 5 */
};

/* A reharmonisation that a repeat may have. */
struct genre_swap {
    const char *from;         /* numeral */
    const char *to;           /* one bar of a lead sheet in its place */
    double chance;            /* of each occurrence in a varied pass */
    int third;                /* enum genre_third */
};

struct genre_harmony {
    LIST_OF(struct genre_section_harmony) sections;
    LIST_OF(struct genre_chords) endings;  /* the song's last bars; ends on the tonic, which is held */
    LIST_OF(struct genre_swap) swaps;
    double secondary_dominant;             /* chance at the end of a phrase */
    double variation;                      /* 0–1: how much a later pass of a loop differs */
    double lift;                           /* chance that the last chorus stands a semitone or a whole tone higher */
};

/* How the tune of a section is built (band/melody_plan.h). */
enum tune_form { TUNE_SONG, TUNE_PERIOD, TUNE_SENTENCE, TUNE_AAB, TUNE_RIFF, TUNE_CALL, TUNE_SPARSE, TUNE_FORM_COUNT };

/* What a solo is made of: a tune like the others, lines of eighths through the changes, short licks. */
enum solo_style { SOLO_TUNE, SOLO_LINES, SOLO_LICKS, SOLO_STYLE_COUNT };

struct genre_melody {
    double density;           /* notes a bar of four quarters, on average */
    double syncopation;       /* 0–1: share of onsets pushed off the beat */
    double rest;              /* 0–1: share of silence */
    double leap;              /* 0–1: how willingly it leaps */
    double repeat;            /* 0–1: how willingly it repeats a note */
    double chromatic;         /* 0–1: approach notes from outside the scale */
    double colour;            /* 0–1: sevenths, ninths as goals on strong beats */
    int form;                 /* enum tune_form */
    int solo;                 /* enum solo_style */
    double pentatonic;        /* 0–1: how much it prefers the tonic's pentatonic scale */
    double blue;              /* 0–1: flat thirds and sevenths as notes of their own, bent */
    double ornament;          /* 0–1: grace notes, turns and mordents */
    double harmony;           /* 0–1: chance that the last hook is sung in thirds and sixths */
    int grid;                 /* finest division of a quarter: 2, 3 or 4 */
    int low, high;            /* MIDI pitches of the usual register */
    LIST_OF(const char *) sections;  /* types that have a tune; others have none */
    LIST_OF(const char *) rhythms;   /* idiomatic bars of 4/4 or the genre's own metre: lengths in quarters, a rest in
                                        brackets: "1 .5 .5 (1) 1" */
};

struct genre_section {
    const char *type;         /* "verse" */
    int bars;
    double energy;            /* 0–1 */
    int keep;                 /* 0–3: when the song must be shorter, the lowest go first; 3 stays */
};

struct genre_form {
    const char *name;
    double weight;
    LIST_OF(struct genre_section) sections;
    LIST_OF(struct genre_section) more;    /* inserted in turn before the last high point when the song is longer */
};

struct genre_ending {
    double hold;              /* chance of a held last chord, else a button */
    double ritardando;        /* chance of slowing down */
    double ritardando_percent;
};

struct genre_vocals {
    double chance;            /* of a voice when nobody asks */
    int low, high;            /* MIDI pitches of the guide voice */
};

struct genre {
    const char *id;           /* "lo-fi-hip-hop": the file's name */
    const char *name;
    LIST_OF(const char *) aliases;
    const char *description;
    struct genre_tempo tempo;
    LIST_OF(struct genre_mode) modes;
    struct metre time_signature;
    double duration_seconds;  /* usual length */
    const char *era;          /* "1980s" or NULL */
    const char *mood;         /* when the brief names none */
    double energy;            /* 0–1 usual mean */
    const char *soundfont;    /* that plays it, by its name (song/soundfonts.h); NULL: the first */
    LIST_OF(const char *) keys;      /* usual tonics, by preference: "A", "D" */
    LIST_OF(const char *) images;    /* fragments of its lyrics, syllables joined by "-": "through the ne-on light" */
    struct genre_harmony harmony;
    struct genre_melody melody;
    LIST_OF(struct genre_form) forms;
    struct genre_ending ending;
    struct genre_vocals vocals;
    LIST_OF(struct genre_band) review; /* where it rightly measures other than the table of genre/bands.h */
    struct genre_players players;    /* the performing half (genre/parts.h) */
};

extern const struct fields genre_fields;

/* The harmony of a section type: the row that names it, else the row of "*", else the first. Never NULL. */
const struct genre_section_harmony *genre_harmony_for(const struct genre *g, const char *section_type);

/* Whether a passage for `third` (enum genre_third) may be used in a key. */
bool genre_third_fits(int third, bool key_minor);

#endif
