#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "main/aether/command.h"

static const struct option_row *row_find(const struct options *o, const char *name, size_t len)
{
    for (size_t i = 0; i < o->count; i++)
        if (strlen(o->rows[i].name) == len && memcmp(o->rows[i].name, name, len) == 0)
            return &o->rows[i];
    return NULL;
}

static bool refuse_unknown(struct arena *a, const struct options *o, const char *name, size_t len, struct error *e)
{
    const char **names = ARENA_ARRAY(a, const char *, o->count + 1);
    const char *text = arena_strndup(a, name, len), *near;

    for (size_t i = 0; i < o->count; i++)
        names[i] = o->rows[i].name;
    near = name_nearest(text, names, o->count);
    if (near != NULL)
        return error_set(e, ERROR_INPUT, "there is no option --%s; did you mean --%s?", text, near);
    return error_set(e, ERROR_INPUT, "there is no option --%s", text);
}

static void add(struct string_list *list, const char *value)
{
    list->items[list->count++] = value;
}

bool options_parse(struct arena *a, const struct option_row *rows, size_t count, int argc, char **argv,
                   struct options *out, struct error *e)
{
    bool only_rest = false;

    *out = (struct options){ .rows = rows, .count = count };
    out->values = ARENA_ARRAY(a, struct string_list, count + 1);
    for (size_t i = 0; i < count; i++)
        out->values[i].items = ARENA_ARRAY(a, const char *, (size_t)argc);
    out->rest.items = ARENA_ARRAY(a, const char *, (size_t)argc);
    for (int i = 1; i < argc; i++) {
        const char *name = argv[i] + 2, *equals = strchr(argv[i], '=');
        size_t len = equals != NULL && equals > name ? (size_t)(equals - name) : strlen(argv[i]) - 2;
        const struct option_row *row;

        if (only_rest || strncmp(argv[i], "--", 2) != 0) {
            if (!only_rest && argv[i][0] == '-' && argv[i][1] != '\0')
                return error_set(e, ERROR_INPUT, "options begin with two dashes, not '%s'", argv[i]);
            add(&out->rest, argv[i]);
            continue;
        }
        if (argv[i][2] == '\0') {
            only_rest = true;
            continue;
        }
        row = row_find(out, name, len);
        if (row == NULL)
            return refuse_unknown(a, out, name, len, e);
        if (row->argument == NULL && equals != NULL)
            return error_set(e, ERROR_INPUT, "--%s takes no value", row->name);
        if (row->argument != NULL && equals == NULL && ++i >= argc)
            return error_set(e, ERROR_INPUT, "--%s needs a value: %s", row->name, row->argument);
        if (!row->repeats && out->values[row - rows].count > 0)
            return error_set(e, ERROR_INPUT, "--%s is given twice", row->name);
        add(&out->values[row - rows], row->argument == NULL ? "" : equals != NULL ? equals + 1 : argv[i]);
    }
    return true;
}

const struct string_list *option_all(const struct options *o, const char *name)
{
    const struct option_row *row = row_find(o, name, strlen(name));

    ASSERT(row != NULL);
    return &o->values[row - o->rows];
}

const char *option_get(const struct options *o, const char *name)
{
    const struct string_list *all = option_all(o, name);

    return all->count > 0 ? all->items[all->count - 1] : NULL;
}

bool option_is_set(const struct options *o, const char *name)
{
    return option_all(o, name)->count > 0;
}

bool option_get_number(const struct options *o, const char *name, double low, double high, bool whole, double fallback,
                       double *out, struct error *e)
{
    const char *text = option_get(o, name);
    char *end;

    *out = fallback;
    if (text == NULL)
        return true;
    errno = 0;
    *out = strtod(text, &end);
    if (errno == 0 && end != text && *end == '\0' && *out >= low && *out <= high && (!whole || floor(*out) == *out))
        return true;
    return error_set(e, ERROR_INPUT, "--%s: expected %s from %.10g to %.10g, not '%s'", name, whole ? "an integer" : "a number",
                     low, high, text);
}

bool option_get_int(const struct options *o, const char *name, int low, int high, int fallback, int *out, struct error *e)
{
    double value;

    if (!option_get_number(o, name, low, high, true, fallback, &value, e))
        return false;
    *out = (int)value;
    return true;
}

bool option_get_time(const struct options *o, const char *name, int64_t *out, struct error *e)
{
    const char *text = option_get(o, name);

    *out = 0;
    return text == NULL || clock_parse_ago(text, clock_wall_ms(), out) ||
           error_set(e, ERROR_INPUT, "--%s: expected a time such as 2026-11-01, 2026-11-01T09:30:00Z, 12h or 7d, not '%s'", name,
                     text);
}
