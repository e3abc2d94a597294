/*
 * One master file, from the finished samples to an encoded file that was measured. A lossy encoder moves the peaks: what
 * a listener's decoder gives can be above the ceiling although the master is not. So a lossy file is encoded from the
 * master behind another limiter, a little below the ceiling, then decoded and measured; when it is above the ceiling or not
 * as loud as asked for, it is encoded again, with the limit lower or the gain another, until it is right. Limiting takes the
 * peaks only, where a lower gain would take loudness.
 */
#ifndef SOUND_MASTER_FILE_H
#define SOUND_MASTER_FILE_H

#include "sound/limiter.h"
#include "sound/master.h"
#include "sound/meter.h"
#include "sound/saturator.h"
#include "sound/sound_file.h"

/* How far the loudness of a lossy file may be off before it is encoded again. */
#define MASTER_FILE_TOLERANCE_LU 0.15

struct master_file {
    const struct render_order *order;
    enum output_format format;
    const char *name;
    struct tags tags;
    struct master_tapes tapes;
    int64_t frames;
    struct sound_file *file;
    bool is_done;
    int round;         /* encodings before this one */
    int64_t at;        /* frames that went into the encoder, or came out of the decoder */
    double gain_db, limit_db;
    double before_gain_db, before_lufs; /* of the encoding before; NAN: there was none */
    bool clips;        /* softly, in front of the limiter: the target is so loud that the limiter alone loses too much */
    struct saturator clipper;
    struct limiter limiter;
    void *reader;      /* libsndfile's, while the file is decoded */
    struct meter *meter;
    double loudness_lufs, true_peak_dbtp; /* of the decoded file; NAN for a lossless one, which is the master */
};

/* Opens the file. `tags` has what masters have in common. */
bool master_file_open(struct master_file *m, const struct render_order *order, enum output_format format,
                      const struct tags *tags, const struct master_result *master, const struct master_tapes *tapes,
                      int64_t frames, struct arena *a, struct error *e);

/* Does some of the work, a few milliseconds long; sets is_done at its end. ERROR_QUALITY when the ceiling cannot be kept. */
bool master_file_step(struct master_file *m, struct error *e);

/* 0 … 1, for people; a file that must be encoded again goes back. */
double master_file_fraction(const struct master_file *m);

/* What is open but the file. */
void master_file_rest(struct master_file *m);

#endif
