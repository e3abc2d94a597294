/* Loudness after EBU R 128 / ITU-R BS.1770-4, measured by libebur128. */
#ifndef SOUND_METER_H
#define SOUND_METER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/error.h"

struct meter;

enum meter_kind {
    METER_WINDOW, /* the mean over everything fed, up to METER_WINDOW_S, without gates: for excerpts */
    METER_SONG,   /* integrated */
    METER_MASTER, /* integrated, loudness range, greatest momentary and short-term loudness, true peak */
    METER_PROOF,  /* integrated, true peak: of a file that is read again */
};
enum {
    /* What EBUR128_MODE_S keeps; ebur128_set_max_window of libebur128 1.2.6 takes a thousand times the
       memory. */
    METER_WINDOW_S = 3
};

/* NULL with ERROR_UNAVAILABLE when out of memory. Stereo at RENDER_RATE_HZ. */
struct meter *meter_new(enum meter_kind kind, struct error *e);
struct meter *meter_new_at(enum meter_kind kind, int rate_hz, struct error *e); /* below 96 kHz */
void meter_free(struct meter *m); /* accepts NULL */

/* Planar floats, for the loudness. */
void meter_add(struct meter *m, const float *left, const float *right, int frames);

/* Interleaved 24-bit samples in the upper bits of 32: for the loudness and for the true peak (METER_MASTER
 * and METER_PROOF). The two do not touch each other and may run in two threads. */
void meter_add_pcm(struct meter *m, const int32_t *pcm, int frames);
void meter_add_peaks(struct meter *m, const int32_t *pcm, int frames);

/* LUFS; -HUGE_VAL when there was nothing above the gates. */
double meter_loudness_lufs(const struct meter *m);

/* LU; 0 when it cannot be told. METER_MASTER only. */
double meter_range_lu(const struct meter *m);

/* The greatest loudness of any 400 ms and of any 3 s, in steps of 100 ms (EBU Tech 3341, 2.2), LUFS; -HUGE_VAL when there
 * were none so long, or silence. METER_MASTER only. */
double meter_momentary_lufs(const struct meter *m);
double meter_short_term_lufs(const struct meter *m);

/* dBTP, over all samples of meter_add_peaks; -HUGE_VAL for silence. METER_MASTER and METER_PROOF only. libebur128's
 * measurement is slow, so it gets only the stretches that can hold the greatest peak: those that by our own
 * interpolator, which is the same within rounding, are not 0.01 dB below the greatest so far. */
double meter_true_peak_dbtp(const struct meter *m);

/* The same or more, as meters that look at more than four points a sample find it (true_peak_scan_finely). METER_PROOF only. */
double meter_finest_peak_dbtp(const struct meter *m);

#endif
