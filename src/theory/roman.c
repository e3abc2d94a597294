#include "theory/roman.h"

#include <stdio.h>
#include <string.h>

enum { PIECE_MAX = 24 };

struct degree {
    int number; /* 1 … 7 */
    int accidental;
    bool is_upper;
};

static const char *const upper_numerals[] = { "I", "II", "III", "IV", "V", "VI", "VII" };
static const char *const lower_numerals[] = { "i", "ii", "iii", "iv", "v", "vi", "vii" };

/* Fifths of each degree of the major scale above its tonic. */
static const int8_t degree_fifths[] = { 0, 2, 4, -1, 1, 3, 5 };

static size_t accidental_read(const char *text, int *accidental)
{
    *accidental = text[0] == '#' ? 1 : text[0] == 'b' ? -1 : 0;
    if (*accidental != 0)
        return 1;
    if (strncmp(text, "♯", strlen("♯")) == 0 || strncmp(text, "♭", strlen("♭")) == 0) {
        *accidental = strncmp(text, "♯", strlen("♯")) == 0 ? 1 : -1;
        return strlen("♯");
    }
    return 0;
}

/* Bytes used; 0 when `text` begins with no degree. */
static size_t degree_read(const char *text, struct degree *out)
{
    struct degree d = { 0 };
    size_t start = accidental_read(text, &d.accidental), longest = 0;

    for (int i = 0; i < 7; i++) {
        size_t len = strlen(upper_numerals[i]);
        bool is_upper = strncmp(text + start, upper_numerals[i], len) == 0;

        if (len > longest && (is_upper || strncmp(text + start, lower_numerals[i], len) == 0)) {
            longest = len;
            d.number = i + 1;
            d.is_upper = is_upper;
        }
    }
    if (longest == 0 || (text[start + longest] != '\0' && strchr("IViv", text[start + longest]) != NULL))
        return 0; /* none, or "IIII", "Iv" */
    *out = d;
    return start + longest;
}

/* The accidental of a minor mode's own third, sixth or seventh against the major scale. Gapped scales and the
 * raised seventh of minor keys go by natural minor. */
static int own_accidental(struct key k, int number)
{
    unsigned mask = scale_mask((struct scale){ .root = 0, .mode = k.mode });
    bool has_major_sixth = (mask & (1u << 9)) != 0 && (mask & (1u << 8)) == 0;

    return number == 6 && has_major_sixth ? 0 : -1;
}

/* Upper-case III, VI and VII in minor, which textbooks count from the mode. */
static bool is_textbook(struct degree d, struct key k)
{
    return key_is_minor(k) && d.is_upper && d.accidental == 0 &&
           (d.number == 3 || d.number == 6 || d.number == 7);
}

static struct pitch_name degree_pitch(struct degree d, struct key k)
{
    int accidental = is_textbook(d, k) ? own_accidental(k, d.number) : d.accidental;

    return pitch_at_fifths(pitch_fifths(k.root) + degree_fifths[d.number - 1] + 7 * accidental);
}

struct figure {
    const char *text;
    size_t tone; /* of the chord, that is in the bass */
    bool has_seventh;
};

static const struct figure figures[] = {
    {"6/3",  1, false},
    { "6/4", 2, false},
    { "6/5", 1, true },
    { "4/3", 2, true },
    { "4/2", 3, true },
};

/* The seventh chord on a triad of the key, with the seventh that the key's scale has. */
static enum chord_quality diatonic_seventh(enum chord_quality triad, struct pitch_name root, struct key k)
{
    struct scale s = key_scale(k);
    bool is_major_seventh = scale_has(s, pitch_class(root) + 11) && !scale_has(s, pitch_class(root) + 10);

    switch (triad) {
    case CHORD_MAJ:
        return is_major_seventh ? CHORD_MAJ7 : CHORD_7;
    case CHORD_MIN:
        return CHORD_MIN7;
    case CHORD_DIM:
        return scale_has(s, pitch_class(root) + 9) && !scale_has(s, pitch_class(root) + 10) ? CHORD_DIM7
                                                                                            : CHORD_MIN7B5;
    case CHORD_AUG:
        return is_major_seventh ? CHORD_MAJ7S5 : CHORD_7S5;
    default:
        return triad;
    }
}

/* The quality a suffix names on a numeral of that case; -1 when it names none. */
static int quality_read(const char *suffix, bool is_upper)
{
    static const char *const minor_forms[] = { "o", "°", "ø", "h7", "-h7", "dim", "half", "m", "-" };
    char text[PIECE_MAX + 4];
    int quality;

    if (is_upper || strncmp(suffix, "sus", 3) == 0 || strcmp(suffix, "5") == 0)
        return chord_quality_find(suffix);
    for (size_t i = 0; i < sizeof(minor_forms) / sizeof(minor_forms[0]); i++)
        if (strncmp(suffix, minor_forms[i], strlen(minor_forms[i])) == 0 &&
            strncmp(suffix, "maj", strlen("maj")) != 0) {
            quality = chord_quality_find(suffix);
            return quality >= 0 && chord_quality_is_minor((enum chord_quality)quality) ? quality : -1;
        }
    snprintf(text, sizeof(text), "min%s", suffix);
    quality = chord_quality_find(text);
    return quality >= 0 && chord_quality_is_minor((enum chord_quality)quality) ? quality : -1;
}

/* A numeral taken apart. */
struct numeral {
    struct degree degree;
    char suffix[PIECE_MAX];
    const struct figure *figure;
    bool has_target;
    struct degree target;
    int bass; /* 1 … 7; 0: none */
    int bass_accidental;
};

/* The figure at `text`, which must end there or at a slash. */
static const struct figure *figure_read(const char *text)
{
    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        size_t len = strlen(figures[i].text);

        if (strncmp(text, figures[i].text, len) == 0 && (text[len] == '\0' || text[len] == '/'))
            return &figures[i];
    }
    return NULL;
}

/* Reads suffix and figure; returns what is left, NULL when it is too long. */
static const char *suffix_read(const char *text, struct numeral *n)
{
    static const char *const marks[] = { "", "o", "°", "+", "ø" };
    size_t len = strcspn(text, "/");

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]) && n->figure == NULL; i++) {
        size_t mark = strlen(marks[i]);

        if (strncmp(text, marks[i], mark) == 0 && (n->figure = figure_read(text + mark)) != NULL)
            len = mark;
    }
    if (n->figure == NULL && len > 0 && text[len - 1] == '6' && strncmp(text + len, "/9", 2) == 0)
        len += 2 + strcspn(text + len + 2, "/");
    if (len >= sizeof(n->suffix))
        return NULL;
    memcpy(n->suffix, text, len);
    n->suffix[len] = '\0';
    return text + len + (n->figure != NULL ? strlen(n->figure->text) : 0);
}

/* Reads "/target" and "/bass" to the end of the text. */
static bool slashes_read(const char *text, struct numeral *n)
{
    while (*text == '/') {
        size_t used = degree_read(text + 1, &n->target);
        size_t sign;

        if (used > 0 && !n->has_target && n->bass == 0) {
            n->has_target = true;
            text += 1 + used;
            continue;
        }
        sign = accidental_read(text + 1, &n->bass_accidental);
        text += 1 + sign;
        if (n->bass != 0 || *text < '1' || *text > '7')
            return false;
        n->bass = *text++ - '0';
    }
    return *text == '\0';
}

static bool numeral_read(const char *text, struct numeral *n)
{
    size_t used = degree_read(text, &n->degree);
    const char *rest = used > 0 ? suffix_read(text + used, n) : NULL;

    return rest != NULL && slashes_read(rest, n);
}

static void bass_set(struct chord *c, struct pitch_name bass)
{
    if (pitch_class(bass) == pitch_class(c->root))
        return;
    c->bass = bass;
    c->has_bass = true;
}

bool roman_parse(const char *text, struct key k, struct chord *out, struct error *e)
{
    struct numeral n = { 0 };
    struct chord c = { 0 };
    struct key home = k;
    int quality;

    if (!numeral_read(text, &n))
        return error_set(e, ERROR_INPUT, "'%.40s' is not a roman numeral such as IV, ii7 or V7/vi", text);
    quality = quality_read(n.suffix, n.degree.is_upper);
    if (quality < 0)
        return error_set(e, ERROR_INPUT, "'%.40s': unknown chord quality '%s' on %s", text, n.suffix,
                         n.degree.is_upper ? "an upper-case numeral" : "a lower-case numeral");
    if (n.has_target) {
        home.root = degree_pitch(n.target, k);
        home.mode = n.target.is_upper ? MODE_MAJOR : MODE_MINOR;
    }
    c.root = degree_pitch(n.degree, home);
    c.quality = (enum chord_quality)quality;
    if (n.figure != NULL) {
        if (n.figure->has_seventh)
            c.quality = diatonic_seventh(c.quality, c.root, home);
        if (n.figure->tone >= chord_infos[c.quality].count)
            return error_set(e, ERROR_INPUT, "'%.40s': the chord has no such inversion", text);
        bass_set(&c, chord_tone_name(&c, n.figure->tone));
    }
    if (n.bass != 0)
        bass_set(&c, degree_pitch((struct degree){ .number = n.bass, .accidental = n.bass_accidental }, k));
    *out = c;
    return true;
}

/* The degree of a pitch: as it is spelled when that needs one sign at most, else as the key would spell it.
 */
static struct degree degree_of(struct pitch_name p, struct key k)
{
    struct degree d = { .number = (p.letter - k.root.letter + 7) % 7 + 1 };
    int fifths = pitch_fifths(p) - pitch_fifths(k.root) - degree_fifths[d.number - 1];

    if (fifths < -7 || fifths > 7) {
        p = pitch_spell(pitch_class(p), k.root);
        d.number = (p.letter - k.root.letter + 7) % 7 + 1;
        fifths = pitch_fifths(p) - pitch_fifths(k.root) - degree_fifths[d.number - 1];
    }
    d.accidental = fifths / 7;
    return d;
}

int roman_degree(const struct chord *c, struct key k, int *accidental)
{
    struct degree d = degree_of(c->root, k);

    if (accidental != NULL)
        *accidental = d.accidental;
    return d.number;
}

static void degree_print(struct degree d, bool is_upper, char *out, size_t out_size)
{
    static const char *const signs[] = { "b", "", "#" };

    ASSERT(d.number >= 1 && d.number <= 7 && d.accidental >= -1 && d.accidental <= 1);
    snprintf(out, out_size, "%s%s", signs[d.accidental + 1],
             is_upper ? upper_numerals[d.number - 1] : lower_numerals[d.number - 1]);
}

static const char *suffix_of(const struct chord *c)
{
    enum chord_quality q = c->quality;

    switch (q) {
    case CHORD_6:
    case CHORD_MIN6:
        return c->has_bass ? "add6" : "6"; /* "I6/3" would be read as a figure */
    case CHORD_DIM:
        return "o";
    case CHORD_DIM7:
        return "o7";
    case CHORD_MIN7B5:
        return "ø7";
    case CHORD_AUG:
        return "+";
    case CHORD_MINMAJ7:
        return "maj7";
    case CHORD_MINMAJ9:
        return "maj9";
    default:
        return chord_infos[q].symbol + (chord_quality_is_minor(q) ? 1 : 0); /* without its m */
    }
}

void roman_print(const struct chord *c, struct key k, char *out, size_t out_size)
{
    char numeral[8], bass[8] = "", target[8] = "";
    bool is_upper;
    struct degree d;

    if (!chord_is_set(c)) {
        snprintf(out, out_size, "%s", "");
        return;
    }
    is_upper = !chord_quality_is_minor(c->quality);
    d = degree_of(c->root, k);
    d.is_upper = is_upper;
    /* "VI" would be read as the mode's own sixth, so the major one is named as the dominant it is: V of ii.
     */
    if (is_textbook(d, k) && own_accidental(k, d.number) != 0) {
        target[0] = '/';
        degree_print((struct degree){ .number = (d.number + 2) % 7 + 1 }, false, target + 1,
                     sizeof(target) - 1);
        d.number = 5;
    }
    degree_print(d, is_upper, numeral, sizeof(numeral));
    if (c->has_bass) {
        struct degree b = degree_of(c->bass, k);

        snprintf(bass, sizeof(bass), "/%s%d", b.accidental < 0 ? "b" : b.accidental > 0 ? "#" : "", b.number);
    }
    snprintf(out, out_size, "%s%s%s%s", numeral, suffix_of(c), target, bass);
}
