/*
 * Keys: a spelled tonic and a mode; their text, signature, spelling and distance. Pure functions; any thread.
 */
#ifndef THEORY_KEY_H
#define THEORY_KEY_H

#include "core/fields.h"
#include "theory/pitch.h"
#include "theory/scale.h"

struct key {
    struct pitch_name root; /* root.letter 0: no key, so zeroed memory is "unset" */
    enum mode mode;
};

enum { KEY_TEXT_SIZE = 32 };

#define KEY_PATTERN "^[A-G][#b]?m?$" /* what key_parse accepts */

bool key_is_set(struct key k);

/* "C", "Am", "Bb", "F#m": exactly KEY_PATTERN, nothing around it; m means minor. False, and *out untouched, otherwise. */
bool key_parse(const char *text, struct key *out);

/* What key_parse accepts, and a tonic with the name or alias of any mode after a space: "A minor", "D dorian",
 * "F# harmonic minor", "Bb major". What key_print writes. */
bool key_read(const char *text, struct key *out);

/* Major "Eb", minor "F#m", other modes "D dorian"; "" when unset. */
void key_print(struct key k, char *out, size_t out_size);

/* The key signature, -7 (flats) … 7 (sharps): of the parent scale for modes, of the enharmonic key when the spelling
 * given needs more than seven (G# major: Ab, -4). */
int key_fifths(struct key k);

/* The same key in the spelling that key_fifths counts: G# gives Ab, Dbm gives C#m, all others themselves. */
struct key key_simplify(struct key k);

bool key_is_minor(struct key k); /* its third is minor */
struct scale key_scale(struct key k);

/* The name of a pitch class in the key: as the key's own scale writes it, else as pitch_spell. */
struct pitch_name key_spell(struct key k, int pitch_class);

/* The same for a MIDI note, with its octave. */
struct note_name key_spell_note(struct key k, int midi);

/* Semitones from one tonic to the other the shortest way, -5 … 6. */
int key_interval(struct key from, struct key to);

/* The key `semitones` away in the same mode, spelled with the fewest accidentals; six of either: sharps when going up. */
struct key key_transpose(struct key k, int semitones);

/* C gives Am, Am gives C, D dorian gives C: the major key of the same signature, or its minor for a major-like key. */
struct key key_relative(struct key k);

/* C gives Cm, Am gives A (major and minor only by the third), simplified. */
struct key key_parallel(struct key k);

/* Reads and prints as key_read and key_print. `request_key_codec` refuses what key_parse refuses. */
extern const struct codec key_codec;
extern const struct codec request_key_codec;

#endif
