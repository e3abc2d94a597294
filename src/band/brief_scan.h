/* The reading of a brief from inside: what brief_reading.c, brief_numbers.c, brief_instruments.c and brief_cues.c share
 * while they go through the words. */
#ifndef BAND_BRIEF_SCAN_H
#define BAND_BRIEF_SCAN_H

#include "band/brief_reading.h"
#include "band/brief_text.h"
#include "band/lexicon.h"

enum { MARKS_MAX = 256 };

/* What matters to the course of the song, in the order of the text. */
enum mark_kind { MARK_INSTRUMENT, MARK_EVERYONE, MARK_VERB, MARK_WHEN, MARK_SECTION, MARK_COMMA, MARK_STOP };

struct mark {
    enum mark_kind kind;
    const char *name;        /* instrument; section slot */
    int verb;                /* enum cue_verb */
    bool may_stand_alone;    /* the verb: needs nobody */
    bool is_negated;
    bool has_with;           /* the instrument: "with" or an article stands before it */
    bool is_until;           /* the time: up to then */
    double seconds, percent, bar; /* NAN: not so given */
    int occurrence;
};

struct scan {
    struct brief_text text;
    struct brief_reading *out;
    const struct genre *genre;
    const struct genres *genres;
    struct arena *arena;
    struct lexicon_index *index;
    struct instrument_names *names;
    struct mark *marks;
    size_t mark_count;
    enum negation negation;
    const struct lexeme *negated;    /* the last word that was ruled out; NULL: none in this stretch */
    bool has_negated_instrument;     /* in this stretch */
    int since_negation;              /* words that meant nothing since the "no" */
    double scale;                    /* of the next word */
    int small_count;                 /* words before it that turn, raise or lower it; they begin at small_at */
    size_t small_at;
    bool is_small;                   /* what was just taken is such a word */
    const struct lexeme *mood;       /* the last one of this sentence; NULL: none */
    bool turns;                      /* "but" since then */
};

/* The row at `at` that takes most words; *used is how many. NULL: none. */
const struct lexeme *scan_lexeme(const struct scan *s, size_t at, size_t *used);
const char *scan_words(const struct scan *s, size_t from, size_t count); /* as they are read, a space between */
bool scan_word_is(const struct scan *s, size_t at, const char *list);    /* one of "a|b|c"; false beyond the end */

/* Notes a phrase for the record: the words from `from` on. */
void scan_heard(struct scan *s, size_t from, size_t count, const char *effect);
void scan_not_followed(struct scan *s, size_t from, size_t count, const char *why);
void scan_request(struct scan *s, const char *text);

/* Adds a name that is not yet there. False when it is. */
bool scan_note(const char **list, size_t *count, size_t most, const char *name);
struct mark *scan_mark(struct scan *s, enum mark_kind kind);

/* Each reads what stands at `at` and returns the words used, 0 when it is none of theirs. */
size_t scan_key(struct scan *s, size_t at);     /* "A minor", "in the key of E flat" */
size_t scan_number(struct scan *s, size_t at);  /* "118 bpm", "two minutes", "90s", "6/8", "32 bars" */
size_t scan_when(struct scan *s, size_t at);    /* "after 30 seconds", "at the second chorus" */

size_t scan_genre_name(struct scan *s, size_t at); /* "with a latin feel"; a genre's name alone is known, and does nothing */

/* Does what a row says, or the opposite of it under a negation. */
void scan_take(struct scan *s, const struct lexeme *l, size_t at, size_t used);

/* All names of instruments that a player of the genre knows, to be found fast. */
struct instrument_names *scan_instrument_names(const struct genre *genre, struct arena *a);

/* How many words at `at` name an instrument, and takes them. */
size_t scan_instrument_words(const struct scan *s, size_t at);
void scan_instrument(struct scan *s, size_t at, size_t words);

/* When all is read: who leads, who plays alone, who comes and goes when. */
void scan_resolve(struct scan *s);

#endif
