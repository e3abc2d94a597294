/*
 * A sound file in the making: samples go to "<name>.part" through libsndfile, sound_file_close puts it safely
 * on the disk, sound_file_publish gives it its name. Until it is published nobody sees it, and
 * sound_file_discard takes away whatever there is of it. One thread at a time.
 */
#ifndef SOUND_SOUND_FILE_H
#define SOUND_SOUND_FILE_H

#include <stdint.h>

#include "core/error.h"
#include "song/output.h"
#include "sound/id3.h"

struct sound_file;

/* Stereo at RENDER_RATE_HZ, encoded as the table in the .c says. `tags` may be NULL. NULL with ERROR_IO or
 * ERROR_STORAGE. */
struct sound_file *sound_file_create(const char *folder, const char *name, enum output_format format,
                                     const struct tags *tags, struct error *e);

/* Interleaved 24-bit samples in the upper bits of 32. */
bool sound_file_write(struct sound_file *f, const int32_t *pcm, int64_t frames, struct error *e);

/* Ends the encoding and waits until the disk has it. Only discard and publish may follow. */
bool sound_file_close(struct sound_file *f, struct error *e);

/* Renames it; the file keeps being one that discard would remove. */
bool sound_file_publish(struct sound_file *f, struct error *e);

/* Removes the file, published or not. Accepts NULL. */
void sound_file_discard(struct sound_file *f);

/* Lets go of a published file. Accepts NULL. */
void sound_file_free(struct sound_file *f);

#endif
