/* Words for the tune: a line for each of its phrases, a syllable for each note, rhymes at the ends. Verses get new
 * words, a chorus has its own and keeps them. */
#include <ctype.h>
#include <string.h>

#include "band/agent.h"
#include "band/singing.h"
#include "band/words.h"
#include "song/lyric_spec.h"

static const char agent[] = "lyricist";

enum { SYLLABLES_MAX = 48, LINE_PIECES_MAX = SYLLABLES_MAX };

struct line {
    const char *pieces[LINE_PIECES_MAX];
    int count, syllables;
};

struct writing {
    struct session *s;
    struct lyric_spec *spec;
    const char *last_ending;  /* no line rhymes with itself */
};

/* `avoid` may be NULL. */
static const char *draw_fragment(struct session *s, enum word_place place, int most, int rhyme, const char *avoid,
                                 struct random *random)
{
    double *weights = ARENA_ARRAY(s->arena, double, word_fragment_count), sum = 0;

    for (size_t i = 0; i < word_fragment_count; i++) {
        const struct word_fragment *f = &word_fragments[i];

        if (f->place == (int)place && word_syllables(f->text) <= most && (rhyme < 0 || f->rhyme == rhyme))
            weights[i] = place == WORDS_MIDDLE ? 1 : word_syllables(f->text) - 0.98;
        if (f->text == avoid)
            weights[i] *= 0.01;
        sum += weights[i];
    }
    return sum > 0 ? word_fragments[random_weighted(random, weights, word_fragment_count)].text : NULL;
}

/* One of the genre's images; NULL when none is short enough. */
static const char *draw_image(struct session *s, int most, struct random *random)
{
    size_t count = s->genre->images.count;
    double *weights = ARENA_ARRAY(s->arena, double, count + 1), sum = 0;

    for (size_t i = 0; i < count; i++) {
        int syllables = word_syllables(s->genre->images.items[i]);

        weights[i] = syllables <= most ? syllables : 0;
        sum += weights[i];
    }
    return sum > 0 ? s->genre->images.items[random_weighted(random, weights, count)] : NULL;
}

static void add_piece(struct line *line, const char *text)
{
    if (text == NULL || line->count == LINE_PIECES_MAX)
        return;
    line->pieces[line->count++] = text;
    line->syllables += word_syllables(text);
}

/* Exactly `syllables` of them. */
static struct line make_line(struct writing *w, int syllables, int rhyme, struct random *random)
{
    struct session *s = w->s;
    struct line line = { .count = 0 };
    const char *ending = draw_fragment(s, WORDS_ENDING, syllables, rhyme, w->last_ending, random);
    int left = syllables - word_syllables(ending);

    w->last_ending = ending;
    if (left > 0)
        add_piece(&line, draw_fragment(s, WORDS_OPENING, left, -1, NULL, random));
    if (left - line.syllables >= 2)
        add_piece(&line, draw_image(s, left - line.syllables, random));
    while (line.syllables < left)
        add_piece(&line, draw_fragment(s, WORDS_MIDDLE, left - line.syllables, -1,
                                       line.count > 0 ? line.pieces[line.count - 1] : NULL, random));
    add_piece(&line, ending);
    return line;
}

static const char *line_text(struct session *s, const struct line *line)
{
    char *out = arena_strdup(s->arena, ""), *to;

    for (int i = 0; i < line->count; i++)
        out = arena_printf(s->arena, "%s%s%s", out, i > 0 ? " " : "", line->pieces[i]);
    to = out;
    for (const char *from = out; *from != '\0'; from++)
        if (*from != '-')
            *to++ = *from;
    *to = '\0';
    out[0] = (char)toupper((unsigned char)out[0]);
    return out;
}

static void add_syllables(struct session *s, const struct line *line, const struct timeline_note *notes, size_t count,
                          struct lyric_line *out)
{
    out->syllables.items = ARENA_ARRAY(s->arena, struct lyric_syllable, count);
    for (int i = 0; i < line->count; i++) {
        const char *text = line->pieces[i];

        while (*text != '\0' && out->syllables.count < count) {
            size_t len = strcspn(text, " -"), keep = len + (text[len] == '-');
            const struct timeline_note *n = &notes[out->syllables.count];

            out->syllables.items[out->syllables.count++] = (struct lyric_syllable){
                arena_strndup(s->arena, text, keep), n->start_tick, n->end_tick - n->start_tick
            };
            text += len + (text[len] != '\0');
        }
    }
}

/* Lines rhyme in pairs; those of a chorus depend on its type only, so that they come again. */
static void write_line(struct writing *w, const struct timeline_section *section, unsigned index,
                       const struct timeline_note *notes, size_t count)
{
    struct session *s = w->s;
    struct lyric_line *out = &w->spec->lines.items[w->spec->lines.count++];
    bool returns = strcmp(section->type, "verse") != 0;
    const char *stream = arena_printf(s->arena, "lyrics.%s", returns ? section->type : section->label);
    struct random pair = session_random(s, stream, 1000 + index / 2), random = session_random(s, stream, index);
    int rhyme = (int)random_below(&pair, RHYME_COUNT);
    struct line line = make_line(w, (int)count, rhyme, &random);

    *out = (struct lyric_line){ .section_label = section->label, .text = line_text(s, &line),
                                .rhyme = arena_printf(s->arena, "%c", 'A' + (char)(index / 2 % 26)) };
    add_syllables(s, &line, notes, count, out);
}

static void write_lines(struct session *s, struct lyric_spec *spec)
{
    const struct timeline *t = s->timeline;
    struct writing w = { .s = s, .spec = spec };
    size_t first = 0, section = SIZE_MAX;
    unsigned index = 0;

    spec->lines.items = ARENA_ARRAY(s->arena, struct lyric_line, t->melody.count);
    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *n = &t->melody.items[i];
        bool ends = i + 1 == t->melody.count || is_line_end(n, n + 1) || i + 1 - first == SYLLABLES_MAX;

        if (!ends)
            continue;
        if (n->section != section) {
            index = 0;
            w.last_ending = NULL;
        }
        section = n->section;
        if (is_sung(t, n))
            write_line(&w, &t->sections.items[section], index++, &t->melody.items[first], i + 1 - first);
        first = i + 1;
    }
}

bool lyricist_work(struct session *s, struct error *e)
{
    struct lyric_spec *spec;

    (void)e;
    if (s->song->lyric_spec != NULL)
        return true;
    spec = ARENA_NEW(s->arena, struct lyric_spec);
    fields_init(&lyric_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "lyric_spec");
    spec->language = "en";
    s->song->lyric_spec = spec;
    if (s->song->song_spec->has_vocals != 1)
        return true;
    spec->theme = s->song->song_spec->creative_brief != NULL ? s->song->song_spec->creative_brief->lyrical_direction : NULL;
    write_lines(s, spec);
    decide(s, agent, 0.5, arena_printf(s->arena, "%zu lines", spec->lines.count),
           "a syllable a note, a line a phrase, rhymes in pairs");
    return true;
}
