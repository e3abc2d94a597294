/* What the words of a brief mean to a musician: the built-in director's vocabulary. Plain tables, one file for each
 * kind of word: moods, settings, directions for the playing, for the course of the song, for its ends. */
#ifndef BAND_LEXICON_H
#define BAND_LEXICON_H

#include <stddef.h>

#include "core/arena.h"

enum lexeme_kind {
    LEXEME_MOOD,         /* value: the mood's name */
    LEXEME_CHARACTER,    /* only its numbers matter */
    LEXEME_SCENE,        /* a setting: numbers, in `value` its mood (NULL: none), in `wants` what is heard there */
    LEXEME_ERA,          /* value: "1980s" */
    LEXEME_SHAPE,        /* number: enum energy_shape */
    LEXEME_VOCALS,       /* number: 1 wanted, 0 not */
    LEXEME_METRE,        /* value: "3/4" */
    LEXEME_LENGTH,       /* tempo: percent on the genre's usual length */
    LEXEME_TEMPO,        /* number … tempo: from and to, beats a minute */
    LEXEME_MODE,         /* value: a mode's name */
    LEXEME_FORM,         /* value: a form of form_plan.h */
    LEXEME_SECTION,      /* value: a slot of form_plan.h */
    LEXEME_INTRO,        /* number: bars; 0 none */
    LEXEME_ENDING,       /* number: enum song_ending */
    LEXEME_LIFT,         /* number: 1 wanted */
    LEXEME_TOUCH,        /* number: how hard the drums are struck, -1 … 1 */
    LEXEME_ARTICULATION, /* number: -1 short notes, 1 joined ones */
    LEXEME_REGISTER,     /* number: semitones of the tune, -12 … 12 */
    LEXEME_SWING,        /* number: percent, 50 straight */
    LEXEME_HALF_TIME,    /* number: 1 the backbeat half as often, 2 twice as often */
    LEXEME_FEEL,         /* value: another genre, whose groove and colours are borrowed */
    LEXEME_PALETTE,      /* value: a palette of palette.h, for the whole band */
    LEXEME_VERB,         /* number: enum cue_verb */
    LEXEME_WHEN,         /* tempo: percent of the song */
    LEXEME_EVERYONE,     /* value: "band" or "rhythm": who comes and goes */
    LEXEME_NEGATE,       /* number: enum negation */
    LEXEME_SCALE,        /* tempo: factor on the next word */
    LEXEME_TURN,         /* what was said turns into what comes */
    LEXEME_TARGET,       /* value: where the master goes, a name of master_spec.h; wants: a setting that is meant too */
    LEXEME_BEYOND,       /* understood, and not to be had; value: why */
    LEXEME_KIND_COUNT
};

/* What is done with the instruments that stand beside it. */
enum cue_verb {
    VERB_OPEN,     /* "starts with": before */
    VERB_START,    /* "start": after; with no time they open the song */
    VERB_ENTER,    /* "come in": after */
    VERB_LEAVE,    /* "drop out": after; with `value` also of the whole rhythm section, when nobody is named */
    VERB_CLOSE,    /* "ends with": before */
    VERB_SOLO,     /* "solo": after; before it the instrument plays alone */
    VERB_LEAD_BY,  /* "led by": before */
    VERB_LEADS,    /* "melody": after */
    VERB_ONLY,     /* "only", "just": either side */
    VERB_TOGETHER, /* "duo", "quartet": those named and nobody else */
    VERB_ANSWER,   /* "answered by": either side */
    VERB_COUNT
};

enum negation {
    NEGATION_NONE,
    NEGATION_FULL,  /* "no" */
    NEGATION_LIST,  /* "without": a list after it is ruled out to its end */
    NEGATION_MILD,  /* "not too", "less" */
};

struct lexeme {
    const char *phrase;   /* lower case, words separated by a space */
    int kind;             /* enum lexeme_kind */
    const char *value;
    double tempo;         /* percent faster (> 0) or slower */
    double energy;        /* added to 0–1 */
    double brightness;
    double density;
    int number;
    const char *wants;    /* instruments, "|" between them */
};

struct lexicon_table {
    const struct lexeme *rows;
    size_t count;
};
enum { LEXICON_TABLES = 6 };
/* One a file. */
extern const struct lexicon_table lexicon_moods, lexicon_scenes, lexicon_words, lexicon_structure, lexicon_endings,
    lexicon_delivery;
const struct lexicon_table *lexicon_table(size_t index); /* 0 … LEXICON_TABLES - 1 */

/* A place in an arena to find rows fast. */
struct lexicon_index;
struct lexicon_index *lexicon_index_make(struct arena *a);

/* The row of exactly `phrase`, or of the word it is made from: a plural, an adverb ("softly"), a comparative ("darker"),
 * a noun ("sadness"). NULL when there is none. */
const struct lexeme *lexicon_find(const struct lexicon_index *index, const char *phrase);

/* The mood called `name` (a row of LEXEME_MOOD, by phrase or value), or NULL. */
const struct lexeme *lexicon_mood(const char *name);

#endif
