/* Where the General MIDI percussion keys stand on a five-line percussion staff: cymbals and hands with stems up, feet
 * with stems down, as in Weinberg 1998, "Guide to Standardized Drumset Notation". Any thread. */
#ifndef FORMATS_DRUM_STAFF_H
#define FORMATS_DRUM_STAFF_H

#include <stdbool.h>
#include <stdint.h>

struct drum_place {
    uint8_t key;
    const char *name;      /* "Closed hi-hat" */
    char step;             /* as on a treble staff */
    uint8_t octave;
    const char *head;      /* MusicXML's notehead-value */
    bool is_foot;
};

/* Never NULL: keys that the table does not have get a common place. */
const struct drum_place *drum_place_of(uint8_t key);

#endif
