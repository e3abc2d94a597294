/* The melody while it is composed: shared by what makes it (composer_melody.c), lays its rhythm and form (melody_lay.c,
 * melody_solo.c), leads it to its climax (melody_climax.c) and writes it down (melody_write.c). */
#ifndef BAND_MELODY_COMPOSE_H
#define BAND_MELODY_COMPOSE_H

#include "band/melody_idea.h"
#include "song/melody_spec.h"

enum { PHRASE_BARS = 4, PERIOD_BARS = 8, BLUES_BARS = 12, FIGURES = 9 };

struct composing {
    struct session *s;
    const struct timeline *timeline;
    struct rhythm_book book;
    struct melody_taste taste;
    double figures[FIGURES];        /* how gladly its solos use each figure of a beat */
    struct melody_idea *ideas;
    size_t idea_count;
    struct melody_cell *cells;      /* of the section at hand */
    size_t cell_count, cell_room;
    int last_pitch;
    int lowest, highest;
};

/* The section at hand: what is left of it before the final chord is held. */
struct passage {
    const struct timeline_section *section;
    int bars;
    bool is_last_hook;      /* the hook's last return: it goes higher than ever */
    struct random random;
};

/* Appends a cell with nothing wished of it, and returns it. */
struct melody_cell *melody_add_cell(struct composing *c, int32_t tick, int32_t len);

/* Makes the last cell a phrase's end: open (2, 5, 7 of the key), or closing (1). */
void melody_end_phrase(struct composing *c, bool closes);

/* The rhythm and the wishes of a tune that is new; of one that recalls idea->model; of a solo. */
void melody_lay_new(struct composing *c, const struct melody_idea *idea, struct passage *p);
void melody_lay_return(struct composing *c, const struct melody_idea *idea, struct passage *p);
void melody_lay_solo(struct composing *c, const struct melody_idea *idea, struct passage *p);

/* Draws what figures the song's solos like. */
void melody_like_figures(struct composing *c, struct random *random);

/* Chooses the one highest note of the section, at 60 to 75 % of it, and keeps the others below. */
void melody_place_climax(struct composing *c, struct melody_idea *idea, const struct passage *p);

/* After the pitches are found: goals of a solo's line are reached from both sides (an enclosure). */
void melody_enclose(struct composing *c, struct random *random);

/* The cells of the section as phrases of four bars. */
void melody_write_section(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section,
                          struct section_melody *out);

/* Motifs, hook and range, once all sections are there. */
void melody_write_ideas(struct composing *c, struct melody_spec *spec);

#endif
