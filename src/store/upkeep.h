/* What keeps the databases of the service in good order, besides store_check: for `aether maintain`. */
#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H

#include "store/jobs.h"

/* An existing database of ours as it is, without migrations; other programs of the service may have it open. */
struct store *store_open_as_is(const char *path, struct error *e);

/* Moves the write-ahead log into the database as far as no reader is in the way (*left: pages that stay), and renews the
 * planner's statistics. */
bool store_checkpoint(struct store *s, int64_t *left, struct error *e);

/* Bytes of the database without its log. */
bool store_size(struct store *s, int64_t *bytes, struct error *e);

/* Writes a copy of the database as it is at this moment to `path`, which must not exist, with mode 0640, while others go on
 * reading and writing; the copy is checked and on disk when it returns true. By way of "<path>.part". */
bool store_backup(struct store *s, const char *path, struct error *e);

/* The oldest finished jobs that ended before `before_ms`, at most `limit`: their ids, in the arena. */
bool job_expired(struct store *s, int64_t before_ms, int limit, struct arena *a, struct string_list *out, struct error *e);

/* Removes a finished job with all that belongs to it in the database. ERROR_NOT_FOUND; ERROR_CONFLICT when it is not
 * finished. */
bool job_remove(struct store *s, const char *id, struct error *e);

#endif
