/*
 * How a note of a line is written where it stands. Notes of the key's scale as the key writes them; tones of the chord
 * as the chord does (the G sharp of E7 in C); of the rest, what leads up a semitone is the letter below raised, what
 * leads down the letter above lowered, as in any primer of harmony (Aldwell, Schachter and Cadwallader, "Harmony and
 * Voice Leading", chapter 1); others as the key's usual chromatic notes (key_spell). Pure functions; any thread.
 */
#ifndef THEORY_SPELLING_H
#define THEORY_SPELLING_H

#include "theory/chord.h"
#include "theory/key.h"

enum { SPELL_NO_NEXT = -1 };

/* The name of MIDI note `midi` in key `k` over chord `c` (NULL or unset: none), followed in its line by MIDI note `next`
 * (SPELL_NO_NEXT: nothing). Double accidentals are not used for chromatic notes. */
struct note_name spell_note(struct key k, const struct chord *c, int midi, int next);

#endif
