/* The finish: the mastering engineer's document. */
#ifndef SONG_MASTER_SPEC_H
#define SONG_MASTER_SPEC_H

#include "song/mix_spec.h"

/* Where a track goes, and how loud it may be there. */
enum master_target { TARGET_STREAMING, TARGET_APPLE, TARGET_EBU_R128, TARGET_ATSC, TARGET_CLUB, TARGET_CD, TARGET_COUNT };

struct master_target_info {
    const char *name;        /* "ebu-r128" */
    double loudness_lufs;    /* integrated, EBU R 128 / ITU-R BS.1770-4 */
    double ceiling_dbtp;     /* true peak */
    const char *help;
};
extern const struct master_target_info master_targets[TARGET_COUNT];
extern const struct choices master_target_choices;

/* A target by its name or by what people call it ("broadcast", "r128", "spotify"); -1: there is none. */
int master_target_find(const char *name);

enum { MASTER_OCTAVES = 10 };

/* Compressors for three bands; all with ratio 1: off. */
struct master_multiband {
    double low_hz, high_hz;  /* crossovers */
    struct mix_compressor low, mid, high;
};

/* Tone → level → multiband → glue → saturation → width → trim → limiter. All dynamics see the mix at
 * MASTER_REFERENCE_LUFS, whatever the target. */
#define MASTER_REFERENCE_LUFS (-14.0)

struct master_spec {
    int target;              /* enum master_target */
    double loudness_lufs;    /* NAN: the target's */
    double ceiling_dbtp;     /* NAN: the target's */
    double highpass_hz;      /* default 25 */
    LIST_OF(double) octaves_db; /* the wished level of the octaves from 31 Hz to 16 kHz against the whole; empty: as it is */
    double tone_amount;      /* 0–1: how much of the way there the equaliser goes */
    double tone_limit_db;    /* and how far in any band at most */
    struct master_multiband multiband;
    struct mix_compressor glue;
    double drive_db;         /* soft saturation; 0 = off */
    double width;            /* -1 mono … 0 as it is … 1 */
    double mono_below_hz;    /* 0 = off */
    double limiter_lookahead_ms;
    double limiter_release_ms;
};

/* Loudness and ceiling that are asked for, by number or by the target. */
double master_loudness_lufs(const struct master_spec *spec);
double master_ceiling_dbtp(const struct master_spec *spec);

extern const struct fields master_spec_fields;
extern const struct fields master_multiband_fields;

#endif
