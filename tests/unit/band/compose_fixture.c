#include "compose_fixture.h"

#include <string.h>

struct arena *compose_arena;
struct genres *compose_genres;
const char *const compose_genre_ids[COMPOSE_GENRES] = { "synthwave", "jazz", "rock", "lo-fi-hip-hop" };

void compose_set_up(void)
{
    struct error e = { 0 };

    compose_arena = arena_new(256 << 20);
    compose_genres = genres_load(compose_arena, "conf/genres", &e);
    ck_assert_msg(compose_genres != NULL, "%s", e.detail);
}

void compose_tear_down(void)
{
    arena_free(compose_arena);
}

static void make(struct song *song)
{
    struct band_order order = { .genres = compose_genres };
    struct error e = { 0 };

    ck_assert_msg(band_make(&order, song, compose_arena, &e), "%s", e.detail);
}

struct song *compose(const char *request)
{
    struct problems problems = { .arena = compose_arena };
    struct brief *brief = ARENA_NEW(compose_arena, struct brief);
    struct song *song = ARENA_NEW(compose_arena, struct song);
    const char *text = arena_printf(compose_arena, "{\"title\":\"T\",%s%s}",
                                    strstr(request, "\"brief\"") == NULL ? "\"brief\":\"a song\"," : "", request);
    json_object *tree = json_read(compose_arena, text, strlen(text), NULL);

    ck_assert_msg(tree != NULL, "%s", text);
    fields_read(&brief_fields, tree, brief, "", false, compose_arena, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.first->detail : "");
    song->brief = brief;
    make(song);
    return song;
}

struct song *compose_again(const struct song *song)
{
    struct problems problems = { .arena = compose_arena };
    struct song *out = ARENA_NEW(compose_arena, struct song);
    json_object *tree = json_hold(compose_arena, json_object_new_object());

    song_write(song, tree);
    json_object_object_del(tree, "qa_report");
    json_object_object_del(tree, "release_spec");
    song_read(tree, out, compose_arena, &problems);
    ck_assert_msg(problems.count == 0, "%s", problems.count > 0 ? problems.first->pointer : "");
    make(out);
    return out;
}

struct timeline *compose_timeline(const struct song *song)
{
    struct problems problems = { .arena = compose_arena };
    struct timeline *t = ARENA_NEW(compose_arena, struct timeline);

    ck_assert(timeline_make(song, t, compose_arena, &problems));
    return t;
}

static void remove_times(json_object *tree)
{
    if (json_object_is_type(tree, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(tree); i++)
            remove_times(json_object_array_get_idx(tree, i));
    } else if (json_object_is_type(tree, json_type_object)) {
        struct json_object_iterator at, end;

        json_object_object_del(tree, "created_at");
        json_object_object_del(tree, "updated_at");
        at = json_object_iter_begin(tree);
        end = json_object_iter_end(tree);
        for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
            remove_times(json_object_iter_peek_value(&at));
    }
}

const char *compose_text(const struct song *song)
{
    json_object *tree = json_hold(compose_arena, json_object_new_object());

    song_write(song, tree);
    remove_times(tree);
    return json_text(compose_arena, tree, false);
}
