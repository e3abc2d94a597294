/* Chords as MusicXML names them: a kind, and degrees that are added, altered or left out. Worked out from the tones of
 * theory/chord.h, so every quality there has exactly its own pitch classes here. Any thread. */
#ifndef FORMATS_HARMONY_KIND_H
#define FORMATS_HARMONY_KIND_H

#include "theory/chord.h"

enum degree_change { DEGREE_ADD, DEGREE_ALTER, DEGREE_SUBTRACT };
extern const char *const degree_change_names[]; /* "add", … */

struct harmony_degree {
    uint8_t value;             /* 2 … 13 */
    int8_t alter;              /* semitones; from the kind's own degree for DEGREE_ALTER, else from a dominant chord's */
    uint8_t change;            /* enum degree_change */
};

enum { HARMONY_DEGREES_MAX = 8 };

struct harmony_kind {
    const char *name;          /* "half-diminished" */
    struct harmony_degree degrees[HARMONY_DEGREES_MAX];
    size_t count;
};

struct harmony_kind harmony_kind_of(enum chord_quality quality);

#endif
