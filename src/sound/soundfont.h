/* Where the SoundFont comes from. No FluidSynth in here, so that every program can say which one is in use. */
#ifndef SOUND_SOUNDFONT_H
#define SOUND_SOUNDFONT_H

#include "core/arena.h"

/* The path of the SoundFont to use: `setting` (AETHER_SOUNDFONT) when not NULL, else the first that exists of
 * the Debian ones: FluidR3 GM, MuseScore General, TimGM6mb. Checked by soundfont_check. NULL with
 * ERROR_SOUNDFONT, naming the file or the packages to install. In the arena. */
const char *soundfont_find(const char *setting, struct arena *a, struct error *e);

/* Whether the file can be read, begins as a SoundFont and is as long as it says; else ERROR_SOUNDFONT. */
bool soundfont_check(const char *path, struct error *e);

/* "FluidR3_GM.sf2" of a path. Borrowed from it. */
const char *soundfont_name(const char *path);

#endif
