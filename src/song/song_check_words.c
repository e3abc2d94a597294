/* Words and voice stand in ticks, where the tune has its notes; when the tune or the sections move, they must too. */
#include <ctype.h>
#include <string.h>

#include "song/arrangement_spec.h"
#include "song/lyric_spec.h"
#include "song/song_check.h"
#include "song/song_spec.h"
#include "song/timeline.h"
#include "song/vocal_spec.h"

enum { NEAR_TICKS = 10 }; /* lengths in four decimals do not always meet the tick */

struct words {
    const struct song *song;
    const struct timeline *timeline;  /* NULL while harmony or arrangement are missing */
    struct arena *arena;
    struct problems *problems;
};

static const struct timeline_note *note_at(const struct timeline *t, int32_t tick)
{
    for (size_t i = 0; i < t->melody.count; i++)
        if (t->melody.items[i].start_tick >= tick - NEAR_TICKS && t->melody.items[i].start_tick <= tick + NEAR_TICKS)
            return &t->melody.items[i];
    return NULL;
}

static bool has_label(const struct words *w, const char *label)
{
    const struct arrangement_spec *spec = w->song->arrangement_spec;
    bool is_there = spec == NULL || label == NULL;

    for (size_t i = 0; !is_there && i < spec->sections.count; i++)
        is_there = spec->sections.items[i].label == NULL || strcmp(spec->sections.items[i].label, label) == 0;
    return is_there;
}

static void check_label(const struct words *w, const char *pointer, const char *label)
{
    if (!has_label(w, label))
        problem_add(w->problems, pointer, "no section of arrangement_spec is called '%.60s'", label);
}

/* ---- the voice ---- */

static void check_line(const struct words *w, const char *pointer, const struct vocal_note *notes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *here = json_pointer_add_index(w->arena, pointer, i);

        if (i > 0 && notes[i].tick < notes[i - 1].tick + notes[i - 1].len_ticks)
            problem_add(w->problems, json_pointer_add(w->arena, here, "tick"),
                        "expected %d or later, where the note before ends: one voice sings one note at a time, not %d",
                        notes[i - 1].tick + notes[i - 1].len_ticks, notes[i].tick);
        if (w->timeline != NULL && notes[i].tick + notes[i].len_ticks > w->timeline->end_tick)
            problem_add(w->problems, json_pointer_add(w->arena, here, "tick"),
                        "the note ends at tick %lld, after the end of the song at %d",
                        (long long)notes[i].tick + notes[i].len_ticks, w->timeline->end_tick);
    }
}

/* The voice sings the tune, so that a tune that was changed is heard. */
static void check_against_tune(const struct words *w, const struct vocal_spec *vocal)
{
    const struct timeline *t = w->timeline;
    int shift = vocal->key != NULL ? timeline_transposition(t, vocal->key) : t->melody_shift;

    for (size_t i = 0; i < vocal->notes.count; i++) {
        const struct vocal_note *sung = &vocal->notes.items[i];
        const struct timeline_note *note = note_at(t, sung->tick);
        const char *here = json_pointer_add_index(w->arena, "/vocal_spec/notes", i);

        if (note == NULL)
            problem_add(w->problems, json_pointer_add(w->arena, here, "tick"),
                        "the tune has no note at tick %d; leave vocal_spec out and the vocalist writes it anew", sung->tick);
        else if (pitch_class_of(note->pitch - sung->pitch - shift) != 0)
            problem_add(w->problems, json_pointer_add(w->arena, here, "pitch"),
                        "expected the tune's note %d in some octave, not %d; leave vocal_spec out and the vocalist writes it anew",
                        note->pitch - shift, sung->pitch);
    }
}

static void check_voice(const struct words *w, const struct vocal_spec *vocal)
{
    static const char notes_at[] = "/vocal_spec/notes", harmonies_at[] = "/vocal_spec/harmonies";

    if (w->song->song_spec->has_vocals != 1 && vocal->notes.count > 0)
        problem_add(w->problems, notes_at, "expected none, as song_spec does not say that there are vocals");
    if (vocal->has_harmonies != 1 && vocal->harmonies.count > 0)
        problem_add(w->problems, harmonies_at, "expected none, as has_harmonies is false");
    for (size_t i = 0; i < vocal->sections.count; i++)
        check_label(w, json_pointer_add_index(w->arena, "/vocal_spec/sections", i), vocal->sections.items[i]);
    check_line(w, notes_at, vocal->notes.items, vocal->notes.count);
    check_line(w, harmonies_at, vocal->harmonies.items, vocal->harmonies.count);
    for (size_t i = 0; i < vocal->notes.count; i++)
        if (vocal->notes.items[i].pitch < vocal->lowest_pitch || vocal->notes.items[i].pitch > vocal->highest_pitch)
            problem_add(w->problems, json_pointer_add(w->arena, json_pointer_add_index(w->arena, notes_at, i), "pitch"),
                        "expected a pitch from %d to %d, the range of the voice, not %d", vocal->lowest_pitch,
                        vocal->highest_pitch, vocal->notes.items[i].pitch);
    if (w->timeline != NULL && w->song->melody_spec != NULL)
        check_against_tune(w, vocal);
}

/* ---- the words ---- */

static const char *letters_of(struct arena *a, const char *text)
{
    char *out = arena_strdup(a, text), *to = out;

    for (const char *from = text; *from != '\0'; from++)
        if (isalnum((unsigned char)*from) || (unsigned char)*from >= 128)
            *to++ = (char)tolower((unsigned char)*from);
    *to = '\0';
    return out;
}

/* The line as it is sung is the line as it is read. */
static void check_spelling(const struct words *w, const struct lyric_line *line, const char *pointer)
{
    const char *sung = "";

    for (size_t i = 0; i < line->syllables.count; i++)
        sung = arena_printf(w->arena, "%s%s", sung, letters_of(w->arena, line->syllables.items[i].text));
    if (line->syllables.count > 0 && strcmp(sung, letters_of(w->arena, line->text)) != 0)
        problem_add(w->problems, json_pointer_add(w->arena, pointer, "syllables"),
                    "the syllables do not read '%.80s'; change text and syllables together", line->text);
}

static void check_syllable(const struct words *w, const struct lyric_line *line, size_t index, const char *pointer)
{
    const struct lyric_syllable *in = &line->syllables.items[index];
    const char *here = json_pointer_add(w->arena, json_pointer_add_index(w->arena, pointer, index), "tick");
    const struct timeline_section *section;

    if (w->timeline == NULL)
        return;
    if (in->tick >= w->timeline->end_tick) {
        problem_add(w->problems, here, "expected a tick before the end of the song, %d, not %d", w->timeline->end_tick, in->tick);
        return;
    }
    section = timeline_section_at(w->timeline, in->tick);
    if (line->section_label != NULL && strcmp(section->label, line->section_label) != 0)
        problem_add(w->problems, here, "tick %d is in '%.60s', the line is for '%.60s'; leave lyric_spec out and the lyricist "
                    "writes anew", in->tick, section->label, line->section_label);
    else if (w->song->melody_spec != NULL && note_at(w->timeline, in->tick) == NULL)
        problem_add(w->problems, here, "no note of the tune begins at tick %d for the syllable '%.40s'", in->tick, in->text);
}

static void check_lyrics(const struct words *w, const struct lyric_spec *lyrics)
{
    for (size_t i = 0; i < lyrics->lines.count; i++) {
        const struct lyric_line *line = &lyrics->lines.items[i];
        const char *here = json_pointer_add_index(w->arena, "/lyric_spec/lines", i);
        const char *syllables = json_pointer_add(w->arena, here, "syllables");

        check_label(w, json_pointer_add(w->arena, here, "section_label"), line->section_label);
        check_spelling(w, line, here);
        for (size_t k = 0; k < line->syllables.count; k++)
            check_syllable(w, line, k, syllables);
    }
}

void song_check_words(const struct song *s, struct arena *a, struct problems *problems)
{
    struct words w = { .song = s, .arena = a, .problems = problems };
    struct timeline *timeline = ARENA_NEW(a, struct timeline);

    if (s->arrangement_spec != NULL && s->harmony_spec != NULL) {
        if (!timeline_make(s, timeline, a, problems))
            return;
        w.timeline = timeline;
    }
    if (s->lyric_spec != NULL)
        check_lyrics(&w, s->lyric_spec);
    if (s->vocal_spec != NULL)
        check_voice(&w, s->vocal_spec);
}
