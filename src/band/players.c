#include "band/players.h"

#include <string.h>

#include "band/describe.h"
#include "band/humanise.h"
#include "band/kit_pieces.h"
#include "band/stops.h"
#include "song/lyric_spec.h"
#include "song/song_spec.h"
#include "song/vocal_spec.h"

enum { DRUM_CHANNEL = 9, CHANNELS = 16, FADE_BARS = 8 };
#define BUTTON_SLOWEST 108 /* percent: a last bar that is stretched more than this is no button but is held */

const struct player players[PLAYER_COUNT] = {
    /* player                 up to the end       the final chord */
    [PLAYER_DRUMMER]     = { play_drummer,     finish_drummer },
    [PLAYER_BASSIST]     = { play_bassist,     finish_bassist },
    [PLAYER_COMPER]      = { play_comper,      finish_chord },
    [PLAYER_PAD]         = { play_pad,         finish_chord },
    [PLAYER_ARPEGGIATOR] = { play_arpeggiator, finish_chord },
    [PLAYER_STRUMMER]    = { play_strummer,    finish_chord },
    [PLAYER_POWER]       = { play_power,       finish_power },
    [PLAYER_LEAD]        = { play_lead,        finish_lead },
    [PLAYER_COUNTER]     = { play_counter,     NULL },
    [PLAYER_EFFECTS]     = { play_effects,     NULL },
    [PLAYER_PICKER]      = { play_picker,      finish_picker },
    [PLAYER_MONTUNO]     = { play_montuno,     finish_chord },
    [PLAYER_RIFFER]      = { play_riffer,      finish_riffer },
    [PLAYER_SECOND]      = { play_second,      NULL },
};

static const bool *bare_sections(struct session *s, const struct stage *stage, size_t count)
{
    bool *bare = ARENA_ARRAY(s->arena, bool, count + 1);

    for (size_t i = 0; i < count; i++) {
        bare[i] = true;
        for (size_t p = 0; p < stage->parts.count; p++) {
            int role = stage->parts.items[p].genre->role;

            bool carries = role == ROLE_DRUMS || role == ROLE_LEAD ||
                           stage->parts.items[p].genre->player == PLAYER_DRUMMER;

            if (carries && stage_plays(s, stage, &stage->parts.items[p], i))
                bare[i] = false;
        }
    }
    return bare;
}

/* A button is struck on the last bar line, after the groove has gone on over the final chord. */
static struct performance performance_make(struct session *s)
{
    const struct arranged_ending *ending = s->song->arrangement_spec->ending;
    const struct timeline *t = s->timeline;
    struct performance all = { .session = s, .timeline = t, .rhythm = s->song->rhythm_spec, .stage = stage_make(s),
                               .hold_tick = t->hold_tick, .hold_len_ticks = t->end_tick - t->hold_tick,
                               .fade_tick = t->end_tick };
    int fade_bars = t->bars / 4 < FADE_BARS ? t->bars / 4 : FADE_BARS;

    all.stops = stops_make(s, t);
    all.is_bare = bare_sections(s, all.stage, t->sections.count);
    if (ending == NULL || ending->technique == NULL)
        return all;
    if (strcmp(ending->technique, "fade") == 0) {
        all.hold_tick = t->end_tick;
        all.fade_tick = t->end_tick - fade_bars * t->bar_ticks;
    } else if (strcmp(ending->technique, "loop") == 0) {
        all.hold_tick = t->end_tick;
    } else if (strcmp(ending->technique, "button") == 0 && !(ending->hold_percent > BUTTON_SLOWEST)) {
        all.hold_tick = t->end_tick - t->bar_ticks;
        all.hold_len_ticks = metre_pulse_ticks(t->metre);
    }
    return all;
}

static void fade_write(struct performer *p)
{
    const struct performance *all = p->all;
    int32_t end = all->timeline->end_tick, len = end - all->fade_tick;
    size_t kept = 0;

    if (len <= 0)
        return;
    for (size_t i = 0; i < p->control_count; i++)
        if (p->controls[i].tick < all->fade_tick || p->controls[i].number != 11)
            p->controls[kept++] = p->controls[i];
    p->control_count = kept;
    for (int32_t tick = all->fade_tick; tick < end; tick += 240)
        performer_control(p, tick, 11, (int)(112 - 112.0 * (tick - all->fade_tick) / len));
    performer_control(p, end, 11, 0);
}

static const struct part_sound *sound_of(const struct session *s, const struct stage_part *part)
{
    const struct part_sound *sound = part_sound_find(s->song->sound_design_spec, part->id);
    struct part_sound *own;
    int program = part->instrument != NULL ? part->instrument->midi_program : FIELD_INT_UNSET;

    if (sound != NULL && (program == FIELD_INT_UNSET || program == sound->program))
        return sound;
    own = ARENA_NEW(s->arena, struct part_sound);
    if (sound != NULL) { /* the arrangement's wish comes first */
        *own = *sound;
        own->program = program;
        return own;
    }
    *own = (struct part_sound){ .part = part->id, .program = program, .gate = part->genre->gate,
                                  .expression = 0.3, .register_low = part->genre->register_low,
                                  .register_high = part->genre->register_high };
    return own;
}

/* Pieces of the kit that the brief rules out: the drummer leaves them. */
static void leave_out_pieces(struct performer *p)
{
    const struct song_spec *spec = p->all->session->song->song_spec;
    size_t kept = 0;

    for (size_t i = 0; i < p->note_count; i++) {
        bool is_out = false;

        for (size_t k = 0; k < spec->exclude_instruments.count; k++) {
            const struct kit_piece *piece = kit_piece_find(spec->exclude_instruments.items[k]);

            is_out |= piece != NULL && kit_piece_has(piece, p->notes[i].pitch);
        }
        if (!is_out)
            p->notes[kept++] = p->notes[i];
    }
    p->note_count = kept;
}

static void part_play(const struct performance *all, const struct groove_clock *clock, size_t index,
                      struct score_part *out)
{
    const struct stage_part *part = &all->stage->parts.items[index];
    const struct timeline *t = all->timeline;
    const struct player *player = &players[part->genre->player];
    const struct vocal_spec *vocal = all->session->song->vocal_spec;
    bool sings = part->role == ROLE_VOICE && vocal != NULL && vocal->notes.count > 0;
    struct performer p = { .all = all, .part = part, .sound = sound_of(all->session, part),
                           .key = all->timeline->key };

    p.dice = arena_printf(all->session->arena, "play-%s", part->id);
    performer_dice(&p, 0);
    p.low = p.sound->register_low;
    p.high = p.sound->register_high;
    if (p.high - p.low < 12) {
        p.low = part->genre->register_low;
        p.high = part->genre->register_high;
    }
    if (sings)
        play_voice(&p);
    else
        player->play(&p);
    if (!sings && player->finish != NULL && all->hold_tick < t->end_tick &&
        stage_plays(all->session, all->stage, part, t->sections.count - 1)) {
        performer_dice(&p, all->hold_tick);
        player->finish(&p);
    }
    if (part->genre->player == PLAYER_DRUMMER)
        leave_out_pieces(&p);
    stops_lift_pedal(&p);
    if (p.note_count > 0)
        fade_write(&p);
    *out = (struct score_part){ .id = part->id, .name = part->name, .role = part->role };
    out->bank = part->genre->player == PLAYER_DRUMMER ? 128 : 0;
    out->program = (uint8_t)part_sound_program(p.sound, part->genre->programs.count > 0
                                                            ? part->genre->programs.items[0].program
                                                            : 53);
    if (p.sound->chorus > 0 && p.note_count > 0)
        performer_control(&p, 0, 93, (int)(p.sound->chorus * 127));
    humanise_part(&p, clock, out);
}

/* Channels: number 9 is for drums, whoever plays them: the kit and a percussionist have a part each and share it. */
static void parts_perform(const struct performance *all, const struct groove_clock *clock, struct score *score)
{
    uint8_t channel = 0;

    score->parts = ARENA_ARRAY(all->session->arena, struct score_part, all->stage->parts.count + 1);
    for (size_t i = 0; i < all->stage->parts.count && score->part_count < SCORE_PARTS_MAX; i++) {
        struct score_part part;

        part_play(all, clock, i, &part);
        if (part.note_count == 0 || (part.bank != 128 && channel >= CHANNELS))
            continue;
        part.channel = part.bank == 128 ? DRUM_CHANNEL : channel++;
        if (channel == DRUM_CHANNEL)
            channel++;
        score->parts[score->part_count++] = part;
    }
}

static void markers_make(const struct performance *all, struct score *score)
{
    const struct timeline *t = all->timeline;

    score->markers = ARENA_ARRAY(all->session->arena, struct score_marker, t->sections.count);
    score->marker_count = t->sections.count;
    for (size_t i = 0; i < t->sections.count; i++)
        score->markers[i] = (struct score_marker){ t->sections.items[i].start_tick, t->sections.items[i].label };
}

/* A syllable goes where its note sounds. */
static int32_t syllable_tick(const struct score *score, int32_t tick)
{
    int32_t best = tick;
    int32_t distance = 120;

    for (size_t i = 0; i < score->part_count; i++)
        for (size_t n = 0; score->parts[i].role == ROLE_VOICE && n < score->parts[i].note_count; n++) {
            int32_t away = score->parts[i].notes[n].start_tick - tick;

            away = away < 0 ? -away : away;
            if (away < distance) {
                distance = away;
                best = score->parts[i].notes[n].start_tick;
            }
        }
    return best;
}

static void lyrics_make(const struct performance *all, const struct groove_clock *clock, struct score *score)
{
    const struct lyric_spec *spec = all->session->song->lyric_spec;
    size_t count = 0;

    for (size_t i = 0; spec != NULL && i < spec->lines.count; i++)
        count += spec->lines.items[i].syllables.count;
    if (count == 0)
        return;
    score->lyrics = ARENA_ARRAY(all->session->arena, struct score_lyric, count);
    for (size_t i = 0; i < spec->lines.count; i++)
        for (size_t j = 0; j < spec->lines.items[i].syllables.count; j++) {
            const struct lyric_syllable *in = &spec->lines.items[i].syllables.items[j];
            int32_t last = score->lyric_count > 0 ? score->lyrics[score->lyric_count - 1].tick : 0, tick;

            if (in->tick < 0 || in->tick >= all->timeline->end_tick)
                continue;
            tick = syllable_tick(score, groove_clock_swing(clock, in->tick));
            score->lyrics[score->lyric_count++] =
                (struct score_lyric){ .tick = tick > last ? tick : last, .syllable = in->text };
        }
}

static void keys_make(const struct timeline *t, struct score *score, struct arena *a)
{
    score->keys = ARENA_ARRAY(a, struct score_key, t->keys.count);
    score->key_count = t->keys.count;
    for (size_t i = 0; i < t->keys.count; i++)
        score->keys[i] = (struct score_key){ t->keys.items[i].start_tick, key_fifths(t->keys.items[i].key),
                                             key_is_minor(t->keys.items[i].key) };
}

bool players_perform(struct session *s, struct error *e)
{
    struct performance all;
    struct groove_clock clock;
    struct score *score;
    const char *fault;

    if (s->song->score != NULL)
        return true;
    score = ARENA_NEW(s->arena, struct score);
    all = performance_make(s);
    clock = groove_clock_make(&all);
    score->title = s->song->song_spec->title;
    keys_make(s->timeline, score, s->arena);
    score->end_tick = s->timeline->end_tick;
    score->metres = ARENA_NEW(s->arena, struct score_metre);
    score->metres[0] = (struct score_metre){ 0, s->timeline->metre.numerator, s->timeline->metre.denominator };
    score->metre_count = 1;
    score->tempos = s->timeline->tempos.items;
    score->tempo_count = s->timeline->tempos.count;
    markers_make(&all, score);
    parts_perform(&all, &clock, score);
    lyrics_make(&all, &clock, score);
    fault = score_fault(score);
    if (fault != NULL)
        return error_set(e, ERROR_INTERNAL, "the players' score is not well formed: %s", fault);
    s->song->score = score;
    describe_ear_candy(s);
    return true;
}
