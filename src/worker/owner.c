#include "worker/owner.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BOOT_CHARS = 8, STAT_START_FIELD = 22 };

struct owner {
    int pid;
    unsigned long long started; /* clock ticks after the boot */
    unsigned long long space;   /* of the PID namespace */
    char boot[BOOT_CHARS + 1];
};

/* Field 22 of /proc/<pid>/stat (proc(5)). The second, the name in parentheses, may hold spaces and parentheses. *ended: only
 * what is left of it is there, for a parent that has not asked yet. False when there is nothing to be read. */
static bool start_of(int pid, unsigned long long *out, bool *ended)
{
    char path[64], text[1024], *at;
    FILE *file;
    size_t len;

    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    file = fopen(path, "re");
    if (file == NULL)
        return false;
    len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[len] = '\0';
    at = strrchr(text, ')');
    if (at == NULL || at[1] != ' ')
        return false;
    *ended = at[2] == 'Z' || at[2] == 'X';
    for (int field = 2; at != NULL && field < STAT_START_FIELD; field++)
        at = strchr(at + 1, ' ');
    *out = at != NULL ? strtoull(at, NULL, 10) : 0;
    return at != NULL;
}

static unsigned long long space(void)
{
    struct stat st;

    return stat("/proc/self/ns/pid", &st) == 0 ? (unsigned long long)st.st_ino : 0;
}

static void boot_read(char out[BOOT_CHARS + 1])
{
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    size_t len = file != NULL ? fread(out, 1, BOOT_CHARS, file) : 0;

    if (file != NULL)
        fclose(file);
    snprintf(out + len, BOOT_CHARS + 1 - len, "%s", len == 0 ? "-" : "");
}

void owner_name(char out[OWNER_SIZE])
{
    struct owner me = { .pid = (int)getpid(), .space = space() };
    bool ended;

    start_of(me.pid, &me.started, &ended);
    boot_read(me.boot);
    snprintf(out, OWNER_SIZE, "worker %d %llu %llu %s", me.pid, me.started, me.space, me.boot);
}

static bool read_name(const char *name, struct owner *out)
{
    int end = 0;

    return sscanf(name, "worker %d %llu %llu %8s%n", &out->pid, &out->started, &out->space, out->boot, &end) == 4 &&
           name[end] == '\0' && out->pid > 0 && out->started > 0 && out->space > 0;
}

bool owner_is_gone(const char *name)
{
    unsigned long long started;
    char boot[BOOT_CHARS + 1];
    struct owner owner;
    bool ended = false;

    boot_read(boot);
    if (!read_name(name, &owner) || owner.space != space() || strcmp(owner.boot, boot) != 0)
        return false;
    if (start_of(owner.pid, &started, &ended))
        return ended || started != owner.started;
    /* A process that may not be looked into is hidden where /proc is mounted so (hidepid, ProtectProc=): ask the kernel. */
    return kill(owner.pid, 0) != 0 && errno == ESRCH;
}
