/*
 * Pitches by name, by class and by MIDI number. A name keeps its spelling (F# is not Gb); a pitch class is 0 = C … 11 = B;
 * a MIDI note is 0 … 127 with 60 = C4. Spelling works on the line of fifths: … Bb -2, F -1, C 0, G 1, D 2 … (Temperley
 * 2001, "The Cognition of Basic Musical Structures", chapter 5). Pure functions; any thread.
 */
#ifndef THEORY_PITCH_H
#define THEORY_PITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fields.h"

struct pitch_name {
    char letter;       /* 'A' … 'G'; 0: no pitch, so zeroed memory is "unset" */
    int8_t accidental; /* -2 (double flat) … 2 (double sharp) */
};

struct note_name {
    struct pitch_name pitch;
    int8_t octave; /* -1 … 9; C4 is middle C, and the octave changes between B and C: B3, C4; B#3 = C4 = 60 */
};

enum { PITCH_TEXT_SIZE = 4, NOTE_TEXT_SIZE = 8, MIDI_NOTES = 128 };

bool pitch_is_set(struct pitch_name p);
bool pitch_is_equal(struct pitch_name a, struct pitch_name b); /* the same spelling */

/* 0 … 11. The pitch must be set. */
int pitch_class(struct pitch_name p);

/* `note` (any integer) brought into 0 … 11. */
int pitch_class_of(int note);

/* A set of pitch classes (bits 1 << class), each so many semitones up. */
unsigned pitch_mask_turn(unsigned mask, int semitones);

/* How far up from one class to the other, 0 … 11; and the shortest way, -5 … 6. */
int pitch_class_up(int from, int to);
int pitch_class_shortest(int from, int to);

/* A letter A–G (upper case), then up to two of # b (or ♯ ♭), or x for a double sharp. `pitch_parse` takes the whole
 * text; `pitch_parse_prefix` returns how many bytes it used, 0 when the text begins with no pitch. *out is untouched
 * then. */
bool pitch_parse(const char *text, struct pitch_name *out);
size_t pitch_parse_prefix(const char *text, struct pitch_name *out);

/* "C", "Bb", "F##"; "" when unset. `out` of PITCH_TEXT_SIZE is enough. */
void pitch_print(struct pitch_name p, char *out, size_t out_size);

/* Place on the line of fifths, -15 (Fbb) … 19 (B##), and back; out-of-range places are brought in by enharmonic change. */
int pitch_fifths(struct pitch_name p);
struct pitch_name pitch_at_fifths(int fifths);

/* The usual name of a class over a tonic: the twelve names from b2 to #4 (tonic -5 … +6 fifths), so that A gives G# and
 * D#, C gives Eb and F#. Within a key use key_spell, which also knows the key's own scale. */
struct pitch_name pitch_spell(int pitch_class, struct pitch_name tonic);

/* "Bb3", "F#-1": a pitch and an octave. Refuses what lies outside MIDI 0 … 127. */
bool note_parse(const char *text, struct note_name *out);
void note_print(struct note_name n, char *out, size_t out_size);

/* 0 … 127 for anything note_parse accepts. */
int note_midi(struct note_name n);

/* The note of MIDI number `midi` when its pitch is called `pitch`: picks the octave. The classes must agree. */
struct note_name note_of(int midi, struct pitch_name pitch);

extern const struct codec pitch_codec; /* of struct pitch_name */
extern const struct codec note_codec;  /* of struct note_name */

#endif
