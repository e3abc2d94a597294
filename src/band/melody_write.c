/* The tune as its document has it: pitches by name, lengths in quarters. */
#include <math.h>

#include "band/melody_compose.h"
#include "theory/spelling.h"

static const char agent[] = "composer";

/* A cell as it is written before `next` (NULL: it is the last). */
static const char *cell_text(struct composing *c, const struct melody_cell *cell, const struct melody_cell *next)
{
    const struct chord *chord = &timeline_chord_at(c->timeline, cell->tick)->chord;
    char text[NOTE_TEXT_SIZE];

    note_print(spell_note(timeline_key_at(c->timeline, cell->tick), chord, cell->pitch,
                          next != NULL ? next->pitch : SPELL_NO_NEXT),
               text, sizeof(text));
    return arena_strdup(c->s->arena, text);
}

static const char *pitch_text(struct composing *c, int pitch)
{
    char text[NOTE_TEXT_SIZE];

    note_print(key_spell_note(c->timeline->key, pitch), text, sizeof(text));
    return arena_strdup(c->s->arena, text);
}

static double beats(int32_t ticks)
{
    return round(ticks * 10000.0 / METRE_PPQ) / 10000;
}

static void write_note(struct string_list *notes, struct real_list *lengths, const char *text, int32_t ticks)
{
    if (ticks <= 0)
        return;
    notes->items[notes->count++] = text;
    lengths->items[lengths->count++] = beats(ticks);
}

static void write_phrase(struct composing *c, int32_t from, int32_t to, struct string_list *notes,
                         struct real_list *lengths)
{
    int32_t at = from;

    notes->items = ARENA_ARRAY(c->s->arena, const char *, 2 * c->cell_count + 1);
    lengths->items = ARENA_ARRAY(c->s->arena, double, 2 * c->cell_count + 1);
    for (size_t i = 0; i < c->cell_count; i++) {
        const struct melody_cell *cell = &c->cells[i];

        if (cell->tick < from || cell->tick >= to)
            continue;
        write_note(notes, lengths, "R", cell->tick - at);
        at = cell->tick + cell->len_ticks < to ? cell->tick + cell->len_ticks : to; /* else the phrases after it come late */
        write_note(notes, lengths, cell_text(c, cell, i + 1 < c->cell_count ? cell + 1 : NULL), at - cell->tick);
        c->lowest = cell->pitch < c->lowest ? cell->pitch : c->lowest;
        c->highest = cell->pitch > c->highest ? cell->pitch : c->highest;
    }
    write_note(notes, lengths, "R", to - at);
}

static struct melody_contour *write_contour(struct composing *c)
{
    struct melody_contour *out = ARENA_NEW(c->s->arena, struct melody_contour);
    size_t top = 0, bottom = 0;

    for (size_t i = 0; i < c->cell_count; i++) {
        top = c->cells[i].pitch > c->cells[top].pitch ? i : top;
        bottom = c->cells[i].pitch < c->cells[bottom].pitch ? i : bottom;
    }
    out->peak_position = c->cell_count > 1 ? (double)top / (double)(c->cell_count - 1) : 0;
    out->range_semitones = c->cells[top].pitch - c->cells[bottom].pitch;
    out->contour_type = out->peak_position > 0.8 ? "ascending" : out->peak_position < 0.2 ? "descending" : "arch";
    return out;
}

void melody_write_section(struct composing *c, const struct melody_idea *idea, const struct timeline_section *section,
                          struct section_melody *out)
{
    size_t phrases = (size_t)(section->bars + PHRASE_BARS - 1) / PHRASE_BARS;

    *out = (struct section_melody){ .section_type = section->type, .section_label = section->label };
    out->phrases.items = ARENA_ARRAY(c->s->arena, struct string_list, phrases);
    out->phrase_rhythms.items = ARENA_ARRAY(c->s->arena, struct real_list, phrases);
    out->phrases.count = out->phrase_rhythms.count = phrases;
    for (size_t p = 0; p < phrases; p++) {
        int32_t from = section->start_tick + (int32_t)p * PHRASE_BARS * c->timeline->bar_ticks;
        int32_t to = from + PHRASE_BARS * c->timeline->bar_ticks;

        write_phrase(c, from, to < section->end_tick ? to : section->end_tick, &out->phrases.items[p],
                     &out->phrase_rhythms.items[p]);
    }
    out->contour = write_contour(c);
    out->uses_motifs.items = ARENA_NEW(c->s->arena, const char *);
    out->uses_motifs.items[out->uses_motifs.count++] = arena_printf(c->s->arena, "motif_%zu", (size_t)(idea - c->ideas));
    out->range = idea->character->peak >= -1 ? "high" : "mid";
}

static void write_motif(struct composing *c, const struct melody_idea *idea, size_t index, struct melody_motif *out)
{
    *out = (struct melody_motif){ .name = arena_printf(c->s->arena, "motif_%zu", index),
                                  .is_hook = idea->character->is_hook, .hook_score = idea->score };
    out->notes.items = ARENA_ARRAY(c->s->arena, const char *, idea->note_count);
    out->rhythm_pattern.items = ARENA_ARRAY(c->s->arena, double, idea->note_count);
    out->intervals.items = ARENA_ARRAY(c->s->arena, int, idea->note_count);
    for (size_t i = 0; i < idea->note_count; i++) {
        out->notes.items[i] = cell_text(c, &idea->notes[i], i + 1 < idea->note_count ? &idea->notes[i + 1] : NULL);
        out->rhythm_pattern.items[i] = beats(idea->notes[i].len_ticks);
        if (i > 0)
            out->intervals.items[i - 1] = idea->notes[i].pitch - idea->notes[i - 1].pitch;
    }
    out->notes.count = out->rhythm_pattern.count = idea->note_count;
    out->intervals.count = idea->note_count - 1;
}

void melody_write_ideas(struct composing *c, struct melody_spec *spec)
{
    const struct melody_idea *hook = c->ideas;

    spec->motifs.items = ARENA_ARRAY(c->s->arena, struct melody_motif, c->idea_count);
    spec->motifs.count = c->idea_count;
    for (size_t i = 0; i < c->idea_count; i++) {
        write_motif(c, &c->ideas[i], i, &spec->motifs.items[i]);
        if (c->ideas[i].character->is_hook && !hook->character->is_hook)
            hook = &c->ideas[i];
    }
    if (c->highest > 0) {
        spec->lowest_note = pitch_text(c, c->lowest);
        spec->highest_note = pitch_text(c, c->highest);
        spec->typical_range_octaves = (c->highest - c->lowest) / 12.0;
    }
    if (c->idea_count == 0)
        return;
    spec->primary_hook = ARENA_NEW(c->s->arena, struct melody_hook);
    *spec->primary_hook = (struct melody_hook){ .placement = hook->type, .memorability_score = hook->score,
                                                .singability_score = hook->score };
    spec->primary_hook->melody_notes.items = spec->motifs.items[hook - c->ideas].notes.items;
    spec->primary_hook->melody_notes.count = hook->note_count;
    spec->primary_hook->rhythm_pattern.items = spec->motifs.items[hook - c->ideas].rhythm_pattern.items;
    spec->primary_hook->rhythm_pattern.count = hook->note_count;
    decide(c->s, agent, hook->score, arena_printf(c->s->arena, "the hook is in the %s", hook->type),
           "the best of several candidates for each idea, by chord tones, range, steps and turns (%.2f of 1)", hook->score);
}
