#include "main/aether/field_options.h"

#include <stdlib.h>
#include <string.h>

static const char *option_name(struct arena *a, const char *field)
{
    char *name = arena_strdup(a, field);

    for (char *at = name; *at != '\0'; at++)
        if (*at == '_')
            *at = '-';
    return name;
}

static const char *placeholder(const struct field *f)
{
    switch (f->kind) {
    case FIELD_BOOL:
        return NULL;
    case FIELD_INT:
    case FIELD_LONG:
    case FIELD_REAL:
        return "N";
    case FIELD_STRINGS:
        return "A,B,…";
    default:
        return "TEXT";
    }
}

/* "Formats of the finished track: wav, flac" */
static const char *help_of(struct arena *a, const struct field *f)
{
    const char *help = f->help;

    if (f->choices == NULL)
        return help;
    help = arena_printf(a, "%.*s:", (int)strcspn(help, "."), help);
    for (size_t i = 0; i < f->choices->count; i++)
        help = arena_printf(a, "%s%s %s", help, i > 0 ? "," : "", f->choices->names[i]);
    return help;
}

static bool is_left_out(const struct field *f, const char *except)
{
    return except != NULL && strcmp(f->name, except) == 0;
}

size_t field_options_rows(struct arena *a, const struct fields *fields, const char *except, struct option_row *rows)
{
    size_t n = 0;

    for (size_t i = 0; i < fields->count; i++) {
        const struct field *f = &fields->rows[i];
        const char *name = option_name(a, f->name);

        if (is_left_out(f, except))
            continue;
        rows[n++] = (struct option_row){ name, placeholder(f), f->kind == FIELD_STRINGS, help_of(a, f) };
        if (f->kind == FIELD_BOOL)
            rows[n++] = (struct option_row){ arena_printf(a, "no-%s", name), NULL, false,
                                             arena_printf(a, "the opposite of --%s", name) };
    }
    return n;
}

static json_object *number_or_text(const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || strpbrk(text, "xXnN") != NULL)
        return json_object_new_string(text); /* refused by the field with what was expected */
    return json_object_new_double(value);
}

static json_object *split(struct arena *a, const struct string_list *values)
{
    json_object *out = json_object_new_array();

    for (size_t i = 0; i < values->count; i++) {
        char *rest = arena_strdup(a, values->items[i]), *one;

        while ((one = strsep(&rest, ",")) != NULL)
            if (*one != '\0')
                json_object_array_add(out, json_object_new_string(one));
    }
    return out;
}

static json_object *value_of(struct invocation *in, const struct field *f, const char *name)
{
    const struct string_list *values = option_all(&in->options, name);

    switch (f->kind) {
    case FIELD_BOOL:
        return json_object_new_boolean(1);
    case FIELD_INT:
    case FIELD_LONG:
    case FIELD_REAL:
        return number_or_text(values->items[0]);
    case FIELD_STRINGS:
        return split(in->arena, values);
    default:
        return json_object_new_string(values->items[0]);
    }
}

void field_options_read(struct invocation *in, const struct fields *fields, const char *except, json_object *tree)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct field *f = &fields->rows[i];
        const char *name = option_name(in->arena, f->name);

        if (is_left_out(f, except))
            continue;
        if (option_is_set(&in->options, name))
            json_object_object_add(tree, f->name, value_of(in, f, name));
        if (f->kind == FIELD_BOOL && option_is_set(&in->options, arena_printf(in->arena, "no-%s", name)))
            json_object_object_add(tree, f->name, json_object_new_boolean(0));
    }
}
