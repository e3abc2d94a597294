/* The stage "encoding": all files of a song, from "<name>.part" to their names. None or all of them appear. */
#ifndef SOUND_DELIVERY_H
#define SOUND_DELIVERY_H

#include "sound/master_file.h"
#include "sound/overview.h"
#include "sound/session.h"
#include "sound/sound_file.h"

struct delivery {
    struct sound_file *stems[CHANNELS_MAX]; /* NULL: not asked for */
    struct master_file masters[OUTPUT_COUNT];
    int master_count;
    struct overview *overview; /* the pictures and the peaks */
};

/* Opens the stem files (formats of the master come later). What is open is removed by delivery_discard. */
bool delivery_open_stems(struct delivery *d, const struct session *s, struct error *e);

/* Encodes the `frames` samples of `tapes` into every format asked for, draws the pictures, closes all files
 * and gives them their names. */
bool delivery_run(struct delivery *d, struct session *s, const struct master_tapes *tapes, int64_t frames,
                  const struct master_result *master, struct error *e);

/* Removes every file, published or not. */
void delivery_discard(struct delivery *d);

/* Lets go of the published files. */
void delivery_free(struct delivery *d);

#endif
