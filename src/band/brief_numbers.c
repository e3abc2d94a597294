/* Numbers of a brief: tempo, length, key, time signature, loudness, and when something happens. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "band/brief_scan.h"

enum { LONGEST_S = 600, SHORTEST_S = 30, TEMPO_LEAST = 40, TEMPO_MOST = 300, LUFS_LEAST = -36, LUFS_MOST = -6, PEAK_LEAST = -12 };

static const struct {
    const char *word;
    double value;
} numerals[] = {
    { "half", 0.5 },     { "zero", 0 },      { "one", 1 },      { "two", 2 },        { "three", 3 },    { "four", 4 },
    { "five", 5 },       { "six", 6 },       { "seven", 7 },    { "eight", 8 },      { "nine", 9 },     { "ten", 10 },
    { "eleven", 11 },    { "twelve", 12 },   { "thirteen", 13 }, { "fourteen", 14 }, { "fifteen", 15 }, { "sixteen", 16 },
    { "twenty", 20 },    { "thirty", 30 },   { "forty", 40 },   { "fifty", 50 },     { "sixty", 60 },   { "seventy", 70 },
    { "eighty", 80 },    { "ninety", 90 },
};

enum unit { UNIT_NONE, UNIT_BPM, UNIT_SECONDS, UNIT_MINUTES, UNIT_BARS, UNIT_LUFS, UNIT_DBTP };
static const struct {
    const char *words;
    enum unit unit;
} units[] = {
    { "bpm", UNIT_BPM },
    { "second|seconds|sec|secs|s", UNIT_SECONDS },
    { "minute|minutes|min|mins|m", UNIT_MINUTES },
    { "bar|bars|measure|measures", UNIT_BARS },
    { "lufs|lkfs", UNIT_LUFS },
    { "dbtp", UNIT_DBTP },
};

struct amount {
    double value;
    enum unit unit;
    size_t used;          /* words, with the unit */
};

static const char no_words[] = "";

static const char *word_at(const struct scan *s, size_t at)
{
    return at < s->text.count ? s->text.words[at].text : no_words;
}

static bool is_listed(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (; len > 0 && *list != '\0'; list += strcspn(list, "|"), list += *list == '|')
        if (strncmp(list, word, len) == 0 && (list[len] == '|' || list[len] == '\0'))
            return true;
    return false;
}

bool scan_word_is(const struct scan *s, size_t at, const char *list)
{
    return is_listed(word_at(s, at), list);
}

static double numeral(const char *word)
{
    for (size_t i = 0; i < sizeof(numerals) / sizeof(numerals[0]); i++)
        if (strcmp(numerals[i].word, word) == 0)
            return numerals[i].value;
    return NAN;
}

/* "forty five", "a hundred and twenty", "2.5". Returns the words used; *rest is what is glued to digits. */
static size_t read_number(const struct scan *s, size_t at, double *value, const char **rest)
{
    const char *text = word_at(s, at);
    double more = numeral(text);
    size_t used = 1;
    char *end;

    *rest = no_words;
    if (isdigit((unsigned char)*text)) {
        *value = strtod(text, &end);
        *rest = end;
        return *value <= 10000 ? 1 : 0;
    }
    if (is_listed(text, "a|one") && scan_word_is(s, at + 1, "hundred")) {
        *value = 100;
        used = scan_word_is(s, at + 2, "and") ? 3 : 2;
        more = numeral(word_at(s, at + used));
        if (isnan(more))
            return 2;
        *value += more;
        used++;
    } else if (isnan(more)) {
        return 0;
    } else {
        *value = more;
    }
    more = more >= 20 ? numeral(word_at(s, at + used)) : NAN;
    if (more >= 1 && more <= 9) {
        *value += more;
        used++;
    }
    return used;
}

static enum unit read_unit(const char *word)
{
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (is_listed(word, units[i].words))
            return units[i].unit;
    return UNIT_NONE;
}

/* A number with its unit, minutes turned into seconds: "2 minutes", "a minute and a half", "1m30s", "2:30". */
static bool read_amount(const struct scan *s, size_t at, struct amount *out)
{
    const char *rest, *text = word_at(s, at);
    double more;

    *out = (struct amount){ .unit = UNIT_NONE };
    if (is_listed(text, "a|an") && read_unit(word_at(s, at + 1)) == UNIT_MINUTES)
        *out = (struct amount){ .value = 1, .used = 1 };
    else
        out->used = read_number(s, at, &out->value, &rest);
    if (out->used == 0)
        return false;
    if (is_listed(text, "half") && scan_word_is(s, at + 1, "a|an"))
        out->used++;
    if (isdigit((unsigned char)*text) && *rest == ':') {
        *out = (struct amount){ .value = out->value * 60 + strtod(rest + 1, NULL), .unit = UNIT_SECONDS, .used = 1 };
        return true;
    }
    if (isdigit((unsigned char)*text) && *rest == 'm' && isdigit((unsigned char)rest[1])) {
        *out = (struct amount){ .value = out->value * 60 + strtod(rest + 1, NULL), .unit = UNIT_SECONDS, .used = 1 };
        return true;
    }
    if (scan_word_is(s, at + out->used, "and") && scan_word_is(s, at + out->used + 1, "a") &&
        scan_word_is(s, at + out->used + 2, "half")) {
        out->value += 0.5;
        out->used += 3;
    }
    if (isdigit((unsigned char)*text) && *rest != '\0') {
        out->unit = read_unit(rest);
        if (out->unit == UNIT_NONE)
            return false;
    } else {
        out->unit = read_unit(word_at(s, at + out->used));
        if (scan_word_is(s, at + out->used, "beats") && scan_word_is(s, at + out->used + 1, "per|a") &&
            scan_word_is(s, at + out->used + 2, "minute")) {
            out->unit = UNIT_BPM;
            out->used += 2;
        }
        out->used += out->unit != UNIT_NONE;
    }
    if (out->unit == UNIT_MINUTES) {
        out->unit = UNIT_SECONDS;
        out->value *= 60;
        if (scan_word_is(s, at + out->used, "and") && scan_word_is(s, at + out->used + 1, "a") &&
            scan_word_is(s, at + out->used + 2, "half")) {
            out->value += 30;
            out->used += 3;
        } else {
            size_t and = scan_word_is(s, at + out->used, "and");
            size_t words = read_number(s, at + out->used + and, &more, &rest);

            if (words > 0 && more < 60 && (*rest != '\0' ? read_unit(rest) == UNIT_SECONDS :
                                           read_unit(word_at(s, at + out->used + and + words)) == UNIT_SECONDS)) {
                out->value += more;
                out->used += and + words + (*rest == '\0');
            }
        }
    }
    return true;
}

/* Whether "90s" means ninety seconds: by what stands around it. "80s" is a decade unless that says otherwise. */
static bool means_seconds(const struct scan *s, size_t at, double value)
{
    bool is_decade = value >= 50 && value <= 90 && fmod(value, 10) == 0;
    size_t before = at > 0 ? at - 1 : s->text.count;

    if (scan_word_is(s, before, "the|early|mid|late|of"))
        return false;
    if (scan_word_is(s, at + 1, "long|bed|loop|cue|sting|stinger|clip|cut|edit|spot|ad|advert|jingle|underscore|max|maximum|length|duration|or|total|version|trailer|teaser|promo|ident"))
        return true;
    if (scan_word_is(s, before, "for|exactly|about|around|approximately|roughly|under|length|lasting|lasts|duration|least|most|max|is"))
        return true;
    return !is_decade;
}

static void take_bpm(struct scan *s, size_t from, size_t used, double value)
{
    if (value < TEMPO_LEAST || value > TEMPO_MOST)
        scan_not_followed(s, from, used, arena_printf(s->arena, "tempos go from %d to %d bpm", TEMPO_LEAST, TEMPO_MOST));
    else
        scan_heard(s, from, used, arena_printf(s->arena, "tempo %g bpm", value));
    s->out->bpm = fmin(fmax(value, TEMPO_LEAST), TEMPO_MOST);
}

static void take_seconds(struct scan *s, size_t from, size_t used, double value)
{
    if (value < SHORTEST_S || value > LONGEST_S)
        scan_not_followed(s, from, used, arena_printf(s->arena, "songs last from %d to %d seconds", SHORTEST_S, LONGEST_S));
    else
        scan_heard(s, from, used, arena_printf(s->arena, "length %g s", value));
    s->out->seconds = fmin(fmax(value, SHORTEST_S), LONGEST_S);
}

/* "-16 LUFS": the minus is a dash to those who read words, and loudness is always below full scale. */
static void take_loudness(struct scan *s, size_t from, size_t used, double value)
{
    double lufs = -value;

    if (lufs < LUFS_LEAST || lufs > LUFS_MOST)
        scan_not_followed(s, from, used, arena_printf(s->arena, "masters have %d to %d LUFS", LUFS_LEAST, LUFS_MOST));
    else
        scan_heard(s, from, used, arena_printf(s->arena, "a master of %g LUFS", lufs));
    s->out->loudness_lufs = fmin(fmax(lufs, LUFS_LEAST), LUFS_MOST);
}

static void take_ceiling(struct scan *s, size_t from, size_t used, double value)
{
    double dbtp = -value;

    if (dbtp < PEAK_LEAST)
        scan_not_followed(s, from, used, arena_printf(s->arena, "true peaks are limited to %d to 0 dBTP", PEAK_LEAST));
    else
        scan_heard(s, from, used, arena_printf(s->arena, "no true peak above %g dBTP", dbtp));
    s->out->ceiling_dbtp = fmax(dbtp, PEAK_LEAST);
}

/* "90-100 bpm", "between 90 and 100 bpm": the middle of it. */
static size_t take_range(struct scan *s, size_t at)
{
    const char *rest;
    double low, high;
    size_t used = read_number(s, at, &low, &rest), join;
    struct amount amount;

    if (used == 0 || *rest != '\0')
        return 0;
    join = scan_word_is(s, at + used, "and|to|or");
    if ((join == 0 && s->text.words[at + used - 1].after != AFTER_HYPHEN && s->text.words[at + used - 1].after != AFTER_COMMA) ||
        read_number(s, at + used + join, &high, &rest) == 0 || !read_amount(s, at + used + join, &amount) ||
        high <= low)
        return 0;
    used += join + amount.used;
    if (amount.unit == UNIT_BPM)
        take_bpm(s, at, used, round((low + high) / 2));
    else if (amount.unit == UNIT_SECONDS)
        take_seconds(s, at, used, (low * amount.value / high + amount.value) / 2);
    else
        return 0;
    return used;
}

static size_t take_metre(struct scan *s, size_t at)
{
    const char *text = word_at(s, at);
    struct metre metre;
    size_t len = strspn(text, "0123456789/");

    if (strchr(text, '/') == NULL || text[len] != '\0')
        return 0;
    if (metre_parse(text, &metre)) {
        s->out->metre = metre;
        scan_heard(s, at, 1, arena_printf(s->arena, "time signature %s", text));
    } else {
        scan_not_followed(s, at, 1, "the time signatures are 4/4, 3/4, 2/4, 6/8, 12/8, 9/8, 5/4, 7/8 and 2/2");
    }
    return 1;
}

size_t scan_number(struct scan *s, size_t at)
{
    size_t used = take_metre(s, at);
    struct amount amount;

    if (used == 0 && scan_word_is(s, at, "tempo|bpm")) { /* "tempo of 120", "BPM: 92" */
        const char *rest;
        double value;
        size_t of = scan_word_is(s, at + 1, "of|is|at|around|about");
        size_t words = read_number(s, at + 1 + of, &value, &rest);

        if (words > 0 && value >= TEMPO_LEAST && (*rest == '\0' || strcmp(rest, "bpm") == 0)) {
            used = 1 + of + words + scan_word_is(s, at + 1 + of + words, "bpm");
            take_bpm(s, at, used, value);
        }
        return used;
    }
    if (used == 0)
        used = take_range(s, at);
    if (used > 0 || !read_amount(s, at, &amount))
        return used;
    switch (amount.unit) {
    case UNIT_BPM:
        take_bpm(s, at, amount.used, amount.value);
        return amount.used;
    case UNIT_SECONDS:
        if (isdigit((unsigned char)*word_at(s, at)) && amount.used == 1 && strchr(word_at(s, at), ':') == NULL &&
            word_at(s, at)[strspn(word_at(s, at), "0123456789.")] == 's' && (amount.value > LONGEST_S || !means_seconds(s, at, amount.value)))
            return 0;
        take_seconds(s, at, amount.used, amount.value);
        return amount.used;
    case UNIT_BARS:
        if (scan_word_is(s, at + amount.used, "intro|introduction")) {
            s->out->intro_bars = (int)fmin(amount.value, 64);
            scan_heard(s, at, amount.used + 1, arena_printf(s->arena, "an introduction of %d bars", s->out->intro_bars));
            return amount.used + 1;
        }
        if (amount.value < 16 && !scan_word_is(s, at + amount.used, "loop|long|piece"))
            return 0;
        s->out->bars = amount.value;
        scan_heard(s, at, amount.used, arena_printf(s->arena, "length %g bars", amount.value));
        return amount.used;
    case UNIT_LUFS:
        take_loudness(s, at, amount.used, amount.value);
        return amount.used;
    case UNIT_DBTP:
        take_ceiling(s, at, amount.used, amount.value);
        return amount.used;
    case UNIT_MINUTES:
    case UNIT_NONE:
        break;
    }
    return 0;
}

/* A tonic at `at`: "E", "Eb", "E flat", "F sharp". Returns the words used. `name` takes it as key_read wants it. */
static size_t read_tonic(const struct scan *s, size_t at, char name[4])
{
    const char *text = word_at(s, at);
    size_t len = strlen(text);

    if (len < 1 || len > 2 || text[0] < 'a' || text[0] > 'g' || (len == 2 && text[1] != 'b' && text[1] != '#'))
        return 0;
    name[0] = (char)toupper((unsigned char)text[0]);
    name[1] = text[1];
    name[2] = '\0';
    if (len == 1 && scan_word_is(s, at + 1, "sharp|flat")) {
        name[1] = word_at(s, at + 1)[0] == 's' ? '#' : 'b';
        return 2;
    }
    return 1;
}

static bool ends_here(const struct scan *s, size_t at)
{
    return at >= s->text.count || s->text.words[at - 1].after >= AFTER_COMMA ||
           scan_word_is(s, at, "with|and|at|for|but|please|or|around|about|using|featuring");
}

/* The mode's name at `at`, and its words. */
static size_t read_mode(const struct scan *s, size_t at, int *mode)
{
    char phrase[BRIEF_PHRASE_SIZE];

    for (size_t n = 2; n > 0; n--)
        if (brief_text_phrase(&s->text, at, n, phrase) && (*mode = mode_find(phrase)) >= 0 && *mode <= MODE_MELODIC_MINOR)
            return n;
    return 0;
}

size_t scan_key(struct scan *s, size_t at)
{
    size_t start = at, words, mode_words;
    bool is_announced = scan_word_is(s, at, "in"), is_key = false;
    struct key key = { .mode = MODE_MAJOR };
    char name[4], text[KEY_TEXT_SIZE];
    int mode = MODE_MAJOR;

    at += is_announced;
    if (scan_word_is(s, at, "the") && scan_word_is(s, at + 1, "key"))
        at++;
    if (scan_word_is(s, at, "key") && scan_word_is(s, at + 1, "of|is")) {
        at += 2;
        is_key = true;
    } else if (scan_word_is(s, at, "key") && at < s->text.count && s->text.words[at].after == AFTER_STOP) {
        at++;
        is_key = true;
    }
    words = read_tonic(s, at, name);
    if (words == 0)
        return 0;
    mode_words = read_mode(s, at + words, &mode);
    if (scan_word_is(s, at + words + mode_words, "key|mood|tone|feel") && word_at(s, at)[0] == 'a' && words == 1)
        return 0; /* "in a minor key" */
    if (mode_words == 0 && !is_key &&
        !(is_announced && s->text.words[at].first < 'a' && ends_here(s, at + words)))
        return 0; /* "in C" stands alone */
    if (word_at(s, at)[0] == 'a' && word_at(s, at)[1] == '\0' && words == 1 && s->text.words[at].first == 'a' && !is_key &&
        !(is_announced && ends_here(s, at + words + mode_words)))
        return 0; /* the article */
    if (!key_parse(name, &key))
        return 0;
    key.mode = mode_words > 0 ? (enum mode)mode : MODE_MAJOR;
    s->out->key = key;
    key_print(key, text, sizeof(text));
    scan_heard(s, start, at + words + mode_words - start, arena_printf(s->arena, "key %s", text));
    return at + words + mode_words - start;
}

static int read_ordinal(const struct scan *s, size_t at)
{
    static const char *const ordinals[] = { "first|1st|opening", "second|2nd", "third|3rd", "fourth|4th" };

    for (int i = 0; i < 4; i++)
        if (scan_word_is(s, at, ordinals[i]))
            return i + 1;
    return scan_word_is(s, at, "last|final|closing") ? -1 : 0;
}

/* "at the second chorus": the section's slot after the preposition at `at`. */
static size_t when_section(struct scan *s, size_t at, struct mark *out)
{
    size_t next = at + 1, used;
    const struct lexeme *l;

    next += scan_word_is(s, next, "the|a|each|every|all|first|second|third|last|final") &&
            scan_word_is(s, next, "the|a|each|every|all");
    out->occurrence = read_ordinal(s, next);
    next += out->occurrence != 0;
    l = scan_lexeme(s, next, &used);
    if (l == NULL || l->kind != LEXEME_SECTION)
        return 0;
    out->name = l->value;
    return next + used - at;
}

/* "30 seconds in": the clause ends there, or a player follows; not the "in" of "in B flat". */
static bool is_place(const struct scan *s, size_t at)
{
    if (scan_word_is(s, at, "mark"))
        return true;
    return scan_word_is(s, at, "in") &&
           (at + 1 == s->text.count || s->text.words[at].after >= AFTER_COMMA ||
            scan_instrument_words(s, at + 1 + scan_word_is(s, at + 1, "the|a")) > 0);
}

size_t scan_when(struct scan *s, size_t at)
{
    static const char prepositions[] = "after|at|from|around|about|until|till|by|in|on|for|before|during|into|to";
    bool is_preposition = scan_word_is(s, at, prepositions);
    struct mark when = { .kind = MARK_WHEN, .seconds = NAN, .percent = NAN, .bar = NAN };
    size_t next = at + is_preposition, used = 0;
    struct amount amount;
    const struct lexeme *l;

    when.is_until = scan_word_is(s, at, "until|till|before");
    if (when.is_until) { /* "until halfway" */
        l = scan_lexeme(s, at + 1, &used);
        if (l != NULL && l->kind == LEXEME_WHEN)
            when.percent = l->tempo;
        used = isnan(when.percent) ? 0 : used + 1;
    }
    if (used == 0 && is_preposition)
        used = when_section(s, at, &when);
    if (used == 0 && scan_word_is(s, at, "at|from|in|until") && scan_word_is(s, next, "bar|measure")) {
        const char *rest;

        used = read_number(s, next + 1, &when.bar, &rest);
        when.bar -= 1;
        used += used > 0 ? 2 : 0;
    }
    if (used == 0) {
        bool first = scan_word_is(s, next, "the") && scan_word_is(s, next + 1, "first");
        bool is_time = scan_word_is(s, at, "after|at|from|until|till|before|by") || (first && is_preposition);

        next += scan_word_is(s, next, "about|around|roughly|exactly");
        next += first ? 2 : 0;
        if (!read_amount(s, next, &amount) || (amount.unit != UNIT_SECONDS && amount.unit != UNIT_BARS) ||
            scan_word_is(s, next + amount.used, "long"))
            return 0;
        used = next + amount.used - at;
        if (!is_time && !is_place(s, at + used))
            return 0;
        used += is_place(s, at + used);
        if (amount.unit == UNIT_SECONDS)
            when.seconds = amount.value;
        else
            when.bar = amount.value;
    }
    *scan_mark(s, MARK_WHEN) = when;
    return used;
}
