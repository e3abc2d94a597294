/* The instruments of a drum kit in the groups in which engineers get them on tracks of their own. */
#ifndef SONG_DRUM_GROUP_H
#define SONG_DRUM_GROUP_H

#include <stdint.h>

enum drum_group {
    DRUM_KICK, DRUM_SNARE, DRUM_HATS, DRUM_TOMS, DRUM_CYMBALS, DRUM_PERCUSSION, DRUM_GROUP_COUNT
};

struct drum_group_info {
    const char *id;   /* "kick" */
    const char *name; /* "Kick" */
};
extern const struct drum_group_info drum_group_infos[DRUM_GROUP_COUNT];

/* The group of a key of a kit (its program in bank 128): General MIDI's percussion map (MMA RP-003), but for the orchestra's
 * kit, whose keys gm_kit_key (general_midi.h) tells. What is no part of the drum set is percussion. Keys that cut each other
 * off (open and closed hi-hat, long and short guiro …) are in one group. */
enum drum_group drum_group_of(uint8_t kit, uint8_t key);

#endif
