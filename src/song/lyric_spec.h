/* Words for the voice: the lyricist's document. One syllable a note of the tune; a line is one phrase of
 * the melody or a few short ones. */
#ifndef SONG_LYRIC_SPEC_H
#define SONG_LYRIC_SPEC_H

#include "core/fields.h"

/* One sung syllable. */
struct lyric_syllable {
    const char *text;      /* a trailing "-" joins it to the next */
    int tick;              /* where its note starts: 480 a quarter, from the start of the song */
    int len_ticks;
};

struct lyric_line {
    const char *section_label;
    const char *text;      /* "Headlights on the water" */
    LIST_OF(struct lyric_syllable) syllables;
    const char *rhyme;     /* lines of one section with the same letter rhyme; NULL: none */
};

struct lyric_spec {
    const char *created_at, *updated_at, *id, *song_id;
    const char *language;  /* "en" */
    const char *theme;
    LIST_OF(struct lyric_line) lines;   /* in the order they are sung */
};

extern const struct fields lyric_spec_fields;

#endif
