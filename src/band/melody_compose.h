/* The melody while it is composed: shared by what makes it (composer_melody.c) and what writes it down (melody_write.c). */
#ifndef BAND_MELODY_COMPOSE_H
#define BAND_MELODY_COMPOSE_H

#include "band/melody_idea.h"
#include "song/melody_spec.h"

struct composing {
    struct session *s;
    const struct timeline *timeline;
    struct rhythm_book book;
    struct melody_idea *ideas;
    size_t idea_count;
    struct melody_cell *cells;      /* of the section at hand */
    size_t cell_count;
    int last_pitch;
    int lowest, highest;
};

/* The cells of the section as phrases of four bars. */
void melody_write_section(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section,
                          struct section_melody *out);

/* Motifs, hook and range, once all sections are there. */
void melody_write_ideas(struct composing *c, struct melody_spec *spec);

#endif
