/*
 * How a part's loudness goes through the song, by its score alone: in windows of 100 ms, the power that its
 * notes should have, up to an unknown factor. CC7 and CC11 count as 40·log10(v/127) dB each, which is how
 * SoundFont synthesisers treat them, and so does velocity unless a program was measured to do otherwise; plucked and struck sounds decay, others last as long as their
 * notes.
 */
#ifndef SOUND_ENERGY_H
#define SOUND_ENERGY_H

#include "song/score.h"

enum { ENERGY_WINDOWS_S = 10 }; /* windows a second */

/* Fills power[0 … count-1]. A note's power is (velocity/127)^exponent; 4 is the standard (preset_levels.h). */
void energy_map(const struct score *score, const struct score_part *part, double exponent, double *power, int count);

/* The mean over 400 ms blocks (75 % overlap) that pass the gates of BS.1770, the relative one 10 dB down and
 * in place of the absolute one 50 dB below the loudest. 0 when all is silent. */
double energy_gated(const double *power, int count);

#endif
