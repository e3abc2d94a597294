/*
 * Grooves for the metres that a genre's own patterns are not written in: a rock band that is asked for 7/8, a jazz trio
 * for a waltz. Each metre has its accents (theory/metre.h), and each family of styles its way of playing them:
 *
 *   3/4    jazz waltz with the ride and the pedal on two; oom-pah-pah; a backbeat on three
 *   6/8    two dotted beats, the backbeat on the fourth eighth
 *   12/8   four dotted beats in triplets, backbeats on two and four: slow blues, gospel, ballads
 *   9/8    three dotted beats
 *   5/4    3 + 2
 *   7/8    2 + 2 + 3
 *   2/4    the band in two
 *
 * 2/2 and 4/4 need none; drums in 2/4 take half a 4/4 bar at a time (steps_adapt).
 */
#ifndef GENRE_METRE_GROOVES_H
#define GENRE_METRE_GROOVES_H

#include "core/arena.h"
#include "genre/parts.h"

/* How a genre plays, told from its own traits: no genre is named here. */
enum groove_family {
    FAMILY_POP,         /* backbeats, none of the others */
    FAMILY_SWING,       /* swung eighths, time on the ride */
    FAMILY_SHUFFLE,     /* swung eighths with a backbeat */
    FAMILY_ELECTRONIC,  /* machines: hardly humanised */
    FAMILY_HEAVY,       /* power chords or riffs */
    FAMILY_FOLK,        /* acoustic, straight, no crashes */
    FAMILY_COUNT
};
enum groove_family genre_groove_family(const struct genre_players *g);

/* One row of the table. */
struct metre_groove {
    const char *metre;
    enum player_kind player;
    unsigned families;            /* bits of enum groove_family; PERCUSSIONISTS: for ROLE_PERCUSSION alone,
                                     HORN_SECTIONS: for brass that plays chords alone */
    double energy_low, energy_high;
    const char *name;
    const char *lines[6];         /* NULL after the last */
};
enum { PERCUSSIONISTS = 1 << FAMILY_COUNT, HORN_SECTIONS = PERCUSSIONISTS << 1 };
extern const struct metre_groove metre_grooves[];
extern const size_t metre_groove_count;

/* The part's grooves in this metre, as patterns in the arena; none when there is no row. *out has room for as many more
 * as the part has patterns of its own. */
size_t metre_grooves_find(const struct genre_part *part, enum groove_family family, struct metre metre,
                          struct arena *a, struct part_pattern **out);

/* Fills as long as the metre's beats, for metres whose beats are not quarters; none for others. */
size_t metre_fills_find(struct metre metre, const struct part_fill **out);

/* Whether a fill may end a bar of this metre: it begins on one of its beats, and is no longer than the bar. */
bool metre_fill_fits(struct metre metre, double beats);

#endif
