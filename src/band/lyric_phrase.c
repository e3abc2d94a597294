#include "band/lyric_phrase.h"

#include <string.h>

static const char *const prepositions[] = {
    "about", "above", "across", "after", "against", "along", "among", "around", "at", "before", "behind", "below",
    "beneath", "beside", "between", "beyond", "by", "down", "for", "from", "in", "into", "like", "of", "off", "on", "out",
    "over", "past", "through", "till", "to", "under", "until", "up", "upon", "with", "without",
};
static const char *const conjunctions[] = { "and", "but", "or", "when", "where", "while", "as", "if", "that", "since" };
static const char *const selves[] = { "i", "i'm", "i'll", "i've", "i'd", "me", "my", "mine", "myself" };
static const char *const others[] = { "you", "you'll", "you're", "your", "yours" };

static const char *const persons[] = { "i", "i'll", "i'm", "we", "we'll", "we're" };

/* What questions, commands and wishes begin with. */
static const char *const openers[] = {
    "do", "were", "is", "why", "who", "what", "whose", "how", "don't", "close", "take", "let", "let's", "come", "hold", "stay",
    "say", "turn", "feel", "move", "get", "rise", "lift", "carry", "look", "fly", "write", "drive", "follow", "meet", "keep",
    "wait", "wash", "stand", "catch", "sing", "sail", "give", "watch", "leave", "raise", "hear", "count", "where", "goodbye",
    "so", "when", "one", "if", "up", "down", "into", "under", "round", "after",
};

enum { PREPOSITION = 1, CONJUNCTION = 2, SELF = 4, OTHER = 8, PERSON = 16, OPENER = 32 };

#define MARK(l, list, bits) lexis_mark((l), (list), sizeof(list) / sizeof((list)[0]), (bits))

void lyric_phrase_prepare(struct lexis *l)
{
    MARK(l, prepositions, PREPOSITION);
    MARK(l, conjunctions, CONJUNCTION);
    MARK(l, selves, SELF);
    MARK(l, others, OTHER);
    MARK(l, persons, PERSON);
    MARK(l, openers, OPENER);
}

static size_t word_length(const char *text)
{
    return strcspn(text, " ,");
}

static uint64_t word_bit(const char *text, size_t len)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (uint8_t)(text[i] | 0x20)) * 16777619u;
    return 1ull << (hash >> 26);
}

/* `word` may be NULL: one that the lexis lacks. */
static void note_word(struct lyric_phrase *p, const struct lexis_word *word, bool first)
{
    unsigned marks = word != NULL ? word->marks : 0;

    p->starts |= 1u << p->syllables;
    if ((marks & (PREPOSITION | CONJUNCTION)) != 0)
        p->soft |= 1u << p->syllables;
    if (first) {
        p->begins_with_preposition = (marks & PREPOSITION) != 0;
        p->begins_with_person = (marks & PERSON) != 0;
        p->is_statement = (marks & OPENER) == 0;
    }
    p->ends_with_preposition = (marks & PREPOSITION) != 0;
    p->says_i |= (marks & SELF) != 0;
    p->says_you |= (marks & OTHER) != 0;
}

/* The stresses of a word of `count` syllables, as masks. */
static void note_syllables(struct lyric_phrase *p, uint32_t strong, uint32_t either, int count)
{
    uint32_t none = ((1u << count) - 1) & ~strong & ~either;

    p->strong |= strong << p->syllables;
    p->weak |= none << p->syllables;
    p->falls |= (strong & none >> 1) << p->syllables;
    p->rises |= (strong & none << 1) << p->syllables;
    p->syllables += count;
}

/* What would be weak may be stressed where the phrase ends with it ("how you are"). */
static void finish(struct lyric_phrase *p)
{
    if (p->last != NULL && p->last->syllables == 1 && p->syllables > 0)
        p->weak &= ~(1u << (p->syllables - 1));
}

bool lyric_phrase_read(const struct lexis *l, const struct fragment *f, struct lyric_phrase *out)
{
    *out = (struct lyric_phrase){ .of = f };
    for (const char *at = f->text; *at != '\0';) {
        size_t len = word_length(at);
        const struct lexis_word *word = lexis_find(l, at, len);

        if (word == NULL || out->syllables + word->syllables > LYRIC_PHRASE_SYLLABLES_MAX)
            return false;
        note_word(out, word, at == f->text);
        note_syllables(out, word->strong, word->either, word->syllables);
        if (((word->strong | word->either) & 1) != 0 || word->syllables > 1)
            out->words |= word_bit(at, len);
        if (out->first == NULL)
            out->first = word;
        out->last = word;
        at += len;
        at += strspn(at, " ,");
    }
    finish(out);
    return out->syllables > 0;
}

/* The word without its hyphens; how many syllables they make. */
static int plain_word(const char *text, size_t len, char *out, size_t size, size_t *out_len)
{
    int syllables = 1;

    *out_len = 0;
    for (size_t i = 0; i < len; i++) {
        syllables += text[i] == '-';
        if (text[i] != '-' && *out_len < size)
            out[(*out_len)++] = text[i];
    }
    return syllables;
}

bool lyric_phrase_read_image(const struct lexis *l, const struct fragment *f, struct lyric_phrase *out)
{
    *out = (struct lyric_phrase){ .of = f, .is_image = true };
    for (const char *at = f->text; *at != '\0';) {
        char plain[40];
        size_t len = word_length(at), plain_len;
        int syllables = plain_word(at, len, plain, sizeof(plain), &plain_len);
        const struct lexis_word *word = lexis_find(l, plain, plain_len);

        if (out->syllables + syllables > LYRIC_PHRASE_SYLLABLES_MAX)
            return false;
        note_word(out, word, at == f->text);
        if (word != NULL && word->syllables != syllables)
            word = NULL;
        note_syllables(out, word != NULL ? word->strong : 1, word != NULL ? word->either : 0, syllables);
        out->words |= word == NULL || word->strong != 0 ? word_bit(plain, plain_len) : 0;
        if (at == f->text)
            out->first = word;
        out->last = word;
        at += len;
        at += strspn(at, " ,");
    }
    return out->syllables > 0;
}

static void spell_image(const struct lyric_phrase *p,
                        void (*each)(void *arg, const char *letters, size_t len, bool goes_on), void *arg)
{
    for (const char *at = p->of->text; *at != '\0';) {
        size_t len = strcspn(at, " ,-");

        each(arg, at, len, at[len] == '-');
        at += len;
        at += strspn(at, " ,-");
    }
}

void lyric_phrase_spell(const struct lexis *l, const struct lyric_phrase *p,
                        void (*each)(void *arg, const char *letters, size_t len, bool goes_on), void *arg)
{
    if (p->is_image) {
        spell_image(p, each, arg);
        return;
    }
    for (const char *at = p->of->text; *at != '\0';) {
        int lengths[LYRIC_PHRASE_SYLLABLES_MAX], stress[LYRIC_PHRASE_SYLLABLES_MAX];
        size_t len = word_length(at);
        int count = lexis_syllables(lexis_find(l, at, len), lengths, stress, LYRIC_PHRASE_SYLLABLES_MAX);
        const char *letters = at;

        for (int i = 0; i < count; i++) {
            /* a comma of the text stays with its word */
            size_t part = (size_t)lengths[i] + (i + 1 == count && at[len] == ',');

            each(arg, letters, part, i + 1 < count);
            letters += part;
        }
        at += len;
        at += strspn(at, " ,");
    }
}
