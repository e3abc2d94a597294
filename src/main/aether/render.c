#include "main/aether/field_options.h"
#include "main/aether/make.h"
#include "song/brief.h"

enum { DOCUMENTS_MAX_BYTES = 16 * 1024 * 1024 };

const struct option_row *render_options(struct arena *a, size_t *count)
{
    struct option_row *rows = ARENA_ARRAY(a, struct option_row, 2 * delivery_fields.count);

    return make_options(a, rows, field_options_rows(a, &delivery_fields, NULL, rows), count);
}

bool render_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    json_object *tree;

    if (rest->count != 1)
        return error_set(e, ERROR_INPUT, "expected one file with documents, such as the song.json of aether create");
    tree = json_read_file(in->arena, rest->items[0], DOCUMENTS_MAX_BYTES, e);
    if (tree == NULL)
        return false;
    if (!json_object_is_type(tree, json_type_object))
        return error_set(e, ERROR_INPUT, "%s: expected an object with song_spec and other documents", rest->items[0]);
    field_options_read(in, &delivery_fields, NULL, tree); /* before what the file says */
    return make_run(in, JOB_RENDER, tree, e);
}
