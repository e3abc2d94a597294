#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "main/aether/make.h"
#include "song/brief.h"

enum { REQUEST_MAX_BYTES = 2 * 1024 * 1024, TITLE_MAX_BYTES = 60 };

/* "duration_seconds" ↔ "duration-seconds": every field of the request but the brief is an option. */
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

const struct option_row *create_options(struct arena *a, size_t *count)
{
    struct option_row *rows = ARENA_ARRAY(a, struct option_row, 2 * track_request_fields.count + 1);
    size_t n = 0;

    rows[n++] = (struct option_row){ "request", "FILE", false, "the body of POST /v1/tracks, instead of BRIEF and options" };
    for (size_t i = 0; i < track_request_fields.count; i++) {
        const struct field *f = &track_request_fields.rows[i];
        const char *name = option_name(a, f->name);

        if (strcmp(f->name, "brief") == 0)
            continue;
        rows[n++] = (struct option_row){ name, placeholder(f), f->kind == FIELD_STRINGS, f->help };
        if (f->kind == FIELD_BOOL)
            rows[n++] = (struct option_row){ arena_printf(a, "no-%s", name), NULL, false,
                                             arena_printf(a, "the opposite of --%s", name) };
    }
    return make_options(a, rows, n, count);
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

/* "late-night drive, nostalgic" → "Late-night drive": a person on the command line need not think of a title. */
static const char *title_of(struct arena *a, const char *brief)
{
    size_t len = strcspn(brief, ",.;:!?\n");
    char *title;

    while (len > TITLE_MAX_BYTES || (len > 0 && ((unsigned char)brief[len] & 0xc0) == 0x80))
        len--;
    title = arena_strndup(a, brief, len);
    title[0] = (char)toupper((unsigned char)title[0]);
    return len > 0 ? title : "Untitled";
}

static json_object *tree_of_options(struct invocation *in)
{
    json_object *tree = json_hold(in->arena, json_object_new_object());

    for (size_t i = 0; i < track_request_fields.count; i++) {
        const struct field *f = &track_request_fields.rows[i];
        const char *name = option_name(in->arena, f->name);

        if (strcmp(f->name, "brief") == 0)
            continue;
        if (option_is_set(&in->options, name))
            json_object_object_add(tree, f->name, value_of(in, f, name));
        if (f->kind == FIELD_BOOL && option_is_set(&in->options, arena_printf(in->arena, "no-%s", name)))
            json_object_object_add(tree, f->name, json_object_new_boolean(0));
    }
    return tree;
}

static bool is_any_option_set(struct invocation *in)
{
    return json_object_object_length(tree_of_options(in)) > 0;
}

bool create_run(struct invocation *in, struct error *e)
{
    const char *file = option_get(&in->options, "request");
    const struct string_list *rest = &in->options.rest;
    json_object *tree;

    if (file != NULL) {
        if (rest->count > 0 || is_any_option_set(in))
            return error_set(e, ERROR_INPUT, "--request holds the whole request: give it without a brief and its options");
        tree = json_read_file(in->arena, file, REQUEST_MAX_BYTES, e);
        return tree != NULL && make_run(in, JOB_TRACKS, tree, e);
    }
    if (rest->count != 1 && option_get(&in->options, "out") != NULL)
        return error_set(e, ERROR_INPUT, "expected one brief in quotes, not %zu arguments", rest->count);
    tree = tree_of_options(in);
    if (rest->count == 1) {
        json_object_object_add(tree, "brief", json_object_new_string(rest->items[0]));
        if (!option_is_set(&in->options, "title"))
            json_object_object_add(tree, "title", json_object_new_string(title_of(in->arena, rest->items[0])));
    }
    return make_run(in, JOB_TRACKS, tree, e);
}
