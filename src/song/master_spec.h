/* The finish: the mastering engineer's document. */
#ifndef SONG_MASTER_SPEC_H
#define SONG_MASTER_SPEC_H

#include "song/mix_spec.h"

struct master_spec {
    double loudness_lufs;    /* integrated, EBU R 128 / ITU-R BS.1770-4; default -14 */
    double ceiling_dbtp;     /* true peak; default -1 */
    double highpass_hz;      /* default 25 */
    struct mix_compressor glue;
    double limiter_lookahead_ms;
    double limiter_release_ms;
};

extern const struct fields master_spec_fields;

#endif
