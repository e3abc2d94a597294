/*
 * The sound designer: an instrument for each part. What the brief asks for by name comes first, then the seed draws
 * from the genre's alternatives, where a mood that fits counts three times; what is ruled out is never drawn.
 */
#include "band/agent.h"

#include <string.h>

#include "band/stage.h"
#include "song/brief.h"
#include "song/general_midi.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"

static const char agent[] = "sound-designer";

/* How each player handles his instrument. */
static const struct {
    double expression, vibrato;
} manners[PLAYER_COUNT] = {
    [PLAYER_PAD] = { 0.45, 0 },     [PLAYER_LEAD] = { 0.5, 0.5 },   [PLAYER_COUNTER] = { 0.4, 0.3 },
    [PLAYER_EFFECTS] = { 0.6, 0 },
};

#define SHORT_SHARE 0.5 /* staccato: the share of its usual length that a note sounds */

/* What each role falls back on when all of its own instruments are ruled out. */
enum { RESORTS = 10 };
static const uint8_t last_resorts[ROLE_COUNT][RESORTS] = {
    [ROLE_DRUMS] = { 0 },
    [ROLE_PERCUSSION] = { 116, 47, 115, 12, 0, 33, 48, 81, 56, 73 },
    [ROLE_BASS] = { 33, 38, 32, 43, 58, 70, 0, 48, 81, 19 },
    [ROLE_CHORDS] = { 4, 0, 16, 24, 11, 48, 90, 61, 46, 21 },
    [ROLE_PAD] = { 48, 89, 52, 19, 16, 61, 11, 4, 24, 73 },
    [ROLE_ARP] = { 11, 24, 46, 81, 0, 45, 12, 4, 71, 56 },
    [ROLE_GUITAR] = { 27, 25, 4, 0, 16, 46, 11, 48, 81, 61 },
    [ROLE_LEAD] = { 73, 81, 66, 0, 11, 56, 40, 27, 24, 52 },
    [ROLE_COUNTER] = { 71, 42, 11, 0, 81, 60, 24, 52, 48, 4 },
    [ROLE_VOICE] = { 53, 52, 73, 40, 0, 81, 11, 24, 56, 66 },
    [ROLE_EFFECTS] = { 119, 122, 119, 119, 119, 119, 119, 119, 119, 119 },
};

static bool suits_mood(const struct part_program *program, const struct song_spec *spec)
{
    for (size_t i = 0; i < program->moods.count; i++) {
        if (spec->primary_mood != NULL && strcmp(program->moods.items[i], spec->primary_mood) == 0)
            return true;
        for (size_t j = 0; j < spec->secondary_moods.count; j++)
            if (strcmp(program->moods.items[i], spec->secondary_moods.items[j]) == 0)
                return true;
    }
    return false;
}

/* The program that a wish means for this part, or -1: one of its own, or any of the wish's name when no member of the
 * band plays it and this part is the one that takes it. */
static int wish_program(const struct stage *stage, const struct stage_part *part, const char *wish)
{
    static const enum score_role takers[] = {
        ROLE_LEAD, ROLE_CHORDS, ROLE_PAD, ROLE_GUITAR, ROLE_BASS, ROLE_COUNTER
    };
    const struct stage_part *taker = NULL;
    int named = gm_program_find(wish);

    for (size_t i = 0; i < stage->parts.count; i++)
        if (stage->parts.items[i].program >= 0 && stage->parts.items[i].role != ROLE_DRUMS &&
            gm_program_matches((uint8_t)stage->parts.items[i].program, wish))
            return -1; /* the arrangement has seen to it */
    for (size_t i = 0; i < part->genre->programs.count; i++)
        if (part->genre->player != PLAYER_DRUMMER &&
            gm_program_matches((uint8_t)part->genre->programs.items[i].program, wish))
            return part->genre->programs.items[i].program;
    if (part->genre->player == PLAYER_DRUMMER)
        return gm_kit_find(wish);
    if (named < 0)
        return -1;
    for (size_t i = 0; i < stage->parts.count; i++)
        for (size_t j = 0; j < stage->parts.items[i].genre->programs.count; j++)
            if (stage->parts.items[i].genre->player != PLAYER_DRUMMER &&
                gm_program_matches((uint8_t)stage->parts.items[i].genre->programs.items[j].program, wish))
                return -1; /* somebody else's */
    for (size_t r = 0; r < sizeof(takers) / sizeof(takers[0]) && taker == NULL; r++) {
        enum gm_family family = gm_family_of((uint8_t)named);
        bool fits = (family == GM_BASS) == (takers[r] == ROLE_BASS) &&
                    (family == GM_PIANO || family == GM_ORGAN) == (takers[r] == ROLE_CHORDS) &&
                    (family == GM_STRINGS || family == GM_ENSEMBLE || family == GM_SYNTH_PAD ? takers[r] == ROLE_PAD
                                                                                             : takers[r] != ROLE_PAD);

        for (size_t i = 0; i < stage->parts.count && taker == NULL && fits; i++)
            if (stage->parts.items[i].role == takers[r])
                taker = &stage->parts.items[i];
    }
    return taker == part ? named : -1;
}

static int program_draw(struct session *s, const struct stage_part *part)
{
    const struct song_spec *spec = s->song->song_spec;
    const struct genre_part *genre = part->genre;
    struct random random = session_random(s, arena_printf(s->arena, "sound-%s", part->id), 0);
    double *weights = ARENA_ARRAY(s->arena, double, genre->programs.count + 1), total = 0;

    for (size_t i = 0; i < genre->programs.count; i++) {
        const struct part_program *program = &genre->programs.items[i];

        weights[i] = program->weight * (suits_mood(program, spec) ? 3 : 1);
        if (program->bank != 128 && program_is_excluded(spec, (uint8_t)program->program))
            weights[i] = 0;
        total += weights[i];
    }
    if (total > 0)
        return genre->programs.items[random_weighted(&random, weights, genre->programs.count)].program;
    if (part->role == ROLE_VOICE)
        return 53;
    for (size_t i = 0; i < RESORTS; i++)
        if (!program_is_excluded(spec, last_resorts[part->role][i]))
            return last_resorts[part->role][i];
    return 0;
}

static void part_design(struct session *s, const struct stage *stage, const struct stage_part *part,
                        struct part_sound *out)
{
    const struct song_spec *spec = s->song->song_spec;
    const struct genre_part *genre = part->genre;
    bool is_kit = genre->player == PLAYER_DRUMMER;

    *out = (struct part_sound){ .part = part->id, .bank = is_kit ? 128 : 0, .program = -1,
                                .register_low = genre->register_low, .register_high = genre->register_high,
                                .gate = genre->gate, .chorus = genre->chorus,
                                .expression = manners[genre->player].expression,
                                .vibrato = manners[genre->player].vibrato, .scoop = genre->scoop,
                                .reason = "usual in the genre" };
    if (part->program >= 0) {
        out->program = part->program;
        out->reason = "the arrangement names it";
    }
    for (size_t i = 0; i < spec->instruments.count && out->program < 0; i++) {
        out->program = wish_program(stage, part, spec->instruments.items[i]);
        if (out->program >= 0)
            out->reason = arena_printf(s->arena, "asked for: %s", spec->instruments.items[i]);
    }
    if (out->program < 0 || (!is_kit && program_is_excluded(spec, (uint8_t)out->program)))
        out->program = program_draw(s, part);
    out->instrument = gm_name(out->bank, out->program);
    if (genre->player == PLAYER_LEAD) {
        out->register_low += spec->register_semitones;
        out->register_high += spec->register_semitones;
    }
    if (spec->articulation < 0)
        out->gate *= 1 + (SHORT_SHARE - 1) * -spec->articulation;
    else if (spec->articulation > 0)
        out->gate += (1 - out->gate) * spec->articulation;
    if (!is_kit && (genre->player == PLAYER_PAD || genre->player == PLAYER_COUNTER))
        out->lead_in_ms = gm_programs[out->program].slow_ms;
    if (!is_kit && gm_family_of((uint8_t)out->program) <= GM_GUITAR)
        out->vibrato = 0; /* keys and plucked strings do not tremble */
    if (!is_kit && gm_family_of((uint8_t)out->program) <= GM_ORGAN)
        out->scoop = 0;
}

/* All drums share a channel in a MIDI file, and so a kit. Kits differ in sound and agree on the keys; the orchestra's has
 * its own, so it is for all or for none. */
static void kits_agree(const struct stage *stage, struct sound_design_spec *spec)
{
    const struct part_sound *first = NULL;

    for (size_t i = 0; i < stage->parts.count; i++) {
        struct part_sound *sound = &spec->parts.items[i];

        if (stage->parts.items[i].genre->player != PLAYER_DRUMMER)
            continue;
        if (first == NULL)
            first = sound;
        if (first->program == GM_KIT_ORCHESTRA || sound->program == GM_KIT_ORCHESTRA) {
            sound->program = first->program;
            sound->instrument = first->instrument;
        }
    }
}

bool sound_designer_work(struct session *s, struct error *e)
{
    struct stage *stage;
    struct sound_design_spec *spec;

    (void)e;
    if (s->song->sound_design_spec != NULL)
        return true;
    stage = stage_make(s);
    spec = ARENA_NEW(s->arena, struct sound_design_spec);
    SESSION_STAMP(s, spec, "sound_design_spec");
    spec->soundfont = s->song->brief != NULL && s->song->brief->soundfont != NULL ? s->song->brief->soundfont
                                                                                   : s->genre->soundfont;
    if (spec->soundfont != NULL)
        decide(s, agent, 1, arena_printf(s->arena, "SoundFont %s", spec->soundfont), "%s",
               spec->soundfont == s->genre->soundfont ? "the genre's" : "it is asked for");
    spec->parts.count = stage->parts.count;
    spec->parts.items = ARENA_ARRAY(s->arena, struct part_sound, stage->parts.count + 1);
    for (size_t i = 0; i < stage->parts.count; i++)
        part_design(s, stage, &stage->parts.items[i], &spec->parts.items[i]);
    kits_agree(stage, spec);
    for (size_t i = 0; i < stage->parts.count; i++)
        decide(s, agent, 0.7,
               arena_printf(s->arena, "%s: %s", stage->parts.items[i].id, spec->parts.items[i].instrument), "%s",
               spec->parts.items[i].reason);
    s->song->sound_design_spec = spec;
    return true;
}
