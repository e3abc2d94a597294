#include "core/fields.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAX_LEN = 63 };

const struct field *field_find(const struct fields *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->rows[i].name, name) == 0)
            return &f->rows[i];
    return NULL;
}

/* Levenshtein's distance, case ignored; texts longer than NAME_MAX_LEN are far from everything. */
static size_t distance(const char *a, const char *b)
{
    size_t row[NAME_MAX_LEN + 1], la = strlen(a), lb = strlen(b);

    if (la > NAME_MAX_LEN || lb > NAME_MAX_LEN)
        return NAME_MAX_LEN;
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = diagonal + (strncasecmp(&a[i - 1], &b[j - 1], 1) != 0);

            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[lb];
}

const char *name_nearest(const char *text, const char *const *names, size_t count)
{
    size_t limit = strlen(text) / 3 > 2 ? strlen(text) / 3 : 2, best = limit + 1;
    const char *found = NULL;

    for (size_t i = 0; i < count; i++) {
        bool begins = strlen(text) >= 4 && strncasecmp(text, names[i], strlen(text)) == 0;
        size_t d = begins ? 1 : distance(text, names[i]);

        if (d < best && d < strlen(names[i])) {
            best = d;
            found = names[i];
        }
    }
    return found;
}

static const char *joined(const struct choices *c, struct arena *a)
{
    const char *out = "one of ";

    for (size_t i = 0; i < c->count; i++)
        out = arena_printf(a, "%s%s%s", out, i > 0 ? ", " : "", c->names[i]);
    return out;
}

static const char *range(const struct field *f, const char *noun, struct arena *a)
{
    const char *unit = f->unit != NULL ? f->unit : "";

    if (f->min == 0 && f->max == 0)
        return arena_printf(a, "%s%s%s", noun, unit[0] != '\0' ? " in " : "", unit);
    return arena_printf(a, "%s from %.15g to %.15g%s%s", noun, f->min, f->max, unit[0] != '\0' ? " " : "", unit);
}

static const char *sized(const struct field *f, const char *what, const char *of, struct arena *a)
{
    if (f->max == 0)
        return arena_printf(a, "%s of %s", what, of);
    return arena_printf(a, "%s of %.0f to %.0f %s", what, f->min, f->max, of);
}

const char *field_expected(const struct field *f, struct arena *a)
{
    switch (f->kind) {
    case FIELD_STRING:
        if (f->codec != NULL)
            return f->codec->expected;
        return f->max == 0 ? "a string" : sized(f, "a string", "characters", a);
    case FIELD_INT:
    case FIELD_LONG:
        return range(f, "an integer", a);
    case FIELD_REAL:
        return range(f, "a number", a);
    case FIELD_BOOL:
        return "true or false";
    case FIELD_CHOICE:
        return joined(f->choices, a);
    case FIELD_CODEC:
        return f->codec->expected;
    case FIELD_OBJECT:
    case FIELD_OBJECT_PTR:
        return "an object";
    case FIELD_LIST:
        return sized(f, "an array", "objects", a);
    case FIELD_STRINGS:
        return f->choices != NULL ? arena_printf(a, "an array with each %s", joined(f->choices, a))
                                  : sized(f, "an array", "strings", a);
    case FIELD_REALS:
        return sized(f, "an array", "numbers", a);
    case FIELD_INTS:
        return sized(f, "an array", "integers", a);
    case FIELD_STRING_LISTS:
        return sized(f, "an array", "arrays of strings", a);
    case FIELD_REAL_LISTS:
        return sized(f, "an array", "arrays of numbers", a);
    case FIELD_JSON:
    case FIELD_KIND_COUNT:
        break;
    }
    return "any JSON value";
}

void problem_add(struct problems *p, const char *pointer, const char *format, ...)
{
    struct problem *one;
    char text[512];
    va_list args;

    if (p->count++ >= PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    one = ARENA_NEW(p->arena, struct problem);
    one->pointer = arena_strdup(p->arena, pointer);
    one->detail = arena_strdup(p->arena, text);
    if (p->last != NULL)
        p->last->next = one;
    else
        p->first = one;
    p->last = one;
}

bool problems_none(const struct problems *p, const char *what, struct error *e)
{
    if (p->count == 0)
        return true;
    error_set(e, ERROR_VALIDATION, "%s: %zu %s, first %s: %s", what, p->count, p->count == 1 ? "problem" : "problems",
              p->first->pointer, p->first->detail);
    if (e != NULL)
        e->problems = p->first;
    return false;
}
