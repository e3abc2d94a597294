/* Reads the brief and says what the song is to be. What the request's fields say wins over what the prose says, and
 * that over what the genre does. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "band/agent.h"
#include "band/brief_reading.h"
#include "core/clock.h"
#include "song/brief.h"
#include "song/master_spec.h"

static const char agent[] = "creative-director";

struct directing {
    struct session *s;
    const struct brief *brief;
    struct brief_reading reading;
    struct song_spec *spec;
};

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* Many words of a kind add up, but never to more than `most`. */
static double soften(double sum, double most)
{
    return most * tanh(sum / most);
}

static void direct_mood(struct directing *d)
{
    struct brief_reading *r = &d->reading;
    struct song_spec *spec = d->spec;

    if (d->brief->mood != NULL) {
        bool known = brief_reading_add_mood(r, d->brief->mood, d->s->arena);

        spec->primary_mood = known ? r->moods[0] : d->brief->mood;
        decide(d->s, agent, 1, arena_printf(d->s->arena, "mood %s", spec->primary_mood), known ?
               "the request asks for '%s'" : "the request asks for '%s', which the band takes as a name only",
               d->brief->mood);
    } else if (r->mood_count > 0) {
        spec->primary_mood = r->moods[0];
        decide(d->s, agent, 0.8, arena_printf(d->s->arena, "mood %s", spec->primary_mood), "the brief says: %s",
               r->mood_words);
    } else if (r->scene_mood != NULL) {
        spec->primary_mood = r->scene_mood;
        decide(d->s, agent, 0.6, arena_printf(d->s->arena, "mood %s", spec->primary_mood), "the setting suggests it");
    } else {
        spec->primary_mood = d->s->genre->mood;
        decide(d->s, agent, 0.5, arena_printf(d->s->arena, "mood %s", spec->primary_mood),
               "no mood is named; this is usual in %s", d->s->genre->name);
    }
    spec->secondary_moods.items = ARENA_ARRAY(d->s->arena, const char *, READING_MOODS_MAX);
    for (size_t i = 0; i < r->mood_count; i++)
        if (strcmp(r->moods[i], spec->primary_mood) != 0)
            spec->secondary_moods.items[spec->secondary_moods.count++] = r->moods[i];
}

static void direct_character(struct directing *d)
{
    const struct brief_reading *r = &d->reading;
    struct song_spec *spec = d->spec;

    spec->energy = clamp(d->s->genre->energy + soften(r->energy, 0.25), 0.1, 1);
    spec->density = clamp(0.5 + soften(r->density, 0.4), 0, 1);
    spec->brightness = clamp(0.5 + soften(r->brightness, 0.5), 0, 1);
    spec->energy_shape = r->shape >= 0 ? r->shape : ENERGY_SONG;
    spec->energy_turn = r->turn;
    spec->energy_most = r->energy_most;
    if (r->energy_words[0] != '\0')
        decide(d->s, agent, 0.7, arena_printf(d->s->arena, "energy %.2f, density %.2f", spec->energy, spec->density),
               "the brief says: %s", r->energy_words);
}

static void direct_metre(struct directing *d)
{
    char text[METRE_TEXT_SIZE];

    d->spec->time_signature = d->s->genre->time_signature;
    if (metre_is_set(d->reading.metre))
        d->spec->time_signature = d->reading.metre;
    if (d->brief->time_signature != NULL)
        metre_parse(d->brief->time_signature, &d->spec->time_signature);
    metre_print(d->spec->time_signature, text, sizeof(text));
    if (!metre_is_equal(d->spec->time_signature, d->s->genre->time_signature))
        decide(d->s, agent, 1, arena_printf(d->s->arena, "time signature %s", text), "it is asked for");
}

static double bar_seconds(const struct directing *d, double bpm)
{
    return metre_bar_ticks(d->spec->time_signature) / (double)SCORE_PPQ * 60 / bpm;
}

static void direct_length(struct directing *d)
{
    const struct brief_reading *r = &d->reading;
    double seconds = d->s->genre->duration_seconds * (1 + r->length_percent / 100);
    const char *why = "the genre's usual length";

    if (r->length_percent != 0)
        why = "the brief asks for another length than usual";
    if (!isnan(r->bars)) {
        seconds = r->bars * bar_seconds(d, isnan(r->bpm) ? d->s->genre->tempo.typical : r->bpm);
        why = "the brief names it in bars";
    }
    if (!isnan(r->seconds)) {
        seconds = r->seconds;
        why = "the brief names it";
    }
    if (!isnan(d->brief->duration_seconds)) {
        seconds = d->brief->duration_seconds;
        why = "the request names it";
    }
    d->spec->target_duration_seconds = clamp(seconds, 30, 600);
    decide(d->s, agent, 0.9, arena_printf(d->s->arena, "length %.0f s", d->spec->target_duration_seconds), "%s", why);
}

/* Of the whole tempos near `wished`, from `least` to `most`, the one at which a number of four-bar groups takes the
 * wished length. */
static double fit_tempo(const struct directing *d, double wished, double least, double most)
{
    double best = wished, best_cost = 1e9;
    int low = (int)ceil(wished * 0.96), high = (int)floor(wished * 1.04);

    for (int bpm = low; bpm <= high; bpm++) {
        double bars = d->spec->target_duration_seconds / bar_seconds(d, bpm);
        double off = fabs(bars - round(bars / 4) * 4) / bars * 100;
        double cost = off * 2 + fabs(bpm - wished) / wished * 30;

        if (cost < best_cost && bpm >= least && bpm <= most) {
            best_cost = cost;
            best = bpm;
        }
    }
    return clamp(best, 40, 300);
}

/* A range that is named ("allegro") counts outside the genre's own too; a strong word ("very slow") a little. */
static void direct_tempo(struct directing *d)
{
    const struct genre_tempo *tempo = &d->s->genre->tempo;
    const struct brief_reading *r = &d->reading;
    struct random random = session_random(d->s, "director.tempo", 0);
    double spread = random_normal(&random) * 0.035, asked = d->brief->bpm, wished;
    double room = r->tempo_strongest >= 15 ? 1.12 : 1, least = tempo->min / room, most = tempo->max * room;

    if (isnan(asked))
        asked = r->bpm;
    if (!isnan(asked)) {
        d->spec->bpm = round(clamp(asked, 40, 300) * 1000) / 1000; /* as documents write it */
        decide(d->s, agent, 1, arena_printf(d->s->arena, "tempo %.15g bpm", d->spec->bpm), "it is asked for");
        return;
    }
    if (!isnan(r->tempo_low)) {
        least = r->tempo_low;
        most = r->tempo_high;
    }
    wished = clamp(tempo->typical * (1 + soften(r->tempo_percent, 25) / 100 + spread), least, most);
    d->spec->bpm = fit_tempo(d, wished, least, most);
    decide(d->s, agent, 0.7, arena_printf(d->s->arena, "tempo %.15g bpm", d->spec->bpm),
           r->tempo_words[0] != '\0' ? "%s is usually near %.0f; the brief says: %s" :
                                       "%s is usually near %.0f; the bars then fill the length%s",
           d->s->genre->name, tempo->typical, r->tempo_words);
}

static struct key draw_key(struct directing *d)
{
    const struct genre *g = d->s->genre;
    struct random random = session_random(d->s, "director.key", 0);
    double *weights = ARENA_ARRAY(d->s->arena, double, g->modes.count + g->keys.count + 1);
    struct key key = { { 'C', 0 }, MODE_MAJOR };

    for (size_t i = 0; i < g->modes.count; i++) {
        double off = g->modes.items[i].brightness - d->spec->brightness;

        weights[i] = g->modes.items[i].weight * exp(-off * off * 8) + 1e-9;
    }
    key.mode = (enum mode)g->modes.items[random_weighted(&random, weights, g->modes.count)].mode;
    if (d->reading.mode >= 0)
        key.mode = (enum mode)d->reading.mode;
    for (size_t i = 0; i < g->keys.count; i++)
        weights[i] = 1.0 / (2.0 + (double)i);
    if (g->keys.count > 0)
        pitch_parse(g->keys.items[random_weighted(&random, weights, g->keys.count)], &key.root);
    return key_simplify(key);
}

static void direct_key(struct directing *d)
{
    struct key key = draw_key(d);
    const char *why = "usual in the genre";
    char text[KEY_TEXT_SIZE];
    double confidence = 0.6;

    if (fabs(d->reading.brightness) >= 0.1)
        why = d->reading.brightness > 0 ? "the brief sounds bright" : "the brief sounds dark";
    if (d->reading.mode >= 0) {
        why = "the brief names the mode";
        confidence = 1;
    }
    if (key_is_set(d->reading.key)) {
        key = d->reading.key;
        why = "the brief names it";
        confidence = 1;
    }
    if (d->brief->key != NULL && key_parse(d->brief->key, &key)) {
        why = "the request names it";
        confidence = 1;
    }
    d->spec->key = key_name_make(key);
    key_print(key, text, sizeof(text));
    decide(d->s, agent, confidence, arena_printf(d->s->arena, "key %s", text), "%s", why);
}

static void add_names(struct directing *d, const char ***items, size_t *count, const char **from, size_t from_count,
                      const char *const *except, size_t except_count)
{
    const char **out = ARENA_ARRAY(d->s->arena, const char *, *count + from_count + 1);

    if (*count > 0)
        memcpy(out, *items, *count * sizeof(*out));
    *items = out;
    for (size_t i = 0; i < from_count; i++) {
        bool is_known = false;

        for (size_t j = 0; j < *count; j++)
            is_known |= strcmp(out[j], from[i]) == 0;
        for (size_t j = 0; j < except_count; j++)
            is_known |= strcmp(except[j], from[i]) == 0;
        if (!is_known)
            out[(*count)++] = from[i];
    }
}

static void direct_instruments(struct directing *d)
{
    struct song_spec *spec = d->spec;
    struct brief_reading *r = &d->reading;

    add_names(d, &spec->exclude_instruments.items, &spec->exclude_instruments.count, d->brief->exclude_instruments.items,
              d->brief->exclude_instruments.count, NULL, 0);
    add_names(d, &spec->exclude_instruments.items, &spec->exclude_instruments.count, r->excluded, r->excluded_count,
              d->brief->instruments.items, d->brief->instruments.count);
    add_names(d, &spec->instruments.items, &spec->instruments.count, d->brief->instruments.items,
              d->brief->instruments.count, spec->exclude_instruments.items, spec->exclude_instruments.count);
    add_names(d, &spec->instruments.items, &spec->instruments.count, r->instruments, r->instrument_count,
              spec->exclude_instruments.items, spec->exclude_instruments.count);
    for (size_t i = 0; i < spec->instruments.count; i++)
        decide(d->s, agent, 0.9, arena_printf(d->s->arena, "with %s", spec->instruments.items[i]), "it is asked for");
    for (size_t i = 0; i < spec->exclude_instruments.count; i++)
        decide(d->s, agent, 1, arena_printf(d->s->arena, "without %s", spec->exclude_instruments.items[i]),
               "it is asked to be left out");
}

static const char **copy_names(struct directing *d, const char *const *names, size_t count)
{
    const char **out = ARENA_ARRAY(d->s->arena, const char *, count + 1);

    if (count > 0)
        memcpy(out, names, count * sizeof(*out));
    return out;
}

static void direct_colours(struct directing *d)
{
    struct song_spec *spec = d->spec;
    const struct brief_reading *r = &d->reading;

    spec->prefer_instruments.items = copy_names(d, r->preferred, r->preferred_count);
    spec->prefer_instruments.count = r->preferred_count;
    spec->only_instruments = r->only_instruments;
    spec->lead_instrument = r->lead;
    spec->palette = r->palette;
    spec->feel = r->feel;
    spec->swing_percent = r->swing_percent;
    spec->time_feel = r->half_time == 1 ? TIME_FEEL_HALF : r->half_time == 2 ? TIME_FEEL_DOUBLE : TIME_FEEL_USUAL;
    spec->drum_touch = r->drum_touch;
    spec->articulation = r->articulation;
    spec->register_semitones = r->register_semitones;
}

/* A loop has no beginning and no end of its own. */
static void direct_loop(struct directing *d)
{
    struct song_spec *spec = d->spec;
    const char **sections = ARENA_ARRAY(d->s->arena, const char *, spec->exclude_sections.count + 1);

    if (spec->exclude_sections.count > 0)
        memcpy(sections, spec->exclude_sections.items, spec->exclude_sections.count * sizeof(*sections));
    sections[spec->exclude_sections.count++] = "outro";
    spec->exclude_sections.items = sections;
    if (spec->intro_bars == FIELD_INT_UNSET)
        spec->intro_bars = 0;
    if (d->reading.shape < 0)
        spec->energy_shape = ENERGY_FLAT;
    decide(d->s, agent, 0.7, "a loop: no introduction, no outro, even energy",
           "it ends in tempo on the last bar line, ready to begin again; what rings behind it is heard at the beginning");
}

static void direct_course(struct directing *d)
{
    struct song_spec *spec = d->spec;
    const struct brief_reading *r = &d->reading;

    spec->form = r->form;
    spec->exclude_sections.items = copy_names(d, r->no_sections, r->no_section_count);
    spec->exclude_sections.count = r->no_section_count;
    spec->intro_bars = r->intro_bars;
    spec->ending = r->ending;
    if (spec->ending == SONG_ENDING_LOOP)
        direct_loop(d);
    spec->key_lift = r->key_lift;
    spec->cues.items = ARENA_ARRAY(d->s->arena, struct cue, r->cue_count + 1);
    spec->cues.count = r->cue_count;
    for (size_t i = 0; i < r->cue_count; i++) {
        spec->cues.items[i] = r->cues[i].cue;
        if (!isnan(r->cues[i].at_bar))
            spec->cues.items[i].at_seconds = r->cues[i].at_bar * bar_seconds(d, spec->bpm);
    }
}

/* Each phrase that was understood with what it does, and the words that were not. */
static void account(struct directing *d)
{
    const struct brief_reading *r = &d->reading;
    const char *unknown = "";

    for (size_t i = 0; i < r->heard_count; i++)
        decide(d->s, agent, r->heard[i].is_followed ? 0.9 : 0.5,
               arena_printf(d->s->arena, r->heard[i].is_followed ? "understood: %s" : "understood, not followed: %s",
                            r->heard[i].words), "%s", r->heard[i].effect);
    for (size_t i = 0; i < r->unknown_count; i++)
        unknown = arena_printf(d->s->arena, "%s%s%s", unknown, i > 0 ? ", " : "", r->unknown[i]);
    if (r->unknown_count > 0)
        decide(d->s, agent, 0.3, arena_printf(d->s->arena, "not understood: %s", unknown), "the other words decide");
}

static void direct_vocals(struct directing *d)
{
    struct random random = session_random(d->s, "director.vocals", 0);
    int vocals = random_chance(&random, d->s->genre->vocals.chance);
    const char *why = "usual in the genre";

    if (d->reading.vocals >= 0) {
        vocals = d->reading.vocals;
        why = "the brief says so";
    }
    if (d->brief->vocals >= 0) {
        vocals = d->brief->vocals;
        why = "the request says so";
    }
    d->spec->has_vocals = vocals;
    d->spec->is_instrumental = !vocals;
    decide(d->s, agent, 0.8, vocals ? "with a guide voice" : "instrumental", "%s", why);
}

/* Where the master goes. Numbers of the brief stand beside a target of the brief, not beside one of the request. */
static void direct_target(struct directing *d)
{
    const struct brief_reading *r = &d->reading;
    struct song_spec *spec = d->spec;
    bool is_asked = d->brief->target >= 0;

    spec->target = is_asked ? d->brief->target : r->target;
    if (!is_asked) {
        spec->loudness_lufs = r->loudness_lufs;
        spec->ceiling_dbtp = r->ceiling_dbtp;
    }
    if (spec->target >= 0)
        decide(d->s, agent, 1, arena_printf(d->s->arena, "master for %s", master_targets[spec->target].name),
               is_asked ? "the request says so" : "the brief says so");
}

static void describe(struct directing *d)
{
    static const char *const shapes[ENERGY_SHAPE_COUNT] = {
        "Builds through verse to chorus, releases in between, ends with the highest peak",
        "Begins quietly and grows to the end", "Even throughout", "Dies away after the middle",
    };
    struct song_spec *spec = d->spec;
    struct creative_brief *c = ARENA_NEW(d->s->arena, struct creative_brief);

    c->id = session_document_id(d->s, "creative_brief");
    c->created_at = spec->created_at;
    c->updated_at = spec->created_at;
    c->theme = d->brief->brief;
    c->mood = spec->primary_mood;
    c->energy_description = shapes[spec->energy_shape];
    c->lyrical_direction = d->brief->brief;
    c->reference_era = d->reading.era != NULL ? d->reading.era : d->s->genre->era;
    c->special_requests.items = ARENA_ARRAY(d->s->arena, const char *, READING_NAMES_MAX);
    c->special_requests.count = d->reading.request_count;
    memcpy(c->special_requests.items, d->reading.requests, d->reading.request_count * sizeof(const char *));
    spec->creative_brief = c;
}

/* A song_spec that was given may leave things open. */
static void complete(struct session *s, struct song_spec *spec)
{
    spec->random_seed = (int64_t)s->seed;
    if (isnan(spec->target_duration_seconds))
        spec->target_duration_seconds = s->genre->duration_seconds;
    if (isnan(spec->energy))
        spec->energy = s->genre->energy;
    if (spec->primary_mood == NULL)
        spec->primary_mood = s->genre->mood;
    if (!metre_is_set(spec->time_signature))
        spec->time_signature = s->genre->time_signature;
    if (spec->is_instrumental < 0)
        spec->is_instrumental = !spec->has_vocals;
}

bool creative_director_work(struct session *s, struct error *e)
{
    struct directing d = { .s = s, .brief = s->song->brief };
    char now[CLOCK_TEXT_SIZE];

    (void)e;
    if (s->song->song_spec != NULL) {
        complete(s, s->song->song_spec);
        return true;
    }
    d.spec = ARENA_NEW(s->arena, struct song_spec);
    fields_init(&song_spec_fields, d.spec, s->arena);
    d.spec->id = session_document_id(s, "song_spec");
    d.spec->created_at = arena_strdup(s->arena, clock_text(clock_wall_ms(), now));
    d.spec->updated_at = d.spec->created_at;
    d.spec->title = d.brief->title;
    d.spec->artist_name = "AETHER";
    d.spec->genre_id = s->genre->id;
    d.spec->random_seed = (int64_t)s->seed;
    brief_read(d.brief->brief, s->genre, s->genres, s->arena, &d.reading);
    account(&d);
    direct_mood(&d);
    direct_character(&d);
    direct_metre(&d);
    direct_length(&d);
    direct_tempo(&d);
    direct_key(&d);
    direct_instruments(&d);
    direct_colours(&d);
    direct_course(&d);
    direct_vocals(&d);
    direct_target(&d);
    describe(&d);
    s->song->song_spec = d.spec;
    return true;
}
