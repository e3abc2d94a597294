/*
 * Roman numerals of harmony to chords and back, in any key. Pure functions; any thread.
 *
 *   numeral  = [accidental] degree [suffix] [figure] ["/" target] ["/" bass]
 *   degree   = I … VII: a major-like chord; i … vii: a minor-like one
 *   suffix   = "o" "°" diminished · "o7" "°7" · "ø" "ø7" "h7" "-h7" half-diminished · "+" augmented · else a chord
 *              quality as chord_quality_find reads it, on upper case as it stands ("V7", "IVmaj7", "V13", "I6", "IV9",
 *              "VI7b9", "IIm7" is minor), on lower case in its minor form ("ii7" min7, "ii9" min9, "iv6" min6,
 *              "imaj7" minmaj7, "iadd9"; "isus4", "i5" stay)
 *   figure   = "6/3" "6/4" (inversions of the triad), "6/5" "4/3" "4/2" (of the seventh chord, with the key's own
 *              seventh); right after the degree or its o ° + ø. A plain "6" is the added sixth, as in chord symbols:
 *              write "ii6/3" for the first inversion.
 *   target   = [accidental] degree: the chord belongs to the key of that degree, major for upper case, minor for lower
 *              case ("V7/vi", "V/bVII", "ii7/V")
 *   bass     = [accidental] 1 … 7: the degree of the key in the bass ("V/7", "I/3", "i/b7")
 *   accidental = "b" "#" "♭" "♯"
 *
 * Degrees count from the major scale on the tonic, in minor keys too: bVI is the minor sixth, VI the major one; bass
 * degrees the same. One exception for what textbooks write: in a key with a minor third, upper-case III, VI and VII
 * without an accidental are the mode's own degrees (A minor: C, F, G; in dorian VI is B). Lower-case iii, vi, vii are not:
 * "viio" in A minor is G# diminished. Everything else is refused: mixed case, IIII, spaces, unknown suffixes.
 */
#ifndef THEORY_ROMAN_H
#define THEORY_ROMAN_H

#include "core/error.h"
#include "theory/chord.h"
#include "theory/key.h"

enum { ROMAN_TEXT_SIZE = 32 };

/* The chord, its root spelled by degree (bVI in Eb is Cb). False with ERROR_INPUT and a message that quotes `text`, and
 * *out untouched, when it is not a numeral. */
bool roman_parse(const char *text, struct key k, struct chord *out, struct error *e);

/* The numeral of a chord in a key; roman_parse reads it back as the same chord up to enharmonic spelling. Half-diminished
 * is "ø7", diminished "o", a foreign bass "/" and its degree. "" when the chord is unset. */
void roman_print(const struct chord *c, struct key k, char *out, size_t out_size);

/* 1 … 7 of the root in roman_print's sense (A in C: 6; Ab in C: 6), and its accidental in *accidental (may be NULL). */
int roman_degree(const struct chord *c, struct key k, int *accidental);

#endif
