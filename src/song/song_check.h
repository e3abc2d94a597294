/* What no single document can say: whether the documents of a song that were given go together. */
#ifndef SONG_SONG_CHECK_H
#define SONG_SONG_CHECK_H

#include "core/fields.h"
#include "song/song.h"

/* Adds a problem with its pointer for each contradiction between the documents that are there; those that are missing
 * contradict nothing. `parts` of rhythm, sound and mix that were called by an instrument's name get their part's id.
 * The documents must have been read without problems. */
void song_check(struct song *s, struct arena *a, struct problems *problems);

/*
 * What counts as a contradiction, and what does not:
 *  - bpm and key may be changed in song_spec alone: everything is played faster or slower, or transposed.
 *  - sections may be moved, left out and repeated: what is written for a label or a type goes along. start_bar must fit
 *    or be left out. A section may end at a quarter of its progression and between two phrases of its tune, no sooner.
 *  - lengths in seconds follow from bars and tempo, and are not checked: target_duration_seconds is what was aimed at.
 *  - total_bars is checked where the arrangement has an ending, as ours have; other programs write there what they aim at.
 *  - vocals may be switched on in song_spec alone: a lyric_spec or vocal_spec with nothing in it is then left out.
 *  - what is in ticks (words, the voice) must stand where the tune has its notes.
 *  - chords decide, their roman numerals are for people; where there are only numerals, these are the chords.
 *  - sections' energies decide, the energy curve is for people; where a section says nothing, the curve does.
 *  - motifs, hooks, contours and fingerprints describe the tune; section_melodies decides.
 */

/* Puts in what is left open: chords of progressions that have only numerals, energies from the curve. A problem for what
 * is no numeral. */
void song_fill_open(struct song *s, struct arena *a, struct problems *problems);

/* Puts right the numerals of the harmony_spec that do not mean the chord they stand for. Returns how many were given that
 * said otherwise. */
size_t song_write_numerals(const struct song *s, struct arena *a);

/* The checks of one kind each, for song_check. */
void song_check_words(const struct song *s, struct arena *a, struct problems *problems); /* lyric_spec, vocal_spec */

#endif
