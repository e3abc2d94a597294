/*
 * The mix engineer: a strip for each part of the score. Levels, places and rooms are the genre's, leaning with the
 * song: a bright mood brings the arpeggios and guitars forward, a calm one puts more room around everything.
 */
#include "band/agent.h"

#include <math.h>
#include <string.h>

#include "band/stage.h"
#include "band/tune.h"
#include "song/mix_spec.h"
#include "song/song_spec.h"

static const char agent[] = "mix-engineer";

enum { SEND_OFF_DB = -60 };
#define SOLOIST_LU 4.0     /* how much a counter-melody is brought forward whose player has solos too, */
#define SOLOIST_MOST -1.0  /* to just behind the lead */
#define TOUCH_LU 2.5 /* how much louder the drums are when they are asked to be heavy */

/* What each role's strip is: its group, and how it answers to brightness, energy and calm. */
static const struct {
    enum mix_bus bus;
    double brightness_lu, energy_lu, room_db; /* for one whole unit of each above the middle */
} roles[ROLE_COUNT] = {
    /* role                bus         bright energy room */
    [ROLE_DRUMS]      = { BUS_DRUMS,  0,     2,     -3 },
    [ROLE_PERCUSSION] = { BUS_DRUMS,  1,     1,     -3 },
    [ROLE_BASS]       = { BUS_BASS,   -1,    1,     0 },
    [ROLE_CHORDS]     = { BUS_MUSIC,  0.5,   0,     -4 },
    [ROLE_PAD]        = { BUS_MUSIC,  -1,    -2,    -4 },
    [ROLE_ARP]        = { BUS_MUSIC,  2,     1,     -4 },
    [ROLE_GUITAR]     = { BUS_MUSIC,  1,     2,     -4 },
    [ROLE_LEAD]       = { BUS_LEAD,   0,     0,     -4 },
    [ROLE_COUNTER]    = { BUS_MUSIC,  0,     0,     -4 },
    [ROLE_VOICE]      = { BUS_LEAD,   0,     0,     -3 },
    [ROLE_EFFECTS]    = { BUS_MUSIC,  0,     1,     0 },
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

static struct mix_strip strip_make(const struct session *s, const struct mix_spec *spec,
                                   const struct score_part *part, const struct genre_part *genre)
{
    const struct song_spec *song = s->song->song_spec;
    double bright = half_or(song->brightness) - 0.5, energy = half_or(song->energy) - 0.5;
    struct mix_strip strip = { .part = part->id, .bus = (int)roles[part->role].bus, .level_lu = -6,
                               .reverb_send_db = -20 };

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
    spec->strips.items = ARENA_ARRAY(s->arena, struct mix_strip, score->part_count + 1);
    for (size_t i = 0; i < score->part_count; i++) {
        const struct stage_part *part = stage_part_find(stage, score->parts[i].id);
        struct mix_strip strip = strip_make(s, spec, &score->parts[i], part != NULL ? part->genre : NULL);

        if (part != NULL && tune_is_shared_with(s, stage, part) && strip.level_lu < SOLOIST_MOST)
            strip.level_lu = fmin(strip.level_lu + SOLOIST_LU, SOLOIST_MOST);
        spec->strips.items[spec->strips.count++] = strip;
    }
    spec->buses.items = habit->buses.items;
    spec->buses.count = habit->buses.count;
    spec->reverb_room = habit->reverb_room;
    spec->reverb_damping = habit->reverb_damping;
    spec->reverb_return_db = habit->reverb_return_db - 3 * (half_or(s->song->song_spec->energy) - 0.5);
    s->song->mix_spec = spec;
    decide(s, agent, 0.7, arena_printf(s->arena, "%zu strips, room %.2f", spec->strips.count, spec->reverb_room),
           "the genre's balance, %s and %s", half_or(s->song->song_spec->brightness) >= 0.5 ? "bright" : "dark",
           half_or(s->song->song_spec->energy) >= 0.5 ? "close" : "with room");
    return true;
}
