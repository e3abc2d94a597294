/*
 * From a performance back to paper: where each note of a part would stand on the page. Times are in divisions, of which
 * a quarter has NOTATION_DIVISIONS: 12 is an eighth, 6 a sixteenth, 3 a thirty-second, 8 an eighth of a triplet.
 *
 * A window (a quarter; a dotted quarter in compound metres; an eighth in 7/8) is read in the grid that explains its
 * notes best: eighths, sixteenths, triplets, sextuplets or thirty-seconds, each as it would sound with the song's swing.
 * The finer a grid the more the notes must speak for it; notes of one pitch that would fall together speak against it.
 * A part that is always early or late is first moved into place. Any thread.
 */
#ifndef FORMATS_QUANTISE_H
#define FORMATS_QUANTISE_H

#include "core/arena.h"
#include "song/score.h"
#include "theory/metre.h"

enum { NOTATION_DIVISIONS = 24, DIVISION_TICKS = SCORE_PPQ / NOTATION_DIVISIONS };

/* How the notes were performed. */
struct performed_in {
    struct metre metre;
    double bpm;
    int swing_ticks;       /* of the notes that pair up; 0: straight */
    double swing_percent;
    double lead_in_ms;     /* some notes start this much early, for a slow attack */
    bool is_strummed;      /* the notes of a chord may come one after another */
    bool is_exact;         /* not performed at all: only rounding to undo */
};

/* The note `index` of the part on paper. start < end; both are places of the grids of their windows. */
struct paper_note {
    int32_t start, end;
    size_t index;
    uint8_t pitch;
};

/* All notes within the song (0 … end_tick), sorted by start, then pitch; as many as there are notes. */
struct paper_note *quantise(const struct score_note *notes, size_t count, int32_t end_tick,
                            const struct performed_in *how, struct arena *a);

#endif
