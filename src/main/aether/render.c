#include "main/aether/make.h"

#include <string.h>

enum { DOCUMENTS_MAX_BYTES = 16 * 1024 * 1024 };

static const struct option_row rows[] = {
    { "output-formats", "A,B,…", true, "wav, flac, mp3, ogg; before what the file says" },
    { "render-stems", NULL, false, "also one WAV for each part" },
};

const struct option_row *render_options(struct arena *a, size_t *count)
{
    return make_options(a, rows, sizeof(rows) / sizeof(rows[0]), count);
}

bool render_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest, *formats = option_all(&in->options, "output-formats");
    json_object *tree, *list;

    if (rest->count != 1)
        return error_set(e, ERROR_INPUT, "expected one file with documents, such as the song.json of aether create");
    tree = json_read_file(in->arena, rest->items[0], DOCUMENTS_MAX_BYTES, e);
    if (tree == NULL)
        return false;
    if (!json_object_is_type(tree, json_type_object))
        return error_set(e, ERROR_INPUT, "%s: expected an object with song_spec and other documents", rest->items[0]);
    if (formats->count > 0) {
        list = json_object_new_array();
        for (size_t i = 0; i < formats->count; i++) {
            char *left = arena_strdup(in->arena, formats->items[i]), *one;

            while ((one = strsep(&left, ",")) != NULL)
                json_object_array_add(list, json_object_new_string(one));
        }
        json_object_object_add(tree, "output_formats", list);
    }
    if (option_is_set(&in->options, "render-stems"))
        json_object_object_add(tree, "render_stems", json_object_new_boolean(1));
    return make_run(in, JOB_RENDER, tree, e);
}
