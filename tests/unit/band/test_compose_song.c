#include <math.h>
#include <string.h>

#include "band/measures.h"
#include "band/singing.h"
#include "compose_fixture.h"
#include "song/master_spec.h"
#include "song/lyric_spec.h"
#include "song/qa_report.h"
#include "song/release_spec.h"
#include "song/vocal_spec.h"
#include "test_compose.h"

START_TEST(a_syllable_for_each_sung_note)
{
    struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":2,\"vocals\":true",
                                             compose_genre_ids[_i]));
    struct timeline *t = compose_timeline(song);
    size_t sung = 0, syllables = 0;
    int32_t before = -1;

    for (size_t i = 0; i < t->melody.count; i++)
        sung += is_sung(t, &t->melody.items[i]);
    for (size_t l = 0; l < song->lyric_spec->lines.count; l++) {
        const struct lyric_line *line = &song->lyric_spec->lines.items[l];

        ck_assert(line->text[0] != '\0' && strchr(line->text, '-') == NULL);
        for (size_t i = 0; i < line->syllables.count; i++) {
            ck_assert_int_gt(line->syllables.items[i].tick, before);
            before = line->syllables.items[i].tick;
        }
        syllables += line->syllables.count;
    }
    ck_assert_uint_gt(sung, 40);
    ck_assert_uint_eq(syllables, sung);
    ck_assert_uint_eq(song->vocal_spec->notes.count, sung);
    for (size_t i = 0; i < song->vocal_spec->notes.count; i++) {
        ck_assert_int_ge(song->vocal_spec->notes.items[i].pitch, song->vocal_spec->lowest_pitch);
        ck_assert_int_le(song->vocal_spec->notes.items[i].pitch, song->vocal_spec->highest_pitch);
    }
}
END_TEST

START_TEST(choruses_keep_their_words)
{
    struct song *song = compose("\"genre\":\"rock\",\"seed\":2,\"vocals\":true");
    const char *first = NULL, *again = NULL;

    for (size_t l = 0; l < song->lyric_spec->lines.count; l++) {
        const struct lyric_line *line = &song->lyric_spec->lines.items[l];

        if (first == NULL && strcmp(line->section_label, "Chorus 1") == 0)
            first = line->text;
        if (again == NULL && strcmp(line->section_label, "Chorus 2") == 0)
            again = line->text;
    }
    ck_assert_str_eq(first, again);
}
END_TEST

START_TEST(without_voice_there_are_no_words)
{
    struct song *song = compose("\"genre\":\"rock\",\"seed\":2,\"vocals\":false");

    ck_assert_uint_eq(song->lyric_spec->lines.count + song->vocal_spec->notes.count, 0);
    ck_assert_int_eq(song->song_spec->is_instrumental, 1);
}
END_TEST

START_TEST(songs_end_at_home)
{
    for (int seed = 1; seed <= 5; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d", compose_genre_ids[_i], seed));
        struct timeline *t = compose_timeline(song);
        const struct timeline_chord *last = &t->chords.items[t->chords.count - 1];
        const struct timeline_note *tune = &t->melody.items[t->melody.count - 1];

        ck_assert_int_eq(pitch_class(last->chord.root), pitch_class(timeline_key_at(t, t->end_tick).root));
        ck_assert_int_le(last->start_tick, t->end_tick - 2 * t->bar_ticks);
        ck_assert_int_le(t->hold_tick, t->end_tick - 2 * t->bar_ticks);
        ck_assert(chord_has(&last->chord, tune->pitch));
    }
}
END_TEST

/* Nobody hears a bare scale of energies; it may dip, but it leads upward. */
START_TEST(a_slow_build_builds)
{
    struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":3,\"brief\":\"builds slowly\"",
                                             compose_genre_ids[_i]));
    const struct arrangement_spec *a = song->arrangement_spec;
    size_t n = a->sections.count;

    ck_assert_int_eq(song->song_spec->energy_shape, ENERGY_BUILD);
    ck_assert_double_lt(a->sections.items[0].energy, 0.4);
    ck_assert_double_gt(a->sections.items[n - 2].energy, a->sections.items[1].energy + 0.15);
}
END_TEST

START_TEST(sections_fit_together)
{
    for (int seed = 1; seed <= 8; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"duration_seconds\":%d",
                                                 compose_genre_ids[_i], seed, 30 + seed * 65));
        const struct arrangement_spec *a = song->arrangement_spec;
        int bar = 1;

        ck_assert_uint_eq(a->transitions.count, a->sections.count - 1);
        for (size_t i = 0; i < a->sections.count; i++) {
            ck_assert_int_eq(a->sections.items[i].start_bar, bar);
            ck_assert_uint_ge(a->sections.items[i].instruments.count, 1);
            bar += a->sections.items[i].length_bars;
            for (size_t j = 0; j < a->sections.items[i].instruments.count; j++)
                ck_assert_ptr_ne(arranged_instrument_find(a, a->sections.items[i].instruments.items[j]), NULL);
        }
        ck_assert_int_eq(a->total_bars, bar - 1);
    }
}
END_TEST

/* Somebody who comes in later is on the section's list, comes in at a phrase, and is not heard before. */
START_TEST(layers_enter_one_after_another)
{
    size_t entries = 0, parts = 0;

    for (int seed = 1; seed <= 6; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d", compose_genre_ids[_i], seed));
        struct timeline *t = compose_timeline(song);

        for (size_t i = 0; i < t->sections.count; i++) {
            const struct arranged_section *section = &song->arrangement_spec->sections.items[i];

            for (size_t j = 0; j < section->entries.count; j++) {
                const struct arranged_entry *entry = &section->entries.items[j];
                int32_t from = t->sections.items[i].start_tick + t->bar_ticks / 4;
                int32_t to = t->sections.items[i].start_tick + (entry->bar - 1) * t->bar_ticks - t->bar_ticks / 2;

                entries++;
                ck_assert(arranged_section_has(section, entry->instrument));
                ck_assert_int_eq(entry->bar % 4, 1);
                ck_assert_int_gt(section->length_bars, entry->bar);
                for (size_t k = 0; k < song->score->part_count; k++) {
                    parts += strcmp(song->score->parts[k].id, entry->instrument) == 0;
                    for (size_t n = 0; strcmp(song->score->parts[k].id, entry->instrument) == 0 &&
                                       n < song->score->parts[k].note_count; n++) {
                        int32_t start = song->score->parts[k].notes[n].start_tick;

                        ck_assert_msg(start < from || start >= to, "%s, seed %d: %s plays before bar %d of %s",
                                      compose_genre_ids[_i], seed, entry->instrument, entry->bar, section->label);
                    }
                }
            }
        }
    }
    ck_assert_uint_gt(entries, 0);
    ck_assert_uint_eq(parts, entries);
}
END_TEST

static bool is_in_band(const struct song *song, const char *name)
{
    return arranged_instrument_find(song->arrangement_spec, name) != NULL;
}

/* Of "cinematic" the choir has a chance, the counter-melody leaves the top to the brass; asked for, both are there. */
START_TEST(bands_differ_and_make_room)
{
    int with = 0;

    for (int seed = 1; seed <= 24; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"cinematic\",\"seed\":%d", seed));

        with += is_in_band(song, "choir");
        for (size_t i = 0; i < song->arrangement_spec->sections.count; i++)
            ck_assert(song->arrangement_spec->sections.items[i].energy < 0.86 ||
                      !arranged_section_has(&song->arrangement_spec->sections.items[i], "counter"));
    }
    ck_assert_int_gt(with, 4); /* 0.6 of 24 are 14, a few fewer where no section is loud enough; the seeds are fixed */
    ck_assert_int_lt(with, 23);
    for (int seed = 1; seed <= 6; seed++)
        ck_assert(is_in_band(compose(arena_printf(compose_arena, "\"genre\":\"cinematic\",\"seed\":%d,\"instruments\":[\"choir\"]",
                                                  seed)), "choir"));
}
END_TEST

/* A loop's documents may be given again; half a minute states its hook more than once. */
START_TEST(loops_are_taken_back)
{
    struct song *song = compose("\"genre\":\"pop\",\"seed\":3,\"brief\":\"a seamless loop for a menu\",\"duration_seconds\":30");
    struct song *again = compose_again(song);

    ck_assert_str_eq(song->arrangement_spec->ending->technique, "loop");
    ck_assert_str_eq(again->arrangement_spec->ending->technique, "loop");
    ck_assert_int_eq(again->score->end_tick, song->score->end_tick);
    ck_assert_int_eq(song->score->end_tick, song->arrangement_spec->total_bars * compose_timeline(song)->bar_ticks);
}
END_TEST

START_TEST(good_songs_pass_review)
{
    for (int seed = 1; seed <= 10; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d", compose_genre_ids[_i], seed));

        ck_assert_int_eq(song->qa_report->passed, 1);
        ck_assert_double_ge(song->qa_report->score, 90);
        ck_assert_int_eq(song->qa_report->attempts, 1);
    }
}
END_TEST

/* What was given is played as it is, however it measures; the report says so. */
START_TEST(given_documents_only_warn)
{
    struct song *song = compose("\"genre\":\"rock\",\"seed\":1,\"key\":\"C\",\"duration_seconds\":60");
    bool warned = false;

    for (size_t i = 0; i < song->melody_spec->section_melodies.count; i++)
        for (size_t p = 0; p < song->melody_spec->section_melodies.items[i].phrases.count; p++) {
            struct string_list *notes = &song->melody_spec->section_melodies.items[i].phrases.items[p];

            for (size_t n = 0; n < notes->count; n++)
                if (strcmp(notes->items[n], "R") != 0)
                    notes->items[n] = n % 2 == 0 ? "F#4" : "C#6";
        }
    song = compose_again(song);
    ck_assert_int_eq(song->qa_report->passed, 1);
    for (size_t i = 0; i < song->qa_report->checks.count; i++)
        warned |= song->qa_report->checks.items[i].verdict == QA_WARN &&
                  strcmp(song->qa_report->checks.items[i].measure, "in_scale") == 0;
    ck_assert(warned);
}
END_TEST

/* A song_spec alone is enough; what it leaves open is the genre's. */
START_TEST(a_song_spec_is_enough)
{
    static const char text[] = "{\"song_spec\":{\"title\":\"T\",\"genre_id\":\"Outrun\",\"bpm\":104}}";
    struct problems problems = { .arena = compose_arena };
    struct band_order order = { .genres = compose_genres };
    struct song song = { 0 };
    struct error e = { 0 };

    song_read(json_read(compose_arena, text, strlen(text), &e), &song, compose_arena, &problems);
    ck_assert_msg(band_make(&order, &song, compose_arena, &e), "%s", e.detail);
    ck_assert_double_eq_tol(score_seconds(song.score, song.score->end_tick), 210, 4);
    ck_assert_str_eq(song.song_spec->primary_mood, "nostalgic");
    ck_assert(song.song_spec->random_seed >= 0);
    ck_assert_ptr_ne(strstr(song.release_spec->recipe, "documents"), NULL);
}
END_TEST

START_TEST(scores_are_measured)
{
    static struct score_note one[] = { { 0, 1920, 60, 90 }, { 7680, 480, 60, 90 } }, two[] = { { 0, 960, 61, 90 } };
    struct score_part parts[] = {
        { .id = "a", .name = "A", .notes = one, .note_count = 2 },
        { .id = "b", .name = "B", .channel = 1, .notes = two, .note_count = 1 },
    };
    struct score score = { .parts = parts, .part_count = 2, .end_tick = 9600 };

    ck_assert_double_eq_tol(score_clash_share(&score, NULL, compose_arena), 8.0 / 20, 1e-9);
    ck_assert_int_eq(score_longest_silence(&score, compose_arena), 7680 - 1920);
    two[0].pitch = 72;
    ck_assert_double_eq_tol(score_clash_share(&score, NULL, compose_arena), 0, 1e-9);
    two[0].pitch = 73; /* a minor ninth */
    ck_assert_double_gt(score_clash_share(&score, NULL, compose_arena), 0.3);
}
END_TEST

START_TEST(releases_tell_how_it_was_made)
{
    struct song *song = compose("\"genre\":\"jazz\",\"seed\":42,\"bpm\":150,\"key\":\"Bb\",\"duration_seconds\":60");
    const struct release_spec *r = song->release_spec;
    json_object *recipe = json_read(compose_arena, r->recipe, strlen(r->recipe), NULL);

    ck_assert_str_eq(r->key, "Bb major");
    ck_assert_str_eq(r->genre, "Jazz");
    ck_assert_int_eq((int)r->random_seed, 42);
    ck_assert(isnan(r->loudness_lufs));
    ck_assert_double_eq_tol(r->duration_seconds, 60, 1.2);
    ck_assert_ptr_ne(recipe, NULL);
    ck_assert_int_eq(json_object_get_int(json_object_object_get(recipe, "seed")), 42);
    ck_assert_uint_ge(r->credits.count, 5);
}
END_TEST

/* Where the track goes, by words and by the request's field, which wins. */
static const struct {
    const char *brief, *more;
    double lufs, dbtp;
} destinations[] = {
    { "calm piano", "", -14, -1 },
    { "calm piano for streaming", "", -14, -1 },
    { "A theme for broadcast, EBU R128", "", -23, -1 },
    { "a bright opener, r128", "", -23, -1 },
    { "for American television, ATSC A/85", "", -24, -2 },
    { "pounding, for the club", "", -8, -0.3 },
    { "for CD", "", -11, -0.3 },
    { "for Apple Music", "", -16, -1 },
    { "gentle, at -18 LUFS", "", -18, -1 },
    { "gentle, \xe2\x88\x92" "16 LUFS, -2 dBTP", "", -16, -2 },
    { "for broadcast at -20 LKFS", "", -20, -1 },
    { "warm, -20LUFS integrated", "", -20, -1 },
    { "for broadcast", ",\"target\":\"club\"", -8, -0.3 },
    { "at -20 LUFS", ",\"target\":\"apple\"", -16, -1 },
    { "not for streaming but for CD", "", -11, -0.3 },
    { "a streaming river, ebb and flow", "", -14, -1 },
};

START_TEST(masters_go_where_they_are_to_go)
{
    const struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"house\",\"seed\":2,\"brief\":\"%s\"%s",
                                                   destinations[_i].brief, destinations[_i].more));

    ck_assert_double_eq(master_loudness_lufs(song->master_spec), destinations[_i].lufs);
    ck_assert_double_eq(master_ceiling_dbtp(song->master_spec), destinations[_i].dbtp);
}
END_TEST

Suite *compose_song_suite(void)
{
    Suite *suite = suite_create("band/song");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, a_syllable_for_each_sung_note, 0, COMPOSE_GENRES);
    tcase_add_test(tests, choruses_keep_their_words);
    tcase_add_test(tests, without_voice_there_are_no_words);
    tcase_add_loop_test(tests, songs_end_at_home, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, a_slow_build_builds, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, sections_fit_together, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, layers_enter_one_after_another, 0, COMPOSE_GENRES);
    tcase_add_test(tests, bands_differ_and_make_room);
    tcase_add_test(tests, loops_are_taken_back);
    tcase_add_loop_test(tests, good_songs_pass_review, 0, COMPOSE_GENRES);
    tcase_add_test(tests, given_documents_only_warn);
    tcase_add_test(tests, a_song_spec_is_enough);
    tcase_add_test(tests, scores_are_measured);
    tcase_add_test(tests, releases_tell_how_it_was_made);
    tcase_add_loop_test(tests, masters_go_where_they_are_to_go, 0, (int)(sizeof(destinations) / sizeof(destinations[0])));
    suite_add_tcase(suite, tests);
    return suite;
}
