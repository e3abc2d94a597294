/* Words with their times, as music players show them (LRC): "[ti:…]", "[ar:…]", "[length:mm:ss]", then a line of the
 * song each, "[mm:ss.xx]Headlights on the water", in order. Any thread. */
#ifndef FORMATS_LRC_H
#define FORMATS_LRC_H

#include "core/arena.h"
#include "song/song.h"

/* Whether there are words to write. */
bool lrc_has_words(const struct song *s);

/* The file in the arena, ended by 0; *len may be NULL. song_spec, lyric_spec and score must be there. */
const char *lrc_text(const struct song *s, struct arena *a, size_t *len);

#endif
