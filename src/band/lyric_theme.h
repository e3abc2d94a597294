/* What a song is about: the brief's words choose among the themes. */
#ifndef BAND_LYRIC_THEME_H
#define BAND_LYRIC_THEME_H

#include "band/agent.h"
#include "band/lyric_table.h"

enum { LYRIC_THINGS_MAX = 4 };

struct lyric_choice {
    const struct theme *theme;       /* what it is about */
    const struct theme *second;      /* what else the brief names; NULL: nothing */
    const struct lyric_thing *things[LYRIC_THINGS_MAX]; /* that the brief names */
    size_t thing_count;
    const char *words;               /* of the brief that chose, ", " between them; "" when none did */
    enum fragment_colour colour;     /* of the mood; ANY: neither glad nor blue */
};

/* Reads the song_spec: brief, title, mood. Without a word that means a theme, the genre's images choose, else the theme
 * that any song may have. */
struct lyric_choice lyric_theme_choose(struct session *s);

/* The theme of any song. */
const struct theme *lyric_theme_general(void);

#endif
