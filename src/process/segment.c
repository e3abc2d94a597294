#include "process/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/clock.h"

enum { FOLDER_MODE = 0750, FILE_MODE = 0640 };

const char *const program_names[PROGRAM_COUNT] = { "aether-api", "aether-render" };
const char *const seat_state_names[SEAT_STATE_COUNT] = { "free", "starting", "serving", "leaving" };

static struct seat *own_seat;

void heartbeat(void)
{
    if (own_seat != NULL)
        atomic_store_explicit(&own_seat->beat_ms, clock_monotonic_ms(), memory_order_relaxed);
}

void heartbeat_streams(int count)
{
    if (own_seat != NULL)
        atomic_store_explicit(&own_seat->streams, count, memory_order_relaxed);
}

int heartbeat_limit_s(int otherwise)
{
    return own_seat != NULL ? atomic_load(&own_seat->limit_s) : otherwise;
}

void heartbeat_take_seat(struct seat *seat)
{
    own_seat = seat;
}

static void magic_of_this_version(char out[sizeof((struct segment *)NULL)->magic])
{
    snprintf(out, sizeof(((struct segment *)NULL)->magic), "aether 2 %zu", sizeof(struct segment));
}

static bool is_of_this_version(int fd)
{
    char want[sizeof(((struct segment *)NULL)->magic)] = "", got[sizeof(want)] = "";
    struct stat st;

    magic_of_this_version(want);
    return fstat(fd, &st) == 0 && st.st_size == (off_t)sizeof(struct segment) &&
           pread(fd, got, sizeof(got), 0) == (ssize_t)sizeof(got) && memcmp(want, got, sizeof(got)) == 0;
}

/* All blocks at once: a page that cannot be had when it is first touched would kill the process. */
static bool file_fill(int fd, const char *path, struct error *e)
{
    char magic[sizeof(((struct segment *)NULL)->magic)] = "";
    int failed = posix_fallocate(fd, 0, sizeof(struct segment));

    if (failed != 0)
        return error_set(e, failed == ENOSPC ? ERROR_STORAGE : ERROR_IO, "cannot make '%s': %s", path, strerror(failed));
    magic_of_this_version(magic);
    return pwrite(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) ||
           error_set(e, ERROR_IO, "cannot write '%s': %s", path, strerror(errno));
}

/* Another version's file is put aside rather than changed, because its processes may still run. */
static int file_make(const char *folder, const char *path, struct error *e)
{
    char fresh[PATH_MAX];
    int fd;

    if (snprintf(fresh, sizeof(fresh), "%s/shared.part", folder) >= (int)sizeof(fresh)) {
        error_set(e, ERROR_CONFIG, "the path '%s' is too long", folder);
        return -1;
    }
    unlink(fresh);
    fd = open(fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (fd < 0) {
        error_set(e, ERROR_IO, "cannot make '%s': %s", fresh, strerror(errno));
        return -1;
    }
    if (file_fill(fd, fresh, e)) {
        if (rename(fresh, path) == 0)
            return fd;
        error_set(e, ERROR_IO, "cannot put '%s' in its place: %s", fresh, strerror(errno));
    }
    unlink(fresh);
    close(fd);
    return -1;
}

/* Under the folder's lock, so that two masters make one file. */
static int file_open(const char *folder, struct error *e)
{
    char path[PATH_MAX];
    int fd;

    if (snprintf(path, sizeof(path), "%s/shared", folder) >= (int)sizeof(path)) {
        error_set(e, ERROR_CONFIG, "the path '%s' is too long", folder);
        return -1;
    }
    fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && is_of_this_version(fd))
        return fd;
    if (fd < 0 && errno != ENOENT) {
        error_set(e, ERROR_IO, "cannot open '%s': %s", path, strerror(errno));
        return -1;
    }
    if (fd >= 0)
        close(fd);
    return file_make(folder, path, e);
}

static int folder_open(const char *folder, struct error *e)
{
    int fd;

    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
        error_set(e, ERROR_IO, "cannot make the folder '%s': %s", folder, strerror(errno));
        return -1;
    }
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        error_set(e, ERROR_IO, "cannot lock the folder '%s': %s", folder, strerror(errno));
        if (fd >= 0)
            close(fd);
        return -1;
    }
    return fd;
}

static struct segment *map(int fd, int flags, struct error *e)
{
    struct segment *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | flags, fd, 0);

    if (s != MAP_FAILED)
        return s;
    error_set(e, ERROR_IO, "cannot map the shared segment: %s", strerror(errno));
    return NULL;
}

struct segment *segment_map(const char *run_dir, struct error *e)
{
    struct segment *out = NULL;
    int folder, fd;

    if (run_dir == NULL)
        return map(-1, MAP_ANONYMOUS, e);
    folder = folder_open(run_dir, e);
    if (folder < 0)
        return NULL;
    fd = file_open(run_dir, e);
    if (fd >= 0) {
        out = map(fd, 0, e);
        close(fd);
    }
    close(folder);
    return out;
}

void segment_unmap(struct segment *s)
{
    if (s != NULL)
        munmap(s, sizeof(*s));
}
