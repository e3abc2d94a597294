/* MIDI and MusicXML of scores that no band would play. */
#include <string.h>

#include "formats/midi.h"
#include "formats/musicxml.h"
#include "fuzz.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"

enum { NOTES_MAX = 400, CONTROLS_MAX = 100, DEPTH_MAX = 32 };

static void note_add(struct bytes *b, struct score_part *part, int32_t *tick, int32_t until[128], int32_t end_tick)
{
    struct score_note n = { .pitch = (uint8_t)bytes_take(b, 128), .velocity = (uint8_t)(1 + bytes_take(b, 127)) };
    const struct score_note *last = part->note_count > 0 ? &part->notes[part->note_count - 1] : NULL;

    *tick += (int32_t)bytes_take(b, 3) * (int32_t)bytes_take(b, 700);
    n.start_tick = *tick;
    n.len_ticks = 1 + (int32_t)bytes_take(b, 2000);
    if (last != NULL && last->start_tick == *tick && n.pitch <= last->pitch)
        return;
    if (n.start_tick < until[n.pitch] || n.start_tick + n.len_ticks > end_tick)
        return;
    until[n.pitch] = n.start_tick + n.len_ticks;
    part->notes[part->note_count++] = n;
}

static void part_fill(struct bytes *b, struct arena *a, struct score_part *part, int32_t end_tick)
{
    unsigned notes = bytes_take(b, NOTES_MAX), controls = bytes_take(b, CONTROLS_MAX);
    int32_t tick = 0, until[128] = { 0 };

    part->notes = ARENA_ARRAY(a, struct score_note, NOTES_MAX);
    part->controls = ARENA_ARRAY(a, struct score_control, CONTROLS_MAX);
    for (unsigned i = 0; i < notes && b->left > 0; i++)
        note_add(b, part, &tick, until, end_tick);
    tick = 0;
    for (unsigned i = 0; i < controls && b->left > 0; i++) {
        struct score_control *c = &part->controls[part->control_count++];

        tick += (int32_t)bytes_take(b, 500);
        *c = (struct score_control){ .tick = tick, .kind = (uint8_t)bytes_take(b, 2), .number = (uint8_t)bytes_take(b, 128) };
        c->value = (int16_t)(c->kind == SCORE_CC ? (int)bytes_take(b, 128) : (int)bytes_take(b, 16384) - 8192);
    }
}

struct score *fuzz_score(struct bytes *b, struct arena *a, int32_t bar_ticks, int bars, int numerator, int denominator)
{
    static const char *const ids[] = { "a", "b", "c", "d", "e", "f" };
    struct score *s = ARENA_NEW(a, struct score);

    s->title = "<&>\"'";
    s->end_tick = bar_ticks * bars;
    s->tempos = ARENA_ARRAY(a, struct score_tempo, 1);
    s->metres = ARENA_ARRAY(a, struct score_metre, 1);
    s->keys = ARENA_ARRAY(a, struct score_key, 1);
    s->tempo_count = s->metre_count = s->key_count = 1;
    s->tempos[0].bpm = 10 + bytes_take(b, 990);
    s->metres[0] = (struct score_metre){ 0, (uint8_t)numerator, (uint8_t)denominator };
    s->keys[0].fifths = (int)bytes_take(b, 15) - 7;
    s->keys[0].is_minor = bytes_take(b, 2);
    s->part_count = 1 + bytes_take(b, 6);
    s->parts = ARENA_ARRAY(a, struct score_part, s->part_count);
    for (size_t i = 0; i < s->part_count; i++) {
        struct score_part *p = &s->parts[i];
        bool is_kit = bytes_take(b, 4) == 0;

        p->id = ids[i];
        p->name = "Part & parcel";
        p->role = is_kit ? ROLE_DRUMS : (enum score_role)(ROLE_BASS + bytes_take(b, ROLE_COUNT - ROLE_BASS));
        p->channel = is_kit ? 9 : (uint8_t)i;
        p->bank = is_kit ? 128 : 0;
        p->program = is_kit ? 0 : (uint8_t)bytes_take(b, 128);
        part_fill(b, a, p, s->end_tick);
    }
    ASSERT(score_fault(s) == NULL);
    return s;
}

static size_t number(const unsigned char *at, int bytes)
{
    size_t out = 0;

    for (int i = 0; i < bytes; i++)
        out = out << 8 | at[i];
    return out;
}

/* RP-001: a header of six bytes, then so many tracks, each as long as it says, the last event of each its end. */
static void midi_check(const unsigned char *at, size_t len, size_t parts)
{
    size_t tracks, used = 14;

    ASSERT(len > 14 && memcmp(at, "MThd", 4) == 0 && number(at + 4, 4) == 6 && number(at + 8, 2) == 1);
    tracks = number(at + 10, 2);
    ASSERT(tracks == parts + 1 && number(at + 12, 2) == SCORE_PPQ);
    for (; tracks > 0; tracks--) {
        size_t size;

        ASSERT(len - used >= 12 && memcmp(at + used, "MTrk", 4) == 0);
        size = number(at + used + 4, 4);
        used += 8;
        ASSERT(size >= 4 && size <= len - used);
        used += size;
        ASSERT(memcmp(at + used - 3, "\xff\x2f\x00", 3) == 0);
    }
    ASSERT(used == len);
}

void fuzz_scores(struct arena *a, const char *data, size_t len)
{
    struct bytes b = { (const unsigned char *)data, len };
    int numerator = 1 + (int)bytes_take(&b, 12), bars = 1 + (int)bytes_take(&b, 40);
    struct score *s = fuzz_score(&b, a, numerator * SCORE_PPQ, bars, numerator, 4);
    struct error e = { .code = ERROR_NONE };
    unsigned char *out, *again;
    size_t out_len, again_len;

    ASSERT(midi_bytes(s, NULL, a, &out, &out_len, &e));
    midi_check(out, out_len, s->part_count);
    ASSERT(midi_bytes(s, NULL, a, &again, &again_len, &e) && again_len == out_len && memcmp(out, again, out_len) == 0);
    if (s->parts[0].note_count > 0) {
        s->parts[0].notes[0].velocity = 0;
        ASSERT(!midi_bytes(s, NULL, a, &out, &out_len, &e) && e.code == ERROR_INPUT);
    }
}

/* Every element that is opened is closed, in the right order; text has no bare & and no control characters. */
static void xml_check(const char *text)
{
    const char *open[DEPTH_MAX] = { NULL };
    size_t depth = 0, elements = 0;

    for (const char *at = text; *at != '\0';) {
        size_t name_len;
        const char *end;

        if (*at != '<') {
            ASSERT((unsigned char)*at >= 0x20 || strchr("\t\r\n", *at) != NULL);
            ASSERT(*at != '>' && (*at != '&' || strcspn(at, ";") < 8));
            at++;
            continue;
        }
        end = strchr(at, '>');
        ASSERT(end != NULL);
        name_len = strcspn(at + 1, " />\n");
        if (at[1] == '/') {
            ASSERT(depth > 0);
            depth--;
            ASSERT(strncmp(open[depth], at + 2, (size_t)(end - at - 2)) == 0 &&
                   strchr(" >\n", open[depth][end - at - 2]) != NULL);
        } else if (at[1] != '?' && at[1] != '!' && end[-1] != '/') {
            ASSERT(depth < DEPTH_MAX && name_len > 0);
            open[depth++] = at + 1;
            elements++;
        }
        at = end + 1;
    }
    ASSERT(depth == 0 && elements > 0);
}

static void chords_fill(struct bytes *b, struct arena *a, struct timeline *t)
{
    int count = 1 + (int)bytes_take(b, (unsigned)t->bars);
    int32_t start = 0;

    t->chords.items = ARENA_ARRAY(a, struct timeline_chord, (size_t)count);
    for (int i = 0; i < count; i++) {
        struct timeline_chord *c = &t->chords.items[t->chords.count++];

        c->start_tick = start;
        c->end_tick = start = i + 1 == count ? t->end_tick : (int32_t)((int64_t)t->end_tick * (i + 1) / count / 120 * 120);
        c->chord = (struct chord){ .root = { "CDEFGAB"[bytes_take(b, 7)], (int8_t)((int)bytes_take(b, 3) - 1) },
                                   .quality = (enum chord_quality)bytes_take(b, CHORD_QUALITY_COUNT) };
    }
}

static void melody_fill(struct bytes *b, struct arena *a, struct timeline *t)
{
    unsigned count = bytes_take(b, NOTES_MAX);
    int32_t tick = 0;

    t->melody.items = ARENA_ARRAY(a, struct timeline_note, NOTES_MAX);
    for (unsigned i = 0; i < count && b->left > 0; i++) {
        int32_t start = tick + (int32_t)bytes_take(b, 9) * 60, end = start + 60 * (1 + (int32_t)bytes_take(b, 40));

        if (end > t->end_tick)
            return;
        t->melody.items[t->melody.count++] = (struct timeline_note){ start, end, (uint8_t)(36 + bytes_take(b, 60)), 0, i == 0 };
        tick = end;
    }
}

static struct timeline *timeline_of(struct bytes *b, struct arena *a, struct metre metre, int bars)
{
    struct timeline *t = ARENA_NEW(a, struct timeline);

    t->metre = metre;
    t->bpm = 40 + bytes_take(b, 260);
    t->bars = bars;
    t->bar_ticks = metre_bar_ticks(metre);
    t->end_tick = t->hold_tick = t->bar_ticks * bars;
    t->key = (struct key){ { "CDEFGAB"[bytes_take(b, 7)], 0 }, (enum mode)bytes_take(b, MODE_COUNT) };
    t->keys.items = ARENA_ARRAY(a, struct timeline_key, 1);
    t->keys.items[0].key = t->key;
    t->keys.count = 1;
    t->tempos.items = ARENA_ARRAY(a, struct score_tempo, 1);
    t->tempos.items[0].bpm = t->bpm;
    t->tempos.count = 1;
    t->sections.items = ARENA_ARRAY(a, struct timeline_section, 1);
    t->sections.items[0] = (struct timeline_section){ .type = "verse", .label = "Verse <1>", .bars = bars, .end_tick = t->end_tick,
                                                      .energy = 0.5, .tune_end_tick = t->end_tick };
    t->sections.count = 1;
    chords_fill(b, a, t);
    melody_fill(b, a, t);
    return t;
}

void fuzz_sheets(struct arena *a, const char *data, size_t len)
{
    static const struct metre metres[] = { { 4, 4 }, { 3, 4 }, { 6, 8 }, { 5, 4 }, { 7, 8 }, { 2, 4 }, { 12, 8 } };
    struct bytes b = { (const unsigned char *)data, len };
    struct metre metre = metres[bytes_take(&b, sizeof(metres) / sizeof(metres[0]))];
    struct song_spec spec = { .title = "A & B <c>", .artist_name = "夜" };
    struct rhythm_spec rhythm = { .swing_percent = 50 + bytes_take(&b, 26), .swing_unit = bytes_take(&b, 2) ? 8 : 16 };
    struct timeline *t = timeline_of(&b, a, metre, 1 + (int)bytes_take(&b, 12));
    struct song song = { .song_spec = &spec, .rhythm_spec = &rhythm };
    size_t text_len;
    const char *text;

    song.score = fuzz_score(&b, a, t->bar_ticks, t->bars, metre.numerator, metre.denominator);
    text = musicxml_score(&song, t, a, &text_len);
    ASSERT(text != NULL && strlen(text) == text_len);
    xml_check(text);
    text = musicxml_lead_sheet(&song, t, a, &text_len);
    ASSERT(text != NULL && strlen(text) == text_len);
    xml_check(text);
}
