/* A line's words as they are sung and read: syllables on notes, commas around calls, a capital at the beginning. */
#ifndef BAND_LYRIC_TEXT_H
#define BAND_LYRIC_TEXT_H

#include "band/lyric_stanza.h"
#include "song/lyric_spec.h"

/* Writes the syllables and the text of `out`: one syllable for each of the line's notes, the text is the syllables
 * joined. */
void lyric_spell(const struct lexis *lexis, const struct lyric_verse_line *line, const struct timeline *t, struct arena *a,
                 struct lyric_line *out);

#endif
