/* Instruments in a brief: General MIDI's and everyday names, the words of the genre's own players, pieces of the kit. */
#include <string.h>

#include "band/brief_scan.h"
#include "band/kit_pieces.h"
#include "song/general_midi.h"

/* Names of instruments that are ordinary words too: they count only where a field asks for an instrument. */
static const char ambiguous[] = "lead|bell|key|keys|keyboard|wave|bird|bottle|ocean|chime|brush|hum|ep|crystal|juno|reed|jupiter|"
                                "atmosphere|voice|vocal|goblin|soundtrack|second voice|sea|wind|solo|soloist|harmony|hook|"
                                "melody|answers|drone|pulse|break|stab|texture|brightness|clip|clap|swell|sequence|horn|"
                                "chord|chords|sequencer|vibe|beat|drop|effects|soundscape|groove|echo|pipe|ride|strum|crash";

/* What a group of instruments is called. */
static const char collective[] = "drum|percussion|guitar|string|woodwind|wind|brass|synth|synthesizer|synthesiser|mallet|"
                                 "orchestra|bass|pad|arp|cymbal|snare|kick";

static bool is_listed(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (; *list != '\0'; list += strcspn(list, "|"), list += *list == '|')
        if (strncmp(list, word, len) == 0 && (list[len] == '|' || list[len] == '\0'))
            return true;
    return false;
}

enum { LETTERS = 256 };

struct name {
    const char *text;
    size_t len;
    struct name *next;      /* with the same first letter */
};

struct instrument_names {
    struct name *by_letter[LETTERS];
    struct arena *arena;
};

static void add_names(struct instrument_names *names, const char *text)
{
    while (*text != '\0') {
        struct name *out = ARENA_NEW(names->arena, struct name), **head = &names->by_letter[(unsigned char)*text];

        *out = (struct name){ text, strcspn(text, "|"), *head };
        *head = out;
        text += out->len + (text[out->len] == '|');
    }
}

struct instrument_names *scan_instrument_names(const struct genre *genre, struct arena *a)
{
    struct instrument_names *names = ARENA_NEW(a, struct instrument_names);

    names->arena = a;
    add_names(names, collective);
    for (uint8_t i = 0; i < 128; i++) {
        enum gm_family family = gm_family_of(i);

        if (family != GM_SYNTH_EFFECTS && family != GM_SOUND_EFFECTS)
            add_names(names, gm_programs[i].words);
    }
    for (size_t i = 0; i < gm_kit_count; i++)
        add_names(names, gm_kits[i].words);
    for (size_t i = 0; i < kit_piece_count; i++)
        add_names(names, kit_pieces[i].words);
    for (size_t i = 0; i < genre->players.parts.count; i++)
        for (size_t w = 0; w < genre->players.parts.items[i].words.count; w++)
            add_names(names, genre->players.parts.items[i].words.items[w]);
    return names;
}

/* How long the longest name is that `text` begins with, as whole words; 0 for none. A plural s may follow. */
static size_t longest_name(const struct scan *s, const char *text)
{
    size_t best = 0;

    for (const struct name *n = s->names->by_letter[(unsigned char)*text]; n != NULL; n = n->next) {
        size_t end = n->len;

        if (n->len <= best || strncmp(text, n->text, n->len) != 0)
            continue;
        end += text[end] == 's';
        if (text[end] == '\0' || text[end] == ' ')
            best = n->len;
    }
    return best;
}

size_t scan_instrument_words(const struct scan *s, size_t at)
{
    char text[BRIEF_PHRASE_SIZE], name[BRIEF_PHRASE_SIZE];
    size_t best, count = 4, words = 1;

    if (at >= s->text.count)
        return 0;
    while (count > 0 && !brief_text_phrase(&s->text, at, count, text))
        count--;
    if (count == 0)
        return 0;
    best = longest_name(s, text);
    if (best == 0)
        return 0;
    memcpy(name, text, best);
    name[best] = '\0';
    for (size_t i = 0; i < best; i++)
        words += text[i] == ' ';
    if (s->negation == NEGATION_NONE && is_listed(name, ambiguous) && text[best] != 's')
        return 0;
    if (strcmp(name, "vibe") == 0 && !(at > 0 && text[best] == 's' && scan_word_is(s, at - 1, "and|with|on|plus")))
        return 0; /* "good vibes" */
    if (scan_word_is(s, at + words, "section|sections|ensemble") && s->text.words[at + words - 1].after < AFTER_COMMA)
        words++;
    return words;
}

static void note_name(const char **list, size_t *count, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i], name) == 0)
            return;
    if (*count < READING_NAMES_MAX)
        list[(*count)++] = name;
}

void scan_instrument(struct scan *s, size_t at, size_t words)
{
    struct brief_reading *r = s->out;
    const char *name = scan_words(s, at, words);
    bool is_free = scan_word_is(s, at + words, "free|less") && s->text.words[at + words - 1].after == AFTER_HYPHEN;
    struct mark *mark = scan_mark(s, MARK_INSTRUMENT);

    mark->name = name;
    mark->is_negated = s->negation == NEGATION_FULL || s->negation == NEGATION_LIST || is_free;
    mark->has_with = at > 0 && scan_word_is(s, at - 1, "with|a|an|the|some|and|plus");
    if (s->negation == NEGATION_MILD) { /* "less piano" is still some */
        scan_not_followed(s, at, words, "how much of an instrument is left to the mix");
        return;
    }
    if (!mark->is_negated) {
        note_name(r->instruments, &r->instrument_count, name);
        scan_heard(s, at, words, arena_printf(s->arena, "%s is to be heard", name));
        return;
    }
    s->has_negated_instrument = true;
    note_name(r->excluded, &r->excluded_count, name);
    if (strcmp(name, "percussion") == 0)
        note_name(r->excluded, &r->excluded_count, "drums");
    scan_request(s, arena_printf(s->arena, "no %s", name));
    scan_heard(s, at, words, arena_printf(s->arena, "no %s", name));
}
