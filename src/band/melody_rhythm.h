/* Bars of rhythm for tunes: the genre's own in 4/4, made ones in other metres and for busier or sparser tunes. */
#ifndef BAND_MELODY_RHYTHM_H
#define BAND_MELODY_RHYTHM_H

#include "core/random.h"
#include "genre/profile.h"
#include "theory/metre.h"

enum { RHYTHM_NOTES_MAX = 24 };

/* The onsets of one bar; what is not covered is silent. */
struct rhythm_bar {
    int32_t tick[RHYTHM_NOTES_MAX];
    int32_t len[RHYTHM_NOTES_MAX];
    int count;
};

/* Reads "1 .5 (1) 1.5": lengths in quarters, rests in brackets. False when it is none or not `bar_ticks` long. */
bool rhythm_bar_read(const char *text, int32_t bar_ticks, struct rhythm_bar *out);

/* The beginning of one bar up to tick `at`, then the end of another: a note that is held over the seam lasts until the next.
 * False when one of the two has nothing to give. */
bool rhythm_bar_splice(const struct rhythm_bar *first, const struct rhythm_bar *second, int32_t at, struct rhythm_bar *out);

/* The genre's rhythms that are bars of the metre. */
struct rhythm_book {
    const struct genre_melody *melody;
    struct metre metre;
    LIST_OF(struct rhythm_bar) bars;
    double *liking;         /* how gladly this song uses each; NULL: all alike */
};
void rhythm_book_read(const struct genre_melody *m, struct metre metre, struct arena *a, struct rhythm_book *out);

/* Makes the book one song's own: bars spliced of its bars are added, and it likes some better than others. So the tunes of
 * a song speak one language, and two songs of a genre do not speak the same. */
void rhythm_book_personalise(struct rhythm_book *book, struct arena *a, struct random *r);

/* A bar with about `notes` notes: one of the book's, or a new one. */
struct rhythm_bar rhythm_bar_draw(const struct rhythm_book *book, double notes, struct random *r);

/* The bar as a phrase's end: what starts before `from` stays, then one note, silent for the last `rest` ticks. */
struct rhythm_bar rhythm_bar_close(const struct rhythm_bar *in, int32_t bar_ticks, int32_t from, int32_t rest);

/* A small change: a long note split, two short ones joined, or one pushed an eighth early. */
struct rhythm_bar rhythm_bar_vary(const struct rhythm_bar *in, struct metre metre, struct random *r);

#endif
