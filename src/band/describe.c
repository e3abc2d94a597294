#include "band/describe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "band/incipits.h"
#include "band/stage.h"
#include "core/hash.h"
#include "song/general_midi.h"
#include "song/harmony_spec.h"
#include "song/melody_spec.h"
#include "song/rhythm_spec.h"

enum { LOOP_CHORDS = 4, KNOWN_NOTES = 8, CONTOUR_NOTES = 32, SINGABLE_SEMITONES = 4, CANDY_MAX = 200 };

/* ---- chords ---- */

/* Loops that are heard everywhere, as roots above the tonic; a loop may begin anywhere. */
static const int loops[][LOOP_CHORDS] = {
    { 0, 7, 9, 5 },   /* I V vi IV */
    { 0, 9, 5, 7 },   /* I vi IV V, of the fifties */
    { 0, 5, 7, 5 },   /* I IV V IV */
    { 0, 5, 0, 7 },   /* I IV I V */
    { 0, 9, 2, 7 },   /* I vi ii V */
    { 0, 8, 3, 10 },  /* i VI III VII */
    { 0, 10, 8, 10 }, /* i VII VI VII */
    { 0, 10, 8, 7 },  /* i VII VI V, Andalusian */
    { 0, 5, 8, 7 },   /* i iv VI V */
};

static bool is_loop(const int *roots)
{
    for (size_t l = 0; l < sizeof(loops) / sizeof(loops[0]); l++)
        for (int turn = 0; turn < LOOP_CHORDS; turn++) {
            int same = 0;

            while (same < LOOP_CHORDS && roots[same] == loops[l][(same + turn) % LOOP_CHORDS])
                same++;
            if (same == LOOP_CHORDS)
                return true;
        }
    return false;
}

static double harmony_originality(const struct timeline *t)
{
    int roots[LOOP_CHORDS] = { -1, -1, -1, -1 }, windows = 0, own = 0;

    for (size_t i = 0; i < t->chords.count; i++) {
        struct key key = timeline_key_at(t, t->chords.items[i].start_tick);
        int root = pitch_class_up(pitch_class(key.root), pitch_class(t->chords.items[i].chord.root));

        if (root == roots[LOOP_CHORDS - 1])
            continue;
        memmove(roots, roots + 1, sizeof(roots) - sizeof(roots[0]));
        roots[LOOP_CHORDS - 1] = root;
        if (roots[0] < 0)
            continue;
        windows++;
        own += !is_loop(roots);
    }
    return windows > 0 ? (double)own / windows : NAN;
}

static const char *voicing_rule(struct session *s, const struct stage_part *part)
{
    const struct genre_part *genre = part->genre;
    char low[NOTE_TEXT_SIZE], high[NOTE_TEXT_SIZE];
    const char *kinds = "";

    for (size_t i = 0; i < genre->voicings.count; i++)
        kinds = arena_printf(s->arena, "%s%s%s", kinds, i > 0 ? " or " : "", genre->voicings.items[i]);
    note_print(key_spell_note(s->timeline->key, genre->register_low), low, sizeof(low));
    note_print(key_spell_note(s->timeline->key, genre->register_high), high, sizeof(high));
    return arena_printf(s->arena, "%s: %d voices%s%s between %s and %s, by the least movement from chord to chord", part->id,
                        genre->voices, kinds[0] != '\0' ? ", " : "", kinds, low, high);
}

static bool leads_voices(const struct genre_part *part)
{
    return part->player == PLAYER_COMPER || part->player == PLAYER_PAD || part->player == PLAYER_STRUMMER ||
           part->player == PLAYER_MONTUNO || part->player == PLAYER_PICKER;
}

void describe_harmony(struct session *s)
{
    struct harmony_spec *spec = s->song->harmony_spec;
    const struct stage *stage = stage_make(s);

    spec->originality_score = harmony_originality(s->timeline);
    spec->voice_leading_rules.items = ARENA_ARRAY(s->arena, const char *, stage->parts.count + 1);
    spec->voice_leading_rules.count = 0;
    for (size_t i = 0; i < stage->parts.count; i++)
        if (leads_voices(stage->parts.items[i].genre))
            spec->voice_leading_rules.items[spec->voice_leading_rules.count++] = voicing_rule(s, &stage->parts.items[i]);
}

/* ---- the tune ---- */

static struct melody_contour *contour_of(struct arena *a, const char *const *notes, size_t count, double *singable)
{
    struct melody_contour *out = ARENA_NEW(a, struct melody_contour);
    int lowest = 128, highest = -1, before = -1, moves = 0, small = 0;
    size_t top = 0, sounding = 0;

    for (size_t i = 0; i < count; i++) {
        struct note_name note;
        int pitch;

        if (!note_parse(notes[i], &note))
            continue;
        pitch = note_midi(note);
        moves += before >= 0;
        small += before >= 0 && abs(pitch - before) <= SINGABLE_SEMITONES;
        if (pitch > highest)
            top = sounding;
        highest = pitch > highest ? pitch : highest;
        lowest = pitch < lowest ? pitch : lowest;
        before = pitch;
        sounding++;
    }
    out->peak_position = sounding > 1 ? (double)top / (double)(sounding - 1) : 0;
    out->range_semitones = sounding > 0 ? highest - lowest : 0;
    out->contour_type = out->peak_position > 0.8 ? "ascending" : out->peak_position < 0.2 ? "descending" : "arch";
    if (singable != NULL)
        *singable = moves > 0 ? (double)small / moves : 1;
    return out;
}

static void write_fingerprints(struct session *s, struct melody_spec *spec)
{
    const struct timeline *t = s->timeline;
    size_t count = t->melody.count;
    int8_t *intervals = ARENA_ARRAY(s->arena, int8_t, count + 1);
    char hash[HASH_TEXT_SIZE], contour[CONTOUR_NOTES + 1] = "*";

    if (count < 2)
        return;
    for (size_t i = 1; i < count; i++) {
        int step = t->melody.items[i].pitch - t->melody.items[i - 1].pitch;

        intervals[i - 1] = (int8_t)step;
        if (i < CONTOUR_NOTES)
            contour[i] = step > 0 ? 'u' : step < 0 ? 'd' : 'r';
    }
    contour[count < CONTOUR_NOTES ? count : CONTOUR_NOTES] = '\0';
    hash_text(intervals, count - 1, hash);
    spec->interval_hash = arena_strndup(s->arena, hash, 16);
    spec->contour_fingerprint = arena_strdup(s->arena, contour);
    spec->originality_score = 1 - fmin((double)incipit_longest(t->melody.items, count, NULL) / KNOWN_NOTES, 1);
}

struct phrase {
    const struct string_list *notes;
    const struct real_list *lengths;
};

enum return_kind { RETURN_NONE, RETURN_EXACT, RETURN_MOVED, RETURN_RHYTHM, RETURN_OPENING, RETURN_COUNT };
static const char *const return_names[RETURN_COUNT] = {
    [RETURN_EXACT] = "repetition", [RETURN_MOVED] = "sequence", [RETURN_RHYTHM] = "rhythm kept, new pitches",
    [RETURN_OPENING] = "opening kept, new ending",
};

static int note_pitch(const char *text)
{
    struct note_name note;

    return note_parse(text, &note) ? note_midi(note) : -1;
}

/* How the second phrase takes up the first. */
static enum return_kind return_of(const struct phrase *first, const struct phrase *second)
{
    size_t count = first->notes->count, alike = 0;
    bool is_moved = true, has_rhythm = count == second->notes->count && count > 3;
    int shift = 0;

    for (size_t i = 0; i < count && i < second->notes->count; i++) {
        int a = note_pitch(first->notes->items[i]), b = note_pitch(second->notes->items[i]);

        if ((a < 0) != (b < 0) || fabs(first->lengths->items[i] - second->lengths->items[i]) > 1e-3) {
            has_rhythm = false;
            break;
        }
        if (i == alike && a == b)
            alike++;
        if (a >= 0 && shift == 0)
            shift = b - a;
        is_moved &= a < 0 || b - a == shift;
    }
    if (has_rhythm && alike == count)
        return RETURN_EXACT;
    if (has_rhythm)
        return is_moved && shift != 0 ? RETURN_MOVED : RETURN_RHYTHM;
    return alike >= 4 && alike * 3 >= count ? RETURN_OPENING : RETURN_NONE;
}

static void write_techniques(struct session *s, struct melody_spec *spec)
{
    size_t total = 0, count = 0;
    struct phrase *phrases;
    bool found[RETURN_COUNT] = { false };

    for (size_t i = 0; i < spec->section_melodies.count; i++)
        total += spec->section_melodies.items[i].phrases.count;
    phrases = ARENA_ARRAY(s->arena, struct phrase, total + 1);
    for (size_t i = 0; i < spec->section_melodies.count; i++)
        for (size_t p = 0; p < spec->section_melodies.items[i].phrases.count; p++)
            phrases[count++] = (struct phrase){ &spec->section_melodies.items[i].phrases.items[p],
                                                &spec->section_melodies.items[i].phrase_rhythms.items[p] };
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            found[return_of(&phrases[i], &phrases[j])] = true;
    spec->development_techniques.items = ARENA_ARRAY(s->arena, const char *, RETURN_COUNT);
    spec->development_techniques.count = 0;
    for (int k = RETURN_EXACT; k < RETURN_COUNT; k++)
        if (found[k])
            spec->development_techniques.items[spec->development_techniques.count++] = return_names[k];
}

void describe_melody(struct session *s)
{
    struct melody_spec *spec = s->song->melody_spec;

    write_fingerprints(s, spec);
    write_techniques(s, spec);
    for (size_t i = 0; i < spec->motifs.count; i++)
        spec->motifs.items[i].contour = contour_of(s->arena, spec->motifs.items[i].notes.items,
                                                   spec->motifs.items[i].notes.count, NULL);
    if (spec->primary_hook != NULL)
        spec->primary_hook->contour = contour_of(s->arena, spec->primary_hook->melody_notes.items,
                                                 spec->primary_hook->melody_notes.count,
                                                 &spec->primary_hook->singability_score);
}

/* ---- the form ---- */

/* Sections to put in, leave out or replace, from one form to the other (Levenshtein). */
static size_t form_distance(const struct arrangement_spec *spec, const struct genre_form *form, struct arena *a)
{
    size_t rows = spec->sections.count, columns = form->sections.count;
    size_t *cost = ARENA_ARRAY(a, size_t, columns + 1);

    for (size_t c = 0; c <= columns; c++)
        cost[c] = c;
    for (size_t r = 1; r <= rows; r++) {
        size_t diagonal = cost[0];

        cost[0] = r;
        for (size_t c = 1; c <= columns; c++) {
            size_t replace = diagonal + (strcmp(spec->sections.items[r - 1].section_type,
                                                form->sections.items[c - 1].type) != 0);

            diagonal = cost[c];
            cost[c] = cost[c] < cost[c - 1] ? cost[c] + 1 : cost[c - 1] + 1;
            cost[c] = replace < cost[c] ? replace : cost[c];
        }
    }
    return cost[columns];
}

void describe_form(struct session *s)
{
    struct arrangement_spec *spec = s->song->arrangement_spec;

    spec->genre_structure_match = NAN;
    for (size_t i = 0; i < s->genre->forms.count; i++) {
        const struct genre_form *form = &s->genre->forms.items[i];
        size_t most = spec->sections.count > form->sections.count ? spec->sections.count : form->sections.count;
        double match = 1 - (double)form_distance(spec, form, s->arena) / (double)most;

        if (!(spec->genre_structure_match >= match))
            spec->genre_structure_match = match;
    }
}

/* ---- ear candy ---- */

static void candy_add(struct session *s, struct arrangement_spec *spec, int32_t tick, const char *instrument,
                      const char *description)
{
    const struct timeline_section *section = timeline_section_at(s->timeline, tick);

    if (spec->ear_candy.count < CANDY_MAX)
        spec->ear_candy.items[spec->ear_candy.count++] = (struct ear_candy){
            .section_label = section->label, .bar = tick / s->timeline->bar_ticks + 1, .instrument = instrument,
            .description = description
        };
}

static void candy_of_effects(struct session *s, struct arrangement_spec *spec, const struct score_part *part)
{
    for (size_t i = 0; i < part->note_count; i++)
        candy_add(s, spec, part->notes[i].start_tick, part->id, gm_name(part->bank, part->program));
}

static void candy_of_drums(struct session *s, struct arrangement_spec *spec, const struct timeline_section *section)
{
    const struct rhythm_section *rhythm = rhythm_section_find(s->song->rhythm_spec, section->label, section->type);

    for (size_t i = 0; rhythm != NULL && i < rhythm->fills.count; i++)
        if (rhythm->fills.items[i].bar <= section->bars)
            candy_add(s, spec, section->start_tick + (rhythm->fills.items[i].bar - 1) * s->timeline->bar_ticks, "drums",
                      arena_printf(s->arena, "fill of %.3g beats", rhythm->fills.items[i].beats));
}

static bool has_drums(const struct score *score)
{
    for (size_t i = 0; i < score->part_count; i++)
        if (score->parts[i].role == ROLE_DRUMS)
            return true;
    return false;
}

void describe_ear_candy(struct session *s)
{
    struct arrangement_spec *spec = s->song->arrangement_spec;
    const struct score *score = s->song->score;

    spec->ear_candy.items = ARENA_ARRAY(s->arena, struct ear_candy, CANDY_MAX);
    spec->ear_candy.count = 0;
    for (size_t i = 0; i < score->part_count; i++)
        if (score->parts[i].role == ROLE_EFFECTS)
            candy_of_effects(s, spec, &score->parts[i]);
    for (size_t i = 0; has_drums(score) && i < s->timeline->sections.count; i++)
        candy_of_drums(s, spec, &s->timeline->sections.items[i]);
}
