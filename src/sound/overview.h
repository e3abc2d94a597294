/* The finished track at a glance: two pictures and the peaks for web players, drawn from the master's samples beside the
 * encoding. */
#ifndef SOUND_OVERVIEW_H
#define SOUND_OVERVIEW_H

#include "sound/part_file.h"
#include "sound/render.h"

enum overview_item { OVERVIEW_WAVEFORM, OVERVIEW_SPECTROGRAM, OVERVIEW_PEAKS, OVERVIEW_FILES };

struct overview_info {
    const char *name, *kind, *people; /* as in render_file */
};
extern const struct overview_info overview_infos[OVERVIEW_FILES];

/* What can go on in two threads: waveform and peaks, and the spectrogram. */
enum { OVERVIEW_TASKS = 2 };

struct overview;
struct master_result; /* sound/master.h */

/* Opens the files. NULL with ERROR_IO, ERROR_STORAGE or ERROR_UNAVAILABLE. */
struct overview *overview_new(const struct render_order *order, int pcm_fd, int64_t frames,
                              const struct master_result *master, struct error *e);

/* Some milliseconds of the task's work. */
bool overview_step(struct overview *o, int task, struct error *e);
bool overview_is_done(const struct overview *o, int task);

struct part_file *overview_file(const struct overview *o, int item);

/* Removes the files, published or not; or lets go of them. Accept NULL. */
void overview_discard(struct overview *o);
void overview_free(struct overview *o);

#endif
