#include "review_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "theory/pitch.h"

enum { BAR = 4 * METRE_PPQ, NOTES_MAX = 400 };

struct timeline *timeline_of(const char *chords)
{
    struct timeline *t = ARENA_NEW(compose_arena, struct timeline);
    char *rest = arena_strdup(compose_arena, chords), *one;

    t->key = (struct key){ { 'C', 0 }, MODE_MAJOR };
    t->keys.items = ARENA_NEW(compose_arena, struct timeline_key);
    t->keys.items[0].key = t->key;
    t->keys.count = 1;
    t->metre = (struct metre){ 4, 4 };
    t->bpm = 120;
    t->bar_ticks = BAR;
    t->chords.items = ARENA_ARRAY(compose_arena, struct timeline_chord, NOTES_MAX);
    while ((one = strsep(&rest, "|")) != NULL) {
        struct timeline_chord *chord = &t->chords.items[t->chords.count++];
        char name[24];

        ck_assert_int_eq(sscanf(one, " %23s", name), 1);
        ck_assert_msg(chord_parse(name, &chord->chord), "%s", name);
        chord->start_tick = t->bars++ * BAR;
        chord->end_tick = t->bars * BAR;
    }
    t->end_tick = t->hold_tick = t->bars * BAR;
    t->sections.items = ARENA_NEW(compose_arena, struct timeline_section);
    t->sections.count = 1;
    t->sections.items[0] = (struct timeline_section){ .type = "verse", .label = "Verse 1", .bars = t->bars,
                                                      .end_tick = t->end_tick };
    return t;
}

static int pitch_of(const char *name)
{
    struct note_name note;

    ck_assert_msg(note_parse(name, &note), "%s", name);
    return note_midi(note);
}

void tune_of(struct timeline *t, const char *text)
{
    char *rest = arena_strdup(compose_arena, text), *one;
    bool starts_phrase = true;
    int32_t tick = 0;

    t->melody.items = ARENA_ARRAY(compose_arena, struct timeline_note, NOTES_MAX);
    t->melody.count = 0;
    while ((one = strsep(&rest, " ")) != NULL) {
        char *colon = strchr(one, ':');
        int32_t len;

        if (strcmp(one, "/") == 0) {
            starts_phrase = true;
            continue;
        }
        *colon = '\0';
        len = (int32_t)(strtod(colon + 1, NULL) * METRE_PPQ + 0.5);
        if (strcmp(one, "R") != 0) {
            t->melody.items[t->melody.count++] =
                (struct timeline_note){ tick, tick + len, (uint8_t)pitch_of(one), 0, starts_phrase };
            starts_phrase = false;
        }
        tick += len;
    }
}

struct score_part part_of(const char *id, enum score_role role, const char *text)
{
    struct score_part part = { .id = id, .name = id, .role = role, .bank = role == ROLE_DRUMS ? 128 : 0,
                               .notes = ARENA_ARRAY(compose_arena, struct score_note, NOTES_MAX) };
    char *rest = arena_strdup(compose_arena, text), *one, *note;
    int32_t tick = 0;

    while ((one = strsep(&rest, " ")) != NULL) {
        char *colon = strchr(one, ':');
        int32_t len = (int32_t)(strtod(colon + 1, NULL) * METRE_PPQ + 0.5);

        *colon = '\0';
        while (strcmp(one, "R") != 0 && (note = strsep(&one, "+")) != NULL) {
            part.notes[part.note_count++] =
                (struct score_note){ .start_tick = tick, .len_ticks = len, .pitch = (uint8_t)pitch_of(note), .velocity = 90 };
            if (one == NULL)
                break;
        }
        tick += len;
    }
    return part;
}

struct genres *genres_with_review(const char *genre, const char *review)
{
    char folder[] = "/tmp/aether-review-XXXXXX";
    const char *path;
    json_object *tree = json_read_file(compose_arena, arena_printf(compose_arena, "conf/genres/%s.json", genre), 1 << 20, NULL);
    struct genres *genres;
    struct error e = { 0 };

    ck_assert_ptr_nonnull(tree);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    path = arena_printf(compose_arena, "%s/%s.json", folder, genre);
    json_object_object_add(tree, "review", json_object_get(json_read(compose_arena, review, strlen(review), NULL)));
    ck_assert_int_eq(json_object_to_file(path, tree), 0);
    genres = genres_load(compose_arena, folder, &e);
    unlink(path);
    rmdir(folder);
    ck_assert_msg(genres != NULL, "%s", e.detail);
    return genres;
}
