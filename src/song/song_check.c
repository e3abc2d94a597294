#include "song/song_check.h"

#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/general_midi.h"
#include "song/harmony_spec.h"
#include "song/lyric_spec.h"
#include "song/melody_spec.h"
#include "song/mix_spec.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"
#include "song/timeline.h"
#include "song/vocal_spec.h"

#define QUARTER_SLACK 0.01 /* lengths have four decimals: a bar of triplets may miss its end by this much */

struct checking {
    struct song *song;
    struct arena *arena;
    struct problems *problems;
    const char *const *part_ids;    /* of the arrangement's instruments and, last, of the voice */
    size_t part_count;
};

static const char *at(const struct checking *c, const char *list, size_t index, const char *member)
{
    const char *out = json_pointer_add_index(c->arena, list, index);

    return member != NULL ? json_pointer_add(c->arena, out, member) : out;
}

static bool is_same(const char *x, const char *y)
{
    return x != NULL && y != NULL && strcmp(x, y) == 0;
}

/* ---- identifiers ---- */

/* Documents that begin alike: created_at, updated_at, id, song_id. */
static const char *member_of(const struct song *s, const struct document *d, const char *name)
{
    const struct field *row = field_find(d->fields, name);
    const char *document = *(const char *const *)((const char *)s + d->offset);

    return document != NULL && row != NULL ? *(const char *const *)(document + row->offset) : NULL;
}

static void check_ids(struct checking *c)
{
    const struct song *s = c->song;
    const char *song_id = s->song_spec->id;

    for (size_t i = 0; i < song_document_count; i++) {
        const char *id = member_of(s, &song_documents[i], "song_id");

        if (id != NULL && song_id != NULL && strcmp(id, song_id) != 0)
            problem_add(c->problems, arena_printf(c->arena, "/%s/song_id", song_documents[i].name),
                        "expected '%.60s', the song_spec's id: this document is of another song; set it to null to use it here",
                        song_id);
    }
    if (s->melody_spec != NULL && s->harmony_spec != NULL && s->melody_spec->harmony_id != NULL &&
        s->harmony_spec->id != NULL && strcmp(s->melody_spec->harmony_id, s->harmony_spec->id) != 0)
        problem_add(c->problems, "/melody_spec/harmony_id",
                    "expected '%.60s', the harmony_spec's id; set it to null to use this tune over other chords",
                    s->harmony_spec->id);
}

static void check_song_spec(struct checking *c)
{
    const struct song_spec *spec = c->song->song_spec;

    if (spec->is_instrumental != -1 && spec->has_vocals == spec->is_instrumental)
        problem_add(c->problems, "/song_spec/is_instrumental", "expected %s, the opposite of has_vocals",
                    spec->has_vocals ? "false" : "true");
}

/* ---- sections by label ---- */

static const struct arranged_section *section_find(const struct checking *c, const char *label)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;

    for (size_t i = 0; spec != NULL && i < spec->sections.count; i++)
        if (is_same(spec->sections.items[i].label, label))
            return &spec->sections.items[i];
    return NULL;
}

static bool has_type(const struct checking *c, const char *type)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;

    for (size_t i = 0; i < spec->sections.count; i++)
        if (is_same(spec->sections.items[i].section_type, type))
            return true;
    return false;
}

/* False, with a problem, for a label that no section has. Sections without labels get theirs only later. */
static bool check_label(const struct checking *c, const char *pointer, const char *label)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;
    const char **labels = ARENA_ARRAY(c->arena, const char *, spec->sections.count), *near;

    for (size_t i = 0; i < spec->sections.count; i++) {
        if (spec->sections.items[i].label == NULL)
            return true;
        labels[i] = spec->sections.items[i].label;
    }
    if (label == NULL || section_find(c, label) != NULL)
        return true;
    near = name_nearest(label, labels, spec->sections.count);
    problem_add(c->problems, pointer,
                near != NULL ? "no section of arrangement_spec is called '%.60s'; did you mean '%s'?"
                             : "no section of arrangement_spec is called '%.60s'", label, near);
    return false;
}

static double bar_quarters(const struct checking *c)
{
    struct metre metre = c->song->song_spec->time_signature;

    return metre_bar_ticks(metre_is_set(metre) ? metre : metre_infos[0].metre) / (double)METRE_PPQ;
}

/* Whether `part` goes evenly into `whole`. */
static bool divides(double part, double whole)
{
    double times = whole / part;

    return fabs(times - round(times)) * part < QUARTER_SLACK;
}

/* The chords are repeated to fill a section, or cut at a bar line; those of a label only at a quarter of the progression
 * (a type's sections may differ in length). */
static void check_fill(const struct checking *c, const struct progression *p, const char *pointer,
                       const struct arranged_section *section)
{
    double quarters = section->length_bars * bar_quarters(c), sum = 0;
    bool may_be_cut;

    for (size_t i = 0; i < p->chords.count; i++)
        sum += i < p->durations_beats.count ? p->durations_beats.items[i] : bar_quarters(c);
    may_be_cut = divides(bar_quarters(c), sum) && (p->section_label == NULL || divides(sum, 4 * quarters));
    if (!divides(sum, quarters) && !may_be_cut)
        problem_add(c->problems, pointer,
                    "the chords last %.6g quarter notes, which do not fill the %d bars (%.6g quarter notes) of '%.60s'", sum,
                    section->length_bars, quarters, section->label != NULL ? section->label : section->section_type);
}

static bool is_for(const char *type, const char *label, const struct arranged_section *section)
{
    return label != NULL ? is_same(label, section->label) : is_same(type, section->section_type);
}

static void check_harmony(struct checking *c)
{
    const struct harmony_spec *harmony = c->song->harmony_spec;
    const struct arrangement_spec *arrangement = c->song->arrangement_spec;

    for (size_t i = 0; harmony != NULL && arrangement != NULL && i < harmony->progressions.count; i++) {
        const struct progression *p = &harmony->progressions.items[i];
        const char *here = at(c, "/harmony_spec/progressions", i, "durations_beats");
        size_t before = c->problems->count;

        check_label(c, at(c, "/harmony_spec/progressions", i, "section_label"), p->section_label);
        for (size_t k = 0; k < arrangement->sections.count && c->problems->count == before; k++)
            if (is_for(p->section_type, p->section_label, &arrangement->sections.items[k]))
                check_fill(c, p, here, &arrangement->sections.items[k]);
    }
}

static void check_modulations(struct checking *c)
{
    const struct harmony_spec *harmony = c->song->harmony_spec;
    const struct arrangement_spec *arrangement = c->song->arrangement_spec;

    for (size_t i = 0; harmony != NULL && arrangement != NULL && i < harmony->modulations.count; i++) {
        const struct modulation *m = &harmony->modulations.items[i];
        int bar = 1;

        if (!check_label(c, at(c, "/harmony_spec/modulations", i, "section_label"), m->section_label))
            continue;
        for (size_t k = 0; k < arrangement->sections.count; bar += arrangement->sections.items[k++].length_bars)
            if (is_same(arrangement->sections.items[k].label, m->section_label) && bar != m->start_bar)
                problem_add(c->problems, at(c, "/harmony_spec/modulations", i, "start_bar"),
                            "expected %d, where '%.60s' begins, not %d; or leave section_label out", bar, m->section_label,
                            m->start_bar);
    }
}

/* A section ends before or after a phrase, not within it. Bars that only rest do not count. */
static void check_tune(const struct checking *c, const struct section_melody *m, const char *pointer,
                       const struct arranged_section *section)
{
    double bar = bar_quarters(c), room = section->length_bars * bar, from = 0;

    for (size_t p = 0; p < m->phrases.count && from < room - QUARTER_SLACK; p++) {
        double now = from, last = from;

        for (size_t i = 0; i < m->phrases.items[p].count; i++) {
            now += m->phrase_rhythms.items[p].items[i];
            if (!melody_note_is_rest(m->phrases.items[p].items[i]))
                last = now;
        }
        if (last > room + QUARTER_SLACK)
            problem_add(c->problems, at(c, pointer, p, NULL),
                        "the phrase ends %.6g quarter notes after the section's beginning, but '%.60s' has %.6g (%d bars)",
                        last, section->label != NULL ? section->label : section->section_type, room, section->length_bars);
        from += ceil((now - from) / bar - QUARTER_SLACK) * bar;
    }
}

static void check_melody(struct checking *c)
{
    const struct melody_spec *melody = c->song->melody_spec;
    const struct arrangement_spec *arrangement = c->song->arrangement_spec;

    for (size_t i = 0; melody != NULL && arrangement != NULL && i < melody->section_melodies.count; i++) {
        const struct section_melody *m = &melody->section_melodies.items[i];
        const struct arranged_section *section;

        if (!check_label(c, at(c, "/melody_spec/section_melodies", i, "section_label"), m->section_label))
            continue;
        section = section_find(c, m->section_label);
        if (section != NULL)
            check_tune(c, m, at(c, "/melody_spec/section_melodies", i, "phrase_rhythms"), section);
    }
}

/* ---- the arrangement ---- */

static void check_arrangement(struct checking *c)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;
    bool somebody_plays = c->song->vocal_spec != NULL && c->song->vocal_spec->notes.count > 0;
    int64_t bars = 0;

    if (spec == NULL)
        return;
    for (size_t i = 0; i < spec->sections.count; i++) {
        somebody_plays |= spec->sections.items[i].instruments.count > 0;
        bars += spec->sections.items[i].length_bars;
    }
    if (!somebody_plays)
        problem_add(c->problems, "/arrangement_spec/sections", "expected instruments in at least one section: nobody plays");
    if (spec->ending != NULL && spec->total_bars != FIELD_INT_UNSET && spec->total_bars != bars)
        problem_add(c->problems, "/arrangement_spec/total_bars", "expected %lld, the sum of the sections, not %d; or leave it out",
                    (long long)bars, spec->total_bars);
    for (size_t i = 0; i < spec->transitions.count; i++) {
        check_label(c, at(c, "/arrangement_spec/transitions", i, "from_section"), spec->transitions.items[i].from_section);
        check_label(c, at(c, "/arrangement_spec/transitions", i, "to_section"), spec->transitions.items[i].to_section);
    }
}

/* ---- parts by name ---- */

/* The part that *name means is put in its place; a problem when there is none. */
static void check_part(const struct checking *c, const char *pointer, const char **name)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;
    const char *near;

    for (size_t i = 0; i < c->part_count; i++)
        if (is_same(c->part_ids[i], *name))
            return;
    for (size_t i = 0; i < spec->instruments.count; i++)
        if (is_same(spec->instruments.items[i].name, *name)) {
            *name = c->part_ids[i];
            return;
        }
    near = name_nearest(*name, c->part_ids, c->part_count);
    problem_add(c->problems, pointer,
                near != NULL ? "no instrument of arrangement_spec is called '%.60s'; did you mean '%s'?"
                             : "no instrument of arrangement_spec is called '%.60s'", *name, near);
}

/* Rows that begin with `const char *part`: each part once, and only parts that there are. */
static void check_parts(const struct checking *c, const char *list, void *items, size_t count, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        const char **part = (const char **)((char *)items + i * size);
        size_t before = c->problems->count;

        if (c->song->arrangement_spec != NULL)
            check_part(c, at(c, list, i, "part"), part);
        for (size_t j = 0; j < i && c->problems->count == before; j++)
            if (is_same(*(const char **)((char *)items + j * size), *part))
                problem_add(c->problems, at(c, list, i, "part"), "expected each part once: '%.60s' is in row %zu too", *part, j);
    }
}

static void check_sound(struct checking *c)
{
    struct sound_design_spec *spec = c->song->sound_design_spec;

    if (spec == NULL)
        return;
    check_parts(c, "/sound_design_spec/parts", spec->parts.items, spec->parts.count, sizeof(spec->parts.items[0]));
    for (size_t i = 0; i < spec->parts.count; i++) {
        const struct part_sound *sound = &spec->parts.items[i];
        int named = sound->instrument == NULL ? -1
                    : sound->bank == 128      ? gm_kit_find(sound->instrument)
                                              : gm_program_find(sound->instrument);

        if (sound->instrument != NULL && named < 0)
            problem_add(c->problems, at(c, "/sound_design_spec/parts", i, "instrument"),
                        "expected a General MIDI instrument, not '%.60s'", sound->instrument);
        else if (sound->instrument != NULL && sound->program != FIELD_INT_UNSET && named != sound->program &&
                 strcmp(gm_name(sound->bank, sound->program), sound->instrument) != 0)
            problem_add(c->problems, at(c, "/sound_design_spec/parts", i, "program"),
                        "expected %d, which is '%.60s', not %d, which is '%s'; or leave one of the two out", named,
                        sound->instrument, sound->program, gm_name(sound->bank, sound->program));
        if (sound->register_high - sound->register_low < 12)
            problem_add(c->problems, at(c, "/sound_design_spec/parts", i, "register_high"),
                        "expected at least an octave above register_low (%d), not %d", sound->register_low,
                        sound->register_high);
    }
}

static const struct mix_strip *strip_find(const struct mix_spec *spec, const char *part)
{
    for (size_t i = 0; i < spec->strips.count; i++)
        if (is_same(spec->strips.items[i].part, part))
            return &spec->strips.items[i];
    return NULL;
}

/* Whether the instrument (or, behind them, the voice) has anything to play. */
static bool is_playing(const struct checking *c, size_t part)
{
    const struct arrangement_spec *spec = c->song->arrangement_spec;

    if (part == spec->instruments.count)
        return c->song->song_spec->has_vocals == 1 || (c->song->vocal_spec != NULL && c->song->vocal_spec->notes.count > 0);
    for (size_t i = 0; i < spec->sections.count; i++)
        if (arranged_section_has(&spec->sections.items[i], spec->instruments.items[part].name))
            return true;
    return false;
}

static void check_heard(const struct checking *c)
{
    const struct mix_spec *spec = c->song->mix_spec;
    bool somebody_plays = false;

    for (size_t i = 0; i < c->part_count; i++) {
        if (!is_playing(c, i))
            continue;
        somebody_plays = true;
        if (mix_strip_is_heard(spec, strip_find(spec, c->part_ids[i])))
            return;
    }
    if (somebody_plays)
        problem_add(c->problems, "/mix_spec/strips",
                    "expected a part that is heard: every one that plays is muted, or silenced by the solo of others");
}

static void check_mix(struct checking *c)
{
    struct mix_spec *spec = c->song->mix_spec;

    if (spec == NULL)
        return;
    check_parts(c, "/mix_spec/strips", spec->strips.items, spec->strips.count, sizeof(spec->strips.items[0]));
    check_heard(c);
    for (size_t i = 0; i < spec->buses.count; i++)
        for (size_t j = 0; j < i; j++)
            if (spec->buses.items[i].bus == spec->buses.items[j].bus)
                problem_add(c->problems, at(c, "/mix_spec/buses", i, "bus"), "expected each bus once: '%s' is in row %zu too",
                            mix_bus_choices.names[spec->buses.items[i].bus], j);
}

static void check_groove(const struct checking *c, struct rhythm_section *section, const char *pointer)
{
    const struct arranged_section *arranged = section_find(c, section->label);

    check_parts(c, json_pointer_add(c->arena, pointer, "parts"), section->parts.items, section->parts.count,
                sizeof(section->parts.items[0]));
    if (arranged == NULL && c->song->arrangement_spec != NULL && !has_type(c, section->label))
        check_label(c, json_pointer_add(c->arena, pointer, "label"), section->label);
    for (size_t i = 0; arranged != NULL && i < section->fills.count; i++)
        if (section->fills.items[i].bar > arranged->length_bars)
            problem_add(c->problems, at(c, json_pointer_add(c->arena, pointer, "fills"), i, "bar"),
                        "expected one of the %d bars of '%.60s', not bar %d", arranged->length_bars, section->label,
                        section->fills.items[i].bar);
}

static void check_rhythm(struct checking *c)
{
    struct rhythm_spec *spec = c->song->rhythm_spec;
    struct metre metre = c->song->song_spec->time_signature;

    if (spec == NULL)
        return;
    if (metre_is_set(metre) && metre_bar_ticks(spec->metre) != metre_bar_ticks(metre))
        problem_add(c->problems, "/rhythm_spec/time_signature",
                    "expected %s as in song_spec, not %s; leave rhythm_spec out and the band finds a groove for it",
                    metre_find(metre)->text, metre_find(spec->metre)->text);
    for (size_t i = 0; i < spec->sections.count; i++) {
        check_groove(c, &spec->sections.items[i], at(c, "/rhythm_spec/sections", i, NULL));
        for (size_t j = 0; j < i; j++)
            if (is_same(spec->sections.items[i].label, spec->sections.items[j].label))
                problem_add(c->problems, at(c, "/rhythm_spec/sections", i, "label"),
                            "expected one groove for each section: section %zu is '%.60s' too", j, spec->sections.items[j].label);
    }
}

/* Vocals that were switched on in the documents of an instrumental are written by those who write them. */
static void leave_to_singers(struct song *s)
{
    if (s->song_spec->has_vocals != 1)
        return;
    if (s->lyric_spec != NULL && s->lyric_spec->lines.count == 0)
        s->lyric_spec = NULL;
    if (s->vocal_spec != NULL && s->vocal_spec->notes.count == 0)
        s->vocal_spec = NULL;
}

/* In the order in which a musician would mend them: what stands first explains what comes after. */
static void (*const checks[])(struct checking *c) = {
    check_ids, check_song_spec, check_arrangement, check_harmony, check_modulations, check_melody, check_rhythm, check_sound,
    check_mix,
};

void song_check(struct song *s, struct arena *a, struct problems *problems)
{
    struct checking c = { .song = s, .arena = a, .problems = problems };

    if (s->arrangement_spec != NULL) {
        c.part_ids = arranged_part_ids(s->arrangement_spec, a);
        c.part_count = s->arrangement_spec->instruments.count + 1;
    }
    song_fill_open(s, a, problems);
    for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
        checks[i](&c);
    leave_to_singers(s);
    if (problems->count == 0)
        song_check_words(s, a, problems);
}
