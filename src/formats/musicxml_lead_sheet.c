#include "formats/musicxml.h"

#include "formats/musicxml_part.h"
#include "song/lyric_spec.h"
#include "song/song_spec.h"
#include "song/vocal_spec.h"

enum { BARS_A_LINE = 4 };

static int32_t clamp_end(const struct timeline *t, int64_t end)
{
    return end > t->end_tick ? t->end_tick : (int32_t)end;
}

/* The tune as notes of a score: the timeline's, else the voice's. */
static struct score_note *tune_notes(const struct sheet *s, size_t *count)
{
    const struct timeline *t = s->timeline;
    const struct vocal_spec *vocal = s->song->vocal_spec;
    size_t sung = vocal != NULL ? vocal->notes.count : 0;
    struct score_note *out = ARENA_ARRAY(s->arena, struct score_note, t->melody.count + sung + 1);

    *count = 0;
    for (size_t i = 0; i < t->melody.count; i++) {
        const struct timeline_note *n = &t->melody.items[i];

        if (n->end_tick > n->start_tick && n->start_tick < t->end_tick)
            out[(*count)++] = (struct score_note){ n->start_tick, clamp_end(t, n->end_tick) - n->start_tick,
                                                   n->pitch, 64 };
    }
    for (size_t i = 0; t->melody.count == 0 && i < sung; i++) {
        const struct vocal_note *n = &vocal->notes.items[i];

        if (n->tick >= 0 && n->tick < t->end_tick && n->len_ticks > 0)
            out[(*count)++] = (struct score_note){ n->tick, clamp_end(t, (int64_t)n->tick + n->len_ticks) - n->tick,
                                                   (uint8_t)(n->pitch & 127), 64 };
    }
    return out;
}

static struct score_lyric *words(const struct sheet *s, size_t *count)
{
    const struct lyric_spec *spec = s->song->lyric_spec;
    struct score_lyric *out;
    size_t all = 0;

    *count = 0;
    for (size_t i = 0; spec != NULL && i < spec->lines.count; i++)
        all += spec->lines.items[i].syllables.count;
    out = ARENA_ARRAY(s->arena, struct score_lyric, all + 1);
    for (size_t i = 0; spec != NULL && i < spec->lines.count; i++)
        for (size_t j = 0; j < spec->lines.items[i].syllables.count; j++) {
            const struct lyric_syllable *in = &spec->lines.items[i].syllables.items[j];

            if (in->text != NULL && in->tick >= 0 && in->tick < s->timeline->end_tick)
                out[(*count)++] = (struct score_lyric){ in->tick, in->text };
        }
    return out;
}

const char *musicxml_lead_sheet(const struct song *song, const struct timeline *t, struct arena *a, size_t *len)
{
    struct sheet s = sheet_make(song, t, a);
    struct performed_in how = { .metre = t->metre, .bpm = t->bpm, .is_exact = true };
    struct sheet_part part = { .id = "P1", .name = "Tune", .staff_count = 1, .has_marks = true, .has_chords = true,
                               .bars_a_line = BARS_A_LINE };
    struct sheet_staff *staff = &part.staves[0];
    size_t note_count, word_count;
    const struct score_note *notes = tune_notes(&s, &note_count);
    const struct score_lyric *lyrics = words(&s, &word_count);
    const struct paper_note *paper = quantise(notes, note_count, t->end_tick, &how, a);

    staff->clef = sheet_clef_for(notes, note_count, false, false);
    staff->voice_count = 1;
    staff->voices[0] = voice_make(paper, notes, note_count, VOICE_SUSTAINED, t->metre, t->end_tick, NULL, NULL, a);
    voice_sing(&staff->voices[0], lyrics, word_count);
    sheet_begin(&s, 6);
    sheet_part_list(&s, &part, 1);
    sheet_part_write(&s, &part);
    xml_end(&s.xml);
    return xml_finish(&s.xml, len);
}
