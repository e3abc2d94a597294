#define _GNU_SOURCE /* renameat2 */
#include "worker/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/id.h"
#include "core/log.h"
#include "process/prefork.h"
#include "store/jobs.h"

#define TEMPORARY ".tmp-"
#define EXPIRED ".expired-"
enum { FOLDER_MODE = 0750, FILE_MODE = 0640, OPEN_FOLDERS_MAX = 16, SWEEP_ARENA_BYTES = 16 << 20 };

bool folder_fault(struct error *e, const char *doing, const char *path)
{
    int reason = errno;

    return error_set(e, reason == ENOSPC || reason == EDQUOT ? ERROR_STORAGE : ERROR_IO, "cannot %s '%s': %s", doing,
                     path, strerror(reason));
}

bool folder_make(const char *path, struct error *e)
{
    return mkdir(path, FOLDER_MODE) == 0 || errno == EEXIST || folder_fault(e, "make the folder", path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path) == 0 || errno == ENOENT ? 0 : -1;
}

bool folder_remove(const char *path, struct error *e)
{
    return nftw(path, remove_one, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 || errno == ENOENT ||
           folder_fault(e, "remove the folder", path);
}

static bool sync_at(int folder, const char *name, int flags, struct error *e)
{
    int fd = openat(folder, name, flags | O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    bool ok;

    if (fd < 0)
        return folder_fault(e, "open", name);
    ok = fsync(fd) == 0 || folder_fault(e, "sync", name);
    close(fd);
    return ok;
}

bool folder_sync(const char *path, struct error *e)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    bool ok = dir != NULL;

    if (!ok)
        return folder_fault(e, "open the folder", path);
    while (ok && (entry = readdir(dir)) != NULL)
        if (entry->d_type == DT_REG)
            ok = sync_at(dirfd(dir), entry->d_name, 0, e);
    ok = ok && (fsync(dirfd(dir)) == 0 || folder_fault(e, "sync the folder", path));
    closedir(dir);
    return ok;
}

static bool parent_sync(const char *path, struct error *e)
{
    char parent[PATH_MAX];
    const char *slash = strrchr(path, '/');

    ASSERT(slash != NULL && slash - path < PATH_MAX);
    snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
    return sync_at(AT_FDCWD, parent, O_DIRECTORY, e);
}

bool folder_publish(const char *from, const char *to, struct error *e)
{
    if (rename(from, to) != 0) {
        if (errno != ENOTEMPTY && errno != EEXIST)
            return folder_fault(e, "publish", to);
        if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0)
            return folder_fault(e, "replace", to);
        if (!folder_remove(from, e))
            return false;
    }
    return parent_sync(to, e);
}

static bool write_all(int fd, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t done = write(fd, data, bytes);

        if (done < 0 && errno != EINTR)
            return false;
        if (done > 0) {
            data += done;
            bytes -= (size_t)done;
        }
    }
    return true;
}

bool file_write(const char *path, const void *data, size_t bytes, struct error *e)
{
    char part[PATH_MAX];
    bool ok;
    int fd;

    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return error_set(e, ERROR_INPUT, "path too long: '%s'", path);
    fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, FILE_MODE);
    if (fd < 0)
        return folder_fault(e, "make", part);
    ok = (write_all(fd, data, bytes) && fsync(fd) == 0) || folder_fault(e, "write", part);
    if (close(fd) != 0 && ok)
        ok = folder_fault(e, "write", part);
    ok = ok && (rename(part, path) == 0 || folder_fault(e, "finish", path));
    if (!ok)
        unlink(part);
    return ok;
}

bool file_size(const char *path, int64_t *bytes, struct error *e)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return folder_fault(e, "find", path);
    *bytes = st.st_size;
    return true;
}

const char *folder_of_output(struct arena *a, const char *data_dir)
{
    return arena_printf(a, "%s/output", data_dir);
}

const char *folder_of_job(struct arena *a, const char *data_dir, const char *job_id)
{
    return arena_printf(a, "%s/output/%s", data_dir, job_id);
}

const char *folder_of_attempt(struct arena *a, const char *data_dir, const char *job_id, int attempt)
{
    return arena_printf(a, "%s/output/" TEMPORARY "%s-%d-%d", data_dir, job_id, attempt, (int)getpid());
}

static void remove_and_log(const char *path)
{
    struct error e;

    if (!folder_remove(path, &e))
        log_warning("%s", e.detail);
}

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

void folder_forget_attempts(const char *data_dir, const char *job_id)
{
    char output[PATH_MAX], path[PATH_MAX + NAME_MAX + 2], mine[NAME_MAX];
    const struct dirent *entry;
    DIR *dir;

    snprintf(output, sizeof(output), "%s/output", data_dir);
    snprintf(mine, sizeof(mine), TEMPORARY "%s-", job_id);
    dir = opendir(output);
    if (dir == NULL) {
        log_warning("cannot read the folder '%s': %s", output, strerror(errno));
        return;
    }
    while ((entry = readdir(dir)) != NULL)
        if (begins_with(entry->d_name, mine)) {
            snprintf(path, sizeof(path), "%s/%s", output, entry->d_name);
            remove_and_log(path);
        }
    closedir(dir);
}

static const char *expired_mark(struct arena *a, const char *data_dir, const char *job_id)
{
    return arena_printf(a, "%s/output/" EXPIRED "%s", data_dir, job_id);
}

bool folder_mark_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e)
{
    const char *mark = expired_mark(a, data_dir, job_id);

    return folder_make(mark, e) && parent_sync(mark, e);
}

bool folder_unmark_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e)
{
    return folder_remove(expired_mark(a, data_dir, job_id), e);
}

bool folder_remove_expired(struct arena *a, const char *data_dir, const char *job_id, struct error *e)
{
    return folder_remove(folder_of_job(a, data_dir, job_id), e) && folder_unmark_expired(a, data_dir, job_id, e);
}

enum kind { FOLDER_OTHER, FOLDER_PUBLISHED, FOLDER_TEMPORARY, FOLDER_EXPIRED };

/* What the name says, and the job's id. */
static enum kind kind_of(const char *name, char id[ID_TEXT_SIZE])
{
    enum kind kind = begins_with(name, TEMPORARY) ? FOLDER_TEMPORARY : begins_with(name, EXPIRED) ? FOLDER_EXPIRED
                                                                                                  : FOLDER_PUBLISHED;
    size_t start = kind == FOLDER_TEMPORARY ? strlen(TEMPORARY) : kind == FOLDER_EXPIRED ? strlen(EXPIRED) : 0;

    snprintf(id, ID_TEXT_SIZE, "%.*s", ID_TEXT_SIZE - 1, name + start);
    return id_is_valid(id) ? kind : FOLDER_OTHER;
}

/* Whether the folder is nobody's any more. */
static bool is_leftover(struct store *s, enum kind kind, const char *id, struct arena *a)
{
    struct job job;
    struct error e;

    if (!job_peek(s, id, NULL, a, &job, &e)) /* a published folder of an unknown job stays: see folder.h */
        return kind != FOLDER_PUBLISHED && e.code == ERROR_NOT_FOUND;
    if (kind == FOLDER_TEMPORARY)
        return job.state != JOB_RUNNING;
    return kind == FOLDER_PUBLISHED && (job.state == JOB_FAILED || job.state == JOB_CANCELLED);
}

static void sweep_one(struct store *s, const char *data_dir, const char *name, bool temporary_only)
{
    char id[ID_TEXT_SIZE];
    enum kind kind = kind_of(name, id);
    struct arena *a;
    struct error e;

    if (kind == FOLDER_OTHER || (temporary_only && kind == FOLDER_PUBLISHED))
        return;
    a = arena_new(SWEEP_ARENA_BYTES);
    ASSERT(a != NULL);
    if (is_leftover(s, kind, id, a)) {
        log_info("removing '%s/output/%s', which is nobody's any more", data_dir, name);
        if (kind != FOLDER_EXPIRED)
            remove_and_log(arena_printf(a, "%s/output/%s", data_dir, name));
        else if (!folder_remove_expired(a, data_dir, id, &e))
            log_warning("%s", e.detail);
    }
    arena_free(a);
}

void folder_sweep(struct store *s, const char *data_dir, bool temporary_only)
{
    char output[PATH_MAX];
    const struct dirent *entry;
    DIR *dir;

    snprintf(output, sizeof(output), "%s/output", data_dir);
    dir = opendir(output);
    if (dir == NULL && errno != ENOENT)
        log_warning("cannot read the folder '%s': %s", output, strerror(errno));
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        heartbeat(); /* there may be many */
        sweep_one(s, data_dir, entry->d_name, temporary_only);
    }
    if (dir != NULL)
        closedir(dir);
}
