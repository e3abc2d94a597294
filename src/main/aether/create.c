#include <string.h>

#include "band/brief_title.h"
#include "main/aether/field_options.h"
#include "main/aether/make.h"
#include "song/brief.h"

enum { REQUEST_MAX_BYTES = 2 * 1024 * 1024 };

const struct option_row *create_options(struct arena *a, size_t *count)
{
    struct option_row *rows = ARENA_ARRAY(a, struct option_row, 2 * track_request_fields.count + 1);
    size_t n = 0;

    rows[n++] = (struct option_row){ "request", "FILE", false, "the body of POST /v1/tracks, instead of BRIEF and options" };
    n += field_options_rows(a, &track_request_fields, "brief", rows + n);
    return make_options(a, rows, n, count);
}

static json_object *tree_of_options(struct invocation *in)
{
    json_object *tree = json_hold(in->arena, json_object_new_object());

    field_options_read(in, &track_request_fields, "brief", tree);
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
            json_object_object_add(tree, "title", json_object_new_string(brief_title(rest->items[0], in->arena)));
    }
    return make_run(in, JOB_TRACKS, tree, e);
}
