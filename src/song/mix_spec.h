/* How the parts are balanced: the mix engineer's document. */
#ifndef SONG_MIX_SPEC_H
#define SONG_MIX_SPEC_H

#include <stdbool.h>

#include "core/fields.h"

enum mix_bus { BUS_DRUMS, BUS_BASS, BUS_HARMONY, BUS_LEAD, BUS_VOCALS, BUS_EFFECTS, BUS_COUNT };
extern const struct choices mix_bus_choices; /* drums, bass, harmony, lead, vocals, effects */

/* A feed-forward compressor; ratio 1 = off. */
struct mix_compressor {
    double threshold_db;     /* dBFS, RMS */
    double ratio;
    double attack_ms, release_ms;
    double makeup_db;
};

/* A band of an equaliser (sound/biquad.h has the curves). */
enum mix_band { MIX_BELL, MIX_LOW_SHELF, MIX_HIGH_SHELF, MIX_BAND_COUNT };
extern const struct choices mix_band_choices; /* bell, low-shelf, high-shelf */
enum { MIX_BANDS_MAX = 4 };

struct mix_eq_band {
    int kind;                /* enum mix_band */
    double hz, gain_db, q;
};

/* One channel strip: high-pass → low-pass → equaliser → compressor → saturation → level → width and pan → bus, with sends
 * to the shared reverb and delay. The compressor sees the part at RENDER_REFERENCE_LUFS while it plays. */
struct mix_strip {
    const char *part;        /* id of a part of the score */
    int bus;                 /* enum mix_bus */
    double level_lu;         /* loudness of the part against the lead, in LU, while it plays; the mixer measures and
                                reaches it whatever the SoundFont's own levels are */
    int is_muted;            /* is not in the mix; its stem is made all the same. What is not in the mix asks nobody to give
                                way to it: with other parts muted or soloed the cuts of the balance, and so stems, differ */
    int is_soloed;           /* as soon as one strip is, only those are in the mix, unless they are muted too */
    double pan;              /* -1 left … 1 right; constant power, -3 dB at the centre */
    double width;            /* -1 mono … 0 as it is … 1 with twice the difference of the sides */
    double highpass_hz;      /* 0 = off; 12 dB/octave Butterworth */
    double lowpass_hz;       /* 0 = off; the same */
    LIST_OF(struct mix_eq_band) eq; /* at most MIX_BANDS_MAX */
    struct mix_compressor compressor;
    double drive_db;         /* soft saturation; 0 = off */
    double reverb_send_db;   /* ≤ -60 = none */
    double delay_send_db;    /* the same */
    double duck_db;          /* how far it gives way while the kick drum sounds; 0 = not */
};

struct mix_bus_settings {
    int bus;
    double gain_db;
    struct mix_compressor compressor;
};

/* Echoes in the time of the song. */
struct mix_delay {
    double left_beats, right_beats; /* quarter notes */
    double feedback;                /* 0–0.9 */
    double lowpass_hz;              /* what comes back is duller by it */
    double return_db;               /* ≤ -60 = none */
};

/* A setting that moves: straight lines between points, in dB or, for the filter, in octaves; the first and the last value
 * hold before and after. */
enum mix_moving { MIX_LEVEL_DB, MIX_LOWPASS_HZ, MIX_REVERB_SEND_DB, MIX_DELAY_SEND_DB, MIX_MOVING_COUNT };
extern const struct choices mix_moving_choices; /* level_db, lowpass_hz, reverb_send_db, delay_send_db */

struct mix_point {
    double bar;              /* 1 = the start; 2.5 is half-way through the second bar */
    double value;            /* level_db: added to the strip's level; the others replace the strip's value */
};

struct mix_automation {
    const char *part;        /* NULL: every strip */
    int moves;               /* enum mix_moving */
    LIST_OF(struct mix_point) points; /* in the order of their bars */
};

struct mix_spec {
    LIST_OF(struct mix_strip) strips;
    LIST_OF(struct mix_bus_settings) buses;
    LIST_OF(struct mix_automation) automation;
    struct mix_delay delay;
    double duck_release_ms;  /* how long strips that duck take to come back */
    double reverb_room;      /* 0–1 */
    double reverb_damping;   /* 0–1 */
    double reverb_return_db;
};

/* Whether the part is in the mix: neither muted nor left out because others are soloed. NULL: a part without a strip. */
bool mix_strip_is_heard(const struct mix_spec *spec, const struct mix_strip *strip);

/* Refused is a mix that solos only what it mutes. */
extern const struct fields mix_spec_fields;
extern const struct fields mix_bus_settings_fields;
extern const struct fields mix_compressor_fields;
extern const struct fields mix_eq_band_fields;
extern const struct fields mix_delay_fields;

#endif
