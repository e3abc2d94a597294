/*
 * The symbols that write a bar of a voice: values with dots, ties, rests and triplets, cut where a reader of the metre
 * expects to see the beat. The symbols of a bar fill it exactly. Any thread.
 */
#ifndef FORMATS_NOTATION_H
#define FORMATS_NOTATION_H

#include <stdbool.h>

#include "formats/voice.h"

enum { SYMBOLS_MAX = 64, BAR_DIVISIONS_MAX = 144 };

enum note_type { NOTE_WHOLE, NOTE_HALF, NOTE_QUARTER, NOTE_EIGHTH, NOTE_16TH, NOTE_32ND, NOTE_TYPE_COUNT };
extern const char *const note_type_names[NOTE_TYPE_COUNT]; /* "whole", … "32nd" as in MusicXML */

struct symbol {
    int32_t start, len;          /* start from the bar line */
    const struct stroke *stroke; /* NULL: a rest */
    enum note_type type;
    int dots;
    bool is_bar_rest;            /* the bar is empty; type means nothing */
    bool is_first;               /* the stroke begins here */
    bool is_tied_back, is_tied_on;
    bool in_triplet, starts_triplet, ends_triplet; /* three in the time of two */
};

/* What a reader expects of a metre: how strong each place of the bar is. */
struct bar_plan {
    struct metre metre;
    bool is_compound;
    int32_t len;                                /* in divisions */
    int8_t levels[BAR_DIVISIONS_MAX + 1];       /* 4 bar line, 3 group, 2 beat, 1 half of it, 0 quarter, -1 finer */
};
struct bar_plan bar_plan_make(struct metre metre);

/* Writes bar `bar` (0-based) and moves v->next on; call it for each bar in turn. Returns how many symbols. */
size_t notation_bar(struct voice *v, const struct bar_plan *plan, int bar, struct symbol out[SYMBOLS_MAX]);

#endif
