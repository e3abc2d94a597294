#define _GNU_SOURCE
#include "sound/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool storage_error(struct error *e, int number, const char *what, const char *path)
{
    bool is_full = number == ENOSPC || number == EDQUOT || number == EFBIG;

    return error_set(e, is_full ? ERROR_STORAGE : ERROR_IO, "%s '%s': %s", what, path, strerror(number));
}

/* Where the file system knows no nameless files: make one with a name and take the name away. */
static int named_open(const char *folder)
{
    char path[PATH_MAX];
    int fd;

    if (snprintf(path, sizeof(path), "%s/.scratch-XXXXXX", folder) >= (int)sizeof(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

int scratch_open(const char *folder, struct error *e)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
        fd = named_open(folder);
    if (fd < 0)
        storage_error(e, errno, "cannot make a temporary file in", folder);
    return fd;
}

void scratch_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

bool scratch_write(int fd, const void *data, size_t bytes, int64_t at, struct error *e)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t count = pwrite(fd, (const char *)data + done, bytes - done, at + (int64_t)done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return storage_error(e, count < 0 ? errno : ENOSPC, "cannot write", "temporary file");
        done += (size_t)count;
    }
    return true;
}

bool scratch_read(int fd, void *data, size_t bytes, int64_t at, struct error *e)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t count = pread(fd, (char *)data + done, bytes - done, at + (int64_t)done);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return storage_error(e, errno, "cannot read", "temporary file");
        if (count == 0)
            return error_set(e, ERROR_IO, "the temporary file is shorter than what was written");
        done += (size_t)count;
    }
    return true;
}
