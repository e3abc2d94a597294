/* Goes through the words of a brief: the longest phrase that means something at each place, with the small words before
 * it that turn it round ("not too") or make it more or less ("very"). */
#include "band/brief_reading.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "band/brief_scan.h"

enum { NEGATION_REACH = 3, OUTLOOK = 10, PHRASE_LEAD_MAX = 4 };

/* Words that end a stretch of negation, and that carry it on. */
static const char enders[] = "just|only|with|instead|yes|plus|keep|add";
static const char carriers[] = "any|the|a|an|or|nor|too|much|very|of|so|want|that|use|using|please|all|be|sound|sounding|it|to|"
                               "make|have|feel|get|at|being|being|please|include|including|need|really|ever|overly|"
                               "music|more|is|anything|something|instrument|instruments|play|playing|by|means";

/* Words that say nothing about music, and so are not missed. */
static const char plain_words[] =
    " a about accompanied accompaniment accompanying across after all along alongside also ambience ambient an and "
    "another any approximately are around as at atmosphere audience backing band bars be beats beautiful been "
    "before beginning being best better between both broadcast building but by can chord chords classical client "
    "clip come comes coming compose could create cue cues day days desk did do does done down during each eight "
    "end enough entire episode even ever every evoke evokes evoking feature featured feel feeling feelings few "
    "film final first five followed following follows for four free from game general generally genre get gets "
    "give go goes going good great groove grooves group had harmonies harmony has have he hear heard her here his "
    "hop how i if in include includes including instrument instruments intended into is it its keep keeps key "
    "kind last least length let level levels life like likes line lines listen listener listeners lot lots "
    "loudness lovely main make makes making many may maybe me meant middle might minute minutes mix mixed moment "
    "moments mood most movie music musical must my need needs new next nice nicely nine note notes of off on one "
    "onto or original other our out over overall own pace part parts people perfect perhaps person piece pieces "
    "play played player players playing plays please plenty plus point pop project prominent prominently put "
    "quickly radio ready remain request rhythm rhythms right rock roughly royalty same scene second seconds "
    "section sections series set sets seven shall she should show six some somebody someone something song songs "
    "sort sound sounding sounds speed spot station stay stays style styled such suitable suited suits support "
    "supporting take takes team television tempo ten texture textures than thank thanks that the their them "
    "themes then there these they thing things third this those three through time times to together too track "
    "tracks tunes tv two type under until up us use used using version vibe vibes video want was way we were what "
    "when where which while who whole why will with world would write year years yet you your ";

static bool is_listed(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (; *list != '\0'; list += strcspn(list, "|"), list += *list == '|')
        if (strncmp(list, word, len) == 0 && (list[len] == '|' || list[len] == '\0'))
            return true;
    return false;
}

static bool is_plain(const char *word)
{
    size_t len = strlen(word);

    for (const char *at = strstr(plain_words, word); at != NULL; at = strstr(at + 1, word))
        if (at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

const char *scan_words(const struct scan *s, size_t from, size_t count)
{
    const char *out = "";

    for (size_t i = from; i < from + count && i < s->text.count; i++)
        out = i == from ? s->text.words[i].text : arena_printf(s->arena, "%s %s", out, s->text.words[i].text);
    return out;
}

static void note_phrase(struct scan *s, size_t from, size_t count, const char *effect, bool is_followed)
{
    struct brief_reading *r = s->out;

    if (s->small_count > 0 && s->small_at < from && from - s->small_at <= PHRASE_LEAD_MAX) {
        count += from - s->small_at;
        from = s->small_at;
    }
    if (r->heard_count < READING_HEARD_MAX)
        r->heard[r->heard_count++] = (struct reading_phrase){ scan_words(s, from, count), effect, is_followed };
}

void scan_heard(struct scan *s, size_t from, size_t count, const char *effect)
{
    note_phrase(s, from, count, effect, true);
}

void scan_not_followed(struct scan *s, size_t from, size_t count, const char *why)
{
    note_phrase(s, from, count, why, false);
}

struct mark *scan_mark(struct scan *s, enum mark_kind kind)
{
    static struct mark spare; /* for the marks of a very long brief that are not kept */
    struct mark *m = s->mark_count < MARKS_MAX ? &s->marks[s->mark_count++] : &spare;

    *m = (struct mark){ .kind = kind, .seconds = NAN, .percent = NAN, .bar = NAN };
    return m;
}

const struct lexeme *scan_lexeme(const struct scan *s, size_t at, size_t *used)
{
    char text[BRIEF_PHRASE_SIZE];

    for (size_t n = BRIEF_PHRASE_WORDS_MAX; n > 0; n--) {
        const struct lexeme *l = brief_text_phrase(&s->text, at, n, text) ? lexicon_find(s->index, text) : NULL;

        if (l != NULL) {
            *used = n;
            return l;
        }
    }
    return NULL;
}

/* The small words: "not", "very", "but". True when `l` is one of them. */
static bool take_small_word(struct scan *s, const struct lexeme *l, size_t at)
{
    s->is_small = l->kind == LEXEME_NEGATE || l->kind == LEXEME_SCALE;
    if (s->is_small && s->small_count++ == 0)
        s->small_at = at;
    if (l->kind == LEXEME_NEGATE) {
        bool is_exception = s->negation != NEGATION_NONE && is_listed(l->phrase, "except|except for|apart from|other than");

        s->negation = is_exception ? NEGATION_NONE : (enum negation)l->number;
        s->negated = NULL;
        s->has_negated_instrument = false;
        s->since_negation = 0;
        return true;
    }
    if (l->kind == LEXEME_SCALE) {
        s->scale *= l->tempo;
        return true;
    }
    if (l->kind == LEXEME_TURN) {
        s->turns = true;
        s->negation = NEGATION_NONE;
        return true;
    }
    return false;
}

/* Takes what stands at `at`; the number of words, 0 when nothing there is known. */
static size_t take_words(struct scan *s, size_t at)
{
    static size_t (*const readers[])(struct scan *s, size_t at) = { scan_when, scan_key, scan_number };
    const struct lexeme *l;
    size_t used = 0, instrument;

    for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
        if ((used = readers[i](s, at)) > 0)
            return used;
    l = scan_lexeme(s, at, &used);
    instrument = scan_instrument_words(s, at);
    if (instrument > 0 && (l == NULL || instrument > used)) {
        scan_instrument(s, at, instrument);
        return instrument;
    }
    if (l == NULL)
        return scan_word_is(s, at, carriers) || s->text.words[at].text[1] == '\0' ? 0 : scan_genre_name(s, at);
    if (take_small_word(s, l, at))
        return used;
    scan_take(s, l, at, used);
    return used;
}

static bool is_item(const struct scan *s, size_t at, size_t *used)
{
    const struct lexeme *l = scan_lexeme(s, at, used);

    if ((*used = scan_instrument_words(s, at)) > 0)
        return true;
    return l != NULL && scan_lexeme(s, at, used) != NULL && l->kind <= LEXEME_VOCALS;
}

/* After the comma behind `at`: whether what was ruled out goes on, as in "no drums, bass or voice". */
static bool list_goes_on(const struct scan *s, size_t at)
{
    size_t used;

    if (s->negated == NULL && !s->has_negated_instrument)
        return false;
    for (size_t i = at + 1; i < s->text.count && i < at + 1 + OUTLOOK; i += used) {
        if (scan_word_is(s, i, "or|nor"))
            return true;
        if (s->negation == NEGATION_LIST && scan_word_is(s, i, "and") && is_item(s, i + 1, &used) && i > at + 1)
            return true;
        if (scan_word_is(s, i, "any")) {
            used = 1;
            continue;
        }
        if (!is_item(s, i, &used) || (i > at + 1 && s->text.words[i - 1].after == AFTER_STOP))
            return false;
    }
    return false;
}

/* "No drums and bass" rules out both, "not loud and gentle" does not. */
static bool and_goes_on(struct scan *s, size_t at)
{
    const struct lexeme *l;
    size_t used;

    if (s->has_negated_instrument)
        return scan_instrument_words(s, at + 1) > 0;
    l = scan_lexeme(s, at + 1, &used);
    return l != NULL && s->negated != NULL && l->kind <= LEXEME_SCENE &&
           l->energy * s->negated->energy + l->brightness * s->negated->brightness + l->tempo * s->negated->tempo / 100 >= 0;
}

static void follow_negation(struct scan *s, size_t at)
{
    const char *word = s->text.words[at].text;
    size_t len = strlen(word);

    if (len > 3 && strcmp(word + len - 3, "n't") == 0) {
        s->negation = NEGATION_FULL;
        s->negated = NULL;
        s->has_negated_instrument = false;
        s->since_negation = 0;
    } else if (s->negation == NEGATION_NONE) {
        return;
    } else if (is_listed(word, enders) || (strcmp(word, "and") == 0 && !and_goes_on(s, at))) {
        s->negation = NEGATION_NONE;
    } else if (!is_listed(word, carriers) && strcmp(word, "and") != 0 && ++s->since_negation > NEGATION_REACH) {
        s->negation = NEGATION_NONE;
    }
}

static void note_unknown(struct scan *s, size_t at)
{
    const char *word = s->text.words[at].text;
    struct brief_reading *r = s->out;

    if (strlen(word) > 2 && !isdigit((unsigned char)word[0]) && !is_plain(word) && !scan_word_is(s, at, carriers) &&
        strchr(word, '\'') == NULL)
        scan_note(r->unknown, &r->unknown_count, READING_UNKNOWN_MAX, word);
}

/* What a comma or a full stop behind word `at` ends. */
static void follow_punctuation(struct scan *s, size_t at)
{
    enum word_after after = s->text.words[at].after;

    if (after < AFTER_COMMA)
        return;
    scan_mark(s, after == AFTER_STOP ? MARK_STOP : MARK_COMMA);
    s->small_count = 0;
    if (after == AFTER_STOP || (s->negation != NEGATION_NONE && !list_goes_on(s, at)))
        s->negation = NEGATION_NONE;
    if (after == AFTER_STOP) {
        s->turns = false;
        s->mood = NULL;
    }
}

/* "AABA", "ABACA" in capitals: letters of a form. */
static size_t take_letters(struct scan *s, size_t at)
{
    const struct brief_word *w = &s->text.words[at];
    size_t len = strlen(w->text);

    if (!w->is_capitals || len < 2 || len > 12 || strspn(w->text, "abcde") != len || w->text[0] != 'a' ||
        strchr(w->text, 'b') == NULL || s->negation != NEGATION_NONE)
        return 0;
    s->out->form = arena_printf(s->arena, "%s", w->text);
    for (char *c = (char *)(uintptr_t)s->out->form; *c != '\0'; c++)
        *c = (char)toupper((unsigned char)*c);
    scan_heard(s, at, 1, arena_printf(s->arena, "form %s", s->out->form));
    return 1;
}

void brief_read(const char *text, const struct genre *genre, const struct genres *genres, struct arena *a,
                struct brief_reading *out)
{
    struct scan s = { .out = out, .genre = genre, .genres = genres, .arena = a, .scale = 1 };

    *out = (struct brief_reading){ .bpm = NAN, .seconds = NAN, .bars = NAN, .tempo_low = NAN, .tempo_high = NAN,
                                   .shape = -1, .vocals = -1, .mode = -1, .intro_bars = FIELD_INT_UNSET, .key_lift = -1,
                                   .half_time = -1, .target = -1, .loudness_lufs = NAN, .ceiling_dbtp = NAN, .energy_most = NAN, .swing_percent = NAN, .tempo_words = "",
                                   .energy_words = "", .mood_words = "" };
    brief_text_read(text, a, &s.text);
    s.index = lexicon_index_make(a);
    s.names = scan_instrument_names(genre, a);
    s.marks = ARENA_ARRAY(a, struct mark, MARKS_MAX);
    for (size_t at = 0; at < s.text.count;) {
        size_t used = take_letters(&s, at);

        s.is_small = false;
        if (used == 0)
            used = take_words(&s, at);
        if (used == 0) {
            follow_negation(&s, at);
            note_unknown(&s, at);
        } else {
            s.since_negation = 0;
        }
        at += used == 0 ? 1 : used;
        if (!s.is_small && !(used == 0 && scan_word_is(&s, at - 1, carriers)))
            s.small_count = 0;
        follow_punctuation(&s, at - 1);
        if (s.small_count == 0)
            s.scale = 1;
    }
    scan_resolve(&s);
}
