#define _GNU_SOURCE
#include "sound/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sound/scratch.h"

enum {
    BUFFER_BYTES = 256 << 10,  /* libraries write 8 kB at a time, which costs the kernel twice the time */
    WRITEBACK_BYTES = 4 << 20, /* the disk begins with this much at a time, so that the end need not wait */
};

struct part_file {
    char path[PATH_MAX], part[PATH_MAX + 8];
    int fd;
    int error_number;  /* of the first failure; 0 = none */
    int64_t buffer_at; /* where the buffer belongs */
    size_t buffered;
    int64_t written_back;
    bool is_sealed, is_published;
    struct part_sum sum;
    char buffer[BUFFER_BYTES];
};

struct part_file *part_file_create(const char *folder, const char *name, struct error *e)
{
    struct part_file *p = calloc(1, sizeof(*p));

    if (p == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for a file");
        return NULL;
    }
    if (snprintf(p->path, sizeof(p->path), "%s/%s", folder, name) >= (int)sizeof(p->path)) {
        error_set(e, ERROR_IO, "the path of '%s' is too long", name);
        free(p);
        return NULL;
    }
    snprintf(p->part, sizeof(p->part), "%s.part", p->path);
    p->fd = open(p->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (p->fd < 0) {
        storage_error(e, errno, "cannot create", p->part);
        free(p);
        return NULL;
    }
    return p;
}

static void flush(struct part_file *p)
{
    int64_t end = p->buffer_at + (int64_t)p->buffered;

    for (size_t done = 0; done < p->buffered && p->error_number == 0;) {
        ssize_t count =
            pwrite(p->fd, p->buffer + done, p->buffered - done, p->buffer_at + (int64_t)done);

        if (count > 0)
            done += (size_t)count;
        else if (count == 0 || errno != EINTR)
            p->error_number = count < 0 ? errno : ENOSPC;
    }
    p->buffered = 0;
    if (end - p->written_back >= WRITEBACK_BYTES) {
        sync_file_range(p->fd, p->written_back, end - p->written_back, SYNC_FILE_RANGE_WRITE);
        p->written_back = end;
    }
}

void part_file_put(struct part_file *p, const void *data, size_t bytes, int64_t at)
{
    if (bytes > 0 && p->buffered > 0 && at != p->buffer_at + (int64_t)p->buffered)
        flush(p);
    for (size_t done = 0; done < bytes && p->error_number == 0;) {
        size_t room = BUFFER_BYTES - p->buffered;
        size_t count = bytes - done < room ? bytes - done : room;

        if (p->buffered == 0)
            p->buffer_at = at + (int64_t)done;
        memcpy(p->buffer + p->buffered, (const char *)data + done, count);
        p->buffered += count;
        done += count;
        if (p->buffered == BUFFER_BYTES)
            flush(p);
    }
}

size_t part_file_get(struct part_file *p, void *data, size_t bytes, int64_t at)
{
    size_t done = 0;

    flush(p);
    while (done < bytes) {
        ssize_t count = pread(p->fd, (char *)data + done, bytes - done, at + (int64_t)done);

        if (count > 0)
            done += (size_t)count;
        else if (count == 0 || errno != EINTR)
            break;
    }
    return done;
}

int64_t part_file_length(struct part_file *p)
{
    off_t end;

    flush(p);
    end = lseek(p->fd, 0, SEEK_END);
    return end < 0 ? 0 : end;
}

bool part_file_check(struct part_file *p, struct error *e)
{
    return p->error_number == 0 || storage_error(e, p->error_number, "cannot write", p->part);
}

bool part_file_seal(struct part_file *p, struct error *e)
{
    struct hash *hash;
    ssize_t count;
    int number;

    flush(p);
    if (!part_file_check(p, e))
        return false;
    hash = hash_new();
    if (hash == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for a checksum");
    p->sum.bytes = 0;
    do {
        count = pread(p->fd, p->buffer, BUFFER_BYTES, p->sum.bytes);
        number = errno;
        if (count > 0) {
            hash_add(hash, p->buffer, (size_t)count);
            p->sum.bytes += count;
        }
    } while (count > 0 || (count < 0 && number == EINTR));
    hash_finish(hash, p->sum.sha256);
    p->is_sealed = count == 0;
    return p->is_sealed || storage_error(e, number, "cannot read", p->part);
}

const struct part_sum *part_file_sum(const struct part_file *p)
{
    return &p->sum;
}

const char *part_file_path(const struct part_file *p)
{
    return p->part;
}

bool part_file_close(struct part_file *p, struct error *e)
{
    int status;

    if (!p->is_sealed && !part_file_seal(p, e))
        return false;
    if (fsync(p->fd) != 0)
        return storage_error(e, errno, "cannot keep", p->part);
    status = close(p->fd);
    p->fd = -1;
    return status == 0 || storage_error(e, errno, "cannot finish", p->part);
}

bool part_file_publish(struct part_file *p, struct error *e)
{
    if (rename(p->part, p->path) != 0)
        return storage_error(e, errno, "cannot rename", p->part);
    p->is_published = true;
    return true;
}

void part_file_discard(struct part_file *p)
{
    if (p == NULL)
        return;
    unlink(p->is_published ? p->path : p->part);
    part_file_free(p);
}

void part_file_free(struct part_file *p)
{
    if (p == NULL)
        return;
    if (p->fd >= 0)
        close(p->fd);
    free(p);
}
