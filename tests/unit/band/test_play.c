/* What is played, against theory and against what the documents say. */
#include "band/players.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "play_fixture.h"
#include "song/lyric_spec.h"
#include "song/vocal_spec.h"
#include "test_play.h"

static const char *const roots[12] = { "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B" };

/* The first note of the part at a bar line, or NULL. */
static const struct score_note *note_at(const struct score_part *part, int32_t tick)
{
    for (size_t i = 0; i < part->note_count; i++)
        if (abs(part->notes[i].start_tick - tick) <= 50)
            return &part->notes[i];
    return NULL;
}

START_TEST(bass_downbeats_are_chord_tones)
{
    static const char *const progressions[] = { "Am F C G", "Dm7 G7 Cmaj7 A7b9", "Bm7b5 E7 Am Am/G", "C/E F Fm C" };

    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 1; seed <= 24; seed++) {
            struct play p;
            const struct score_part *bass;
            int found = 0;

            play_make(&p, &(struct play_order){ .genre = play_genres[g], .chords = progressions[seed % 4],
                                                .root = roots[seed % 12], .minor = true, .seed = seed,
                                                .humanise = -1 });
            bass = play_part(&p, ROLE_BASS);
            ck_assert(bass != NULL);
            for (int bar = 4; bar < 24; bar++) {
                const struct score_note *note = note_at(bass, bar * 1920);
                const struct chord *chord = &play_chord(&p, bar * 1920)->chord;

                if (note == NULL)
                    continue;
                found++;
                ck_assert_msg(chord_has(chord, note->pitch) || pitch_class_of(note->pitch) == chord_bass_class(chord),
                              "%s seed %d bar %d: %d", play_genres[g], (int)seed, bar, note->pitch);
                ck_assert_int_ge(note->pitch, 28);
                ck_assert_int_le(note->pitch, 55);
            }
            ck_assert_int_ge(found, 8);
            play_finish(&p);
        }
}
END_TEST

START_TEST(slash_chords_are_respected)
{
    struct play p;
    const struct score_note *note;

    play_make(&p, &(struct play_order){ .genre = "rock", .chords = "C/E F/A G/B C", .seed = 3, .humanise = 0 });
    for (int bar = 4; bar < 20; bar++) {
        static const int expected[4] = { 4, 9, 11, 0 };

        note = note_at(play_part(&p, ROLE_BASS), bar * 1920);
        ck_assert(note != NULL);
        ck_assert_int_eq(pitch_class_of(note->pitch), expected[bar % 4]);
    }
    play_finish(&p);
}
END_TEST

/* Harmony parts sound the chord's own tones and nothing else; anticipations those of the chord that comes. */
static void check_harmony(const struct play *p, const struct score_part *part)
{
    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *note = &part->notes[i];
        const struct chord *now = &play_chord(p, note->start_tick + 60)->chord;
        const struct chord *next = &play_chord(p, note->start_tick + 600)->chord;

        ck_assert_msg(chord_has(now, note->pitch) || chord_has(next, note->pitch), "%s at %d: %d over %s", part->id,
                      note->start_tick, note->pitch, chord_infos[now->quality].name);
    }
}

START_TEST(minor_chords_have_minor_thirds)
{
    for (size_t g = 0; g < 4; g++)
        for (int root = 0; root < 12; root++) {
            struct play p;

            play_make(&p, &(struct play_order){ .genre = play_genres[g], .chords = "Am", .root = roots[root],
                                                .minor = true, .seed = (uint64_t)root, .humanise = -1 });
            for (size_t i = 0; i < p.song.score->part_count; i++) {
                const struct score_part *part = &p.song.score->parts[i];

                if (part->role == ROLE_DRUMS || part->role == ROLE_LEAD || part->role == ROLE_COUNTER ||
                    part->role == ROLE_EFFECTS)
                    continue;
                if (part->role != ROLE_BASS)
                    check_harmony(&p, part);
                for (size_t n = 0; n < part->note_count && part->role != ROLE_BASS; n++)
                    ck_assert_int_ne(pitch_class_of(part->notes[n].pitch), (root + 4) % 12);
            }
            play_finish(&p);
        }
}
END_TEST

START_TEST(harmony_parts_play_the_chords)
{
    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 0; seed < 12; seed++) {
            struct play p;

            play_make(&p, &(struct play_order){ .genre = play_genres[g],
                                                .chords = "Dm9 G13 Cmaj9 Fmaj7 Bm7b5 E7b9 Am C/G",
                                                .root = roots[seed],
                                                .seed = seed,
                                                .humanise = -1 });
            for (size_t i = 0; i < p.song.score->part_count; i++) {
                enum score_role role = p.song.score->parts[i].role;

                if (role == ROLE_CHORDS || role == ROLE_PAD || role == ROLE_ARP || role == ROLE_GUITAR)
                    check_harmony(&p, &p.song.score->parts[i]);
            }
            play_finish(&p);
        }
}
END_TEST

static double offbeat_percent(const struct score_part *part, int unit)
{
    double sum = 0;
    int count = 0, pair = unit == 16 ? 240 : 480;

    for (size_t i = 0; i < part->note_count; i++) {
        int within = part->notes[i].start_tick % pair;

        if (within > pair * 2 / 5 && within < pair * 7 / 10) {
            sum += within;
            count++;
        }
    }
    return count > 0 ? sum / count * 100 / pair : 50;
}

START_TEST(swing_is_the_profiles)
{
    static const struct {
        const char *genre;
        double bpm, percent;
    } cases[] = {
        { "jazz", 120, 66 }, { "jazz", 160, 62 }, { "jazz", 200, 58 }, { "synthwave", 110, 50 }, { "rock", 126, 50 }
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct play p;

        play_make(&p, &(struct play_order){ .genre = cases[i].genre, .bpm = cases[i].bpm, .seed = 5, .humanise = 0 });
        ck_assert_double_eq_tol(offbeat_percent(play_part(&p, ROLE_DRUMS), 8), cases[i].percent, 1.5);
        play_finish(&p);
    }
}
END_TEST

START_TEST(lofi_swings_its_sixteenths)
{
    struct play p;
    double sum = 0;
    int count = 0;

    play_make(&p, &(struct play_order){ .genre = "lo-fi-hip-hop", .bpm = 80, .seed = 4, .humanise = 0 });
    ck_assert_int_eq(p.song.rhythm_spec->swing_unit, 16);
    for (size_t i = 0; i < play_part(&p, ROLE_DRUMS)->note_count; i++) {
        int within = play_part(&p, ROLE_DRUMS)->notes[i].start_tick % 240;

        if (within > 110 && within < 170) {
            sum += within;
            count++;
        }
    }
    if (count > 0) /* percent of the pair, and 4 to 16 ms behind */
        ck_assert_double_eq_tol(sum / count * 100 / 240, p.song.rhythm_spec->swing_percent + 2, 4);
    play_finish(&p);
}
END_TEST

START_TEST(one_voice_at_a_time)
{
    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 0; seed < 10; seed++) {
            struct play p;

            play_make(&p, &(struct play_order){ .genre = play_genres[g], .seed = seed, .humanise = -1 });
            for (size_t i = 0; i < p.song.score->part_count; i++) {
                const struct score_part *part = &p.song.score->parts[i];
                int most = part->role == ROLE_BASS || part->role == ROLE_LEAD || part->role == ROLE_COUNTER ? 1 : 10;

                for (size_t n = 0; n < part->note_count && part->role != ROLE_DRUMS; n++) {
                    int sounding = 1;

                    for (size_t m = n; m-- > 0 && n - m < 40;)
                        sounding +=
                            part->notes[m].start_tick + part->notes[m].len_ticks > part->notes[n].start_tick + 30;
                    ck_assert_msg(sounding <= most, "%s %s: %d at %d", play_genres[g], part->id, sounding,
                                  part->notes[n].start_tick);
                }
            }
            play_finish(&p);
        }
}
END_TEST

START_TEST(everyone_holds_the_last_chord)
{
    for (size_t g = 0; g < 4; g++) {
        struct play p;
        int32_t hold;
        int held = 0;

        play_make(&p, &(struct play_order){ .genre = play_genres[g], .chords = "F G Am Am", .seed = g, .minor = true,
                                            .humanise = -1 });
        hold = p.session.timeline->hold_tick;
        ck_assert_int_eq(hold, p.session.timeline->end_tick - 2 * 1920);
        for (size_t i = 0; i < p.song.score->part_count; i++) {
            const struct score_part *part = &p.song.score->parts[i];

            for (size_t n = 0; n < part->note_count; n++) {
                const struct score_note *note = &part->notes[n];

                if (note->start_tick < hold - 200)
                    continue;
                if (part->role == ROLE_DRUMS) {
                    ck_assert_int_le(note->start_tick, hold + 60);
                } else if (note->start_tick > hold - 60) {
                    ck_assert(chord_has(&play_chord(&p, hold)->chord, note->pitch));
                    if (part->role != ROLE_COUNTER)
                        ck_assert_int_ge(note->len_ticks, (int)(2 * 1920 * 0.4));
                    held++;
                }
            }
        }
        ck_assert_int_ge(held, 4);
        play_finish(&p);
    }
}
END_TEST

START_TEST(high_sections_have_more_energy)
{
    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 0; seed < 10; seed++) {
            struct play p;

            play_make(&p, &(struct play_order){ .genre = play_genres[g], .seed = seed, .humanise = -1 });
            ck_assert_msg(play_energy_db(&p, PLAY_CHORUS) > play_energy_db(&p, PLAY_INTRO) + 2, "%s %d",
                          play_genres[g], (int)seed);
            ck_assert(play_energy_db(&p, PLAY_CHORUS) > play_energy_db(&p, PLAY_VERSE) + 1);
            play_finish(&p);
        }
}
END_TEST

START_TEST(the_voice_sings_its_document)
{
    struct vocal_note sung[] = { { 4 * 1920, 460, 69 }, { 4 * 1920 + 480, 900, 72 }, { 6 * 1920 + 240, 700, 71 } };
    struct lyric_syllable syllables[] = { { "neon", 4 * 1920, 460 }, { "nights", 4 * 1920 + 480, 900 },
                                          { "glow", 6 * 1920 + 240, 700 } };
    struct lyric_line line = { .section_label = "verse", .text = "neon nights glow" };
    const char *section = "verse";
    struct vocal_spec vocal = { 0 };
    struct lyric_spec lyric = { 0 };
    struct play p;
    const struct score_part *voice, *lead;
    struct error e = { 0 };

    vocal.notes.items = sung;
    vocal.notes.count = 3;
    vocal.sections.items = &section;
    vocal.sections.count = 1;
    line.syllables.items = syllables;
    line.syllables.count = 3;
    lyric.lines.items = &line;
    lyric.lines.count = 1;
    play_make(&p, &(struct play_order){ .genre = "jazz", .seed = 1, .humanise = -1 });
    p.song.vocal_spec = &vocal;
    p.song.lyric_spec = &lyric;
    p.song.score = NULL;
    ck_assert(players_perform(&p.session, &e));
    voice = play_part(&p, ROLE_VOICE);
    lead = play_part(&p, ROLE_LEAD);
    ck_assert(voice != NULL && lead != NULL);
    ck_assert_uint_eq(voice->note_count, 3);
    ck_assert_uint_eq(p.song.score->lyric_count, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(voice->notes[i].pitch, sung[i].pitch);
        ck_assert_int_eq(p.song.score->lyrics[i].tick, voice->notes[i].start_tick);
    }
    for (size_t n = 0; n < lead->note_count; n++) /* while the tune moves in the verse, the lead is silent */
        for (size_t i = 0; i < p.session.timeline->melody.count; i++) {
            const struct timeline_note *note = &p.session.timeline->melody.items[i];

            if (note->section == PLAY_VERSE)
                ck_assert(lead->notes[n].start_tick >= note->end_tick - 60 ||
                          lead->notes[n].start_tick < note->start_tick);
        }
    play_finish(&p);
}
END_TEST

Suite *play_suite(void)
{
    Suite *suite = suite_create("players");
    TCase *c = tcase_create("notes");

    tcase_set_timeout(c, 120);
    tcase_add_test(c, bass_downbeats_are_chord_tones);
    tcase_add_test(c, slash_chords_are_respected);
    tcase_add_test(c, minor_chords_have_minor_thirds);
    tcase_add_test(c, harmony_parts_play_the_chords);
    tcase_add_test(c, swing_is_the_profiles);
    tcase_add_test(c, lofi_swings_its_sixteenths);
    tcase_add_test(c, one_voice_at_a_time);
    tcase_add_test(c, everyone_holds_the_last_chord);
    tcase_add_test(c, high_sections_have_more_energy);
    tcase_add_test(c, the_voice_sings_its_document);
    suite_add_tcase(suite, c);
    return suite;
}
