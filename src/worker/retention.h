/* Removes finished jobs that are older than AETHER_RETENTION_DAYS, with their files. */
#ifndef WORKER_RETENTION_H
#define WORKER_RETENTION_H

#include <stdint.h>

#include "store/store.h"

/* Each job's folder goes out of its place first, then its rows, then the files: whatever interrupts it, no job that is listed
 * has half of its files, and what is left over is swept (worker/folder.h). *removed: how many jobs, also when it fails. */
bool retention_apply(struct store *s, const struct config *c, int64_t now_ms, int64_t *removed, struct error *e);

#endif
