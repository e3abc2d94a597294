/* All that a song's words may be made of: the theme's, what the brief names, what any song says, the genre's images. */
#ifndef BAND_LYRIC_GATHER_H
#define BAND_LYRIC_GATHER_H

#include "band/lyric_line.h"
#include "band/lyric_theme.h"

/* In the session's arena. `*title` is the song's title as a hook, NULL when it does not make one. */
struct lyric_stock *lyric_gather(struct session *s, const struct lexis *lexis, const struct lyric_choice *choice,
                                 struct lyric_phrase **title);

#endif
