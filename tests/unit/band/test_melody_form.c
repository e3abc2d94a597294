/* What primers of melody say of tunes, asked of composed songs as relations between their notes. */
#include <stdlib.h>
#include <string.h>

#include "band/melody_path.h"
#include "band/melody_plan.h"
#include "band/tune.h"
#include "compose_fixture.h"
#include "test_compose.h"

enum { SEEDS = 6 };

struct tune {
    const struct timeline *t;
    const struct timeline_section *section;
    const struct timeline_note *notes;
    size_t count;
};

static struct tune tune_of(const struct timeline *t, size_t section)
{
    struct tune tune = { .t = t, .section = &t->sections.items[section] };

    for (size_t i = 0; i < t->melody.count; i++)
        if (t->melody.items[i].section == section) {
            tune.notes = tune.count == 0 ? &t->melody.items[i] : tune.notes;
            tune.count++;
        }
    return tune;
}

static const struct timeline *composed(const char *genre, int seed)
{
    return compose_timeline(
        compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"duration_seconds\":180", genre, seed)));
}

static int top_of(const struct tune *tune)
{
    int top = 0;

    for (size_t i = 0; i < tune->count; i++)
        top = tune->notes[i].pitch > top ? tune->notes[i].pitch : top;
    return top;
}

/* The first section of a type with a tune; the section count when there is none. */
static size_t first_of(const struct timeline *t, const char *type)
{
    for (size_t i = 0; i < t->sections.count; i++)
        if (strcmp(t->sections.items[i].type, type) == 0 && tune_of(t, i).count > 0)
            return i;
    return t->sections.count;
}

/* Of the notes that begin in `bars` bars from bar `from`: how many have one of the same pitch (moved by `shift`) at the
 * same place in the bars from `like`; -1 when there are none. */
static double alike(const struct tune *a, int from, const struct tune *b, int like, int bars, int shift, bool pitch_too)
{
    int32_t bar = a->t->bar_ticks, start = a->section->start_tick + from * bar, other = b->section->start_tick + like * bar;
    int count = 0, same = 0;

    for (size_t i = 0; i < a->count; i++) {
        int32_t at = a->notes[i].start_tick - start;
        bool found = false;

        if (at < 0 || at >= bars * bar)
            continue;
        for (size_t j = 0; j < b->count; j++)
            found |= b->notes[j].start_tick - other == at && (!pitch_too || b->notes[j].pitch - a->notes[i].pitch == shift);
        same += found;
        count++;
    }
    return count > 0 ? (double)same / count : -1;
}

START_TEST(degrees_of_gapped_scales)
{
    static const struct {
        enum mode mode;
        const char *list;
        unsigned mask; /* of pitch classes over C */
    } rows[] = {
        { MODE_MAJOR, "13", 1u << 0 | 1u << 4 },
        { MODE_MINOR, "257", 1u << 2 | 1u << 7 | 1u << 10 },
        { MODE_MAJOR_PENTATONIC, "257", 1u << 2 | 1u << 7 }, /* C D E G A: no seventh */
        { MODE_MINOR_PENTATONIC, "257", 1u << 7 | 1u << 10 }, /* C Eb F G Bb: no second */
        { MODE_BLUES, "5", 1u << 6 | 1u << 7 },               /* Gb and G */
        { MODE_MAJOR_BLUES, "3", 1u << 3 | 1u << 4 },
        { MODE_MAJOR_PENTATONIC, "4", 1u << 0 },              /* none: the tonic */
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        ck_assert_uint_eq(melody_degrees((struct key){ { 'C', 0 }, rows[i].mode }, rows[i].list), rows[i].mask);
}
END_TEST

static int units(const struct plan_bar *plan, int bars, enum unit_kind kind)
{
    int count = 0;

    for (int i = 0; i < bars; i += UNIT_BARS)
        count += plan[i].unit == kind;
    return count;
}

START_TEST(plans_have_their_form)
{
    for (unsigned i = 0; i < 40; i++) {
        struct random random = random_stream(i, "form", 0);
        struct plan_bar plan[12];

        for (int form = 0; form < TUNE_FORM_COUNT; form++) {
            melody_plan(8, (enum tune_form)form, true, &random, plan);
            ck_assert_int_ge(units(plan, 8, UNIT_MOTIF) + units(plan, 8, UNIT_SEQUENCE) + units(plan, 8, UNIT_PARALLEL), 2);
            ck_assert(plan[7].ends_section && plan[7].is_answer);
        }
        melody_plan(12, TUNE_AAB, false, &random, plan);
        ck_assert(plan[0].unit == UNIT_MOTIF && plan[4].unit == UNIT_MOTIF && plan[8].unit == UNIT_CONTRAST);
        ck_assert(plan[2].unit == UNIT_REST && plan[6].unit == UNIT_REST);
        melody_plan(8, TUNE_PERIOD, false, &random, plan);
        ck_assert(plan[0].unit == plan[4].unit && !plan[3].is_answer && plan[7].is_answer);
    }
}
END_TEST

/* A A B: the second line is the first over other chords, the third is another; each leaves room for a reply. */
START_TEST(blues_is_sung_in_three_lines)
{
    double again = 0, other = 0;
    int songs = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed("blues", seed);
        size_t at = first_of(t, "verse") < t->sections.count ? first_of(t, "verse") : first_of(t, "head");
        struct tune tune;
        int32_t silent = 0;

        ck_assert_uint_lt(at, t->sections.count);
        tune = tune_of(t, at);
        ck_assert_int_eq(tune.section->bars % 12, 0);
        ck_assert_double_ge(alike(&tune, 0, &tune, 4, 2, 0, false), 0.99); /* its rhythm, whole */
        again += alike(&tune, 0, &tune, 4, 2, 0, true);
        other += alike(&tune, 0, &tune, 8, 2, 0, true);
        songs++;
        for (size_t i = 0; i + 1 < tune.count; i++)
            if (tune.notes[i].start_tick < tune.section->start_tick + 4 * t->bar_ticks &&
                tune.notes[i + 1].start_tick - tune.notes[i].end_tick > silent)
                silent = tune.notes[i + 1].start_tick - tune.notes[i].end_tick;
        ck_assert_int_ge(silent, t->bar_ticks);
    }
    ck_assert_double_ge(again / songs, 0.6);
    ck_assert_double_le(other / songs, 0.4);
}
END_TEST

/* A A B A: the heads share their tune, the bridge has another. */
START_TEST(heads_share_their_tune)
{
    double shared = 0, bridge = 0;
    int pairs = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed("jazz", seed);
        struct tune first = tune_of(t, first_of(t, "head")), b = tune_of(t, first_of(t, "bridge"));

        for (size_t i = 0; i < t->sections.count; i++)
            if (strcmp(t->sections.items[i].type, "head") == 0 && t->sections.items[i].occurrence > 0) {
                struct tune again = tune_of(t, i);
                int shift = key_interval(timeline_key_at(t, first.section->start_tick),
                                         timeline_key_at(t, again.section->start_tick));

                shared += alike(&first, 0, &again, 0, 4, shift, true);
                bridge += alike(&first, 0, &b, 0, 4, shift, true);
                pairs++;
            }
    }
    ck_assert_int_gt(pairs, SEEDS);
    ck_assert_double_ge(shared / pairs, 0.6);
    ck_assert_double_le(bridge / pairs, 0.3);
}
END_TEST

static const char *const songs[] = { "pop", "rock", "country", "disco", "acoustic-folk", "metal" };

START_TEST(choruses_rise_above_verses)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed(songs[_i], seed);
        struct tune verse = tune_of(t, first_of(t, "verse")), chorus = tune_of(t, first_of(t, "chorus"));
        int rise = top_of(&chorus) - top_of(&verse);

        ck_assert_msg(rise >= 2 && rise <= 9, "%s %d: %d semitones", songs[_i], seed, rise);
    }
}
END_TEST

START_TEST(hooks_come_back)
{
    double again = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed(songs[_i], seed);
        struct tune chorus = tune_of(t, first_of(t, "chorus"));
        double best = 0;

        for (int bar = 2; bar <= 6 && bar + 2 <= chorus.section->bars; bar += 2) {
            double here = alike(&chorus, 0, &chorus, bar, 1, 0, false);

            best = here > best ? here : best;
        }
        again += best;
    }
    ck_assert_double_ge(again / SEEDS, 0.9);
}
END_TEST

/* Where the highest note stands, of sections that are heard for the first time. */
START_TEST(sections_have_one_summit_late)
{
    int sections = 0, late = 0, alone = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed(songs[_i], seed);

        for (size_t s = 0; s < t->sections.count; s++) {
            struct tune tune = tune_of(t, s);
            int top = top_of(&tune), tops = 0;
            double place = 0;

            if (tune.section->occurrence > 0 || tune.section->bars < 8 || tune.count < 8 || s + 1 == t->sections.count)
                continue;
            for (size_t i = 0; i < tune.count; i++)
                if (tune.notes[i].pitch == top) {
                    place = (tune.notes[i].start_tick - tune.section->start_tick) /
                            (double)(tune.section->end_tick - tune.section->start_tick);
                    tops++;
                }
            sections++;
            late += place >= 0.55 && place <= 0.8;
            alone += tops == 1;
        }
    }
    ck_assert_int_ge(sections, SEEDS * 2);
    ck_assert_double_ge((double)late / sections, 0.9);
    ck_assert_double_ge((double)alone / sections, 0.9);
}
END_TEST

/* A singer needs half a beat at least every four bars, and an octave and a half. */
START_TEST(tunes_can_be_sung)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed(songs[_i], seed);
        int leaps = 0, recovered = 0;

        for (size_t s = 0; s < t->sections.count; s++) {
            struct tune tune = tune_of(t, s);
            int low = 127;
            int32_t breath = tune.section->start_tick;

            if (tune.count < 3 || strstr(tune.section->type, "solo") != NULL)
                continue;
            for (size_t i = 0; i < tune.count; i++) {
                low = tune.notes[i].pitch < low ? tune.notes[i].pitch : low;
                if (i + 1 == tune.count || tune.notes[i + 1].start_tick - tune.notes[i].end_tick >= METRE_PPQ / 2) {
                    ck_assert_int_le(tune.notes[i].end_tick - breath, 5 * t->bar_ticks);
                    breath = tune.notes[i].end_tick;
                }
                if (i + 2 < tune.count && abs(tune.notes[i + 1].pitch - tune.notes[i].pitch) >= 5) {
                    int leap = tune.notes[i + 1].pitch - tune.notes[i].pitch,
                        next = tune.notes[i + 2].pitch - tune.notes[i + 1].pitch;

                    leaps++;
                    recovered += abs(next) <= 2 || (leap > 0) != (next > 0);
                }
            }
            ck_assert_int_le(top_of(&tune) - low, 19);
        }
        ck_assert_int_ge(recovered * 10, leaps * 8);
    }
}
END_TEST

/* The last note of a chorus is the tonic when the chord has it. */
START_TEST(answers_close)
{
    int asked = 0, closed = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed(songs[_i], seed);

        for (size_t s = 0; s < t->sections.count; s++) {
            struct tune tune = tune_of(t, s);
            const struct timeline_note *last = tune.count > 0 ? &tune.notes[tune.count - 1] : NULL;
            int tonic;

            if (last == NULL || strcmp(tune.section->type, "chorus") != 0)
                continue;
            tonic = pitch_class(timeline_key_at(t, last->start_tick).root);
            if (!chord_has(&timeline_chord_at(t, last->start_tick)->chord, tonic))
                continue;
            asked++;
            closed += last->pitch % 12 == tonic;
        }
    }
    ck_assert_int_gt(asked, 0);
    ck_assert_double_ge((double)closed / asked, 0.8);
}
END_TEST

/* A solo is an improvisation: busier than the head and not its notes. */
START_TEST(solos_are_not_the_head)
{
    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed("jazz", seed);
        struct tune head = tune_of(t, first_of(t, "head")), solo = tune_of(t, first_of(t, "solo"));
        double head_density = (double)head.count / head.section->bars, solo_density = (double)solo.count / solo.section->bars;

        ck_assert_double_gt(solo_density, head_density);
        ck_assert_double_le(alike(&head, 0, &solo, 0, 8, 0, true), 0.3);
    }
}
END_TEST

/* Guide tones: where a chord comes in under a line of eighths, its third or seventh is there more often than chance (two
 * of seven scale tones) would have it. */
START_TEST(lines_aim_at_guide_tones)
{
    int asked = 0, aimed = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct timeline *t = composed("jazz", seed);
        struct tune solo = tune_of(t, first_of(t, "solo"));

        for (size_t i = 1; i < solo.count; i++) {
            const struct timeline_chord *c = timeline_chord_at(t, solo.notes[i].start_tick);

            if (c->start_tick != solo.notes[i].start_tick || chord_is_equal(&c->chord, &c[-1].chord))
                continue;
            asked++;
            aimed += (chord_guide_mask(&c->chord) & 1u << solo.notes[i].pitch % 12) != 0;
        }
    }
    ck_assert_int_gt(asked, 20);
    ck_assert_double_ge((double)aimed / asked, 0.6);
}
END_TEST

static const struct score_part *part_of(const struct song *song, const char *id)
{
    for (size_t i = 0; i < song->score->part_count; i++)
        if (strcmp(song->score->parts[i].id, id) == 0)
            return &song->score->parts[i];
    return NULL;
}

/* The note of the tune that sounds at a tick; NULL in its rests. */
static const struct timeline_note *tune_at(const struct timeline *t, int32_t tick)
{
    for (size_t i = 0; i < t->melody.count; i++)
        if (t->melody.items[i].start_tick <= tick && tick < t->melody.items[i].end_tick)
            return &t->melody.items[i];
    return NULL;
}

static const char *const bands[] = { "acoustic-folk", "country", "blues", "cinematic", "waltz" };

/* A counter-melody speaks in rests and under long notes, or begins with the chord: never between the notes of a tune
 * that moves. Where the tune sounds in its written octave it stays below it. Solos and duets aside. */
START_TEST(counters_move_in_gaps)
{
    enum { JITTER = 150 }; /* slow instruments begin early by as much as an eighth of a second */
    int notes = 0, in_place = 0, below = 0, under = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct song *song = compose(arena_printf(
            compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"duration_seconds\":180", bands[_i], seed));
        const struct timeline *t = compose_timeline(song);
        const struct score_part *counter = part_of(song, "counter");

        for (size_t i = 0; counter != NULL && i < counter->note_count; i++) {
            int32_t tick = counter->notes[i].start_tick;
            const struct timeline_section *section = timeline_section_at(t, tick);
            const struct timeline_note *tune = tune_at(t, tick + JITTER);
            const struct timeline_chord *chord = timeline_chord_at(t, tick + JITTER);

            if (tune_of(t, (size_t)(section - t->sections.items)).count == 0 ||
                tune_is_last_hook(t, (size_t)(section - t->sections.items)) ||
                strcmp(section->type, "solo") == 0 || strcmp(section->type, "trio") == 0)
                continue;
            notes++;
            in_place += tune == NULL || tick + JITTER - chord->start_tick <= 2 * JITTER ||
                        tune->end_tick - tune->start_tick >= 3 * METRE_PPQ || tune->end_tick - tick <= 2 * JITTER;
            under += tune != NULL;
            below += tune != NULL && counter->notes[i].pitch < tune->pitch + 12;
        }
    }
    ck_assert_int_gt(notes, SEEDS);
    ck_assert_int_ge(in_place, notes * 9 / 10);
    ck_assert_int_ge(below, under);
}
END_TEST

/* Somebody else takes a solo where a song has solos and a second player who can. */
START_TEST(solos_go_round)
{
    int shared = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct song *song = compose(arena_printf(
            compose_arena, "\"genre\":\"blues\",\"seed\":%d,\"duration_seconds\":180", seed));
        const struct timeline *t = compose_timeline(song);
        const struct score_part *counter = part_of(song, "counter"), *lead = part_of(song, "lead");

        for (size_t s = 0; s < t->sections.count && counter != NULL && lead != NULL; s++) {
            const struct timeline_section *section = &t->sections.items[s];
            size_t theirs = 0, own = 0;

            if (strcmp(section->type, "solo") != 0)
                continue;
            for (size_t i = 0; i < counter->note_count; i++)
                theirs += counter->notes[i].start_tick >= section->start_tick && counter->notes[i].start_tick < section->end_tick;
            for (size_t i = 0; i < lead->note_count; i++)
                own += lead->notes[i].start_tick >= section->start_tick + METRE_PPQ &&
                       lead->notes[i].start_tick < section->end_tick - METRE_PPQ;
            shared += theirs >= tune_of(t, s).count && own == 0;
        }
    }
    ck_assert_int_ge(shared, SEEDS / 2);
}
END_TEST

Suite *melody_form_suite(void)
{
    Suite *suite = suite_create("band/melody form");
    TCase *tests = tcase_create("all");
    const int count = sizeof(songs) / sizeof(songs[0]);

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, degrees_of_gapped_scales);
    tcase_add_test(tests, plans_have_their_form);
    tcase_add_test(tests, blues_is_sung_in_three_lines);
    tcase_add_test(tests, heads_share_their_tune);
    tcase_add_loop_test(tests, choruses_rise_above_verses, 0, count);
    tcase_add_loop_test(tests, hooks_come_back, 0, count);
    tcase_add_loop_test(tests, sections_have_one_summit_late, 0, count);
    tcase_add_loop_test(tests, tunes_can_be_sung, 0, count);
    tcase_add_loop_test(tests, answers_close, 0, count);
    tcase_add_test(tests, solos_are_not_the_head);
    tcase_add_test(tests, lines_aim_at_guide_tones);
    tcase_add_loop_test(tests, counters_move_in_gaps, 0, sizeof(bands) / sizeof(bands[0]));
    tcase_add_test(tests, solos_go_round);
    suite_add_tcase(suite, tests);
    return suite;
}
