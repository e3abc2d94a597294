/* What the two halves of the composer's rhythm share: grooves (composer_rhythm.c) and fills (composer_fills.c). */
#ifndef BAND_COMPOSER_RHYTHM_H
#define BAND_COMPOSER_RHYTHM_H

#include "band/agent.h"
#include "band/stage.h"
#include "genre/metre_grooves.h"
#include "song/rhythm_spec.h"

struct writing {
    struct session *session;
    const struct stage *stage;
    const struct timeline *timeline;
    const struct genre_groove *groove;
    enum groove_family family;
    struct rhythm_spec *spec;
};

/* The fills of section `index`, once its parts are written: the first drummer there ends phrases and the section as the
 * arrangement asks, others join in now and then. Sets out->fills and out->crash. */
void fills_write(const struct writing *w, size_t index, struct rhythm_section *out);

#endif
