/* A temporary file without a name, in the folder of the results: it is gone when it is closed, whatever
 * happens. */
#ifndef SOUND_SCRATCH_H
#define SOUND_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

#include "core/error.h"

/* A descriptor, or -1 with ERROR_IO or ERROR_STORAGE. */
int scratch_open(const char *folder, struct error *e);
void scratch_close(int fd); /* accepts -1 */

/* All of it or nothing. Different threads may write and read at different places. */
bool scratch_write(int fd, const void *data, size_t bytes, int64_t at, struct error *e);
bool scratch_read(int fd, void *data, size_t bytes, int64_t at, struct error *e);

/* ERROR_STORAGE when the disk (or a quota) is full, else ERROR_IO, with the system's text of `number` behind
 * `what`. */
bool storage_error(struct error *e, int number, const char *what, const char *path);

#endif
