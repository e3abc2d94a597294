#include "band/lyric_line.h"

#include <string.h>

enum {
    STRESS_AGAINST_BEAT = 22, STRESSED_ON_WEAK = 6, UNSTRESSED_ON_HEAVY = 4, UNSTRESSED_ON_BEAT = 1, FUNCTION_WORD_LONGEST = 6, WORD_SPLIT = 12,
    PHRASE_SPLIT = 6, SOFT_SPLIT = 2, JOINT_SPLIT = 3,
    CORE_AGAIN = 60, ADVERB_AGAIN = 14, FRAME_AGAIN = 5, SAME_BEGINNING = 5, SAME_KIND = 3, OTHER_PERSON = 24, MODAL = 4, NOISE = 7,
    END_AGAIN = 10, LIST_STEP = 16, ENDS_MAX = 96, CORES_FEW = 12, FILLS = 3,
};

struct attempt {
    const struct lyric_stock *stock;
    const struct lyric_wish *wish;
    struct random *random;
    const struct lyric_list *ends; /* where it is to rhyme: what it may end with */
    struct lyric_phrase *core, *frame, *front, *middle, *end; /* front: lead, image or adverbial */
    int left;                    /* syllables still to find */
    unsigned sorts;              /* of adverbials taken */
};

static void list_add(struct lyric_list *list, struct lyric_phrase *p, struct arena *a)
{
    if (list->count % LIST_STEP == 0) {
        struct lyric_phrase **more = ARENA_ARRAY(a, struct lyric_phrase *, list->count + LIST_STEP);

        if (list->count > 0)
            memcpy(more, list->items, list->count * sizeof(*more));
        list->items = more;
    }
    list->items[list->count++] = p;
}

static int sort_of(const struct lyric_phrase *p)
{
    return p->syllables < LYRIC_SORTS ? p->syllables : 0;
}

/* "Down the road" and "for good" follow their verb; a lone "now" is a lead already. */
static bool may_lead(const struct lyric_phrase *adverb)
{
    return (adverb->of->flags & TO) == 0 && adverb->syllables > 1 &&
           ((adverb->of->flags & HOW) == 0 || strncmp(adverb->of->text, "with", 4) == 0);
}

static struct lyric_list *list_for(struct lyric_stock *s, struct lyric_phrase *p)
{
    if (p->is_image)
        return &s->images[sort_of(p)];
    switch ((enum fragment_kind)p->of->kind) {
    case FRAGMENT_VERB:
    case FRAGMENT_CLAUSE:
        return &s->cores;
    case FRAGMENT_HOOK:
        return &s->hooks;
    case FRAGMENT_TAG:
        return &s->tags;
    case FRAGMENT_ADVERB:
        return &s->adverbs[sort_of(p)];
    case FRAGMENT_FRAME:
        return &s->frames[(p->of->flags & WE) != 0][sort_of(p)];
    case FRAGMENT_LEAD:
        return &s->leads[sort_of(p)];
    case FRAGMENT_KIND_COUNT:
        break;
    }
    return NULL;
}

static bool may_end(const struct lyric_phrase *p)
{
    return p->last != NULL && p->last->rhyme >= 0 && !p->is_image && p->of->kind != FRAGMENT_FRAME &&
           p->of->kind != FRAGMENT_LEAD;
}

static void sort_phrase(struct lyric_stock *s, struct lyric_phrase *p, struct arena *a)
{
    list_add(list_for(s, p), p, a);
    if (p->of->kind == FRAGMENT_ADVERB && !p->is_image && may_lead(p))
        list_add(&s->fronts[sort_of(p)], p, a);
    if (p->of->kind == FRAGMENT_FRAME && p->begins_with_person)
        list_add(&s->subjects[(p->of->flags & WE) != 0][sort_of(p)], p, a);
}

struct lyric_stock *lyric_stock_new(struct lyric_phrase *phrases, size_t count, struct arena *a)
{
    struct lyric_stock *s = ARENA_NEW(a, struct lyric_stock);

    s->phrases = phrases;
    s->count = count;
    s->rhymes = ARENA_ARRAY(a, struct lyric_list, lexis_row_count);
    for (size_t i = 0; i < count; i++) {
        sort_phrase(s, &phrases[i], a);
        if (may_end(&phrases[i]))
            list_add(&s->rhymes[phrases[i].last->rhyme], &phrases[i], a);
    }
    return s;
}

static struct lyric_phrase *draw(const struct attempt *t, const struct lyric_list *list)
{
    return list->count > 0 ? list->items[random_below(t->random, (unsigned)list->count)] : NULL;
}

static bool is_verb(const struct lyric_phrase *p)
{
    return p->of->kind == FRAGMENT_VERB;
}

static bool is_adverb(const struct lyric_phrase *p)
{
    return p->of->kind == FRAGMENT_ADVERB;
}

/* A line says when, where and how once each. */
static unsigned group_of(unsigned sort)
{
    return (sort & (WHEN | LONG)) != 0 ? WHEN | LONG : (sort & (TO | AT)) != 0 ? TO | AT : HOW;
}

static bool takes(const struct attempt *t, const struct lyric_phrase *adverb)
{
    unsigned flags = t->core->of->flags, sort = adverb->of->flags;
    unsigned able = flags & (WHEN | TO | AT | LONG);

    if (t->core->of->kind == FRAGMENT_VERB || t->core->of->kind == FRAGMENT_CLAUSE)
        able |= WHEN;
    if (is_verb(t->core))
        able |= HOW;

    return (flags & ALONE) == 0 && (able & sort) != 0 && (t->sorts & group_of(sort)) == 0 &&
           (t->core->words & adverb->words) == 0;
}

static bool take_adverb(struct attempt *t, struct lyric_phrase **place, struct lyric_phrase *adverb)
{
    if (adverb == NULL || adverb->syllables > t->left || !takes(t, adverb))
        return false;
    *place = adverb;
    t->sorts |= adverb->of->flags;
    t->left -= adverb->syllables;
    return true;
}

/* "We" holds nothing that is mine alone, and does not speak to "you"; what is asked of the future is not told of now. */
static bool fits_frame(const struct attempt *t, const struct lyric_phrase *frame)
{
    unsigned flags = frame->of->flags, verb = t->core->of->flags;
    bool mine = t->core->says_i || (t->end != NULL && t->end->says_i) || (t->middle != NULL && t->middle->says_i);
    bool yours = t->core->says_you || (t->end != NULL && t->end->says_you);

    if ((flags & WE) != 0 && (mine || yours))
        return false;
    if (frame->says_you && yours)
        return false;
    if ((flags & EAGER) != 0 && (verb & KNOWS) != 0)
        return false;
    if ((flags & HABIT) != 0 && ((verb & LONG) == 0 || (t->sorts & (WHEN | LONG)) != 0))
        return false;
    if ((flags & (PAST | ASKS)) != 0 && (t->sorts & WHEN) != 0)
        return false;
    return (frame->words & t->core->words) == 0 && !(frame->ends_with_preposition && t->core->begins_with_preposition);
}

/* `leads`: nothing comes before it, so that it may begin with "and" or the like. */
static bool fill_frame(struct attempt *t, int syllables, bool leads)
{
    struct lyric_phrase *frame;
    bool we;

    if (syllables < 1 || syllables >= LYRIC_SORTS)
        return false;
    we = t->wish->we && !t->core->says_i && !t->core->says_you;
    frame = draw(t, leads ? &t->stock->frames[we][syllables] : &t->stock->subjects[we][syllables]);
    if (frame == NULL || !fits_frame(t, frame))
        return false;
    t->frame = frame;
    t->left -= syllables;
    return true;
}

static bool fill_front(struct attempt *t)
{
    struct lyric_phrase *front;

    if (t->left >= LYRIC_SORTS)
        return false;
    if (random_chance(t->random, 0.12) && (front = draw(t, &t->stock->images[t->left])) != NULL) {
        t->front = front;
        t->left = 0;
        return true;
    }
    front = draw(t, &t->stock->fronts[t->left]);
    if (front != NULL && front->says_i && t->frame != NULL && (t->frame->of->flags & WE) != 0)
        return false;
    return take_adverb(t, &t->front, front);
}

static bool fill_verb(struct attempt *t)
{
    if (t->left == 0)
        return t->wish->slots->count <= 5 && !t->core->says_i && !t->core->says_you;
    if (t->left <= 7 && random_chance(t->random, t->left <= 4 ? 0.85 : 0.5))
        return fill_frame(t, t->left, true);
    return fill_frame(t, random_between(t->random, 1, 3), false) && t->left >= 0 && (t->left == 0 || fill_front(t));
}

static bool take_piece(struct attempt *t, struct lyric_phrase **place, struct lyric_phrase *piece)
{
    if (piece == NULL || piece->syllables > t->left)
        return false;
    *place = piece;
    t->left -= piece->syllables;
    return true;
}

/* "I know" wants a statement after it, "and" or a call do not. */
static bool take_call(struct attempt *t, struct lyric_phrase *call)
{
    if (call != NULL && (call->of->flags & TURN) != 0 && t->core->of->kind == FRAGMENT_HOOK)
        return false;
    return call != NULL && (t->core->is_statement || call->of->kind == FRAGMENT_TAG || (call->of->flags & FREE) != 0) &&
           take_piece(t, &t->front, call);
}

/* Not a bare noun. */
static void take_tag(struct attempt *t, struct lyric_phrase **place)
{
    struct lyric_phrase *tag = draw(t, &t->stock->tags);

    if (tag != NULL && (tag->syllables > 1 || tag->distance > 0))
        take_piece(t, place, tag);
}

/* A hook is called out: again, or with a call before or after it. */
static bool fill_hook(struct attempt *t)
{
    const struct lyric_stock *s = t->stock;

    if (t->left == 0)
        return true;
    if (t->left == t->core->syllables && random_chance(t->random, 0.5))
        return take_piece(t, &t->front, t->core);
    if (t->wish->rhyme < 0 && t->end == NULL && random_chance(t->random, 0.4))
        take_tag(t, &t->end);
    if (t->left == 0)
        return true;
    if (t->left <= 4 && random_chance(t->random, 0.6))
        return take_call(t, draw(t, random_chance(t->random, 0.5) ? &s->tags : &s->leads[t->left])) && t->left == 0;
    return fill_front(t);
}

static bool fill_clause(struct attempt *t)
{
    if (t->left == 0)
        return true;
    if (t->core->of->kind == FRAGMENT_TAG)
        return t->left == t->core->syllables && take_piece(t, &t->front, t->core);
    if (t->core->of->kind == FRAGMENT_HOOK)
        return fill_hook(t);
    if (t->left <= 4 && random_chance(t->random, 0.5))
        return take_call(t, draw(t, &t->stock->leads[t->left]));
    return fill_front(t);
}

static struct lyric_phrase *draw_core(const struct attempt *t)
{
    if (t->wish->slots->count <= 4 && random_chance(t->random, 0.4))
        return draw(t, &t->stock->tags);
    return draw(t, t->wish->cores);
}

/* An ending adverbial of a random length, when there is room. */
static void maybe_end(struct attempt *t)
{
    if (t->left >= 2 && (t->core->of->flags & ALONE) == 0 && random_chance(t->random, 0.7))
        take_adverb(t, &t->end, draw(t, &t->stock->adverbs[random_between(t->random, 1, t->left < 8 ? t->left : 8)]));
}

/* Where comes before how, and how before when. */
static int order_of(const struct lyric_phrase *adverb)
{
    unsigned sort = adverb->of->flags;

    return (sort & (TO | AT)) != 0 ? 0 : (sort & HOW) != 0 ? 1 : 2;
}

static void maybe_middle(struct attempt *t)
{
    struct lyric_phrase *p = draw(t, &t->stock->adverbs[random_between(t->random, 1, t->left - 1 < 8 ? t->left - 1 : 8)]);

    if (p != NULL && order_of(p) < order_of(t->end))
        take_adverb(t, &t->middle, p);
}

/* What comes before the sentence, drawn anew when it does not fit. */
static bool fill(struct attempt *t)
{
    struct attempt begun = *t;

    for (int i = 0; i < FILLS; i++) {
        if ((is_verb(t->core) ? fill_verb(t) : fill_clause(t)) && t->left == 0)
            return true;
        *t = begun;
    }
    return false;
}

static bool choose_parts(struct attempt *t)
{
    const struct lyric_wish *w = t->wish;
    struct lyric_phrase *last = NULL;

    if (w->rhyme >= 0) {
        last = draw(t, t->ends);
        if (last == NULL)
            return false;
    }
    t->left = w->slots->count;
    t->core = w->core != NULL ? w->core : last != NULL && !is_adverb(last) ? last : draw_core(t);
    if (t->core == NULL || t->core->syllables > t->left)
        return false;
    if (!w->again && t->core->stanza == w->number && t->core != w->core)
        return false;
    t->left -= t->core->syllables;
    if (last != NULL && last != t->core && (!is_adverb(last) || !take_adverb(t, &t->end, last)))
        return false;
    if (last == NULL)
        maybe_end(t);
    if (t->end != NULL && t->left >= 4 && random_chance(t->random, 0.5))
        maybe_middle(t);
    return fill(t);
}

/* "Oh" and "yeah" end no line: what rhymes is before them. */
static bool is_call(const struct lyric_phrase *p)
{
    return p->of->kind == FRAGMENT_TAG && p->syllables == 1;
}

/* No two prepositions meet, no word that matters is said twice. */
static bool assemble(const struct attempt *t, struct lyric_line_text *line)
{
    struct lyric_phrase *const parts[] = { t->front, t->frame, t->core, t->middle, t->end };
    uint64_t words = 0;

    line->count = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const struct lyric_phrase *before = line->count > 0 ? line->pieces[line->count - 1] : NULL;

        if (parts[i] == NULL)
            continue;
        if ((words & parts[i]->words) != 0 && parts[i] != t->front && before != parts[i])
            return false;
        if (before != NULL && before->last == parts[i]->first && before != parts[i] && before->last != NULL)
            return false;
        if (before != NULL && before->ends_with_preposition && parts[i]->begins_with_preposition && !before->is_image)
            return false;
        words |= parts[i]->words;
        line->pieces[line->count++] = parts[i];
    }
    line->end = line->pieces[line->count - 1]->last;
    if (line->count > 1 && line->pieces[line->count - 1] == t->end && is_call(t->end))
        line->end = line->pieces[line->count - 2]->last;
    return true;
}

static int bits(uint32_t mask)
{
    return __builtin_popcount(mask);
}

/* How the words lie on the notes. */
static int metre_cost(const struct lyric_line_text *line, const struct lyric_slots *s)
{
    uint32_t falls = 0, rises = 0, strong = 0, weak = 0, starts = 0, soft = 0, joints = 0, tight = 0, split = s->breaths;
    int at = 0;

    for (int i = 0; i < line->count; i++) {
        const struct lyric_phrase *p = line->pieces[i];

        falls |= p->falls << at;
        rises |= p->rises << at;
        strong |= p->strong << at;
        weak |= p->weak << at;
        starts |= p->starts << at;
        soft |= p->soft << at;
        joints |= 1u << at;
        if (i > 0 && line->pieces[i - 1]->of->kind == FRAGMENT_FRAME)
            tight |= 1u << at;
        at += p->syllables;
    }
    return STRESS_AGAINST_BEAT * (bits(falls & s->below_next) + bits(rises & s->below_last)) +
           STRESSED_ON_WEAK * bits(strong & s->weak) + UNSTRESSED_ON_HEAVY * bits(weak & s->heavy) +
           UNSTRESSED_ON_BEAT * bits(weak & s->beats) + FUNCTION_WORD_LONGEST * (int)(weak >> s->longest & 1) +
           WORD_SPLIT * bits(split & ~starts) + PHRASE_SPLIT * bits(split & starts & ~soft & ~joints) +
           SOFT_SPLIT * bits(split & soft & ~joints) + JOINT_SPLIT * bits(split & tight);
}

static int again_cost(const struct lyric_phrase *p)
{
    switch ((enum fragment_kind)p->of->kind) {
    case FRAGMENT_VERB:
    case FRAGMENT_CLAUSE:
    case FRAGMENT_HOOK:
        return CORE_AGAIN * p->used;
    case FRAGMENT_ADVERB:
        return (p->is_image ? CORE_AGAIN : ADVERB_AGAIN) * p->used;
    default:
        return FRAME_AGAIN * (p->used < 6 ? p->used : 6);
    }
}

static int choice_cost(const struct attempt *t, const struct lyric_line_text *line)
{
    const struct lyric_wish *w = t->wish;
    const struct lyric_line_text *before = w->before;
    int cost = 0;

    for (int i = 0; i < line->count; i++)
        cost += line->pieces[i]->distance + again_cost(line->pieces[i]);
    if (t->frame != NULL && ((t->frame->of->flags & WE) != 0) != w->we)
        cost += OTHER_PERSON;
    if (t->frame != NULL && ((t->frame->of->flags & ASKS) != 0) != w->asks)
        cost += MODAL;
    if (t->frame != NULL && (t->frame->of->flags & (EAGER | PAST)) != 0)
        cost += MODAL;
    if (before == NULL || before->count == 0)
        return cost;
    if (before->pieces[0]->first == line->pieces[0]->first)
        cost += SAME_BEGINNING;
    if (before->end == line->end)
        cost += END_AGAIN;
    for (int i = 0; i < before->count; i++)
        if (before->pieces[i]->of->kind == t->core->of->kind)
            cost += SAME_KIND;
    return cost;
}

struct lyric_list lyric_stock_cores(const struct lyric_stock *stock, unsigned acts, bool hooks, bool we, bool far,
                                    struct arena *a)
{
    struct lyric_list out = { .count = 0 };

    for (size_t i = 0; i < stock->cores.count; i++) {
        struct lyric_phrase *p = stock->cores.items[i];

        if ((acts >> p->of->act & 1) != 0 && (far || p->distance < LYRIC_FAR) && !(we && is_verb(p) && (p->says_i || p->says_you)))
            list_add(&out, p, a);
    }
    if (we && out.count < CORES_FEW)
        return lyric_stock_cores(stock, acts, hooks, false, far, a);
    for (size_t i = 0; hooks && i < stock->hooks.count; i++)
        list_add(&out, stock->hooks.items[i], a);
    return out;
}

static bool was_sung(const struct lyric_line_text *line)
{
    for (int i = 0; i < line->count; i++)
        if (line->pieces[i]->used == 0)
            return false;
    return true;
}

void lyric_offer(const struct lyric_list *cores, int number)
{
    for (size_t i = 0; i < cores->count; i++)
        cores->items[i]->offered = number;
}

/* An adverbial leaves room for a sentence, a verb for its subject. */
bool lyric_may_end(const struct lyric_phrase *p, int syllables, int number, bool wider)
{
    if (is_adverb(p))
        return p->syllables + 2 <= syllables;
    if (p->of->kind == FRAGMENT_TAG)
        return p->syllables <= syllables && syllables <= 4;
    return p->syllables + is_verb(p) <= syllables && (p->offered == number || (wider && p->offered == -number));
}

/* What may end a line that is to rhyme. */
static struct lyric_list find_ends(const struct lyric_stock *stock, const struct lyric_wish *w,
                                   struct lyric_phrase *room[ENDS_MAX])
{
    struct lyric_list out = { .items = room };

    for (size_t i = 0; w->rhyme >= 0 && i < stock->rhymes[w->rhyme].count && out.count < ENDS_MAX; i++) {
        struct lyric_phrase *p = stock->rhymes[w->rhyme].items[i];

        if (lyric_may_end(p, w->slots->count, w->number, w->wider) && (is_adverb(p) || w->core == NULL) &&
            (w->with == NULL || lexis_rhymes(p->last, w->with)))
            room[out.count++] = p;
    }
    return out;
}

bool lyric_line_make(const struct lyric_stock *stock, const struct lyric_wish *wish, int tries, struct random *random,
                     struct lyric_line_text *out)
{
    struct lyric_phrase *room[ENDS_MAX];
    struct lyric_list ends = find_ends(stock, wish, room);
    bool found = false;

    if (wish->rhyme >= 0 && ends.count == 0)
        return false;
    for (int i = 0; i < tries; i++) {
        struct attempt t = { .stock = stock, .wish = wish, .random = random, .ends = &ends };
        struct lyric_line_text line;

        if (!choose_parts(&t) || !assemble(&t, &line))
            continue;
        if (wish->core == NULL && was_sung(&line))
            continue;
        line.cost = metre_cost(&line, wish->slots) + choice_cost(&t, &line) + (int)random_below(random, NOISE);
        if (!found || line.cost < out->cost)
            *out = line;
        found = true;
    }
    return found;
}

void lyric_line_take(const struct lyric_line_text *line, int stanza, int more)
{
    for (int i = 0; i < line->count; i++) {
        line->pieces[i]->used += more;
        line->pieces[i]->stanza = stanza;
    }
}
