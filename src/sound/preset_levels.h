/*
 * How loud the programs of a SoundFont are, and how their loudness follows velocity. Standard SoundFonts take 40·log10(v/127)
 * dB off, but many have modulators or layers of their own, and the balance reckons from the score's velocities what a part's
 * excerpts stand for (energy.h). So each program is played once, loud and soft, and measured; what was found is kept in a
 * file named by the SoundFont's checksum:
 *
 *     FOLDER/<sha256>.json
 *
 * A file that is damaged, of another version or of another FluidSynth's is made anew. It is replaced by rename, so readers see a whole one; of two
 * writers the last wins, and what the other had found is measured again some time. The numbers are rounded before their
 * first use, so that a song is the same with and without the file.
 */
#ifndef SOUND_PRESET_LEVELS_H
#define SOUND_PRESET_LEVELS_H

#include "core/arena.h"
#include "sound/synth.h"

struct preset_level {
    int bank, program;
    double loud_lufs, soft_lufs; /* of three notes with velocity 112 and 56; NAN: makes no sound */
};

struct preset_levels;

/* With what the file holds. `folder` NULL or `sha256` NULL: nothing is read or kept. A folder that is missing is made by
 * preset_levels_keep, and the one around it. In the arena. */
struct preset_levels *preset_levels_open(const char *folder, const char *sha256, struct arena *a);

/* The level of a program: known, or measured now. From one thread, while nothing else uses the font. False with the errors
 * of synth_new. */
bool preset_levels_get(struct preset_levels *l, struct font *font, int bank, int program, struct preset_level *out,
                       struct error *e);

/* Writes the file when there is something new. What goes wrong is only logged: it costs time, not music. */
void preset_levels_keep(struct preset_levels *l);

/* NULL: not measured. */
const struct preset_level *preset_levels_find(const struct preset_levels *l, int bank, int program);

size_t preset_levels_count(const struct preset_levels *l);
const struct preset_level *preset_levels_at(const struct preset_levels *l, size_t index);

/* By which power of velocity the power of a note grows: 4 as the standard has it; within 1 and 8. */
double preset_level_exponent(const struct preset_level *level);

#endif
