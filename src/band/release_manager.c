#include <string.h>

#include "band/agent.h"
#include "song/brief.h"
#include "song/release_spec.h"

#define LICENCE                                                                                                        \
    "Composed, performed and mixed by the AETHER Band Engine from rules and musical statistics; no recording and no "  \
    "existing composition is part of it. The engine claims no rights in the result. Sounds come from a SoundFont, "    \
    "whose own licence applies to them."

static const struct release_credit credits[] = {
    /* role               name */
    { "direction",         "AETHER creative director" },
    { "composition",       "AETHER composer" },
    { "arrangement",       "AETHER arranger" },
    { "words",             "AETHER lyricist" },
    { "guide voice",       "AETHER vocalist" },
    { "performance",       "AETHER players" },
    { "sound design",      "AETHER sound designer" },
    { "mixing",            "AETHER mix engineer" },
    { "mastering",         "AETHER mastering engineer" },
};
enum { CREDITS = sizeof(credits) / sizeof(credits[0]), WORDS_CREDIT = 3, VOICE_CREDIT = 4 };

/* The request that gives this song again: the brief with its seed, without what was left open. */
static const char *recipe_text(struct session *s)
{
    struct brief brief;
    json_object *tree;

    if (s->song->brief == NULL)
        return "Send the documents of this song to /v1/render again.";
    brief = *s->song->brief;
    brief.seed = (int64_t)s->seed;
    tree = json_hold(s->arena, fields_write(&brief_fields, &brief));
    for (size_t i = 0; i < brief_fields.count; i++) {
        const char *name = brief_fields.rows[i].name;
        json_object *value = json_object_object_get(tree, name);

        if (value == NULL || (json_object_is_type(value, json_type_array) && json_object_array_length(value) == 0))
            json_object_object_del(tree, name);
    }
    return json_text(s->arena, tree, false);
}

static const char *key_words(struct session *s)
{
    const struct key *key = &s->timeline->key;
    char root[PITCH_TEXT_SIZE];

    pitch_print(key->root, root, sizeof(root));
    return arena_printf(s->arena, "%s %s", root, mode_names[key->mode]);
}

/* Credits and licence that were given stay; all else follows from the song as it is now. */
bool release_manager_work(struct session *s, struct error *e)
{
    const struct song_spec *song_spec = s->song->song_spec;
    const struct release_spec *given = s->song->release_spec;
    struct release_spec *spec;

    (void)e;
    spec = ARENA_NEW(s->arena, struct release_spec);
    fields_init(&release_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "release_spec");
    spec->title = song_spec->title;
    spec->artist = song_spec->artist_name;
    spec->genre = s->genre->name;
    spec->key = key_words(s);
    spec->bpm = song_spec->bpm;
    spec->time_signature = metre_find(s->timeline->metre)->text;
    spec->random_seed = (int64_t)s->seed;
    spec->credits.items = ARENA_ARRAY(s->arena, struct release_credit, CREDITS);
    for (size_t i = 0; i < CREDITS; i++)
        if (song_spec->has_vocals == 1 || (i != WORDS_CREDIT && i != VOICE_CREDIT))
            spec->credits.items[spec->credits.count++] = credits[i];
    spec->licence = LICENCE;
    if (given != NULL && given->credits.count > 0) {
        spec->credits.items = given->credits.items;
        spec->credits.count = given->credits.count;
    }
    if (given != NULL && given->licence != NULL)
        spec->licence = given->licence;
    spec->recipe = recipe_text(s);
    spec->duration_seconds = score_seconds(s->song->score, s->song->score->end_tick);
    spec->engine_version = AETHER_VERSION;
    s->song->release_spec = spec;
    return true;
}
