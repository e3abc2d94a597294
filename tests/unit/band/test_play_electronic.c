/* What electronic genres ask of the players: basses with the kick, glides, wobble, ducking. */
#include "band/players.h"

#include <stdlib.h>

#include "play_fixture.h"
#include "test_play.h"

enum { KEY_KICK = 36, EXPRESSION = 11, NEAR = 30 };

static void make(struct play *p, const char *genre, uint64_t seed)
{
    play_make(p, &(struct play_order){ .genre = genre, .minor = true, .seed = seed, .humanise = 0 });
}

/* Notes of `with` that begin where one of `part` does, within a section. */
static int shared_onsets(const struct score_part *part, const struct score_part *with, int key,
                         const struct timeline_section *section, int *found)
{
    int shared = 0;

    *found = 0;
    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *note = &part->notes[i];
        bool has = false;

        if (note->start_tick < section->start_tick || note->start_tick >= section->end_tick)
            continue;
        for (size_t k = 0; k < with->note_count && !has; k++)
            has = with->notes[k].pitch == key && abs(with->notes[k].start_tick - note->start_tick) < NEAR;
        ++*found;
        shared += has;
    }
    return shared;
}

START_TEST(an_808_is_played_with_the_kick)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct play p;
        int found, shared;

        make(&p, "trap", seed);
        shared = shared_onsets(play_part(&p, ROLE_BASS), play_part(&p, ROLE_DRUMS), KEY_KICK,
                               &p.session.timeline->sections.items[PLAY_CHORUS], &found);
        ck_assert_int_gt(found, 8);
        ck_assert_int_ge(shared * 10, found * 8); /* the rest are changes of chord between kicks */
        play_finish(&p);
    }
}
END_TEST

/* How often controller 11 is below `low`, and whether the part bends. */
static int dips(const struct score_part *part, int low, int *bends)
{
    int count = 0;

    *bends = 0;
    for (size_t i = 0; i < part->control_count; i++) {
        const struct score_control *c = &part->controls[i];

        count += c->kind == SCORE_CC && c->number == EXPRESSION && c->value < low;
        *bends += c->kind == SCORE_PITCH_BEND && c->value != 0;
    }
    return count;
}

START_TEST(pads_duck_under_the_kick)
{
    struct play p;
    int bends, floors = 0, on_kick = 0;
    const struct score_part *pad, *drums;

    make(&p, "house", 3);
    pad = play_part(&p, ROLE_PAD);
    drums = play_part(&p, ROLE_DRUMS);
    ck_assert_int_gt(dips(pad, 70, &bends), 30);
    for (size_t i = 0; i < pad->control_count; i++) {
        bool has = false;

        if (pad->controls[i].number != EXPRESSION || pad->controls[i].value > 58)
            continue;
        for (size_t k = 0; k < drums->note_count && !has; k++)
            has = drums->notes[k].pitch == KEY_KICK && abs(drums->notes[k].start_tick - pad->controls[i].tick) < NEAR;
        floors++;
        on_kick += has;
    }
    ck_assert_int_gt(floors, 20);
    ck_assert_int_eq(on_kick, floors);
    play_finish(&p);
}
END_TEST

START_TEST(basses_wobble_and_glide)
{
    int bent = 0;

    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct play p;
        int bends;

        make(&p, "dubstep", seed);
        ck_assert_int_gt(dips(play_part(&p, ROLE_BASS), 90, &bends), 20);
        bent += bends > 0;
        play_finish(&p);
    }
    ck_assert_int_gt(bent, 2);
}
END_TEST

/* A genre that asks for none of it has none of it. */
START_TEST(other_basses_are_left_alone)
{
    struct play p;
    int bends;

    make(&p, "rock", 1);
    ck_assert_int_eq(dips(play_part(&p, ROLE_BASS), 127, &bends), 0);
    ck_assert_int_eq(bends, 0);
    play_finish(&p);
}
END_TEST

Suite *play_electronic_suite(void)
{
    Suite *suite = suite_create("band/electronic");
    TCase *tests = tcase_create("electronic players");

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, an_808_is_played_with_the_kick);
    tcase_add_test(tests, pads_duck_under_the_kick);
    tcase_add_test(tests, basses_wobble_and_glide);
    tcase_add_test(tests, other_basses_are_left_alone);
    suite_add_tcase(suite, tests);
    return suite;
}
