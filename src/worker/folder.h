/*
 * Folders of finished files. A job's files are made in <data_dir>/output/.tmp-<job>-<attempt>-<pid>, synced, and
 * renamed to <data_dir>/output/<job> in one step, so that a folder with a job's name is whole. What a crash leaves behind
 * begins with ".tmp-" and is swept away. (The process is named because a job that was cancelled and queued anew begins with
 * its first attempt again, while the worker that had it may not know yet.) An empty folder .expired-<job> says that job and
 * folder are being removed.
 */
#ifndef WORKER_FOLDER_H
#define WORKER_FOLDER_H

#include <limits.h>

#include "core/arena.h"
#include "store/store.h"

/* ERROR_STORAGE when the disk or a quota is full, else ERROR_IO, with `doing`, the path and the reason in errno. */
bool folder_fault(struct error *e, const char *doing, const char *path);

/* Makes one folder; true when it is there already. */
bool folder_make(const char *path, struct error *e);

/* Removes a folder with all that is in it; links are removed, not followed. True when there is none. */
bool folder_remove(const char *path, struct error *e);

/* Waits until every file in the folder (not below it), and the folder itself, is on disk. */
bool folder_sync(const char *path, struct error *e);

/* Moves `from` to `to`, beside it, taking the place of what is there; the move is on disk when it returns true. */
bool folder_publish(const char *from, const char *to, struct error *e);

/* A whole file, synced, by way of "<path>.part". */
bool file_write(const char *path, const void *data, size_t bytes, struct error *e);

bool file_size(const char *path, int64_t *bytes, struct error *e);

/* The names above for a job, an attempt of this process. In the arena. */
const char *folder_of_output(struct arena *a, const char *data_dir);
const char *folder_of_job(struct arena *a, const char *data_dir, const char *job_id);
const char *folder_of_attempt(struct arena *a, const char *data_dir, const char *job_id, int attempt);

/* Removes the folders of all attempts at one job, whoever made them: for the worker that has it now, before it begins. */
void folder_forget_attempts(const char *data_dir, const char *job_id);

/* Removing a job with its files: mark, remove the job from the database, then the folder and the mark with
 * folder_remove_expired, which a sweep does when nobody came so far. While the job is there a mark means nothing. */
bool folder_mark_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e);
bool folder_unmark_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e);
bool folder_remove_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e);

/* At start: removes .tmp- folders whose job is not running, the published folders of jobs that failed or were cancelled
 * between publishing and completing, and those that are marked as expired and whose job is gone. Other folders of jobs that
 * the database does not know are left alone (it may be an older copy). Later on `temporary_only` leaves out the second kind,
 * which is quick. Problems are logged; they stop nothing. Beats the heart (process/prefork.h). */
void folder_sweep(struct store *s, const char *data_dir, bool temporary_only);

#endif
