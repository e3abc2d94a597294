/* Grooves: the notation, the document, and that what is written is what is played. */
#include "song/rhythm_spec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "play_fixture.h"
#include "test_play.h"

START_TEST(steps_are_read)
{
    struct steps_bar bar;

    ck_assert_ptr_null(steps_read(NOTATION_STROKES, "x--. o..a", 0, 1920, &bar) == NULL ? NULL : "wrong");
    ck_assert_ptr_null(steps_read(NOTATION_STROKES, "x--.o..a|--..x...", 0, 1920, &bar));
    ck_assert_uint_eq(bar.count, 3);
    ck_assert_int_eq(bar.events[0].len_ticks, 720);
    ck_assert_int_eq(bar.events[1].tick, 960);
    ck_assert_int_eq(bar.events[1].level, 5);
    ck_assert_int_eq(bar.events[2].value, 1);
    ck_assert_ptr_null(steps_read(NOTATION_STROKES, "x--.o..a|--..x...", 1, 1920, &bar));
    ck_assert_int_eq(bar.carried_ticks, 480);
    ck_assert_ptr_null(steps_read(NOTATION_DRUMS, "9..4..", 3, 1440, &bar)); /* bars repeat */
    ck_assert_int_eq(bar.events[1].tick, 720);
    ck_assert_ptr_null(steps_read(NOTATION_DEGREES, "1@0 b7@6/1.5! 5-@10g a@14", 0, 1920, &bar));
    ck_assert_uint_eq(bar.count, 4);
    ck_assert_int_eq(bar.events[1].value, DEGREE_SEVENTH);
    ck_assert_int_eq(bar.events[1].len_ticks, 180);
    ck_assert_int_eq(bar.events[1].level, 9);
    ck_assert_int_eq(bar.events[2].level, 2);
    ck_assert_int_eq(bar.events[3].len_ticks, 240);
    ck_assert_ptr_null(steps_read(NOTATION_DEGREES, "walk", 0, 1920, &bar));
    ck_assert_int_eq(bar.word, BASS_WORD_WALK);
}
END_TEST

START_TEST(wrong_steps_are_refused)
{
    static const struct {
        enum notation notation;
        const char *text;
    } cases[] = {
        { NOTATION_DRUMS, "9..q" },      { NOTATION_DRUMS, "9---" },     { NOTATION_DRUMS, "9......" },
        { NOTATION_STROKES, "" },        { NOTATION_STROKES, "x..z" },   { NOTATION_LADDER, "1x2." },
        { NOTATION_LADDER, "12345678901" }, { NOTATION_DEGREES, "9@0" }, { NOTATION_DEGREES, "1@16" },
        { NOTATION_DEGREES, "1@4 1@0" }, { NOTATION_DEGREES, "1" },      { NOTATION_DEGREES, "walk 1@0" },
        { NOTATION_DEGREES, "1@0x" },    { NOTATION_DEGREES, "1@0/99" },
    };
    struct steps_bar bar;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(steps_read(cases[i].notation, cases[i].text, 0, 1920, &bar) != NULL, "%s", cases[i].text);
}
END_TEST

/* Those in 4/4 are adapted to every metre, others stay in their own. */
static void check_pattern(const struct genre_part *part, const struct part_pattern *pattern, struct arena *a)
{
    enum notation notation = player_notations[part->player];

    for (int m = 0; m < METRE_COUNT; m++)
        for (size_t i = 0; i < pattern->lines.count; i++) {
            struct problems problems = { .arena = a };
            bool is_common = pattern->metre.numerator == pattern->metre.denominator;
            const char *line = is_common ? steps_adapt(notation, pattern->lines.items[i], metre_infos[m].metre, a)
                                         : pattern->lines.items[i];

            if (!is_common && !metre_is_equal(pattern->metre, metre_infos[m].metre))
                continue;
            steps_check(notation, line, metre_bar_ticks(metre_infos[m].metre), "", &problems);
            ck_assert_msg(problems.count == 0, "%s, %s in %s: %s becomes %s: %s", part->id, pattern->name,
                          metre_infos[m].text, pattern->lines.items[i], line,
                          problems.count > 0 ? problems.first->detail : "");
        }
}

START_TEST(patterns_fit_every_metre)
{
    struct arena *a = arena_new(64u << 20);
    struct error e = { 0 };
    struct genres *genres = genres_load(a, "conf/genres", &e);

    ck_assert_msg(genres != NULL, "%s", e.detail);
    for (size_t g = 0; g < genres_count(genres); g++) {
        const struct genre_players *players = &genres_at(genres, g)->players;

        ck_assert_uint_gt(players->parts.count, 0);
        for (size_t i = 0; i < players->parts.count; i++)
            for (size_t j = 0; j < players->parts.items[i].patterns.count; j++)
                check_pattern(&players->parts.items[i], &players->parts.items[i].patterns.items[j], a);
    }
    arena_free(a);
}
END_TEST

START_TEST(backbeats_survive_other_metres)
{
    static const struct {
        struct metre metre;
        const char *expected; /* of kick 1 and 3, snare 2 and 4 in sixteenths */
        const char *snare;
    } cases[] = {
        { { 3, 4 }, "kick:9...........", "snare:....9...9..." },
        { { 2, 4 }, "kick:9.......", "snare:....9..." },
        { { 5, 4 }, "kick:9...........9.......", NULL },
        { { 6, 8 }, "kick:9...........", "snare:......9....." },
    };
    struct arena *a = arena_new(1u << 20);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ck_assert_str_eq(steps_adapt(NOTATION_DRUMS, "kick:9.......9.......", cases[i].metre, a), cases[i].expected);
        if (cases[i].snare != NULL)
            ck_assert_str_eq(steps_adapt(NOTATION_DRUMS, "snare:....9.......9...", cases[i].metre, a),
                             cases[i].snare);
    }
    arena_free(a);
}
END_TEST

static size_t problems_of(const char *text, const char *pointer)
{
    struct arena *a = arena_new(4u << 20);
    struct problems problems = { .arena = a };
    struct rhythm_spec spec;
    struct error e = { 0 };
    json_object *tree = json_read(a, text, strlen(text), &e);
    size_t count;

    ck_assert_msg(tree != NULL, "%s", e.detail);
    fields_read(&rhythm_spec_fields, tree, &spec, "/rhythm_spec", false, a, &problems);
    count = problems.count;
    if (pointer != NULL && count > 0)
        ck_assert_str_eq(problems.first->pointer, pointer);
    arena_free(a);
    return count;
}

START_TEST(document_is_checked)
{
    ck_assert_uint_eq(
        problems_of("{\"sections\":[{\"label\":\"verse\",\"parts\":[{\"part\":\"drums\",\"notation\":\"drums\","
                    "\"lines\":[\"kick: 9.......9.......\"]}],\"fills\":[{\"bar\":4,\"beats\":1,"
                    "\"lines\":[\"snare: 6789\"]}]}]}",
                    NULL),
        0);
    ck_assert_uint_eq(
        problems_of("{\"sections\":[{\"label\":\"verse\",\"parts\":[{\"part\":\"drums\",\"notation\":\"drums\","
                    "\"lines\":[\"kick: 9.......9...q...\"]}]}]}",
                    "/rhythm_spec/sections/0/parts/0/lines/0"),
        1);
    ck_assert_uint_eq(
        problems_of("{\"time_signature\":\"3/4\",\"sections\":[{\"label\":\"verse\",\"parts\":[{\"part\":\"keys\","
                    "\"lines\":[\"x---x---x---x--\"]}]}]}",
                    "/rhythm_spec/sections/0/parts/0/lines/0"),
        0);
    ck_assert_uint_eq(
        problems_of("{\"time_signature\":\"3/4\",\"sections\":[{\"label\":\"verse\",\"parts\":[{\"part\":\"keys\","
                    "\"lines\":[\"x---x---x---x\"]}]}]}",
                    "/rhythm_spec/sections/0/parts/0/lines/0"),
        1);
    ck_assert_uint_eq(
        problems_of("{\"sections\":[{\"label\":\"verse\",\"fills\":[{\"bar\":4,\"beats\":8,\"lines\":[]}]}]}",
                    "/rhythm_spec/sections/0/fills/0/beats"),
        1);
    ck_assert_uint_eq(problems_of("{\"swing_unit\":12,\"sections\":[]}", "/rhythm_spec/swing_unit"), 1);
    ck_assert_uint_eq(
        problems_of("{\"sections\":[{\"label\":\"verse\",\"parts\":[{\"part\":\"drums\",\"notation\":\"drums\","
                    "\"lines\":[\"kazoo: 9...\"]}]}]}",
                    "/rhythm_spec/sections/0/parts/0/lines/0"),
        1);
}
END_TEST

START_TEST(document_survives_json)
{
    struct play p;
    json_object *written;
    struct rhythm_spec again;
    struct problems problems;

    play_make(&p, &(struct play_order){ .genre = "jazz", .seed = 9, .humanise = -1 });
    problems = (struct problems){ .arena = p.arena };
    written = json_hold(p.arena, fields_write(&rhythm_spec_fields, p.song.rhythm_spec));
    fields_read(&rhythm_spec_fields, written, &again, "", false, p.arena, &problems);
    ck_assert_msg(problems.count == 0, "%s: %s", problems.count > 0 ? problems.first->pointer : "",
                  problems.count > 0 ? problems.first->detail : "");
    ck_assert_str_eq(json_text(p.arena, json_hold(p.arena, fields_write(&rhythm_spec_fields, &again)), false),
                     json_text(p.arena, written, false));
    play_finish(&p);
}
END_TEST

/* Kick, snare and hat of a given document, at their places and nowhere else. */
START_TEST(given_grooves_are_played_as_given)
{
    const char *drums[] = { "kick: 9.......9.......", "snare: ....9.......9..." };
    const char *fill[] = { "tom1: 9999" };
    struct rhythm_part part = { .part = "drums", .notation = NOTATION_DRUMS };
    struct rhythm_fill fills = { .bar = 8, .beats = 1 };
    struct rhythm_section section = { .label = "verse", .crash = 1 };
    struct rhythm_spec spec = { .metre = { 4, 4 }, .swing_percent = 50, .swing_unit = 8, .humanise = 0 };
    struct play p;
    const struct score_part *kit;
    struct error e = { 0 };

    part.lines.items = drums;
    part.lines.count = 2;
    fills.lines.items = fill;
    fills.lines.count = 1;
    section.parts.items = &part;
    section.parts.count = 1;
    section.fills.items = &fills;
    section.fills.count = 1;
    spec.sections.items = &section;
    spec.sections.count = 1;
    play_make(&p, &(struct play_order){ .genre = "synthwave", .humanise = -1 });
    p.song.rhythm_spec = &spec;
    p.song.score = NULL;
    ck_assert(players_perform(&p.session, &e));
    kit = play_part(&p, ROLE_DRUMS);
    for (size_t i = 0; i < kit->note_count; i++) {
        const struct score_note *note = &kit->notes[i];
        int bar = (note->start_tick + 30) / 1920, step = (note->start_tick + 30) % 1920 / 120;

        if (note->start_tick >= p.session.timeline->hold_tick - 60)
            continue;
        ck_assert_msg(bar >= 4 && bar < 12, "%d at %d", note->pitch, note->start_tick); /* the verse */
        if (bar == 11 && step >= 12)
            ck_assert_int_eq(note->pitch, 50);
        else if (note->pitch == 49)
            ck_assert_int_eq(bar * 16 + step, 4 * 16);
        else if (note->pitch == 36)
            ck_assert(step == 0 || step == 8);
        else
            ck_assert(note->pitch == 38 && (step == 4 || step == 12));
    }
    play_finish(&p);
}
END_TEST

START_TEST(toms_only_in_fills)
{
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct play p;
        const struct score_part *kit;

        play_make(&p, &(struct play_order){ .genre = "jazz", .seed = seed, .humanise = 0 });
        kit = play_part(&p, ROLE_DRUMS);
        for (size_t i = 0; i < kit->note_count; i++) {
            const struct score_note *note = &kit->notes[i];
            const struct drum_voice *voice = drum_voice_by_key(note->pitch);
            const struct timeline_section *section = timeline_section_at(p.session.timeline, note->start_tick);
            const struct rhythm_section *written =
                rhythm_section_find(p.song.rhythm_spec, section->label, section->type);
            bool in_fill = false;

            ck_assert(voice != NULL);
            for (size_t f = 0; f < written->fills.count; f++) {
                int32_t end = section->start_tick + written->fills.items[f].bar * 1920;

                in_fill |=
                    note->start_tick < end && note->start_tick >= end - written->fills.items[f].beats * 480 - 20;
            }
            ck_assert_msg(voice->rank != 3 || in_fill, "tom at %d", note->start_tick);
        }
        play_finish(&p);
    }
}
END_TEST

static bool same_notes(const struct score *a, const struct score *b)
{
    if (a->part_count != b->part_count)
        return false;
    for (size_t i = 0; i < a->part_count; i++)
        if (a->parts[i].note_count != b->parts[i].note_count || a->parts[i].program != b->parts[i].program ||
            memcmp(a->parts[i].notes, b->parts[i].notes, a->parts[i].note_count * sizeof(struct score_note)) != 0)
            return false;
    return true;
}

START_TEST(seed_decides)
{
    for (size_t g = 0; g < 4; g++) {
        struct play one, two, other;

        play_make(&one, &(struct play_order){ .genre = play_genres[g], .seed = 1, .humanise = -1 });
        play_make(&two, &(struct play_order){ .genre = play_genres[g], .seed = 1, .humanise = -1 });
        play_make(&other, &(struct play_order){ .genre = play_genres[g], .seed = 2, .humanise = -1 });
        ck_assert(same_notes(one.song.score, two.song.score));
        ck_assert(!same_notes(one.song.score, other.song.score));
        play_finish(&one);
        play_finish(&two);
        play_finish(&other);
    }
}
END_TEST

START_TEST(scores_are_well_formed)
{
    static const char *const endings[] = { NULL, "{\"technique\":\"button\",\"hold_bars\":1}", "null",
                                           "{\"technique\":\"fade\",\"hold_bars\":2}",
                                           "{\"technique\":\"hold\",\"hold_bars\":3,\"ritardando_percent\":10,"
                                           "\"ritardando_bars\":2}" };

    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            struct play p;

            play_make(&p,
                      &(struct play_order){ .genre = play_genres[g],
                                            .seed = seed,
                                            .humanise = -1,
                                            .metre = metre_infos[seed % METRE_COUNT].text,
                                            .bpm = 40 + (double)(seed * 37 % 261),
                                            .ending = endings[seed % 5],
                                            .chords = seed % 3 == 0 ? "Am7b5/C E7b9 Fmaj7 Gsus4 Cdim7 Eaug" : NULL });
            ck_assert_msg(score_fault(p.song.score) == NULL, "%s %d: %s", play_genres[g], (int)seed,
                          score_fault(p.song.score));
            ck_assert_int_eq(p.song.score->end_tick, p.session.timeline->end_tick);
            ck_assert_uint_ge(p.song.score->part_count, 5);
            play_finish(&p);
        }
}
END_TEST

Suite *play_rhythm_suite(void)
{
    Suite *suite = suite_create("grooves");
    TCase *c = tcase_create("grooves");

    tcase_set_timeout(c, 300);
    tcase_add_test(c, steps_are_read);
    tcase_add_test(c, wrong_steps_are_refused);
    tcase_add_test(c, patterns_fit_every_metre);
    tcase_add_test(c, backbeats_survive_other_metres);
    tcase_add_test(c, document_is_checked);
    tcase_add_test(c, document_survives_json);
    tcase_add_test(c, given_grooves_are_played_as_given);
    tcase_add_test(c, toms_only_in_fills);
    tcase_add_test(c, seed_decides);
    tcase_add_test(c, scores_are_well_formed);
    suite_add_tcase(suite, c);
    return suite;
}
