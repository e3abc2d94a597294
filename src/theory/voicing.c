#include "theory/voicing.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const voicing_kind_names[VOICING_KIND_COUNT] = { "close",      "drop-2",     "drop-3", "open",
                                                             "rootless-a", "rootless-b", "power",  "shell" };

const struct voicing_rules voicing_rules_keys = {
    .low = 52, .high = 76, .voices = 4, .bass_has_root = true, .leading_class = -1
};

enum { COLOUR_LOWEST = 55, DEFAULT_LIMIT = 24, MINOR_NINTH_COST = 8 };

int voicing_interval_limit(int semitones)
{
    /*                                       m2  M2  m3  M3  P4  TT  P5  m6  M6  m7  M7  P8  m9 */
    static const int8_t limits[] = { 0, 64, 52, 50, 48, 45, 46, 36, 41, 41, 41, 41, 24, 52 };

    return semitones > 0 && semitones < (int)sizeof(limits) ? limits[semitones] : DEFAULT_LIMIT;
}

bool voicing_is_clear(const struct voicing *v, const struct chord *c)
{
    unsigned colours = chord_colour_mask(c);

    for (int i = 0; i < v->count; i++) {
        bool is_top = i + 1 == v->count;

        if (!is_top && v->notes[i] < voicing_interval_limit(v->notes[i + 1] - v->notes[i]))
            return false;
        if (!is_top && v->notes[i] < COLOUR_LOWEST && (colours & (1u << v->notes[i] % 12)) != 0)
            return false;
    }
    return true;
}

static double centre_of(const struct voicing_rules *rules)
{
    return rules->centre > 0 ? rules->centre : (rules->low + rules->high) / 2.0;
}

double voicing_own_cost(const struct voicing *v, const struct chord *c, const struct voicing_rules *rules)
{
    int root, sum = 0, thirds = 0, leadings = 0, missing = rules->voices - v->count;
    double cost = 0;

    if (v->count == 0)
        return 0;
    root = pitch_class(c->root);
    for (int i = 0; i < v->count; i++) {
        int up = (v->notes[i] + 12 - root) % 12;

        sum += v->notes[i];
        thirds += up == 3 || up == 4 ? 1 : 0;
        leadings += v->notes[i] % 12 == rules->leading_class ? 1 : 0;
        for (int j = i + 1; j < v->count; j++) /* over the root it is the chord's own flat ninth */
            cost += up != 0 && v->notes[j] - v->notes[i] == 13 ? MINOR_NINTH_COST : 0;
        if (i > 1 && v->notes[i] - v->notes[i - 1] > 12)
            cost += 2;
    }
    cost += 0.25 * fabs((double)sum / v->count - centre_of(rules));
    cost += thirds > 1 ? thirds - 1 : 0;
    cost += rules->is_strict && leadings > 1 ? 3 * (leadings - 1) : 0;
    return cost + (missing > 0 ? missing : 0);
}

/* Pairs of voices that keep a fifth or an octave while both move the same way. */
static int parallels(const struct voicing *from, const struct voicing *to)
{
    int found = 0;

    for (int i = 0; i < to->count; i++)
        for (int j = i + 1; j < to->count; j++) {
            int before = (from->notes[j] - from->notes[i]) % 12, after = (to->notes[j] - to->notes[i]) % 12;
            int lower = to->notes[i] - from->notes[i], upper = to->notes[j] - from->notes[j];

            if (before == after && (after == 0 || after == 7) && lower * upper > 0)
                found++;
        }
    return found;
}

static int shared_count(const struct voicing *a, const struct voicing *b)
{
    return a->count < b->count ? a->count : b->count;
}

/* Σ|Δ| of the voices that both have, counted from the top. */
static int moved(const struct voicing *from, const struct voicing *to)
{
    const uint8_t *a = from->notes + from->count, *b = to->notes + to->count;
    int sum = 0;

    for (int i = shared_count(from, to); i > 0; i--)
        sum += abs(*--a - *--b);
    return sum;
}

static double leading_cost(const struct voicing *from, const struct voicing *to)
{
    int leap = abs(to->notes[to->count - 1] - from->notes[from->count - 1]);

    return moved(from, to) + 2 * abs(to->count - from->count) + (leap > 4 ? leap - 4 : 0);
}

static double strict_cost(const struct voicing *from, const struct voicing *to,
                          const struct voicing_rules *rules)
{
    return rules->is_strict && from->count == to->count ? 4 * parallels(from, to) : 0;
}

double voicing_step_cost(const struct voicing *from, const struct voicing *to,
                         const struct voicing_rules *rules)
{
    if (from == NULL || from->count == 0 || to->count == 0)
        return 0;
    return leading_cost(from, to) + strict_cost(from, to, rules);
}

double voicing_movement(const struct voicing *from, const struct voicing *to)
{
    int shared = shared_count(from, to);

    return shared == 0 ? 0 : (double)moved(from, to) / shared;
}

/* One chord's place in the search. */
struct layer {
    struct voicing voicings[VOICING_CANDIDATES];
    double own[VOICING_CANDIDATES];  /* voicing_own_cost */
    double cost[VOICING_CANDIDATES]; /* of the best path that ends here */
    uint8_t from[VOICING_CANDIDATES];
    uint8_t order[VOICING_CANDIDATES]; /* by cost, so that the search can stop early */
    size_t count;
    const struct chord *chord;
};

static void layer_fill(struct layer *l, const struct chord *c, const struct layer *layers, size_t before,
                       const struct voicing_rules *rules)
{
    l->chord = c;
    for (size_t i = 0; i < before; i++) /* songs repeat their chords */
        if (chord_is_equal(layers[i].chord, c)) {
            memcpy(l->voicings, layers[i].voicings, sizeof(l->voicings));
            memcpy(l->own, layers[i].own, sizeof(l->own));
            l->count = layers[i].count;
            return;
        }
    l->count = voicing_enumerate(c, rules, l->voicings, VOICING_CANDIDATES);
    for (size_t i = 0; i < l->count; i++)
        l->own[i] = voicing_own_cost(&l->voicings[i], c, rules);
}

static void layer_sort(struct layer *l)
{
    for (size_t i = 0; i < l->count; i++) {
        size_t at = i;

        for (; at > 0 && l->cost[l->order[at - 1]] > l->cost[i]; at--)
            l->order[at] = l->order[at - 1];
        l->order[at] = (uint8_t)i;
    }
}

static void layer_search(struct layer *l, const struct layer *previous, const struct voicing *before,
                         const struct voicing_rules *rules)
{
    for (size_t i = 0; i < l->count; i++) {
        double best = INFINITY;

        if (previous == NULL)
            best = voicing_step_cost(before, &l->voicings[i], rules);
        for (size_t j = 0; previous != NULL && j < previous->count; j++) {
            size_t p = previous->order[j];
            double cost = previous->cost[p];

            if (cost >= best) /* steps cost nothing at best, and the rest is dearer still */
                break;
            cost += leading_cost(&previous->voicings[p], &l->voicings[i]);
            if (cost >= best)
                continue;
            cost += strict_cost(&previous->voicings[p], &l->voicings[i], rules);
            if (cost < best) {
                best = cost;
                l->from[i] = (uint8_t)p;
            }
        }
        l->cost[i] = best + l->own[i];
    }
    layer_sort(l);
}

void voicing_path(const struct chord *chords, size_t count, const struct voicing_rules *rules,
                  const struct voicing *before, struct arena *a, struct voicing *out)
{
    struct layer *layers = ARENA_ARRAY(a, struct layer, count > 0 ? count : 1);
    size_t used = 0;
    uint8_t at;

    memset(out, 0, count * sizeof(*out));
    for (size_t i = 0; i < count; i++) {
        if (!chord_is_set(&chords[i]))
            continue;
        layer_fill(&layers[used], &chords[i], layers, used, rules);
        layer_search(&layers[used], used > 0 ? &layers[used - 1] : NULL, before, rules);
        used++;
    }
    at = used > 0 ? layers[used - 1].order[0] : 0;
    for (size_t i = count; i-- > 0;) {
        if (!chord_is_set(&chords[i]))
            continue;
        used--;
        out[i] = layers[used].voicings[at];
        at = layers[used].from[at];
    }
}
