/* The moving settings of a mix, from bars to frames: straight lines between points, the filter's in octaves. */
#ifndef SOUND_AUTOMATION_H
#define SOUND_AUTOMATION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "song/mix_spec.h"
#include "song/score.h"

struct curve_point {
    int64_t frame;
    double value;
};

struct curve {
    struct curve_point *points; /* in the order of their frames */
    size_t count;               /* 0: the setting does not move */
    bool is_octaves;            /* between points the value goes by octaves */
};

/* What moves on one strip. */
struct strip_moves {
    struct curve level_db[2];   /* of the part itself, and of all strips; their values add up */
    struct curve lowpass_hz, reverb_send_db, delay_send_db;
};

/* The curves for a part. Of several for one setting the last counts. Bars beyond the song's end lie where they would. */
struct strip_moves automation_make(const struct mix_spec *mix, const struct score *score, const char *part,
                                   struct arena *a);

/* `fallback` when the curve has no points. */
double curve_at(const struct curve *c, int64_t frame, double fallback);

/* The sum of the level's curves, dB. */
double moves_level_db(const struct strip_moves *m, int64_t frame);

bool moves_level(const struct strip_moves *m); /* the level moves at all */

#endif
