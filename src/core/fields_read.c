/* Reading a document: from JSON to the struct, every mistake noted with its JSON pointer. */
#include "core/fields.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct reading {
    const struct field *field;
    const char *pointer;
    bool lenient;
    struct arena *arena;
    struct problems *problems;
};

enum { STRING_MAX_DEFAULT = 2000, LIST_MAX_DEFAULT = 10000 };
#define LONG_LIMIT 9007199254740992.0 /* 2^53: what every JSON reader carries exactly */

static void unexpected(const struct reading *r, json_object *in)
{
    enum json_type type = json_object_get_type(in);
    const char *expected = field_expected(r->field, r->arena);

    if (type == json_type_object || type == json_type_array || type == json_type_null)
        problem_add(r->problems, r->pointer, "expected %s, not %s", expected,
                    type == json_type_null ? "null" : type == json_type_object ? "an object" : "an array");
    else
        problem_add(r->problems, r->pointer, "expected %s, not %.80s", expected, json_object_to_json_string_ext(in, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
}

static size_t characters(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static bool read_text(const struct reading *r, json_object *in, const char **out)
{
    const struct field *f = r->field;
    const char *text = json_object_get_string(in);
    bool sized = f->kind == FIELD_STRING && f->max > 0;
    double min = sized ? f->min : 0, max = sized ? f->max : STRING_MAX_DEFAULT, len;

    if (!json_object_is_type(in, json_type_string)) {
        unexpected(r, in);
        return false;
    }
    len = (double)characters(text);
    if (len < min || len > max) {
        problem_add(r->problems, r->pointer, "expected a string of %.0f to %.0f characters, not %.0f", min, max, len);
        return false;
    }
    if (f->codec != NULL && !f->codec->parse(text, arena_alloc(r->arena, f->codec->size))) {
        unexpected(r, in);
        return false;
    }
    *out = arena_strdup(r->arena, text);
    return true;
}

static bool read_number(const struct reading *r, json_object *in, bool whole, double *out)
{
    const struct field *f = r->field;
    bool is_int = json_object_is_type(in, json_type_int);
    bool limited = (f->min != 0 || f->max != 0) && f->kind != FIELD_REALS && f->kind != FIELD_INTS &&
                   f->kind != FIELD_REAL_LISTS;
    double value;

    if (!is_int && !json_object_is_type(in, json_type_double)) {
        unexpected(r, in);
        return false;
    }
    value = json_object_get_double(in);
    if (!isfinite(value) || (whole && (value != floor(value) || fabs(value) > LONG_LIMIT)) ||
        (limited && (value < f->min || value > f->max)) || (f->kind == FIELD_INT && fabs(value) > INT32_MAX) ||
        (f->kind == FIELD_INTS && fabs(value) > INT32_MAX)) {
        unexpected(r, in);
        return false;
    }
    *out = value;
    return true;
}

static int find_choice(const struct choices *c, const char *text)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->names[i], text) == 0)
            return (int)i;
    return c->find != NULL ? c->find(text) : -1;
}

static bool check_choice(const struct reading *r, const char *text, int *out)
{
    const struct choices *c = r->field->choices;
    const char *near;

    *out = find_choice(c, text);
    if (*out >= 0)
        return true;
    near = name_nearest(text, c->names, c->count);
    if (near != NULL)
        problem_add(r->problems, r->pointer, "'%.60s' is not known; did you mean '%s'?", text, near);
    else if (c->count <= 40)
        problem_add(r->problems, r->pointer, "expected %s, not '%.60s'",
                    field_expected(&(struct field){ .kind = FIELD_CHOICE, .choices = c }, r->arena), text);
    else
        problem_add(r->problems, r->pointer, "'%.60s' is not known", text);
    return false;
}

static bool read_choice(const struct reading *r, json_object *in, int *out)
{
    int value;

    if (!json_object_is_type(in, json_type_string)) {
        unexpected(r, in);
        return false;
    }
    if (!check_choice(r, json_object_get_string(in), &value))
        return false;
    *out = value;
    return true;
}

static void read_codec(const struct reading *r, json_object *in, void *out)
{
    const struct codec *c = r->field->codec;

    if (!json_object_is_type(in, json_type_string) || !c->parse(json_object_get_string(in), out))
        unexpected(r, in);
}

static struct reading at_item(const struct reading *r, size_t index)
{
    struct reading item = *r;

    item.pointer = json_pointer_add_index(r->arena, r->pointer, index);
    return item;
}

static void read_item(const struct reading *r, json_object *in, void *out)
{
    static const struct field string_field = { .kind = FIELD_STRING }, real_field = { .kind = FIELD_REAL },
                              int_field = { .kind = FIELD_INT };
    const struct field *f = r->field;
    struct reading item = *r;
    const char *text;
    double number;
    int value;

    switch (f->kind) {
    case FIELD_STRINGS:
    case FIELD_STRING_LISTS:
        item.field = &string_field;
        if (read_text(&item, in, &text) && (f->choices == NULL || check_choice(r, text, &value)))
            *(const char **)out = text;
        else
            *(const char **)out = "";
        return;
    case FIELD_REALS:
    case FIELD_REAL_LISTS:
        item.field = &real_field;
        if (read_number(&item, in, false, &number))
            *(double *)out = number;
        return;
    default:
        item.field = &int_field;
        if (read_number(&item, in, true, &number))
            *(int *)out = (int)number;
    }
}

static bool check_length(const struct reading *r, json_object *in, bool limited)
{
    const struct field *f = r->field;
    double count, max = limited && f->max > 0 ? f->max : LIST_MAX_DEFAULT, min = limited ? f->min : 0;

    if (!json_object_is_type(in, json_type_array)) {
        unexpected(r, in);
        return false;
    }
    count = (double)json_object_array_length(in);
    if (count >= min && count <= max)
        return true;
    problem_add(r->problems, r->pointer, "expected %.0f to %.0f items, not %.0f", min, max, count);
    return false;
}

static void read_plain_list(const struct reading *r, json_object *in, struct list *out, size_t item_size, bool limited)
{
    if (!check_length(r, in, limited))
        return;
    out->count = json_object_array_length(in);
    out->items = arena_alloc_array(r->arena, out->count, item_size);
    for (size_t i = 0; i < out->count; i++) {
        struct reading item = at_item(r, i);

        read_item(&item, json_object_array_get_idx(in, i), (char *)out->items + i * item_size);
    }
}

static void read_lists(const struct reading *r, json_object *in, struct list *out, size_t item_size)
{
    if (!check_length(r, in, true))
        return;
    out->count = json_object_array_length(in);
    out->items = arena_alloc_array(r->arena, out->count, sizeof(struct list));
    for (size_t i = 0; i < out->count; i++) {
        struct reading item = at_item(r, i);

        read_plain_list(&item, json_object_array_get_idx(in, i), (struct list *)out->items + i, item_size, false);
    }
}

static void read_object(const struct reading *r, json_object *in, void *out)
{
    if (!json_object_is_type(in, json_type_object)) {
        problem_add(r->problems, r->pointer, "expected an object");
        return;
    }
    fields_read(r->field->of, in, out, r->pointer, r->lenient, r->arena, r->problems);
}

static void read_objects(const struct reading *r, json_object *in, struct list *out)
{
    const struct fields *of = r->field->of;

    if (!check_length(r, in, true))
        return;
    out->count = json_object_array_length(in);
    out->items = arena_alloc_array(r->arena, out->count, of->size);
    for (size_t i = 0; i < out->count; i++) {
        struct reading item = at_item(r, i);

        fields_init(of, (char *)out->items + i * of->size, r->arena);
        read_object(&item, json_object_array_get_idx(in, i), (char *)out->items + i * of->size);
    }
}

static void read_value(const struct reading *r, json_object *in, void *out)
{
    const struct field *f = r->field;
    double number;

    switch (f->kind) {
    case FIELD_STRING:
        read_text(r, in, out);
        break;
    case FIELD_INT:
        if (read_number(r, in, true, &number))
            *(int *)out = (int)number;
        break;
    case FIELD_LONG:
        if (read_number(r, in, true, &number))
            *(int64_t *)out = (int64_t)number;
        break;
    case FIELD_REAL:
        if (read_number(r, in, false, &number))
            *(double *)out = number;
        break;
    case FIELD_BOOL:
        if (json_object_is_type(in, json_type_boolean))
            *(int *)out = json_object_get_boolean(in);
        else
            unexpected(r, in);
        break;
    case FIELD_CHOICE:
        read_choice(r, in, out);
        break;
    case FIELD_CODEC:
        read_codec(r, in, out);
        break;
    case FIELD_OBJECT:
        read_object(r, in, out);
        break;
    case FIELD_OBJECT_PTR:
        *(void **)out = arena_alloc(r->arena, f->of->size);
        fields_init(f->of, *(void **)out, r->arena);
        read_object(r, in, *(void **)out);
        break;
    case FIELD_LIST:
        read_objects(r, in, out);
        break;
    case FIELD_STRINGS:
        read_plain_list(r, in, out, sizeof(const char *), true);
        break;
    case FIELD_REALS:
        read_plain_list(r, in, out, sizeof(double), true);
        break;
    case FIELD_INTS:
        read_plain_list(r, in, out, sizeof(int), true);
        break;
    case FIELD_STRING_LISTS:
        read_lists(r, in, out, sizeof(const char *));
        break;
    case FIELD_REAL_LISTS:
        read_lists(r, in, out, sizeof(double));
        break;
    case FIELD_JSON:
        *(json_object **)out = in;
        break;
    case FIELD_KIND_COUNT:
        ASSERT(false);
    }
}

static void init_field(const struct field *f, void *out, struct arena *a)
{
    switch (f->kind) {
    case FIELD_INT:
        *(int *)out = FIELD_INT_UNSET;
        break;
    case FIELD_LONG:
        *(int64_t *)out = FIELD_LONG_UNSET;
        break;
    case FIELD_REAL:
        *(double *)out = NAN;
        break;
    case FIELD_BOOL:
    case FIELD_CHOICE:
        *(int *)out = -1;
        break;
    case FIELD_OBJECT:
        fields_init(f->of, out, a);
        break;
    default:
        break; /* all-zero bytes mean unset */
    }
    if (f->fallback != NULL) {
        struct problems problems = { .arena = a };
        struct reading r = { .field = f, .pointer = f->name, .arena = a, .problems = &problems };
        json_object *value = json_read(a, f->fallback, strlen(f->fallback), NULL);

        ASSERT(value != NULL);
        read_value(&r, value, out);
        ASSERT(problems.count == 0);
    }
}

void fields_init(const struct fields *f, void *out, struct arena *a)
{
    memset(out, 0, f->size);
    for (size_t i = 0; i < f->count; i++)
        init_field(&f->rows[i], (char *)out + f->rows[i].offset, a);
}

static void complain_unknown(const struct fields *f, const char *name, const char *pointer, struct arena *a,
                             struct problems *problems)
{
    const char **names = ARENA_ARRAY(a, const char *, f->count);
    const char *near;

    for (size_t i = 0; i < f->count; i++)
        names[i] = f->rows[i].name;
    near = name_nearest(name, names, f->count);
    pointer = json_pointer_add(a, pointer, name);
    if (near != NULL)
        problem_add(problems, pointer, "there is no such field; did you mean '%s'?", near);
    else
        problem_add(problems, pointer, "there is no such field");
}

static void find_unknown(const struct fields *f, json_object *in, const char *pointer, struct arena *a,
                         struct problems *problems)
{
    struct json_object_iterator at = json_object_iter_begin(in), end = json_object_iter_end(in);

    for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
        if (field_find(f, json_object_iter_peek_name(&at)) == NULL)
            complain_unknown(f, json_object_iter_peek_name(&at), pointer, a, problems);
}

void fields_read(const struct fields *f, json_object *in, void *out, const char *pointer, bool lenient,
                 struct arena *a, struct problems *problems)
{
    size_t before = problems->count;

    fields_init(f, out, a);
    if (!json_object_is_type(in, json_type_object)) {
        problem_add(problems, pointer, "expected an object");
        return;
    }
    for (size_t i = 0; i < f->count; i++) {
        const struct field *row = &f->rows[i];
        struct reading r = { row, json_pointer_add(a, pointer, row->name), lenient, a, problems };
        json_object *value = NULL;

        json_object_object_get_ex(in, row->name, &value);
        if (value != NULL)
            read_value(&r, value, (char *)out + row->offset);
        else if (row->flags & FIELD_REQUIRED)
            problem_add(problems, r.pointer, "is required: expected %s", field_expected(row, a));
    }
    if (!lenient)
        find_unknown(f, in, pointer, a, problems);
    if (f->check != NULL && problems->count == before)
        f->check(out, pointer, problems);
}
