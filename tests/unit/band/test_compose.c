#include "test_compose.h"

#include <math.h>
#include <string.h>

#include "compose_fixture.h"
#include "song/general_midi.h"

static struct song *compose_in(const char *genre, const char *more)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"%s\",%s", genre, more));
}

static double length_of(const struct song *song)
{
    return score_seconds(song->score, song->score->end_tick);
}

START_TEST(songs_have_every_document)
{
    struct song *song = compose_in(compose_genre_ids[_i], "\"seed\":3");

    for (size_t i = 0; i < song_document_count; i++)
        ck_assert_msg(*(void **)((char *)song + song_documents[i].offset) != NULL, "%s", song_documents[i].name);
    ck_assert_ptr_eq(score_fault(song->score), NULL);
    ck_assert_uint_ge(song->decisions.count, 10);
    ck_assert_str_eq(song->song_spec->genre_id, compose_genre_ids[_i]);
    ck_assert_int_eq((int)song->song_spec->random_seed, 3);
}
END_TEST

/* Every length from 30 to 600 s at every tempo and in every metre, within 2 %. */
static const struct {
    double seconds, bpm; /* 0: the director's */
    const char *metre;
} lengths[] = {
    { 30, 0, "4/4" },   { 30, 40, "4/4" },  { 30, 43, "4/4" },   { 31, 300, "4/4" },  { 45, 61, "3/4" }, { 47, 97, "7/8" },
    { 60, 118, "4/4" }, { 90, 0, "6/8" },   { 100, 77, "5/4" },  { 180, 0, "4/4" },   { 180, 118, "4/4" },
    { 181, 140, "4/4" }, { 240, 0, "12/8" }, { 333, 66, "3/4" }, { 600, 0, "4/4" },   { 600, 40, "4/4" }, { 600, 300, "4/4" },
};

START_TEST(lengths_are_met)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        const char *bpm = lengths[i].bpm > 0 ? arena_printf(compose_arena, ",\"bpm\":%g", lengths[i].bpm) : "";
        struct song *song = compose_in(compose_genre_ids[_i], arena_printf(compose_arena,
                                       "\"seed\":%zu,\"duration_seconds\":%g,\"time_signature\":\"%s\"%s", i,
                                       lengths[i].seconds, lengths[i].metre, bpm));
        char metre[METRE_TEXT_SIZE];

        ck_assert_msg(fabs(length_of(song) / lengths[i].seconds - 1) < 0.02, "%g s at %g bpm in %s: %g s",
                      lengths[i].seconds, lengths[i].bpm, lengths[i].metre, length_of(song));
        ck_assert(lengths[i].bpm == 0 || song->song_spec->bpm == lengths[i].bpm);
        metre_print((struct metre){ song->score->metres[0].numerator, song->score->metres[0].denominator }, metre,
                    sizeof(metre));
        ck_assert_str_eq(metre, lengths[i].metre);
        ck_assert_str_eq(song->arrangement_spec->sections.items[song->arrangement_spec->sections.count - 1].section_type,
                         "outro");
    }
}
END_TEST

static const char *const key_names[] = { "C", "Am", "Bb", "Eb", "F#m", "Db", "G#m", "B", "Ebm", "F" };

START_TEST(keys_are_honoured)
{
    const char *name = key_names[_i];

    for (int g = 0; g < COMPOSE_GENRES; g++) {
        struct song *song = compose_in(compose_genre_ids[g], arena_printf(compose_arena, "\"seed\":5,\"key\":\"%s\"", name));
        struct timeline *t = compose_timeline(song);
        struct key key;
        double in_scale = 0, all = 0;

        ck_assert(key_parse(name, &key));
        ck_assert(pitch_is_equal(t->key.root, key.root) && t->key.mode == key.mode);
        ck_assert_int_eq(song->score->keys[0].is_minor, key_is_minor(key));
        for (size_t i = 0; i < t->melody.count; i++) {
            in_scale += scale_has(key_scale(timeline_key_at(t, t->melody.items[i].start_tick)), t->melody.items[i].pitch);
            all++;
        }
        ck_assert_msg(in_scale / all > 0.8, "%s in %s: %g", compose_genre_ids[g], name, in_scale / all);
        ck_assert_int_eq(pitch_class(t->chords.items[t->chords.count - 1].chord.root),
                         pitch_class(timeline_key_at(t, t->end_tick).root));
    }
}
END_TEST

/* The chord that sounds last before a change of key is the dominant seventh of the new one, and a fifth above its tonic. */
static void check_change(const struct timeline *t, const struct timeline_key *change)
{
    const struct chord *before = &timeline_chord_at(t, change->start_tick - 1)->chord;

    ck_assert_int_eq(before->quality, CHORD_7);
    ck_assert_int_eq(pitch_class(before->root), pitch_class_of(pitch_class(change->key.root) + 7));
}

static double share_in_key(const struct timeline *t, struct key key, int32_t from, int32_t to)
{
    double in = 0, all = 0;

    for (size_t i = 0; i < t->melody.count; i++)
        if (t->melody.items[i].start_tick >= from && t->melody.items[i].start_tick < to) {
            in += scale_has(key_scale(key), t->melody.items[i].pitch);
            all++;
        }
    return all > 0 ? in / all : 1;
}

/* Notes from a tick on that are of the key or of their chord: a tune that had stayed behind would often be neither, while
 * one that moved may follow chromatic chords. */
static double share_at_home(const struct timeline *t, struct key key, int32_t from)
{
    double in = 0, all = 0;

    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *n = &t->melody.items[i];

        if (n->start_tick < from)
            continue;
        in += scale_has(key_scale(key), n->pitch) || chord_has(&timeline_chord_at(t, n->start_tick)->chord, n->pitch);
        all++;
    }
    return all > 0 ? in / all : 1;
}

START_TEST(a_last_chorus_may_be_lifted)
{
    int lifted = 0, songs = 12;

    for (int seed = 1; seed <= songs; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"gospel\",\"seed\":%d,\"key\":\"C\"", seed));
        struct timeline *t = compose_timeline(song);
        const struct timeline_key *change;
        int by;

        ck_assert_uint_eq(song->score->key_count, t->keys.count);
        ck_assert_uint_eq(song->harmony_spec->modulations.count, t->keys.count - 1);
        if (t->keys.count == 1)
            continue;
        lifted++;
        ck_assert_uint_eq(t->keys.count, 2);
        change = &t->keys.items[1];
        by = pitch_class(change->key.root);
        ck_assert(by == 1 || by == 2);
        ck_assert_int_gt(change->start_tick, t->end_tick / 2);
        check_change(t, change);
        ck_assert(share_at_home(t, change->key, change->start_tick) > 0.95);
        ck_assert_int_eq(song->score->keys[1].fifths, by == 1 ? -5 : 2); /* D flat and D major */
        ck_assert_int_eq(pitch_class(t->chords.items[t->chords.count - 1].chord.root), by);
    }
    ck_assert(lifted > 0 && lifted < songs);
}
END_TEST

START_TEST(a_trio_stands_in_the_subdominant)
{
    int trios = 0;

    for (int seed = 1; seed <= 12; seed++) {
        struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"waltz\",\"seed\":%d,\"key\":\"G\"", seed));
        struct timeline *t = compose_timeline(song);

        for (size_t i = 0; i < t->sections.count; i++) {
            const struct timeline_section *section = &t->sections.items[i];
            struct key key = timeline_key_at(t, section->start_tick);
            bool is_trio = strcmp(section->type, "trio") == 0;

            ck_assert_int_eq(pitch_class(key.root), is_trio ? 0 : 7);
            if (!is_trio)
                continue;
            trios++;
            ck_assert(share_in_key(t, key, section->start_tick, section->end_tick) > 0.8);
        }
        for (size_t i = 1; i < t->keys.count; i++)
            check_change(t, &t->keys.items[i]);
    }
    ck_assert_int_gt(trios, 0);
}
END_TEST

START_TEST(a_seed_gives_one_song)
{
    const char *request = "\"seed\":11,\"duration_seconds\":60";

    ck_assert_str_eq(compose_text(compose_in(compose_genre_ids[_i], request)),
                     compose_text(compose_in(compose_genre_ids[_i], request)));
    ck_assert_str_ne(compose_text(compose_in(compose_genre_ids[_i], request)),
                     compose_text(compose_in(compose_genre_ids[_i], "\"seed\":12,\"duration_seconds\":60")));
}
END_TEST

START_TEST(a_missing_seed_is_drawn_and_told)
{
    struct song *a = compose_in("jazz", "\"duration_seconds\":30"), *b = compose_in("jazz", "\"duration_seconds\":30");

    ck_assert(a->song_spec->random_seed >= 0 && a->song_spec->random_seed < INT64_C(1) << 53);
    ck_assert(a->song_spec->random_seed != b->song_spec->random_seed);
    ck_assert(a->release_spec != NULL);
}
END_TEST

START_TEST(documents_sent_back_give_the_same_notes)
{
    for (int seed = 1; seed <= 3; seed++) {
        struct song *song = compose_in(compose_genre_ids[_i], arena_printf(compose_arena, "\"seed\":%d", seed));
        struct song *again = compose_again(song);

        ck_assert_int_eq(song->score->end_tick, again->score->end_tick);
        ck_assert_uint_eq(song->score->part_count, again->score->part_count);
        for (size_t p = 0; p < song->score->part_count; p++) {
            const struct score_part *a = &song->score->parts[p], *b = &again->score->parts[p];

            ck_assert_uint_eq(a->note_count, b->note_count);
            for (size_t i = 0; i < a->note_count; i++)
                ck_assert(a->notes[i].start_tick == b->notes[i].start_tick && a->notes[i].len_ticks == b->notes[i].len_ticks &&
                          a->notes[i].pitch == b->notes[i].pitch && a->notes[i].velocity == b->notes[i].velocity);
        }
        ck_assert_uint_eq(song->score->tempo_count, again->score->tempo_count);
        for (size_t i = 0; i < song->score->tempo_count; i++)
            ck_assert(song->score->tempos[i].bpm == again->score->tempos[i].bpm);
    }
}
END_TEST

static bool plays_family(const struct song *song, const char *name)
{
    for (size_t i = 0; i < song->score->part_count; i++) {
        const struct score_part *part = &song->score->parts[i];

        if (part->note_count == 0)
            continue;
        if (part->bank == 128 ? strcmp(name, "drums") == 0 : gm_program_matches(part->program, name))
            return true;
    }
    return false;
}

static const struct {
    const char *request, *heard, *unheard;
} casts[] = {
    { "\"exclude_instruments\":[\"drums\"]", NULL, "drums" },
    { "\"exclude_instruments\":[\"bass\"]", NULL, "bass" },
    { "\"exclude_instruments\":[\"guitar\",\"piano\"]", NULL, "guitar" },
    { "\"brief\":\"calm, without drums or guitar\"", NULL, "drums" },
    { "\"brief\":\"no guitars please\"", NULL, "guitar" },
    { "\"instruments\":[\"saxophone\"]", "saxophone", NULL },
    { "\"instruments\":[\"violin\"]", "violin", NULL },
    { "\"brief\":\"with a flute\"", "flute", NULL },
    { "\"instruments\":[\"organ\"],\"exclude_instruments\":[\"drums\"]", "organ", "drums" },
};

START_TEST(wishes_are_heard)
{
    for (int g = 0; g < COMPOSE_GENRES; g++) {
        struct song *song = compose_in(compose_genre_ids[g],
                                       arena_printf(compose_arena, "\"seed\":4,%s", casts[_i].request));

        if (casts[_i].heard != NULL)
            ck_assert_msg(plays_family(song, casts[_i].heard), "%s without %s", compose_genre_ids[g], casts[_i].heard);
        if (casts[_i].unheard != NULL)
            ck_assert_msg(!plays_family(song, casts[_i].unheard), "%s with %s", compose_genre_ids[g], casts[_i].unheard);
    }
}
END_TEST

static const char *numerals(const struct progression *p)
{
    const char *out = "";

    for (size_t i = 0; i < p->roman_numerals.count; i++)
        out = arena_printf(compose_arena, "%s %s", out, p->roman_numerals.items[i]);
    return out;
}

START_TEST(sections_have_chords_of_their_own)
{
    for (int seed = 1; seed <= 4; seed++) {
        struct song *song = compose_in(compose_genre_ids[_i], arena_printf(compose_arena, "\"seed\":%d", seed));
        const struct harmony_spec *h = song->harmony_spec;
        size_t kinds = 0;

        ck_assert_uint_eq(h->progressions.count, song->arrangement_spec->sections.count);
        for (size_t i = 0; i < h->progressions.count; i++) {
            bool is_new = true;

            for (size_t j = 0; j < i; j++)
                is_new &= strcmp(numerals(&h->progressions.items[i]), numerals(&h->progressions.items[j])) != 0;
            kinds += is_new;
        }
        ck_assert_uint_ge(kinds, h->progressions.count / 2);
    }
}
END_TEST

static double mean_pitch(const struct timeline *t, const char *type)
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < t->melody.count; i++)
        if (strcmp(t->sections.items[t->melody.items[i].section].type, type) == 0) {
            sum += t->melody.items[i].pitch;
            count++;
        }
    return sum / count;
}

START_TEST(choruses_are_higher_than_verses)
{
    static const char *const genres[] = { "synthwave", "rock" };
    double higher = 0, all = 0;

    for (int seed = 1; seed <= 6; seed++) {
        struct timeline *t = compose_timeline(compose_in(genres[_i], arena_printf(compose_arena, "\"seed\":%d", seed)));

        higher += mean_pitch(t, "chorus") > mean_pitch(t, "verse") + 1;
        all++;
    }
    ck_assert_double_ge(higher / all, 0.8);
}
END_TEST

static bool refuse(void *arg, const char *stage, double fraction)
{
    (void)fraction;
    return strcmp(stage, arg) != 0;
}

START_TEST(work_may_be_cancelled)
{
    struct brief brief;
    struct song song = { .brief = &brief };
    char stage[] = "performing";
    struct band_order order = { .genres = compose_genres, .progress = refuse, .progress_arg = stage };
    struct error e = { 0 };

    fields_init(&brief_fields, &brief, compose_arena);
    brief.title = brief.brief = "T";
    brief.genre = "jazz";
    ck_assert(!band_make(&order, &song, compose_arena, &e));
    ck_assert_int_eq(e.code, ERROR_CANCELLED);
}
END_TEST

START_TEST(an_unknown_genre_is_pointed_at)
{
    struct brief brief;
    struct song song = { .brief = &brief };
    struct band_order order = { .genres = compose_genres };
    struct error e = { 0 };

    fields_init(&brief_fields, &brief, compose_arena);
    brief.title = brief.brief = "T";
    brief.genre = "jaz";
    ck_assert(!band_make(&order, &song, compose_arena, &e));
    ck_assert_int_eq(e.code, ERROR_VALIDATION);
    ck_assert_str_eq(e.problems->pointer, "/genre");
    ck_assert_ptr_ne(strstr(e.problems->detail, "did you mean 'jazz'"), NULL);
}
END_TEST

START_TEST(agents_have_names)
{
    ck_assert_uint_eq(band_agent_count, 11); /* ten agents, and the players */
    for (size_t i = 0; i < band_agent_count; i++) {
        ck_assert(band_agents[i].id[0] != '\0' && band_agents[i].stage[0] != '\0' && band_agents[i].work != NULL);
        for (size_t j = 0; j < i; j++)
            ck_assert(strcmp(band_agents[i].id, band_agents[j].id) != 0 && band_agents[i].work != band_agents[j].work);
    }
}
END_TEST

Suite *compose_suite(void)
{
    Suite *suite = suite_create("band/compose");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, songs_have_every_document, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, lengths_are_met, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, keys_are_honoured, 0, (int)(sizeof(key_names) / sizeof(key_names[0])));
    tcase_add_test(tests, a_last_chorus_may_be_lifted);
    tcase_add_test(tests, a_trio_stands_in_the_subdominant);
    tcase_add_loop_test(tests, a_seed_gives_one_song, 0, COMPOSE_GENRES);
    tcase_add_test(tests, a_missing_seed_is_drawn_and_told);
    tcase_add_loop_test(tests, documents_sent_back_give_the_same_notes, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, wishes_are_heard, 0, (int)(sizeof(casts) / sizeof(casts[0])));
    tcase_add_loop_test(tests, sections_have_chords_of_their_own, 0, COMPOSE_GENRES);
    tcase_add_loop_test(tests, choruses_are_higher_than_verses, 0, 2);
    tcase_add_test(tests, work_may_be_cancelled);
    tcase_add_test(tests, an_unknown_genre_is_pointed_at);
    tcase_add_test(tests, agents_have_names);
    suite_add_tcase(suite, tests);
    return suite;
}
