/* The one table of General MIDI program names, drum kits, and the words people use for them. Level 1 of the standard
 * (MMA/AMEI RP-003); kits as in GS and in the Debian SoundFonts. */
#ifndef SONG_GENERAL_MIDI_H
#define SONG_GENERAL_MIDI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum gm_family {
    GM_PIANO, GM_CHROMATIC, GM_ORGAN, GM_GUITAR, GM_BASS, GM_STRINGS, GM_ENSEMBLE, GM_BRASS, GM_REED, GM_PIPE,
    GM_SYNTH_LEAD, GM_SYNTH_PAD, GM_SYNTH_EFFECTS, GM_ETHNIC, GM_PERCUSSIVE, GM_SOUND_EFFECTS, GM_FAMILY_COUNT
};
extern const char *const gm_family_names[GM_FAMILY_COUNT]; /* "piano", "chromatic percussion", … */

struct gm_program {
    const char *name;      /* "Tenor Sax" */
    const char *words;     /* lower case, separated by "|": "tenor saxophone|tenor sax|saxophone|sax" */
    uint8_t slow_ms;       /* how early a note should start so that it sounds on time: a third of the attack */
};
extern const struct gm_program gm_programs[128];

struct gm_kit {
    uint8_t program;       /* in bank 128 */
    const char *name;      /* "Standard Kit" */
    const char *words;
};
enum { GM_KIT_ORCHESTRA = 48 };
extern const struct gm_kit gm_kits[];
extern const size_t gm_kit_count;

enum gm_family gm_family_of(uint8_t program);

/* Name of a program (bank 0) or kit (bank 128); "Kit 17" for kits without one is "Standard Kit". Never NULL. */
const char *gm_name(int bank, int program);

/* The program that `text` names best: a whole word or phrase of the table, longest match wins, then the table's order
 * of preference ("saxophone" is the tenor); -1 when none. Case, "-", "_" and a plural s do not matter. */
int gm_program_find(const char *text);
int gm_kit_find(const char *text);

/* The key that a stroke on a kit is sent to: General MIDI's own, but on the orchestra's kit (48), whose keys 41–53 are
 * timpani tuned to their notes: cymbals are on 57 and 59 and hats on 27–29 there, toms become bass drums. As in
 * Roland's GS and General MIDI 2 (MMA, 1999), and in FluidR3's preset. */
uint8_t gm_kit_key(int kit, uint8_t key);

/* Whether `text` (an instrument as a person names it) means this program, or its family ("strings", "guitar"). */
bool gm_program_matches(uint8_t program, const char *text);

/* Whether `phrase`, lower case, occurs in `text` as whole words, whatever the case, "-" or "_" and a plural s. */
bool words_contain(const char *text, const char *phrase);

#endif
