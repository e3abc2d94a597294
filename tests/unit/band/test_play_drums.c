/* Drums and percussion: who plays them, metres and their accents, stops, and what repeats. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "band/groove_vary.h"
#include "band/kicks.h"
#include "compose_fixture.h"
#include "song/general_midi.h"
#include "song/rhythm_spec.h"
#include "test_play.h"

enum { SEEDS = 4, QUARTER = METRE_PPQ };

static struct song *song_of(const char *genre, const char *metre, int seed)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"time_signature\":\"%s\",\"seed\":%d,"
                                               "\"duration_seconds\":150",
                                genre, metre, seed));
}

static const struct score_part *drums_of(const struct song *song, enum score_role role)
{
    for (size_t i = 0; i < song->score->part_count; i++)
        if (song->score->parts[i].bank == 128 && song->score->parts[i].role == role)
            return &song->score->parts[i];
    return NULL;
}

static const char *const percussion_genres[] = { "latin",  "disco",   "funk",     "house",
                                                 "bossa-nova", "reggae", "r-and-b", "cinematic" };

/* General MIDI has drums on channel 10 alone; a percussionist is a track of his own there. */
START_TEST(percussionists_are_players_of_their_own)
{
    const char *genre = percussion_genres[_i];
    int seen = 0, rests = 0;

    for (int seed = 1; seed <= 3; seed++) {
        const struct song *song = song_of(genre, "4/4", seed);
        const struct score_part *kit = drums_of(song, ROLE_DRUMS), *hands = drums_of(song, ROLE_PERCUSSION);
        const struct arrangement_spec *spec = song->arrangement_spec;

        if (hands == NULL)
            continue;
        seen++;
        ck_assert_int_eq(hands->channel, 9);
        ck_assert_ptr_eq(score_fault(song->score), NULL);
        if (kit != NULL) {
            ck_assert_int_eq(kit->channel, 9);
            ck_assert_str_ne(kit->name, hands->name);
            ck_assert_str_ne(kit->id, hands->id);
            ck_assert(kit < hands); /* the channel's program is the kit's */
        }
        for (size_t i = 0; i < spec->sections.count; i++)
            rests += !arranged_section_has(&spec->sections.items[i], hands->id);
    }
    ck_assert_msg(seen > 0, "%s has no percussionist", genre);
    if (strcmp(genre, "latin") != 0) /* congas are of the music itself there */
        ck_assert_msg(rests > 0, "the percussionist of %s never rests", genre);
}
END_TEST

/* Strokes of a voice in a bar of the document, strong ones alone when `level` says so. */
static bool is_struck(const struct rhythm_section *section, const char *voice, size_t bar, int32_t bar_ticks, int32_t tick,
                      int level)
{
    for (size_t p = 0; p < section->parts.count; p++)
        for (size_t l = 0; l < section->parts.items[p].lines.count; l++) {
            const char *text;
            struct steps_bar steps;
            const struct drum_voice *found = section->parts.items[p].notation == NOTATION_DRUMS
                                                 ? drum_voice_read(section->parts.items[p].lines.items[l], &text)
                                                 : NULL;

            if (found == NULL || strstr(voice, found->name) == NULL ||
                steps_read(NOTATION_DRUMS, text, bar, bar_ticks, &steps) != NULL)
                continue;
            for (size_t e = 0; e < steps.count; e++)
                if (steps.events[e].tick == tick && steps.events[e].level >= level)
                    return true;
        }
    return false;
}

#define BACKBEAT "snare rim clap"

/* Where each style of each metre has its strokes, in eighths; the share of bars with drums, at least and at most. */
static const struct accent {
    const char *genre, *metre, *voice;
    int eighth, level;
    double least, most;
} accents[] = {
    /* genre          metre   voice      8th level least most */
    { "jazz",         "3/4",  "ride snare", 0, 3, 0.5, 1 },     /* jazz waltz: time on ride or brushes, hat on two, */
    { "jazz",         "3/4",  "pedal",    2, 4, 0.9, 1 },
    { "jazz",         "3/4",  "snare",    0, 7, 0, 0 },         /* no backbeat, */
    { "jazz",         "3/4",  "snare",    4, 7, 0, 0 },
    { "jazz",         "3/4",  "kick",     0, 7, 0, 0 },         /* the kick feathered */
    { "acoustic-folk", "3/4", "kick tom5", 0, 6, 0.7, 1 },      /* oom */
    { "acoustic-folk", "3/4", BACKBEAT,   2, 3, 0.6, 1 },       /* pah */
    { "acoustic-folk", "3/4", BACKBEAT,   4, 3, 0.6, 1 },       /* pah */
    { "country",      "3/4",  "kick",     0, 6, 0.9, 1 },
    { "country",      "3/4",  BACKBEAT,   0, 6, 0, 0 },
    { "rock",         "6/8",  "kick",     0, 7, 0.9, 1 },
    { "rock",         "6/8",  BACKBEAT,   3, 6, 0.9, 1 },       /* the backbeat on the fourth eighth, */
    { "rock",         "6/8",  BACKBEAT,   0, 6, 0, 0 },         /* and not on the first */
    { "pop",          "6/8",  BACKBEAT,   3, 6, 0.9, 1 },
    { "metal",        "6/8",  BACKBEAT,   3, 6, 0.9, 1 },
    { "r-and-b",      "6/8",  BACKBEAT,   3, 6, 0.9, 1 },
    { "gospel",       "6/8",  BACKBEAT,   3, 6, 0.9, 1 },
    { "blues",        "12/8", "kick",     0, 7, 0.9, 1 },
    { "blues",        "12/8", BACKBEAT,   3, 6, 0.9, 1 },       /* two and four of four dotted beats */
    { "blues",        "12/8", BACKBEAT,   9, 6, 0.9, 1 },
    { "blues",        "12/8", BACKBEAT,   6, 6, 0, 0 },
    { "blues",        "12/8", "hat ride", 2, 4, 0.9, 1 },       /* triplets */
    { "gospel",       "12/8", BACKBEAT,   9, 6, 0.9, 1 },
    { "r-and-b",      "12/8", BACKBEAT,   3, 6, 0.9, 1 },
    { "jazz",         "5/4",  "ride",     0, 6, 0.9, 1 },
    { "jazz",         "5/4",  "ride",     6, 6, 0.9, 1 },       /* three and two */
    { "rock",         "5/4",  "kick",     0, 7, 0.9, 1 },
    { "rock",         "5/4",  "kick",     6, 6, 0.9, 1 },
    { "rock",         "5/4",  BACKBEAT,   4, 6, 0.9, 1 },
    { "rock",         "5/4",  BACKBEAT,   8, 6, 0.9, 1 },
    { "rock",         "5/4",  BACKBEAT,   2, 6, 0, 0 },
    { "rock",         "7/8",  "kick",     0, 7, 0.9, 1 },
    { "rock",         "7/8",  BACKBEAT,   2, 6, 0, 0 },
    { "rock",         "7/8",  BACKBEAT,   4, 6, 0.9, 1 },       /* where the group of three begins */
    { "rock",         "7/8",  BACKBEAT,   0, 6, 0, 0 },
    { "house",        "3/4",  "kick",     0, 7, 0.6, 1 },
    { "house",        "5/4",  "kick",     6, 7, 0.6, 1 },
};

START_TEST(metres_have_their_accents)
{
    const struct accent *a = &accents[_i];
    int bars = 0, struck = 0;

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct song *song = song_of(a->genre, a->metre, seed);
        int32_t bar_ticks = metre_bar_ticks(song->rhythm_spec->metre);

        for (size_t s = 0; s < song->rhythm_spec->sections.count; s++) {
            const struct rhythm_section *section = &song->rhythm_spec->sections.items[s];
            bool has_kit = false;

            for (size_t p = 0; p < section->parts.count; p++)
                has_kit |= strcmp(section->parts.items[p].part, "drums") == 0;
            for (size_t bar = 0; bar < 4 && has_kit; bar++) {
                bars++;
                struck += is_struck(section, a->voice, bar, bar_ticks, a->eighth * QUARTER / 2, a->level);
            }
        }
    }
    ck_assert_int_gt(bars, 0);
    ck_assert_msg((double)struck / bars >= a->least - 1e-9 && (double)struck / bars <= a->most + 1e-9,
                  "%s in %s: %s on eighth %d in %d of %d bars", a->genre, a->metre, a->voice, a->eighth + 1, struck, bars);
}
END_TEST

/* Every genre in every metre: lines divide the bar (steps_check), fills begin on a beat, the score ends with its last
 * bar, and basses that are not off-beat ones begin their bars. */
START_TEST(bars_are_whole)
{
    const struct genre *genre;

    for (size_t g = 0; g < genres_count(compose_genres); g++) {
        const struct song *song;
        int32_t bar_ticks;

        genre = genres_at(compose_genres, g);
        song = song_of(genre->id, metre_infos[_i].text, 2);
        bar_ticks = metre_bar_ticks(metre_infos[_i].metre);
        ck_assert_ptr_eq(score_fault(song->score), NULL);
        ck_assert_int_eq(song->score->end_tick % bar_ticks, 0);
        for (size_t s = 0; s < song->rhythm_spec->sections.count; s++) {
            const struct rhythm_section *section = &song->rhythm_spec->sections.items[s];

            for (size_t p = 0; p < section->parts.count; p++)
                for (size_t l = 0; l < section->parts.items[p].lines.count; l++) {
                    struct problems problems = { .arena = compose_arena };

                    steps_check((enum notation)section->parts.items[p].notation, section->parts.items[p].lines.items[l],
                                bar_ticks, "", &problems);
                    ck_assert_msg(problems.count == 0, "%s in %s: %s: %s", genre->id, metre_infos[_i].text,
                                  section->parts.items[p].lines.items[l],
                                  problems.count > 0 ? problems.first->detail : "");
                }
            for (size_t f = 0; f < section->fills.count; f++)
                ck_assert_msg(section->fills.items[f].lines.count == 0 ||
                                  metre_weight(metre_infos[_i].metre,
                                               bar_ticks - (int)lround(section->fills.items[f].beats * QUARTER)) >= 0.25,
                              "%s in %s: a fill of %g", genre->id, metre_infos[_i].text,
                              section->fills.items[f].beats);
        }
    }
}
END_TEST

/* The duration_beats before the boundary are silent in every part, sustain pedals are up, and the next section begins. */
static int stops_check(const struct song *song)
{
    const struct arrangement_spec *spec = song->arrangement_spec;
    const struct timeline *t = compose_timeline(song);
    int stops = 0;

    for (size_t i = 0; i + 1 < t->sections.count; i++) {
        const struct arranged_transition *after = arranged_transition_after(spec, t->sections.items[i].label);
        int32_t to = t->sections.items[i].end_tick, from;
        bool begins = false, sounded = false;

        if (after == NULL || strcmp(after->technique, "stop") != 0)
            continue;
        stops++;
        from = to - (int32_t)lround(after->duration_beats * QUARTER);
        for (size_t p = 0; p < song->score->part_count; p++) {
            const struct score_part *part = &song->score->parts[p];
            int pedal = 0;

            for (size_t n = 0; n < part->note_count; n++) {
                int32_t start = part->notes[n].start_tick, end = start + part->notes[n].len_ticks;

                ck_assert_msg(end <= from || start >= to, "%s sounds %d to %d in the stop %d to %d", part->id, start, end,
                              from, to);
                begins |= start >= to && start < to + QUARTER / 4;
                sounded |= end > from - 2 * QUARTER && end <= from;
            }
            for (size_t c = 0; c < part->control_count && part->controls[c].tick <= from + QUARTER / 8; c++)
                if (part->controls[c].kind == SCORE_CC && part->controls[c].number == 64)
                    pedal = part->controls[c].value;
            ck_assert_msg(pedal == 0, "%s holds the pedal", part->id);
        }
        ck_assert(begins && sounded);
    }
    return stops;
}

START_TEST(stops_are_silent)
{
    static const char *const stopping[] = { "dubstep", "trance", "house", "pop", "rock", "funk" };
    int stops = 0;

    for (size_t g = 0; g < sizeof(stopping) / sizeof(stopping[0]); g++)
        for (int seed = 1; seed <= SEEDS; seed++)
            stops += stops_check(song_of(stopping[g], "4/4", seed));
    ck_assert_int_ge(stops, 4);
}
END_TEST

/* A stop that a document asks for is played wherever it is, and only where it is asked for. */
START_TEST(stops_are_played_as_asked)
{
    struct song *song = song_of("jazz", "4/4", 3);
    struct arrangement_spec *spec = song->arrangement_spec;

    ck_assert_int_eq(stops_check(song), 0);
    ck_assert_uint_gt(spec->transitions.count, 0);
    spec->transitions.items[0].technique = "stop";
    spec->transitions.items[0].duration_beats = 2;
    ck_assert_int_eq(stops_check(compose_again(song)), 1);
}
END_TEST

static const char *drums_text(const struct song *song)
{
    const char *out = "";

    for (size_t s = 0; s < song->rhythm_spec->sections.count; s++) {
        const struct rhythm_section *section = &song->rhythm_spec->sections.items[s];

        for (size_t p = 0; p < section->parts.count; p++)
            for (size_t l = 0; l < section->parts.items[p].lines.count; l++)
                if (section->parts.items[p].notation == NOTATION_DRUMS)
                    out = arena_printf(compose_arena, "%s\n%s", out, section->parts.items[p].lines.items[l]);
    }
    return out;
}

START_TEST(no_two_of_ten_seeds_share_their_drums)
{
    static const char *const ids[] = { "house", "techno", "rock", "jazz", "latin", "trap", "waltz" };
    const char *texts[10];

    for (int i = 0; i < 10; i++) {
        texts[i] = drums_text(song_of(ids[_i], _i == 6 ? "3/4" : "4/4", i + 1));
        for (int j = 0; j < i; j++)
            ck_assert_msg(strcmp(texts[i], texts[j]) != 0, "%s: seeds %d and %d", ids[_i], j + 1, i + 1);
    }
}
END_TEST

/* Quiet styles end without a crash. */
START_TEST(quiet_styles_end_softly)
{
    static const char *const quiet[] = { "bossa-nova", "acoustic-folk", "waltz", "lo-fi-hip-hop", "ambient" };

    for (int seed = 1; seed <= SEEDS; seed++) {
        const struct song *song = song_of(quiet[_i], _i == 2 ? "3/4" : "4/4", seed);
        int32_t hold = compose_timeline(song)->hold_tick;

        for (size_t p = 0; p < song->score->part_count; p++)
            for (size_t n = 0; n < song->score->parts[p].note_count; n++) {
                const struct score_note *note = &song->score->parts[p].notes[n];

                if (song->score->parts[p].bank == 128 && note->start_tick >= hold - QUARTER / 4)
                    ck_assert_msg(note->pitch != 49 && note->pitch != 57, "%s, seed %d", quiet[_i], seed);
            }
    }
}
END_TEST

START_TEST(kicks_of_all_drummers_are_heard)
{
    const char *kit[] = { "kick: 9.......9.......", "snare: ....9.......9..." };
    const char *pad[] = { "kick: 9...4......7...." };
    const char *ending[] = { "kick: 88" };
    struct rhythm_part parts[2] = { { .part = "drums", .notation = NOTATION_DRUMS },
                                    { .part = "pads", .notation = NOTATION_DRUMS } };
    struct rhythm_fill fill = { .part = "pads", .bar = 2, .beats = 1 }, rest = { .bar = 3, .beats = 2 };
    struct rhythm_fill fills[2];
    struct rhythm_section section = { .label = "verse" };
    struct bar bar = { .rhythm = &section, .len_ticks = 1920 };
    struct kick kicks[KICKS_MAX];

    parts[0].lines.items = kit;
    parts[0].lines.count = 2;
    parts[1].lines.items = pad;
    parts[1].lines.count = 1;
    fill.lines.items = ending;
    fill.lines.count = 1;
    fills[0] = fill;
    fills[1] = rest;
    section.parts.items = parts;
    section.parts.count = 2;
    section.fills.items = fills;
    section.fills.count = 2;
    ck_assert_uint_eq(kicks_read(&bar, kicks), 4);
    ck_assert_int_eq(kicks[0].tick, 0);
    ck_assert_int_eq(kicks[1].tick, 480);
    ck_assert_int_eq(kicks[2].tick, 960);
    ck_assert_int_eq(kicks[3].tick, 1320);
    bar.within = 1; /* the other drummer's fill: the kit plays on */
    ck_assert_ptr_eq(rhythm_fill_find(&section, "drums", 2), NULL);
    ck_assert_ptr_eq(rhythm_fill_find(&section, "pads", 2), &fills[0]);
    ck_assert_uint_eq(kicks_read(&bar, kicks), 6);
    ck_assert_int_eq(kicks[5].tick, 1680);
    bar.within = 2; /* no lines: everybody rests */
    ck_assert_ptr_eq(rhythm_fill_find(&section, "drums", 3), &fills[1]);
    ck_assert_ptr_eq(rhythm_fill_find(&section, "pads", 3), &fills[1]);
    ck_assert_uint_eq(kicks_read(&bar, kicks), 2);
}
END_TEST

START_TEST(stories_end_with_their_section)
{
    static const char line[] = "snare:1|2|3|4|5|6|7|8";

    ck_assert_str_eq(groove_fit(line, 8, compose_arena), line);
    ck_assert_ptr_ne(strstr(groove_fit(line, 4, compose_arena), "5|6|7|8"), NULL);
    ck_assert_ptr_eq(strstr(groove_fit(line, 4, compose_arena), "4"), NULL);
    ck_assert_ptr_ne(strstr(groove_fit(line, 16, compose_arena), "1|1|2|2|3|3|4|4|5|5|6|6|7|7|8|8"), NULL);
    ck_assert_str_eq(groove_fit("walk|two", 3, compose_arena), "walk|two|two");
}
END_TEST

/* Roland GS and General MIDI 2: the orchestra's kit has timpani on 41–53, cymbals on 57 and 59. */
START_TEST(the_orchestra_has_its_own_keys)
{
    for (size_t i = 0; i < drum_voice_count; i++) {
        uint8_t key = gm_kit_key(GM_KIT_ORCHESTRA, drum_voices[i].key);

        ck_assert_msg(key < 41 || key > 53, "%s would be a timpani", drum_voices[i].name);
        ck_assert_int_eq(gm_kit_key(0, drum_voices[i].key), drum_voices[i].key);
        if (strncmp(drum_voices[i].name, "crash", 5) == 0)
            ck_assert(key == 57 || key == 59);
    }
}
END_TEST

Suite *play_drums_suite(void)
{
    Suite *suite = suite_create("drums");
    TCase *c = tcase_create("drums");

    tcase_set_timeout(c, 300);
    tcase_add_checked_fixture(c, compose_set_up, compose_tear_down);
    tcase_add_loop_test(c, percussionists_are_players_of_their_own, 0,
                        sizeof(percussion_genres) / sizeof(percussion_genres[0]));
    tcase_add_loop_test(c, metres_have_their_accents, 0, sizeof(accents) / sizeof(accents[0]));
    tcase_add_loop_test(c, bars_are_whole, 0, METRE_COUNT);
    tcase_add_test(c, stops_are_silent);
    tcase_add_test(c, stops_are_played_as_asked);
    tcase_add_loop_test(c, no_two_of_ten_seeds_share_their_drums, 0, 7);
    tcase_add_loop_test(c, quiet_styles_end_softly, 0, 5);
    tcase_add_test(c, kicks_of_all_drummers_are_heard);
    tcase_add_test(c, stories_end_with_their_section);
    tcase_add_test(c, the_orchestra_has_its_own_keys);
    suite_add_tcase(suite, c);
    return suite;
}
