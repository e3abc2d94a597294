/*
 * The whole way from a brief, or from given documents, to a folder of finished files. `aether create` and the render
 * workers both go through here, so that they give the same files:
 *
 *   master*.<ext>       the finished track, in each format asked for
 *   stem-<part>.<ext>   each part, with stems; also stem-drums-<group>.<ext> with drum_stems
 *   waveform.png        the finished track as a picture, with its sections; with audio
 *   spectrogram.png     likewise
 *   peaks.json          its peaks for players on web pages (audiowaveform's format); with audio
 *   song.mid            the score
 *   lead-sheet.musicxml tune, chords and words
 *   score.musicxml      the full score
 *   lyrics.lrc          the words with their times, when there are words
 *   song.json           every document, as /v1/render takes them
 *   release.json        the release: names, checksums, loudness, credits, licence, recipe, and the list of the files
 */
#ifndef WORKER_PRODUCE_H
#define WORKER_PRODUCE_H

#include "band/likeness.h"
#include "genre/genres.h"
#include "song/output.h"
#include "song/release_spec.h"
#include "song/song.h"
#include "song/soundfonts.h"
#include "store/artifacts.h"
#include "store/jobs.h"

/* What is asked for, read from a request. */
struct produce_request {
    struct song song;       /* with `brief`, or with the given documents */
    unsigned formats;       /* bits 1 << enum output_format; 0: documents and MIDI only */
    bool stems;
    enum output_format stem_format;
    bool drum_stems;        /* with stems: also the groups of the drum kit */
    const char *soundfont;  /* by its name; NULL: what the documents say */
    const char *soundfont_sha256; /* that it must have; NULL: any */
    bool seed_is_drawn;     /* it came from `seed` below */
};

/* Reads the body of a request: JOB_TRACKS takes the track_order_fields, JOB_GENERATE the same of which the formats are not
 * used, JOB_RENDER documents beside the delivery_order_fields. `seed` (-1: none) is used when the request has none, and may then
 * be replaced by another one (band/pipeline.h). ERROR_VALIDATION with every problem. `tree` is only read; all goes into the
 * arena. */
bool produce_read(enum job_kind kind, json_object *tree, int64_t seed, struct produce_request *out, struct arena *a,
                  struct error *e);

struct produce_progress {
    const char *stage;      /* for people: "synthesis and mix" */
    int index, count;       /* which of how many stages, from 1; a song sent back goes through some again */
    double fraction;        /* of all the work, 0–1; never falls */
};

struct produce_order {
    const struct genres *genres;
    const struct earlier_tunes *earlier; /* band/pipeline.h; NULL: nothing to compare with */
    const struct soundfonts *soundfonts; /* to choose from; not used when request->formats is 0 */
    const char *levels_folder; /* where the levels of SoundFonts are kept; NULL: nowhere */
    int threads;            /* 0 = one per core */
    const char *folder;     /* exists; files of these names in it are replaced, and on failure none of ours is left */
    /* Now and then, from the calling thread. False cancels: produce then fails with ERROR_CANCELLED. May be NULL. */
    bool (*progress)(void *arg, const struct produce_progress *now);
    void *progress_arg;
};

struct product {
    struct release_spec release;    /* as in release.json, except that it lists release.json too */
    struct artifact_list files;     /* in the order above; job_id is empty */
    const char *tune, *song;        /* for later comparison: likeness_text, likeness_song */
};

/* Blocking, one call at a time per process. A SoundFont that is not there is ERROR_VALIDATION and named. Fails as band_make and render_score do, and with ERROR_IO and ERROR_STORAGE
 * (disk full). Runs under arena_run. */
bool produce(const struct produce_order *order, struct produce_request *request, struct product *out, struct arena *a,
             struct error *e);

/* Where SoundFonts' levels are kept below a data folder. In the arena. */
const char *produce_levels_folder(struct arena *a, const char *data_dir);

/* The SHA-256 of a SoundFont, worked out once per process and file (path, size, time of change). */
bool produce_soundfont_sha256(const char *path, char out[HASH_TEXT_SIZE], struct error *e);

#endif
