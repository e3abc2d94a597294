/* A small song for the players' tests: intro 4 bars, verse 8, chorus 8, outro 4, all documents but the performance
 * given, written in C or A minor and transposed by the time line. */
#ifndef TESTS_BAND_PLAY_FIXTURE_H
#define TESTS_BAND_PLAY_FIXTURE_H

#include <check.h>

#include "band/agent.h"
#include "band/stage.h"
#include "genre/genres.h"
#include "song/arrangement_spec.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"

struct play_order {
    const char *genre;
    const char *chords;        /* one a bar, repeated: "Am F C G"; NULL: that */
    bool minor;                /* the key the chords are written in: A minor, else C */
    const char *root;          /* of the key that is heard; NULL: as written */
    const char *metre;         /* NULL: 4/4 */
    double bpm;                /* 0: 110 */
    uint64_t seed;
    const char *wishes;        /* more members of song_spec, each begun with a comma; NULL: none */
    const char *ending;        /* JSON; NULL: held two bars */
    double humanise;           /* -1: the genre's */
};

struct play {
    struct arena *arena;
    struct genres *genres;
    struct song song;
    struct session session;
};

enum { PLAY_INTRO, PLAY_VERSE, PLAY_CHORUS, PLAY_OUTRO };
extern const char *const play_genres[4];

/* Up to the score; fails the test when that does not work. */
void play_make(struct play *p, const struct play_order *order);
void play_finish(struct play *p);

const struct score_part *play_part(const struct play *p, enum score_role role); /* NULL: none */
const struct timeline_chord *play_chord(const struct play *p, int32_t tick);

/* Mean of velocity² a bar over a section, in dB. */
double play_energy_db(const struct play *p, size_t section);

#endif
