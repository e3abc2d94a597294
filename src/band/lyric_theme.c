#include "band/lyric_theme.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "band/lexicon.h"

enum { THEMES_MAX = 40, HITS_MAX = 24, NEGATION_WORDS = 3 };
#define SECOND_SHARE 0.34   /* of the first theme's score that makes a second one heard */
#define GENERAL_SHARE 0.5    /* of the images' scores: the general theme's when the brief names none */
#define SUBJECT_WEIGHT 2.0  /* of words after "about" */

static const struct {
    const struct theme *themes;
    const size_t *count;
} shelves[] = {
    { lyric_themes_travel, &lyric_themes_travel_count },
    { lyric_themes_heart, &lyric_themes_heart_count },
    { lyric_themes_nature, &lyric_themes_nature_count },
    { lyric_themes_people, &lyric_themes_people_count },
};

struct reading {
    struct arena *arena;
    const char *text;            /* small letters, single spaces, one at each end */
    const struct theme *themes[THEMES_MAX];
    double scores[THEMES_MAX];
    size_t count;
    const char *hits[HITS_MAX];
    size_t hit_themes[HITS_MAX];
    size_t hit_count;
};

/* Letters only, sentences end with " . ": " a song about leaving home . ". */
static const char *plain(struct arena *a, const char *text)
{
    char *out = arena_alloc(a, 3 * strlen(text) + 3), *to = out;

    *to++ = ' ';
    for (; *text != '\0'; text++) {
        char c = (char)tolower((unsigned char)*text);
        bool ends = strchr(".;:!?", c) != NULL;

        if (isalpha((unsigned char)c) || c == '\'' || (c & 0x80) != 0) {
            *to++ = c;
            continue;
        }
        if (to[-1] != ' ')
            *to++ = ' ';
        if (ends) {
            *to++ = '.';
            *to++ = ' ';
        }
    }
    if (to[-1] != ' ')
        *to++ = ' ';
    *to = '\0';
    return out;
}

/* A "no" or "not" up to three words before `at`, in the same sentence. */
static bool is_negated(const char *text, const char *at)
{
    static const char *const negators[] = { "no", "not", "without", "never", "avoid", "don't", "nothing" };

    for (int words = 0; words < NEGATION_WORDS && at > text + 1; words++) {
        const char *end = at - 1; /* the space before */

        for (at = end; at > text && at[-1] != ' ';)
            at--;
        if (*at == '.')
            return false;
        for (size_t i = 0; i < sizeof(negators) / sizeof(negators[0]); i++)
            if (strlen(negators[i]) == (size_t)(end - at) && strncmp(negators[i], at, (size_t)(end - at)) == 0)
                return true;
    }
    return false;
}

/* Whether " about " comes before, in the same sentence. */
static bool is_subject(const char *text, const char *at)
{
    for (const char *about = strstr(text, " about "); about != NULL && about < at; about = strstr(about + 1, " about "))
        if (memchr(about, '.', (size_t)(at - about)) == NULL)
            return true;
    return false;
}

/* The first place where `keyword` stands as a word, a plural s or not; NULL for none that is not denied. */
static const char *find_word(const char *text, const char *keyword, size_t len)
{
    for (const char *at = text; (at = strchr(at, ' ')) != NULL; at++) {
        if (strncmp(at + 1, keyword, len) != 0)
            continue;
        if ((at[1 + len] == ' ' || (at[1 + len] == 's' && at[2 + len] == ' ')) && !is_negated(text, at + 1))
            return at + 1;
    }
    return NULL;
}

static size_t keyword_length(const char *keywords)
{
    return strcspn(keywords, ",");
}

static const char *next_keyword(const char *keywords)
{
    keywords += keyword_length(keywords);
    return keywords + strspn(keywords, ", ");
}

static void note_hit(struct reading *r, size_t theme, const char *keyword, size_t len)
{
    if (r->hit_count == HITS_MAX)
        return;
    r->hits[r->hit_count] = arena_strndup(r->arena, keyword, len);
    r->hit_themes[r->hit_count++] = theme;
}

/* Longer phrases say more, what the song is "about" says most. */
static void score_theme(struct reading *r, size_t theme, double share)
{
    for (const char *k = r->themes[theme]->keywords; *k != '\0'; k = next_keyword(k)) {
        size_t len = keyword_length(k);
        const char *at = find_word(r->text, k, len);
        double words = 1;

        if (at == NULL)
            continue;
        for (size_t i = 0; i < len; i++)
            words += k[i] == ' ' ? 2 : 0;
        r->scores[theme] += words * share * (is_subject(r->text, at) ? SUBJECT_WEIGHT : 1) +
                            0.1 * share * (1 - (double)(at - r->text) / (double)strlen(r->text));
        note_hit(r, theme, k, len);
    }
}

static void score_text(struct reading *r, const char *text, double share)
{
    if (text == NULL)
        return;
    r->text = plain(r->arena, text);
    for (size_t i = 0; i < r->count; i++)
        score_theme(r, i, share);
}

static void score_images(struct reading *r, const struct genre *genre)
{
    for (size_t i = 0; i < genre->images.count; i++) {
        char *text = arena_strdup(r->arena, genre->images.items[i]), *to = text;

        for (const char *from = text; *from != '\0'; from++)
            if (*from != '-')
                *to++ = *from;
        *to = '\0';
        score_text(r, text, 1);
    }
}

static size_t best_but(const struct reading *r, size_t not)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < r->count; i++)
        if (i != not && r->scores[i] > 0 && (best == SIZE_MAX || r->scores[i] > r->scores[best]))
            best = i;
    return best;
}

static const char *hit_words(const struct reading *r, size_t first, size_t second)
{
    const char *out = "";

    for (size_t i = 0; i < r->hit_count; i++)
        if ((r->hit_themes[i] == first || r->hit_themes[i] == second) && strstr(out, r->hits[i]) == NULL)
            out = arena_printf(r->arena, "%s%s%s", out, out[0] != '\0' ? ", " : "", r->hits[i]);
    return out;
}

static enum fragment_colour colour_of(const struct session *s)
{
    const struct song_spec *spec = s->song->song_spec;
    const struct lexeme *mood = spec->primary_mood != NULL ? lexicon_mood(spec->primary_mood) : NULL;

    if (mood == NULL)
        return ANY;
    return mood->brightness >= 0.1 ? GLAD : mood->brightness <= -0.1 ? BLUE : ANY;
}

static void find_things(struct reading *r, const char *text, struct lyric_choice *out)
{
    if (text == NULL)
        return;
    r->text = plain(r->arena, text);
    for (size_t i = 0; i < lyric_thing_count; i++)
        for (const char *k = lyric_things[i].keywords; *k != '\0'; k = next_keyword(k))
            if (out->thing_count < LYRIC_THINGS_MAX && find_word(r->text, k, keyword_length(k)) != NULL) {
                out->things[out->thing_count++] = &lyric_things[i];
                break;
            }
}

/* By what the genre sings of; one song in three or so may be about anything. */
static const struct theme *draw_theme(struct session *s, struct reading *r)
{
    struct random random = session_random(s, "lyrics.theme", 0);
    double sum = 0;

    for (size_t i = 0; i < r->count; i++)
        sum += r->scores[i];
    r->scores[r->count - 1] += fmax(1, sum * GENERAL_SHARE); /* the general theme is the last */
    return r->themes[random_weighted(&random, r->scores, r->count)];
}

const struct theme *lyric_theme_general(void)
{
    return &lyric_themes_people[lyric_themes_people_count - 1];
}

struct lyric_choice lyric_theme_choose(struct session *s)
{
    const struct song_spec *spec = s->song->song_spec;
    const struct creative_brief *brief = spec->creative_brief;
    const char *text = brief == NULL ? NULL : brief->lyrical_direction != NULL ? brief->lyrical_direction : brief->theme;
    struct lyric_choice out = { .theme = lyric_theme_general(), .words = "", .colour = colour_of(s) };
    struct reading *r = ARENA_NEW(s->arena, struct reading);
    size_t first, second;

    r->arena = s->arena;
    for (size_t i = 0; i < sizeof(shelves) / sizeof(shelves[0]); i++)
        for (size_t j = 0; j < *shelves[i].count && r->count < THEMES_MAX; j++)
            r->themes[r->count++] = &shelves[i].themes[j];
    score_text(r, text, 1);
    score_text(r, spec->title, 0.5);
    find_things(r, text, &out);
    first = best_but(r, SIZE_MAX);
    if (first != SIZE_MAX) {
        second = best_but(r, first);
        out.theme = r->themes[first];
        if (second != SIZE_MAX && r->scores[second] >= SECOND_SHARE * r->scores[first])
            out.second = r->themes[second];
        out.words = hit_words(r, first, out.second != NULL ? second : first);
        return out;
    }
    score_images(r, s->genre);
    out.theme = draw_theme(s, r);
    return out;
}
