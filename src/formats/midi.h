/*
 * Standard MIDI File 1.0 (MIDI Manufacturers Association, RP-001), format 1: track 0 is the conductor (title, tempos, time
 * signatures, key signature, markers), then one track per part. A part's track has its name, bank select (not for drum
 * kits, which channel 10 implies), program, and its events in time order; at one tick controls come before note-offs, and
 * note-offs before note-ons. Lyrics are lyric events in the track of the part with ROLE_VOICE, before the note they belong
 * to (in the conductor track when there is no such part). All text is UTF-8. Every track ends at end_tick, or at its last
 * event when that is later. With a mix, each track begins with volume (controller 7), pan (10) and reverb (91), so that
 * another synthesiser plays a balanced mix; our own renderer reads the score, where they are not. Drum parts share channel
 * 10: its program, controllers and mix are those of the first, and the velocities of the others are scaled to their own
 * level. No running status, no
 * system exclusive. Equal scores give equal bytes. Any thread.
 */
#ifndef FORMATS_MIDI_H
#define FORMATS_MIDI_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/error.h"
#include "song/mix_spec.h"
#include "song/score.h"

/* The whole file in the arena. `mix` may be NULL. The loudest part has volume 110, the others less by 40 log10(v / 110)
 * dB, the curve that General MIDI recommends (MMA, Developer Guidelines, 1998). ERROR_INPUT when score_fault finds
 * something or the song is longer than the format can say (2^28 ticks). */
bool midi_bytes(const struct score *s, const struct mix_spec *mix, struct arena *a, unsigned char **out, size_t *len,
                struct error *e);

/* The same into a file: written as "<path>.part", synced, then renamed into place; the part is removed on failure
 * (ERROR_IO, ERROR_STORAGE when the disk is full). */
bool midi_write(const struct score *s, const struct mix_spec *mix, const char *path, struct error *e);

#endif
