/* Measures documents without playing them: what create says after its work, for a song.json that was edited. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "band/pipeline.h"
#include "main/aether/command.h"
#include "main/aether/report.h"

enum { DOCUMENTS_MAX_BYTES = 16 * 1024 * 1024 };

static const struct option_row rows[] = {
    { "json", NULL, false, "the whole report as JSON" },
    { "quiet", NULL, false, "only the exit status" },
};

const struct option_row *review_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

static const char *file_of(struct arena *a, const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? arena_printf(a, "%s/song.json", path) : path;
}

/* The documents as they are; what only a finished song has is measured again. */
static bool read_song(struct invocation *in, const char *path, struct song *song, struct error *e)
{
    json_object *tree = json_read_file(in->arena, file_of(in->arena, path), DOCUMENTS_MAX_BYTES, e);
    struct problems problems = { .arena = in->arena };

    if (tree == NULL)
        return false;
    if (!json_object_is_type(tree, json_type_object))
        return error_set(e, ERROR_INPUT, "%s: expected an object with song_spec and other documents", path);
    json_object_object_del(tree, "qa_report");
    json_object_object_del(tree, "release_spec");
    song_read(tree, song, in->arena, &problems);
    return problems_none(&problems, "the song", e);
}

bool review_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    const char *folder = config_folder(in->arena, in->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    struct band_order order = { .judges_given = true };
    struct song song = { 0 };

    if (rest->count != 1)
        return error_set(e, ERROR_INPUT, "expected one song.json, or the folder that it is in");
    if (folder == NULL || (order.genres = genres_load(in->arena, folder, e)) == NULL ||
        !read_song(in, rest->items[0], &song, e) || !band_make(&order, &song, in->arena, e))
        return false;
    if (option_is_set(&in->options, "json"))
        print_json(fields_write(&qa_report_fields, song.qa_report));
    else if (!option_is_set(&in->options, "quiet"))
        report_print(song.qa_report);
    return song.qa_report->passed == 1 || error_set(e, ERROR_QUALITY, "the song does not pass");
}
