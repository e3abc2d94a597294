#include "server/shared.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

struct shared *shared_map(struct error *e)
{
    struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (s == MAP_FAILED) {
        error_set(e, ERROR_IO, "cannot map the shared segment: %s", strerror(errno));
        return NULL;
    }
    atomic_init(&s->draining, false);
    rate_init(&s->rate);
    return s;
}

void shared_unmap(struct shared *s)
{
    if (s != NULL)
        munmap(s, sizeof(*s));
}
