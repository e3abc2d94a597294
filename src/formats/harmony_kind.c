#include "formats/harmony_kind.h"

enum { SEMITONES = 22, COST_SUBTRACT = 2 };

const char *const degree_change_names[] = { "add", "alter", "subtract" };

/* MusicXML 4.0, type kind-value, with the elevenths that nobody plays left out of the thirteenths. The first of equals is
 * taken. */
static const struct kind {
    const char *name;
    int8_t tones[CHORD_TONES_MAX];
    int count;
} kinds[] = {
    { "major", { 0, 4, 7 }, 3 },
    { "minor", { 0, 3, 7 }, 3 },
    { "diminished", { 0, 3, 6 }, 3 },
    { "suspended-second", { 0, 2, 7 }, 3 },
    { "suspended-fourth", { 0, 5, 7 }, 3 },
    { "power", { 0, 7 }, 2 },
    { "major-sixth", { 0, 4, 7, 9 }, 4 },
    { "minor-sixth", { 0, 3, 7, 9 }, 4 },
    { "dominant", { 0, 4, 7, 10 }, 4 },
    { "major-seventh", { 0, 4, 7, 11 }, 4 },
    { "minor-seventh", { 0, 3, 7, 10 }, 4 },
    { "major-minor", { 0, 3, 7, 11 }, 4 },
    { "half-diminished", { 0, 3, 6, 10 }, 4 },
    { "diminished-seventh", { 0, 3, 6, 9 }, 4 },
    { "augmented", { 0, 4, 8 }, 3 },
    { "augmented-seventh", { 0, 4, 8, 10 }, 4 },
    { "dominant-ninth", { 0, 4, 7, 10, 14 }, 5 },
    { "major-ninth", { 0, 4, 7, 11, 14 }, 5 },
    { "minor-ninth", { 0, 3, 7, 10, 14 }, 5 },
    { "dominant-11th", { 0, 4, 7, 10, 14, 17 }, 6 },
    { "minor-11th", { 0, 3, 7, 10, 14, 17 }, 6 },
    { "dominant-13th", { 0, 4, 7, 10, 14, 21 }, 6 },
    { "major-13th", { 0, 4, 7, 11, 14, 21 }, 6 },
    { "minor-13th", { 0, 3, 7, 10, 14, 21 }, 6 },
};

/* The degree that a tone is written as, and its distance from that of a dominant chord. */
static const struct {
    uint8_t value;
    int8_t alter;
} degrees[SEMITONES] = {
    [0] = { 1, 0 },   [1] = { 2, -1 },  [2] = { 2, 0 },  [3] = { 3, -1 },  [4] = { 3, 0 },   [5] = { 4, 0 },
    [6] = { 5, -1 },  [7] = { 5, 0 },   [8] = { 5, 1 },  [9] = { 6, 0 },   [10] = { 7, 0 },  [11] = { 7, 1 },
    [12] = { 8, 0 },  [13] = { 9, -1 }, [14] = { 9, 0 }, [15] = { 9, 1 },  [16] = { 10, 0 }, [17] = { 11, 0 },
    [18] = { 11, 1 }, [19] = { 12, 0 }, [20] = { 13, -1 }, [21] = { 13, 0 },
};

static unsigned tones_mask(const int8_t *tones, size_t count)
{
    unsigned mask = 0;

    for (size_t i = 0; i < count; i++)
        mask |= 1u << tones[i];
    return mask;
}

static void degree_add(struct harmony_kind *out, int value, int alter, enum degree_change change)
{
    ASSERT(out->count < HARMONY_DEGREES_MAX);
    out->degrees[out->count++] = (struct harmony_degree){ (uint8_t)value, (int8_t)alter, (uint8_t)change };
}

/* A tone of `extra` that is another form of the kind's tone `missing`; a flat thirteenth may stand for a sharp fifth. */
static int other_form(unsigned extra, int missing)
{
    for (int s = 0; s < SEMITONES; s++)
        if ((extra & 1u << s) != 0 && (degrees[s].value == degrees[missing].value || (missing == 7 && s == 20)))
            return s;
    return -1;
}

/* How the wanted tones follow from the kind's, and what that costs. */
static int kind_fit(const struct kind *k, unsigned wanted, struct harmony_kind *out)
{
    unsigned own = tones_mask(k->tones, (size_t)k->count), missing = own & ~wanted, extra = wanted & ~own;
    int cost = 0;

    *out = (struct harmony_kind){ .name = k->name };
    for (int s = 0; s < SEMITONES; s++) {
        int form = (missing & 1u << s) != 0 ? other_form(extra, s) : -1;

        if ((missing & 1u << s) == 0)
            continue;
        if (form >= 0)
            degree_add(out, degrees[s].value, (form - s) % 12, DEGREE_ALTER);
        else
            degree_add(out, degrees[s].value, degrees[s].alter, DEGREE_SUBTRACT);
        cost += form >= 0 ? 1 : COST_SUBTRACT;
        extra &= form >= 0 ? ~(1u << form) : ~0u;
    }
    for (int s = 0; s < SEMITONES; s++)
        if ((extra & 1u << s) != 0) {
            degree_add(out, degrees[s].value, degrees[s].alter, DEGREE_ADD);
            cost++;
        }
    return cost;
}

struct harmony_kind harmony_kind_of(enum chord_quality quality)
{
    const struct chord_info *info = &chord_infos[quality];
    unsigned wanted = tones_mask(info->tones, info->count);
    struct harmony_kind best = { 0 };
    int least = 1000;

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct harmony_kind now;
        int cost = kind_fit(&kinds[i], wanted, &now);

        if (cost < least) {
            least = cost;
            best = now;
        }
    }
    return best;
}
