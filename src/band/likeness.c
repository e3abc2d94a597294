#include "band/likeness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "song/song_spec.h"

enum { GROUP = 4, SIEVE_BITS = 4096, NOTE_TEXT = 16, LINE_BREAK_BARS = 1, TICKS_MAX = 1 << 20 };

const char *likeness_text(const struct timeline *t, struct arena *a)
{
    size_t size = (LIKENESS_NOTES_MAX + 1) * NOTE_TEXT, len = 0, written = 0;
    char *text = arena_alloc(a, size);
    const struct timeline_note *before = NULL;

    for (size_t i = 0; i < t->melody.count && written < LIKENESS_NOTES_MAX; i++) {
        const struct timeline_note *n = &t->melody.items[i];

        if (t->sections.items[n->section].occurrence > 0)
            continue;
        if (before != NULL) {
            bool parted = n->start_tick - before->end_tick > LINE_BREAK_BARS * t->bar_ticks;

            len += (size_t)snprintf(text + len, size - len, "%s%s%+d:%d", len > 0 ? " " : "", parted ? "| " : "",
                                    n->pitch - before->pitch, (int)(n->start_tick - before->start_tick));
            written++;
        }
        before = n;
    }
    return text;
}

static size_t notes_in(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == ':';
    return count < LIKENESS_NOTES_MAX ? count : LIKENESS_NOTES_MAX;
}

struct earlier_tune likeness_read(const char *text, const char *title, const char *made, const char *song,
                                  struct arena *a)
{
    struct earlier_note *notes = ARENA_ARRAY(a, struct earlier_note, notes_in(text));
    struct earlier_tune tune = { .title = title, .made = made, .song = song, .notes = notes };
    bool starts_line = true;

    while (*text != '\0' && tune.count < LIKENESS_NOTES_MAX) {
        char *end;
        long interval, ticks;

        text += strspn(text, " ");
        if (*text == '|') {
            starts_line = true;
            text++;
            continue;
        }
        interval = strtol(text, &end, 10);
        if (end == text || *end != ':' || interval < -127 || interval > 127)
            break;
        text = end + 1;
        ticks = strtol(text, &end, 10);
        if (end == text || ticks <= 0 || ticks > TICKS_MAX)
            break;
        text = end;
        notes[tune.count++] = (struct earlier_note){ (int8_t)interval, starts_line, (int32_t)ticks };
        starts_line = false;
    }
    return tune;
}

const char *likeness_song(const struct song *song, struct arena *a)
{
    const struct song_spec *spec = song->song_spec;

    return arena_printf(a, "%s %lld %s", spec->genre_id != NULL ? spec->genre_id : "", (long long)spec->random_seed,
                        spec->title != NULL ? spec->title : "");
}

/* a:b as c:d, each to an eighth part. */
static bool proportions_agree(int32_t a, int32_t b, int32_t c, int32_t d)
{
    int64_t left = (int64_t)a * d, right = (int64_t)c * b;

    return 8 * llabs(left - right) <= right;
}

/* Notes i and j agree when the steps that lead to them do; a line's first step has no time before it to compare. */
static bool step_agrees(const struct earlier_note *a, size_t i, const struct earlier_note *b, size_t j, bool first)
{
    if (a[i].interval != b[j].interval)
        return false;
    return first || (!a[i].starts_line && !b[j].starts_line &&
                     proportions_agree(a[i].ticks, a[i - 1].ticks, b[j].ticks, b[j - 1].ticks));
}

/* Proportions are left out of the sieve: at its edges they would part what agrees. */
static uint32_t group_bit(const struct earlier_note *n)
{
    uint32_t key = 0;

    for (int i = 0; i < GROUP; i++)
        key = key * 31 + (uint8_t)n[i].interval;
    return key * UINT32_C(2654435761) >> 20;
}

static bool has_group(const struct earlier_note *n, size_t at, size_t count)
{
    if (at + GROUP > count)
        return false;
    for (size_t i = at + 1; i < at + GROUP; i++)
        if (n[i].starts_line)
            return false;
    return true;
}

/* The melody in the form of what is remembered. */
static struct earlier_tune steps_of(const struct timeline_note *notes, size_t count, struct arena *a)
{
    struct earlier_note *out = ARENA_ARRAY(a, struct earlier_note, count);
    struct earlier_tune tune = { .notes = out };

    for (size_t i = 1; i < count; i++)
        out[tune.count++] = (struct earlier_note){
            (int8_t)(notes[i].pitch - notes[i - 1].pitch),
            i == 1 || notes[i].start_tick - notes[i - 1].end_tick > LINE_BREAK_BARS * 4 * METRE_PPQ,
            notes[i].start_tick - notes[i - 1].start_tick
        };
    return tune;
}

static size_t run_length(const struct earlier_tune *a, size_t i, const struct earlier_tune *b, size_t j)
{
    size_t n = 0;

    while (i + n < a->count && j + n < b->count && step_agrees(a->notes, i + n, b->notes, j + n, n == 0))
        n++;
    return n;
}

static bool has_three_pitches(const struct earlier_note *n, size_t count)
{
    int pitch = 0, other = 0, pitches = 1;

    for (size_t i = 0; i < count && pitches < 3; i++) {
        pitch += n[i].interval;
        if (pitch == 0 || (pitches == 2 && pitch == other))
            continue;
        other = pitch;
        pitches++;
    }
    return pitches >= 3;
}

struct sieve {
    uint64_t words[SIEVE_BITS / 64];
    uint16_t *next, head[SIEVE_BITS];   /* the places of each group, 1-based */
};

static struct sieve *sieve_make(const struct earlier_tune *tune, struct arena *a)
{
    struct sieve *s = ARENA_NEW(a, struct sieve);

    s->next = ARENA_ARRAY(a, uint16_t, tune->count + 1);
    for (size_t i = 0; i < tune->count && i < UINT16_MAX; i++)
        if (has_group(tune->notes, i, tune->count)) {
            uint32_t bit = group_bit(&tune->notes[i]);

            s->words[bit / 64] |= UINT64_C(1) << bit % 64;
            s->next[i] = s->head[bit];
            s->head[bit] = (uint16_t)(i + 1);
        }
    return s;
}

struct likeness likeness_find(const struct timeline_note *notes, size_t count, const struct earlier_tunes *earlier,
                              const char *song, struct arena *a)
{
    struct likeness found = { 0 };
    struct earlier_tune mine;
    const struct sieve *sieve;

    if (earlier == NULL || earlier->count == 0 || count <= GROUP)
        return found;
    mine = steps_of(notes, count, a);
    sieve = sieve_make(&mine, a);
    for (size_t k = 0; k < earlier->count; k++) {
        const struct earlier_tune *other = &earlier->items[k];

        if (other->song != NULL && song != NULL && strcmp(other->song, song) == 0)
            continue;
        for (size_t j = 0; j + GROUP <= other->count; j++) {
            uint32_t bit = group_bit(&other->notes[j]);

            if (!has_group(other->notes, j, other->count) || !(sieve->words[bit / 64] >> bit % 64 & 1))
                continue;
            for (size_t i = sieve->head[bit]; i > 0; i = sieve->next[i - 1]) {
                size_t run = run_length(&mine, i - 1, other, j);

                if (run >= GROUP && run + 1 > found.notes && has_three_pitches(&mine.notes[i - 1], run))
                    found = (struct likeness){ run + 1, other };
            }
        }
    }
    return found;
}
