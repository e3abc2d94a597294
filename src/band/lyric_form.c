#include "band/lyric_form.h"

#include <string.h>

#include "band/singing.h"

enum {
    LINE_MOST = 12,           /* syllables in one line */
    BAR_LINE_MOST = 15,       /* in one that bars decide */
    WORDS_FEWEST = 3,         /* a line keeps, when it has calls */
    PHRASE_MOST = 11,         /* a longer phrase is divided */
    GROUP_MOST = 5,           /* phrases in one line */
    ODD_COST = 6,             /* of a number of lines that cannot pair */
    NO_WAY = 1 << 20,
};

/* By the number of syllables. */
static const int length_cost[LINE_MOST + 1] = { 0, 40, 28, 20, 14, 7, 2, 0, 0, 0, 1, 4, 8 };

struct chunk {
    size_t first;
    int count;
    int32_t gap;              /* ticks of rest before it */
};

struct form {
    const struct timeline *t;
    struct chunk *chunks;
    size_t count;
};

static void add_chunk(struct form *f, size_t first, int count)
{
    const struct timeline_note *n = &f->t->melody.items[first];

    f->chunks[f->count] = (struct chunk){ first, count, f->count > 0 ? n->start_tick - n[-1].end_tick : 0 };
    f->count++;
}

/* Where a long phrase divides best: after its longest note near the middle. */
static int division(const struct timeline *t, size_t first, int count, int parts)
{
    int best = count / parts, from = best > 2 ? best - 2 : 1, to = best + 2;
    int32_t longest = -1;

    for (int k = from; k <= to && k < count; k++) {
        const struct timeline_note *n = &t->melody.items[first + (size_t)k];
        int32_t step = n->start_tick - n[-1].start_tick;

        if (step > longest) {
            longest = step;
            best = k;
        }
    }
    return best;
}

static void add_phrase(struct form *f, size_t first, int count)
{
    while (count > PHRASE_MOST) {
        int k = division(f->t, first, count, (count + PHRASE_MOST - 1) / PHRASE_MOST);

        add_chunk(f, first, k);
        first += (size_t)k;
        count -= k;
    }
    add_chunk(f, first, count);
}

static void find_chunks(struct form *f, size_t first, size_t count)
{
    size_t begun = first;

    for (size_t i = first; i < first + count; i++) {
        const struct timeline_note *n = &f->t->melody.items[i];

        if (i + 1 < first + count && !is_line_end(n, n + 1))
            continue;
        add_phrase(f, begun, (int)(i + 1 - begun));
        begun = i + 1;
    }
}

static int gap_cost(int32_t gap)
{
    return gap >= 2 * METRE_PPQ ? 5 : gap >= METRE_PPQ ? 2 : 0;
}

/* Chunks from … to - 1 as one line. */
static int line_cost(const struct form *f, size_t from, size_t to)
{
    int syllables = 0, cost = 0;

    for (size_t i = from; i < to; i++) {
        syllables += f->chunks[i].count;
        if (i > from)
            cost += gap_cost(f->chunks[i].gap);
        if (f->chunks[i].count == 1 && i == from && to > from + 1)
            cost += 3;
    }
    return syllables <= LINE_MOST ? cost + length_cost[syllables] : to == from + 1 ? cost + 12 : NO_WAY;
}

/* Least cost over all ways to make lines, for an even and an odd number of them. `starts[i]` marks the choice. */
static void choose_lines(const struct form *f, struct arena *a, bool *starts)
{
    size_t n = f->count;
    int(*cost)[2] = arena_alloc_array(a, n + 1, sizeof(*cost));
    uint8_t(*back)[2] = arena_alloc_array(a, n + 1, sizeof(*back));
    size_t at = n;
    int odd;

    for (size_t i = 0; i <= n; i++)
        cost[i][0] = cost[i][1] = i == 0 ? 0 : NO_WAY;
    cost[0][1] = NO_WAY;
    for (size_t i = 1; i <= n; i++)
        for (size_t len = 1; len <= i && len <= GROUP_MOST; len++) {
            int add = line_cost(f, i - len, i);

            for (int parity = 0; parity < 2; parity++)
                if (add < NO_WAY && cost[i - len][!parity] + add < cost[i][parity]) {
                    cost[i][parity] = cost[i - len][!parity] + add;
                    back[i][parity] = (uint8_t)len;
                }
        }
    odd = cost[n][1] + ODD_COST < cost[n][0];
    while (at > 0) {
        size_t len = back[at][odd];

        at -= len;
        starts[at] = true;
        odd = !odd;
    }
}

/* The weight of the strongest beat that the note sounds on: one tied over a beat stands for it. */
static double note_weight(const struct timeline *t, const struct timeline_note *n)
{
    int32_t beat = metre_unit_ticks(t->metre) < METRE_PPQ ? metre_unit_ticks(t->metre) : METRE_PPQ;
    double weight = metre_weight(t->metre, n->start_tick);

    for (int32_t at = (n->start_tick / beat + 1) * beat; at < n->end_tick; at += beat)
        if (metre_weight(t->metre, at) > weight)
            weight = metre_weight(t->metre, at);
    return weight;
}

static int32_t note_length(const struct timeline_note *n)
{
    return n->end_tick - n->start_tick;
}

static void read_slots(const struct timeline *t, struct lyric_place *p, uint32_t breaths)
{
    const struct timeline_note *notes = &t->melody.items[p->first_note];
    struct lyric_slots *s = &p->slots;
    int32_t longest = 0;

    *s = (struct lyric_slots){ .longest = -1 };
    for (int i = 0; i < p->notes - p->calls; i++) {
        double weight = note_weight(t, &notes[i]), before = i > 0 ? note_weight(t, &notes[i - 1]) : 0,
               after = i + 1 < p->notes - p->calls ? note_weight(t, &notes[i + 1]) : 0;
        uint32_t bit = 1u << s->count;

        if (weight >= 0.67)
            s->heavy |= bit;
        else if (weight >= 0.4)
            s->beats |= bit;
        else if ((weight < before || weight < after) && note_length(&notes[i]) < METRE_PPQ)
            s->weak |= bit;
        if (weight < after)
            s->below_next |= bit;
        if (weight < before)
            s->below_last |= bit;
        if ((breaths >> i & 1) != 0)
            s->breaths |= bit;
        if (note_length(&notes[i]) > longest) {
            longest = note_length(&notes[i]);
            s->longest = s->count;
        }
        s->count++;
    }
}

/* A single note after a beat's rest; after less it can be the line's last word. */
static bool is_call(const struct chunk *c)
{
    return c->count == 1 && c->gap >= METRE_PPQ;
}

/* Chunks from … to - 1 as a line. */
static struct lyric_place make_place(const struct form *f, size_t from, size_t to)
{
    struct lyric_place p = { .first_note = f->chunks[from].first };
    uint32_t breaths = 0;

    for (size_t i = from; i < to; i++) {
        if (i > from)
            breaths |= 1u << p.notes;
        p.notes += f->chunks[i].count;
    }
    for (size_t i = to; i > from + 1 && is_call(&f->chunks[i - 1]) && p.notes - p.calls > WORDS_FEWEST; i--)
        p.calls++;
    read_slots(f->t, &p, breaths);
    return p;
}

/* A chunk begins a line when it is the first in its group of bars. */
static void choose_by_bars(const struct form *f, int line_bars, bool *starts)
{
    const struct timeline_note *notes = f->t->melody.items;
    int32_t origin = f->t->sections.items[notes[f->chunks[0].first].section].start_tick, len = line_bars * f->t->bar_ticks;

    for (size_t i = 1; i < f->count; i++) {
        /* an upbeat belongs to the bar it leads to */
        int32_t now = (notes[f->chunks[i].first].start_tick - origin + METRE_PPQ) / len,
                before = (notes[f->chunks[i - 1].first].start_tick - origin + METRE_PPQ) / len;

        starts[i] = now != before;
    }
}

static bool all_short(const struct form *f, const bool *starts)
{
    int syllables = 0;

    for (size_t i = 0; i < f->count; i++) {
        syllables = starts[i] ? f->chunks[i].count : syllables + f->chunks[i].count;
        if (syllables > BAR_LINE_MOST)
            return false;
    }
    return true;
}

size_t lyric_form_make(const struct timeline *t, size_t first, size_t count, int line_bars, struct arena *a,
                       struct lyric_place **out)
{
    struct form f = { .t = t, .chunks = ARENA_ARRAY(a, struct chunk, count + 1) };
    size_t lines = 0, begun = 0;
    bool *starts;

    find_chunks(&f, first, count);
    starts = ARENA_ARRAY(a, bool, f.count + 1);
    *out = ARENA_ARRAY(a, struct lyric_place, f.count + 1);
    if (f.count == 0)
        return 0;
    if (line_bars > 0)
        choose_by_bars(&f, line_bars, starts);
    if (line_bars == 0 || !all_short(&f, starts)) {
        memset(starts, 0, (f.count + 1) * sizeof(*starts));
        choose_lines(&f, a, starts);
    }
    for (size_t i = 1; i <= f.count; i++)
        if (i == f.count || starts[i]) {
            (*out)[lines++] = make_place(&f, begun, i);
            begun = i;
        }
    return lines;
}
