/* The finished files of jobs: <data_dir>/output/<job>/<name>. The rows appear in the transaction that completes the job,
 * after the files are on disk, so that what is listed is there, whole. */
#ifndef STORE_ARTIFACTS_H
#define STORE_ARTIFACTS_H

#include <stdint.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/id.h"
#include "store/store.h"

struct artifact {
    char job_id[ID_TEXT_SIZE];
    const char *name;       /* of the file: "master.wav"; no slash, no leading dot */
    const char *kind;       /* "master", "stem", "midi", "document" */
    const char *label;      /* "master_wav": the key in output_files; unique in the job */
    const char *media_type;
    int64_t bytes;
    char sha256[HASH_TEXT_SIZE];
};
struct artifact_list {
    struct artifact *items; /* in the order in which they were given */
    size_t count;
};

/* Of a job of the organisation (NULL: any). ERROR_NOT_FOUND when there is no such job; empty until it is completed. */
bool artifact_list(struct store *s, const char *job_id, const char *organisation, struct arena *a,
                   struct artifact_list *out, struct error *e);

/* One file by its exact name; `name` may be any bytes from outside. ERROR_NOT_FOUND. */
bool artifact_find(struct store *s, const char *job_id, const char *name, const char *organisation, struct arena *a,
                   struct artifact *out, struct error *e);

#endif
