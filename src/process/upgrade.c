#include "process/upgrade.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log.h"

enum { TEXT_MAX = 16384, LOCK_MODE = 0640, FOLDER_MODE = 0750 };
static const char variable[] = "AETHER_MASTER_WORKERS";
static char program[PATH_MAX];

void upgrade_remember(void)
{
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);

    program[len > 0 ? len : 0] = '\0';
}

const char *upgrade_program(void)
{
    return program;
}

pid_t upgrade_check(void)
{
    char check[] = "--check", *arguments[] = { program, check, NULL };
    pid_t pid = fork();

    if (pid < 0)
        log_error("cannot fork: %s", strerror(errno));
    if (pid != 0)
        return pid > 0 ? pid : 0;
    unsetenv("NOTIFY_SOCKET");
    execv(program, arguments);
    log_error("cannot run '%s': %s", program, strerror(errno));
    _exit(1);
}

void upgrade_become(const struct upgrade_worker *workers, size_t count)
{
    char *arguments[] = { program, NULL };
    char text[TEXT_MAX] = "";
    size_t used = 0;

    for (size_t i = 0; i < count && used + 64 < sizeof(text); i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%d %d %d\n", (int)workers[i].pid, workers[i].place,
                                 workers[i].is_leaving);
    /* Set also when there is none: it says that this is an upgrade, of this very process. */
    if (setenv(variable, text, 1) == 0)
        execv(program, arguments);
    used = (size_t)errno;
    unsetenv(variable);
    errno = (int)used;
}

size_t upgrade_inherit(struct upgrade_worker *out, size_t max, bool *is_successor)
{
    const char *at = getenv(variable);
    size_t n = 0;
    int pid, place, leaving, len;

    *is_successor = at != NULL;
    while (at != NULL && n < max && sscanf(at, "%d %d %d\n%n", &pid, &place, &leaving, &len) == 3) {
        at += len;
        if (pid > 0 && place >= 0 && (size_t)place < max)
            out[n++] = (struct upgrade_worker){ pid, place, leaving != 0 };
    }
    unsetenv(variable);
    return n;
}

int upgrade_lock(const char *run_dir, const char *name, struct error *e)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char path[PATH_MAX];
    int fd;

    if (mkdir(run_dir, FOLDER_MODE) != 0 && errno != EEXIST) {
        error_set(e, ERROR_IO, "cannot make the folder '%s': %s", run_dir, strerror(errno));
        return -1;
    }
    if (snprintf(path, sizeof(path), "%s/%s.lock", run_dir, name) >= (int)sizeof(path)) {
        error_set(e, ERROR_CONFIG, "the path '%s' is too long", run_dir);
        return -1;
    }
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, LOCK_MODE);
    if (fd < 0) {
        error_set(e, ERROR_IO, "cannot open '%s': %s", path, strerror(errno));
        return -1;
    }
    if (fcntl(fd, F_SETLK, &lock) == 0)
        return fd;
    error_set(e, ERROR_CONFLICT, "another %s has '%s': %s", name, path, strerror(errno));
    close(fd);
    return -1;
}
