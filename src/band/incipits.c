#include "band/incipits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NOTES_MAX = 15, NOTES_LEAST = 4 };

/* Folk songs, hymns and classical themes in the public domain, as any songbook has them. Semitones from the first note,
 * and the time from each onset to the next in the smallest unit of the tune (the last one is not compared). */
static const struct incipit {
    const char *name;
    int count;
    signed char pitches[NOTES_MAX];
    unsigned char lengths[NOTES_MAX];
} incipits[] = {
    { "Twinkle, Twinkle", 14, { 0, 0, 7, 7, 9, 9, 7, 5, 5, 4, 4, 2, 2, 0 }, { 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 1, 2 } },
    { "Ode to Joy", 15, { 0, 0, 1, 3, 3, 1, 0, -2, -4, -4, -2, 0, 0, -2, -2 }, { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 1, 4 } },
    { "Frère Jacques", 8, { 0, 2, 4, 0, 0, 2, 4, 0 }, { 1, 1, 1, 1, 1, 1, 1, 1 } },
    { "Jingle Bells", 11, { 0, 0, 0, 0, 0, 0, 0, 3, -4, -2, 0 }, { 2, 2, 4, 2, 2, 4, 2, 2, 3, 1, 8 } },
    { "Für Elise", 9, { 0, -1, 0, -1, 0, -5, -2, -4, -7 }, { 1, 1, 1, 1, 1, 1, 1, 1, 3 } },
    { "Greensleeves", 9, { 0, 3, 5, 7, 9, 7, 5, 2, -2 }, { 2, 4, 2, 3, 1, 2, 4, 2, 3 } },
    { "Amazing Grace", 8, { 0, 5, 9, 5, 9, 7, 5, 2 }, { 2, 4, 1, 1, 4, 2, 4, 2 } },
    { "When the Saints", 8, { 0, 4, 5, 7, 0, 4, 5, 7 }, { 1, 1, 1, 5, 1, 1, 1, 5 } },
    { "Silent Night", 7, { 0, 2, 0, -3, 0, 2, 0 }, { 3, 1, 2, 6, 3, 1, 2 } },
    { "God Save the King", 9, { 0, 0, 2, -1, 0, 2, 4, 4, 5 }, { 2, 2, 2, 3, 1, 2, 2, 2, 2 } },
    { "La Marseillaise", 9, { 0, 0, 0, 5, 5, 7, 7, 12, 9 }, { 1, 3, 1, 4, 4, 4, 4, 6, 2 } },
    { "The Star-Spangled Banner", 6, { 0, -3, -7, -3, 0, 5 }, { 3, 1, 4, 4, 4, 8 } },
    { "Auld Lang Syne", 8, { 0, 5, 5, 5, 9, 7, 5, 7 }, { 2, 3, 1, 2, 2, 3, 1, 2 } },
    { "Swing Low", 7, { 4, 0, 4, 0, 0, -3, -5 }, { 2, 4, 2, 3, 1, 2, 2 } },
    { "Yankee Doodle", 8, { 0, 0, 2, 4, 0, 4, 2, -5 }, { 1, 1, 1, 1, 1, 1, 1, 1 } },
    { "Oh! Susanna", 9, { 0, 2, 4, 7, 7, 9, 7, 4, 0 }, { 1, 1, 2, 2, 3, 1, 2, 2, 3 } },
    { "London Bridge", 7, { 0, 2, 0, -2, -3, -2, 0 }, { 3, 1, 2, 2, 2, 2, 4 } },
    { "Mary Had a Little Lamb", 7, { 4, 2, 0, 2, 4, 4, 4 }, { 1, 1, 1, 1, 1, 1, 2 } },
    { "Row, Row, Row Your Boat", 9, { 0, 0, 0, 2, 4, 4, 2, 4, 5 }, { 3, 3, 2, 1, 3, 2, 1, 2, 1 } },
    { "Scarborough Fair", 8, { 0, 0, 7, 7, 2, 3, 2, 0 }, { 4, 2, 4, 2, 3, 1, 2, 6 } },
    { "Joy to the World", 8, { 0, -1, -3, -5, -7, -8, -10, -12 }, { 4, 3, 1, 6, 2, 4, 4, 6 } },
    { "Deck the Halls", 9, { 0, -2, -3, -5, -7, -5, -3, -7, -5 }, { 3, 1, 2, 2, 2, 2, 2, 2, 1 } },
    { "Beethoven's Fifth", 8, { 0, 0, 0, -4, -2, -2, -2, -5 }, { 1, 1, 1, 5, 1, 1, 1, 5 } },
    { "Eine kleine Nachtmusik", 9, { 0, -5, 0, -5, 0, -5, 0, 4, 7 }, { 3, 1, 3, 1, 1, 1, 1, 1, 3 } },
    { "New World, Largo", 6, { 0, 3, 3, 0, -2, -4 }, { 3, 1, 4, 3, 1, 4 } },
    { "In the Hall of the Mountain King", 13, { 0, 2, 3, 5, 7, 3, 7, 6, 2, 6, 5, 1, 5 }, { 1, 1, 1, 1, 1, 1, 2, 1, 1, 2, 1, 1, 2 } },
    { "William Tell", 11, { 0, 0, 0, 0, 0, 0, 0, 0, 5, 7, 9 }, { 1, 1, 2, 1, 1, 2, 1, 1, 2, 2, 2 } },
    { "Wedding March (Wagner)", 8, { 0, 5, 5, 5, 0, 7, 4, 5 }, { 4, 3, 1, 8, 4, 3, 1, 8 } },
    { "The Entertainer", 8, { 0, 1, 2, 10, 2, 10, 2, 10 }, { 1, 1, 1, 2, 1, 2, 1, 5 } },
    { "Minuet in G", 9, { 0, -7, -5, -3, -2, 0, -7, -7, 2 }, { 2, 1, 1, 1, 1, 2, 2, 2, 2 } },
    { "Canon in D", 8, { 0, -2, -4, -5, -7, -9, -7, -5 }, { 1, 1, 1, 1, 1, 1, 1, 1 } },
};

/* How many notes from `notes` on agree with the incipit. Times may be stretched as a whole, and each by an eighth part. */
static size_t agreement(const struct timeline_note *notes, size_t count, const struct incipit *known)
{
    double unit = (notes[1].start_tick - notes[0].start_tick) / (double)known->lengths[0];
    size_t n = 1;

    while (n < count && n < (size_t)known->count) {
        double onset = notes[n].start_tick - notes[n - 1].start_tick, expected = unit * known->lengths[n - 1];

        if (notes[n].pitch - notes[0].pitch != known->pitches[n] - known->pitches[0] ||
            fabs(onset - expected) > expected / 8)
            break;
        n++;
    }
    return n;
}

size_t incipit_longest(const struct timeline_note *notes, size_t count, const char **name)
{
    size_t longest = 0;

    if (name != NULL)
        *name = NULL;
    for (size_t i = 0; i + NOTES_LEAST <= count; i++)
        for (size_t k = 0; k < sizeof(incipits) / sizeof(incipits[0]); k++) {
            size_t n = agreement(notes + i, count - i, &incipits[k]);

            if (n >= NOTES_LEAST && n > longest) {
                longest = n;
                if (name != NULL)
                    *name = incipits[k].name;
            }
        }
    return longest;
}
