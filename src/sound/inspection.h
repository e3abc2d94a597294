/*
 * The technical side of the review: what is measured on the samples of the finished master, each with the band in which it
 * should lie and what mastering can change when it does not.
 */
#ifndef SOUND_INSPECTION_H
#define SOUND_INSPECTION_H

#include <stdint.h>

#include "core/error.h"
#include "song/master_spec.h"

enum inspection_measure {
    INSPECT_CLIPS,          /* runs of three samples and more at full scale */
    INSPECT_DC,             /* greatest mean of a channel, of full scale */
    INSPECT_HEAD_SILENCE,   /* s below -60 dBFS before the music */
    INSPECT_TAIL_SILENCE,   /* s below -60 dBFS at the end */
    INSPECT_GAP,            /* s, the longest such silence inside */
    INSPECT_TAIL_CUT,       /* dB by which the last 50 ms are above -60 dBFS; 0 when they are not */
    INSPECT_NOISE_FLOOR,    /* dBFS RMS of the quietest 100 ms that are not silent */
    INSPECT_CORRELATION,    /* of left and right */
    INSPECT_LOW_CORRELATION,/* below 120 Hz */
    INSPECT_SIDE,           /* dB, side against middle */
    INSPECT_MONO_LOSS,      /* LU (K-weighted) that a mono sum loses; 0 for a mono signal */
    INSPECT_BALANCE,        /* dB between left and right */
    INSPECT_SUB,            /* dB of octaves against the whole: 31 Hz … */
    INSPECT_BASS,           /* 63 and 125 Hz */
    INSPECT_LOW_MID,        /* 250 and 500 Hz */
    INSPECT_MID,            /* 1 and 2 kHz */
    INSPECT_HIGH,           /* 4 and 8 kHz */
    INSPECT_PLR,            /* dB, true peak above the integrated loudness */
    INSPECT_RANGE,          /* LU, loudness range */
    INSPECT_COUNT
};

/* What can be changed in the master when a measure is out of its band. */
enum inspection_remedy { REMEDY_NONE, REMEDY_NARROWER, REMEDY_WIDER, REMEDY_MONO_BASS, REMEDY_GENTLER, REMEDY_TONE, REMEDY_HIGHPASS };

struct inspection_band {
    const char *name, *unit, *help;
    double low, high;           /* NAN: no limit on that side */
    double fail_low, fail_high; /* outside these it is not only a warning */
    enum inspection_remedy if_low, if_high;
};
extern const struct inspection_band inspection_bands[INSPECT_COUNT];

/* The band for masters of this loudness and ceiling: loud ones have little room for peaks by what was asked of them. */
struct inspection_band inspection_band_of(enum inspection_measure m, const struct master_spec *master);

struct inspection {
    double values[INSPECT_COUNT]; /* NAN: not measured */
};

struct inspector;

/* NULL with ERROR_UNAVAILABLE when out of memory. Stereo at RENDER_RATE_HZ. */
struct inspector *inspector_new(struct error *e);
void inspector_free(struct inspector *in); /* accepts NULL */

/* Interleaved 24-bit samples in the upper bits of 32, in the order of the song. */
void inspector_add(struct inspector *in, const int32_t *pcm, int frames);

/* What loudness, range and peak are comes from the meter. */
void inspector_finish(struct inspector *in, double loudness_lufs, double true_peak_dbtp, double range_lu,
                      struct inspection *out);

/* 0 within its band, 1 a warning, 2 a fault; NAN is 0. */
int inspection_verdict(const struct inspection_band *band, double value);

/* Changes the settings for what is a fault and can be helped. False when there is nothing (more) to change. */
bool inspection_remedy(const struct inspection *found, struct master_spec *spec);

#endif
