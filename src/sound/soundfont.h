/* Where the SoundFonts come from, and what a file says about itself. No FluidSynth in here, so that every program can tell
 * which are in use and refuse a broken one when it starts. */
#ifndef SOUND_SOUNDFONT_H
#define SOUND_SOUNDFONT_H

#include "core/arena.h"
#include "song/soundfonts.h"

/* The SoundFonts to use. `setting` (AETHER_SOUNDFONT) is one or more of PATH or NAME=PATH with ':' between them; NULL or
 * empty: those that are installed of the Debian ones, in this order: FluidR3 GM, MuseScore General, its Lite version,
 * TimGM6mb. Each is checked by soundfont_check. ERROR_SOUNDFONT names the file, the name that two have, or the packages to
 * install. In the arena. */
bool soundfont_list(const char *setting, struct soundfonts *out, struct arena *a, struct error *e);

/* The path of the first of them; NULL on failure. */
const char *soundfont_find(const char *setting, struct arena *a, struct error *e);

/* Whether the file can be read and is a whole SoundFont: as long as it says, with its three lists, the tables of presets,
 * instruments and samples, at least one preset, and every sample inside the file (SoundFont 2.04, sections 4–7); else
 * ERROR_SOUNDFONT says what is wrong with it. */
bool soundfont_check(const char *path, struct error *e);

struct soundfont_preset {
    const char *name;
    int bank, program;
};
struct soundfont_presets {
    struct soundfont_preset *items;
    size_t count;
};

/* The presets, sorted by bank and program. Checks as soundfont_check does. In the arena. */
bool soundfont_presets(const char *path, struct soundfont_presets *out, struct arena *a, struct error *e);

/* "FluidR3_GM.sf2" of a path. Borrowed from it. */
const char *soundfont_name(const char *path);

#endif
