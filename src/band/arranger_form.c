#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "song/song_spec.h"

enum { PHRASE_BARS = 4, PERIOD_BARS = 8, STROPHE_BARS = 12 };
#define TURN_SPAN 1.2 /* how far apart the ends are when the mood turns wholly */
#define INTRO_ENERGY 0.3
#define BIG_END 0.92
#define QUIET_END 0.22
#define SNAP_BARS 1.6 /* a section that begins so near to a cue's time begins in time */

#define NEARNESS 3.0 /* a form of twice the length is chosen an eighth as often */
#define STRETCH_MOST 1.5

/* Twelve bars are a form of their own (a chorus of the blues): they come whole or not at all. */
static bool is_strophe(const struct form_section *s)
{
    return s->usual_bars % STROPHE_BARS == 0 && s->usual_bars % PERIOD_BARS != 0;
}

static int form_bars(const struct form *f)
{
    int bars = 0;

    for (size_t i = 0; i < f->count; i++)
        bars += f->sections[i].bars;
    return bars;
}

static struct form_section section_of(const struct genre_section *in)
{
    return (struct form_section){ .type = in->type, .bars = in->bars, .usual_bars = in->bars, .energy = in->energy,
                                  .keep = in->keep };
}

static const struct genre_form *choose_form(const struct session *s, int bars)
{
    const struct genre *g = s->genre;
    struct random random = session_random(s, "arranger.form", 0);
    double *weights = ARENA_ARRAY(s->arena, double, g->forms.count);

    for (size_t i = 0; i < g->forms.count; i++) {
        int usual = 0;

        for (size_t j = 0; j < g->forms.items[i].sections.count; j++)
            usual += g->forms.items[i].sections.items[j].bars;
        weights[i] = (g->forms.items[i].weight + 1e-6) * exp(-NEARNESS * fabs(log((double)bars / usual)));
    }
    return &g->forms.items[random_weighted(&random, weights, g->forms.count)];
}

static void remove_section(struct form *f, size_t index)
{
    memmove(&f->sections[index], &f->sections[index + 1], (f->count - index - 1) * sizeof(f->sections[0]));
    f->count--;
}

/* How far a length is from the wished one. */
static double distance(int bars, int wished)
{
    return fabs(log((double)(bars > 0 ? bars : 1) / wished));
}

/* Leaves out the least important sections, the later one of two alike, as long as that brings the length nearer. */
static bool leave_out(struct form *f, int bars)
{
    bool cut = false;

    while (f->count > 2 && form_bars(f) > bars + bars / 5) {
        size_t least = 0;
        int left;

        for (size_t i = 1; i + 1 < f->count; i++)
            if (f->sections[i].keep <= f->sections[least].keep)
                least = i;
        left = form_bars(f) - f->sections[least].bars;
        if (distance(left, bars) > distance(form_bars(f), bars))
            break;
        remove_section(f, least);
        cut = true;
    }
    return cut;
}

/* Before the last section of the highest energy, so that the song still leads there. */
static size_t insertion_point(const struct form *f)
{
    size_t at = f->count - 1;

    for (size_t i = 0; i + 1 < f->count; i++)
        if (f->sections[i].energy >= f->sections[at].energy || at == f->count - 1)
            at = i;
    return at;
}

static void put_in(struct form *f, const struct genre_form *genre_form, int bars)
{
    size_t at = insertion_point(f), next = 0;

    while (genre_form->more.count > 0 && f->count < FORM_SECTIONS_MAX && form_bars(f) < bars - bars / 8) {
        const struct genre_section *more = &genre_form->more.items[next++ % genre_form->more.count];

        if (form_bars(f) + more->bars > bars + PHRASE_BARS)
            break;
        memmove(&f->sections[at + 1], &f->sections[at], (f->count - at) * sizeof(f->sections[0]));
        f->sections[at++] = section_of(more);
        f->count++;
    }
}

/* The section that bears `change` more bars best: growing, the one least beyond its usual length; shrinking, the one
 * that keeps most of it. */
static size_t best_to_change(const struct form *f, int change, int least_bars)
{
    size_t best = f->count;
    double best_cost = 0;

    for (size_t i = 0; i < f->count; i++) {
        const struct form_section *s = &f->sections[i];
        double cost = distance(s->bars + change, s->usual_bars);

        if (s->bars + change < least_bars || s->is_fixed || (is_strophe(s) && change % STROPHE_BARS != 0))
            continue;
        if (i + 1 == f->count && change > 0)
            cost += 0.3; /* a long farewell is dull */
        if ((s->bars + change) % PERIOD_BARS != 0 && s->bars % PERIOD_BARS == 0)
            cost += 0.25; /* tunes come in periods */
        if ((s->bars + change) % 2 != 0 && i > 0 && i + 1 < f->count)
            cost += 0.5; /* and nobody expects an odd bar inside a song */
        if (s->bars + change > s->usual_bars * STRETCH_MOST)
            cost += 0.4;
        if (best == f->count || cost < best_cost) {
            best = i;
            best_cost = cost;
        }
    }
    return best;
}

static bool has_strophes(const struct form *f)
{
    bool any = false;

    for (size_t i = 0; i < f->count; i++)
        any |= is_strophe(&f->sections[i]);
    return any;
}

/* Too long: a strophe goes, the least important one, the later of two alike, but never the only one. What is then
 * missing goes to the sections around them. */
static bool leave_out_strophe(struct form *f, int bars)
{
    size_t least = f->count, strophes = 0;

    for (size_t i = 0; i < f->count; i++)
        if (is_strophe(&f->sections[i])) {
            strophes++;
            if (least == f->count || f->sections[i].keep <= f->sections[least].keep)
                least = i;
        }
    if (strophes < 2 || form_bars(f) <= bars)
        return false;
    remove_section(f, least);
    return true;
}

/* Changes lengths until the sum is right: by periods, by phrases, by halves of them, then the rest. */
static void fit(struct form *f, int bars)
{
    static const int units[] = { STROPHE_BARS, PERIOD_BARS, PHRASE_BARS, 2, 1 };
    int least = bars >= 24 ? PHRASE_BARS : bars >= 10 ? 2 : 1;
    size_t first;

    for (size_t i = 0; i < f->count; i++) /* too short for a whole one */
        if (is_strophe(&f->sections[i]) && bars < STROPHE_BARS + PHRASE_BARS)
            f->sections[i].usual_bars = PERIOD_BARS;
    first = has_strophes(f) ? 0 : 1;
    while (first == 0 && leave_out_strophe(f, bars))
        ;
    for (size_t u = first; u < sizeof(units) / sizeof(units[0]); u++)
        while (abs(bars - form_bars(f)) >= units[u]) {
            int change = bars > form_bars(f) ? units[u] : -units[u];
            size_t at = best_to_change(f, change, least < units[u] || change > 0 ? least : units[u]);

            if (at == f->count)
                break;
            f->sections[at].bars += change;
        }
    while (form_bars(f) > bars && f->count > 1) /* only when nothing may be shortened any more */
        remove_section(f, 0);
    f->sections[0].bars += bars - form_bars(f);
}

/* Odd bars belong where nobody counts: in the last section, then the first. */
static void collect_odd_bars(struct form *f)
{
    size_t last = f->count - 1;

    for (size_t i = 0; i < last; i++) {
        int odd = f->sections[i].bars % PHRASE_BARS;

        if (is_strophe(&f->sections[i]) || f->sections[i].is_fixed)
            continue;
        if (odd == 3 && f->sections[last].bars > PHRASE_BARS) {
            f->sections[i].bars++;
            f->sections[last].bars--;
        } else if (odd != 0 && f->sections[i].bars >= 2 * PHRASE_BARS) {
            f->sections[i].bars -= odd;
            f->sections[last].bars += odd;
        }
    }
}

/* A big finish is the strongest section, a quiet one the weakest. */
static void shape_end(const struct song_spec *spec, struct form *f)
{
    struct form_section *last = &f->sections[f->count - 1];
    double most = 0;

    for (size_t i = 0; i < f->count; i++)
        most = fmax(most, f->sections[i].energy);
    if (spec->ending == SONG_ENDING_BIG)
        last->energy = fmin(fmax(most + 0.03, BIG_END), isnan(spec->energy_most) ? 1 : spec->energy_most);
    else if (spec->ending == SONG_ENDING_QUIET)
        last->energy = fmin(last->energy, QUIET_END);
}

static void shape_energy(const struct session *s, struct form *f, int bars)
{
    const struct song_spec *spec = s->song->song_spec;
    double shift = (spec->energy - s->genre->energy) * 0.6, start = 0;

    for (size_t i = 0; i < f->count; i++) {
        struct form_section *section = &f->sections[i];
        double middle = (start + section->bars / 2.0) / bars, energy = section->energy;

        start += section->bars;
        switch ((enum energy_shape)spec->energy_shape) {
        case ENERGY_BUILD:
            energy = 0.35 * energy + 0.65 * (0.22 + 0.82 * middle);
            break;
        case ENERGY_FLAT:
            energy = 0.3 * energy + 0.7 * s->genre->energy;
            break;
        case ENERGY_FADE:
            energy = 0.5 * energy + 0.5 * (middle < 0.45 ? 0.85 : 0.85 - 1.2 * (middle - 0.45));
            break;
        case ENERGY_SONG:
        case ENERGY_SHAPE_COUNT:
            break;
        }
        energy += shift + spec->energy_turn * TURN_SPAN * (middle - 0.5);
        if (!isnan(spec->energy_most))
            energy = fmin(energy, spec->energy_most);
        section->energy = fmin(fmax(energy, 0.12), 1);
    }
    shape_end(spec, f);
}

static void put_intro(const struct session *s, struct form *f)
{
    int bars = s->song->song_spec->intro_bars;

    if (bars == FIELD_INT_UNSET)
        return;
    while (f->count > 1 && strcmp(f->sections[0].type, "intro") == 0)
        remove_section(f, 0);
    if (bars == 0 || f->count == FORM_SECTIONS_MAX)
        return;
    memmove(&f->sections[1], &f->sections[0], f->count++ * sizeof(f->sections[0]));
    f->sections[0] = (struct form_section){ .type = "intro", .bars = bars, .usual_bars = bars, .energy = INTRO_ENERGY,
                                            .keep = 3, .is_fixed = true };
}

static void leave_out_unwanted(const struct session *s, struct form *f)
{
    const struct song_spec *spec = s->song->song_spec;

    for (size_t i = f->count; i-- > 0 && f->count > 2;)
        for (size_t k = 0; k < spec->exclude_sections.count; k++)
            if (strcmp(f->sections[i].type, spec->exclude_sections.items[k]) == 0) {
                remove_section(f, i);
                break;
            }
}

/* Begins a section at `bar`, unless one begins near it already. */
static void split_at(struct form *f, double bar, int least)
{
    int start = 0;

    for (size_t i = 0; i < f->count; start += f->sections[i++].bars) {
        int length = f->sections[i].bars, end = start + length, cut = (int)lround((bar - start) / 2) * 2;

        if (bar <= start + SNAP_BARS)
            return;
        if (bar >= end - SNAP_BARS)
            continue;
        cut = cut > length - least ? length - least : cut;
        cut = cut < least ? least : cut;
        if (length < 2 * least || f->count == FORM_SECTIONS_MAX || fabs(start + cut - bar) > fmin(bar - start, end - bar))
            return;
        memmove(&f->sections[i + 1], &f->sections[i], (f->count++ - i) * sizeof(f->sections[0]));
        f->sections[i].bars = cut;
        f->sections[i + 1].bars -= cut;
        return;
    }
}

/* Sections begin where somebody comes or goes. */
static void split_for_cues(const struct session *s, struct form *f, int bars)
{
    const struct song_spec *spec = s->song->song_spec;
    double bar_s = metre_bar_ticks(spec->time_signature) / (double)SCORE_PPQ * 60 / spec->bpm;
    int least = bars >= 24 ? PHRASE_BARS : 2;

    for (size_t i = 0; i < spec->cues.count; i++) {
        const struct cue *cue = &spec->cues.items[i];
        double bar = !isnan(cue->at_seconds) ? cue->at_seconds / bar_s : cue->at_percent / 100 * bars;

        if (cue->action == CUE_OPEN && f->sections[0].bars > PERIOD_BARS)
            split_at(f, PERIOD_BARS, least);
        if (cue->action == CUE_CLOSE && f->sections[f->count - 1].bars > PERIOD_BARS)
            split_at(f, bars - PERIOD_BARS, least);
        if (isnan(bar) || bar < 1)
            continue;
        split_at(f, bar, least);
        if (cue->action == CUE_LEAVE && bar < 0.78 * bars)
            split_at(f, bar + fmax(PHRASE_BARS, bars / 10), least);
    }
}

void form_make(struct session *s, int bars, struct form *out)
{
    if (!form_plan(s, bars, out)) {
        const struct genre_form *genre_form = choose_form(s, bars);

        out->name = genre_form->name;
        out->count = 0;
        for (size_t i = 0; i < genre_form->sections.count; i++)
            out->sections[out->count++] = section_of(&genre_form->sections.items[i]);
        leave_out_unwanted(s, out);
        put_intro(s, out);
        if (!leave_out(out, bars))
            put_in(out, genre_form, bars);
        leave_out_unwanted(s, out);
    }
    fit(out, bars);
    collect_odd_bars(out);
    shape_energy(s, out, bars);
    split_for_cues(s, out, bars);
}
