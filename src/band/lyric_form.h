/*
 * Which notes make a line. A line of a song lasts two to four bars and has six to ten syllables; the melody's phrases are
 * often shorter, so lines are made of one to five phrases by least cost. Each line then says what it asks of words:
 * where stresses fall, where the tune breathes.
 */
#ifndef BAND_LYRIC_FORM_H
#define BAND_LYRIC_FORM_H

#include <stdint.h>

#include "song/timeline.h"

enum { LYRIC_LINE_NOTES_MAX = 24 };

/* Bit n of a mask is the line's nth worded note. */
struct lyric_slots {
    int count;
    uint32_t weak;          /* passing notes off the beat */
    uint32_t heavy;         /* the bar's strong beats, or notes tied over to them */
    uint32_t beats;         /* other beats */
    uint32_t below_next;    /* weaker than the note after it */
    uint32_t below_last;    /* weaker than the note before it */
    uint32_t breaths;       /* a rest comes before this note */
    int longest;            /* index of the longest note */
};

struct lyric_place {
    size_t first_note;      /* in the timeline's melody */
    int notes;
    int calls;              /* notes at its end that stand alone after a rest: "oh", not part of the sentence */
    struct lyric_slots slots;  /* of the notes before them */
};

/* The lines of the section whose melody notes are `first` … `first + count - 1`; every note is in one line. With
 * `line_bars` > 0 a line is what begins within so many bars, else the lengths decide. How many lines there are. */
size_t lyric_form_make(const struct timeline *t, size_t first, size_t count, int line_bars, struct arena *a,
                       struct lyric_place **out);

#endif
