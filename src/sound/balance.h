/*
 * The balance: which gain gives each part the loudness that the mix asks for, whatever the SoundFont's own
 * levels are.
 *
 * Synthesising every part twice would cost too much, and so would 60 MB of temporary file per part and three
 * minutes. So a few short excerpts of each part are synthesised and measured behind its strip, and the score
 * says how they stand to the whole (energy.h): gated loudness of the part = measured power of the excerpts /
 * their power by the score × gated power of the part by the score. The excerpts are taken from the loud, the
 * middle and the quieter places.
 */
#ifndef SOUND_BALANCE_H
#define SOUND_BALANCE_H

#include "sound/session.h"

/* Sets gain_db, peak and cost of every channel and makes the session's synths: a part of level 0 LU will have
 * RENDER_REFERENCE_LUFS in the mix. A part without sound keeps 0 dB. The result does not depend on the number
 * of threads. */
bool balance_measure(struct session *s, struct error *e);

#endif
