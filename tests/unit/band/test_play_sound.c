/* Instruments, mix and master. */
#include <math.h>
#include <string.h>

#include "play_fixture.h"
#include "song/general_midi.h"
#include "song/master_spec.h"
#include "song/mix_spec.h"
#include "song/sound_design_spec.h"
#include "test_play.h"

START_TEST(general_midi_is_complete)
{
    for (int i = 0; i < 128; i++) {
        char first[64];
        size_t len = strcspn(gm_programs[i].words, "|");

        ck_assert(gm_programs[i].name[0] != '\0' && len > 0 && len < sizeof(first));
        memcpy(first, gm_programs[i].words, len);
        first[len] = '\0';
        ck_assert_msg(gm_program_find(first) >= 0, "%s", first);
        ck_assert_msg(gm_program_matches((uint8_t)i, first), "%s", first);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(gm_programs[i].name, gm_programs[j].name);
    }
}
END_TEST

START_TEST(instruments_are_found_by_name)
{
    static const struct {
        const char *text;
        int program;
    } cases[] = {
        { "saxophone", 66 },     { "Alto Sax", 65 },        { "piano", 0 },           { "electric guitar", 27 },
        { "strings", 48 },       { "distorted guitars", 30 }, { "acoustic guitar", 25 }, { "Rhodes", 4 },
        { "synth_bass", 38 },    { "upright bass", 32 },    { "trumpet", 56 },        { "vibraphone", 11 },
        { "Hammond organ", 16 }, { "choir", 52 },           { "flute", 73 },          { "violin", 40 },
        { "lead_synth_(saw/square)", 81 }, { "electric_guitar_(with_chorus)", 27 },   { "slap_bass", 36 },
        { "kazoo", -1 },         { "bassoon", 70 },         { "harp", 46 },           { "harpsichord", 6 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        ck_assert_msg(gm_program_find(cases[i].text) == cases[i].program, "%s: %d", cases[i].text,
                      gm_program_find(cases[i].text));
    ck_assert(gm_program_matches(65, "saxophone"));
    ck_assert(gm_program_matches(30, "electric guitar"));
    ck_assert(!gm_program_matches(24, "electric guitar"));
    ck_assert(gm_program_matches(24, "guitar"));
    ck_assert(!gm_program_matches(33, "guitar"));
    ck_assert_int_eq(gm_kit_find("808 drums"), 25);
    ck_assert_int_eq(gm_kit_find("brushes"), 40);
    ck_assert_str_eq(gm_name(128, 32), "Jazz Kit");
}
END_TEST

START_TEST(genres_sound_different)
{
    unsigned kits[4] = { 0 };
    int chords[4], bass[4];

    for (size_t g = 0; g < 4; g++) {
        struct play p;

        play_make(&p, &(struct play_order){ .genre = play_genres[g], .seed = 7, .humanise = -1 });
        kits[g] = play_part(&p, ROLE_DRUMS)->program;
        chords[g] = play_part(&p, ROLE_CHORDS)->program;
        bass[g] = play_part(&p, ROLE_BASS)->program;
        ck_assert_int_eq(play_part(&p, ROLE_DRUMS)->channel, 9);
        play_finish(&p);
    }
    ck_assert(kits[0] == 24 || kits[0] == 25 || kits[0] == 16);  /* electronic */
    ck_assert(kits[1] == 32 || kits[1] == 40);                   /* jazz, brushes */
    ck_assert(kits[0] != kits[1] && kits[1] != kits[2]);
    ck_assert_int_eq(bass[1], 32);
    ck_assert(bass[0] >= 38 && bass[2] < 36);
    ck_assert(chords[0] != chords[1] && chords[0] != chords[2]);
}
END_TEST

START_TEST(wishes_are_honoured)
{
    static const struct {
        const char *genre, *wishes;
        enum score_role role;
        int program;
    } cases[] = {
        { "synthwave", ",\"instruments\":[\"saxophone\"]", ROLE_LEAD, 65 },
        { "jazz", ",\"instruments\":[\"trumpet\"]", ROLE_LEAD, 56 },
        { "rock", ",\"instruments\":[\"violin\"]", ROLE_PAD, 40 },
        { "lo-fi-hip-hop", ",\"instruments\":[\"flute\"]", ROLE_LEAD, 73 },
        { "jazz", ",\"instruments\":[\"brushes\"]", ROLE_DRUMS, 40 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct play p;
        bool found = false;

        play_make(&p, &(struct play_order){
                          .genre = cases[i].genre, .wishes = cases[i].wishes, .seed = 2, .humanise = -1 });
        for (size_t k = 0; k < p.song.score->part_count; k++)
            found |= p.song.score->parts[k].program == cases[i].program;
        ck_assert_msg(found, "%s %s", cases[i].genre, cases[i].wishes);
        play_finish(&p);
    }
}
END_TEST

START_TEST(what_is_excluded_is_silent)
{
    for (size_t g = 0; g < 4; g++)
        for (uint64_t seed = 0; seed < 10; seed++) {
            struct play p;

            play_make(&p, &(struct play_order){
                              .genre = play_genres[g],
                              .seed = seed,
                              .humanise = -1,
                              .wishes = ",\"exclude_instruments\":[\"drums\",\"guitar\",\"saxophone\"]" });
            ck_assert_ptr_null(play_part(&p, ROLE_DRUMS));
            for (size_t k = 0; k < p.song.score->part_count; k++) {
                unsigned program = p.song.score->parts[k].program;

                ck_assert_msg(!(program >= 24 && program <= 31) && !(program >= 64 && program <= 67), "%s: %u",
                              p.song.score->parts[k].id, program);
            }
            play_finish(&p);
        }
}
END_TEST

START_TEST(mix_has_a_strip_for_each_part)
{
    for (size_t g = 0; g < 4; g++) {
        struct play p;
        const struct mix_spec *mix;
        int spread = 0;

        play_make(&p, &(struct play_order){ .genre = play_genres[g], .seed = 3, .humanise = -1 });
        mix = p.song.mix_spec;
        ck_assert_uint_eq(mix->strips.count, p.song.score->part_count);
        ck_assert_uint_eq(mix->buses.count, BUS_COUNT);
        for (size_t i = 0; i < mix->strips.count; i++) {
            const struct mix_strip *strip = &mix->strips.items[i];
            enum score_role role = p.song.score->parts[i].role;

            ck_assert_str_eq(strip->part, p.song.score->parts[i].id);
            ck_assert(fabs(strip->pan) <= 1);
            spread += fabs(strip->pan) > 0.1;
            if (role == ROLE_BASS || role == ROLE_DRUMS)
                ck_assert(strip->pan == 0 && strip->reverb_send_db < -14);
            if (role == ROLE_LEAD)
                ck_assert(fabs(strip->level_lu) < 1 && fabs(strip->pan) <= 0.15 && strip->bus == BUS_LEAD);
            else
                ck_assert(strip->level_lu < 0.5);
        }
        ck_assert_int_ge(spread, 2);
        ck_assert_double_eq(master_loudness_lufs(p.song.master_spec), -14);
        ck_assert_double_eq(master_ceiling_dbtp(p.song.master_spec), -1);
        play_finish(&p);
    }
}
END_TEST

static const struct mix_automation *moving(const struct mix_spec *mix, const char *part, enum mix_moving moves)
{
    for (size_t i = 0; i < mix->automation.count; i++) {
        const struct mix_automation *row = &mix->automation.items[i];

        if (row->moves == (int)moves && (part == NULL ? row->part == NULL : row->part != NULL && strcmp(row->part, part) == 0))
            return row;
    }
    return NULL;
}

/* The value at the middle of a section; the points of a ride come in pairs, a flat one for each section. */
static double middle_of(const struct mix_automation *row, const struct timeline_section *section)
{
    double bar = section->start_bar + 1 + section->bars / 2.0, value = row->points.items[0].value;

    for (size_t i = 0; i < row->points.count && row->points.items[i].bar <= bar; i++)
        value = row->points.items[i].value;
    return value;
}

/* Of all rides together the weaker sections get no more than the strongest. */
START_TEST(the_mix_moves_with_the_song)
{
    int quieter = 0;

    for (size_t g = 0; g < 4; g++)
        for (unsigned seed = 1; seed <= 3; seed++) {
            struct play p;
            const struct mix_automation *ride;
            const struct timeline_section *top;

            play_make(&p, &(struct play_order){ .genre = play_genres[g], .seed = seed, .humanise = -1 });
            ride = moving(p.song.mix_spec, NULL, MIX_LEVEL_DB);
            ck_assert_ptr_nonnull(ride);
            top = &p.session.timeline->sections.items[0];
            for (size_t i = 0; i < p.session.timeline->sections.count; i++)
                top = p.session.timeline->sections.items[i].energy > top->energy ? &p.session.timeline->sections.items[i] : top;
            for (size_t i = 0; i < p.session.timeline->sections.count; i++) {
                const struct timeline_section *section = &p.session.timeline->sections.items[i];

                ck_assert_double_le(fabs(middle_of(ride, section)), 4);
                quieter += middle_of(ride, section) < middle_of(ride, top) - 0.5;
            }
            for (size_t i = 1; i < ride->points.count; i++)
                ck_assert_double_gt(ride->points.items[i].bar, ride->points.items[i - 1].bar);
            play_finish(&p);
        }
    ck_assert_int_gt(quieter, 6);
}
END_TEST

static void check_survives(struct play *p, const struct fields *fields, const void *document)
{
    struct problems problems = { .arena = p->arena };
    json_object *written = json_hold(p->arena, fields_write(fields, document));
    void *again = arena_alloc(p->arena, fields->size);

    fields_read(fields, written, again, "", false, p->arena, &problems);
    ck_assert_msg(problems.count == 0, "%s: %s: %s", fields->name, problems.count > 0 ? problems.first->pointer : "",
                  problems.count > 0 ? problems.first->detail : "");
    ck_assert_str_eq(json_text(p->arena, json_hold(p->arena, fields_write(fields, again)), false),
                     json_text(p->arena, written, false));
}

START_TEST(documents_survive_json)
{
    struct play p;

    play_make(&p, &(struct play_order){ .genre = "rock", .seed = 3, .humanise = -1 });
    check_survives(&p, &sound_design_spec_fields, p.song.sound_design_spec);
    check_survives(&p, &mix_spec_fields, p.song.mix_spec);
    check_survives(&p, &master_spec_fields, p.song.master_spec);
    play_finish(&p);
}
END_TEST

START_TEST(a_given_instrument_is_played)
{
    struct part_sound sound = { .program = FIELD_INT_UNSET, .instrument = "Tenor Sax" };

    ck_assert_int_eq(part_sound_program(&sound, 0), 66);
    sound.program = 12;
    ck_assert_int_eq(part_sound_program(&sound, 0), 12);
    ck_assert_int_eq(part_sound_program(NULL, 33), 33);
}
END_TEST

START_TEST(names_of_other_programs_find_their_players)
{
    struct play p;
    struct arranged_instrument foreign[] = {
        { .name = "analog-style_synth_bass", .category = "bass", .midi_program = FIELD_INT_UNSET },
        { .name = "pad_synthesizers", .category = "synth", .midi_program = FIELD_INT_UNSET },
        { .name = "arpeggiated_sequences", .category = "fx", .midi_program = FIELD_INT_UNSET },
        { .name = "gated_reverb_drums", .category = "drums", .midi_program = FIELD_INT_UNSET },
        { .name = "lead_synth_(saw/square)", .category = "synth", .midi_program = FIELD_INT_UNSET },
        { .name = "electric_guitar_(with_chorus)", .category = "guitar", .midi_program = FIELD_INT_UNSET },
    };
    static const enum score_role roles[] = { ROLE_BASS, ROLE_PAD, ROLE_ARP, ROLE_DRUMS, ROLE_LEAD, ROLE_GUITAR };
    const struct stage *stage;

    play_make(&p, &(struct play_order){ .genre = "synthwave", .humanise = -1 });
    p.song.arrangement_spec->instruments.items = foreign;
    p.song.arrangement_spec->instruments.count = 6;
    stage = stage_make(&p.session);
    ck_assert_uint_eq(stage->parts.count, 6);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_msg(stage->parts.items[i].role == roles[i], "%s: %s", foreign[i].name,
                      score_role_names[stage->parts.items[i].role]);
        ck_assert_uint_eq(strspn(stage->parts.items[i].id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                          strlen(stage->parts.items[i].id));
    }
    ck_assert_int_eq(stage->parts.items[0].program, 38);
    ck_assert_int_eq(stage->parts.items[3].program, 16);
    ck_assert_int_eq(stage->parts.items[4].program, 81);
    play_finish(&p);
}
END_TEST

Suite *play_sound_suite(void)
{
    Suite *suite = suite_create("sound design and mix");
    TCase *c = tcase_create("sound");

    tcase_set_timeout(c, 120);
    tcase_add_test(c, general_midi_is_complete);
    tcase_add_test(c, instruments_are_found_by_name);
    tcase_add_test(c, genres_sound_different);
    tcase_add_test(c, wishes_are_honoured);
    tcase_add_test(c, what_is_excluded_is_silent);
    tcase_add_test(c, mix_has_a_strip_for_each_part);
    tcase_add_test(c, the_mix_moves_with_the_song);
    tcase_add_test(c, documents_survive_json);
    tcase_add_test(c, a_given_instrument_is_played);
    tcase_add_test(c, names_of_other_programs_find_their_players);
    suite_add_tcase(suite, c);
    return suite;
}
