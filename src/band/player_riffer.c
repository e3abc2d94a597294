/*
 * Riffs: degrees at slots, the same for every riffer of the band, guitars and bass in unison. The groove is that of the
 * first guitar among them that plays in the section, else the bass's own. An accented degree is a power chord, a plain
 * one a single note, a ghost a palm-muted one; a bass plays single notes only. Besides the chord's own tones a riff has
 * the second and fourth of the chord's scale, and its seventh below the root.
 */
#include "band/players.h"

enum { MUTED_TICKS = 84, ACCENT = 9, GHOST = 2 };

static const struct rhythm_part *leading_groove(const struct performer *p, const struct bar *bar)
{
    const struct stage *stage = p->all->stage;
    const struct rhythm_part *of_bass = NULL;

    for (size_t i = 0; bar->rhythm != NULL && i < stage->parts.count; i++) {
        const struct stage_part *other = &stage->parts.items[i];
        const struct rhythm_part *groove = rhythm_part_find(bar->rhythm, other->id);

        if (other->genre->player != PLAYER_RIFFER || groove == NULL || groove->lines.count == 0 ||
            !stage_plays(p->all->session, stage, other, bar->section))
            continue;
        if (other->role != ROLE_BASS)
            return groove;
        of_bass = of_bass != NULL ? of_bass : groove;
    }
    return of_bass;
}

static int scale_pitch(const struct performer *p, const struct chord *c, int pitch, int steps)
{
    return scale_step(chord_scale(c, p->key), pitch, steps);
}

static int degree_pitch(const struct performer *p, int degree, const struct chord *c, const struct chord *next)
{
    int root_class = pitch_class_of(pitch_class(c->root)), semitones = -1, pitch;
    int root = pitch_near(root_class, p->low + 5, p->low, p->low + 11);

    switch ((enum degree)degree) {
    case DEGREE_SECOND:
        return scale_pitch(p, c, root, 1);
    case DEGREE_THIRD:
        semitones = chord_degree_semitones(c, 3);
        return semitones > 0 ? root + semitones : scale_pitch(p, c, root, 2);
    case DEGREE_FOURTH:
        return scale_pitch(p, c, root, 3);
    case DEGREE_SIXTH:
        return scale_pitch(p, c, root, 5);
    case DEGREE_SEVENTH:
        pitch = scale_pitch(p, c, root, -1);
        return pitch >= p->low ? pitch : pitch + 12;
    case DEGREE_FIFTH:
    case DEGREE_FIFTH_BELOW:
        semitones = chord_degree_semitones(c, 5);
        pitch = root + (semitones > 0 ? semitones : 7);
        return degree == DEGREE_FIFTH_BELOW && pitch - 12 >= p->low ? pitch - 12 : pitch;
    case DEGREE_OCTAVE:
        return root + 12;
    case DEGREE_APPROACH:
        pitch = pitch_near(pitch_class_of(pitch_class(next->root)), p->low + 5, p->low, p->low + 11);
        return pitch == root ? scale_pitch(p, c, root, 1) : scale_pitch(p, c, pitch, pitch > root ? -1 : 1);
    case DEGREE_NEXT:
        return pitch_near(pitch_class_of(pitch_class(next->root)), p->low + 5, p->low, p->low + 11);
    case DEGREE_ROOT:
    case DEGREE_BASS:
        break;
    }
    return root;
}

static void note_strike(struct performer *p, int pitch, int fifth, int32_t tick, int32_t len_ticks, int level)
{
    bool is_guitar = p->part->role != ROLE_BASS;

    if (level == GHOST && is_guitar && len_ticks > MUTED_TICKS)
        len_ticks = MUTED_TICKS;
    performer_note(p, tick, len_ticks, pitch,
                   performer_velocity(p, level == GHOST ? 5 : level == ACCENT ? 8 : 7, tick));
    if (!is_guitar || level != ACCENT)
        return;
    performer_note_shifted(p, tick, len_ticks, pitch + fifth, performer_velocity(p, 7, tick), 2);
    if (performer_energy(p, tick) > 0.6)
        performer_note_shifted(p, tick, len_ticks, pitch + 12, performer_velocity(p, 7, tick) - 3, 4);
}

static void event_play(struct performer *p, int32_t tick, int32_t end, const struct step_event *event)
{
    const struct timeline *t = p->all->timeline;
    size_t index = performer_stroke_chord(p, tick, event->len_ticks, false);
    int degree = event->value;

    if (end > p->all->hold_tick)
        end = p->all->hold_tick;
    while (tick < end && index < t->chords.count) {
        const struct chord *c = &t->chords.items[index].chord;
        const struct chord *next = &t->chords.items[index + 1 < t->chords.count ? index + 1 : index].chord;
        int32_t until = t->chords.items[index].end_tick < end ? t->chords.items[index].end_tick : end;
        int fifth = chord_is_set(c) ? chord_degree_semitones(c, 5) : -1;

        if (until > tick && chord_is_set(c) && chord_is_set(next))
            note_strike(p, degree_pitch(p, degree, c, next), degree == DEGREE_BASS && fifth > 0 ? fifth : 7, tick,
                        until - tick, event->level);
        if (event->level == GHOST)
            return;
        tick = until > tick ? until : tick;
        degree = DEGREE_BASS; /* a chord that comes while the note is held is its root */
        index++;
    }
}

static void bar_play(struct performer *p, const struct bar *bar)
{
    const struct rhythm_part *groove = leading_groove(p, bar);
    struct steps_bar steps = bar->steps;

    if (groove != NULL && groove->notation == NOTATION_DEGREES &&
        steps_read(NOTATION_DEGREES, groove->lines.items[0], (size_t)bar->within, bar->len_ticks, &steps) != NULL)
        steps = bar->steps;
    for (size_t i = 0; i < steps.count; i++)
        event_play(p, bar->tick + steps.events[i].tick, bar->tick + steps.events[i].tick + steps.events[i].len_ticks,
                   &steps.events[i]);
}

void play_riffer(struct performer *p)
{
    performer_each_bar(p, bar_play);
}

void finish_riffer(struct performer *p)
{
    const struct chord *c = &p->all->timeline->chords.items[performer_chord(p, p->all->hold_tick)].chord;

    if (chord_is_set(c))
        note_strike(p, degree_pitch(p, DEGREE_BASS, c, c), 7, p->all->hold_tick, p->all->hold_len_ticks, ACCENT);
}
