/*
 * A finished file in the making. What is put goes to "<name>.part"; part_file_close puts it safely on the disk,
 * part_file_publish gives it its name. Until it is published nobody sees it, and part_file_discard takes away
 * whatever there is of it. One thread at a time.
 */
#ifndef SOUND_PART_FILE_H
#define SOUND_PART_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"
#include "core/hash.h"

struct part_file;

/* What a finished file is known by. */
struct part_sum {
    int64_t bytes;
    char sha256[HASH_TEXT_SIZE];
};

/* NULL with ERROR_IO, ERROR_STORAGE or ERROR_UNAVAILABLE. */
struct part_file *part_file_create(const char *folder, const char *name, struct error *e);

/* Puts bytes at an offset, through a buffer that wants them in order. A failure is kept for part_file_check. */
void part_file_put(struct part_file *p, const void *data, size_t bytes, int64_t at);

/* How many of the bytes there are at an offset; 0 at the end or on failure. */
size_t part_file_get(struct part_file *p, void *data, size_t bytes, int64_t at);

int64_t part_file_length(struct part_file *p);

/* Whether everything so far was written: ERROR_IO or ERROR_STORAGE of the first failure. */
bool part_file_check(struct part_file *p, struct error *e);

/* Everything is put: hands the buffer to the system, for other readers, and sums the file up. */
bool part_file_seal(struct part_file *p, struct error *e);

/* Length and checksum of a sealed file. */
const struct part_sum *part_file_sum(const struct part_file *p);

/* Where the bytes are before it is published. */
const char *part_file_path(const struct part_file *p);

/* Seals it when it is not sealed, and waits until the disk has it. Only sum, discard, publish and free may follow. */
bool part_file_close(struct part_file *p, struct error *e);

/* Renames it; the file keeps being one that discard would remove. */
bool part_file_publish(struct part_file *p, struct error *e);

/* Removes the file, published or not. Accepts NULL. */
void part_file_discard(struct part_file *p);

/* Lets go of a published file. Accepts NULL. */
void part_file_free(struct part_file *p);

#endif
