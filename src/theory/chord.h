/*
 * Chords: a spelled root, one of the qualities of CHORD_TABLE, and perhaps another bass. The table is the one list of
 * qualities; documents, symbols, numerals and voicings derive from it. Pure functions; any thread.
 */
#ifndef THEORY_CHORD_H
#define THEORY_CHORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fields.h"
#include "theory/key.h"
#include "theory/pitch.h"
#include "theory/scale.h"

/* enum          name in JSON  symbol      aliases (exact case)                 semitones above the root, ascending */
/* clang-format off */
#define CHORD_TABLE(X) \
    X(MAJ,         "maj",       "",         "major,M,Maj,ma",                    0, 4, 7) \
    X(MIN,         "min",       "m",        "minor,-,mi,Min",                    0, 3, 7) \
    X(DIM,         "dim",       "dim",      "diminished,o,°",                    0, 3, 6) \
    X(AUG,         "aug",       "aug",      "augmented,+,maj#5",                 0, 4, 8) \
    X(SUS2,        "sus2",      "sus2",     "",                                  0, 2, 7) \
    X(SUS4,        "sus4",      "sus4",     "sus",                               0, 5, 7) \
    X(5,           "5",         "5",        "power,no3",                         0, 7) \
    X(6,           "6",         "6",        "maj6,M6,major6,add6",               0, 4, 7, 9) \
    X(MIN6,        "min6",      "m6",       "-6,minor6,mi6",                     0, 3, 7, 9) \
    X(MAJ7,        "maj7",      "maj7",     "M7,major7,Maj7,ma7,Δ,Δ7,^7,j7",     0, 4, 7, 11) \
    X(MIN7,        "min7",      "m7",       "-7,minor7,mi7",                     0, 3, 7, 10) \
    X(7,           "7",         "7",        "dom7,dominant,dominant7,dom",       0, 4, 7, 10) \
    X(MIN7B5,      "min7b5",    "m7b5",     "half-diminished,half-dim,halfdim7,hdim7,h7,-h7,ø,ø7,-7b5,m7-5", 0, 3, 6, 10) \
    X(DIM7,        "dim7",      "dim7",     "diminished7,full-diminished,o7,°7",                 0, 3, 6, 9) \
    X(MINMAJ7,     "minmaj7",   "mMaj7",    "mM7,mmaj7,minM7,minMaj7,-maj7,-M7,-Δ7,-Δ,mΔ,mΔ7", 0, 3, 7, 11) \
    X(MAJ7S5,      "maj7#5",    "maj7#5",   "M7#5,augmaj7,+maj7,+M7",            0, 4, 8, 11) \
    X(7S5,         "7#5",       "7#5",      "aug7,+7,7+,7+5,augmented7",         0, 4, 8, 10) \
    X(7B5,         "7b5",       "7b5",      "7-5,dom7b5",                        0, 4, 6, 10) \
    X(7SUS4,       "7sus4",     "7sus4",    "7sus",                              0, 5, 7, 10) \
    X(9SUS4,       "9sus4",     "9sus4",    "9sus",                              0, 5, 7, 10, 14) \
    X(13SUS4,      "13sus4",    "13sus4",   "13sus",                             0, 5, 7, 10, 14, 21) \
    X(7B9SUS4,     "7b9sus4",   "7b9sus4",  "7susb9,7sus4b9",                    0, 5, 7, 10, 13) \
    X(ADD9,        "add9",      "add9",     "add2,majadd9,2",                    0, 4, 7, 14) \
    X(MINADD9,     "minadd9",   "madd9",    "-add9,madd2,minadd2",               0, 3, 7, 14) \
    X(ADD11,       "add11",     "add11",    "add4,majadd11",                     0, 4, 7, 17) \
    X(MINADD11,    "minadd11",  "madd11",   "-add11,madd4,minadd4",              0, 3, 7, 17) \
    X(69,          "6/9",       "6/9",      "69,maj6/9,M6/9,6add9",              0, 4, 7, 9, 14) \
    X(MIN69,       "min6/9",    "m6/9",     "m69,min69,-69,-6/9",                0, 3, 7, 9, 14) \
    X(MAJ9,        "maj9",      "maj9",     "M9,major9,Maj9,ma9,Δ9,maj7add9",    0, 4, 7, 11, 14) \
    X(MIN9,        "min9",      "m9",       "-9,minor9,mi9",                     0, 3, 7, 10, 14) \
    X(9,           "9",         "9",        "dom9,dominant9,7add9",              0, 4, 7, 10, 14) \
    X(MIN9B5,      "min9b5",    "m9b5",     "ø9,h9,-h9,-9b5",                    0, 3, 6, 10, 14) \
    X(MINMAJ9,     "minmaj9",   "mMaj9",    "mM9,mmaj9,minM9,minMaj9,-maj9,-M9", 0, 3, 7, 11, 14) \
    X(11,          "11",        "11",       "dom11,dominant11",                  0, 4, 7, 10, 14, 17) \
    X(MIN11,       "min11",     "m11",      "-11,minor11,mi11",                  0, 3, 7, 10, 14, 17) \
    X(MAJ13,       "maj13",     "maj13",    "M13,major13,Maj13,ma13,Δ13",        0, 4, 7, 11, 14, 21) \
    X(MIN13,       "min13",     "m13",      "-13,minor13,mi13",                  0, 3, 7, 10, 14, 21) \
    X(13,          "13",        "13",       "dom13,dominant13",                  0, 4, 7, 10, 14, 21) \
    X(MAJ7S11,     "maj7#11",   "maj7#11",  "M7#11,Δ7#11,Maj7#11",               0, 4, 7, 11, 18) \
    X(MAJ9S11,     "maj9#11",   "maj9#11",  "M9#11,Δ9#11,Maj9#11",               0, 4, 7, 11, 14, 18) \
    X(7S11,        "7#11",      "7#11",     "7+11",                              0, 4, 7, 10, 18) \
    X(9S11,        "9#11",      "9#11",     "9+11",                              0, 4, 7, 10, 14, 18) \
    X(13S11,       "13#11",     "13#11",    "13+11",                             0, 4, 7, 10, 14, 18, 21) \
    X(7B9,         "7b9",       "7b9",      "7-9,dom7b9",                        0, 4, 7, 10, 13) \
    X(7S9,         "7#9",       "7#9",      "7+9,dom7#9",                        0, 4, 7, 10, 15) \
    X(7B13,        "7b13",      "7b13",     "7-13",                              0, 4, 7, 10, 20) \
    X(7B9B13,      "7b9b13",    "7b9b13",   "7b13b9",                            0, 4, 7, 10, 13, 20) \
    X(13B9,        "13b9",      "13b9",     "13-9",                              0, 4, 7, 10, 13, 21) \
    X(9S5,         "9#5",       "9#5",      "aug9,+9,9+",                        0, 4, 8, 10, 14) \
    X(7ALT,        "7alt",      "7alt",     "alt,7altered,altered",              0, 4, 10, 15, 20)
/* clang-format on */

enum chord_quality {
#define CHORD_ENUM(id, ...) CHORD_##id,
    CHORD_TABLE(CHORD_ENUM)
#undef CHORD_ENUM
    CHORD_QUALITY_COUNT
};

enum { CHORD_TONES_MAX = 7, CHORD_TEXT_SIZE = 24 };

struct chord_info {
    const char *name;
    const char *symbol;               /* what follows the root: "m7b5" */
    const char *aliases;              /* comma-separated */
    int8_t tones[CHORD_TONES_MAX];    /* semitones above the root; ninths and up are above 12 */
    size_t count;
};
extern const struct chord_info chord_infos[CHORD_QUALITY_COUNT];
extern const char *const chord_quality_names[CHORD_QUALITY_COUNT];
extern const struct choices chord_quality_choices; /* with chord_quality_find */

struct chord {
    struct pitch_name root; /* root.letter 0: no chord ("N.C."), so zeroed memory is "unset" */
    enum chord_quality quality;
    struct pitch_name bass; /* meaningful when has_bass; never the root itself */
    bool has_bass;
};

bool chord_is_set(const struct chord *c);

/* The quality called `text`: a name, symbol or alias, exactly; else the same without parentheses, commas and spaces
 * and with ♭ ♯ as b #; else a row followed by additions as in chord_quality_extend ("7b9#11", "m7add11"), giving the
 * nearest row. "" is the major triad. -1 for anything else. m is minor and M is major; words may be in any case. */
int chord_quality_find(const char *text);

/* What a base quality becomes with what other programs write beside it: extensions "6" "7" "maj7" "9" "maj9" "11" "13"
 * "add9" "add11" "add13" "sus2" "sus4", and alterations "b5" "#5" "b9" "#9" "#11" "b13" "no3" "no5" "alt" (each also
 * with ♭ ♯, + and - for # and b, or in parentheses). A "7" takes the seventh that fits the base: dim gives dim7, maj
 * gives 7, maj7 keeps its own; "9", "11" and "13" bring the seventh with them (a sixth chord stays one), and on a maj7
 * keep it major. *is_exact (may be NULL) says whether a row has exactly these pitch classes; else the result is the
 * nearest row with the same third and seventh. Returns false when some text is not understood: *out then holds the
 * result without it. Either list may be NULL with count 0. */
bool chord_quality_extend(enum chord_quality base, const char *const *extensions, size_t extension_count,
                          const char *const *alterations, size_t alteration_count, enum chord_quality *out,
                          bool *is_exact);

bool chord_quality_is_minor(enum chord_quality q);    /* its third is minor (includes diminished) */
bool chord_quality_is_dominant(enum chord_quality q); /* major third or suspended fourth, and minor seventh */
bool chord_quality_has_seventh(enum chord_quality q);

/* The quality of the triad below: maj, min, dim, aug, sus2, sus4 or 5. */
enum chord_quality chord_quality_triad(enum chord_quality q);

/* A pitch, a quality as in chord_quality_find, and perhaps "/" and a bass pitch: "Bbmaj9", "F#m7b5/A", "E7alt",
 * "C6/9", "C6/9/E". A sign after the letter belongs to the root ("Bb5" is the power chord; write "B(b5)"). A bass equal
 * to the root is dropped. False, and *out untouched, for anything else. */
bool chord_parse(const char *text, struct chord *out);

/* "Bbmaj9", "F#m7b5/A"; "" when unset. `out` of CHORD_TEXT_SIZE is enough. */
void chord_print(const struct chord *c, char *out, size_t out_size);

/* Sets of pitch classes, bit n for class n. chord_mask is all chord tones, without a foreign bass. */
unsigned chord_mask(const struct chord *c);
unsigned chord_guide_mask(const struct chord *c);     /* third (or suspension), and the seventh or sixth; a power
                                                         chord's fifth */
unsigned chord_colour_mask(const struct chord *c);    /* ninths, elevenths and thirteenths, altered or not */
unsigned chord_omittable_mask(const struct chord *c); /* what voicings may leave out: perfect fifth, root of four or
                                                         more tones, ninth of a thirteenth chord */
bool chord_has(const struct chord *c, int note);

/* Pitch class of the lowest note: the bass when there is one, else the root. */
int chord_bass_class(const struct chord *c);

/* The chord tone nearest to `note` (MIDI); the lower one when two are as near. */
int chord_nearest(const struct chord *c, int note);

/* Pitch class and spelling of tone `index` (0-based, in the order of chord_info.tones): Cdim7 is C Eb Gb Bbb. */
int chord_tone(const struct chord *c, size_t index);
struct pitch_name chord_tone_name(const struct chord *c, size_t index);

/* The scale to improvise with over the chord in the key: on the chord's root, holding every chord tone, with the most tones
 * of the key's scale. ii: dorian, V in minor: phrygian dominant, a dominant on a root outside the key: lydian dominant. */
struct scale chord_scale(const struct chord *c, struct key k);

/* The chord `semitones` higher (or lower), spelled in key `in`. */
struct chord chord_transpose(const struct chord *c, int semitones, struct key in);

bool chord_is_equal(const struct chord *a, const struct chord *b);  /* spelling included */
bool chord_sounds_equal(const struct chord *a, const struct chord *b); /* enharmonic roots are equal */

extern const struct codec chord_codec; /* of struct chord */

#endif
