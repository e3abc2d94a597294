/*
 * What an electronic bass does with a note that is already sounding. Both read the notes that the bassist has written,
 * which must be in order and one at a time, and write controls only.
 */
#ifndef BAND_BASS_TOUCH_H
#define BAND_BASS_TOUCH_H

#include "band/players.h"

/* The last note of a four-bar phrase glides to the first of the next, as often as the part's `scoop` says. */
void bass_glide(struct performer *p);

/* Notes of a beat and more pulse in a rhythm that changes from bar to bar and returns every four, as deep as the
 * genre's `wobble`. A part that ducks does not pulse. */
void bass_wobble(struct performer *p);

#endif
