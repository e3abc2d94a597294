/* Writing a document: from the struct to JSON, and its JSON Schema. */
#include "core/fields.h"

#include <math.h>
#include <string.h>

enum { REAL_DECIMALS = 6 };

static bool is_zero(const void *bytes, size_t size)
{
    const unsigned char *b = bytes;

    while (size > 0 && *b == 0) {
        b++;
        size--;
    }
    return size == 0;
}

static json_object *write_codec(const struct codec *c, const void *in)
{
    char text[256];

    if (c->is_unset != NULL ? c->is_unset(in) : is_zero(in, c->size))
        return NULL;
    c->print(in, text, sizeof(text));
    return json_object_new_string(text);
}

static json_object *write_strings(const struct list *in)
{
    json_object *out = json_object_new_array_ext((int)in->count);

    for (size_t i = 0; i < in->count; i++)
        json_object_array_add(out, json_object_new_string(((const char **)in->items)[i]));
    return out;
}

static json_object *write_reals(const struct list *in)
{
    json_object *out = json_object_new_array_ext((int)in->count);

    for (size_t i = 0; i < in->count; i++)
        json_object_array_add(out, json_real(((double *)in->items)[i], REAL_DECIMALS));
    return out;
}

static json_object *write_ints(const struct list *in)
{
    json_object *out = json_object_new_array_ext((int)in->count);

    for (size_t i = 0; i < in->count; i++)
        json_object_array_add(out, json_object_new_int(((int *)in->items)[i]));
    return out;
}

static json_object *write_lists(const struct list *in, json_object *(*write_one)(const struct list *))
{
    json_object *out = json_object_new_array_ext((int)in->count);

    for (size_t i = 0; i < in->count; i++)
        json_object_array_add(out, write_one((struct list *)in->items + i));
    return out;
}

static json_object *write_objects(const struct fields *of, const struct list *in)
{
    json_object *out = json_object_new_array_ext((int)in->count);

    for (size_t i = 0; i < in->count; i++)
        json_object_array_add(out, fields_write(of, (char *)in->items + i * of->size));
    return out;
}

/* One that lacks a required member was never given: null, which can be read again. */
static json_object *write_given(const struct fields *f, const void *in)
{
    json_object *out = fields_write(f, in);

    for (size_t i = 0; i < f->count; i++)
        if ((f->rows[i].flags & FIELD_REQUIRED) != 0 && json_object_object_get(out, f->rows[i].name) == NULL) {
            json_object_put(out);
            return NULL;
        }
    return out;
}

static json_object *write_value(const struct field *f, const void *in)
{
    switch (f->kind) {
    case FIELD_STRING: {
        const char *text = *(const char *const *)in;

        return text != NULL ? json_object_new_string(text) : NULL;
    }
    case FIELD_INT:
        return *(const int *)in != FIELD_INT_UNSET ? json_object_new_int(*(const int *)in) : NULL;
    case FIELD_LONG:
        return *(const int64_t *)in != FIELD_LONG_UNSET ? json_object_new_int64(*(const int64_t *)in) : NULL;
    case FIELD_REAL:
        return json_real(*(const double *)in, REAL_DECIMALS);
    case FIELD_BOOL:
        return *(const int *)in >= 0 ? json_object_new_boolean(*(const int *)in) : NULL;
    case FIELD_CHOICE:
        return *(const int *)in >= 0 ? json_object_new_string(f->choices->names[*(const int *)in]) : NULL;
    case FIELD_CODEC:
        return write_codec(f->codec, in);
    case FIELD_OBJECT:
        return write_given(f->of, in);
    case FIELD_OBJECT_PTR: {
        const void *object = *(const void *const *)in;

        return object != NULL ? fields_write(f->of, object) : NULL;
    }
    case FIELD_LIST:
        return write_objects(f->of, in);
    case FIELD_STRINGS:
        return write_strings(in);
    case FIELD_REALS:
        return write_reals(in);
    case FIELD_INTS:
        return write_ints(in);
    case FIELD_STRING_LISTS:
        return write_lists(in, write_strings);
    case FIELD_REAL_LISTS:
        return write_lists(in, write_reals);
    case FIELD_JSON:
        return json_object_get(*(json_object *const *)in);
    case FIELD_KIND_COUNT:
        break;
    }
    return NULL;
}

json_object *fields_write(const struct fields *f, const void *in)
{
    json_object *out = json_object_new_object();

    for (size_t i = 0; i < f->count; i++) {
        const struct field *row = &f->rows[i];
        json_object *value = write_value(row, (const char *)in + row->offset);

        if (value != NULL || !(row->flags & FIELD_OMIT))
            json_object_object_add(out, row->name, value);
    }
    return out;
}

static void add(json_object *to, const char *name, json_object *value)
{
    json_object_object_add(to, name, value);
}

static json_object *typed(const char *type)
{
    json_object *out = json_object_new_object();

    add(out, "type", json_object_new_string(type));
    return out;
}

static json_object *array_of(json_object *items)
{
    json_object *out = typed("array");

    add(out, "items", items);
    return out;
}

static json_object *choice_schema(const struct choices *c)
{
    json_object *out = typed("string"), *names = json_object_new_array();

    for (size_t i = 0; i < c->count; i++)
        json_object_array_add(names, json_object_new_string(c->names[i]));
    add(out, "enum", names);
    return out;
}

static json_object *kind_schema(const struct field *f)
{
    json_object *out;

    switch (f->kind) {
    case FIELD_STRING:
    case FIELD_CODEC:
        out = typed("string");
        if (f->codec != NULL && f->codec->pattern != NULL)
            add(out, "pattern", json_object_new_string(f->codec->pattern));
        return out;
    case FIELD_INT:
    case FIELD_LONG:
        return typed("integer");
    case FIELD_REAL:
        return typed("number");
    case FIELD_BOOL:
        return typed("boolean");
    case FIELD_CHOICE:
        return choice_schema(f->choices);
    case FIELD_OBJECT:
    case FIELD_OBJECT_PTR:
        return fields_schema(f->of);
    case FIELD_LIST:
        return array_of(fields_schema(f->of));
    case FIELD_STRINGS:
        return array_of(f->choices != NULL ? choice_schema(f->choices) : typed("string"));
    case FIELD_REALS:
        return array_of(typed("number"));
    case FIELD_INTS:
        return array_of(typed("integer"));
    case FIELD_STRING_LISTS:
        return array_of(array_of(typed("string")));
    case FIELD_REAL_LISTS:
        return array_of(array_of(typed("number")));
    case FIELD_JSON:
    case FIELD_KIND_COUNT:
        break;
    }
    return json_object_new_object();
}

static void add_limits(json_object *to, const struct field *f)
{
    bool number = f->kind == FIELD_INT || f->kind == FIELD_LONG || f->kind == FIELD_REAL;
    bool array = f->kind >= FIELD_LIST && f->kind <= FIELD_REAL_LISTS;
    const char *low = number ? "minimum" : array ? "minItems" : "minLength";
    const char *high = number ? "maximum" : array ? "maxItems" : "maxLength";

    if ((f->min == 0 && f->max == 0) || !(number || array || f->kind == FIELD_STRING))
        return;
    add(to, low, json_real(f->min, REAL_DECIMALS));
    add(to, high, json_real(f->max, REAL_DECIMALS));
}

static json_object *field_schema(const struct field *f)
{
    json_object *out = kind_schema(f);

    add_limits(out, f);
    if (f->help != NULL)
        add(out, "description", json_object_new_string(f->help));
    if (f->fallback != NULL)
        add(out, "default", json_tokener_parse(f->fallback));
    return out;
}

json_object *fields_schema(const struct fields *f)
{
    json_object *out = typed("object"), *properties = json_object_new_object(), *required = json_object_new_array();

    for (size_t i = 0; i < f->count; i++) {
        add(properties, f->rows[i].name, field_schema(&f->rows[i]));
        if (f->rows[i].flags & FIELD_REQUIRED)
            json_object_array_add(required, json_object_new_string(f->rows[i].name));
    }
    if (f->help != NULL)
        add(out, "description", json_object_new_string(f->help));
    add(out, "properties", properties);
    add(out, "required", required);
    return out;
}
