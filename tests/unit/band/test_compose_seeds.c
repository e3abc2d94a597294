/* Ten seeds of one request, in every genre: no two songs share a melody of over eight notes, nor the same drum part. */
#include <stdlib.h>
#include <string.h>

#include "compose_fixture.h"
#include "test_compose.h"

enum { SEEDS = 10, NOTES = 9, NOTES_MAX = 4000, BARS_MAX = 400, SIXTEENTH = METRE_PPQ / 4, GRIP = 30 };

/* A run of notes, or a bar of drums, as one number, and the seed it is of. */
struct mark {
    uint64_t key;
    int seed, bar;
};

static uint64_t mixed(uint64_t hash, int value) /* FNV-1a */
{
    return (hash ^ (uint32_t)value) * UINT64_C(0x100000001b3);
}

static int by_key(const void *x, const void *y)
{
    const struct mark *a = x, *b = y;

    return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : a->seed - b->seed;
}

/* Intervals and time from onset to onset of nine notes, in `grid` ticks; none goes over two bars of silence. */
static size_t mark_runs(const int32_t *ticks, const int *pitches, size_t count, int32_t grid, int32_t bar_ticks, int seed,
                        struct mark *out)
{
    size_t marks = 0;

    for (size_t i = 0; i + NOTES <= count; i++) {
        uint64_t key = UINT64_C(0xcbf29ce484222325);
        bool is_one = true;

        for (size_t n = i + 1; n < i + NOTES; n++) {
            is_one &= ticks[n] - ticks[n - 1] <= 2 * bar_ticks;
            key = mixed(mixed(key, pitches[n] - pitches[n - 1]), (ticks[n] - ticks[n - 1] + grid / 2) / grid);
        }
        if (is_one)
            out[marks++] = (struct mark){ key, seed, ticks[i] / bar_ticks + 1 };
    }
    return marks;
}

static void check_apart(struct mark *marks, size_t count, const char *what, const char *genre)
{
    qsort(marks, count, sizeof(*marks), by_key);
    for (size_t i = 1; i < count; i++)
        ck_assert_msg(marks[i].key != marks[i - 1].key || marks[i].seed == marks[i - 1].seed,
                      "%s: %s of seeds %d and %d go alike for nine notes, in bars %d and %d", genre, what,
                      marks[i - 1].seed, marks[i].seed, marks[i - 1].bar, marks[i].bar);
}

static size_t mark_tune(const struct timeline *t, int seed, struct mark *out)
{
    static int32_t ticks[NOTES_MAX];
    static int pitches[NOTES_MAX];

    ck_assert_uint_le(t->melody.count, NOTES_MAX);
    for (size_t i = 0; i < t->melody.count; i++) {
        ticks[i] = t->melody.items[i].start_tick;
        pitches[i] = t->melody.items[i].pitch;
    }
    return mark_runs(ticks, pitches, t->melody.count, 1, t->bar_ticks, seed, out);
}

/* What the MIDI file's lead has: performed, so rounded to sixteenths; the highest note of a grip. */
static size_t mark_lead(const struct score *score, int32_t bar_ticks, int seed, struct mark *out)
{
    static int32_t ticks[NOTES_MAX];
    static int pitches[NOTES_MAX];
    const struct score_part *lead = NULL;
    size_t count = 0;

    for (size_t i = 0; i < score->part_count && lead == NULL; i++)
        if (score->parts[i].role == ROLE_LEAD)
            lead = &score->parts[i];
    for (size_t i = 0; lead != NULL && i < lead->note_count && count < NOTES_MAX; i++) {
        const struct score_note *n = &lead->notes[i];

        if (count > 0 && n->start_tick - ticks[count - 1] < GRIP) {
            pitches[count - 1] = n->pitch > pitches[count - 1] ? n->pitch : pitches[count - 1];
            continue;
        }
        ticks[count] = n->start_tick;
        pitches[count++] = n->pitch;
    }
    return mark_runs(ticks, pitches, count, SIXTEENTH, bar_ticks, seed, out);
}

static int by_number(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

    return (a > b) - (a < b);
}

/* A number for what is struck in each bar, to a sixteenth; sorted, without the bars where nothing is. */
static size_t drum_bars(const struct score *score, int32_t bar_ticks, uint64_t *bars)
{
    size_t count = 0;

    memset(bars, 0, BARS_MAX * sizeof(*bars));
    for (size_t p = 0; p < score->part_count; p++)
        for (size_t i = 0; score->parts[p].role == ROLE_DRUMS && i < score->parts[p].note_count; i++) {
            const struct score_note *n = &score->parts[p].notes[i];
            int32_t at = (n->start_tick + SIXTEENTH / 2) / SIXTEENTH * SIXTEENTH;

            ck_assert_int_lt(at / bar_ticks, BARS_MAX);
            bars[at / bar_ticks] += mixed(mixed(UINT64_C(0xcbf29ce484222325), at % bar_ticks), n->pitch); /* in any order */
        }
    for (size_t i = 0; i < BARS_MAX; i++)
        if (bars[i] != 0)
            bars[count++] = bars[i];
    qsort(bars, count, sizeof(*bars), by_number);
    return count;
}

/* Of the longer part's bars, how many the other has too. */
static double shared_bars(const uint64_t *a, size_t a_count, const uint64_t *b, size_t b_count)
{
    size_t same = 0;

    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        if (a[i] == b[j]) {
            same++;
            i++;
            j++;
        } else if (a[i] < b[j]) {
            i++;
        } else {
            j++;
        }
    }
    return (double)same / (double)(a_count > b_count ? a_count : b_count);
}

static struct song *song_of(const char *genre, int seed)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"brief\":\"A piece for a documentary\","
                                               "\"duration_seconds\":180", genre, seed));
}

START_TEST(melodies_of_ten_seeds_differ)
{
    const char *genre = genres_at(compose_genres, (size_t)_i)->id;
    struct mark *tunes = malloc(SEEDS * NOTES_MAX * sizeof(*tunes)), *leads = malloc(SEEDS * NOTES_MAX * sizeof(*leads));
    size_t tune_count = 0, lead_count = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        struct song *song = song_of(genre, seed);
        struct timeline *t = compose_timeline(song);

        tune_count += mark_tune(t, seed, tunes + tune_count);
        lead_count += mark_lead(song->score, t->bar_ticks, seed, leads + lead_count);
    }
    ck_assert_uint_gt(tune_count, SEEDS * 20);
    ck_assert_uint_gt(lead_count, SEEDS * 20);
    check_apart(tunes, tune_count, "tunes", genre);
    check_apart(leads, lead_count, "leads", genre);
    free(tunes);
    free(leads);
}
END_TEST

START_TEST(drum_parts_of_ten_seeds_differ)
{
    static uint64_t bars[SEEDS][BARS_MAX];
    size_t counts[SEEDS];
    const char *genre = genres_at(compose_genres, (size_t)_i)->id;

    for (int seed = 1; seed <= SEEDS; seed++) {
        struct song *song = song_of(genre, seed);

        counts[seed - 1] = drum_bars(song->score, compose_timeline(song)->bar_ticks, bars[seed - 1]);
    }
    for (int a = 0; a < SEEDS; a++)
        for (int b = a + 1; b < SEEDS; b++)
            if (counts[a] > 0 && counts[b] > 0)
                ck_assert_msg(shared_bars(bars[a], counts[a], bars[b], counts[b]) < 0.9,
                              "%s: the drums of seeds %d and %d are the same in %.0f %% of their bars", genre, a + 1, b + 1,
                              100 * shared_bars(bars[a], counts[a], bars[b], counts[b]));
}
END_TEST

START_TEST(every_genre_is_compared)
{
    ck_assert_uint_eq(genres_count(compose_genres), COMPOSE_ALL_GENRES);
}
END_TEST

Suite *compose_seeds_suite(void)
{
    Suite *suite = suite_create("band/ten seeds");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_genre_is_compared);
    tcase_add_loop_test(tests, melodies_of_ten_seeds_differ, 0, COMPOSE_ALL_GENRES);
    tcase_add_loop_test(tests, drum_parts_of_ten_seeds_differ, 0, COMPOSE_ALL_GENRES);
    suite_add_tcase(suite, tests);
    return suite;
}
