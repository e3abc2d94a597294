#include "band/brief_reading.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "band/lexicon.h"
#include "song/general_midi.h"

enum { WORDS_MAX = 420, PHRASE_WORDS_MAX = 4, NEGATION_REACH = 3 };

struct word {
    const char *text;   /* lower case */
    char first;         /* as it was written */
    bool ends_clause;   /* a full stop, a colon or the like follows */
};

struct scan {
    struct word words[WORDS_MAX];
    size_t count;
    struct brief_reading *out;
    const struct genre *genre;
    struct arena *arena;
    bool negated;
    int since_negation; /* words that meant nothing since the "no" */
};

/* Words that turn what follows into its opposite, that end such a stretch, and that carry it on. */
static const char *const negators[] = { "no", "not", "without", "avoid", "never", "minus", "don't", "dont", "except", "nor" };
static const char *const enders[] = { "but", "just", "only", "with", "instead", "more", "yes", "then" };
static const char *const carriers[] = { "any", "the", "a",    "an",   "or",  "and",   "too", "much", "very",
                                        "of",  "so",  "want", "that", "use", "please", "all" };

/* Names of instruments that are ordinary words too: they count only where a field asks for an instrument. */
static const char *const ambiguous[] = { "lead",  "bell",  "key",   "keys",  "keyboard", "wave",  "bird",   "bottle", "ocean",
                                         "chime", "brush", "hum",   "ep",    "horn",     "crystal", "whistle", "juno", "reed",
                                         "jupiter", "recorder", "atmosphere", "voice", "vocal", "goblin", "808", "soundtrack" };

/* What a group of instruments is called. */
static const char collective[] = "drum|percussion|guitar|string|woodwind|brass|synth|synthesizer|synthesiser|mallet|orchestra|bass|pad|arp";

#define HAS(list, word) list_has((list), sizeof(list) / sizeof((list)[0]), (word))

static bool list_has(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], word) == 0)
            return true;
    return false;
}

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80) != 0 || c == '#' || c == '/' || c == ':' || c == '\'';
}

static void split(struct scan *s, const char *text)
{
    while (*text != '\0' && s->count < WORDS_MAX) {
        size_t len = 0;
        char *word;

        while (text[len] != '\0' && is_letter(text[len]))
            len++;
        while (len > 0 && (text[len - 1] == ':' || text[len - 1] == '/'))
            len--;
        if (len == 0) {
            if (s->count > 0 && strchr(".;!?:\n", *text) != NULL)
                s->words[s->count - 1].ends_clause = true;
            text++;
            continue;
        }
        word = arena_strndup(s->arena, text, len);
        s->words[s->count] = (struct word){ .text = word, .first = word[0] };
        for (char *c = word; *c != '\0'; c++)
            *c = (char)tolower((unsigned char)*c);
        s->count++;
        text += len;
    }
}

/* The words from `at` joined by spaces; a clause's end stops it. NULL when there are fewer than `count`. */
static const char *phrase(const struct scan *s, size_t at, size_t count)
{
    const char *out;

    if (count == 0 || at + count > s->count)
        return NULL;
    out = s->words[at].text;
    for (size_t i = 1; i < count; i++) {
        if (s->words[at + i - 1].ends_clause)
            return NULL;
        out = arena_printf(s->arena, "%s %s", out, s->words[at + i].text);
    }
    return out;
}

static void note_word(struct scan *s, const char **list, const char *word)
{
    *list = (*list)[0] != '\0' ? arena_printf(s->arena, "%s, %s", *list, word) : word;
}

static void note_name(const char **list, size_t *count, const char *name)
{
    if (*count < READING_NAMES_MAX && !list_has(list, *count, name))
        list[(*count)++] = name;
}

static void note_mood(struct brief_reading *r, const char *mood, bool first)
{
    if (list_has(r->moods, r->mood_count, mood) || r->mood_count == READING_MOODS_MAX)
        return;
    if (first)
        memmove(r->moods + 1, r->moods, r->mood_count * sizeof(*r->moods));
    r->moods[first ? 0 : r->mood_count] = mood;
    r->mood_count++;
}

static bool is_phrase(const char *text, const char *phrase)
{
    size_t len = strlen(phrase);

    return strncmp(text, phrase, len) == 0 && (text[len] == '\0' || (text[len] == 's' && text[len + 1] == '\0'));
}

/* The longest row of the lexicon at `at`; *used is how many words it takes. */
static const struct lexeme *find_lexeme(const struct scan *s, size_t at, size_t *used)
{
    for (size_t n = PHRASE_WORDS_MAX; n > 0; n--) {
        const char *text = phrase(s, at, n);

        for (size_t i = 0; text != NULL && i < lexicon_count; i++)
            if (is_phrase(text, lexicon[i].phrase)) {
                *used = n;
                return &lexicon[i];
            }
    }
    return NULL;
}

static void add_numbers(struct scan *s, const struct lexeme *l, const char *word)
{
    struct brief_reading *r = s->out;

    r->tempo_percent += l->tempo;
    r->energy += l->energy;
    r->brightness += l->brightness;
    r->density += l->density;
    if (fabs(l->tempo) >= 2)
        note_word(s, &r->tempo_words, word);
    if (fabs(l->energy) >= 0.03)
        note_word(s, &r->energy_words, word);
}

static void take_lexeme(struct scan *s, const struct lexeme *l)
{
    struct brief_reading *r = s->out;

    if (s->negated) {
        note_name(r->requests, &r->request_count, arena_printf(s->arena, "not %s", l->phrase));
        if (l->kind == LEXEME_VOCALS)
            r->vocals = !l->number;
        return;
    }
    switch ((enum lexeme_kind)l->kind) {
    case LEXEME_MOOD:
        note_mood(r, l->value, false);
        note_word(s, &r->mood_words, l->phrase);
        add_numbers(s, l, l->phrase);
        break;
    case LEXEME_CHARACTER:
        add_numbers(s, l, l->phrase);
        break;
    case LEXEME_ERA:
        r->era = l->value;
        break;
    case LEXEME_SHAPE:
        r->shape = l->number;
        note_name(r->requests, &r->request_count, l->phrase);
        break;
    case LEXEME_VOCALS:
        if (r->vocals < 0 || l->number == 0)
            r->vocals = l->number;
        break;
    case LEXEME_METRE:
        metre_parse(l->value, &r->metre);
        break;
    case LEXEME_LENGTH:
        r->length_percent = l->tempo;
        break;
    case LEXEME_KIND_COUNT:
        break;
    }
}

/* The longest of the "|"-separated `names` that `text` begins with, as whole words; 0 for none. A plural s may follow. */
static size_t longest_name(const char *text, const char *names)
{
    size_t best = 0;

    while (*names != '\0') {
        size_t len = strcspn(names, "|"), end = len;

        if (len > best && strncmp(text, names, len) == 0) {
            end += text[end] == 's';
            if (text[end] == '\0' || text[end] == ' ')
                best = len;
        }
        names += len + (names[len] == '|');
    }
    return best;
}

static size_t longest(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* How many words at `at` name an instrument. */
static size_t instrument_words(const struct scan *s, size_t at)
{
    size_t best = longest_name(s->words[at].text, collective), count = PHRASE_WORDS_MAX, words = 1;
    const char *text = phrase(s, at, count);

    while (text == NULL)
        text = phrase(s, at, --count);
    for (uint8_t i = 0; i < 128; i++) {
        enum gm_family family = gm_family_of(i);

        if (family != GM_SYNTH_EFFECTS && family != GM_SOUND_EFFECTS)
            best = longest(best, longest_name(text, gm_programs[i].words));
    }
    for (size_t i = 0; i < gm_kit_count; i++)
        best = longest(best, longest_name(text, gm_kits[i].words));
    for (size_t i = 0; i < s->genre->players.parts.count; i++) {
        const struct genre_part *part = &s->genre->players.parts.items[i];

        for (size_t w = 0; w < part->words.count; w++)
            best = longest(best, longest_name(text, part->words.items[w]));
    }
    if (best == 0)
        return 0;
    for (size_t i = 0; i < best; i++)
        words += text[i] == ' ';
    return words == 1 && !s->negated && HAS(ambiguous, s->words[at].text) ? 0 : words;
}

static void take_instrument(struct scan *s, const char *name)
{
    struct brief_reading *r = s->out;

    if (s->negated) {
        note_name(r->excluded, &r->excluded_count, name);
        note_name(r->requests, &r->request_count, arena_printf(s->arena, "no %s", name));
    } else {
        note_name(r->instruments, &r->instrument_count, name);
    }
}

/* "118 bpm", "118bpm", "2 minutes", "2:30", "90 s", "6/8". Returns the words used. */
static size_t take_number(struct scan *s, size_t at)
{
    static const struct {
        const char *unit;
        double seconds; /* 0: beats a minute */
    } units[] = { { "bpm", 0 }, { "minute", 60 }, { "min", 60 }, { "second", 1 }, { "sec", 1 }, { "s", 1 } };
    struct brief_reading *r = s->out;
    const char *text = s->words[at].text;
    char *rest;
    double value = strtod(text, &rest);
    bool glued = *rest != '\0';
    const char *unit = glued ? rest : at + 1 < s->count ? s->words[at + 1].text : "";

    if (rest == text || !(value >= 0) || value > 10000)
        return 0;
    if (metre_parse(text, &r->metre))
        return 1;
    if (*rest == ':' && isdigit((unsigned char)rest[1])) {
        r->seconds = value * 60 + strtod(rest + 1, NULL);
        return 1;
    }
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (is_phrase(unit, units[i].unit)) {
            if (units[i].seconds > 0)
                r->seconds = value * units[i].seconds;
            else
                r->bpm = value;
            return glued ? 1 : 2;
        }
    return 0;
}

/* "A minor", "Bb major", "F sharp minor", never the "a minor" of a sentence. Returns the words used. */
static size_t take_key(struct scan *s, size_t at)
{
    const struct word *w = &s->words[at];
    const char *text = w->text, *mode;
    size_t used = 1;
    char name[4] = { w->first, 0, 0, 0 };
    struct key key;

    if (w->first < 'A' || w->first > 'G' || strlen(text) > 2)
        return 0;
    name[1] = text[1];
    if (at + 1 < s->count && text[1] == '\0' && strcmp(s->words[at + 1].text, "sharp") == 0)
        name[used++] = '#';
    else if (at + 1 < s->count && text[1] == '\0' && strcmp(s->words[at + 1].text, "flat") == 0)
        name[used++] = 'b';
    mode = at + used < s->count ? s->words[at + used].text : "";
    if (strcmp(mode, "minor") == 0 || strcmp(mode, "min") == 0)
        name[strlen(name)] = 'm';
    else if (strcmp(mode, "major") != 0 && strcmp(mode, "maj") != 0)
        return 0;
    if ((at + used + 1 < s->count && strcmp(s->words[at + used + 1].text, "key") == 0) || !key_parse(name, &key))
        return 0;
    s->out->key = key;
    return used + 1;
}

static size_t take_words(struct scan *s, size_t at)
{
    size_t used = take_key(s, at), instrument;
    const struct lexeme *l;

    if (used == 0)
        used = take_number(s, at);
    if (used > 0)
        return used;
    l = find_lexeme(s, at, &used);
    instrument = instrument_words(s, at);
    if (instrument > 0 && (l == NULL || instrument > used)) {
        take_instrument(s, phrase(s, at, instrument));
        return instrument;
    }
    if (l == NULL)
        return 0;
    take_lexeme(s, l);
    return used;
}

static void follow_negation(struct scan *s, const char *word)
{
    if (HAS(negators, word)) {
        s->negated = true;
        s->since_negation = 0;
    } else if (HAS(enders, word)) {
        s->negated = false;
    } else if (!HAS(carriers, word) && ++s->since_negation > NEGATION_REACH) {
        s->negated = false;
    }
}

void brief_read(const char *text, const struct genre *genre, struct arena *a, struct brief_reading *out)
{
    struct scan s = { .out = out, .genre = genre, .arena = a };

    *out = (struct brief_reading){ .bpm = NAN, .seconds = NAN, .shape = -1, .vocals = -1, .tempo_words = "",
                                   .energy_words = "", .mood_words = "" };
    split(&s, text);
    for (size_t at = 0; at < s.count;) {
        size_t used = take_words(&s, at);

        if (used == 0) {
            follow_negation(&s, s.words[at].text);
            used = 1;
        } else {
            s.since_negation = 0;
        }
        at += used;
        if (s.words[at - 1].ends_clause)
            s.negated = false;
    }
}

bool brief_reading_add_mood(struct brief_reading *r, const char *mood, struct arena *a)
{
    const struct lexeme *l = lexicon_mood(mood);
    struct scan s = { .out = r, .arena = a };

    if (l == NULL)
        return false;
    if (!list_has(r->moods, r->mood_count, l->value))
        add_numbers(&s, l, mood);
    note_mood(r, l->value, true);
    return true;
}
