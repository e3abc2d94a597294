/* The SoundFonts of this machine by name, so that requests, genres and documents can choose one. Where they come from is
 * sound/soundfont.h's business. */
#ifndef SONG_SOUNDFONTS_H
#define SONG_SOUNDFONTS_H

#include "core/fields.h"

struct soundfonts {
    struct string_list names; /* "fluidr3-gm": [a-z0-9.-]+, unique; the first plays when nobody chooses */
    struct string_list paths; /* as many */
};

/* The name by which a file is known when the setting gives it none: "/usr/share/sounds/sf2/FluidR3_GM.sf2" is
 * "fluidr3-gm". */
const char *soundfonts_name(const char *path, struct arena *a);

/* The place of a name, NULL meaning the first; upper and lower case, the kind of separator and the file's extension do not
 * matter. -1: there is none of this name. */
int soundfonts_find(const struct soundfonts *s, const char *name);

/* Adds a problem that names what there is when `name` is neither NULL nor one of them. True when all is well. */
bool soundfonts_check(const struct soundfonts *s, const char *name, const char *pointer, struct problems *problems);

#endif
