/* Picker, montuno, riffer, second voice and tuned drums: what they play against the chords and against each other. */
#include "band/players.h"

#include <stdlib.h>
#include <string.h>

#include "play_fixture.h"
#include "test_play.h"

enum { BAR = 1920, BARS = 24, NEAR = 60 };

static const struct score_part *part_of(const struct play *p, const char *id)
{
    for (size_t i = 0; i < p->song.score->part_count; i++)
        if (strcmp(p->song.score->parts[i].id, id) == 0)
            return &p->song.score->parts[i];
    ck_abort_msg("no part is called %s", id);
    return NULL;
}

/* The lowest note that begins with this one. */
static int lowest_with(const struct score_part *part, const struct score_note *note)
{
    int low = note->pitch;

    for (size_t i = 0; i < part->note_count; i++)
        if (abs(part->notes[i].start_tick - note->start_tick) < NEAR && part->notes[i].pitch < low)
            low = part->notes[i].pitch;
    return low;
}

START_TEST(riffs_are_in_unison)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct play p;
        const struct score_part *guitar, *bass;
        int found = 0, together = 0;

        play_make(&p, &(struct play_order){ .genre = "metal", .minor = true, .seed = seed, .humanise = 0 });
        guitar = part_of(&p, "guitar");
        bass = part_of(&p, "bass");
        for (size_t i = 0; i < bass->note_count; i++) {
            const struct score_note *note = &bass->notes[i];
            bool has = false;

            for (size_t n = 0; n < guitar->note_count && !has; n++)
                has = abs(guitar->notes[n].start_tick - note->start_tick) < NEAR &&
                      lowest_with(guitar, &guitar->notes[n]) % 12 == note->pitch % 12;
            found++;
            together += has;
        }
        ck_assert_int_gt(found, 60);
        ck_assert_int_eq(together, found);
        play_finish(&p);
    }
}
END_TEST

START_TEST(second_voices_lie_a_third_or_a_sixth_below)
{
    struct play p;
    const struct score_part *lead, *second;

    play_make(&p, &(struct play_order){ .genre = "country", .chords = "C F Dm G", .seed = 2, .humanise = 0 });
    lead = part_of(&p, "lead");
    second = part_of(&p, "second");
    ck_assert_uint_gt(second->note_count, 8);
    for (size_t i = 0; i < second->note_count; i++) {
        const struct score_note *above = NULL;

        for (size_t n = 0; n < lead->note_count && above == NULL; n++)
            if (abs(lead->notes[n].start_tick - second->notes[i].start_tick) < NEAR)
                above = &lead->notes[n];
        ck_assert(above != NULL);
        ck_assert_int_ge((above->pitch - second->notes[i].pitch + 24) % 12, 3);
        ck_assert_int_le((above->pitch - second->notes[i].pitch + 24) % 12, 9);
    }
    play_finish(&p);
}
END_TEST

static const struct {
    const char *genre, *part;
} hands[] = {
    { "acoustic-folk", "guitar" }, { "country", "guitar" }, { "classical-piano", "left" }, { "latin", "piano" },
    { "cinematic", "timpani" },
};

/* Inversions too: what is struck with the bar has the written bass lowest, and everything belongs to the chord (the
 * montuno and the pick-ups of drums to this chord or the next). */
START_TEST(hands_play_the_chords)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        struct play p;
        const struct score_part *part;

        play_make(&p, &(struct play_order){ .genre = hands[_i].genre, .chords = "C F/A G/B Am", .seed = seed,
                                            .humanise = 0 });
        part = part_of(&p, hands[_i].part);
        ck_assert_uint_gt(part->note_count, 8);
        for (size_t i = 0; i < part->note_count; i++) {
            const struct score_note *note = &part->notes[i];
            const struct timeline_chord *now = play_chord(&p, note->start_tick + NEAR);
            const struct timeline_chord *next = play_chord(&p, now->end_tick + NEAR);

            ck_assert_msg(chord_has(&now->chord, note->pitch) || chord_has(&next->chord, note->pitch),
                          "%s: %d at %d", hands[_i].genre, note->pitch, note->start_tick);
            if (part->role == ROLE_CHORDS && strcmp(hands[_i].part, "left") == 0 && note->start_tick % BAR < NEAR &&
                note->start_tick / BAR < BARS - 2 && lowest_with(part, note) == note->pitch)
                ck_assert_int_eq(note->pitch % 12, chord_bass_class(&now->chord));
        }
        play_finish(&p);
    }
}
END_TEST

Suite *play_hands_suite(void)
{
    Suite *suite = suite_create("band/hands");
    TCase *tests = tcase_create("all");

    tcase_add_test(tests, riffs_are_in_unison);
    tcase_add_test(tests, second_voices_lie_a_third_or_a_sixth_below);
    tcase_add_loop_test(tests, hands_play_the_chords, 0, (int)(sizeof(hands) / sizeof(hands[0])));
    suite_add_tcase(suite, tests);
    return suite;
}
