/*
 * A sound file in the making, on top of a part_file: samples go through libsndfile's encoder, what the file says about itself
 * (tags.h) is ours, since libsndfile knows few fields and draws random serial numbers. The same samples and tags give the same
 * bytes. One thread at a time.
 */
#ifndef SOUND_SOUND_FILE_H
#define SOUND_SOUND_FILE_H

#include <stdint.h>

#include "core/error.h"
#include "song/output.h"
#include "sound/part_file.h"
#include "sound/tags.h"

struct sound_file;

/* Stereo at RENDER_RATE_HZ, encoded as the table in the .c says. `tags` may be NULL; its texts are borrowed until close. When
 * they lack TAG_PCM_SHA256, it becomes the SHA-256 of the samples: as they are in the file when it is lossless (little-endian
 * 16 or 24 bits or floats, interleaved), else as the 24 bits that came in. NULL with ERROR_IO or ERROR_STORAGE. */
struct sound_file *sound_file_create(const char *folder, const char *name, enum output_format format,
                                     const struct tags *tags, struct error *e);

/* Interleaved 24-bit samples in the upper bits of 32. For 16 bits they are dithered. */
bool sound_file_write(struct sound_file *f, const int32_t *pcm, int64_t frames, struct error *e);

/* Interleaved floats, ±1 = full scale, for OUTPUT_WAV32F and the lossy formats, which keep them. Not clipped. */
bool sound_file_write_float(struct sound_file *f, const float *samples, int64_t frames, struct error *e);

/* Whether the samples of the file are the 24 bits that are written to it, and so have their checksum. */
bool sound_file_keeps_pcm(enum output_format format);

/* How far above its input's true peak a lossy format's usually comes out, in dB; 0 for the others. */
double sound_file_overshoot_db(enum output_format format);

/* Ends the encoding: the file at sound_file_path is whole and can be read. Only close and discard may follow. */
bool sound_file_end(struct sound_file *f, struct error *e);

/* Waits until the disk has it, after sound_file_end or instead of it. Only discard, publish and free may follow. */
bool sound_file_close(struct sound_file *f, struct error *e);

/* Length and checksum of a file that was ended. */
const struct part_sum *sound_file_sum(const struct sound_file *f);

/* Where it is until it is published. */
const char *sound_file_path(const struct sound_file *f);

/* Renames it; the file keeps being one that discard would remove. */
bool sound_file_publish(struct sound_file *f, struct error *e);

/* Removes the file, published or not. Accepts NULL. */
void sound_file_discard(struct sound_file *f);

/* Lets go of a published file. Accepts NULL. */
void sound_file_free(struct sound_file *f);

#endif
