#include "band/lyric_gather.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/error.h"
#include "song/brief.h"

enum { SEEN_SLOTS = 2048, TITLE_LEAST = 3, TITLE_MOST = 7, THING_BONUS = -6, COMMON_DISTANCE = 5 };

struct gathering {
    struct session *s;
    const struct lexis *lexis;
    const struct lyric_choice *choice;
    struct lyric_phrase *items;
    size_t count;
    uint32_t seen[SEEN_SLOTS];
    size_t seen_count;
};

/* Two themes may say the same: whether a fragment of this kind and text has been seen, which it is from now on. */
static bool is_seen(struct gathering *g, const struct fragment *f)
{
    uint32_t hash = 2166136261u + (uint32_t)f->kind, slot;

    for (const char *c = f->text; *c != '\0'; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619u; /* FNV-1a */
    hash |= 1; /* 0 is free */
    for (slot = hash % SEEN_SLOTS; g->seen[slot] != 0 && g->seen[slot] != hash; slot = (slot + 1) % SEEN_SLOTS)
        ;
    if (g->seen[slot] == hash)
        return true;
    ASSERT(++g->seen_count < SEEN_SLOTS / 2);
    g->seen[slot] = hash;
    return false;
}

static void add_fragments(struct gathering *g, const struct fragment *rows, size_t count, unsigned kinds, int distance)
{
    for (size_t i = 0; i < count; i++) {
        bool other_mood = rows[i].colour != ANY && g->choice->colour != ANY && rows[i].colour != (int)g->choice->colour;

        if ((kinds >> rows[i].kind & 1) == 0 || other_mood || is_seen(g, &rows[i]) ||
            !lyric_phrase_read(g->lexis, &rows[i], &g->items[g->count]))
            continue;
        g->items[g->count++].distance = distance;
    }
}

static void add_images(struct gathering *g)
{
    const struct genre *genre = g->s->genre;

    for (size_t i = 0; i < genre->images.count; i++) {
        struct fragment *f = ARENA_NEW(g->s->arena, struct fragment);

        *f = (struct fragment){ FRAGMENT_ADVERB, ACT_ANY, ANY, 0, genre->images.items[i] };
        g->count += lyric_phrase_read_image(g->lexis, f, &g->items[g->count]);
    }
}

/* "Neon Nights" within a sentence; what is always written with a capital keeps it. */
static const char *sentence_case(struct arena *a, const char *title)
{
    static const char *const names[] = { "I", "Monday", "Friday", "Saturday", "Sunday", "July", "December", "Christmas", "DJ" };
    char *out = arena_strdup(a, title);

    for (char *at = out; *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        bool name = *at == 'I' && !isalpha((unsigned char)at[1]);

        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            name |= strlen(names[i]) == len && strncasecmp(names[i], at, len) == 0;
        if (!name)
            *at = (char)tolower((unsigned char)*at);
        at += len;
    }
    return out;
}

/* A title that somebody chose may be the hook: a few words that the lexis knows, and not just the brief's beginning. */
static struct lyric_phrase *add_title(struct gathering *g)
{
    struct session *s = g->s;
    const char *title = s->song->song_spec->title, *brief = s->song->brief != NULL ? s->song->brief->brief : "";
    struct lyric_phrase *out = &g->items[g->count];
    struct fragment *f;

    if (title == NULL || strncasecmp(title, brief, strlen(title)) == 0)
        return NULL;
    f = ARENA_NEW(s->arena, struct fragment);
    *f = (struct fragment){ FRAGMENT_HOOK, ACT_ANY, ANY, 0, sentence_case(s->arena, title) };
    if (!lyric_phrase_read(g->lexis, f, out) || out->first == out->last || out->syllables < TITLE_LEAST || out->syllables > TITLE_MOST)
        return NULL;
    g->count++;
    return out;
}

struct lyric_stock *lyric_gather(struct session *s, const struct lexis *lexis, const struct lyric_choice *choice,
                                 struct lyric_phrase **title)
{
    const unsigned all = ~0u, colour = 1u << FRAGMENT_ADVERB | 1u << FRAGMENT_CLAUSE,
                   cores = 1u << FRAGMENT_VERB | 1u << FRAGMENT_CLAUSE;
    const struct fragments *own = &choice->theme->words, *second = choice->second != NULL ? &choice->second->words : NULL;
    const struct fragments *general = &lyric_theme_general()->words;
    struct gathering g = { .s = s, .lexis = lexis, .choice = choice };

    g.items = ARENA_ARRAY(s->arena, struct lyric_phrase,
                          own->count + (second != NULL ? second->count : 0) + general->count + lyric_common.count + 2 * LYRIC_THINGS_MAX +
                              s->genre->images.count + 1);
    *title = add_title(&g);
    add_fragments(&g, own->rows, own->count, all, 0);
    if (second != NULL)
        add_fragments(&g, second->rows, second->count, colour, 0);
    for (size_t i = 0; i < choice->thing_count; i++)
        add_fragments(&g, choice->things[i]->say, 2, all, THING_BONUS);
    add_fragments(&g, lyric_common.rows, lyric_common.count, all, COMMON_DISTANCE);
    if (own->rows != general->rows)
        add_fragments(&g, general->rows, general->count, cores, LYRIC_FAR);
    add_images(&g);
    return lyric_stock_new(g.items, g.count, s->arena);
}
