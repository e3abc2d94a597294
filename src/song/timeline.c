#include "song/timeline.h"

#include <math.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/harmony_spec.h"
#include "song/melody_spec.h"
#include "song/song_spec.h"

struct making {
    const struct song *song;
    struct timeline *out;
    struct arena *arena;
    struct problems *problems;
};

/* Where a document has nothing for a section type, what its sections most resemble. */
static const struct kindred {
    const char *type, *like;
} kindred[] = {
    { "drop", "chorus" },      { "refrain", "chorus" }, { "hook", "chorus" },  { "build", "pre-chorus" },
    { "breakdown", "bridge" }, { "break", "bridge" },   { "head", "chorus" },  { "solo", "verse" },
    { "intro", "verse" },      { "outro", "chorus" },   { "tag", "chorus" },   { "interlude", "verse" },
};

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void make_sections(struct making *m)
{
    const struct arrangement_spec *spec = m->song->arrangement_spec;
    struct timeline *t = m->out;

    t->sections.items = ARENA_ARRAY(m->arena, struct timeline_section, spec->sections.count);
    t->sections.count = spec->sections.count;
    for (size_t i = 0; i < spec->sections.count; i++) {
        const struct arranged_section *in = &spec->sections.items[i];
        struct timeline_section *out = &t->sections.items[i];

        *out = (struct timeline_section){ .type = in->section_type, .start_bar = t->bars, .bars = in->length_bars,
                                          .energy = arranged_energy(in), .dynamics_shift = arranged_dynamics_shift(in) };
        out->label = in->label != NULL ? in->label : arena_printf(m->arena, "%s %zu", in->section_type, i + 1);
        out->start_tick = t->bars * t->bar_ticks;
        out->end_tick = out->start_tick + in->length_bars * t->bar_ticks;
        for (size_t j = 0; j < i; j++)
            out->occurrence += is_same(t->sections.items[j].type, out->type);
        t->bars += in->length_bars;
        if (t->bars > TIMELINE_BARS_MAX) {
            problem_add(m->problems, "/arrangement_spec/sections", "expected at most %d bars", TIMELINE_BARS_MAX);
            break;
        }
    }
    t->end_tick = t->bars * t->bar_ticks;
}

/* The best match for a section among `count` rows: its label, its type for all, its type, a kindred type. */
struct candidate {
    const char *type, *label;
};
static long match(const struct timeline_section *section, const struct candidate *rows, size_t count, bool strict)
{
    const char *type = section->type;

    for (size_t i = 0; i < count; i++)
        if (is_same(rows[i].label, section->label))
            return (long)i;
    for (int turn = 0; turn < 4 && type != NULL; turn++) {
        for (size_t i = 0; i < count; i++)
            if (rows[i].label == NULL && is_same(rows[i].type, type))
                return (long)i;
        for (size_t i = 0; i < count; i++)
            if (is_same(rows[i].type, type))
                return (long)i;
        const char *like = NULL;

        for (size_t i = 0; !strict && i < sizeof(kindred) / sizeof(kindred[0]); i++)
            if (is_same(kindred[i].type, type))
                like = kindred[i].like;
        type = like;
    }
    return strict || count == 0 ? -1 : 0;
}

static int32_t chord_ticks(const struct making *m, const struct progression *p, size_t chord)
{
    double beats = chord < p->durations_beats.count ? p->durations_beats.items[chord] : NAN;

    if (isnan(beats))
        return m->out->bar_ticks;
    beats = fmin(fmax(beats, 1.0 / SCORE_PPQ), 1e5);
    return (int32_t)lround(beats * SCORE_PPQ);
}

int timeline_transposition(const struct timeline *t, const struct key_name *written)
{
    struct key from;

    if (!key_name_get(written, &from))
        return 0;
    if (key_is_minor(from) != key_is_minor(t->key))
        from = key_relative(from);
    return key_interval(from, t->key);
}

/* A change of key that lies outside the song, does not come after the one before or is not understood is a problem. */
static void make_keys(struct making *m)
{
    const struct harmony_spec *spec = m->song->harmony_spec;
    struct timeline *t = m->out;
    int shift = timeline_transposition(t, &spec->primary_key), last = 0;

    t->keys.items = ARENA_ARRAY(m->arena, struct timeline_key, spec->modulations.count + 1);
    t->keys.items[t->keys.count++] = (struct timeline_key){ 0, t->key };
    for (size_t i = 0; i < spec->modulations.count; i++) {
        const struct modulation *in = &spec->modulations.items[i];
        struct key key;

        if (in->start_bar > t->bars)
            problem_add(m->problems, arena_printf(m->arena, "/harmony_spec/modulations/%zu/start_bar", i),
                        "bar %d lies after the end of the song, which has %d bars", in->start_bar, t->bars);
        else if (in->start_bar <= last)
            problem_add(m->problems, arena_printf(m->arena, "/harmony_spec/modulations/%zu/start_bar", i),
                        "expected a bar after %d, where the key changes before", last);
        else if (!key_name_get(&in->to_key, &key))
            problem_add(m->problems, arena_printf(m->arena, "/harmony_spec/modulations/%zu/to_key", i),
                        "expected a key with a root and a mode");
        else
            t->keys.items[t->keys.count++] = (struct timeline_key){
                (in->start_bar - 1) * t->bar_ticks, shift == 0 ? key : key_transpose(key, shift)
            };
        last = in->start_bar > last ? in->start_bar : last;
    }
}

static void add_chord(struct making *m, const struct timeline_chord *chord, size_t *room)
{
    struct timeline *t = m->out;

    if (t->chords.count == *room) {
        struct timeline_chord *more = ARENA_ARRAY(m->arena, struct timeline_chord, *room * 2);

        memcpy(more, t->chords.items, *room * sizeof(*more));
        t->chords.items = more;
        *room *= 2;
    }
    t->chords.items[t->chords.count++] = *chord;
}

static void make_chords(struct making *m)
{
    const struct harmony_spec *spec = m->song->harmony_spec;
    struct timeline *t = m->out;
    int shift = timeline_transposition(t, &spec->primary_key);
    size_t count = spec->progressions.count, room = 256;
    struct candidate *rows = ARENA_ARRAY(m->arena, struct candidate, count);

    t->chords.items = ARENA_ARRAY(m->arena, struct timeline_chord, room);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct candidate){ spec->progressions.items[i].section_type,
                                      spec->progressions.items[i].section_label };
    for (size_t i = 0; i < t->sections.count; i++) {
        const struct timeline_section *section = &t->sections.items[i];
        const struct progression *p = &spec->progressions.items[match(section, rows, count, false)];
        int32_t tick = section->start_tick;

        if (p->chords.count == 0) { /* only numerals, and song_fill_open was not asked */
            problem_add(m->problems, arena_printf(m->arena, "/harmony_spec/progressions/%td/chords", p - spec->progressions.items),
                        "expected at least one chord");
            return;
        }
        for (size_t c = 0; tick < section->end_tick; c = (c + 1) % p->chords.count) {
            struct chord chord = chord_name_get(&p->chords.items[c]);
            struct timeline_chord one = { tick, tick + chord_ticks(m, p, c), chord, i };

            if (shift != 0)
                one.chord = chord_transpose(&chord, shift, timeline_key_at(t, tick));
            if (one.end_tick > section->end_tick)
                one.end_tick = section->end_tick;
            add_chord(m, &one, &room);
            tick = one.end_tick;
        }
    }
}

/* A pitch without an octave goes near the one before, but not far out of its register. */
static bool place_note(const char *text, const char *range, int before, int *out)
{
    static const struct {
        const char *name;
        int centre;
    } ranges[] = { { "low", 58 }, { "mid", 65 }, { "high", 72 } };
    struct pitch_name pitch;
    struct note_name note;
    int centre = 67, near;

    if (note_parse(text, &note)) {
        *out = note_midi(note);
        return true;
    }
    if (!pitch_parse(text, &pitch))
        return false;
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (is_same(range, ranges[i].name))
            centre = ranges[i].centre;
    near = before >= 0 ? before : centre;
    *out = near + pitch_class_shortest(pitch_class_of(near), pitch_class(pitch));
    if (*out > centre + 10)
        *out -= 12;
    if (*out < centre - 10)
        *out += 12;
    return true;
}

struct tune {
    const struct section_melody *melody;
    size_t index;    /* of the section melody */
    size_t section;
    int shift;
    int before;      /* pitch of the last note, -1 at first */
};

static void add_note(struct making *m, const struct tune *tune, int32_t start, int32_t end, int pitch, bool starts)
{
    struct timeline *t = m->out;
    int32_t limit = t->sections.items[tune->section].end_tick;

    pitch += tune->shift;
    if (start >= limit || end <= start || pitch < 0 || pitch > 127)
        return;
    t->melody.items[t->melody.count++] = (struct timeline_note){
        start, end < limit ? end : limit, (uint8_t)pitch, tune->section, starts
    };
}

/* Returns where the phrase ends: on a bar line. */
static int32_t add_phrase(struct making *m, struct tune *tune, size_t phrase, int32_t start)
{
    const struct string_list *notes = &tune->melody->phrases.items[phrase];
    const struct real_list *lengths = &tune->melody->phrase_rhythms.items[phrase];
    int32_t tick = start, bar = m->out->bar_ticks;
    bool starts = true;

    for (size_t i = 0; i < notes->count && i < lengths->count; i++) {
        int32_t len = (int32_t)lround(fmin(fmax(lengths->items[i], 0), 4096) * SCORE_PPQ);

        if (!is_same(notes->items[i], "R") && place_note(notes->items[i], tune->melody->range, tune->before,
                                                         &tune->before)) {
            add_note(m, tune, tick, tick + len, tune->before, starts);
            starts = false;
        }
        tick += len;
    }
    return start + (tick - start + bar - 1) / bar * bar;
}

static size_t section_note_bound(const struct timeline_section *section, const struct section_melody *s, int32_t bar)
{
    size_t notes = 0;
    int32_t phrases = (int32_t)s->phrases.count;

    for (size_t p = 0; p < s->phrases.count; p++)
        notes += s->phrases.items[p].count;
    return phrases == 0 ? 0 : notes * (size_t)((section->end_tick - section->start_tick) / (phrases * bar) + 1);
}

static void make_melody(struct making *m)
{
    const struct melody_spec *spec = m->song->melody_spec;
    struct timeline *t = m->out;
    size_t count = spec->section_melodies.count, bound = 0;
    int shift = timeline_transposition(t, spec->key != NULL ? spec->key : &m->song->harmony_spec->primary_key);
    struct candidate *rows = ARENA_ARRAY(m->arena, struct candidate, count);

    t->melody_shift = shift;
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct candidate){ spec->section_melodies.items[i].section_type,
                                      spec->section_melodies.items[i].section_label };
    for (size_t i = 0; i < t->sections.count; i++) {
        long found = match(&t->sections.items[i], rows, count, true);

        if (found >= 0)
            bound += section_note_bound(&t->sections.items[i], &spec->section_melodies.items[found], t->bar_ticks);
    }
    t->melody.items = ARENA_ARRAY(m->arena, struct timeline_note, bound);
    for (size_t i = 0; i < t->sections.count; i++) {
        long found = match(&t->sections.items[i], rows, count, true);
        int32_t tick = t->sections.items[i].start_tick, began = -1;
        struct tune tune = { .section = i, .shift = shift, .before = -1 };

        if (found < 0)
            continue;
        tune.melody = &spec->section_melodies.items[found];
        while (tick < t->sections.items[i].end_tick && tick > began) {
            began = tick; /* an empty tune ends here */
            for (size_t p = 0; p < tune.melody->phrases.count && tick < t->sections.items[i].end_tick; p++)
                tick = add_phrase(m, &tune, p, tick);
            if (began == t->sections.items[i].start_tick)
                t->sections.items[i].tune_end_tick = tick;
        }
    }
}

static void make_tempos(struct making *m)
{
    const struct arranged_ending *ending = m->song->arrangement_spec->ending;
    struct timeline *t = m->out;
    int beat = metre_pulse_ticks(t->metre), slow_bars, beats;
    int32_t tick;

    t->hold_tick = t->end_tick;
    t->tempos.count = 1;
    if (ending == NULL) {
        t->tempos.items = ARENA_NEW(m->arena, struct score_tempo);
        t->tempos.items[0] = (struct score_tempo){ 0, t->bpm };
        return;
    }
    if (ending->hold_bars < t->bars)
        t->hold_tick = t->end_tick - ending->hold_bars * t->bar_ticks;
    slow_bars = ending->ritardando_percent > 0 ? ending->ritardando_bars : 0;
    if (slow_bars * t->bar_ticks >= t->hold_tick)
        slow_bars = 0;
    beats = slow_bars * t->bar_ticks / beat;
    t->tempos.items = ARENA_ARRAY(m->arena, struct score_tempo, (size_t)beats + 2);
    t->tempos.items[0] = (struct score_tempo){ 0, t->bpm };
    tick = t->hold_tick - slow_bars * t->bar_ticks;
    for (int i = 0; i < beats; i++)
        t->tempos.items[t->tempos.count++] = (struct score_tempo){
            tick + i * beat, t->bpm / (1 + ending->ritardando_percent / 100 * (i + 1) / beats)
        };
    if (t->hold_tick < t->end_tick && (beats > 0 || ending->hold_percent != 100))
        t->tempos.items[t->tempos.count++] = (struct score_tempo){
            t->hold_tick, fmax(t->bpm * 100 / ending->hold_percent, 10)
        };
}

bool timeline_make(const struct song *s, struct timeline *out, struct arena *a, struct problems *problems)
{
    struct making m = { s, out, a, problems };
    size_t before = problems->count;

    *out = (struct timeline){ .metre = s->song_spec->time_signature, .bpm = s->song_spec->bpm };
    if (!metre_is_set(out->metre))
        out->metre = metre_infos[0].metre;
    if (!key_name_get(&s->song_spec->key, &out->key) && !key_name_get(&s->harmony_spec->primary_key, &out->key))
        out->key = (struct key){ { 'C', 0 }, MODE_MAJOR };
    out->bar_ticks = metre_bar_ticks(out->metre);
    make_sections(&m);
    if (problems->count > before)
        return false;
    make_tempos(&m);
    make_keys(&m);
    make_chords(&m);
    if (s->melody_spec != NULL)
        make_melody(&m);
    return problems->count == before;
}

const struct timeline_chord *timeline_chord_at(const struct timeline *t, int32_t tick)
{
    size_t low = 0, high = t->chords.count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;

        if (t->chords.items[middle].start_tick <= tick)
            low = middle;
        else
            high = middle;
    }
    return &t->chords.items[low];
}

const struct timeline_section *timeline_section_at(const struct timeline *t, int32_t tick)
{
    size_t i = t->sections.count - 1;

    while (i > 0 && t->sections.items[i].start_tick > tick)
        i--;
    return &t->sections.items[i];
}

struct key timeline_key_at(const struct timeline *t, int32_t tick)
{
    size_t i = t->keys.count - 1;

    while (i > 0 && t->keys.items[i].start_tick > tick)
        i--;
    return t->keys.items[i].key;
}

double timeline_seconds(const struct timeline *t, int32_t tick)
{
    return score_seconds(&(struct score){ .tempos = t->tempos.items, .tempo_count = t->tempos.count }, tick);
}
