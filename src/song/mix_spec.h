/* How the parts are balanced: the mix engineer's document. */
#ifndef SONG_MIX_SPEC_H
#define SONG_MIX_SPEC_H

#include "core/fields.h"

enum mix_bus { BUS_DRUMS, BUS_BASS, BUS_MUSIC, BUS_LEAD, BUS_COUNT };
extern const struct choices mix_bus_choices; /* drums, bass, music, lead */

/* One channel strip: high-pass → gain → pan → bus, with a send to the shared reverb. */
struct mix_strip {
    const char *part;        /* id of a part of the score */
    int bus;                 /* enum mix_bus */
    double level_lu;         /* loudness of the part against the lead, in LU, while it plays; the mixer measures and
                                reaches it whatever the SoundFont's own levels are */
    double pan;              /* -1 left … 1 right; constant power, -3 dB at the centre */
    double highpass_hz;      /* 0 = off; 12 dB/octave Butterworth */
    double reverb_send_db;   /* ≤ -60 = none */
};

/* A feed-forward compressor; ratio 1 = off. */
struct mix_compressor {
    double threshold_db;     /* dBFS, RMS */
    double ratio;
    double attack_ms, release_ms;
    double makeup_db;
};

struct mix_bus_settings {
    int bus;
    double gain_db;
    struct mix_compressor compressor;
};

struct mix_spec {
    LIST_OF(struct mix_strip) strips;
    LIST_OF(struct mix_bus_settings) buses;
    double reverb_room;      /* 0–1 */
    double reverb_damping;   /* 0–1 */
    double reverb_return_db;
};

extern const struct fields mix_spec_fields;
extern const struct fields mix_bus_settings_fields;
extern const struct fields mix_compressor_fields;

#endif
