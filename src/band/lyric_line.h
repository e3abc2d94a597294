/*
 * One line of words for one line of the tune: whole English, a syllable a note, by least cost. The costs: a
 * word whose stress the beat contradicts 22, a stressed syllable on a passing note 6, an unstressed one on a strong beat 4
 * and on another beat 1, a function word on the longest note 6, a breath within a word 12, within a phrase of words 6 or
 * 2; and what was sung before.
 */
#ifndef BAND_LYRIC_LINE_H
#define BAND_LYRIC_LINE_H

#include "band/lyric_form.h"
#include "band/lyric_phrase.h"
#include "core/random.h"

enum { LYRIC_PIECES_MAX = 5, LYRIC_SORTS = 13, LYRIC_FAR = 24 };

struct lyric_line_text {
    struct lyric_phrase *pieces[LYRIC_PIECES_MAX]; /* in the order they are sung */
    int count;
    int cost;
    const struct lexis_word *end;   /* its last word, NULL: one that nothing rhymes with */
};

/* The phrases that a song may use, by what they are asked for. */
struct lyric_stock {
    struct lyric_phrase *phrases;
    size_t count;
    struct lyric_list {
        struct lyric_phrase **items;
        size_t count;
    } cores, hooks, tags;
    struct lyric_list adverbs[LYRIC_SORTS], fronts[LYRIC_SORTS], leads[LYRIC_SORTS], images[LYRIC_SORTS]; /* by length */
    struct lyric_list frames[2][LYRIC_SORTS], subjects[2][LYRIC_SORTS]; /* of "I", of "we"; plain ones: "we'll" */
    struct lyric_list *rhymes;      /* by row of the lexis: what ends with a word of it */
};

/* Sorts `count` phrases that lie in the arena. */
struct lyric_stock *lyric_stock_new(struct lyric_phrase *phrases, size_t count, struct arena *a);

struct lyric_wish {
    const struct lyric_slots *slots;
    const struct lyric_list *cores; /* verbs, clauses, and hooks where they may stand */
    bool wider;                     /* those that are offered if need be, too */
    bool asks;                      /* wishes and invitations */
    bool we;                        /* the section speaks of "we" */
    struct lyric_phrase *core;      /* this and no other; NULL: any */
    int rhyme;                      /* row of the lexis that it must end with; -1: any end */
    const struct lexis_word *with;  /* the word that it rhymes with, NULL: none yet */
    int number;                     /* of the section */
    bool again;                     /* it may say a thing twice */
    const struct lyric_line_text *before; /* the line before, NULL: none */
};

/* The cores of the acts whose bits, 1 << enum fragment_act, are set; with hooks or without; for
 * "we" without what only one says to another, unless little would be left;
 * those as far from the theme as LYRIC_FAR only with `far`. */
struct lyric_list lyric_stock_cores(const struct lyric_stock *stock, unsigned acts, bool hooks, bool we, bool far,
                                    struct arena *a);

/* Offers the cores to section `number`, or -number, for need. */
void lyric_offer(const struct lyric_list *cores, int number);

/* Whether a line of `syllables` in section `number` may end with the phrase. */
bool lyric_may_end(const struct lyric_phrase *p, int syllables, int number, bool wider);

/* The cheapest of `tries` lines; false when none fits. */
bool lyric_line_make(const struct lyric_stock *stock, const struct lyric_wish *wish, int tries, struct random *random,
                     struct lyric_line_text *out);

/* Notes that the line was taken (`more` 1) in a section, so that others will be other, or takes that back (-1, 0). */
void lyric_line_take(const struct lyric_line_text *line, int stanza, int more);

#endif
