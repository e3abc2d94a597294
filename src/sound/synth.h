/*
 * FluidSynth, one synthesiser per part. A font is a SoundFont opened for the parts that one task computes:
 * parts of different fonts may be rendered at the same time, parts of one font may not (FluidSynth counts the
 * uses of a sample without a lock). Opening, closing, synth_new and synth_free are for one thread at a time
 * in the whole process, since all fonts share one sample cache. Only the samples of the programs in use are
 * loaded.
 *
 * Besides the controllers of the SoundFont standard, which FluidSynth follows (volume, expression, pan, sustain, modulation,
 * portamento, pitch bend and its range), brightness (CC 74) moves the filter by up to 8 octaves down and up from its middle,
 * and resonance (CC 71) by up to 24 dB; both leave a preset as it is at 64.
 *
 * Strings that a player's hand stops (guitars, banjo, shamisen) fade within 1.6 s after a note, also where the SoundFont lets
 * them ring on: else chords that are over sound through the next ones.
 *
 * A synth is fresh for each rendering, because a reset one does not give the same samples again. FluidSynth's
 * reverb and chorus are off; its gain is 1, its output unclipped.
 */
#ifndef SOUND_SYNTH_H
#define SOUND_SYNTH_H

#include "core/error.h"
#include "song/score.h"
#include "sound/audio.h"

struct font;
struct synth;

/* FluidSynth's, "2.3.1": another one may sound otherwise. */
const char *synth_version(void);

/* NULL with ERROR_SOUNDFONT. */
struct font *font_open(const char *path, struct error *e);
void font_close(struct font *f); /* after its synths; accepts NULL */

/* At the start of the part. A preset that the font lacks is replaced (a kit by the standard kit, a program by
 * its bank 0, then by the nearest of its General MIDI family, then by program 0) with a warning in the log. NULL with ERROR_SOUNDFONT when there is no
 * substitute. */
struct synth *synth_new(struct font *f, const struct score *score, const struct score_part *part,
                        struct error *e);
void synth_free(struct synth *s); /* accepts NULL */

/* The next `frames` (a multiple of AUDIO_BLOCK, at most AUDIO_CHUNK) of the part; silence after it has rung
 * out. False when they are silent: then `out` is zeros. */
bool synth_render(struct synth *s, struct audio *out, int frames);

/* How much has been computed so far, in voices × blocks: what the part costs. */
int64_t synth_work(const struct synth *s);

/* Goes forward to a block without computing the sound between: what still sounds of the past is cut off,
 * controllers take the values they have there, and notes held over the edge are struck anew at it. Backwards
 * does nothing. */
void synth_seek(struct synth *s, int64_t block);

#endif
