/*
 * MusicXML 4.0 (W3C, score-partwise), only with elements that 3.1 has too, so that older programs read it.
 *
 * The lead sheet has the tune as it is written, on one staff of four bars a line, with chord symbols, the sections as
 * rehearsal marks, key, metre and tempo, and the words when there are some. The tune is the timeline's; when that has
 * none, the voice's.
 *
 * The full score has a part for each part of the score, singers first and drums last, read back from the performance
 * (formats/quantise.h): straight or swung notes alike stand on the grid, with "Swing" over the first bar. Keyboards whose
 * range needs it have two staves; basses and guitars are written an octave higher than they sound, under a clef that says
 * so; drum kits have unpitched notes, each with its instrument; what a pad holds under the next chord is tied to it.
 *
 * Every measure is exactly full in every voice. Notes have their sounding pitch, spelled in the key and the chord.
 * Equal songs give equal bytes. Any thread.
 */
#ifndef FORMATS_MUSICXML_H
#define FORMATS_MUSICXML_H

#include "core/arena.h"
#include "song/timeline.h"

/* Documents in the arena, ended by 0; *len may be NULL. `t` is the song's own timeline; song_spec must be there, and for
 * the second the score. */
const char *musicxml_lead_sheet(const struct song *s, const struct timeline *t, struct arena *a, size_t *len);
const char *musicxml_score(const struct song *s, const struct timeline *t, struct arena *a, size_t *len);

#endif
