#include "formats/voice.h"

#include <stdlib.h>
#include <string.h>

/* Puts a pitch into its place, or lengthens it when it is there. Returns its place; -1 when the stroke is full. */
static int pitch_add(struct stroke *s, uint8_t pitch, int32_t end)
{
    int place = 0;

    while (place < s->count && s->pitches[place] < pitch)
        place++;
    if (place < s->count && s->pitches[place] == pitch) {
        s->ends[place] = end > s->ends[place] ? end : s->ends[place];
        return place;
    }
    if (s->count == STROKE_PITCHES_MAX)
        return -1;
    for (int i = s->count; i > place; i--) {
        s->pitches[i] = s->pitches[i - 1];
        s->ends[i] = s->ends[i - 1];
    }
    s->pitches[place] = pitch;
    s->ends[place] = end;
    s->count++;
    return place;
}

static void stroke_add(struct stroke *s, const struct paper_note *note, const struct score_note *sounding)
{
    bool is_first = s->count == 0;

    pitch_add(s, note->pitch, note->end);
    if (is_first || sounding->start_tick < s->tick)
        s->tick = sounding->start_tick;
    if (sounding->len_ticks > s->len_ticks)
        s->len_ticks = sounding->len_ticks;
}

static bool has_pitch(const struct stroke *s, uint8_t pitch)
{
    for (int i = 0; i < s->count; i++)
        if (s->pitches[i] == pitch)
            return true;
    return false;
}

static uint32_t place_bit(const struct stroke *s, uint8_t pitch)
{
    for (int i = 0; i < s->count; i++)
        if (s->pitches[i] == pitch)
            return 1u << i;
    return 0;
}

/* What sounds on under the next stroke becomes part of it. */
static void hold_over(struct voice *v)
{
    for (size_t i = 0; i + 1 < v->count; i++) {
        struct stroke *s = &v->strokes[i], *next = s + 1;
        uint8_t held[STROKE_PITCHES_MAX];
        size_t count = 0;

        for (int j = 0; j < s->count; j++)
            if (s->ends[j] - next->start >= NOTATION_DIVISIONS / 2 && !has_pitch(next, s->pitches[j]) &&
                pitch_add(next, s->pitches[j], s->ends[j]) >= 0) {
                held[count++] = s->pitches[j];
                s->held_on |= 1u << j;
            }
        for (size_t j = 0; j < count; j++)
            next->held_back |= place_bit(next, held[j]);
    }
}

static int32_t longest(const struct stroke *s)
{
    int32_t end = s->start;

    for (int i = 0; i < s->count; i++)
        end = s->ends[i] > end ? s->ends[i] : end;
    return end;
}

static int32_t round_up(int32_t value, int32_t step)
{
    return (value + step - 1) / step * step;
}

/* What stands on paper for a sound that ends at `end` when the next stroke comes at `next`. */
static int32_t written_end(int32_t start, int32_t end, int32_t next)
{
    int32_t sounds = end - start, room = next - start, eighth = NOTATION_DIVISIONS / 2;
    int32_t nearest;

    if (end >= next || next - end <= eighth / 2)
        return next;
    if (room <= 2 * eighth && sounds * 20 >= room * 9)
        return next;
    if (next - end <= eighth && sounds * 10 >= room * 7)
        return next;
    /* Short notes are written as eighths, or as what is left of them; longer ones end on the eighths. */
    nearest = sounds < eighth ? round_up(start + 1, eighth) : (end + eighth / 2) / eighth * eighth;
    if (nearest <= start)
        nearest = start + eighth;
    return nearest < next ? nearest : next;
}

/* Beats with a stroke at a place that only division by three has. */
static bool *ternary_beats(const struct voice *v, int32_t song_end, struct arena *a)
{
    bool *out = ARENA_ARRAY(a, bool, (size_t)(song_end / NOTATION_DIVISIONS) + 2);

    for (size_t i = 0; i < v->count; i++)
        if (v->strokes[i].start % 3 != 0)
            out[v->strokes[i].start / NOTATION_DIVISIONS] = true;
    return out;
}

static void end_sustained(struct voice *v, int32_t song_end, struct arena *a)
{
    const bool *is_ternary = ternary_beats(v, song_end, a);

    for (size_t i = 0; i < v->count; i++) {
        struct stroke *s = &v->strokes[i];
        int32_t next = i + 1 < v->count ? s[1].start : song_end, sounds_to = longest(s);
        int32_t end = written_end(s->start, sounds_to < song_end ? sounds_to : song_end, next), written_ticks;

        if (end < next && is_ternary[end / NOTATION_DIVISIONS])
            end = round_up(end, NOTATION_DIVISIONS / 3);
        s->end = end < next ? end : next;
        written_ticks = (s->end - s->start) * DIVISION_TICKS;
        s->is_short = s->len_ticks * 20 < written_ticks * 9 && written_ticks <= SCORE_PPQ;
    }
}

static void end_struck(struct stroke *strokes, size_t count, int32_t song_end, struct metre metre)
{
    int32_t bar = metre_bar_ticks(metre) / DIVISION_TICKS, pulse = metre_pulse_ticks(metre) / DIVISION_TICKS;

    if (pulse > 36) /* half notes */
        pulse = NOTATION_DIVISIONS;
    for (size_t i = 0; i < count; i++) {
        struct stroke *s = &strokes[i];
        int32_t next = i + 1 < count ? strokes[i + 1].start : song_end, line = s->start / bar * bar;
        int32_t beat = line + (s->start - line) / pulse * pulse + pulse;

        s->end = next < beat ? next : beat;
    }
}

struct voice voice_make(const struct paper_note *paper, const struct score_note *notes, size_t count,
                        enum voice_style style, struct metre metre, int32_t end_tick, voice_filter takes,
                        const void *arg, struct arena *a)
{
    struct voice v = { .strokes = ARENA_ARRAY(a, struct stroke, count + 1) };

    for (size_t i = 0; i < count; i++) {
        struct stroke *s = &v.strokes[v.count];

        if (takes != NULL && !takes(arg, &paper[i]))
            continue;
        if (v.count > 0 && s[-1].start == paper[i].start)
            s--;
        else
            v.count++;
        s->start = paper[i].start;
        stroke_add(s, &paper[i], &notes[paper[i].index]);
    }
    if (style == VOICE_HELD)
        hold_over(&v);
    if (style == VOICE_STRUCK)
        end_struck(v.strokes, v.count, end_tick / DIVISION_TICKS, metre);
    else
        end_sustained(&v, end_tick / DIVISION_TICKS, a);
    return v;
}

void voice_sing(struct voice *v, const struct score_lyric *lyrics, size_t count)
{
    bool joins = false;
    size_t at = 0;

    for (size_t i = 0; i < count && v->count > 0; i++) {
        size_t len = strlen(lyrics[i].syllable);

        while (at + 1 < v->count &&
               abs(v->strokes[at + 1].tick - lyrics[i].tick) <= abs(v->strokes[at].tick - lyrics[i].tick))
            at++;
        if (v->strokes[at].syllable == NULL) {
            v->strokes[at].syllable = lyrics[i].syllable;
            v->strokes[at].joins_before = joins;
            joins = len > 1 && lyrics[i].syllable[len - 1] == '-';
        }
    }
}
