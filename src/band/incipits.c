#include "band/incipits.h"

#include <math.h>

enum { NOTES_LEAST = 4, INCIPITS_MAX = UINT8_MAX, LINE_BREAK_TICKS = 2 * METRE_PPQ };

static bool pitch_agrees(const struct timeline_note *notes, const struct incipit *known, size_t n)
{
    return notes[n].pitch - notes[0].pitch == known->pitches[n] - known->pitches[0];
}

/* Of a tune without rhythm: all notes, or none. */
static size_t agreement_of_intervals(const struct timeline_note *notes, size_t count, const struct incipit *known)
{
    if (count < (size_t)known->count)
        return 0;
    for (size_t n = 1; n < (size_t)known->count; n++)
        if (!pitch_agrees(notes, known, n) || notes[n].start_tick - notes[n - 1].end_tick > LINE_BREAK_TICKS)
            return 0;
    return (size_t)known->count;
}

/* How many notes from `notes` on agree with the incipit. Times may be stretched as a whole, and each by an eighth part. */
static size_t agreement(const struct timeline_note *notes, size_t count, const struct incipit *known)
{
    double unit;
    size_t n = 1;

    if (!pitch_agrees(notes, known, 1) || !pitch_agrees(notes, known, 2))
        return 0;
    if (known->lengths[0] == 0)
        return agreement_of_intervals(notes, count, known);
    unit = (notes[1].start_tick - notes[0].start_tick) / (double)known->lengths[0];
    while (n < count && n < (size_t)known->count) {
        double onset = notes[n].start_tick - notes[n - 1].start_tick, expected = unit * known->lengths[n - 1];

        if (!pitch_agrees(notes, known, n) || fabs(onset - expected) > expected / 8)
            break;
        n++;
    }
    return n;
}

/* The incipits by their first interval, numbered from 1; 0 ends a list. */
struct index {
    uint8_t first[256], next[INCIPITS_MAX];
};

static struct index index_make(void)
{
    struct index index = { { 0 }, { 0 } };

    ASSERT(incipit_count <= INCIPITS_MAX);
    for (size_t k = incipit_count; k > 0; k--) { /* so that the lists are in the table's order */
        uint8_t interval = (uint8_t)(incipits[k - 1].pitches[1] - incipits[k - 1].pitches[0]);

        index.next[k - 1] = index.first[interval];
        index.first[interval] = (uint8_t)k;
    }
    return index;
}

size_t incipit_longest(const struct timeline_note *notes, size_t count, const char **name)
{
    struct index index = index_make();
    size_t longest = 0;

    if (name != NULL)
        *name = NULL;
    for (size_t i = 0; i + NOTES_LEAST <= count; i++)
        for (unsigned k = index.first[(uint8_t)(notes[i + 1].pitch - notes[i].pitch)]; k > 0; k = index.next[k - 1]) {
            size_t n = agreement(notes + i, count - i, &incipits[k - 1]);

            if (n >= NOTES_LEAST && n > longest) {
                longest = n;
                if (name != NULL)
                    *name = incipits[k - 1].name;
            }
        }
    return longest;
}
