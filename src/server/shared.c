#define _GNU_SOURCE /* memfd_create */
#include "server/shared.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char variable[] = "AETHER_SHARED_FD";

/* That of the image that this process was before, when it has the same layout. */
static int inherited(void)
{
    const char *text = getenv(variable);
    int fd = text != NULL ? (int)strtol(text, NULL, 10) : -1;
    struct stat st;

    if (fd < 3 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return -1;
    if (st.st_size == (off_t)sizeof(struct shared))
        return fd;
    close(fd);
    return -1;
}

/* It stays open, also over an exec. */
static int fresh(void)
{
    int fd = memfd_create("aether-shared", 0);
    char text[16];

    if (fd < 0 || ftruncate(fd, sizeof(struct shared)) != 0) {
        if (fd >= 0)
            close(fd);
        return -1;
    }
    snprintf(text, sizeof(text), "%d", fd);
    setenv(variable, text, 1);
    return fd;
}

struct shared *shared_map(struct error *e)
{
    int fd = inherited();
    bool is_fresh = fd < 0;
    struct shared *s = MAP_FAILED;

    if (is_fresh)
        fd = fresh();
    if (fd >= 0)
        s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (s == MAP_FAILED) {
        error_set(e, ERROR_IO, "cannot map the shared segment: %s", strerror(errno));
        return NULL;
    }
    atomic_store(&s->draining, false);
    if (is_fresh)
        rate_init(&s->rate);
    return s;
}

void shared_unmap(struct shared *s)
{
    if (s != NULL)
        munmap(s, sizeof(*s));
}
