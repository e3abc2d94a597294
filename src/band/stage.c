#include "band/stage.h"
#include "band/kit_pieces.h"
#include "genre/genres.h"

#include <string.h>

#include "song/general_midi.h"
#include "song/sound_design_spec.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"
#include "song/vocal_spec.h"

enum { PITCHED_PARTS_MAX = 15 };

/* Who takes an instrument of this kind when the genre has nobody of its name, in order of preference; and the words
 * for parts that people use whatever the genre. */
static const struct {
    enum score_role role;
    const char *words; /* separated by "|" */
} role_words[] = {
    { ROLE_DRUMS, "drum|drums|drum kit|drumkit|beat|drum machine" },
    { ROLE_PERCUSSION, "percussion|conga|bongo|timbale|shaker|tambourine|maracas|cowbell|hand drum|djembe" },
    { ROLE_VOICE, "voice|vocal|vocals|singer" },
    { ROLE_ARP, "arp|arpeggio|arpeggiated|arpeggiator|sequence|arpeggiated sequence" },
    { ROLE_PAD, "pad|string|strings|atmosphere|texture" },
    { ROLE_BASS, "bass" },
    { ROLE_COUNTER, "counter|counter melody|countermelody" },
    { ROLE_LEAD, "lead|melody|solo" },
    { ROLE_GUITAR, "guitar" },
    { ROLE_EFFECTS, "effect|effects|fx|riser" },
    { ROLE_CHORDS, "chord|chords|comp|keys|keyboard|piano|organ" },
};

static const enum score_role family_roles[GM_FAMILY_COUNT] = {
    [GM_PIANO] = ROLE_CHORDS,      [GM_CHROMATIC] = ROLE_LEAD,    [GM_ORGAN] = ROLE_CHORDS,
    [GM_GUITAR] = ROLE_GUITAR,     [GM_BASS] = ROLE_BASS,         [GM_STRINGS] = ROLE_PAD,
    [GM_ENSEMBLE] = ROLE_PAD,      [GM_BRASS] = ROLE_LEAD,        [GM_REED] = ROLE_LEAD,
    [GM_PIPE] = ROLE_LEAD,         [GM_SYNTH_LEAD] = ROLE_LEAD,   [GM_SYNTH_PAD] = ROLE_PAD,
    [GM_SYNTH_EFFECTS] = ROLE_PAD, [GM_ETHNIC] = ROLE_LEAD,       [GM_PERCUSSIVE] = ROLE_PERCUSSION,
    [GM_SOUND_EFFECTS] = ROLE_EFFECTS,
};

/* Stand-ins for roles that the genre's band lacks. */
static const struct genre_part stand_ins[ROLE_COUNT] = {
    [ROLE_VOICE] = { .id = "voice", .name = "Voice", .role = ROLE_VOICE, .player = PLAYER_LEAD, .register_low = 48,
                     .register_high = 84, .level_lu = 0, .reverb_send_db = -14, .highpass_hz = 110, .timing_ms = 8,
                     .velocity_spread = 6, .velocity = 92, .gate = 0.95, .voices = 1 },
};

static bool phrases_contain(const char *text, const char *words)
{
    char word[64];

    while (*words != '\0') {
        size_t len = strcspn(words, "|");

        memcpy(word, words, len);
        word[len] = '\0';
        if (words_contain(text, word))
            return true;
        words += len + (words[len] == '|');
    }
    return false;
}

bool genre_part_is_named(const struct genre_part *part, const char *text)
{
    size_t matching = 0;

    if (words_contain(text, part->id))
        return true;
    for (size_t i = 0; i < part->words.count; i++)
        if (words_contain(text, part->words.items[i]))
            return true;
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]); i++)
        if ((int)role_words[i].role == part->role && phrases_contain(text, role_words[i].words) &&
            gm_program_find(text) < 0)
            return true;
    if (part->player == PLAYER_DRUMMER)
        return phrases_contain(text, role_words[0].words) && gm_program_find(text) < 0;
    for (size_t i = 0; i < part->programs.count; i++)
        matching += gm_program_matches((uint8_t)part->programs.items[i].program, text);
    return part->programs.count > 0 && matching == part->programs.count;
}

bool program_is_excluded(const struct song_spec *spec, uint8_t program)
{
    for (size_t i = 0; i < spec->exclude_instruments.count; i++)
        if (gm_program_matches(program, spec->exclude_instruments.items[i]))
            return true;
    return false;
}

static const struct genre_part *part_of_role(const struct genre_players *players, enum score_role role)
{
    static const enum score_role instead[ROLE_COUNT] = {
        [ROLE_DRUMS] = ROLE_PERCUSSION, [ROLE_PERCUSSION] = ROLE_DRUMS, [ROLE_BASS] = ROLE_BASS,
        [ROLE_CHORDS] = ROLE_PAD,       [ROLE_PAD] = ROLE_CHORDS,       [ROLE_ARP] = ROLE_CHORDS,
        [ROLE_GUITAR] = ROLE_CHORDS,    [ROLE_LEAD] = ROLE_COUNTER,     [ROLE_COUNTER] = ROLE_LEAD,
        [ROLE_VOICE] = ROLE_VOICE,      [ROLE_EFFECTS] = ROLE_EFFECTS,
    };

    for (int turn = 0; turn < 2; turn++, role = instead[role])
        for (size_t i = 0; i < players->parts.count; i++)
            if (players->parts.items[i].role == (int)role)
                return &players->parts.items[i];
    return role == ROLE_VOICE ? &stand_ins[ROLE_VOICE] : NULL;
}

/* Whether the name says more than which member of the band it is ("bass", "pad-2"), so that it may name an
 * instrument. */
static bool names_instrument(const struct arranged_instrument *in, const struct genre_part *part)
{
    size_t len = strlen(part->id);

    return strncasecmp(in->name, part->id, len) != 0 || in->name[len + strspn(in->name + len, "-_ 0123456789")] != '\0';
}

/* The player's own part, or one borrowed from another genre: "jazz/drums". */
static const struct genre_part *player_find(const struct session *s, const char *player)
{
    const char *slash = player != NULL ? strchr(player, '/') : NULL;
    const struct genre *lender;

    if (slash == NULL)
        return player != NULL ? genre_part_find(&s->genre->players, player) : NULL;
    lender = s->genres != NULL ? genres_find(s->genres, arena_strndup(s->arena, player, (size_t)(slash - player))) : NULL;
    return lender != NULL ? genre_part_find(&lender->players, slash + 1) : NULL;
}

static const struct genre_part *member_find(const struct session *s, const struct arranged_instrument *in)
{
    const struct genre_players *players = &s->genre->players;
    const struct genre_part *part = player_find(s, in->player);
    int program = gm_program_find(in->name);

    if (part == NULL)
        part = genre_part_find(players, in->name);
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]) && part == NULL; i++)
        if (phrases_contain(in->name, role_words[i].words))
            part = part_of_role(players, role_words[i].role);
    for (size_t i = 0; i < players->parts.count && part == NULL; i++)
        if (genre_part_is_named(&players->parts.items[i], in->name))
            part = &players->parts.items[i];
    if (part == NULL && in->midi_program != FIELD_INT_UNSET)
        program = in->midi_program;
    if (part == NULL && program >= 0)
        part = part_of_role(players, family_roles[gm_family_of((uint8_t)program)]);
    for (size_t i = 0; i < sizeof(role_words) / sizeof(role_words[0]) && part == NULL && in->category != NULL; i++)
        if (strcmp(in->category, score_role_names[role_words[i].role]) == 0 ||
            phrases_contain(in->category, role_words[i].words))
            part = part_of_role(players, role_words[i].role);
    if (part == NULL)
        part = part_of_role(players, ROLE_CHORDS);
    return part;
}

/* Tracks with one name are numbered. */
static const char *unique_name(const struct stage *stage, const char *name, struct arena *a)
{
    const char *out = name;
    bool is_taken = true;

    for (int n = 2; is_taken; n++) {
        is_taken = false;
        for (size_t i = 0; i < stage->parts.count; i++)
            is_taken |= strcmp(stage->parts.items[i].name, out) == 0;
        if (is_taken)
            out = arena_printf(a, "%s %d", name, n);
    }
    return out;
}

/* "No piano" takes the piano from one who may play a harp as well; "no bass" takes the bass player. */
static bool has_another(const struct genre_part *part, const char *text)
{
    size_t left = 0, named = 0;

    if (part->player == PLAYER_DRUMMER || part->role == ROLE_BASS || gm_program_find(text) < 0 || words_contain(text, part->id))
        return false;
    for (size_t i = 0; i < part->programs.count; i++) {
        bool is_named = gm_program_matches((uint8_t)part->programs.items[i].program, text);

        left += !is_named;
        named += is_named;
    }
    return left > 0 && named > 0;
}

bool part_is_excluded(const struct song_spec *spec, const struct genre_part *part)
{
    for (size_t i = 0; spec != NULL && i < spec->exclude_instruments.count; i++) {
        const char *text = spec->exclude_instruments.items[i];

        if (kit_piece_find(text) == NULL && genre_part_is_named(part, text) && !has_another(part, text) &&
            (part->role != ROLE_LEAD || words_contain(text, "lead") || words_contain(text, "melody")))
            return true;
    }
    return false;
}

static bool is_excluded(const struct song_spec *spec, const struct genre_part *part, const char *name)
{
    for (size_t i = 0; spec != NULL && i < spec->exclude_instruments.count; i++)
        if (strcasecmp(spec->exclude_instruments.items[i], name) == 0)
            return true;
    return part_is_excluded(spec, part);
}

/* What has been chosen for the part so far: by the arrangement, by its wish, by the sound designer. */
static int chosen_program(const struct session *s, const struct arranged_instrument *in, const char *id)
{
    const struct part_sound *sound = part_sound_find(s->song->sound_design_spec, id);

    if (in->midi_program != FIELD_INT_UNSET)
        return in->midi_program;
    if (in->has_wish)
        return in->wished_program;
    return sound != NULL ? sound->program : FIELD_INT_UNSET;
}

/* An instrument that the arrangement has chosen, and that is not one of those ruled out. */
static bool is_cleared(const struct session *s, const struct arranged_instrument *in, const char *id)
{
    const struct song_spec *spec = s->song->song_spec;
    int program = in != NULL ? chosen_program(s, in, id) : FIELD_INT_UNSET;

    return spec != NULL && in != NULL && in->player != NULL && program != FIELD_INT_UNSET &&
           gm_family_of((uint8_t)program) != GM_BASS && !program_is_excluded(spec, (uint8_t)program);
}

static void part_add(const struct session *s, struct stage *stage, const struct arranged_instrument *in, const char *id,
                     const struct genre_part *genre)
{
    struct stage_part *out = &stage->parts.items[stage->parts.count];
    const char *name = in != NULL ? in->name : genre->id;
    int program = -1;

    if (genre == NULL || (!is_cleared(s, in, id) && is_excluded(s->song->song_spec, genre, name)))
        return;
    if (in != NULL && in->midi_program != FIELD_INT_UNSET)
        program = in->midi_program;
    else if (in != NULL && in->has_wish)
        program = in->wished_program;
    else if (in != NULL && names_instrument(in, genre))
        program = genre->player == PLAYER_DRUMMER ? gm_kit_find(name) : gm_program_find(name);
    *out = (struct stage_part){ .id = id,
                                .name = unique_name(stage, genre->name, s->arena),
                                .instrument = in, .genre = genre, .role = (enum score_role)genre->role,
                                .program = program };
    stage->parts.count++;
}

struct stage *stage_make(const struct session *s)
{
    const struct arrangement_spec *arrangement = s->song->arrangement_spec;
    const struct genre_players *players = &s->genre->players;
    const char *const *ids = arranged_part_ids(arrangement, s->arena);
    struct stage *stage = ARENA_NEW(s->arena, struct stage);
    bool has_voice = false;

    stage->parts.items = ARENA_ARRAY(s->arena, struct stage_part, arrangement->instruments.count + 1);
    for (size_t i = 0; i < arrangement->instruments.count; i++)
        part_add(s, stage, &arrangement->instruments.items[i], ids[i],
                 member_find(s, &arrangement->instruments.items[i]));
    for (size_t i = 0; i < stage->parts.count; i++)
        has_voice |= stage->parts.items[i].role == ROLE_VOICE;
    if (!has_voice && s->song->vocal_spec != NULL && s->song->vocal_spec->notes.count > 0)
        part_add(s, stage, NULL, ids[arrangement->instruments.count], part_of_role(players, ROLE_VOICE));
    return stage;
}

bool stage_plays(const struct session *s, const struct stage *stage, const struct stage_part *part, size_t index)
{
    const struct arranged_section *section = &s->song->arrangement_spec->sections.items[index];

    if (part->instrument == NULL) /* the voice: its own document says where */
        return true;
    if (!arranged_section_has(section, part->instrument->name))
        return false;
    for (const struct stage_part *other = stage->parts.items; other < part; other++)
        if (other->genre == part->genre && part->role != ROLE_LEAD && other->instrument != NULL &&
            arranged_section_has(section, other->instrument->name))
            return false;
    return true;
}

static void players_check(const struct session *s, struct problems *problems)
{
    const struct arrangement_spec *spec = s->song->arrangement_spec;
    const struct genre_players *players = &s->genre->players;
    const char *all = "";

    for (size_t i = 0; i < players->parts.count; i++)
        all = arena_printf(s->arena, "%s%s%s", all, i > 0 ? ", " : "", players->parts.items[i].id);
    for (size_t i = 0; i < spec->instruments.count; i++)
        if (spec->instruments.items[i].player != NULL && genre_part_find(players, spec->instruments.items[i].player) == NULL)
            problem_add(problems, arena_printf(s->arena, "/arrangement_spec/instruments/%zu/player", i),
                        "expected a player of %s (%s) or null, not '%.60s'", s->genre->name, all,
                        spec->instruments.items[i].player);
}

static void groove_check(const struct stage *stage, const struct rhythm_part *groove,
                         const char *pointer, struct problems *problems)
{
    for (size_t i = 0; i < stage->parts.count; i++) {
        const struct stage_part *part = &stage->parts.items[i];
        int notation = (int)player_notations[part->genre->player];

        if (strcmp(part->id, groove->part) == 0 && groove->notation != notation)
            problem_add(problems, pointer, "expected %s, which is what '%.60s' plays from, not %s",
                        notation_choices.names[notation], part->id, notation_choices.names[groove->notation]);
    }
}

/* MIDI has sixteen channels, one of them the kit's. */
static void channels_check(const struct stage *stage, struct problems *problems)
{
    int pitched = 0;

    for (size_t i = 0; i < stage->parts.count; i++)
        pitched += stage->parts.items[i].genre->player != PLAYER_DRUMMER;
    if (pitched > PITCHED_PARTS_MAX)
        problem_add(problems, "/arrangement_spec/instruments", "expected at most %d instruments beside the drums, not %d",
                    PITCHED_PARTS_MAX, pitched);
}

void stage_check(const struct session *s, struct problems *problems)
{
    const struct rhythm_spec *rhythm = s->song->rhythm_spec;
    const struct stage *stage;

    if (s->song->arrangement_spec == NULL)
        return;
    players_check(s, problems);
    stage = stage_make(s);
    channels_check(stage, problems);
    for (size_t i = 0; rhythm != NULL && i < rhythm->sections.count; i++)
        for (size_t p = 0; p < rhythm->sections.items[i].parts.count; p++)
            groove_check(stage, &rhythm->sections.items[i].parts.items[p],
                         arena_printf(s->arena, "/rhythm_spec/sections/%zu/parts/%zu/notation", i, p), problems);
}
