#include "band/melody_rhythm.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EIGHTH = METRE_PPQ / 2, SIXTEENTH = METRE_PPQ / 4, BOOK_BARS_MAX = 256, SPLICES_PER_BAR = 3 };

#define LIKING 1.3 /* deviation of how gladly a song uses each of its rhythms, in e-folds: some come often, some never */

bool rhythm_bar_read(const char *text, int32_t bar_ticks, struct rhythm_bar *out)
{
    struct rhythm_bar bar = { .count = 0 };
    int32_t tick = 0;

    while (*text != '\0') {
        bool rest = *text == '(';
        char *end;
        double quarters;

        if (*text == ' ') {
            text++;
            continue;
        }
        quarters = strtod(text + rest, &end);
        if (end == text + rest || !(quarters > 0 && quarters <= 32) || bar.count == RHYTHM_NOTES_MAX ||
            (rest && *end != ')'))
            return false;
        if (!rest) {
            bar.tick[bar.count] = tick;
            bar.len[bar.count++] = (int32_t)lround(quarters * METRE_PPQ);
        }
        tick += (int32_t)lround(quarters * METRE_PPQ);
        text = end + rest;
    }
    if (tick != bar_ticks || bar.count == 0)
        return false;
    *out = bar;
    return true;
}

/* Onsets drawn by metrical weight; the later ones tend off the beat as the genre likes. */
static struct rhythm_bar make_bar(const struct genre_melody *m, struct metre metre, int notes, struct random *r)
{
    struct rhythm_bar bar = { .count = 0 };
    int32_t bar_ticks = metre_bar_ticks(metre), grid = notes * EIGHTH > bar_ticks * 3 / 4 && m->grid == 4 ? SIXTEENTH : EIGHTH;
    double weights[64];
    int slots = bar_ticks / grid < 64 ? bar_ticks / grid : 64;
    bool on[64] = { false };

    for (int i = 0; i < slots; i++) {
        double weight = metre_weight(metre, i * grid);

        weights[i] = 0.12 + weight + (weight < 0.2 && i * grid % EIGHTH == 0 ? m->syncopation * 0.6 : 0);
    }
    for (int n = 0; n < notes && n < slots; n++) {
        size_t at = random_weighted(r, weights, (size_t)slots);

        on[at] = true;
        weights[at] = 0;
    }
    for (int i = 0; i < slots && bar.count < RHYTHM_NOTES_MAX; i++) {
        if (!on[i])
            continue;
        if (bar.count > 0)
            bar.len[bar.count - 1] = i * grid - bar.tick[bar.count - 1];
        bar.tick[bar.count++] = i * grid;
    }
    bar.len[bar.count - 1] = bar_ticks - bar.tick[bar.count - 1];
    return bar;
}

void rhythm_book_read(const struct genre_melody *m, struct metre metre, struct arena *a, struct rhythm_book *out)
{
    *out = (struct rhythm_book){ .melody = m, .metre = metre };
    out->bars.items = ARENA_ARRAY(a, struct rhythm_bar, m->rhythms.count * (1 + SPLICES_PER_BAR));
    for (size_t i = 0; i < m->rhythms.count; i++)
        out->bars.count += rhythm_bar_read(m->rhythms.items[i], metre_bar_ticks(metre), &out->bars.items[out->bars.count]);
}

static bool add_note(struct rhythm_bar *b, int32_t tick, int32_t len)
{
    if (b->count == RHYTHM_NOTES_MAX || len <= 0)
        return false;
    b->tick[b->count] = tick;
    b->len[b->count++] = len;
    return true;
}

bool rhythm_bar_splice(const struct rhythm_bar *first, const struct rhythm_bar *second, int32_t at, struct rhythm_bar *out)
{
    struct rhythm_bar bar = { .count = 0 };
    int32_t next = INT32_MAX;

    for (int i = second->count; i-- > 0 && second->tick[i] >= at;)
        next = second->tick[i];
    for (int i = 0; i < first->count && first->tick[i] < at; i++) {
        int32_t end = first->tick[i] + first->len[i];

        add_note(&bar, first->tick[i], (end < next ? end : next) - first->tick[i]);
    }
    if (bar.count == 0 || next == INT32_MAX)
        return false;
    for (int i = 0; i < second->count; i++)
        if (second->tick[i] >= at && !add_note(&bar, second->tick[i], second->len[i]))
            return false;
    *out = bar;
    return true;
}

static bool is_in(const struct rhythm_book *book, const struct rhythm_bar *bar)
{
    for (size_t i = 0; i < book->bars.count; i++) {
        const struct rhythm_bar *other = &book->bars.items[i];

        if (other->count == bar->count && memcmp(other->tick, bar->tick, (size_t)bar->count * sizeof(bar->tick[0])) == 0)
            return true;
    }
    return false;
}

/* Where two halves meet: in the middle, or on another beat. */
static int32_t seam(const struct rhythm_book *book, struct random *r)
{
    int32_t pulse = metre_pulse_ticks(book->metre), pulses = metre_bar_ticks(book->metre) / pulse;

    if (pulses < 2)
        return 0;
    return pulse * (pulses == 2 || random_chance(r, 0.6) ? pulses / 2 : random_between(r, 1, (int)pulses - 1));
}

void rhythm_book_personalise(struct rhythm_book *book, struct arena *a, struct random *r)
{
    size_t own = book->bars.count;

    book->liking = ARENA_ARRAY(a, double, own * (1 + SPLICES_PER_BAR) + 1);
    for (size_t i = 0; own >= 2 && i < own * SPLICES_PER_BAR && book->bars.count < BOOK_BARS_MAX; i++) {
        const struct rhythm_bar *first = &book->bars.items[random_below(r, (unsigned)own)];
        const struct rhythm_bar *second = &book->bars.items[random_below(r, (unsigned)own)];
        struct rhythm_bar bar;

        if (rhythm_bar_splice(first, second, seam(book, r), &bar) && !is_in(book, &bar))
            book->bars.items[book->bars.count++] = bar;
    }
    for (size_t i = 0; i < book->bars.count; i++)
        book->liking[i] = exp(LIKING * random_normal(r));
}

struct rhythm_bar rhythm_bar_draw(const struct rhythm_book *book, double notes, struct random *r)
{
    double weights[BOOK_BARS_MAX], sum = 0;
    size_t count = book->bars.count < BOOK_BARS_MAX ? book->bars.count : BOOK_BARS_MAX;

    for (size_t i = 0; i < count; i++) {
        double off = book->bars.items[i].count - notes;

        weights[i] = exp(-off * off / 2);
        sum += weights[i];
        if (book->liking != NULL)
            weights[i] *= book->liking[i];
    }
    if (sum > 0.3)
        return book->bars.items[random_weighted(r, weights, count)];
    return make_bar(book->melody, book->metre, (int)fmax(round(notes + random_normal(r) * 0.5), 1), r);
}

struct rhythm_bar rhythm_bar_close(const struct rhythm_bar *in, int32_t bar_ticks, int32_t from, int32_t rest)
{
    struct rhythm_bar out = { .count = 0 };

    for (int i = 0; i < in->count && (in->tick[i] < from || out.count == 0); i++) {
        out.tick[out.count] = in->tick[i];
        out.len[out.count++] = in->len[i];
    }
    if (out.tick[out.count - 1] >= bar_ticks - rest - EIGHTH)
        rest = 0;
    out.len[out.count - 1] = bar_ticks - rest - out.tick[out.count - 1];
    return out;
}

static void insert_note(struct rhythm_bar *b, int after)
{
    int32_t half = b->len[after] / 2 / SIXTEENTH * SIXTEENTH;

    if (b->count == RHYTHM_NOTES_MAX || half < SIXTEENTH)
        return;
    memmove(&b->tick[after + 2], &b->tick[after + 1], (size_t)(b->count - after - 1) * sizeof(b->tick[0]));
    memmove(&b->len[after + 2], &b->len[after + 1], (size_t)(b->count - after - 1) * sizeof(b->len[0]));
    b->tick[after + 1] = b->tick[after] + half;
    b->len[after + 1] = b->len[after] - half;
    b->len[after] = half;
    b->count++;
}

static void join_notes(struct rhythm_bar *b, int at)
{
    b->len[at] = b->tick[at + 1] + b->len[at + 1] - b->tick[at];
    memmove(&b->tick[at + 1], &b->tick[at + 2], (size_t)(b->count - at - 2) * sizeof(b->tick[0]));
    memmove(&b->len[at + 1], &b->len[at + 2], (size_t)(b->count - at - 2) * sizeof(b->len[0]));
    b->count--;
}

struct rhythm_bar rhythm_bar_vary(const struct rhythm_bar *in, struct metre metre, struct random *r)
{
    struct rhythm_bar out = *in;
    int at = (int)random_below(r, (unsigned)out.count);

    switch (random_below(r, 3)) {
    case 0:
        if (out.len[at] >= METRE_PPQ && out.len[at] <= METRE_PPQ * 2)
            insert_note(&out, at);
        break;
    case 1:
        if (at + 1 < out.count && out.len[at] + out.len[at + 1] <= METRE_PPQ * 2 &&
            out.tick[at] + out.len[at] == out.tick[at + 1])
            join_notes(&out, at);
        break;
    default:
        if (at > 0 && out.tick[at] % metre_pulse_ticks(metre) == 0 && out.len[at - 1] >= METRE_PPQ &&
            out.tick[at - 1] + out.len[at - 1] == out.tick[at]) {
            out.tick[at] -= EIGHTH;
            out.len[at] += EIGHTH;
            out.len[at - 1] -= EIGHTH;
        }
    }
    return out;
}
