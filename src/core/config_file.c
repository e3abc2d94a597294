#include "core/config_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/config.h"

enum { FILE_MAX_BYTES = 256 * 1024, LINES_MAX = 1000 };

static char *read_all(const char *path, struct arena *a, struct problems *problems)
{
    FILE *file = fopen(path, "re");
    char *text = arena_alloc(a, FILE_MAX_BYTES + 1);
    size_t len;
    bool failed;

    if (file == NULL) {
        problem_add(problems, "AETHER_CONFIG_FILE", "cannot read '%s': %s", path, strerror(errno));
        return NULL;
    }
    len = fread(text, 1, FILE_MAX_BYTES, file);
    failed = ferror(file) != 0 || fgetc(file) != EOF;
    fclose(file);
    text[len] = '\0';
    if (failed)
        problem_add(problems, "AETHER_CONFIG_FILE", "cannot read '%s', or it is over %d bytes long", path, FILE_MAX_BYTES);
    else if (strlen(text) != len)
        problem_add(problems, "AETHER_CONFIG_FILE", "'%s' is no text", path);
    return failed ? NULL : text;
}

static char *trim(char *text)
{
    size_t len;

    text += strspn(text, " \t\r");
    len = strlen(text);
    while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
        text[--len] = '\0';
    if (len >= 2 && (text[0] == '"' || text[0] == '\'') && text[len - 1] == text[0]) {
        text[len - 1] = '\0';
        text++;
    }
    return text;
}

/* A setting, or NAME_FILE of a secret one. */
static bool is_known(const char *name)
{
    for (size_t i = 0; i < config_fields.count; i++) {
        const struct field *row = &config_fields.rows[i];
        size_t len = strlen(row->name);

        if (strcmp(name, row->name) == 0)
            return strcmp(name, "AETHER_CONFIG_FILE") != 0;
        if ((row->flags & FIELD_SECRET) != 0 && strncmp(name, row->name, len) == 0 && strcmp(name + len, "_FILE") == 0)
            return true;
    }
    return false;
}

static void read_line(struct config_file *f, char *line, const char *path, int number, struct arena *a,
                      struct problems *problems)
{
    const char *place = arena_printf(a, "%s:%d", path, number);
    char *equals;

    line = trim(line);
    if (line[0] == '\0' || line[0] == '#')
        return;
    equals = strchr(line, '=');
    if (equals == NULL) {
        problem_add(problems, place, "expected NAME=value");
        return;
    }
    *equals = '\0';
    line = trim(line);
    if (!is_known(line))
        problem_add(problems, place, "there is no setting '%s'", line);
    for (size_t i = 0; i < f->lines.count; i++)
        if (strcmp(f->lines.items[i].name, line) == 0)
            problem_add(problems, place, "'%s' is set in line %d already", line, f->lines.items[i].number);
    if (f->lines.count < LINES_MAX)
        f->lines.items[f->lines.count++] = (struct config_line){ line, trim(equals + 1), number };
}

struct config_file config_file_read(const char *path, struct arena *a, struct problems *problems)
{
    struct config_file f = { .lines = { NULL, 0 } };
    char *text = path != NULL ? read_all(path, a, problems) : NULL;

    if (text == NULL)
        return f;
    f.lines.items = ARENA_ARRAY(a, struct config_line, LINES_MAX);
    for (int number = 1; text != NULL; number++) {
        char *end = strchr(text, '\n');

        if (end != NULL)
            *end++ = '\0';
        read_line(&f, text, path, number, a, problems);
        text = end;
    }
    return f;
}

const char *config_file_get(const struct config_file *f, const char *name)
{
    const char *text = getenv(name);

    if (text != NULL && text[0] != '\0')
        return text;
    for (size_t i = 0; i < f->lines.count; i++)
        if (strcmp(f->lines.items[i].name, name) == 0)
            return f->lines.items[i].value[0] != '\0' ? f->lines.items[i].value : NULL;
    return NULL;
}
