/* The width of a stereo pair: what is different on both sides is made wider or narrower, and below a frequency it is
 * taken out (12 dB/octave), so that the bass stands in the middle. The middle itself is untouched. */
#ifndef SOUND_STEREO_H
#define SOUND_STEREO_H

#include <stdbool.h>

#include "sound/biquad.h"

struct stereo {
    bool is_on;
    float width;          /* factor of the side */
    bool has_mono_bass;
    struct biquad side;   /* high-pass */
};

/* `width` 0 (mono) … 2; 1 changes nothing. `mono_below_hz` 0: no mono bass. NaN counts as 1 and 0. */
void stereo_init(struct stereo *s, double width, double mono_below_hz, double rate_hz);

/* In place. What is no number spoils the call it comes in only. */
void stereo_process(struct stereo *s, float *left, float *right, int frames);

#endif
