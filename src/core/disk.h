/* Room on the disk of the data folder. */
#ifndef CORE_DISK_H
#define CORE_DISK_H

#include "core/config.h"
#include "core/error.h"

enum disk_need {
    DISK_FOR_NEW,     /* work that is not begun yet: all of the reserve must be free */
    DISK_FOR_RUNNING, /* work in hand: half of it, so that what began with room can end */
};

/* ERROR_STORAGE when less is free than config->disk_reserve_mb asks for. True when that cannot be told. */
bool disk_check(const struct config *c, enum disk_need need, struct error *e);

/* What an unprivileged process may still write; -1 when it cannot be told. */
int64_t disk_free_mb(const char *folder);

#endif
