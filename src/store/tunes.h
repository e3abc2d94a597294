/* What is remembered of an organisation's tracks: their tunes, for comparison (band/likeness.h has the text's form). */
#ifndef STORE_TUNES_H
#define STORE_TUNES_H

#include <stdint.h>

#include "core/arena.h"
#include "core/id.h"
#include "store/store.h"

enum { TUNES_KEPT_MAX = 5000 };

struct tune {
    const char *organisation;
    const char *song;           /* which song: a later one of this name takes the place of the earlier */
    const char *job_id;
    const char *title;
    const char *notes;
    int64_t made_ms;
    const char *made;           /* the date of made_ms, "2026-11-23"; only read */
};
struct tune_list {
    struct tune *items;         /* newest first */
    size_t count;
};

/* Remembers a tune and forgets the organisation's oldest beyond `kept` (1–TUNES_KEPT_MAX), in one transaction: workers may
 * do so at the same time. */
bool tune_remember(struct store *s, const struct tune *tune, int kept, struct error *e);

/* The organisation's newest tunes, at most `limit`, in the arena. */
bool tune_list(struct store *s, const char *organisation, int limit, struct arena *a, struct tune_list *out,
               struct error *e);

#endif
