/*
 * Score in, finished audio files out. The work goes in chunks of about a second: the stems of a chunk are
 * synthesised in parallel, streamed to their files and summed; the mix streams to one temporary file;
 * mastering reads that again with the gain its measured loudness asks for. Memory does not grow with the
 * length of the song.
 *
 * The same score, mix, master and SoundFont give the same samples on any number of threads.
 */
#ifndef SOUND_RENDER_H
#define SOUND_RENDER_H

#include "core/arena.h"
#include "song/master_spec.h"
#include "song/mix_spec.h"
#include "song/output.h"
#include "song/score.h"
#include "sound/inspection.h"
#include "sound/part_file.h"
#include "sound/tags.h"

enum { RENDER_RATE_HZ = 44100 };

/* In the mix a strip of level 0 LU has this loudness while it plays; the thresholds of the buses' compressors
 * refer to it. The dynamics of the master see the mix at MASTER_REFERENCE_LUFS. */
#define RENDER_REFERENCE_LUFS (-20.0)

/* The stages, in order; names and what they do for people: render_stage_names. */
enum render_stage { RENDER_MEASURE, RENDER_SYNTHESIS, RENDER_MASTER, RENDER_ENCODE, RENDER_STAGE_COUNT };
extern const char *const render_stage_names[RENDER_STAGE_COUNT]; /* "balance", "synthesis and mix", … */

struct render_order {
    const struct score *score;
    const struct mix_spec *mix;
    const struct master_spec *master;
    const char *soundfont; /* path */
    const char *soundfont_sha256; /* of that file … */
    const char *levels_folder;    /* … and where its programs' levels are kept (sound/preset_levels.h); NULL: nowhere */
    int threads;           /* 0 = one per core that this process may use */
    unsigned formats;      /* bits 1 << enum output_format; at least one */
    bool stems;            /* also a file for every part */
    enum output_format stem_format;
    bool loops;            /* the end leads on to the beginning, where the tail rings on; stems keep theirs (loop.h) */
    bool drum_stems;       /* with stems: also a file for every group of the drum kit (song/drum_group.h) */
    const char *folder;    /* exists; files are made in it, and on failure none of ours is left */
    struct tags tags;      /* what all files say; without checksum and loudness */
    /* Called now and then from the calling thread, fraction 0 … 1 of the stage. Returning false cancels:
     * render_score then fails with ERROR_CANCELLED. May be NULL. */
    bool (*progress)(void *arg, enum render_stage stage, double fraction);
    void *progress_arg;
};

struct render_file {
    const char *name;   /* in the folder: "master.wav", "stem-drums.wav", "waveform.png" */
    const char *kind;   /* "master", "stem", "picture" or "peaks" */
    const char *label;  /* "master_wav", "stem_drums": the key in output_files */
    const char *people; /* "Master, WAV, 24 bit" */
    struct part_sum sum;   /* length and checksum */
    double loudness_lufs, true_peak_dbtp; /* of a lossy master when it is decoded; else NAN */
};

struct render_result {
    double duration_s;     /* of the master */
    double loudness_lufs;  /* integrated, measured on the samples of the finished master */
    double true_peak_dbtp; /* likewise, 4 × oversampled */
    double loudness_range_lu;
    struct inspection inspection;       /* of the finished master */
    int master_rounds;                  /* how often it was finished, ≥ 1 */
    double stage_s[RENDER_STAGE_COUNT]; /* wall time of each stage */
    LIST_OF(struct render_file) files;  /* in the arena */
};

/* Blocking. Fails with ERROR_SOUNDFONT, ERROR_IO, ERROR_STORAGE (disk full), ERROR_QUALITY (loudness or peak
 * cannot be reached), ERROR_CANCELLED. One call at a time per process (FluidSynth's sample cache is not
 * thread-safe). */
bool render_score(const struct render_order *order, struct render_result *out, struct arena *a,
                  struct error *e);

#endif
