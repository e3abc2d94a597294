/*
 * Songs that the reviewer does not pass are made again, at most ROUNDS_MAX times with one seed: only the documents that the
 * reasons speak of and those that build on them, with advice how (more variation, smaller leaps). The best round is kept.
 * A song whose seed was drawn and which is too much like an earlier track is made with another seed instead, at most
 * SEEDS_MAX times.
 */
#ifndef BAND_ROUNDS_H
#define BAND_ROUNDS_H

#include "band/agent.h"

enum { ROUNDS_MAX = 3, SEEDS_MAX = 4, DRAWS_A_ROUND = 16 };

/* A song as it was after a round. */
struct take {
    struct song song;
    size_t round;                   /* index into the log */
    LIST_OF(struct qa_search) searches;
};

struct rounds {
    LIST_OF(struct qa_round) log;   /* every round with every seed */
    struct take best;               /* of this seed: by the score, which is the same on every machine */
    struct take other;              /* of the seeds before, the one that is least like an earlier track */
    bool has_other;
};

/* Once the reviewer has written its report: keeps the song when it is the best with its seed. */
void rounds_note(struct rounds *r, struct session *s);

/* Takes away what the last round's failures ask to be made anew and sets the advice. False when nothing can be: all of it
 * was given, or only another seed helps. */
bool rounds_prepare(struct rounds *r, struct session *s);

/* Whether the reviewer failed `song` for its likeness to an earlier track. */
bool rounds_is_too_like(const struct song *song);

/* Sets the best song aside and takes away all that was not given, for another seed. */
void rounds_begin_anew(struct rounds *r, struct session *s);

/* The best song takes its place (of the songs that are all too much like earlier tracks, the least so), with the account of all rounds in its report. ERROR_QUALITY when it breaks a promise that the band has made (a song that is
 * only judged makes none). */
bool rounds_finish(struct rounds *r, struct session *s, struct error *e);

#endif
