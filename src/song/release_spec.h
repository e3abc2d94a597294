/* What accompanies the files: the release manager's document. The worker adds what only it knows: files, loudness,
 * stages. */
#ifndef SONG_RELEASE_SPEC_H
#define SONG_RELEASE_SPEC_H

#include "core/fields.h"

struct release_file {
    const char *name;        /* "master.wav" */
    const char *kind;        /* "master", "stem", "picture", "peaks", "midi", "sheet", "lyrics", "document" */
    const char *label;       /* for people: "Master, 24-bit WAV" */
    const char *media_type;
    int64_t bytes;
    const char *sha256;
    double loudness_lufs;    /* of a lossy master when it is decoded; else NAN, and not written */
    double true_peak_dbtp;
};

struct release_stage {
    const char *name;        /* "mixing" */
    double seconds;
};

/* Who did what. */
struct release_credit {
    const char *role;        /* "composer" */
    const char *name;
};

struct release_spec {
    const char *created_at, *updated_at, *id, *song_id;
    const char *title;
    const char *artist;
    const char *genre;       /* name of the genre */
    const char *key;         /* "A minor" */
    double bpm;
    const char *time_signature;
    int64_t random_seed;
    LIST_OF(struct release_credit) credits;
    const char *licence;     /* the licence statement, a sentence or two */
    const char *recipe;      /* how to make it again: a command line */
    double duration_seconds;
    double loudness_lufs;    /* NAN until measured */
    double true_peak_dbtp;
    const char *soundfont;   /* file name; NULL until rendered */
    const char *soundfont_sha256;
    const char *engine_version;
    LIST_OF(struct release_stage) stages;
    LIST_OF(struct release_file) files;
};

extern const struct fields release_spec_fields;

#endif
