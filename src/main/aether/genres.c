#include <stdio.h>
#include <string.h>

#include "genre/genres.h"
#include "main/aether/command.h"

static const struct option_row rows[] = {
    { "json", NULL, false, "as JSON" },
};

const struct option_row *genres_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

static json_object *summary(const struct genre *g)
{
    json_object *out = json_object_new_object(), *aliases = json_object_new_array();

    for (size_t i = 0; i < g->aliases.count; i++)
        json_object_array_add(aliases, json_object_new_string(g->aliases.items[i]));
    json_object_object_add(out, "id", json_object_new_string(g->id));
    json_object_object_add(out, "name", json_object_new_string(g->name));
    json_object_object_add(out, "aliases", aliases);
    return out;
}

static void list(const struct genres *genres, bool json)
{
    json_object *out = json_object_new_object(), *all = json_object_new_array();

    for (size_t i = 0; i < genres_count(genres); i++) {
        const struct genre *g = genres_at(genres, i);

        if (json)
            json_object_array_add(all, summary(g));
        else
            printf("%-18s %3.0f–%-3.0f bpm  %s\n", g->id, g->tempo.min, g->tempo.max,
                   g->description != NULL ? g->description : g->name);
    }
    json_object_object_add(out, "genres", all);
    if (json)
        print_json(out);
    else
        json_object_put(out);
}

static bool show(struct invocation *in, const struct genres *genres, const char *id, struct error *e)
{
    const struct genre *g = genres_find(genres, id);
    const char *near = g == NULL ? genres_suggest(genres, id) : NULL;
    char metre[METRE_TEXT_SIZE];

    if (g == NULL && near != NULL)
        return error_set(e, ERROR_INPUT, "there is no genre '%s'; did you mean '%s'?", id, near);
    if (g == NULL)
        return error_set(e, ERROR_INPUT, "there is no genre '%s'; see aether genres", id);
    if (option_is_set(&in->options, "json")) {
        print_json(fields_write(&genre_fields, g));
        return true;
    }
    metre_print(g->time_signature, metre, sizeof(metre));
    printf("%s (%s)\n%s\n\ntempo      %.0f–%.0f bpm, usually %.0f\nmetre      %s\nlength     %.0f s\nalso       ", g->name, g->id,
           g->description != NULL ? g->description : "", g->tempo.min, g->tempo.max, g->tempo.typical, metre,
           g->duration_seconds);
    for (size_t i = 0; i < g->aliases.count; i++)
        printf("%s%s", i > 0 ? ", " : "", g->aliases.items[i]);
    printf("\nband       ");
    for (size_t i = 0; i < g->players.parts.count; i++)
        printf("%s%s", i > 0 ? ", " : "", g->players.parts.items[i].name);
    printf("\n");
    return true;
}

/* Every file is checked, so that all mistakes are known at once; the complaints of one come as they are found. */
static bool check(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    bool ok = true;

    for (size_t i = 1; i < rest->count; i++) {
        struct error one = { 0 };

        if (genres_check_file(in->arena, rest->items[i], &one)) {
            printf("%s: right\n", rest->items[i]);
            continue;
        }
        if (!ok) /* the last one is reported by main */
            complain(e);
        *e = one;
        ok = false;
    }
    return ok;
}

bool genres_run(struct invocation *in, struct error *e)
{
    const struct string_list *rest = &in->options.rest;
    const struct genres *genres;
    const char *folder;

    if (rest->count >= 2 && strcmp(rest->items[0], "check") == 0)
        return check(in, e);
    folder = config_folder(in->arena, in->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    if (folder == NULL || (genres = genres_load(in->arena, folder, e)) == NULL)
        return false;
    if (rest->count == 0 || (rest->count == 1 && strcmp(rest->items[0], "list") == 0)) {
        list(genres, option_is_set(&in->options, "json"));
        return true;
    }
    if (rest->count == 2 && strcmp(rest->items[0], "show") == 0)
        return show(in, genres, rest->items[1], e);
    return error_set(e, ERROR_INPUT, "expected 'aether genres', 'aether genres show ID' or 'aether genres check FILE'");
}
