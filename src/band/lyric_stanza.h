/*
 * The lines of one section: which rhyme, which come again. Verses go by the song's scheme, a chorus sings hook, answer,
 * hook, answer, a blues its first line twice.
 */
#ifndef BAND_LYRIC_STANZA_H
#define BAND_LYRIC_STANZA_H

#include "band/lyric_line.h"

enum lyric_scheme { LYRIC_AABB, LYRIC_ABAB, LYRIC_ABCB, LYRIC_SCHEME_COUNT };
extern const char *const lyric_scheme_names[LYRIC_SCHEME_COUNT]; /* "AABB" */

struct lyric_verse_line {
    struct lyric_place place;
    struct lyric_line_text text;    /* no pieces: calls only */
    bool done;
    const char *call;               /* what its calls are: "oh" */
    char rhyme;                     /* 'A' …; 0: rhymes with nothing, or says again what was said */
};

/* What the song's sections share. */
struct lyric_song {
    struct lyric_stock *stock;
    struct lyric_phrase *hook;      /* NULL until one is sung */
    enum lyric_scheme scheme;
    bool has_chorus;                /* without one, verses end with the hook */
    struct lyric_verse_line refrain; /* as they first did */
    int *rhymes_used;               /* pairs, by row of the lexis */
    struct random random;
    struct arena *arena;
};

struct lyric_stanza {
    struct lyric_song *song;
    struct lyric_verse_line *lines;
    size_t count;
    struct lyric_list cores;        /* what its lines may be about */
    struct lyric_list wider;        /* the same and more, for lines that find no rhyme among those */
    bool hooks;                     /* they may call the theme's hooks */
    bool asks, we;
    int number;                     /* of the section, from 1 */
    char letter;                    /* of the next rhyme, from 0 */
};

/* Each writes the lines that are not done. */
void lyric_write_verse(struct lyric_stanza *z, bool is_blues);
void lyric_write_chorus(struct lyric_stanza *z);
void lyric_write_couplets(struct lyric_stanza *z, size_t from, size_t to); /* by the scheme */
void lyric_write_free(struct lyric_stanza *z, size_t line);               /* one that need not rhyme */
bool lyric_write_hook(struct lyric_stanza *z, size_t line);               /* false when it does not fit */

/* Takes back the letters of lines that have lost what they rhymed with. */
void lyric_tidy_rhymes(struct lyric_stanza *z);

/* Sings `old` again on line `to`; a few notes more or less are a call's. False when that cannot be. */
bool lyric_vary(struct lyric_stanza *z, const struct lyric_verse_line *old, size_t to);

#endif
