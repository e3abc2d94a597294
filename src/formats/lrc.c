#include "formats/lrc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "song/lyric_spec.h"
#include "song/song_spec.h"

struct sung_line {
    double start_s;
    size_t index;
    const char *text;
};

bool lrc_has_words(const struct song *s)
{
    for (size_t i = 0; s->lyric_spec != NULL && i < s->lyric_spec->lines.count; i++)
        if (s->lyric_spec->lines.items[i].syllables.count > 0)
            return true;
    return false;
}

/* One line: no control characters, nothing that reads as a tag. */
static const char *clean(const char *text, struct arena *a)
{
    char *out = arena_strdup(a, text != NULL ? text : "");

    for (char *c = out; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == '[' || *c == ']')
            *c = *c == '[' ? '(' : *c == ']' ? ')' : ' ';
    return out;
}

/* The text of a line, from its syllables when it has none. */
static const char *line_text(const struct lyric_line *line, struct arena *a)
{
    const char *out = "";

    if (line->text != NULL && line->text[0] != '\0')
        return clean(line->text, a);
    for (size_t i = 0; i < line->syllables.count; i++) {
        const char *text = line->syllables.items[i].text;
        size_t len = strlen(text);
        bool joins = len > 1 && text[len - 1] == '-';

        out = arena_printf(a, "%s%.*s%s", out, (int)(len - joins), text,
                           joins || i + 1 == line->syllables.count ? "" : " ");
    }
    return clean(out, a);
}

static int compare_line(const void *a, const void *b)
{
    const struct sung_line *x = a, *y = b;

    if (x->start_s < y->start_s || x->start_s > y->start_s)
        return x->start_s < y->start_s ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

const char *lrc_text(const struct song *s, struct arena *a, size_t *len)
{
    const struct lyric_spec *spec = s->lyric_spec;
    struct sung_line *lines = ARENA_ARRAY(a, struct sung_line, spec->lines.count + 1);
    long length_s = lround(score_seconds(s->score, s->score->end_tick));
    const char *out;
    size_t count = 0;

    for (size_t i = 0; i < spec->lines.count; i++)
        if (spec->lines.items[i].syllables.count > 0) {
            int tick = spec->lines.items[i].syllables.items[0].tick;

            lines[count] = (struct sung_line){ score_seconds(s->score, tick > 0 ? tick : 0), count,
                                               line_text(&spec->lines.items[i], a) };
            count++;
        }
    qsort(lines, count, sizeof(lines[0]), compare_line);
    out = arena_printf(a, "[ti:%s]\n", clean(s->song_spec->title, a));
    if (s->song_spec->artist_name != NULL)
        out = arena_printf(a, "%s[ar:%s]\n", out, clean(s->song_spec->artist_name, a));
    out = arena_printf(a, "%s[length:%02ld:%02ld]\n", out, length_s / 60, length_s % 60);
    for (size_t i = 0; i < count; i++) {
        long hundredths = lround(lines[i].start_s * 100);

        out = arena_printf(a, "%s[%02ld:%02ld.%02ld]%s\n", out, hundredths / 6000, hundredths / 100 % 60,
                           hundredths % 100, lines[i].text);
    }
    if (len != NULL)
        *len = strlen(out);
    return out;
}
