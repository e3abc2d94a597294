/* Grooves written for 4/4 carried over to other metres: whole beats are kept, left out or repeated, so that what
 * stands on the downbeat and on the backbeat stays there. */
#include "song/steps.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BEATS_MAX = 32, TEXT_MAX = 2048 };

struct text {
    char data[TEXT_MAX];
    size_t len;
};

static void text_add(struct text *t, char c)
{
    if (t->len + 1 < sizeof(t->data))
        t->data[t->len++] = c;
}

/* Which beat (0–3) of the 4/4 bar each beat of the new bar takes: fours first, then what is left over as a group of
 * three (down, back, back), two (down, back) or one. */
static int beats_map(int beats, int *map)
{
    static const int rest[4][3] = { { 0 }, { 3 }, { 0, 1 }, { 0, 1, 3 } };
    int count = 0;

    if (beats > BEATS_MAX)
        beats = BEATS_MAX;
    if (beats == 5) { /* 3 + 2 */
        memcpy(map, (const int[]){ 0, 1, 3, 2, 3 }, 5 * sizeof(int));
        return 5;
    }
    while (beats - count >= 4)
        for (int i = 0; i < 4; i++)
            map[count++] = i;
    for (int i = 0, left = beats - count; i < left; i++)
        map[count++] = rest[left][i];
    return count;
}

/* Steps of one bar of `steps` characters; a compound beat keeps the first, third and fourth of four sixteenths. */
static void characters_adapt(const char *steps, int count, int numerator, int denominator, struct text *out)
{
    bool compound = denominator >= 8 && numerator % 3 == 0;
    int map[BEATS_MAX];
    int per_beat = count / 4;

    if (compound) {
        static const int of_four[3] = { 0, 2, 3 };
        int beats = beats_map(numerator / 3, map);

        for (int b = 0; b < beats; b++)
            for (int i = 0; i < 3; i++) {
                char c = per_beat == 4 ? steps[map[b] * 4 + of_four[i]]
                                       : steps[map[b] * per_beat + i * per_beat / 3];

                text_add(out, c == '-' && out->len == 0 ? '.' : c);
                text_add(out, c == '-' ? '-' : '.');
            }
    } else if (denominator >= 8) { /* an odd number of eighths: quarter beats and a half one at the end */
        int eighths = numerator * 8 / denominator;
        int beats = beats_map(eighths / 2, map);
        int half = (per_beat + 1) / 2;

        for (int b = 0; b < beats; b++)
            for (int i = 0; i < per_beat / 2 * 2; i++)
                text_add(out, steps[map[b] * per_beat + i]);
        for (int i = 0; i < half && eighths % 2 == 1; i++)
            text_add(out, i < per_beat / 2 ? steps[3 * per_beat + i] : '.');
    } else {
        int beats = beats_map(numerator * 4 / denominator, map);

        for (int b = 0; b < beats; b++)
            for (int i = 0; i < per_beat; i++)
                text_add(out, steps[map[b] * per_beat + i]);
    }
}

/* Degrees move with their beat; the lengths are left to be derived, so that nothing is tied over a missing beat. */
static void degrees_adapt(const char *text, size_t bar, int numerator, int denominator, struct text *out)
{
    static const char *const words[] = { [DEGREE_ROOT] = "r",  [DEGREE_BASS] = "1",    [DEGREE_THIRD] = "3",
                                         [DEGREE_FIFTH] = "5", [DEGREE_SIXTH] = "6",   [DEGREE_SEVENTH] = "7",
                                         [DEGREE_OCTAVE] = "8", [DEGREE_FIFTH_BELOW] = "5-",
                                         [DEGREE_APPROACH] = "a", [DEGREE_NEXT] = "n",
                                         [DEGREE_SECOND] = "2", [DEGREE_FOURTH] = "4" };
    bool compound = denominator >= 8 && numerator % 3 == 0;
    int32_t bar_ticks = 1920 * numerator / denominator, beat_ticks = compound ? 720 : 480;
    int map[BEATS_MAX];
    int beats = beats_map((int)(bar_ticks + beat_ticks - 1) / beat_ticks, map);
    struct steps_bar in;

    if (steps_read(NOTATION_DEGREES, text, bar, 1920, &in) != NULL)
        return;
    for (int b = 0; b < beats; b++)
        for (size_t i = 0; i < in.count; i++) {
            const struct step_event *event = &in.events[i];
            int32_t within = event->tick - map[b] * 480, at;
            char word[32];

            if (within < 0 || within >= 480)
                continue;
            at = b * beat_ticks + (compound ? (within >= 360 ? 480 : within >= 240 ? 240 : 0) : within);
            if (at >= bar_ticks || (compound && within % 240 != 0 && within != 360))
                continue;
            snprintf(word, sizeof(word), "%s%s@%g%s", out->len > 0 && out->data[out->len - 1] != '|' ? " " : "",
                     words[event->value], at / 120.0, event->level == 9 ? "!" : event->level == 2 ? "g" : "");
            for (const char *c = word; *c != '\0'; c++)
                text_add(out, *c);
        }
    if (in.word != BASS_WORD_NONE)
        for (const char *c = bass_word_names[in.word]; *c != '\0'; c++)
            text_add(out, *c);
}

/* Two bars of 2/4 for each of 4/4; one when both halves are the same throughout. */
static void halves_adapt(const char *text, struct text *out)
{
    size_t bars = steps_bars(text);
    char steps[STEPS_BAR_MAX + 1];
    bool is_one = bars == 1;

    if (is_one) {
        int half = steps_copy(text, 0, steps) / 2;

        is_one = memcmp(steps, steps + half, (size_t)half) == 0;
    }
    for (size_t bar = 0; bar < bars; bar++) {
        int count = steps_copy(text, bar, steps);

        for (int i = 0; i < (is_one ? count / 2 : count); i++) {
            if (i == count / 2 || (i == 0 && bar > 0))
                text_add(out, '|');
            text_add(out, steps[i]);
        }
    }
}

const char *steps_adapt(enum notation notation, const char *line, struct metre to, struct arena *a)
{
    int numerator = to.numerator, denominator = to.denominator;
    struct text out = { .len = 0 };
    const char *text = line;

    if (numerator == denominator)
        return line;
    if (notation == NOTATION_DRUMS && drum_voice_read(line, &text) != NULL)
        for (const char *c = line; c < text; c++)
            text_add(&out, *c);
    if (notation == NOTATION_DRUMS && numerator == 2 && denominator == 4) {
        halves_adapt(text, &out);
        return arena_strndup(a, out.data, out.len);
    }
    for (size_t bar = 0, bars = steps_bars(text); bar < bars; bar++) {
        char steps[STEPS_BAR_MAX];
        const char *from = text;
        int count = 0;

        if (bar > 0)
            text_add(&out, '|');
        if (notation == NOTATION_DEGREES) {
            degrees_adapt(text, bar, numerator, denominator, &out);
            continue;
        }
        for (size_t i = 0; i < bar; i++)
            from = strchr(from, '|') + 1;
        for (; *from != '\0' && *from != '|'; from++)
            if (!isspace((unsigned char)*from) && count < STEPS_BAR_MAX)
                steps[count++] = *from;
        if (count >= 4 && count % 4 == 0)
            characters_adapt(steps, count, numerator, denominator, &out);
    }
    return arena_strndup(a, out.data, out.len);
}
