/* GET /v1/genres and /v1/genres/{id}; and the check of a genre that a request names. */
#include "api/handlers.h"
#include "core/json.h"

enum { FRESH_S = 60 };

static json_object *summary(const struct genre *g)
{
    json_object *out = json_object_new_object(), *aliases = json_object_new_array();

    json_object_object_add(out, "id", json_object_new_string(g->id));
    json_object_object_add(out, "name", json_object_new_string(g->name));
    for (size_t i = 0; i < g->aliases.count; i++)
        json_object_array_add(aliases, json_object_new_string(g->aliases.items[i]));
    json_object_object_add(out, "aliases", aliases);
    return out;
}

const char *api_genres_text(const struct genres *genres, struct arena *a)
{
    json_object *body = json_hold(a, json_object_new_object()), *list = json_object_new_array();

    json_object_object_add(body, "genres", list);
    for (size_t i = 0; i < genres_count(genres); i++)
        json_object_array_add(list, summary(genres_at(genres, i)));
    return json_text(a, body, false);
}

bool genres_list(struct request *req, struct response *resp, struct error *e)
{
    const struct api *api = api_of(req);

    (void)e;
    response_text(resp, 200, "application/json",
                  api->genres_text != NULL ? api->genres_text : api_genres_text(api->genres, req->arena));
    response_header(resp, "Cache-Control", "private, max-age=%d", FRESH_S);
    return true;
}

bool genres_get(struct request *req, struct response *resp, struct error *e)
{
    const struct genre *g = genres_find(api_of(req)->genres, request_param(req, "id"));

    if (g == NULL)
        return error_set(e, ERROR_NOT_FOUND, "no genre is called '%s'", request_param(req, "id"));
    response_json(resp, 200, json_hold(req->arena, fields_write(&genre_fields, g)));
    response_header(resp, "Cache-Control", "private, max-age=%d", FRESH_S);
    return true;
}

void genre_check(const struct request *req, const char *name, const char *pointer, struct problems *problems)
{
    const struct genres *genres = api_of(req)->genres;
    const char *near, *all = "";

    if (name == NULL || genres_find(genres, name) != NULL)
        return;
    near = genres_suggest(genres, name);
    for (size_t i = 0; i < genres_count(genres); i++)
        all = arena_printf(req->arena, "%s%s%s", all, i > 0 ? ", " : "", genres_at(genres, i)->id);
    if (near != NULL)
        problem_add(problems, pointer, "no genre is called '%s'; did you mean '%s'? There are %s", name, near,
                    all);
    else
        problem_add(problems, pointer, "no genre is called '%s'; there are %s", name, all);
}
