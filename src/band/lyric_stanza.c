#include "band/lyric_stanza.h"

#include <math.h>
#include <string.h>

enum { TRIES = 72, PAIR_TRIES = 36, PAIR_RHYMES = 4, PAIR_RHYMES_MOST = 14, HOOK_TRIES = 12, LETTERS = 26 };

const char *const lyric_scheme_names[LYRIC_SCHEME_COUNT] = { "AABB", "ABAB", "ABCB" };

#define ACTS_ALL 0x1fu

static struct lyric_wish wish_for(const struct lyric_stanza *z, size_t line)
{
    return (struct lyric_wish){
        .slots = &z->lines[line].place.slots, .cores = &z->cores, .asks = z->asks, .we = z->we,
        .rhyme = -1, 
        .number = z->number, .before = line > 0 && z->lines[line - 1].done ? &z->lines[line - 1].text : NULL,
    };
}

static void take(struct lyric_stanza *z, size_t line, const struct lyric_line_text *text, char rhyme)
{
    z->lines[line].text = *text;
    z->lines[line].done = true;
    z->lines[line].rhyme = rhyme;
    lyric_line_take(text, z->number, 1);
}

/* What a line is when no sentence has its number of syllables: calls. */
static void write_calls(struct lyric_stanza *z, size_t line)
{
    z->lines[line].text = (struct lyric_line_text){ .count = 0 };
    z->lines[line].done = true;
}

void lyric_write_free(struct lyric_stanza *z, size_t line)
{
    struct lyric_wish wish = wish_for(z, line);
    struct lyric_line_text text;
    bool found = lyric_line_make(z->song->stock, &wish, TRIES, &z->song->random, &text);

    if (!found) {
        struct lyric_list all = lyric_stock_cores(z->song->stock, ACTS_ALL, z->hooks, false, true, z->song->arena);

        wish.cores = &all;
        wish.again = true;
        found = lyric_line_make(z->song->stock, &wish, 4 * TRIES, &z->song->random, &text);
    }
    if (found)
        take(z, line, &text, 0);
    else
        write_calls(z, line);
}

/* The cheapest line that rhymes with the word `with` of row `rhyme`. */
static bool find_rhyming(struct lyric_stanza *z, size_t line, int rhyme, const struct lexis_word *with, bool wider,
                         struct lyric_line_text *out)
{
    struct lyric_wish wish = wish_for(z, line);

    wish.wider = wider;
    if (wider)
        wish.cores = &z->wider;
    wish.rhyme = rhyme;
    wish.with = with;
    return lyric_line_make(z->song->stock, &wish, PAIR_TRIES, &z->song->random, out);
}

/* The more of the song's own words lines `a` and `b` can end with. */
static double rhyme_weight(const struct lyric_stanza *z, const struct lyric_list *list, int syllables, bool wider)
{
    double weight = 0;
    size_t able = 0;

    for (size_t i = 0; i < list->count; i++) {
        const struct lyric_phrase *p = list->items[i];

        if (!lyric_may_end(p, syllables, z->number, wider))
            continue;
        weight += p->used > 0 ? 0.1 : p->distance <= 0 ? 1 : 0.3;
        able++;
    }
    return able >= 2 ? fmin(weight, 5) : 0;
}

static int draw_rhyme(struct lyric_stanza *z, int syllables, bool wider)
{
    const struct lyric_song *song = z->song;
    double *weights = ARENA_ARRAY(song->arena, double, lexis_row_count), sum = 0;

    for (size_t i = 0; i < lexis_row_count; i++) {
        weights[i] = rhyme_weight(z, &song->stock->rhymes[i], syllables, wider) / (1 + 2 * song->rhymes_used[i]);
        for (size_t l = 0; weights[i] > 0 && l < z->count; l++)
            if (z->lines[l].done && z->lines[l].text.end != NULL && z->lines[l].text.end->rhyme == (int)i)
                weights[i] *= 0.1;
        sum += weights[i];
    }
    return sum > 0 ? (int)random_weighted(&z->song->random, weights, lexis_row_count) : -1;
}

/* The cheapest line that rhymes with `first`, which is as good as taken. */
static bool find_answer(struct lyric_stanza *z, size_t line, const struct lyric_line_text *first, bool wider,
                        struct lyric_line_text *out)
{
    bool found;

    lyric_line_take(first, z->number, 1);
    found = find_rhyming(z, line, first->end->rhyme, first->end, wider, out);
    lyric_line_take(first, 0, -1);
    return found;
}

/* Two lines that rhyme: of some rhymes the one that costs both together least. */
static void write_pair(struct lyric_stanza *z, size_t a, size_t b)
{
    struct lyric_line_text first, second, best_first = { .count = 0 }, best_second = { .count = 0 };
    bool found = false;
    char letter = (char)('A' + z->letter % LETTERS);
    int x = z->lines[a].place.slots.count, y = z->lines[b].place.slots.count, shorter = x < y ? x : y;

    for (int i = 0; i < PAIR_RHYMES || (!found && i < PAIR_RHYMES_MOST); i++) {
        bool wider = i >= PAIR_RHYMES_MOST / 2;
        int rhyme = draw_rhyme(z, shorter, wider);

        if (rhyme < 0 || !find_rhyming(z, a, rhyme, NULL, wider, &first) ||
            !find_answer(z, b, &first, wider, &second))
            continue;
        if (found && first.cost + second.cost >= best_first.cost + best_second.cost)
            continue;
        best_first = first;
        best_second = second;
        found = true;
    }
    if (!found) {
        lyric_write_free(z, a);
        lyric_write_free(z, b);
        return;
    }
    take(z, a, &best_first, letter);
    take(z, b, &best_second, letter);
    z->song->rhymes_used[best_first.end->rhyme]++;
    z->letter++;
}

/* A line that rhymes with one that is there, when it can be had. */
static void write_answer(struct lyric_stanza *z, size_t to, size_t line)
{
    struct lyric_line_text text;
    const struct lexis_word *end = z->lines[to].text.end;

    if (end == NULL || end->rhyme < 0 || (!find_rhyming(z, line, end->rhyme, end, false, &text) &&
                                          !find_rhyming(z, line, end->rhyme, end, true, &text))) {
        lyric_write_free(z, line);
        return;
    }
    if (z->lines[to].rhyme == 0)
        z->lines[to].rhyme = (char)('A' + z->letter++ % LETTERS);
    take(z, line, &text, z->lines[to].rhyme);
}

/* Lines from … in the song's scheme, where no line is written yet. */
void lyric_write_couplets(struct lyric_stanza *z, size_t from, size_t to)
{
    while (to - from >= 4) {
        if (z->song->scheme == LYRIC_AABB) {
            write_pair(z, from, from + 1);
            write_pair(z, from + 2, from + 3);
        } else if (z->song->scheme == LYRIC_ABAB) {
            write_pair(z, from, from + 2);
            write_pair(z, from + 1, from + 3);
        } else {
            lyric_write_free(z, from);
            write_pair(z, from + 1, from + 3);
            lyric_write_free(z, from + 2);
        }
        from += 4;
    }
    if (to - from == 3) {
        lyric_write_free(z, from++);
    }
    if (to - from == 2)
        write_pair(z, from, from + 1);
    else if (to - from == 1)
        lyric_write_free(z, from);
}

/* The hook that lies best on the line that sings it first: one of the theme's, unless the title is it. */
static void choose_hook(struct lyric_stanza *z, size_t line)
{
    struct lyric_wish wish = wish_for(z, line);
    const struct lyric_list *hooks = &z->song->stock->hooks;
    struct lyric_line_text text;
    int best = 0;

    for (size_t i = 0; i < hooks->count; i++) {
        wish.core = hooks->items[i];
        if (!lyric_line_make(z->song->stock, &wish, HOOK_TRIES, &z->song->random, &text))
            continue;
        if (z->song->hook == NULL || text.cost < best) {
            z->song->hook = hooks->items[i];
            best = text.cost;
        }
    }
}

static struct lyric_phrase *find_call(const struct lyric_stock *stock, int syllables, const struct lyric_phrase *before)
{
    struct lyric_phrase *call = NULL;

    for (size_t i = 0; i < stock->leads[syllables].count; i++)
        if ((stock->leads[syllables].items[i]->of->flags & FREE) != 0 && stock->leads[syllables].items[i] != before &&
            before->of->kind != FRAGMENT_LEAD && before->of->kind != FRAGMENT_FRAME)
            return stock->leads[syllables].items[i];
    for (size_t i = stock->tags.count; i-- > 0;) /* "oh" before a theme's own calls */
        if (stock->tags.items[i]->syllables == syllables)
            call = call == NULL || stock->tags.items[i]->distance > call->distance ? stock->tags.items[i] : call;
    return call;
}

static int syllables_of(const struct lyric_line_text *text)
{
    int sum = 0;

    for (int i = 0; i < text->count; i++)
        sum += text->pieces[i]->syllables;
    return sum;
}

/* One call more at the beginning, or the one that is there away. */
static bool change_call(const struct lyric_stock *stock, struct lyric_line_text *text, int more)
{
    struct lyric_phrase *first = text->pieces[0], *call;

    if (more < 0) {
        if ((first->of->kind != FRAGMENT_LEAD && first->of->kind != FRAGMENT_TAG) || text->count < 2 ||
            first->syllables != -more)
            return false;
        memmove(text->pieces, text->pieces + 1, (size_t)--text->count * sizeof(text->pieces[0]));
        return true;
    }
    call = more < LYRIC_SORTS ? find_call(stock, more, first) : NULL;
    if (call == NULL || text->count == LYRIC_PIECES_MAX)
        return false;
    memmove(text->pieces + 1, text->pieces, (size_t)text->count++ * sizeof(text->pieces[0]));
    text->pieces[0] = call;
    return true;
}

bool lyric_vary(struct lyric_stanza *z, const struct lyric_verse_line *old, size_t to)
{
    struct lyric_verse_line *line = &z->lines[to];
    struct lyric_line_text text = old->text;
    int more = line->place.slots.count - syllables_of(&text);

    if (!old->done || text.count == 0 || (more != 0 && !change_call(z->song->stock, &text, more)))
        return false;
    line->text = text;
    line->done = true;
    line->rhyme = 0;
    return true;
}

bool lyric_write_hook(struct lyric_stanza *z, size_t line)
{
    struct lyric_wish wish = wish_for(z, line);
    struct lyric_line_text text;

    if (z->song->hook == NULL)
        choose_hook(z, line);
    wish.core = z->song->hook;
    if (z->song->hook == NULL || !lyric_line_make(z->song->stock, &wish, TRIES, &z->song->random, &text))
        return false;
    for (int i = 0; i < text.count; i++)
        if (text.pieces[i] == z->song->hook)
            text.pieces[i]->used--;     /* coming back is what it is for */
    take(z, line, &text, 0);
    return true;
}

/* Hook, answer, hook, answer: the answers rhyme. */
void lyric_write_chorus(struct lyric_stanza *z)
{
    for (size_t i = 0; i < z->count; i += 4) {
        size_t left = z->count - i < 4 ? z->count - i : 4;

        if (i >= 4 && left == 4 && lyric_vary(z, &z->lines[i - 4], i) && lyric_vary(z, &z->lines[i - 3], i + 1) && lyric_vary(z, &z->lines[i - 2], i + 2) &&
            lyric_vary(z, &z->lines[i - 1], i + 3))
            continue;
        if (!z->lines[i].done && !(i > 0 && lyric_vary(z, &z->lines[0], i)) && !lyric_write_hook(z, i))
            lyric_write_free(z, i);
        if (left == 4) {
            if (!z->lines[i + 2].done && !lyric_vary(z, &z->lines[i], i + 2))
                lyric_write_free(z, i + 2);
            if (!z->lines[i + 1].done && !z->lines[i + 3].done)
                write_pair(z, i + 1, i + 3);
        } else if (left >= 2) {
            write_answer(z, i, i + left - 1);
        }
        for (size_t k = i; k < i + left; k++)
            if (!z->lines[k].done)
                lyric_write_free(z, k);
    }
}

/* Blues: the first line twice, then the answer. */
static void write_blues(struct lyric_stanza *z)
{
    for (size_t i = 0; i + 2 < z->count; i += 3) {
        write_pair(z, i, i + 2);
        if (!lyric_vary(z, &z->lines[i], i + 1))
            lyric_write_free(z, i + 1);
    }
}

void lyric_tidy_rhymes(struct lyric_stanza *z)
{
    int count[LETTERS] = { 0 };

    for (size_t i = 0; i < z->count; i++)
        if (z->lines[i].rhyme != 0)
            count[z->lines[i].rhyme - 'A']++;
    for (size_t i = 0; i < z->count; i++)
        if (z->lines[i].rhyme != 0 && count[z->lines[i].rhyme - 'A'] < 2)
            z->lines[i].rhyme = 0;
}

/* The line that every verse ends with. */
static bool write_refrain(struct lyric_stanza *z, size_t line)
{
    struct lyric_song *song = z->song;

    if (lyric_vary(z, &song->refrain, line))
        return true;
    if (!lyric_write_hook(z, line))
        return false;
    if (!song->refrain.done)
        song->refrain = z->lines[line];
    return true;
}

/* Without a chorus the hook ends the verse. */
void lyric_write_verse(struct lyric_stanza *z, bool is_blues)
{
    size_t count = z->count;

    if (is_blues && z->count % 3 == 0) {
        write_blues(z);
        return;
    }
    if (!z->song->has_chorus && count >= 3 && write_refrain(z, count - 1)) {
        lyric_write_couplets(z, 0, count % 2 == 0 ? count - 2 : count - 1);
        if (count % 2 == 0)
            write_answer(z, count - 1, count - 2);
        return;
    }
    lyric_write_couplets(z, 0, count);
}
