/* The arranger's own parts: the form cut to length, and the casting. */
#ifndef BAND_ARRANGER_H
#define BAND_ARRANGER_H

#include "band/agent.h"
#include "song/arrangement_spec.h"

enum { FORM_SECTIONS_MAX = 256 };

/* One section of the form, before it has a label. */
struct form_section {
    const char *type;
    int bars;
    int usual_bars;   /* what the genre gives it */
    double energy;
    int keep;
};

struct form {
    const char *name;
    struct form_section sections[FORM_SECTIONS_MAX];
    size_t count;
};

/* A form of the genre with exactly `bars` bars (≥ 2): sections are left out, put in, shortened or stretched, in groups of
 * four bars as far as that goes. It always ends with the genre's last section. */
void form_make(const struct session *s, int bars, struct form *out);

/* Fills spec->instruments from the genre's players and the song_spec's wishes, and each section's list of who plays. */
void casting_make(struct session *s, struct arrangement_spec *spec);

#endif
