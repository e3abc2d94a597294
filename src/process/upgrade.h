/*
 * How a master becomes the program file anew, in place: the process stays, with its descriptors and its children; an
 * environment variable carries what the new image must know of them. And the lock by which there is one master of a
 * program in a run folder.
 */
#ifndef PROCESS_UPGRADE_H
#define PROCESS_UPGRADE_H

#include <stddef.h>
#include <sys/types.h>

#include "core/error.h"

/* At start: which file this program is, before somebody replaces it. */
void upgrade_remember(void);
const char *upgrade_program(void);

/* Starts `program --check`, which succeeds when the settings can be used. Its process id; 0 when it cannot be started. */
pid_t upgrade_check(void);

struct upgrade_worker {
    pid_t pid;
    int place;
    bool is_leaving;
};

/* Does not return unless it fails, with errno. */
void upgrade_become(const struct upgrade_worker *workers, size_t count);

/* Called once, by the new image: the workers that it has. `is_successor` says whether it took a running program's place, which
 * may have had no worker just then, or was started like any other program. */
size_t upgrade_inherit(struct upgrade_worker *out, size_t max, bool *is_successor);

/* A descriptor to keep open. -1 with ERROR_CONFLICT when another master holds <run_dir>/<name>.lock, or ERROR_IO. Neither
 * children nor a new image inherit the lock; an image takes it again. */
int upgrade_lock(const char *run_dir, const char *name, struct error *e);

#endif
