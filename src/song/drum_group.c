#include "song/drum_group.h"

#include "song/general_midi.h"

const struct drum_group_info drum_group_infos[DRUM_GROUP_COUNT] = {
    [DRUM_KICK] = { "kick", "Kick" },          [DRUM_SNARE] = { "snare", "Snare" },
    [DRUM_HATS] = { "hats", "Hi-hats" },       [DRUM_TOMS] = { "toms", "Toms" },
    [DRUM_CYMBALS] = { "cymbals", "Cymbals" }, [DRUM_PERCUSSION] = { "percussion", "Percussion" },
};

/* Where it differs: timpani on 41 to 53. */
static enum drum_group orchestra_group_of(uint8_t key)
{
    if (key >= 27 && key <= 29)
        return DRUM_HATS;
    if (key == 35 || key == 36)
        return DRUM_KICK;
    if (key >= 37 && key <= 40)
        return DRUM_SNARE;
    return key == 55 || key == 57 || key == 59 ? DRUM_CYMBALS : DRUM_PERCUSSION;
}

enum drum_group drum_group_of(uint8_t kit, uint8_t key)
{
    if (kit == GM_KIT_ORCHESTRA)
        return orchestra_group_of(key);
    switch (key) {
    case 35: /* acoustic bass drum, bass drum 1 */
    case 36:
        return DRUM_KICK;
    case 37: /* side stick, acoustic snare, hand clap, electric snare */
    case 38:
    case 39:
    case 40:
        return DRUM_SNARE;
    case 42: /* closed, pedal, open */
    case 44:
    case 46:
        return DRUM_HATS;
    case 41:
    case 43:
    case 45:
    case 47:
    case 48:
    case 50:
        return DRUM_TOMS;
    case 49: /* crash 1, ride 1, Chinese, ride bell, splash, crash 2, ride 2 */
    case 51:
    case 52:
    case 53:
    case 55:
    case 57:
    case 59:
        return DRUM_CYMBALS;
    default:
        return DRUM_PERCUSSION;
    }
}
