/* What the files of a machine say about its safety. */
#define _GNU_SOURCE /* strcasestr */
#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/config_file.h"
#include "main/aether/doctor.h"

enum { YEAR_DAYS = 365, LINE_BYTES = 4096 };
static const int64_t DAY_MS = 86400000;

/* Whom a path must not be open to, as bits of a mode: others at all; and the group for writing. */
enum { OTHERS = 0007, OTHERS_WRITE = 0022, ALL_BUT_READING_GROUP = 0027 };

static void mode_check(const struct patient *p, struct finding *f, const char *path, unsigned forbidden)
{
    struct stat st;

    if (stat(path, &st) != 0)
        return;
    if ((st.st_mode & forbidden) != 0)
        finding_add(p, f, VERDICT_FAIL, "'%s' has mode %03o: chmod %03o", path, (unsigned)st.st_mode & 0777,
                    (unsigned)st.st_mode & 0777 & ~forbidden);
}

static struct config_file settings_of(const struct patient *p)
{
    struct problems problems = { .arena = p->arena }; /* told by the check of the settings */

    return config_file_read(p->config->config_file, p->arena, &problems);
}

/* Where a secret's file is, as the program itself finds it, or NULL when it comes from elsewhere. */
static const char *secret_file(const struct patient *p, const struct config_file *settings, const struct field *row)
{
    const char *credentials = getenv("CREDENTIALS_DIRECTORY"), *path;

    if ((row->flags & FIELD_SECRET) == 0 || config_file_get(settings, row->name) != NULL)
        return NULL;
    path = config_file_get(settings, arena_printf(p->arena, "%s_FILE", row->name));
    return path == NULL && credentials != NULL ? arena_printf(p->arena, "%s/%s", credentials, row->name) : path;
}

/* The file of settings is for anybody to read as long as no secret stands in it. */
static void settings_check(const struct patient *p, struct finding *f, const struct config_file *settings)
{
    bool has_secret = false;

    for (size_t i = 0; i < config_fields.count; i++)
        for (size_t k = 0; (config_fields.rows[i].flags & FIELD_SECRET) != 0 && k < settings->lines.count; k++)
            has_secret = has_secret || strcmp(settings->lines.items[k].name, config_fields.rows[i].name) == 0;
    if (p->config->config_file != NULL)
        mode_check(p, f, p->config->config_file, has_secret ? ALL_BUT_READING_GROUP : OTHERS_WRITE);
}

void check_permissions(const struct patient *p, struct finding *f)
{
    static const char *const databases[] = { "aether.db", "aether.db-wal", "aether.db-shm", "audit.db", "audit.db-wal",
                                             "audit.db-shm" };
    const struct config_file settings = settings_of(p);
    const struct config *c = p->config;
    struct stat st;

    if (stat(c->data_dir, &st) != 0) {
        finding_add(p, f, VERDICT_WARN, "there is no folder '%s' yet", c->data_dir);
        return;
    }
    mode_check(p, f, c->data_dir, ALL_BUT_READING_GROUP);
    for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++)
        mode_check(p, f, arena_printf(p->arena, "%s/%s", c->data_dir, databases[i]), ALL_BUT_READING_GROUP);
    mode_check(p, f, arena_printf(p->arena, "%s/output", c->data_dir), OTHERS);
    mode_check(p, f, c->run_dir, OTHERS_WRITE);
    mode_check(p, f, arena_printf(p->arena, "%s/web", c->run_dir), OTHERS);
    mode_check(p, f, arena_printf(p->arena, "%s/web/api.sock", c->run_dir), OTHERS); /* where the units have it */
    mode_check(p, f, arena_printf(p->arena, "%s/api.sock", c->run_dir), OTHERS);
    mode_check(p, f, arena_printf(p->arena, "%s/dev.key", c->run_dir), 0077);
    settings_check(p, f, &settings);
    for (size_t i = 0; i < config_fields.count; i++) {
        const char *path = secret_file(p, &settings, &config_fields.rows[i]);

        if (path != NULL)
            mode_check(p, f, path, ALL_BUT_READING_GROUP);
    }
    if (f->detail == NULL)
        finding_add(p, f, VERDICT_OK, "those of '%s' and the secrets' files", c->data_dir);
}

static void keys_age(const struct patient *p, struct finding *f)
{
    struct key_list keys;
    int old = 0;

    if (p->store == NULL || !key_list(p->store, NULL, p->arena, &keys, NULL))
        return;
    for (size_t i = 0; i < keys.count; i++) {
        const struct key *k = &keys.items[i];
        int64_t made_ms = k->rotated_ms != 0 ? k->rotated_ms : k->created_ms;

        old += strcmp(key_state(k, p->now_ms), "active") == 0 && p->now_ms - made_ms > YEAR_DAYS * DAY_MS;
    }
    if (old > 0)
        finding_add(p, f, VERDICT_WARN, "%d active %s: aether keys list, aether keys rotate", old,
                    old == 1 ? "key is older" : "keys are older");
}

void check_secret_age(const struct patient *p, struct finding *f)
{
    const struct config_file settings = settings_of(p);

    for (size_t i = 0; i < config_fields.count; i++) {
        const char *path = secret_file(p, &settings, &config_fields.rows[i]);
        struct stat st;
        int64_t days;

        if (path == NULL || stat(path, &st) != 0)
            continue;
        days = (p->now_ms - (int64_t)st.st_mtime * 1000) / DAY_MS;
        if (days > YEAR_DAYS)
            finding_add(p, f, VERDICT_WARN, "'%s' is %lld days old", path, (long long)days);
    }
    keys_age(p, f);
    if (f->detail == NULL)
        finding_add(p, f, VERDICT_OK, "none is");
}

struct site {
    bool is_ours, has_tls, is_open; /* open: it listens without TLS elsewhere than on loopback */
};

static bool has_word(const char *line, const char *word)
{
    const char *at = strcasestr(line, word);

    while (at != NULL) {
        bool begins = at == line || isspace((unsigned char)at[-1]);

        if (begins && (at[strlen(word)] == '\0' || strchr(" \t;{", at[strlen(word)]) != NULL))
            return true;
        at = strcasestr(at + 1, word);
    }
    return false;
}

static bool is_loopback(const char *line)
{
    return strstr(line, "127.") != NULL || strstr(line, "[::1]") != NULL || strstr(line, "localhost") != NULL ||
           strstr(line, "unix:") != NULL;
}

static void line_read(const char *line, struct site *s)
{
    s->is_ours = s->is_ours || strcasestr(line, "aether") != NULL;
    if ((has_word(line, "listen") && has_word(line, "ssl")) || (has_word(line, "SSLEngine") && has_word(line, "on")))
        s->has_tls = true;
    if ((has_word(line, "listen") || strcasestr(line, "<VirtualHost") != NULL) && !has_word(line, "ssl") && !is_loopback(line))
        s->is_open = true;
}

static void site_check(const struct patient *p, struct finding *f, const char *path)
{
    FILE *file = fopen(path, "re");
    struct site s = { false };
    char line[LINE_BYTES];

    if (file == NULL) {
        if (p->site != NULL)
            finding_add(p, f, VERDICT_FAIL, "cannot read '%s'", path);
        return;
    }
    while (fgets(line, sizeof(line), file) != NULL) {
        line[strcspn(line, "#\r\n")] = '\0';
        line_read(line, &s);
    }
    fclose(file);
    if (!s.is_ours && p->site == NULL)
        return;
    if (s.has_tls)
        finding_add(p, f, VERDICT_OK, "'%s' does", path);
    else if (s.is_open)
        finding_add(p, f, VERDICT_FAIL, "'%s' has no certificate: keys and music go over the network in the clear", path);
    else
        finding_add(p, f, VERDICT_WARN, "'%s' has no certificate; it listens on this machine only", path);
}

void check_tls(const struct patient *p, struct finding *f)
{
    static const char *const places[] = { "/etc/nginx/sites-enabled/*", "/etc/nginx/conf.d/*.conf",
                                          "/etc/apache2/sites-enabled/*", "/etc/apache2/conf-enabled/*" };
    glob_t found = { 0 };

    if (p->site != NULL) {
        site_check(p, f, p->site);
        return;
    }
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
        glob(places[i], i > 0 ? GLOB_APPEND : 0, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++)
        site_check(p, f, found.gl_pathv[i]);
    globfree(&found);
    if (f->detail == NULL)
        finding_add(p, f, VERDICT_WARN, "no site below /etc/nginx or /etc/apache2 speaks of aether; name it with --site");
}
