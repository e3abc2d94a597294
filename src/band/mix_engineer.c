/*
 * The mix engineer: a strip for each part of the score. Levels, places and rooms are the genre's, leaning with the
 * song: a bright mood brings the arpeggios and guitars forward, a calm one puts more room around everything.
 */
#include "band/agent.h"

#include <math.h>
#include <string.h>

#include "band/mix_moves.h"
#include "band/stage.h"
#include "band/tune.h"
#include "song/mix_spec.h"
#include "song/song_spec.h"

static const char agent[] = "mix-engineer";

enum { SEND_OFF_DB = -60 };
#define SOLOIST_LU 4.0     /* how much a counter-melody is brought forward whose player has solos too, */
#define SOLOIST_MOST -1.0  /* to just behind the lead */
#define TOUCH_LU 2.5 /* how much louder the drums are when they are asked to be heavy */

#define EQ_MAX 3

/* What each role's strip is: its group, how it answers to brightness, energy and calm, and what its filters, compressor and
 * sends usually are. The compressors see every part at the reference loudness of the mix, -20 LUFS. */
static const struct role {
    enum mix_bus bus;
    double brightness_lu, energy_lu, room_db; /* for one whole unit of each above the middle */
    struct mix_eq_band eq[EQ_MAX];            /* up to the first of 0 Hz */
    struct mix_compressor compressor;
    double width, drive_db, delay_send_db;
} roles[ROLE_COUNT] = {
    [ROLE_DRUMS] = { BUS_DRUMS, 0, 2, -3, { { MIX_BELL, 60, 1.5, 1 }, { MIX_BELL, 350, -2.5, 1 }, { MIX_BELL, 4500, -2, 0.7 } },
                     { 0, 1, 10, 100, 0 }, 0.4, 0, SEND_OFF_DB },
    [ROLE_PERCUSSION] = { BUS_DRUMS, 1, 1, -3, { { MIX_BELL, 400, -2, 0.9 } }, { 0, 1, 10, 100, 0 }, 0.3, 0, -26 },
    [ROLE_BASS] = { BUS_BASS, -1, 1, 0, { { MIX_BELL, 90, 1, 0.9 }, { MIX_BELL, 250, -2, 0.9 }, { MIX_BELL, 900, 1.5, 0.8 } },
                    { -20, 3, 15, 140, 0 }, -0.6, 3, SEND_OFF_DB },
    [ROLE_CHORDS] = { BUS_HARMONY, 0.5, 0, -4, { { MIX_BELL, 300, -1, 0.8 }, { MIX_BELL, 2500, -1.5, 0.7 } },
                      { -17, 1.8, 20, 160, 0 }, 0.3, 0, SEND_OFF_DB },
    [ROLE_PAD] = { BUS_HARMONY, -1, -2, -4, { { MIX_BELL, 300, -3, 0.7 }, { MIX_BELL, 2500, -1.5, 0.7 } },
                   { 0, 1, 10, 100, 0 }, 0.3, 0, SEND_OFF_DB },
    [ROLE_ARP] = { BUS_HARMONY, 2, 1, -4, { { MIX_BELL, 2500, -1, 0.7 } }, { 0, 1, 10, 100, 0 }, 0.2, 0, -20 },
    [ROLE_GUITAR] = { BUS_HARMONY, 1, 2, -4, { { MIX_BELL, 250, -1.5, 0.9 }, { MIX_BELL, 3200, -2, 0.8 } },
                      { -17, 2, 15, 140, 0 }, 0.2, 0, SEND_OFF_DB },
    [ROLE_LEAD] = { BUS_LEAD, 0, 0, -4, { { MIX_BELL, 2800, 0.5, 0.7 } }, { -18, 2.2, 10, 140, 0 }, 0, 1, -20 },
    [ROLE_COUNTER] = { BUS_HARMONY, 0, 0, -4, { { MIX_BELL, 300, -1, 0.8 } }, { -18, 1.8, 12, 150, 0 }, 0, 0, -20 },
    [ROLE_VOICE] = { BUS_VOCALS, 0, 0, -3, { { MIX_BELL, 250, -1.5, 0.8 }, { MIX_BELL, 3000, 2, 0.7 } },
                     { -18, 2.5, 8, 140, 0 }, 0, 1, -18 },
    [ROLE_EFFECTS] = { BUS_EFFECTS, 0, 1, 0, { { MIX_BELL, 0, 0, 0 } }, { 0, 1, 10, 100, 0 }, 0.3, 0, -18 },
};

static double half_or(double value)
{
    return isnan(value) ? 0.5 : value;
}

static const struct stage_part *stage_part_find(const struct stage *stage, const char *id)
{
    for (size_t i = 0; i < stage->parts.count; i++)
        if (strcmp(stage->parts.items[i].id, id) == 0)
            return &stage->parts.items[i];
    return NULL;
}

/* The first of parts with one place keeps it; later ones go to the other side. */
static double pan_free(const struct mix_spec *spec, double wish)
{
    for (size_t i = 0; i < spec->strips.count; i++)
        if (wish != 0 && fabs(spec->strips.items[i].pan - wish) < 0.1)
            return -wish;
    return wish;
}

/* Filters, compressor and sends: the genre's own, or the habit of the role. */
static void strip_colour(const struct session *s, struct mix_strip *strip, enum score_role role_id,
                         const struct part_strip *own)
{
    const struct role *role = &roles[role_id];

    strip->width = own != NULL ? own->width : role->width;
    strip->drive_db = own != NULL ? own->drive_db : role->drive_db;
    strip->delay_send_db = own != NULL ? own->delay_send_db : role->delay_send_db;
    strip->compressor = own != NULL ? own->compressor : role->compressor;
    strip->lowpass_hz = own != NULL ? own->lowpass_hz : 0;
    strip->duck_db = own != NULL ? own->duck_db : role_id == ROLE_BASS ? s->genre->players.mix.duck_db : 0;
    if (own != NULL) {
        strip->eq.items = own->eq.items;
        strip->eq.count = own->eq.count;
        return;
    }
    strip->eq.items = ARENA_ARRAY(s->arena, struct mix_eq_band, EQ_MAX);
    while (strip->eq.count < EQ_MAX && role->eq[strip->eq.count].hz > 0) {
        strip->eq.items[strip->eq.count] = role->eq[strip->eq.count];
        strip->eq.count++;
    }
}

static struct mix_strip strip_make(const struct session *s, const struct mix_spec *spec,
                                   const struct score_part *part, const struct genre_part *genre)
{
    const struct song_spec *song = s->song->song_spec;
    double bright = half_or(song->brightness) - 0.5, energy = half_or(song->energy) - 0.5;
    struct mix_strip strip = { .part = part->id, .bus = (int)roles[part->role].bus, .level_lu = -6,
                               .reverb_send_db = -20 };

    strip_colour(s, &strip, part->role, genre != NULL ? genre->strip : NULL);

    if (genre != NULL) {
        strip.level_lu = genre->level_lu;
        strip.pan = pan_free(spec, genre->pan);
        strip.highpass_hz = genre->highpass_hz;
        strip.reverb_send_db = genre->reverb_send_db;
    }
    strip.level_lu += bright * roles[part->role].brightness_lu + energy * roles[part->role].energy_lu;
    if (strip.reverb_send_db > SEND_OFF_DB)
        strip.reverb_send_db += energy * roles[part->role].room_db;
    if (part->role == ROLE_DRUMS)
        strip.level_lu += TOUCH_LU * song->drum_touch;
    strip.level_lu = round(strip.level_lu * 10) / 10;
    strip.reverb_send_db = round(strip.reverb_send_db * 10) / 10;
    return strip;
}

/* A row for every bus, so that whoever edits the mix finds it; those that the genre does not mention are left alone. */
static void buses_make(struct session *s, struct mix_spec *spec)
{
    const struct genre_mix *habit = &s->genre->players.mix;

    spec->buses.items = ARENA_ARRAY(s->arena, struct mix_bus_settings, BUS_COUNT);
    spec->buses.count = BUS_COUNT;
    for (int bus = 0; bus < BUS_COUNT; bus++) {
        fields_init(&mix_bus_settings_fields, &spec->buses.items[bus], s->arena);
        spec->buses.items[bus].bus = bus;
    }
    for (size_t i = 0; i < habit->buses.count; i++)
        spec->buses.items[habit->buses.items[i].bus] = habit->buses.items[i];
}

bool mix_engineer_work(struct session *s, struct error *e)
{
    const struct score *score = s->song->score;
    const struct genre_mix *habit = &s->genre->players.mix;
    struct stage *stage;
    struct mix_spec *spec;

    (void)e;
    if (s->song->mix_spec != NULL)
        return true;
    stage = stage_make(s);
    spec = ARENA_NEW(s->arena, struct mix_spec);
    fields_init(&mix_spec_fields, spec, s->arena);
    spec->strips.items = ARENA_ARRAY(s->arena, struct mix_strip, score->part_count + 1);
    for (size_t i = 0; i < score->part_count; i++) {
        const struct stage_part *part = stage_part_find(stage, score->parts[i].id);
        struct mix_strip strip = strip_make(s, spec, &score->parts[i], part != NULL ? part->genre : NULL);

        if (part != NULL && tune_is_shared_with(s, stage, part) && strip.level_lu < SOLOIST_MOST)
            strip.level_lu = fmin(strip.level_lu + SOLOIST_LU, SOLOIST_MOST);
        spec->strips.items[spec->strips.count++] = strip;
    }
    buses_make(s, spec);
    spec->delay = habit->delay;
    spec->duck_release_ms = habit->duck_release_ms;
    spec->reverb_room = habit->reverb_room;
    spec->reverb_damping = habit->reverb_damping;
    spec->reverb_return_db = habit->reverb_return_db - 3 * (half_or(s->song->song_spec->energy) - 0.5);
    mix_moves_make(s, spec);
    s->song->mix_spec = spec;
    decide(s, agent, 0.7, arena_printf(s->arena, "%zu strips, room %.2f", spec->strips.count, spec->reverb_room),
           "the genre's balance, %s and %s", half_or(s->song->song_spec->brightness) >= 0.5 ? "bright" : "dark",
           half_or(s->song->song_spec->energy) >= 0.5 ? "close" : "with room");
    return true;
}
