/*
 * Words for the tune. The brief chooses a theme; each section has its part in the story: verses go on from one to the
 * next, a chorus begins with the song's hook and keeps its words, the bridge sees it from another side. A song without a
 * chorus comes back to the hook at the end of each verse. Lines rhyme by a scheme of the song.
 */
#include <string.h>

#include "band/agent.h"
#include "band/lyric_gather.h"
#include "band/lyric_stanza.h"
#include "band/lyric_text.h"
#include "band/singing.h"
#include "song/lyric_spec.h"

static const char agent[] = "lyricist";

enum { KEPT_MAX = 12, BLUES_BARS = 12, BLUES_LINE_BARS = 4 };
#define ACTS_WIDER (1u << ACT_ANY | 1u << ACT_MIDDLE | 1u << ACT_END)
#define LOUD_ENERGY 0.6 /* of genres that shout */
#define WE_CHANCE 0.35 /* of songs whose verses say "we" */

/* A section that keeps its words, as it was first sung. */
struct kept {
    const char *type;
    struct lyric_verse_line *lines;
    size_t count;
};

struct writing {
    struct session *s;
    struct lexis *lexis;
    struct lyric_choice choice;
    struct lyric_song song;
    struct lyric_phrase *title;
    struct lyric_spec *spec;
    bool we;                        /* the verses are ours, not mine */
    bool has_verses;                /* sections of that kind */
    size_t stories, story;          /* verses there will be; verses that are written */
    struct kept kept[KEPT_MAX];
    size_t kept_count;
};

enum part { PART_VERSE, PART_CHORUS, PART_BRIDGE, PART_RETURN };

/* A breakdown tells the story of a song that has no verses. */
static enum part part_of(const struct writing *w, const char *type)
{
    static const struct {
        const char *type;
        enum part part;
    } parts[] = {
        { "verse", PART_VERSE },   { "head", PART_VERSE },     { "theme", PART_VERSE },   { "trio", PART_VERSE },
        { "chorus", PART_CHORUS }, { "groove", PART_CHORUS },  { "mambo", PART_CHORUS },  { "shout", PART_CHORUS },
        { "vamp", PART_CHORUS },   { "montuno", PART_CHORUS }, { "drop", PART_CHORUS },
        { "bridge", PART_BRIDGE },
    };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strcmp(parts[i].type, type) == 0)
            return parts[i].part;
    if (strcmp(type, "breakdown") == 0)
        return w->has_verses ? PART_BRIDGE : PART_VERSE;
    return PART_RETURN;
}

/* What the story has come to: first, last, or between. */
static unsigned acts_now(const struct writing *w)
{
    if (w->story == 0)
        return 1u << ACT_BEGIN | 1u << ACT_ANY;
    if (w->story + 1 >= w->stories)
        return 1u << ACT_END | 1u << ACT_ANY | (w->stories < 3 ? 1u << ACT_MIDDLE : 0);
    return 1u << ACT_MIDDLE | 1u << ACT_ANY | (w->story > 1 ? 1u << ACT_END : 0);
}

static unsigned acts_of(const struct writing *w, enum part part)
{
    if (part == PART_VERSE)
        return acts_now(w);
    return 1u << ACT_ANY | (part == PART_BRIDGE ? 1u << ACT_BRIDGE : part == PART_RETURN ? 1u << ACT_MIDDLE : 0);
}

/* Twelve bars of three lines. */
static bool is_blues(const struct writing *w, const struct timeline_section *section)
{
    return strstr(w->s->genre->id, "blues") != NULL && part_of(w, section->type) == PART_VERSE &&
           section->bars % BLUES_BARS == 0;
}

static const struct kept *find_kept(const struct writing *w, const char *type)
{
    for (size_t i = 0; i < w->kept_count; i++)
        if (strcmp(w->kept[i].type, type) == 0)
            return &w->kept[i];
    return NULL;
}

/* What was sung to as many notes comes again, in its order; what cannot is written new. */
static void bring_back(struct lyric_stanza *z, const struct kept *k)
{
    for (size_t i = 0; i < z->count; i++) {
        const struct lyric_verse_line *old = &k->lines[i % k->count];

        if (lyric_vary(z, old, i))
            z->lines[i].rhyme = i < k->count ? old->rhyme : 0;
    }
    for (size_t i = 0; i < z->count; i++)
        if (!z->lines[i].done)
            lyric_write_free(z, i);
}

static void write_stanza(struct writing *w, const struct timeline_section *section, struct lyric_stanza *z)
{
    enum part part = part_of(w, section->type);
    const struct kept *kept = find_kept(w, section->type);

    z->we = part == PART_VERSE ? w->we : !w->we;
    z->asks = part == PART_BRIDGE;
    z->hooks = part == PART_CHORUS;
    z->cores = lyric_stock_cores(w->song.stock, acts_of(w, part), z->hooks, z->we, false, w->s->arena);
    z->wider = lyric_stock_cores(w->song.stock, acts_of(w, part) | ACTS_WIDER, z->hooks, false, true, w->s->arena);
    lyric_offer(&z->wider, -z->number);
    lyric_offer(&z->cores, z->number);
    if (part == PART_VERSE) {
        lyric_write_verse(z, is_blues(w, section));
        w->story++;
        return;
    }
    if (kept != NULL && kept->count > 0)
        bring_back(z, kept);
    else if (part == PART_CHORUS)
        lyric_write_chorus(z);
    else
        lyric_write_couplets(z, 0, z->count);
    if (kept == NULL && w->kept_count < KEPT_MAX)
        w->kept[w->kept_count++] = (struct kept){ section->type, z->lines, z->count };
}

static void write_section(struct writing *w, size_t section, size_t first, size_t count)
{
    const struct timeline *t = w->s->timeline;
    const struct timeline_section *in = &t->sections.items[section];
    struct lyric_stanza z = { .song = &w->song, .number = (int)section + 1 };
    struct lyric_place *places;

    z.count = lyric_form_make(t, first, count, is_blues(w, in) ? BLUES_LINE_BARS : 0, w->s->arena, &places);
    z.lines = ARENA_ARRAY(w->s->arena, struct lyric_verse_line, z.count + 1);
    for (size_t i = 0; i < z.count; i++) {
        z.lines[i].place = places[i];
        z.lines[i].call = i % 2 == 1 && w->s->genre->energy >= LOUD_ENERGY ? "yeah" : "oh";
    }
    write_stanza(w, in, &z);
    lyric_tidy_rhymes(&z);
    for (size_t i = 0; i < z.count; i++) {
        struct lyric_line *out = &w->spec->lines.items[w->spec->lines.count++];

        *out = (struct lyric_line){ .section_label = in->label };
        if (z.lines[i].rhyme != 0)
            out->rhyme = arena_printf(w->s->arena, "%c", z.lines[i].rhyme);
        lyric_spell(w->lexis, &z.lines[i], t, w->s->arena, out);
    }
}

/* Fast music likes couplets, quiet music a rhyme on every other line. */
static void survey(struct writing *w)
{
    const struct timeline *t = w->s->timeline;
    double energy = w->s->genre->energy, schemes[LYRIC_SCHEME_COUNT] = { 0.4 + energy, 1, 1.6 - energy };

    for (size_t i = 0; i < t->sections.count; i++)
        w->has_verses |= part_of(w, t->sections.items[i].type) == PART_VERSE &&
                         strcmp(t->sections.items[i].type, "breakdown") != 0;
    for (size_t i = 0, last = SIZE_MAX; i < t->melody.count; i++) {
        enum part part = part_of(w, t->sections.items[t->melody.items[i].section].type);

        if (t->melody.items[i].section == last || !is_sung(t, &t->melody.items[i]))
            continue;
        last = t->melody.items[i].section;
        w->song.has_chorus |= part == PART_CHORUS;
        w->stories += part == PART_VERSE;
    }
    w->song.scheme = (enum lyric_scheme)random_weighted(&w->song.random, schemes, LYRIC_SCHEME_COUNT);
    w->we = random_chance(&w->song.random, WE_CHANCE);
}

static void write_song(struct writing *w)
{
    const struct timeline *t = w->s->timeline;

    w->spec->lines.items = ARENA_ARRAY(w->s->arena, struct lyric_line, t->melody.count + 1);
    for (size_t first = 0, next; first < t->melody.count; first = next) {
        size_t section = t->melody.items[first].section;

        for (next = first + 1; next < t->melody.count && t->melody.items[next].section == section; next++)
            ;
        if (is_sung(t, &t->melody.items[first]))
            write_section(w, section, first, next - first);
    }
}

static void tell(const struct writing *w)
{
    struct session *s = w->s;
    const struct lyric_choice *c = &w->choice;
    const char *about = arena_printf(s->arena, "words about %s%s%s", c->theme->name, c->second != NULL ? " and " : "",
                                     c->second != NULL ? c->second->name : "");

    if (c->words[0] != '\0')
        decide(s, agent, 0.8, about, "the brief says: %s", c->words);
    else
        decide(s, agent, 0.4, about, "the brief names no subject that the lyricist knows; it goes with %s", s->genre->name);
    if (w->song.hook != NULL)
        decide(s, agent, 0.6, arena_printf(s->arena, "the hook is \"%s\"", w->song.hook->of->text), "%s",
               w->song.hook == w->title ? "it is the title" : "it lies well on the tune of its line");
    decide(s, agent, 0.6, arena_printf(s->arena, "%zu lines, verses rhyme %s", w->spec->lines.count,
                                       lyric_scheme_names[w->song.scheme]),
           "a syllable a note, stresses on strong beats, lines of two to four bars");
}

bool lyricist_work(struct session *s, struct error *e)
{
    struct writing w = { .s = s };
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
    w.spec = spec;
    w.lexis = lexis_new(s->arena);
    lyric_phrase_prepare(w.lexis);
    w.choice = lyric_theme_choose(s);
    spec->theme = w.choice.theme->name;
    w.song = (struct lyric_song){ .stock = lyric_gather(s, w.lexis, &w.choice, &w.title), .arena = s->arena,
                                  .random = session_random(s, "lyrics", 0),
                                  .rhymes_used = ARENA_ARRAY(s->arena, int, lexis_row_count) };
    w.song.hook = w.title;
    survey(&w);
    write_song(&w);
    tell(&w);
    return true;
}
