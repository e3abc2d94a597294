/*
 * What the lyricist's lines are made of. A line is a clause with or without adverbials: "I'll" + "write a letter home" +
 * "in the morning light". All verbs stand in the base form, so that any frame fits before them ("I", "we used to",
 * "it's time to"); all first persons are singular and become plural where a section says "we".
 */
#ifndef BAND_LYRIC_TABLE_H
#define BAND_LYRIC_TABLE_H

#include <stddef.h>

enum fragment_kind {
    FRAGMENT_VERB,     /* a verb phrase in the base form: needs a frame */
    FRAGMENT_CLAUSE,   /* a whole sentence */
    FRAGMENT_ADVERB,   /* when, where or how */
    FRAGMENT_HOOK,     /* a sentence or call that a chorus can begin with and come back to */
    FRAGMENT_TAG,      /* a call of one to four syllables */
    FRAGMENT_FRAME,    /* subject and auxiliary, before a verb phrase */
    FRAGMENT_LEAD,     /* a conjunction or call, before a clause */
    FRAGMENT_KIND_COUNT
};

/* Where in the song's story it belongs. */
enum fragment_act { ACT_ANY, ACT_BEGIN, ACT_MIDDLE, ACT_END, ACT_BRIDGE };

/* What mood it needs: a glad song has no BLUE fragment and a blue song no GLAD one. */
enum fragment_colour { ANY, GLAD, BLUE };

/* Of an adverbial: its sort. Of a verb phrase or clause: the sorts it takes besides WHEN (and HOW, for a verb). */
enum {
    WHEN = 1, HOW = 2,
    TO = 4,            /* a direction: what moves takes it */
    AT = 8,            /* a place or weather */
    LONG = 16,         /* a stretch of time; a habit */
    ALONE = 32,        /* takes no adverbial at all */
    KNOWS = 64,        /* a verb of state: nobody is "going to" know */
    /* of frames */
    EAGER = 128,       /* wants an action */
    HABIT = 256,       /* wants what can last */
    WE = 512,          /* the subject is "we" */
    ASKS = 1024,       /* for bridges: wishes, invitations */
    PAST = 2048,
    FREE = 4096,       /* of leads: a question or a command may follow too */
    TURN = 8192,       /* of leads: not before a hook */
};

struct fragment {
    int kind, act, colour;
    unsigned flags;
    const char *text;  /* plain English of words in the lexis */
};

#define V(act, colour, flags, text) { FRAGMENT_VERB, act, colour, flags, text }
#define C(act, colour, flags, text) { FRAGMENT_CLAUSE, act, colour, flags, text }
#define A(colour, sort, text) { FRAGMENT_ADVERB, ACT_ANY, colour, sort, text }
#define H(colour, flags, text) { FRAGMENT_HOOK, ACT_ANY, colour, flags, text }
#define T(colour, text) { FRAGMENT_TAG, ACT_ANY, colour, 0, text }

struct fragments {
    const struct fragment *rows;
    size_t count;
};
#define FRAGMENTS(rows) { (rows), sizeof(rows) / sizeof((rows)[0]) }

struct theme {
    const char *name;       /* "leaving home" */
    const char *keywords;   /* words and phrases of briefs that mean it, ", " between them; a plural s is understood */
    struct fragments words;
};

/* One array a file; `lyric_themes` gathers them. */
extern const struct theme lyric_themes_travel[], lyric_themes_heart[], lyric_themes_nature[], lyric_themes_people[];
extern const size_t lyric_themes_travel_count, lyric_themes_heart_count, lyric_themes_nature_count,
    lyric_themes_people_count;

/* What every song may use: adverbials with many rhymes, frames, leads, calls. */
extern const struct fragments lyric_common;

/* A thing that a brief names, and what a song says of it. */
struct lyric_thing {
    const char *keywords;
    struct fragment say[2];
};
extern const struct lyric_thing lyric_things[];
extern const size_t lyric_thing_count;

#endif
