#include "band/lyric_text.h"

#include <ctype.h>
#include <string.h>

struct spelling {
    struct arena *arena;
    struct lyric_line *out;
    const struct timeline_note *notes;
    const struct lyric_place *place;
    int note;           /* the next to be sung */
};

static void put(struct spelling *sp, const char *letters, size_t len, bool goes_on)
{
    const struct timeline_note *n = &sp->notes[sp->note];
    char *syllable = arena_printf(sp->arena, "%.*s%s", (int)len, letters, goes_on ? "-" : "");

    if (sp->note >= sp->place->notes)
        return;
    if (sp->note == 0)
        syllable[0] = (char)toupper((unsigned char)syllable[0]);
    sp->out->syllables.items[sp->out->syllables.count++] =
        (struct lyric_syllable){ syllable, n->start_tick, n->end_tick - n->start_tick };
    sp->note++;
}

static void put_comma(struct spelling *sp)
{
    struct lyric_syllable *last;

    if (sp->out->syllables.count == 0)
        return;
    last = &sp->out->syllables.items[sp->out->syllables.count - 1];
    if (last->text[strlen(last->text) - 1] != ',')
        last->text = arena_printf(sp->arena, "%s,", last->text);
}

static void put_syllable(void *arg, const char *letters, size_t len, bool goes_on)
{
    struct spelling *sp = arg;

    if (sp->note < sp->place->notes)
        put(sp, letters, len, goes_on);
}

static bool is_called(const struct lyric_phrase *p)
{
    return p->of->kind == FRAGMENT_TAG || p->is_image ||
           (p->of->kind == FRAGMENT_LEAD && (strcmp(p->of->text, "oh") == 0 || strcmp(p->of->text, "and oh") == 0));
}

/* Calls stand between commas, and so do two sentences. */
static bool needs_comma(const struct lyric_line_text *text, int after)
{
    const struct lyric_phrase *p = text->pieces[after], *next;

    if (after + 1 == text->count)
        return false;
    next = text->pieces[after + 1];
    return is_called(p) || next->of->kind == FRAGMENT_TAG || p == next;
}

/* The line as it is read: its syllables joined. */
static const char *read_text(struct arena *a, const struct lyric_line *line)
{
    size_t size = 1, len = 0;
    char *out;

    for (size_t i = 0; i < line->syllables.count; i++)
        size += strlen(line->syllables.items[i].text) + 1;
    out = arena_alloc(a, size);
    for (size_t i = 0; i < line->syllables.count; i++) {
        const char *text = line->syllables.items[i].text;
        size_t part = strlen(text);
        bool joins = text[part - 1] == '-';

        memcpy(out + len, text, part - joins);
        len += part - joins;
        if (!joins && i + 1 < line->syllables.count)
            out[len++] = ' ';
    }
    return out;
}

void lyric_spell(const struct lexis *lexis, const struct lyric_verse_line *line, const struct timeline *t, struct arena *a,
                 struct lyric_line *out)
{
    struct spelling sp = { .arena = a, .out = out, .notes = &t->melody.items[line->place.first_note],
                           .place = &line->place };

    out->syllables.items = ARENA_ARRAY(a, struct lyric_syllable, (size_t)line->place.notes);
    for (int i = 0; i < line->text.count; i++) {
        lyric_phrase_spell(lexis, line->text.pieces[i], put_syllable, &sp);
        if (needs_comma(&line->text, i))
            put_comma(&sp);
    }
    while (sp.note < line->place.notes) {
        if (sp.note > 0)
            put_comma(&sp);
        put(&sp, line->call, strlen(line->call), false);
    }
    out->text = read_text(a, out);
}
