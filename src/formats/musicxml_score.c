#include "formats/musicxml.h"

#include <string.h>

#include "formats/drum_staff.h"
#include "formats/musicxml_part.h"
#include "song/general_midi.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"

enum { KIT_BANK = 128, MIDDLE_C = 60, HAND_SPAN = 14, LOW_ENOUGH = 53, HIGH_ENOUGH = 67 };

/* From the top of the page down. */
static const enum score_role page_order[ROLE_COUNT] = {
    ROLE_VOICE, ROLE_LEAD, ROLE_COUNTER, ROLE_GUITAR, ROLE_CHORDS, ROLE_ARP, ROLE_PAD, ROLE_EFFECTS, ROLE_BASS,
    ROLE_PERCUSSION, ROLE_DRUMS,
};

static struct performed_in performance_of(const struct sheet *s, const struct score_part *p)
{
    const struct rhythm_spec *rhythm = s->song->rhythm_spec;
    const struct part_sound *sound =
        s->song->sound_design_spec != NULL ? part_sound_find(s->song->sound_design_spec, p->id) : NULL;
    struct performed_in out = { .metre = s->timeline->metre, .bpm = s->timeline->bpm,
                                .lead_in_ms = sound != NULL ? sound->lead_in_ms : 0,
                                .is_strummed = p->role != ROLE_DRUMS && p->role != ROLE_PERCUSSION &&
                                               p->role != ROLE_BASS && p->role != ROLE_ARP };

    if (rhythm != NULL && rhythm->swing_percent > 50.5 && !s->plan.is_compound) {
        out.swing_ticks = rhythm->swing_unit == 16 ? SCORE_PPQ / 4 : SCORE_PPQ / 2;
        out.swing_percent = rhythm->swing_percent;
    }
    return out;
}

/* Notes of one staff: for keyboards those from a pitch up, or below it; for drums the hands or the feet. */
struct share {
    const uint8_t *split; /* by note: 1 for the upper staff */
    bool is_upper;
};

static bool takes_hand(const void *arg, const struct paper_note *note)
{
    const struct share *share = arg;

    return (share->split[note->index] != 0) == share->is_upper;
}

static bool takes_limb(const void *arg, const struct paper_note *note)
{
    const bool *feet = arg;

    return drum_place_of(note->pitch)->is_foot == *feet;
}

/* Chords that one hand can take stay together on the staff where most of them lies; wider ones part at middle C. */
static uint8_t *hands_part(const struct paper_note *paper, size_t count, struct arena *a)
{
    uint8_t *out = ARENA_ARRAY(a, uint8_t, count + 1);

    for (size_t i = 0, j; i < count; i = j) {
        int low = paper[i].pitch, high;

        for (j = i + 1; j < count && paper[j].start == paper[i].start; j++)
            continue;
        high = paper[j - 1].pitch;
        for (size_t k = i; k < j; k++)
            out[paper[k].index] = high - low <= HAND_SPAN ? low + high >= 2 * MIDDLE_C : paper[k].pitch >= MIDDLE_C;
    }
    return out;
}

static bool needs_two_staves(const struct score_part *p, bool is_guitar)
{
    size_t low = 0, high = 0;

    if (p->role != ROLE_CHORDS && p->role != ROLE_PAD && p->role != ROLE_ARP)
        return false;
    for (size_t i = 0; i < p->note_count; i++) {
        low += p->notes[i].pitch < LOW_ENOUGH;
        high += p->notes[i].pitch > HIGH_ENOUGH;
    }
    return !is_guitar && low * 20 > p->note_count && high * 20 > p->note_count;
}

static void drums_make(struct sheet *s, struct sheet_part *out, const struct paper_note *paper)
{
    static const bool limbs[STAFF_VOICES_MAX] = { false, true };
    struct sheet_staff *staff = &out->staves[0];

    out->staff_count = 1;
    staff->clef = (struct sheet_clef){ "percussion", 2, 0 };
    staff->voice_count = STAFF_VOICES_MAX;
    for (int v = 0; v < STAFF_VOICES_MAX; v++)
        staff->voices[v] = voice_make(paper, out->from->notes, out->from->note_count, VOICE_STRUCK, s->timeline->metre,
                                      s->timeline->end_tick, takes_limb, &limbs[v], s->arena);
}

static void keyboard_make(struct sheet *s, struct sheet_part *out, const struct paper_note *paper)
{
    const struct score_part *p = out->from;
    const uint8_t *split = hands_part(paper, p->note_count, s->arena);

    out->staff_count = STAVES_MAX;
    for (int i = 0; i < STAVES_MAX; i++) {
        struct share share = { split, i == 0 };
        enum voice_style style = p->role == ROLE_PAD ? VOICE_HELD : VOICE_SUSTAINED;

        out->staves[i].clef = i == 0 ? (struct sheet_clef){ "G", 2, 0 } : (struct sheet_clef){ "F", 4, 0 };
        out->staves[i].voice_count = 1;
        out->staves[i].voices[0] = voice_make(paper, p->notes, p->note_count, style, s->timeline->metre,
                                              s->timeline->end_tick, takes_hand, &share, s->arena);
    }
}

static void part_make(struct sheet *s, const struct score_part *p, size_t index, struct sheet_part *out)
{
    struct performed_in how = performance_of(s, p);
    const struct paper_note *paper = quantise(p->notes, p->note_count, s->timeline->end_tick, &how, s->arena);
    bool is_guitar = gm_family_of(p->program) == GM_GUITAR, is_bass = p->role == ROLE_BASS;
    struct sheet_staff *staff = &out->staves[0];

    *out = (struct sheet_part){ .id = arena_printf(s->arena, "P%zu", index + 1), .name = p->name, .from = p,
                                .is_drums = p->bank == KIT_BANK, .has_marks = index == 0 };
    if (out->is_drums) {
        drums_make(s, out, paper);
        return;
    }
    if (needs_two_staves(p, is_guitar)) {
        keyboard_make(s, out, paper);
        return;
    }
    out->staff_count = 1;
    staff->clef = sheet_clef_for(p->notes, p->note_count, is_bass, is_guitar);
    staff->voice_count = 1;
    staff->voices[0] = voice_make(paper, p->notes, p->note_count, p->role == ROLE_PAD ? VOICE_HELD : VOICE_SUSTAINED,
                                  s->timeline->metre, s->timeline->end_tick, NULL, NULL, s->arena);
    if (p->role == ROLE_VOICE)
        voice_sing(&staff->voices[0], s->song->score->lyrics, s->song->score->lyric_count);
}

const char *musicxml_score(const struct song *song, const struct timeline *t, struct arena *a, size_t *len)
{
    struct sheet s = sheet_make(song, t, a);
    const struct score *score = song->score;
    struct sheet_part *parts = ARENA_ARRAY(a, struct sheet_part, score->part_count + 1);
    size_t count = 0;

    for (size_t role = 0; role < ROLE_COUNT; role++)
        for (size_t i = 0; i < score->part_count; i++)
            if (score->parts[i].role == page_order[role]) {
                part_make(&s, &score->parts[i], count, &parts[count]);
                count++;
            }
    sheet_begin(&s, count > 6 ? 4.5 : 5.5);
    sheet_part_list(&s, parts, count);
    for (size_t i = 0; i < count; i++)
        sheet_part_write(&s, &parts[i]);
    xml_end(&s.xml);
    return xml_finish(&s.xml, len);
}
