/* What a person asks for: the body of POST /v1/generate, and with the output fields that of POST /v1/tracks and of
 * `aether create --request`. */
#ifndef SONG_BRIEF_H
#define SONG_BRIEF_H

#include "core/fields.h"

struct brief {
    const char *title;          /* 1–200 characters, any script */
    const char *genre;          /* id or alias; checked against the genres by the pipeline */
    const char *brief;          /* 1–2,000 characters of plain English */
    double bpm;                 /* NAN: the director chooses */
    const char *key;            /* "Am", "Bb", "F#m"; NULL: the director chooses */
    double duration_seconds;    /* NAN: the genre's usual length */
    const char *mood;           /* NULL: read from the brief */
    int64_t seed;               /* FIELD_LONG_UNSET: drawn and reported */
    int vocals;                 /* -1: the genre and the brief decide */
    LIST_OF(const char *) instruments;          /* must be heard */
    LIST_OF(const char *) exclude_instruments;  /* must not be heard */
    const char *time_signature; /* NULL: the genre's */
    int target;                 /* enum master_target; -1: what the brief says, else streaming */
    const char *soundfont;      /* name of one of those that are configured; NULL: the genre's, else the first */
    const char *soundfont_sha256; /* that its file must have; NULL: any */
};

struct track_request {
    struct brief brief;                     /* its fields stand beside those below, in one object */
    LIST_OF(const char *) output_formats;   /* names of output_infos; default wav, mp3 */
    int render_stems;
    int stem_format;                        /* enum output_format; default OUTPUT_WAV */
    int drum_stems;                         /* with the stems also a file for each group of the kit */
    int priority;                           /* enum track_priority; of a job of the service */
    const char *callback_url;               /* called when the job is over; NULL: nobody is */
};

enum track_priority { PRIORITY_LOW, PRIORITY_NORMAL, PRIORITY_HIGH, PRIORITY_COUNT };

/* What a request says about how the song is to be heard and in which files: target, soundfont, and the rows of a
 * track_request behind those of its brief. They also stand beside the documents of a /v1/render, over struct track_request
 * as well. */
extern const struct fields delivery_fields;

/* What a request says about the job in the service's queue; and that with what stands before it. */
extern const struct fields order_fields;
extern const struct fields track_order_fields;    /* track_request_fields and order_fields */
extern const struct fields delivery_order_fields; /* delivery_fields and order_fields */

extern const struct fields brief_fields;          /* over struct brief */
extern const struct fields track_request_fields;  /* over struct track_request */

/* The chosen formats as a set of bits 1 << enum output_format. The names have been checked by the fields. */
unsigned output_formats_bits(const char *const *names, size_t count);

#endif
