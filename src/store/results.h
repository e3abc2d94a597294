/* What a finished job says: the JSON in job.result, which the API passes on. Described once, here. */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "core/fields.h"

struct job_stage {
    const char *name;            /* "synthesis and mix" */
    double seconds;
};

struct job_result {
    const char *job_id;
    const char *status;          /* "completed" */
    const char *title;
    const char *genre;           /* id */
    const char *key;             /* "A minor" */
    double bpm;
    double duration_seconds;
    double loudness_lufs;        /* the last three: left out when nothing was rendered */
    double peak_db;              /* true peak, dBTP */
    int64_t seed;
    const char *soundfont;       /* file name */
    json_object *output_files;   /* {"master_wav": "/v1/download/<job>/master.wav", …} */
    LIST_OF(struct job_stage) stages;
};

extern const struct fields job_result_fields;

#endif
