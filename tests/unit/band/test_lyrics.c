#define _GNU_SOURCE /* strcasestr */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "band/lyric_gather.h"
#include "band/singing.h"
#include "compose_fixture.h"
#include "rhyme_endings.h"
#include "song/lyric_spec.h"
#include "song/vocal_spec.h"
#include "test_compose.h"

enum { WORD_MAX = 40, LINE_WORDS_MAX = 24 };

static const struct {
    const struct theme *themes;
    const size_t *count;
} shelves[] = {
    { lyric_themes_travel, &lyric_themes_travel_count },
    { lyric_themes_heart, &lyric_themes_heart_count },
    { lyric_themes_nature, &lyric_themes_nature_count },
    { lyric_themes_people, &lyric_themes_people_count },
};
enum { SHELVES = sizeof(shelves) / sizeof(shelves[0]) };

static struct lexis *lexis;

static void set_up(void)
{
    compose_set_up();
    lexis = lexis_new(compose_arena);
    lyric_phrase_prepare(lexis);
}

/* Words. */

START_TEST(words_have_their_syllables)
{
    static const struct {
        const char *word;
        int syllables, stressed; /* counted from 0, by any dictionary of English */
    } known[] = {
        { "night", 1, 0 },   { "tonight", 2, 1 },   { "morning", 2, 0 },   { "together", 3, 1 },  { "again", 2, 1 },
        { "horizon", 3, 1 }, { "electric", 3, 1 },  { "understand", 3, 2 }, { "december", 3, 1 }, { "everything", 3, 0 },
        { "believe", 2, 1 }, { "mountain", 2, 0 },  { "goodbye", 2, 1 },   { "guitar", 2, 1 },    { "piano", 3, 1 },
        { "remember", 3, 1 }, { "umbrella", 3, 1 }, { "forever", 3, 1 },   { "window", 2, 0 },    { "hallelujah", 4, 2 },
        { "radio", 3, 0 },   { "saturday", 3, 0 },  { "machine", 2, 1 },   { "afternoon", 3, 2 }, { "surrender", 3, 1 },
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const struct lexis_word *w = lexis_find(lexis, known[i].word, strlen(known[i].word));
        int lengths[8], stress[8], count;

        ck_assert_msg(w != NULL, "%s", known[i].word);
        count = lexis_syllables(w, lengths, stress, 8);
        ck_assert_int_eq(count, known[i].syllables);
        ck_assert_int_eq(w->syllables, known[i].syllables);
        for (int s = 0, letters = 0; s < count; s++) {
            ck_assert_msg((stress[s] == STRESS_FULL) == (s == known[i].stressed), "%s", known[i].word);
            letters += lengths[s];
            ck_assert(s + 1 < count || (size_t)letters == strlen(known[i].word));
        }
    }
    ck_assert_ptr_eq(lexis_find(lexis, "xylophonist", 11), NULL);
    ck_assert_ptr_ne(lexis_find(lexis, "MORNING", 7), NULL);
}
END_TEST

static const struct lexis_word *word(const char *text)
{
    const struct lexis_word *w = lexis_find(lexis, text, strlen(text));

    ck_assert_msg(w != NULL, "%s", text);
    return w;
}

START_TEST(rhymes_are_true)
{
    static const char *const pairs[][2] = { { "night", "white" }, { "go", "snow" }, { "heart", "start" },
                                            { "tonight", "light" }, { "again", "then" }, { "door", "four" } };
    static const char *const none[][2] = { { "night", "night" }, { "way", "away" }, { "see", "sea" }, { "home", "alone" },
                                           { "know", "no" }, { "side", "inside" }, { "rain", "again" },
                                           { "morning", "evening" } };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        ck_assert_msg(lexis_rhymes(word(pairs[i][0]), word(pairs[i][1])), "%s", pairs[i][0]);
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
        ck_assert_msg(!lexis_rhymes(word(none[i][0]), word(none[i][1])), "%s", none[i][0]);
    ck_assert(!lexis_rhymes(NULL, word("night")));
}
END_TEST

/* Tables. */

static void check_fragment(const struct fragment *f)
{
    struct lyric_phrase p;

    ck_assert_msg(lyric_phrase_read(lexis, f, &p), "the lexis lacks a word of \"%s\"", f->text);
    ck_assert_int_eq(p.strong & p.weak, 0);
    ck_assert_int_ge(p.syllables, 1);
    ck_assert_int_le(p.syllables, 12);
}

START_TEST(every_word_of_the_tables_is_known)
{
    size_t themes = 0;

    for (size_t s = 0; s < SHELVES; s++)
        for (size_t i = 0; i < *shelves[s].count; i++, themes++)
            for (size_t f = 0; f < shelves[s].themes[i].words.count; f++)
                check_fragment(&shelves[s].themes[i].words.rows[f]);
    ck_assert_uint_ge(themes, 12);
    for (size_t i = 0; i < lyric_common.count; i++)
        check_fragment(&lyric_common.rows[i]);
    for (size_t i = 0; i < lyric_thing_count; i++)
        for (int f = 0; f < 2; f++)
            check_fragment(&lyric_things[i].say[f]);
}
END_TEST

/* An image says its own syllables: as many as its words have. */
START_TEST(images_are_divided_right)
{
    const struct genre *g = genres_at(compose_genres, (size_t)_i);

    for (size_t i = 0; i < g->images.count; i++) {
        const struct fragment f = { .kind = FRAGMENT_ADVERB, .text = g->images.items[i] };
        struct lyric_phrase p;

        ck_assert(lyric_phrase_read_image(lexis, &f, &p));
        for (const char *at = f.text; *at != '\0'; at += strspn(at, " ,")) {
            char plain[WORD_MAX];
            size_t len = 0;
            int syllables = 1;
            const struct lexis_word *w;

            for (; *at != '\0' && *at != ' ' && *at != ','; at++) {
                syllables += *at == '-';
                if (*at != '-')
                    plain[len++] = *at;
            }
            w = lexis_find(lexis, plain, len);
            ck_assert_msg(w == NULL || w->syllables == syllables, "%s: %s", g->id, f.text);
        }
    }
}
END_TEST

/* Each theme can tell a story: sentences for every act, hooks of many lengths. */
START_TEST(themes_are_complete)
{
    for (size_t s = 0; s < SHELVES; s++)
        for (size_t i = 0; i < *shelves[s].count; i++) {
            const struct theme *t = &shelves[s].themes[i];
            int acts[ACT_BRIDGE + 1] = { 0 }, hooks = 0, adverbs = 0;

            for (size_t f = 0; f < t->words.count; f++) {
                const struct fragment *row = &t->words.rows[f];

                if (row->kind == FRAGMENT_VERB || row->kind == FRAGMENT_CLAUSE)
                    acts[row->act]++;
                hooks += row->kind == FRAGMENT_HOOK;
                adverbs += row->kind == FRAGMENT_ADVERB;
            }
            for (int a = 0; a <= ACT_BRIDGE; a++)
                ck_assert_msg(acts[a] >= 5, "%s: act %d", t->name, a);
            ck_assert_msg(hooks >= 6 && adverbs >= 12, "%s", t->name);
        }
}
END_TEST

/* Songs. */

static struct song *sing(const char *genre, int seed, const char *brief)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"vocals\":true,\"brief\":\"%s\"", genre, seed,
                                brief));
}

/* The words of a line in small letters, and whether a comma follows each. */
static size_t split(const char *text, char words[LINE_WORDS_MAX][WORD_MAX], bool commas[LINE_WORDS_MAX])
{
    size_t count = 0;

    while (*text != '\0') {
        size_t len = strcspn(text, " ,");

        ck_assert_uint_lt(count, LINE_WORDS_MAX);
        ck_assert_uint_lt(len, WORD_MAX);
        ck_assert_uint_gt(len, 0);
        for (size_t i = 0; i < len; i++)
            words[count][i] = (char)tolower((unsigned char)text[i]);
        words[count][len] = '\0';
        commas[count++] = text[len] == ',';
        text += len + (text[len] == ',');
        text += *text == ' ';
    }
    return count;
}

static bool is_one_of(const char *list, const char *word)
{
    const char *padded = arena_printf(compose_arena, " %s ", word);

    return strstr(list, padded) != NULL;
}

static const char prepositions[] = " of in at by for from with to through under over into past across along around between "
                                   "beneath beside behind beyond without until till upon against ";

static void check_sentence(const char *text)
{
    static const char dangling[] = " the a an my your our his her their of to and but from with into at than as is ";
    char words[LINE_WORDS_MAX][WORD_MAX];
    bool commas[LINE_WORDS_MAX];
    size_t count = split(text, words, commas);

    ck_assert_msg(isupper((unsigned char)text[0]), "%s", text);
    ck_assert_uint_ge(count, 1);
    for (size_t i = 0; i + 1 < count; i++) {
        ck_assert_msg(commas[i] || strcmp(words[i], words[i + 1]) != 0, "doubled: %s", text);
        ck_assert_msg(commas[i] || !is_one_of(prepositions, words[i]) || !is_one_of(prepositions, words[i + 1]) ||
                      (strcmp(words[i], "in") == 0 && strcmp(words[i + 1], "from") == 0), "%s", text);
        ck_assert_msg(commas[i] || !is_one_of(" the a an my your our ", words[i]) ||
                      !is_one_of(" the a an my your our i you we ", words[i + 1]), "%s", text);
    }
    ck_assert_msg(!commas[count - 1] && !is_one_of(dangling, words[count - 1]), "%s", text);
}

/* What is sung is what is read. */
static void check_spelling(const struct lyric_line *line)
{
    char *joined = arena_alloc(compose_arena, strlen(line->text) + 2);
    size_t len = 0;

    for (size_t i = 0; i < line->syllables.count; i++) {
        const char *text = line->syllables.items[i].text;
        size_t part = strlen(text);
        bool joins = text[part - 1] == '-';

        ck_assert(part > (size_t)joins);
        ck_assert_uint_le(len + part, strlen(line->text) + 1);
        memcpy(joined + len, text, part - joins);
        len += part - joins;
        if (!joins && i + 1 < line->syllables.count)
            joined[len++] = ' ';
    }
    ck_assert_str_eq(joined, line->text);
}

START_TEST(every_genre_is_sung_in_english)
{
    const char *genre = genres_at(compose_genres, (size_t)_i)->id;

    for (int seed = 1; seed <= 3; seed++) {
        struct song *song = sing(genre, seed, seed == 1 ? "a song about leaving home" : seed == 2 ? "rain, sad" : "a song");
        struct timeline *t = compose_timeline(song);
        size_t sung = 0, syllables = 0;

        for (size_t i = 0; i < t->melody.count; i++)
            sung += is_sung(t, &t->melody.items[i]);
        for (size_t i = 0; i < song->lyric_spec->lines.count; i++) {
            const struct lyric_line *line = &song->lyric_spec->lines.items[i];

            check_sentence(line->text);
            check_spelling(line);
            syllables += line->syllables.count;
        }
        ck_assert_uint_eq(syllables, sung);
        ck_assert_str_eq(song->lyric_spec->language, "en");
    }
}
END_TEST

/* The last word but calls: "again, oh" ends with "again". */
static void last_word(const char *text, char out[WORD_MAX])
{
    char words[LINE_WORDS_MAX][WORD_MAX];
    bool commas[LINE_WORDS_MAX];
    size_t count = split(text, words, commas);

    while (count > 1 && commas[count - 2] && is_one_of(" oh yeah ", words[count - 1]))
        count--;
    memcpy(out, words[count - 1], WORD_MAX);
}

START_TEST(lines_that_are_said_to_rhyme_do)
{
    const char *genre = genres_at(compose_genres, (size_t)_i)->id;
    size_t lines = 0, rhymed = 0;

    for (int seed = 1; seed <= 6; seed++) {
        struct song *song = sing(genre, seed, seed % 2 == 0 ? "love and the sea" : "the city at night");
        const struct lyric_spec *spec = song->lyric_spec;

        for (size_t i = 0; i < spec->lines.count; i++) {
            const struct lyric_line *a = &spec->lines.items[i];
            bool returns = false;

            for (size_t j = 0; j < i; j++)
                returns |= strcmp(spec->lines.items[j].text, a->text) == 0;
            lines += !returns;
            rhymed += !returns && a->rhyme != NULL;
            for (size_t j = i + 1; j < spec->lines.count; j++) {
                const struct lyric_line *b = &spec->lines.items[j];
                char x[WORD_MAX], y[WORD_MAX];

                if (a->rhyme == NULL || b->rhyme == NULL || strcmp(a->rhyme, b->rhyme) != 0 ||
                    strcmp(a->section_label, b->section_label) != 0)
                    continue;
                last_word(a->text, x);
                last_word(b->text, y);
                ck_assert_msg(words_rhyme(x, y), "%s %d: \"%s\" / \"%s\"", genre, seed, a->text, b->text);
            }
        }
    }
    /* of four lines two rhyme at the least, besides the hooks */
    ck_assert_msg(lines < 30 || rhymed * 3 >= lines, "%s: %zu of %zu lines rhyme", genre, rhymed, lines);
}
END_TEST

/* Of the beats that a note sounds on, its beginning or one it is tied over to: the strongest. */
static double weight_of(const struct timeline *t, const struct lyric_syllable *s)
{
    double weight = metre_weight(t->metre, s->tick);

    for (int at = (s->tick / METRE_PPQ + 1) * METRE_PPQ; at < s->tick + s->len_ticks; at += METRE_PPQ)
        weight = weight < metre_weight(t->metre, at) ? metre_weight(t->metre, at) : weight;
    return weight;
}

/* In words of more than one syllable the stressed one lies no weaker than its neighbours, as in English song. */
static void count_stresses(const struct song *song, size_t *good, size_t *all)
{
    const struct timeline *t = compose_timeline(song);

    for (size_t i = 0; i < song->lyric_spec->lines.count; i++) {
        const struct lyric_line *line = &song->lyric_spec->lines.items[i];

        for (size_t k = 0; k < line->syllables.count;) {
            char plain[WORD_MAX] = "";
            size_t n = 0, len = 0;
            const struct lexis_word *w;
            int lengths[8], stress[8], best = -1;
            double weights[8] = { 0 };

            for (bool joins = true; joins; n++) {
                const char *text = line->syllables.items[k + n].text;
                size_t part = strcspn(text, ",-");

                joins = text[part] == '-';
                memcpy(plain + len, text, part);
                len += part;
                weights[n] = weight_of(t, &line->syllables.items[k + n]);
            }
            w = n > 1 ? lexis_find(lexis, plain, len) : NULL;
            if (w != NULL && lexis_syllables(w, lengths, stress, 8) == (int)n) {
                bool fits = true;

                for (size_t s = 0; s < n; s++)
                    if (stress[s] == STRESS_FULL && best < 0)
                        best = (int)s;
                for (size_t s = 0; best >= 0 && s < n; s++)
                    fits &= weights[best] >= weights[s] || stress[s] == STRESS_FULL;
                *all += best >= 0;
                *good += best >= 0 && fits;
            }
            k += n;
        }
    }
}

/* Set to the notes by chance, a word of two syllables would be right about half of the time: three of four must be. */
START_TEST(stresses_lie_on_beats)
{
    size_t good = 0, all = 0;

    for (size_t g = 0; g < genres_count(compose_genres); g++)
        for (int seed = 1; seed <= 2; seed++)
            count_stresses(sing(genres_at(compose_genres, g)->id, seed, "coming home in the rain"), &good, &all);
    ck_assert_uint_gt(all, 500);
    ck_assert_msg(good * 4 >= all * 3, "%zu of %zu", good, all);
}
END_TEST

static const char *section_text(const struct song *song, const char *label)
{
    const char *out = "";

    for (size_t i = 0; i < song->lyric_spec->lines.count; i++)
        if (strcmp(song->lyric_spec->lines.items[i].section_label, label) == 0)
            out = arena_printf(compose_arena, "%s%s\n", out, song->lyric_spec->lines.items[i].text);
    return out;
}

START_TEST(seeds_sing_other_verses)
{
    const char *verses[10];

    for (int seed = 1; seed <= 10; seed++) {
        verses[seed - 1] = section_text(sing("country", seed, "a song about leaving home"), "Verse 1");
        ck_assert_str_ne(verses[seed - 1], "");
        for (int other = 1; other < seed; other++)
            ck_assert_str_ne(verses[seed - 1], verses[other - 1]);
    }
    ck_assert_str_eq(verses[0], section_text(sing("country", 1, "a song about leaving home"), "Verse 1"));
}
END_TEST

static bool is_verse(const char *label)
{
    return strncmp(label, "Verse", 5) == 0;
}

START_TEST(verses_say_new_things)
{
    static const char *const genres[] = { "pop", "rock", "country", "acoustic-folk" };

    for (int seed = 1; seed <= 5; seed++) {
        const struct lyric_spec *spec = sing(genres[_i], seed, "summer with friends")->lyric_spec;

        for (size_t i = 0; i < spec->lines.count; i++)
            for (size_t j = 0; j < i; j++)
                if (is_verse(spec->lines.items[i].section_label) && is_verse(spec->lines.items[j].section_label))
                    ck_assert_msg(strcmp(spec->lines.items[i].text, spec->lines.items[j].text) != 0, "%s %d: %s",
                                  genres[_i], seed, spec->lines.items[i].text);
    }
}
END_TEST

/* Themes. */

START_TEST(briefs_choose_themes)
{
    static const struct {
        const char *brief, *theme, *word;
    } rows[] = {
        { "A hopeful song about leaving home", "leaving home", "leaving home" },
        { "coming home to my family", "home", "coming home" },
        { "neon outrun for a late-night drive", "night drive", "drive" },
        { "a tender wedding song", "love found", "wedding" },
        { "heartbreak ballad", "love lost", "heartbreak" },
        { "life in the city", "the city", "city" },
        { "waves on the ocean", "the sea", "ocean" },
        { "a song about summer", "summer", "summer" },
        { "christmas and snow", "winter", "snow" },
        { "party anthem for the dance floor", "the dance floor", "dance floor" },
        { "a song of faith and grace", "hope", "faith" },
        { "a day at the factory", "work", "factory" },
        { "childhood photograph memories", "memory", "photograph" },
        { "a rocket to the stars", "the stars", "rocket" },
        { "walking in the rain", "rain", "rain" },
        { "a protest for justice", "freedom", "protest" },
        { "kids at the playground", "childhood", "playground" },
        { "for the best friends in the world", "friends", "friends" },
        { "mountain and forest", "garden and hill", "forest" },
        { "the dragon and the knight in battle", "storm and fire", "dragon" },
    };
    struct song *song = sing("pop", 1, rows[_i].brief);
    bool told = false;

    ck_assert_str_eq(song->lyric_spec->theme, rows[_i].theme);
    for (size_t i = 0; i < song->decisions.count; i++)
        told |= strcmp(song->decisions.items[i].agent, "lyricist") == 0 &&
                strstr(song->decisions.items[i].why, rows[_i].word) != NULL;
    ck_assert_msg(told, "nobody says that \"%s\" chose the theme", rows[_i].word);
}
END_TEST
enum { THEME_BRIEFS = 20 };

START_TEST(what_is_denied_is_not_sung)
{
    ck_assert_str_eq(sing("pop", 1, "about the sea, not love")->lyric_spec->theme, "the sea");
    ck_assert_str_eq(sing("pop", 1, "No rain. A song about snow")->lyric_spec->theme, "winter");
    ck_assert_str_eq(sing("pop", 1, "fast. about trains and the sea. without love songs")->lyric_spec->theme, "the sea");
}
END_TEST

/* Nobody knows what it means, but it is sung. */
START_TEST(unknown_briefs_are_sung_too)
{
    static const char *const briefs[] = { "zyx qwv", "Ein Lied", "123 ???", "a" };

    for (size_t i = 0; i < sizeof(briefs) / sizeof(briefs[0]); i++) {
        struct song *song = sing("pop", 3, briefs[i]);

        ck_assert_ptr_ne(song->lyric_spec->theme, NULL);
        ck_assert_uint_gt(song->lyric_spec->lines.count, 10);
    }
}
END_TEST

static void check_colour(const struct song *song, int never)
{
    const struct theme *t = NULL;

    for (size_t s = 0; s < SHELVES; s++)
        for (size_t i = 0; i < *shelves[s].count; i++)
            if (strcmp(shelves[s].themes[i].name, song->lyric_spec->theme) == 0)
                t = &shelves[s].themes[i];
    ck_assert_ptr_ne(t, NULL);
    for (size_t f = 0; f < t->words.count; f++)
        for (size_t i = 0; t->words.rows[f].colour == never && i < song->lyric_spec->lines.count; i++)
            ck_assert_msg(strcasestr(song->lyric_spec->lines.items[i].text, t->words.rows[f].text) == NULL, "%s",
                          song->lyric_spec->lines.items[i].text);
}

START_TEST(moods_colour_the_words)
{
    for (int seed = 1; seed <= 6; seed++) {
        check_colour(sing("pop", seed, "a sad song about summer"), GLAD);
        check_colour(sing("pop", seed, "a happy song about summer"), BLUE);
    }
}
END_TEST

START_TEST(the_brief_s_things_are_named)
{
    int named = 0;

    for (int seed = 1; seed <= 6; seed++) {
        struct song *song = sing("country", seed, "my grandmother and the lighthouse");
        bool found = false;

        for (size_t i = 0; i < song->lyric_spec->lines.count; i++)
            found |= strcasestr(song->lyric_spec->lines.items[i].text, "grandmother") != NULL ||
                     strcasestr(song->lyric_spec->lines.items[i].text, "lighthouse") != NULL;
        named += found;
    }
    ck_assert_int_ge(named, 5);
}
END_TEST

/* The chorus begins with the song's title when that is a line. */
START_TEST(a_title_is_the_hook)
{
    struct song *song = compose("\"genre\":\"rock\",\"seed\":2,\"vocals\":true,\"brief\":\"a song about the sea\"");
    struct song *named = ARENA_NEW(compose_arena, struct song);
    struct song_spec spec = *song->song_spec;
    const char *chorus;

    spec.title = "Silver Moon Rising";
    *named = (struct song){ .brief = song->brief, .song_spec = &spec };
    named = compose_again(named);
    chorus = section_text(named, "Chorus 1");
    ck_assert_msg(strcasestr(chorus, "silver moon rising") != NULL, "%s", chorus);
    ck_assert_ptr_eq(strcasestr(section_text(song, "Chorus 1"), "silver moon rising"), NULL);
}
END_TEST

Suite *lyrics_suite(void)
{
    Suite *suite = suite_create("band/lyrics");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, compose_tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, words_have_their_syllables);
    tcase_add_test(tests, rhymes_are_true);
    tcase_add_test(tests, every_word_of_the_tables_is_known);
    tcase_add_loop_test(tests, images_are_divided_right, 0, COMPOSE_ALL_GENRES);
    tcase_add_test(tests, themes_are_complete);
    tcase_add_loop_test(tests, every_genre_is_sung_in_english, 0, COMPOSE_ALL_GENRES);
    tcase_add_loop_test(tests, lines_that_are_said_to_rhyme_do, 0, COMPOSE_ALL_GENRES);
    tcase_add_test(tests, stresses_lie_on_beats);
    tcase_add_test(tests, seeds_sing_other_verses);
    tcase_add_loop_test(tests, verses_say_new_things, 0, 4);
    tcase_add_loop_test(tests, briefs_choose_themes, 0, THEME_BRIEFS);
    tcase_add_test(tests, what_is_denied_is_not_sung);
    tcase_add_test(tests, unknown_briefs_are_sung_too);
    tcase_add_test(tests, moods_colour_the_words);
    tcase_add_test(tests, the_brief_s_things_are_named);
    tcase_add_test(tests, a_title_is_the_hook);
    suite_add_tcase(suite, tests);
    return suite;
}
