/* What the tunes of one section type have in common: a motif of two bars chosen from several, the rhythms around it, and
 * the first tune that was made of them, which later ones recall. */
#ifndef BAND_MELODY_IDEA_H
#define BAND_MELODY_IDEA_H

#include "band/melody_path.h"
#include "band/melody_plan.h"
#include "band/melody_rhythm.h"

enum { MOTIF_BARS = 2, MOTIF_NOTES_MAX = MOTIF_BARS * RHYTHM_NOTES_MAX };

struct melody_idea {
    const char *type;
    const struct tune_character *character;
    struct rhythm_bar motif[MOTIF_BARS];   /* the second one runs on or breathes at its end, */
    struct rhythm_bar ending;              /* which it always does where it ends a phrase */
    struct rhythm_bar contrast;
    struct rhythm_bar close;               /* a phrase's last bar */
    struct rhythm_bar tail;                /* how a line dies away into the bar after it */
    struct melody_cell notes[MOTIF_NOTES_MAX];
    int steps[MOTIF_NOTES_MAX];            /* scale steps from the note before; CELL_NO_STEP for the first */
    int bar_notes[MOTIF_BARS];             /* how many of the notes each bar has */
    size_t note_count;
    double score;                          /* 0–1, of the motif against what good tunes measure */
    struct melody_rules rules;
    int target;                            /* MIDI: about where the climax of its tunes is */
    int peak;                              /* where it is; 0 until the first tune is laid */

    struct melody_cell *model;             /* the first tune; NULL until there is one */
    size_t model_count;
    int model_bars;
    int32_t model_start;
};

/* Chooses the idea for a section of this type: `tick` is where its first tune begins. `taste` must live as long as it. */
void melody_idea_make(const struct session *s, const struct rhythm_book *book, const struct melody_taste *taste,
                      const char *type, unsigned index, int32_t tick, struct melody_idea *out);

#endif
