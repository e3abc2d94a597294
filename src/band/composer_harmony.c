/* Chords for each section: the genre's loops, chosen once for a song so that sections of a type are kin, varied from pass
 * to pass, closed by the cadence that the place asks for, and at the end of the song home. */
#include <math.h>
#include <string.h>

#include "band/agent.h"
#include "band/key_plan.h"
#include "genre/sheet.h"
#include "song/arrangement_spec.h"
#include "song/harmony_spec.h"
#include "theory/roman.h"

static const char agent[] = "composer";

enum { PHRASE_BARS = 4 };

/* One row of the genre's harmony as this song uses it. */
struct material {
    const struct genre_section_harmony *row;
    struct sheet loop;
    const char *text;
    int passes;        /* how often it has been played so far */
};

/* A swap that the key allows, read. */
struct swap {
    struct chord from;
    struct sheet_bar to;
    double chance;
};

struct harmonising {
    struct session *s;
    struct key key;
    struct metre metre;
    const struct arrangement_spec *arrangement;
    struct material *materials;
    size_t material_count;
    struct swap *swaps;
    size_t swap_count;
    struct sheet_bar *bars;  /* of the section at hand */
    int bar_count;
    int total, with_seventh, dominants, borrowed;
};

static bool choose_sheet(struct harmonising *h, const struct genre_chords *from, size_t count, struct random *random,
                         struct sheet *out, const char **text)
{
    double *weights = ARENA_ARRAY(h->s->arena, double, count + 1), sum = 0;
    size_t chosen;

    for (size_t i = 0; i < count; i++) {
        weights[i] = genre_third_fits(from[i].third, key_is_minor(h->key)) ? from[i].weight : 0;
        sum += weights[i];
    }
    if (sum <= 0)
        return false;
    chosen = random_weighted(random, weights, count);
    *text = from[chosen].bars;
    return sheet_read(*text, h->key, out, h->s->arena, NULL);
}

static struct material *material_for(struct harmonising *h, const char *type)
{
    const struct genre_section_harmony *row = genre_harmony_for(h->s->genre, type);
    struct random random = session_random(h->s, "harmony.loop", (unsigned)(row - h->s->genre->harmony.sections.items));
    struct material *m;

    for (size_t i = 0; i < h->material_count; i++)
        if (h->materials[i].row == row)
            return &h->materials[i];
    m = &h->materials[h->material_count++];
    m->row = row;
    m->passes = 0;
    for (int turn = 0; turn < 6; turn++) {
        bool used = false;

        if (!choose_sheet(h, row->loops.items, row->loops.count, &random, &m->loop, &m->text)) {
            m->text = key_is_minor(h->key) ? "i | bVI | III | bVII" : "I | V | vi | IV";
            sheet_read(m->text, h->key, &m->loop, h->s->arena, NULL);
            break;
        }
        for (size_t i = 0; i + 1 < h->material_count; i++)
            used |= strcmp(h->materials[i].text, m->text) == 0;
        if (!used)
            break;
    }
    return m;
}

/* Replaces chord `at` of a bar by those of a one-bar sheet. */
static void put_in(struct sheet_bar *bar, size_t at, const struct sheet_bar *in)
{
    struct sheet_bar out = { .count = 0 };

    if (bar->count - 1 + in->count > SHEET_BAR_CHORDS_MAX)
        return;
    for (size_t i = 0; i < at; i++)
        out.chords[out.count++] = bar->chords[i];
    for (size_t i = 0; i < in->count; i++)
        out.chords[out.count++] = in->chords[i];
    for (size_t i = at + 1; i < bar->count; i++)
        out.chords[out.count++] = bar->chords[i];
    *bar = out;
}

static void read_swaps(struct harmonising *h)
{
    const struct genre_harmony *genre = &h->s->genre->harmony;

    h->swaps = ARENA_ARRAY(h->s->arena, struct swap, genre->swaps.count);
    for (size_t i = 0; i < genre->swaps.count; i++) {
        const struct genre_swap *in = &genre->swaps.items[i];
        struct sheet from, to;

        if (genre_third_fits(in->third, key_is_minor(h->key)) && sheet_read(in->from, h->key, &from, h->s->arena, NULL) &&
            sheet_read(in->to, h->key, &to, h->s->arena, NULL))
            h->swaps[h->swap_count++] = (struct swap){ from.bars[0].chords[0], to.bars[0], in->chance };
    }
}

/* One swap a bar. A bar of two chords already moves: no chord of it becomes two. */
static void vary_bar(struct harmonising *h, struct sheet_bar *bar, double amount, struct random *random)
{
    size_t first = random_below(random, (unsigned)h->swap_count + 1);

    for (size_t c = 0; c < bar->count; c++)
        for (size_t i = 0; i < h->swap_count; i++) {
            const struct swap *swap = &h->swaps[(first + i) % h->swap_count];

            if (!chord_sounds_equal(&swap->from, &bar->chords[c]) || (bar->count > 1 && swap->to.count > 1) ||
                !random_chance(random, swap->chance * amount))
                continue;
            put_in(bar, c, &swap->to);
            return;
        }
}

/* The dominant of the next bar's chord in the second half of this one. */
static void lead_on(struct harmonising *h, struct sheet_bar *bar, const struct chord *next)
{
    struct chord dominant = { .quality = chord_quality_has_seventh(bar->chords[0].quality) ? CHORD_7 : CHORD_MAJ };
    struct scale scale = key_scale(h->key);
    int root = pitch_class_of(pitch_class(next->root) + 7);

    if (bar->count != 1 || chord_sounds_equal(&bar->chords[0], next) || next->has_bass ||
        chord_quality_triad(next->quality) == CHORD_DIM ||
        chord_quality_triad(bar->chords[0].quality) == CHORD_DIM || pitch_class(next->root) == pitch_class(h->key.root) ||
        !scale_has(scale, pitch_class(next->root)) || pitch_class(bar->chords[0].root) == root)
        return;
    dominant.root = pitch_at_fifths(pitch_fifths(next->root) + 1);
    bar->chords[bar->count++] = dominant;
}

static void fill_with_loop(struct harmonising *h, struct material *m, const struct arranged_section *section, size_t index)
{
    const struct genre_harmony *genre = &h->s->genre->harmony;
    struct random random = session_random(h->s, "harmony.vary", (unsigned)index);
    int length = (int)m->loop.count;

    h->bars = ARENA_ARRAY(h->s->arena, struct sheet_bar, (size_t)section->length_bars);
    h->bar_count = section->length_bars;
    for (int bar = 0; bar < h->bar_count; bar++) {
        int pass = m->passes + bar / length;
        double variation = fmax(genre->variation + h->s->advice.variation, 0);
        double amount = pass == 0 ? 0 : variation * (pass % 2 == 1 ? 1.3 : 0.6) * (pass > 3 ? 1.2 : 1);

        h->bars[bar] = m->loop.bars[bar % length];
        if (amount > 0)
            vary_bar(h, &h->bars[bar], amount, &random);
    }
    for (int bar = PHRASE_BARS - 1; bar + 1 < h->bar_count; bar += PHRASE_BARS)
        if (random_chance(&random, genre->secondary_dominant))
            lead_on(h, &h->bars[bar], &h->bars[bar + 1].chords[0]);
    m->passes += (h->bar_count + length - 1) / length;
}

/* The arrangement has chords of its own for the section: a chorus of the blues. */
static void follow_changes(struct harmonising *h, struct material *m, const struct arranged_section *section)
{
    struct sheet sheet;

    if (!sheet_read(section->changes, h->key, &sheet, h->s->arena, NULL) || sheet.count == 0)
        sheet = m->loop;
    h->bars = ARENA_ARRAY(h->s->arena, struct sheet_bar, (size_t)section->length_bars);
    h->bar_count = section->length_bars;
    for (int bar = 0; bar < h->bar_count; bar++)
        h->bars[bar] = sheet.bars[bar % (int)sheet.count];
    m->passes++;
}

static void close_section(struct harmonising *h, const struct material *m, size_t index)
{
    struct random random = session_random(h->s, "harmony.cadence", (unsigned)index);
    struct sheet cadence;
    const char *text;

    if (h->bar_count < PHRASE_BARS || m->row->cadences.count == 0 ||
        !choose_sheet(h, m->row->cadences.items, m->row->cadences.count, &random, &cadence, &text) ||
        (int)cadence.count >= h->bar_count)
        return;
    for (size_t i = 0; i < cadence.count; i++)
        h->bars[(size_t)h->bar_count - cadence.count + i] = cadence.bars[i];
}

/* The second half of the section's last bar, or the bar's second chord, leads into the key of the next section. */
static void lead_to_key(struct harmonising *h, const struct key_plan *plan, size_t index)
{
    struct sheet_bar *bar = &h->bars[h->bar_count - 1];
    struct chord dominant;

    if (h->s->song->melody_spec != NULL || !key_plan_dominant(plan, h->key, index, &dominant))
        return;
    if (bar->count < 2)
        bar->count++;
    bar->chords[bar->count - 1] = dominant;
}

static void close_song(struct harmonising *h)
{
    const struct arranged_ending *ending = h->arrangement->ending;
    const struct genre_harmony *genre = &h->s->genre->harmony;
    struct random random = session_random(h->s, "harmony.ending", 0);
    int hold = ending != NULL && ending->hold_bars > 0 ? ending->hold_bars : 1;
    struct sheet sheet;
    const char *text;

    if (!choose_sheet(h, genre->endings.items, genre->endings.count, &random, &sheet, &text))
        sheet_read(key_is_minor(h->key) ? "i" : "I", h->key, &sheet, h->s->arena, NULL);
    for (int bar = h->bar_count - 1, at = (int)sheet.count - 1; bar >= 0 && at >= 0; bar--) {
        h->bars[bar] = sheet.bars[at];
        if (bar <= h->bar_count - hold)
            at--;
    }
}

static void count_chord(struct harmonising *h, const struct chord *chord)
{
    unsigned mask = chord_mask(chord);

    h->total++;
    h->with_seventh += chord_quality_has_seventh(chord->quality);
    h->dominants += chord_quality_is_dominant(chord->quality);
    h->borrowed += (mask & ~scale_mask(key_scale(h->key))) != 0;
}

static void add_chord(struct harmonising *h, struct progression *p, const struct chord *chord, double quarters)
{
    char numeral[ROMAN_TEXT_SIZE];
    size_t n = p->chords.count;

    if (n > 0) {
        struct chord before = chord_name_get(&p->chords.items[n - 1]);

        if (chord_is_equal(&before, chord)) {
            p->durations_beats.items[n - 1] += quarters;
            return;
        }
    }
    roman_print(chord, h->key, numeral, sizeof(numeral));
    p->chords.items[n] = chord_name_make(chord);
    p->roman_numerals.items[n] = arena_strdup(h->s->arena, numeral);
    p->durations_beats.items[n] = quarters;
    p->chords.count = p->roman_numerals.count = p->durations_beats.count = n + 1;
    count_chord(h, chord);
}

static void write_section(struct harmonising *h, const struct arranged_section *section, struct progression *p)
{
    size_t room = (size_t)h->bar_count * SHEET_BAR_CHORDS_MAX;
    int beats = metre_beats(h->metre);

    *p = (struct progression){ .section_type = section->section_type, .section_label = section->label, .repeat_count = 1 };
    p->chords.items = arena_alloc_array(h->s->arena, room, sizeof(*p->chords.items));
    p->roman_numerals.items = ARENA_ARRAY(h->s->arena, const char *, room);
    p->durations_beats.items = ARENA_ARRAY(h->s->arena, double, room);
    for (int bar = 0; bar < h->bar_count; bar++) {
        const struct sheet_bar *in = &h->bars[bar];
        int count = (int)in->count < beats ? (int)in->count : beats;

        for (int c = 0; c < count; c++) {
            int from = metre_beat_tick(h->metre, (c * beats + count - 1) / count);
            int to = metre_beat_tick(h->metre, ((c + 1) * beats + count - 1) / count);

            add_chord(h, p, &in->chords[c], (to - from) / (double)METRE_PPQ);
        }
    }
}

static void explain(struct harmonising *h)
{
    for (size_t i = 0; i < h->material_count; i++)
        decide(h->s, agent, 0.7, arena_printf(h->s->arena, "%s", h->materials[i].text),
               "chosen from %zu progressions for %s in %s, varied from pass to pass", h->materials[i].row->loops.count,
               strcmp(h->materials[i].row->sections.items[0], "*") == 0 ? "other sections" :
                                                                          h->materials[i].row->sections.items[0],
               h->s->genre->name);
}

bool composer_harmony(struct session *s, struct error *e)
{
    struct harmonising h = { .s = s, .metre = s->song->song_spec->time_signature,
                             .arrangement = s->song->arrangement_spec };
    struct harmony_spec *spec = ARENA_NEW(s->arena, struct harmony_spec);
    size_t count = h.arrangement->sections.count;
    struct key_plan plan;

    (void)e;
    fields_init(&harmony_spec_fields, spec, s->arena);
    SESSION_STAMP(s, spec, "harmony_spec");
    if (!key_name_get(&s->song->song_spec->key, &h.key))
        h.key = (struct key){ { 'C', 0 }, MODE_MAJOR };
    spec->primary_key = key_name_make(h.key);
    read_swaps(&h);
    plan = key_plan_make(s);
    h.materials = ARENA_ARRAY(s->arena, struct material, s->genre->harmony.sections.count);
    spec->progressions.items = ARENA_ARRAY(s->arena, struct progression, count);
    spec->progressions.count = count;
    for (size_t i = 0; i < count; i++) {
        const struct arranged_section *section = &h.arrangement->sections.items[i];
        struct material *m = material_for(&h, section->section_type);

        if (section->changes != NULL)
            follow_changes(&h, m, section);
        else
            fill_with_loop(&h, m, section, i);
        if (i + 1 < count) {
            if (section->changes == NULL)
                close_section(&h, m, i);
            lead_to_key(&h, &plan, i);
        } else {
            close_song(&h);
        }
        write_section(&h, section, &spec->progressions.items[i]);
    }
    spec->jazz_influence = (double)h.with_seventh / h.total;
    spec->tension_level = (double)h.dominants / h.total;
    spec->modal_interchange_used = h.borrowed > 0;
    explain(&h);
    s->song->harmony_spec = spec;
    return true;
}
