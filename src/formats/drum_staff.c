#include "formats/drum_staff.h"

#include <stddef.h>

/* clang-format off */
static const struct drum_place places[] = {
    /* key  name                  step octave head      foot */
    { 35, "Acoustic bass drum",   'E', 4, "normal",     true },
    { 36, "Bass drum",            'F', 4, "normal",     true },
    { 37, "Side stick",           'C', 5, "x",          false },
    { 38, "Snare",                'C', 5, "normal",     false },
    { 39, "Hand clap",            'D', 5, "x",          false },
    { 40, "Electric snare",       'C', 5, "diamond",    false },
    { 41, "Low floor tom",        'G', 4, "normal",     false },
    { 42, "Closed hi-hat",        'G', 5, "x",          false },
    { 43, "High floor tom",       'A', 4, "normal",     false },
    { 44, "Pedal hi-hat",         'D', 4, "x",          true },
    { 45, "Low tom",              'B', 4, "normal",     false },
    { 46, "Open hi-hat",          'G', 5, "circle-x",   false },
    { 47, "Low-mid tom",          'D', 5, "normal",     false },
    { 48, "High-mid tom",         'D', 5, "normal",     false },
    { 49, "Crash cymbal",         'A', 5, "x",          false },
    { 50, "High tom",             'E', 5, "normal",     false },
    { 51, "Ride cymbal",          'F', 5, "x",          false },
    { 52, "China cymbal",         'C', 6, "x",          false },
    { 53, "Ride bell",            'F', 5, "diamond",    false },
    { 54, "Tambourine",           'B', 5, "triangle",   false },
    { 55, "Splash cymbal",        'B', 5, "x",          false },
    { 56, "Cowbell",              'E', 5, "triangle",   false },
    { 57, "Crash cymbal 2",       'B', 5, "x",          false },
    { 59, "Ride cymbal 2",        'F', 5, "x",          false },
    { 60, "High bongo",           'F', 5, "normal",     false },
    { 61, "Low bongo",            'D', 5, "normal",     false },
    { 62, "Muted high conga",     'E', 5, "x",          false },
    { 63, "Open high conga",      'E', 5, "normal",     false },
    { 64, "Low conga",            'C', 5, "normal",     false },
    { 65, "High timbale",         'F', 5, "normal",     false },
    { 66, "Low timbale",          'D', 5, "normal",     false },
    { 67, "High agogo",           'F', 5, "triangle",   false },
    { 68, "Low agogo",            'D', 5, "triangle",   false },
    { 69, "Cabasa",               'A', 5, "slash",      false },
    { 70, "Shaker",               'A', 5, "slash",      false },
    { 73, "Short guiro",          'B', 5, "slash",      false },
    { 74, "Long guiro",           'B', 5, "slash",      false },
    { 75, "Claves",               'E', 5, "x",          false },
    { 76, "High wood block",      'E', 5, "triangle",   false },
    { 77, "Low wood block",       'C', 5, "triangle",   false },
    { 80, "Muted triangle",       'C', 6, "triangle",   false },
    { 81, "Open triangle",        'C', 6, "triangle",   false },
};
/* clang-format on */

static const struct drum_place other = { 0, "Percussion", 'E', 5, "x", false };

const struct drum_place *drum_place_of(uint8_t key)
{
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        if (places[i].key == key)
            return &places[i];
    return &other;
}
