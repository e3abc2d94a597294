/*
 * Chord qualities and symbols as text. A quality that the table does not have is worked out as a set of tones
 * (bit n: n semitones above the root, 0 … 21) and rounded to the nearest row.
 */
#include <stdio.h>
#include <string.h>

#include "core/error.h"
#include "theory/aliases.h"
#include "theory/chord.h"

#define TONE(n) (1u << (n))
#define THIRDS (TONE(3) | TONE(4))
#define SEVENTHS (TONE(10) | TONE(11))

enum { QUALITY_TEXT_MAX = 48, ADDED = '@' };

/* What an addition does to a set of tones. */
enum seventh_rule { KEEP, SEVENTH, MAJOR_SEVENTH, FLAT_SEVENTH };
struct addition {
    const char *text;
    const char *aliases;
    unsigned clears, sets;
    enum seventh_rule seventh;
};

/* clang-format off */
static const struct addition additions[] = {
    /* text    aliases                clears               sets                 seventh */
    { "6",     "add6,add13",          0,                   TONE(9),             KEEP          },
    { "7",     "b7,dom7",             0,                   0,                   SEVENTH       },
    { "maj7",  "M7,Δ,Δ7,#7",          0,                   0,                   MAJOR_SEVENTH },
    { "9",     "",                    TONE(13) | TONE(15), TONE(14),            SEVENTH       },
    { "11",    "",                    TONE(18),            TONE(14) | TONE(17), SEVENTH       },
    { "13",    "",                    TONE(20),            TONE(14) | TONE(21), SEVENTH       },
    { "maj9",  "M9",                  0,                   TONE(14),            MAJOR_SEVENTH },
    { "maj13", "M13",                 0,                   TONE(14) | TONE(21), MAJOR_SEVENTH },
    { "add9",  "add2,2",              0,                   TONE(14),            KEEP          },
    { "add11", "add4,4",              0,                   TONE(17),            KEEP          },
    { "sus2",  "",                    THIRDS | TONE(5),    TONE(2),             KEEP          },
    { "sus4",  "sus",                 THIRDS | TONE(2),    TONE(5),             KEEP          },
    { "b5",    "-5",                  TONE(7) | TONE(8),   TONE(6),             KEEP          },
    { "#5",    "+5,+,aug",            TONE(7) | TONE(6),   TONE(8),             KEEP          },
    { "b9",    "-9,addb9",            TONE(14),            TONE(13),            FLAT_SEVENTH  },
    { "#9",    "+9,add#9",            TONE(14),            TONE(15),            FLAT_SEVENTH  },
    { "#11",   "+11,#4,add#11,add#4", TONE(17),            TONE(18),            KEEP          },
    { "b13",   "-13,b6,addb13,addb6", TONE(21),            TONE(20),            FLAT_SEVENTH  },
    { "no3",   "omit3",               THIRDS,              0,                   KEEP          },
    { "no5",   "omit5",               TONE(7),             0,                   KEEP          },
    { "alt",   "altered",             TONE(7) | TONE(14),  TONE(15) | TONE(20), FLAT_SEVENTH  },
};
/* clang-format on */

static unsigned tones_of(enum chord_quality q)
{
    unsigned tones = 0;

    for (size_t i = 0; i < chord_infos[q].count; i++)
        tones |= TONE(chord_infos[q].tones[i]);
    return tones;
}

/* The same tones within one octave. */
static unsigned classes_of(unsigned tones)
{
    return (tones | tones >> 12) & 0xfff;
}

static bool is_diminished(unsigned tones)
{
    return (tones & (TONE(3) | TONE(6) | TONE(7))) == (TONE(3) | TONE(6));
}

static bool has_seventh(unsigned tones)
{
    return (tones & SEVENTHS) != 0 || (is_diminished(tones) && (tones & TONE(9)) != 0);
}

static unsigned add(unsigned tones, const struct addition *a)
{
    bool is_sixth = (tones & TONE(9)) != 0 && !is_diminished(tones);

    if (a->sets == TONE(9) && has_seventh(tones)) /* a sixth above a seventh is a thirteenth */
        return tones | TONE(14) | TONE(21);
    switch (a->seventh) {
    case KEEP:
        break;
    case SEVENTH:
        if (has_seventh(tones) || (is_sixth && a->sets == TONE(14)))
            break;
        tones |= is_diminished(tones) && a->sets == 0 ? TONE(9) : TONE(10);
        break;
    case MAJOR_SEVENTH:
        tones = (tones & ~TONE(10)) | TONE(11);
        break;
    case FLAT_SEVENTH:
        if (!has_seventh(tones) && !is_sixth)
            tones |= TONE(10);
        break;
    }
    tones &= ~a->clears;
    /* The ninth below an eleventh or thirteenth is the one that is there already. */
    if (a->sets != TONE(14) && (tones & (TONE(13) | TONE(15))) != 0)
        return tones | (a->sets & ~TONE(14));
    return tones | a->sets;
}

/* The row that lacks fewest of the tones and brings fewest foreign ones, those counting double. */
static enum chord_quality nearest(unsigned tones, bool *is_exact)
{
    enum chord_quality best = CHORD_MAJ;
    int least = 1 << 20;

    for (int i = 0; i < CHORD_QUALITY_COUNT; i++) {
        unsigned row = tones_of((enum chord_quality)i);
        unsigned wanted = classes_of(tones), given = classes_of(row);
        int cost = 8 * (__builtin_popcount(wanted & ~given) + 2 * __builtin_popcount(given & ~wanted));

        if ((row & SEVENTHS) != (tones & SEVENTHS))
            cost += 1000;
        if ((row & THIRDS) != (tones & THIRDS))
            cost += 10000;
        if (row != tones)
            cost++;
        if (cost < least) {
            least = cost;
            best = (enum chord_quality)i;
        }
    }
    if (is_exact != NULL)
        *is_exact = least <= 1;
    return best;
}

/* Copies without what only decorates: parentheses, commas, spaces; with ASCII signs; words in lower case. A
 * number that stood apart, as in "m7(9)", keeps a mark, so that it is not read as part of the number before
 * it. */
static bool clean(const char *text, char out[QUALITY_TEXT_MAX])
{
    static const char *const words[] = {
        "maj", "min", "dim", "aug", "sus", "add", "alt", "dom", "omi", "hal"
    };
    size_t len = 0;

    while (*text != '\0') {
        bool flat = strncmp(text, "♭", strlen("♭")) == 0, sharp = strncmp(text, "♯", strlen("♯")) == 0;

        if (len + 1 >= QUALITY_TEXT_MAX)
            return false;
        if (flat || sharp) {
            out[len++] = flat ? 'b' : '#';
            text += strlen("♭");
        } else if (strchr("(), ", *text) != NULL) {
            if (*text != ' ' && text[1] >= '0' && text[1] <= '9')
                out[len++] = ADDED;
            text++;
        } else {
            out[len++] = *text++;
        }
    }
    out[len] = '\0';
    for (size_t i = 0; i + 3 <= len; i++) {
        char lower[4] = "";

        for (size_t j = 0; j < 3; j++)
            lower[j] = (char)(out[i + j] >= 'A' && out[i + j] <= 'Z' ? out[i + j] + 32 : out[i + j]);
        for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++)
            if (strcmp(lower, words[w]) == 0)
                memcpy(out + i, lower, 3);
    }
    return true;
}

static int row_find(const char *text)
{
    for (int i = 0; i < CHORD_QUALITY_COUNT; i++)
        if (strcmp(chord_infos[i].name, text) == 0 || strcmp(chord_infos[i].symbol, text) == 0 ||
            aliases_have(chord_infos[i].aliases, text))
            return i;
    return -1;
}

static const struct addition *addition_find(const char *text)
{
    for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++)
        if (strcmp(additions[i].text, text) == 0 || aliases_have(additions[i].aliases, text))
            return &additions[i];
    return NULL;
}

/* Applies all of `text`, longest additions first. A bare number is refused: "77", "m711". */
static bool add_all(const char *text, unsigned *tones)
{
    char word[QUALITY_TEXT_MAX];

    while (*text != '\0') {
        const struct addition *a = NULL;
        size_t len = strlen(text);

        if (*text >= '0' && *text <= '9')
            return false;
        if (*text == ADDED) {
            text++;
            len--;
        }
        for (; len > 0; len--) {
            memcpy(word, text, len);
            word[len] = '\0';
            a = addition_find(word);
            if (a != NULL)
                break;
        }
        if (a == NULL)
            return false;
        *tones = add(*tones, a);
        text += len;
    }
    return true;
}

int chord_quality_find(const char *text)
{
    char plain[QUALITY_TEXT_MAX], base[QUALITY_TEXT_MAX];
    int row = row_find(text);

    if (row >= 0)
        return row;
    if (!clean(text, plain) || plain[0] == '\0')
        return -1;
    row = row_find(plain);
    if (row >= 0)
        return row;
    for (size_t len = strlen(plain) - 1;; len--) {
        memcpy(base, plain, len);
        base[len] = '\0';
        row = row_find(base);
        if (row >= 0) {
            unsigned tones = tones_of((enum chord_quality)row);

            if (add_all(plain + len, &tones))
                return (int)nearest(tones, NULL);
        }
        if (len == 0)
            return -1;
    }
}

static bool add_list(const char *const *texts, size_t count, unsigned *tones)
{
    bool ok = true;

    for (size_t i = 0; i < count; i++) {
        char plain[QUALITY_TEXT_MAX];
        const struct addition *a = clean(texts[i], plain) ? addition_find(plain + (plain[0] == ADDED)) : NULL;

        if (a != NULL)
            *tones = add(*tones, a);
        else
            ok = false;
    }
    return ok;
}

bool chord_quality_extend(enum chord_quality base, const char *const *extensions, size_t extension_count,
                          const char *const *alterations, size_t alteration_count, enum chord_quality *out,
                          bool *is_exact)
{
    unsigned tones = tones_of(base);
    bool ok = add_list(extensions, extension_count, &tones);

    ok = add_list(alterations, alteration_count, &tones) && ok;
    *out = nearest(tones, is_exact);
    return ok;
}

bool chord_parse(const char *text, struct chord *out)
{
    struct chord c = { 0 };
    char suffix[QUALITY_TEXT_MAX];
    size_t used = pitch_parse_prefix(text, &c.root);
    const char *slash = strrchr(text, '/');
    size_t len;
    int quality;

    if (used == 0)
        return false;
    if (slash != NULL && pitch_parse(slash + 1, &c.bass))
        c.has_bass = true;
    len = c.has_bass ? (size_t)(slash - text) - used : strlen(text + used);
    if (len >= sizeof(suffix))
        return false;
    memcpy(suffix, text + used, len);
    suffix[len] = '\0';
    quality = chord_quality_find(suffix);
    if (quality < 0)
        return false;
    c.quality = (enum chord_quality)quality;
    if (c.has_bass && pitch_class(c.bass) == pitch_class(c.root)) {
        c.has_bass = false;
        c.bass = (struct pitch_name){ 0 };
    }
    *out = c;
    return true;
}

void chord_print(const struct chord *c, char *out, size_t out_size)
{
    char root[PITCH_TEXT_SIZE], bass[PITCH_TEXT_SIZE] = "";

    if (!chord_is_set(c)) {
        snprintf(out, out_size, "%s", "");
        return;
    }
    pitch_print(c->root, root, sizeof(root));
    if (c->has_bass)
        pitch_print(c->bass, bass, sizeof(bass));
    snprintf(out, out_size, "%s%s%s%s", root, chord_infos[c->quality].symbol, c->has_bass ? "/" : "", bass);
}

static bool codec_parse(const char *text, void *out)
{
    return chord_parse(text, out);
}

static void codec_print(const void *in, char *out, size_t out_size)
{
    chord_print(in, out, out_size);
}

static bool codec_is_unset(const void *in)
{
    return !chord_is_set(in);
}

const struct codec chord_codec = {
    .expected = "a chord symbol such as C, F#m7b5/A or Bbmaj9",
    .size = sizeof(struct chord),
    .parse = codec_parse,
    .print = codec_print,
    .is_unset = codec_is_unset,
};
