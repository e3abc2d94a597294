#include "core/json.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/json_scan.h"

static void put(void *tree)
{
    json_object_put(tree);
}

json_object *json_hold(struct arena *a, json_object *tree)
{
    if (tree != NULL)
        arena_defer(a, put, tree);
    return tree;
}

json_object *json_read(struct arena *a, const char *text, size_t len, struct error *e)
{
    struct json_tokener *tokener;
    json_object *tree;

    if (len > INT32_MAX - 1) {
        error_set(e, ERROR_TOO_LARGE, "over 2 GB of JSON");
        return NULL;
    }
    if (!json_scan(text, len, JSON_DEPTH_MAX, e))
        return NULL;
    tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2);
    if (tokener == NULL) {
        error_set(e, ERROR_INTERNAL, "out of memory");
        return NULL;
    }
    tree = json_tokener_parse_ex(tokener, text, (int)len);
    if (tree == NULL && json_tokener_get_error(tokener) == json_tokener_continue) /* a bare number */
        tree = json_tokener_parse_ex(tokener, "", 1);
    if (tree == NULL && json_tokener_get_error(tokener) != json_tokener_success)
        error_set(e, ERROR_INPUT, "%s", json_tokener_error_desc(json_tokener_get_error(tokener)));
    else if (tree == NULL)
        error_set(e, ERROR_INPUT, "null is not expected here");
    json_tokener_free(tokener);
    return json_hold(a, tree);
}

char *json_read_text(struct arena *a, const char *path, size_t max_bytes, size_t *len, struct error *e)
{
    FILE *file = fopen(path, "rb");
    char *text;
    bool failed;

    if (file == NULL) {
        error_set(e, ERROR_IO, "%s: %s", path, strerror(errno));
        return NULL;
    }
    text = arena_alloc(a, max_bytes + 2);
    *len = fread(text, 1, max_bytes + 1, file);
    failed = ferror(file) != 0;
    fclose(file);
    if (failed)
        error_set(e, ERROR_IO, "%s: cannot be read", path);
    else if (*len > max_bytes)
        error_set(e, ERROR_TOO_LARGE, "%s: over %zu bytes", path, max_bytes);
    return failed || *len > max_bytes ? NULL : text;
}

json_object *json_read_file(struct arena *a, const char *path, size_t max_bytes, struct error *e)
{
    size_t len;
    const char *text = json_read_text(a, path, max_bytes, &len, e);
    json_object *tree = text != NULL ? json_read(a, text, len, e) : NULL;

    if (text != NULL && tree == NULL)
        error_wrap(e, "%s", path);
    return tree;
}

char *json_text(struct arena *a, json_object *tree, bool pretty)
{
    int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
                (pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN);

    return arena_strdup(a, json_object_to_json_string_ext(tree, flags));
}

json_object *json_real(double value, int decimals)
{
    char text[64];
    char *end;

    if (!isfinite(value))
        return NULL;
    snprintf(text, sizeof(text), "%.*f", decimals, value);
    if (strchr(text, '.') != NULL) {
        for (end = text + strlen(text); end[-1] == '0'; end--)
            continue;
        if (end[-1] == '.')
            end--;
        *end = '\0';
    }
    if (strcmp(text, "-0") == 0)
        snprintf(text, sizeof(text), "0");
    return json_object_new_double_s(value, text);
}

const char *json_get_string(json_object *tree, const char *key)
{
    json_object *value;

    if (!json_object_is_type(tree, json_type_object) || !json_object_object_get_ex(tree, key, &value) ||
        !json_object_is_type(value, json_type_string))
        return NULL;
    return json_object_get_string(value);
}

const char *json_pointer_add(struct arena *a, const char *base, const char *name)
{
    size_t base_len = strlen(base), n;
    char *out = arena_alloc(a, base_len + 2 * strlen(name) + 2);

    memcpy(out, base, base_len);
    n = base_len;
    out[n++] = '/';
    for (; *name != '\0'; name++) {
        if (*name == '~' || *name == '/') {
            out[n++] = '~';
            out[n++] = *name == '~' ? '0' : '1';
        } else {
            out[n++] = *name;
        }
    }
    out[n] = '\0';
    return out;
}

const char *json_pointer_add_index(struct arena *a, const char *base, size_t index)
{
    return arena_printf(a, "%s/%zu", base, index);
}
