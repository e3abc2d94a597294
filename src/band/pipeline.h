/* From a brief, or from given documents, to a finished score with all its documents. */
#ifndef BAND_PIPELINE_H
#define BAND_PIPELINE_H

#include "band/likeness.h"
#include "core/arena.h"
#include "core/error.h"
#include "genre/genres.h"
#include "song/song.h"

struct band_order {
    const struct genres *genres;
    /* Called as each agent begins, with its stage and the fraction of the work done, 0 … 1; false cancels. May be NULL. */
    bool (*progress)(void *arg, const char *stage, double fraction);
    void *progress_arg;
    /* Tracks made before, which the song must not be too much like; NULL: none are known. With a seed that was asked for
     * the likeness is only reported: such a song depends on nothing but its request. */
    const struct earlier_tunes *earlier;
    bool judges_given; /* given documents may fail too, though they are not made anew: for the report alone */
    bool seed_is_drawn; /* the seed in the brief or song_spec was drawn by the caller: another one may be taken */
};

/* Adds a problem for each thing in the documents that the genre's band cannot play; nothing for an unknown genre. */
void band_check(const struct genres *genres, struct song *song, struct arena *a, struct problems *problems);

/* Makes what is missing. `song` holds either `brief` or at least `song_spec`; at the end every document and the score
 * are there, and song_spec->random_seed is the seed that was used. A song that fails the review is made again (rounds.h);
 * when none passes, the best is given with that verdict in its qa_report. Fails with ERROR_VALIDATION (an unknown genre, a
 * contradiction between documents; with pointers), ERROR_QUALITY (the best still breaks a promise: its length, an instrument
 * that was to be left out, faults in the score), ERROR_CANCELLED, and under arena_run ERROR_TOO_LARGE. Thread-safe: no
 * shared state. */
bool band_make(const struct band_order *order, struct song *song, struct arena *a, struct error *e);

#endif
