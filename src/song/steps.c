#include "song/steps.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const notation_names[NOTATION_COUNT] = { "drums", "strokes", "ladder", "degrees" };
const struct choices notation_choices = { .names = notation_names, .count = NOTATION_COUNT };

const struct drum_voice drum_voices[] = {
    /* name          code  key rank */
    { "kick",        'K', 36, 0 },
    { "snare",       'S', 38, 1 },
    { "rim",         'X', 37, 1 },
    { "clap",        'C', 39, 1 },
    { "snare2",      0,   40, 1 },
    { "hat",         'H', 42, 2 },
    { "pedal",       'P', 44, 2 },
    { "open",        'O', 46, 2 },
    { "ride",        'R', 51, 2 },
    { "bell",        'B', 53, 2 },
    { "ride2",       0,   59, 2 },
    { "tom1",        'T', 50, 3 },
    { "tom2",        'M', 47, 3 },
    { "tom3",        'L', 45, 3 },
    { "tom4",        0,   43, 3 },
    { "tom5",        'F', 41, 3 },
    { "crash",       'Y', 49, 4 },
    { "crash2",      'Z', 57, 4 },
    { "splash",      0,   55, 4 },
    { "china",       0,   52, 4 },
    { "tambourine",  0,   54, 5 },
    { "cowbell",     0,   56, 5 },
    { "bongo1",      0,   60, 5 },
    { "bongo2",      0,   61, 5 },
    { "conga1",      0,   62, 5 },
    { "conga2",      0,   63, 5 },
    { "conga3",      0,   64, 5 },
    { "timbale1",    0,   65, 5 },
    { "timbale2",    0,   66, 5 },
    { "agogo1",      0,   67, 5 },
    { "agogo2",      0,   68, 5 },
    { "cabasa",      0,   69, 5 },
    { "shaker",      0,   70, 5 },
    { "guiro",       0,   73, 5 },
    { "claves",      0,   75, 5 },
    { "block1",      0,   76, 5 },
    { "block2",      0,   77, 5 },
    { "triangle",    0,   81, 5 },
};
const size_t drum_voice_count = sizeof(drum_voices) / sizeof(drum_voices[0]);

static const struct {
    const char *text;
    enum degree degree;
} degrees[] = {
    { "1", DEGREE_BASS },     { "3", DEGREE_THIRD },        { "5", DEGREE_FIFTH },    { "6", DEGREE_SIXTH },
    { "7", DEGREE_SEVENTH },  { "b7", DEGREE_SEVENTH },     { "8", DEGREE_OCTAVE },   { "5-", DEGREE_FIFTH_BELOW },
    { "r", DEGREE_ROOT },     { "a", DEGREE_APPROACH },     { "n", DEGREE_NEXT },
    { "2", DEGREE_SECOND },   { "4", DEGREE_FOURTH },
};

const char *const bass_word_names[BASS_WORD_COUNT] = {
    [BASS_WORD_WALK] = "walk", [BASS_WORD_TWO] = "two", [BASS_WORD_KICK] = "kick"
};

const struct drum_voice *drum_voice_read(const char *line, const char **rest)
{
    const char *colon = strchr(line, ':');
    size_t len;

    if (colon == NULL)
        return NULL;
    while (isspace((unsigned char)*line))
        line++;
    len = (size_t)(colon - line);
    while (len > 0 && isspace((unsigned char)line[len - 1]))
        len--;
    for (size_t i = 0; i < drum_voice_count; i++)
        if ((len == 1 && drum_voices[i].code == line[0]) ||
            (strlen(drum_voices[i].name) == len && strncmp(drum_voices[i].name, line, len) == 0)) {
            *rest = colon + 1;
            return &drum_voices[i];
        }
    return NULL;
}

const struct drum_voice *drum_voice_by_key(uint8_t key)
{
    for (size_t i = 0; i < drum_voice_count; i++)
        if (drum_voices[i].key == key)
            return &drum_voices[i];
    return NULL;
}

size_t steps_bars(const char *text)
{
    size_t bars = 1;

    for (; *text != '\0'; text++)
        bars += *text == '|';
    return bars;
}

/* The bar's characters: from *text, up to the next "|" or the end. */
static size_t bar_find(const char **text, size_t index)
{
    const char *at = *text;

    for (size_t bar = 0; bar < index; bar++) {
        const char *end = strchr(at, '|');

        if (end == NULL) /* the line has this many bars, and begins anew */
            return bar_find(text, index % (bar + 1));
        at = end + 1;
    }
    *text = at;
    return strcspn(at, "|");
}

int steps_copy(const char *text, size_t index, char *out)
{
    size_t len = bar_find(&text, index);
    int count = 0;

    for (size_t i = 0; i < len; i++)
        if (!isspace((unsigned char)text[i]) && count < STEPS_BAR_MAX)
            out[count++] = text[i];
    out[count] = '\0';
    return count;
}

/* 1–9 of a struck step, 0 for a rest, -1 for a hold, -2 for what is no step. */
static int step_level(enum notation notation, char c)
{
    if (c >= '1' && c <= '9')
        return c - '0';
    if (c == '.')
        return 0;
    if (c == '-' && notation != NOTATION_DRUMS)
        return -1;
    if (notation == NOTATION_LADDER)
        return -2;
    switch (c) {
    case 'a':
        return notation == NOTATION_STROKES ? 7 : -2;
    case 'x':
        return 7;
    case 'X':
        return 9;
    case 'o':
        return 5;
    case 'g':
        return 2;
    default:
        return -2;
    }
}

static const char *steps_read_characters(enum notation notation, const char *bar, size_t len, int32_t bar_ticks,
                                         struct steps_bar *out)
{
    char steps[STEPS_BAR_MAX];
    int count = 0;
    int32_t step_ticks;

    for (size_t i = 0; i < len; i++) {
        if (isspace((unsigned char)bar[i]))
            continue;
        if (count == STEPS_BAR_MAX)
            return "has more than 64 steps";
        if (step_level(notation, bar[i]) == -2)
            return notation == NOTATION_DRUMS ? "has a character that is none of 1–9 x X o g and ."
                   : notation == NOTATION_LADDER ? "has a character that is none of 1–9 - and ."
                                                 : "has a character that is none of 1–9 x X o g a - and .";
        steps[count++] = bar[i];
    }
    if (count == 0)
        return "is empty";
    if (bar_ticks % count != 0)
        return "has a number of steps that does not divide the bar evenly";
    step_ticks = bar_ticks / count;
    for (int i = 0; i < count; i++) {
        int level = step_level(notation, steps[i]);
        struct step_event *last = out->count > 0 ? &out->events[out->count - 1] : NULL;

        if (level > 0)
            out->events[out->count++] = (struct step_event){ .tick = i * step_ticks, .len_ticks = step_ticks,
                                                             .level = (uint8_t)level,
                                                             .value = (uint8_t)(notation == NOTATION_STROKES
                                                                                    ? steps[i] == 'a'
                                                                                    : level) };
        else if (level < 0 && last != NULL && last->tick + last->len_ticks == i * step_ticks)
            last->len_ticks += step_ticks;
        else if (level < 0 && last == NULL && out->carried_ticks == i * step_ticks)
            out->carried_ticks += step_ticks;
    }
    return NULL;
}

static bool degree_read(const char *token, size_t len, uint8_t *out)
{
    for (size_t i = 0; i < sizeof(degrees) / sizeof(degrees[0]); i++)
        if (strlen(degrees[i].text) == len && strncmp(degrees[i].text, token, len) == 0) {
            *out = (uint8_t)degrees[i].degree;
            return true;
        }
    return false;
}

/* One "5@6/2!": the position and length are sixteenths and may have a fraction (triplets). */
static const char *degree_event_read(const char *token, size_t len, int32_t bar_ticks, struct step_event *out)
{
    const char *at = memchr(token, '@', len);
    char *end;
    double slot, slots = 0;

    if (at == NULL || !degree_read(token, (size_t)(at - token), &out->value))
        return "has a word that is not degree@sixteenth, walk, two or kick";
    slot = strtod(at + 1, &end);
    if (end == at + 1 || !(slot >= 0 && slot * 120 < bar_ticks))
        return "has a note outside its bar";
    out->tick = (int32_t)(slot * 120 + 0.5);
    out->level = 7;
    if (*end == '/')
        slots = strtod(end + 1, &end);
    if (!(slots >= 0 && slots <= 64))
        return "has a length that is not 0 to 64 sixteenths";
    out->len_ticks = (int32_t)(slots * 120 + 0.5);
    if (*end == '!' || *end == 'g')
        out->level = *end++ == '!' ? 9 : 2;
    if (end != token + len)
        return "has a word that is not degree@sixteenth, walk, two or kick";
    return NULL;
}

static enum bass_word bass_word_read(const char *token, size_t len)
{
    for (int word = BASS_WORD_NONE + 1; word < BASS_WORD_COUNT; word++)
        if (strlen(bass_word_names[word]) == len && strncmp(bass_word_names[word], token, len) == 0)
            return (enum bass_word)word;
    return BASS_WORD_NONE;
}

static const char *steps_read_degrees(const char *bar, size_t len, int32_t bar_ticks, struct steps_bar *out)
{
    size_t at = 0;

    for (;;) {
        size_t end;
        const char *fault;
        enum bass_word word;
        struct step_event *event = &out->events[out->count];

        while (at < len && isspace((unsigned char)bar[at]))
            at++;
        for (end = at; end < len && !isspace((unsigned char)bar[end]); end++)
            ;
        if (at == end)
            break;
        word = bass_word_read(bar + at, end - at);
        if (word != BASS_WORD_NONE)
            out->word = word;
        else if (out->count == STEPS_BAR_MAX)
            return "has more than 64 notes";
        else if ((fault = degree_event_read(bar + at, end - at, bar_ticks, event)) != NULL)
            return fault;
        else if (out->count > 0 && event->tick <= event[-1].tick)
            return "has notes that are not in order";
        else
            out->count++;
        at = end;
    }
    if (out->word != BASS_WORD_NONE && out->count > 0)
        return "has both a word and notes";
    for (size_t i = 0; i < out->count; i++)
        if (out->events[i].len_ticks == 0)
            out->events[i].len_ticks =
                (i + 1 < out->count ? out->events[i + 1].tick : bar_ticks) - out->events[i].tick;
    return NULL;
}

const char *steps_read(enum notation notation, const char *text, size_t index, int32_t bar_ticks,
                       struct steps_bar *out)
{
    size_t len = bar_find(&text, index);

    out->count = 0;
    out->carried_ticks = 0;
    out->word = BASS_WORD_NONE;
    if (notation == NOTATION_DEGREES)
        return steps_read_degrees(text, len, bar_ticks, out);
    return steps_read_characters(notation, text, len, bar_ticks, out);
}

void steps_check(enum notation notation, const char *line, int32_t bar_ticks, const char *pointer,
                 struct problems *problems)
{
    const char *text = line;
    struct steps_bar bar;

    if (notation == NOTATION_DRUMS && drum_voice_read(line, &text) == NULL) {
        problem_add(problems, pointer, "must begin with a drum and a colon, such as \"kick:\" or \"S:\"");
        return;
    }
    for (size_t i = 0; i < steps_bars(text); i++) {
        const char *fault = steps_read(notation, text, i, bar_ticks, &bar);

        if (fault != NULL)
            problem_add(problems, pointer, "bar %zu %s", i + 1, fault);
    }
}
