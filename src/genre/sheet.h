/* Lead sheets of roman numerals: "ii9 V13 | Imaj9 | %". Bars are separated by "|", the chords of a bar by spaces and
 * share it evenly; "%" alone repeats the bar before. */
#ifndef GENRE_SHEET_H
#define GENRE_SHEET_H

#include "core/arena.h"
#include "core/error.h"
#include "theory/chord.h"
#include "theory/key.h"

enum { SHEET_BAR_CHORDS_MAX = 4 };

struct sheet_bar {
    struct chord chords[SHEET_BAR_CHORDS_MAX];
    size_t count; /* ≥ 1 */
};

struct sheet {
    struct sheet_bar *bars;
    size_t count; /* ≥ 1 */
};

/* Reads `text` in `key`. Fails with ERROR_INPUT and what is wrong. */
bool sheet_read(const char *text, struct key key, struct sheet *out, struct arena *a, struct error *e);

#endif
