/* What a timer does once a day: old jobs out, the databases checked, tidied and copied. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/disk.h"
#include "core/log.h"
#include "core/owner.h"
#include "main/aether/act.h"
#include "main/aether/command.h"
#include "store/audit.h"
#include "store/idempotency.h"
#include "store/upkeep.h"
#include "worker/folder.h"
#include "worker/retention.h"

enum { BACKUP_FOLDER_MODE = 0750, STAMP_SIZE = sizeof("20261123T060737Z") };
#define MB 1000000

static const struct option_row rows[] = {
    { "json", NULL, false, "the report as JSON" },
    { "no-backup", NULL, false, "leave the backups out" },
};

const struct option_row *maintain_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

/* The databases of the data folder; those that are not there are passed over. */
static const char *const databases[] = { "aether", "audit" };
enum { DATABASE_COUNT = sizeof(databases) / sizeof(databases[0]) };

struct upkeep {
    struct invocation *in;
    struct store *store;
    json_object *steps;
    int failed;
    bool is_sound[DATABASE_COUNT]; /* passed its check: only then old backups make room for a new one */
};

/* One line of the report. `e` NULL: it went well, and `detail` says what was done. */
static void note(struct upkeep *u, const char *step, const char *detail, const struct error *e)
{
    json_object *one = json_object_new_object();

    json_object_object_add(one, "step", json_object_new_string(step));
    json_object_object_add(one, "ok", json_object_new_boolean(e == NULL));
    json_object_object_add(one, "detail", json_object_new_string(e != NULL ? e->detail : detail));
    json_object_array_add(u->steps, one);
    u->failed += e != NULL;
    if (!option_is_set(&u->in->options, "json"))
        printf("%-7s %-20s %s\n", e == NULL ? "ok" : "FAILED", step, e != NULL ? e->detail : detail);
}

/* What users made is removed: this is in the audit trail, and where it cannot be it is not done. */
static bool remove_old(struct upkeep *u, int64_t *removed, struct error *e)
{
    const struct config *c = &u->in->config;
    bool ok;

    if (!act_begin(u->in, "maintain.retention", NULL, arena_printf(u->in->arena, "jobs older than %d days", c->retention_days), e))
        return false;
    ok = retention_apply(u->store, c, clock_wall_ms(), removed, e);
    act_target(NULL, arena_printf(u->in->arena, "%lld jobs older than %d days", (long long)*removed, c->retention_days));
    return act_end(ok, e);
}

/* So is what it loses of itself. */
static bool cut_trail(struct upkeep *u, int64_t *removed, struct error *e)
{
    const struct config *c = &u->in->config;
    int64_t now_ms = clock_wall_ms();
    struct store *trail;
    bool ok;

    if (!act_begin(u->in, "maintain.audit", NULL, arena_printf(u->in->arena, "rows older than %d days", c->audit_retention_days), e))
        return false;
    trail = audit_open(c, e);
    ok = trail != NULL && audit_cut(trail, now_ms - c->audit_retention_days * INT64_C(86400000), now_ms, removed, e);
    store_close(trail);
    act_target(NULL, arena_printf(u->in->arena, "%lld rows older than %d days", (long long)*removed, c->audit_retention_days));
    return act_end(ok, e);
}

static void retain_trail(struct upkeep *u)
{
    const struct config *c = &u->in->config;
    int64_t removed = 0;
    struct error e = { 0 };
    bool ok = c->audit_retention_days == 0 || cut_trail(u, &removed, &e);

    note(u, "audit retention",
         c->audit_retention_days == 0
             ? "rows are kept for ever"
             : arena_printf(u->in->arena, "%lld rows older than %d days cut off", (long long)removed, c->audit_retention_days),
         ok ? NULL : &e);
}

static void retain(struct upkeep *u)
{
    const struct config *c = &u->in->config;
    int64_t removed = 0, keys = 0;
    struct error e = { 0 };
    bool ok = c->retention_days == 0 || remove_old(u, &removed, &e);

    note(u, "retention",
         c->retention_days == 0 ? "jobs are kept for ever"
                                : arena_printf(u->in->arena, "%lld jobs older than %d days removed", (long long)removed, c->retention_days),
         ok ? NULL : &e);
    ok = idempotency_forget(u->store, clock_wall_ms(), &keys, &e);
    note(u, "idempotency keys", arena_printf(u->in->arena, "%lld forgotten", (long long)keys), ok ? NULL : &e);
    folder_sweep(u->store, c->data_dir, false);
    note(u, "leftovers", "swept", NULL);
}

static const char *database_path(const struct upkeep *u, int index)
{
    return arena_printf(u->in->arena, "%s/%s.db", u->in->config.data_dir, databases[index]);
}

static void tidy(struct upkeep *u, int index, struct store *s)
{
    struct arena *a = u->in->arena;
    struct error e = { 0 };
    int64_t left = 0;
    bool ok = store_check(s, &e);

    u->is_sound[index] = ok;
    note(u, arena_printf(a, "%s.db check", databases[index]), "sound", ok ? NULL : &e);
    ok = store_checkpoint(s, &left, &e);
    note(u, arena_printf(a, "%s.db checkpoint", databases[index]),
         left == 0 ? "done" : arena_printf(a, "%lld pages stay in the log for now: somebody reads", (long long)left), ok ? NULL : &e);
}

static const char *backup_folder(const struct upkeep *u)
{
    const struct config *c = &u->in->config;

    return c->backup_dir != NULL ? c->backup_dir : arena_printf(u->in->arena, "%s/backups", c->data_dir);
}

/* For the service's own user too, whoever is the first to make backups. */
static bool backups_make(const struct config *c, const char *folder, struct error *e)
{
    bool ok;
    int fd;

    if (mkdir(folder, BACKUP_FOLDER_MODE) != 0)
        return errno == EEXIST || error_set(e, ERROR_IO, "cannot make the folder '%s': %s", folder, strerror(errno));
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return error_set(e, ERROR_IO, "cannot open the folder '%s': %s", folder, strerror(errno));
    ok = owner_follow(fd, c->data_dir, e);
    close(fd);
    return ok;
}

static bool has_room(struct store *s, const char *folder, struct error *e)
{
    int64_t bytes, free_mb = disk_free_mb(folder);

    if (!store_size(s, &bytes, e))
        return false;
    return free_mb < 0 || free_mb > bytes / MB + bytes / MB / 10 ||
           error_set(e, ERROR_STORAGE, "%lld MB are free for a backup of %lld MB", (long long)free_mb, (long long)(bytes / MB));
}

/* Whether `name` is a backup of the database: "aether-20261123T060737Z.db". */
static bool is_backup(const char *name, const char *database)
{
    size_t len = strlen(database);
    const char *stamp = name + len + 1;

    if (strncmp(name, database, len) != 0 || name[len] != '-' || strlen(stamp) != STAMP_SIZE - 1 + strlen(".db") ||
        strcmp(stamp + STAMP_SIZE - 1, ".db") != 0)
        return false;
    for (int i = 0; i < STAMP_SIZE - 1; i++)
        if (i == 8 ? stamp[i] != 'T' : i == 15 ? stamp[i] != 'Z' : stamp[i] < '0' || stamp[i] > '9')
            return false;
    return true;
}

/* Removes the oldest beyond those that are kept. Returns how many. */
static int rotate(const struct upkeep *u, const char *folder, const char *database)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort), kept = 0, removed = 0;

    for (int i = count - 1; i >= 0; i--) {
        if (is_backup(entries[i]->d_name, database) && ++kept > u->in->config.backups_kept)
            removed += unlink(arena_printf(u->in->arena, "%s/%s", folder, entries[i]->d_name)) == 0;
        free(entries[i]);
    }
    free(entries);
    return removed;
}

static const char *backup_path(const struct upkeep *u, const char *folder, int index)
{
    time_t now = (time_t)(clock_wall_ms() / 1000);
    char stamp[STAMP_SIZE];
    struct tm tm;

    strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", gmtime_r(&now, &tm));
    return arena_printf(u->in->arena, "%s/%s-%s.db", folder, databases[index], stamp);
}

/* A path that is free. The run before may have ended in this second: then the next one's. */
static const char *backup_path_free(const struct upkeep *u, const char *folder, int index)
{
    const char *path = backup_path(u, folder, index);

    if (access(path, F_OK) != 0)
        return path;
    usleep((useconds_t)(1000 - clock_wall_ms() % 1000) * 1000);
    return backup_path(u, folder, index);
}

static void back_up(struct upkeep *u, int index, struct store *s)
{
    const char *folder = backup_folder(u), *step, *path;
    struct arena *a = u->in->arena;
    struct error e = { 0 };
    int removed;

    step = arena_printf(a, "%s.db backup", databases[index]);
    path = backup_path_free(u, folder, index);
    if (!u->is_sound[index])
        error_set(&e, ERROR_IO, "left out: the database is damaged; the backups there are stay");
    else if (access(path, F_OK) == 0)
        error_set(&e, ERROR_CONFLICT, "'%s' is there already", path);
    else if (backups_make(&u->in->config, folder, &e) && has_room(s, folder, &e) && store_backup(s, path, &e)) {
        removed = rotate(u, folder, databases[index]);
        note(u, step, arena_printf(a, "%s; %d older ones removed", path, removed), NULL);
        return;
    }
    note(u, step, NULL, &e);
}

static void databases_keep(struct upkeep *u)
{
    bool backups = u->in->config.backups_kept > 0 && !option_is_set(&u->in->options, "no-backup");

    for (int i = 0; i < DATABASE_COUNT; i++) {
        const char *path = database_path(u, i);
        struct error e = { 0 };
        struct store *s;

        if (access(path, F_OK) != 0)
            continue;
        s = store_open_as_is(path, &e);
        if (s == NULL) {
            note(u, arena_printf(u->in->arena, "%s.db", databases[i]), NULL, &e);
            continue;
        }
        tidy(u, i, s);
        if (backups)
            back_up(u, i, s);
        store_close(s);
    }
}

/* One at a time. The descriptor stays open, and with it the lock, until the program ends. */
static bool lock(const struct config *c, struct arena *a, struct error *e)
{
    const char *path = arena_printf(a, "%s/maintain.lock", c->data_dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);

    if (fd < 0)
        return error_set(e, ERROR_IO, "cannot make '%s': %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        error_set(e, ERROR_CONFLICT, "another 'aether maintain' is at work");
    else if (owner_follow(fd, c->data_dir, e))
        return true;
    close(fd);
    return false;
}

bool maintain_run(struct invocation *in, struct error *e)
{
    struct upkeep u = { .in = in };
    struct error why = { .code = ERROR_NONE };
    json_object *report;
    bool is_recorded;

    if (in->options.rest.count > 0)
        return error_set(e, ERROR_INPUT, "maintain takes no arguments, only options");
    umask(027);
    u.store = store_open(&in->config, e);
    if (u.store == NULL || !lock(&in->config, in->arena, e)) {
        store_close(u.store);
        return false;
    }
    u.steps = json_object_new_array();
    is_recorded = act_begin(in, "maintain.run", NULL, NULL, &why);
    if (!is_recorded)
        note(&u, "audit trail", NULL, &why); /* what must be in it is not done, the rest is */
    retain(&u);
    retain_trail(&u);
    databases_keep(&u);
    store_close(u.store);
    if (u.failed > 0)
        error_set(e, ERROR_IO, "maintenance is incomplete: %d steps failed", u.failed);
    if (is_recorded && !act_end(u.failed == 0, e) && u.failed == 0)
        note(&u, "audit trail", NULL, e);
    report = json_object_new_object();
    json_object_object_add(report, "ok", json_object_new_boolean(u.failed == 0));
    json_object_object_add(report, "steps", u.steps);
    if (option_is_set(&in->options, "json"))
        print_json(report);
    else
        json_object_put(report);
    return u.failed == 0;
}
