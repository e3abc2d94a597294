#include "play_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const play_genres[4] = { "synthwave", "jazz", "rock", "lo-fi-hip-hop" };

/* The chords' lists for harmony_spec. */
static void harmony_text(const struct play_order *order, double bar_beats, char *out, size_t size)
{
    const char *text = order->chords != NULL ? order->chords : "Am F C G";
    size_t at = 0, count = 0;

    at += (size_t)snprintf(out, size, "{\"primary_key\":{\"root\":\"%s\",\"mode\":\"%s\"},\"progressions\":[",
                           order->minor ? "A" : "C", order->minor ? "minor" : "major");
    for (int section = 0; section < 4; section++) {
        static const char *const types[] = { "intro", "verse", "chorus", "outro" };
        char durations[400] = "";
        const char *word = text;

        at += (size_t)snprintf(out + at, size - at, "%s{\"section_type\":\"%s\",\"chords\":[", section > 0 ? "," : "",
                               types[section]);
        count = 0;
        while (*word != '\0') {
            char name[24];
            struct chord c;
            size_t len = strcspn(word, " ");

            snprintf(name, sizeof(name), "%.*s", (int)len, word);
            ck_assert_msg(chord_parse(name, &c), "%s", name);
            char root[4], bass[4];
            pitch_print(c.root, root, sizeof(root));
            pitch_print(c.bass, bass, sizeof(bass));
            at += (size_t)snprintf(out + at, size - at, "%s{\"root\":\"%s\",\"quality\":\"%s\",\"bass_note\":%s%s%s}",
                                   count > 0 ? "," : "", root, chord_infos[c.quality].name, c.has_bass ? "\"" : "",
                                   c.has_bass ? bass : "null", c.has_bass ? "\"" : "");
            snprintf(durations + strlen(durations), sizeof(durations) - strlen(durations), "%s%g",
                     count > 0 ? "," : "", bar_beats);
            count++;
            word += len + (word[len] == ' ');
        }
        at += (size_t)snprintf(out + at, size - at, "],\"durations_beats\":[%s]}", durations);
    }
    snprintf(out + at, size - at, "]}");
}

static void arrangement_text(const struct genre *genre, const char *ending, char *out, size_t size)
{
    static const struct {
        const char *type;
        int bars;
        double energy;
    } sections[] = { { "intro", 4, 0.3 }, { "verse", 8, 0.5 }, { "chorus", 8, 0.9 }, { "outro", 4, 0.45 } };
    size_t at = (size_t)snprintf(out, size, "{\"instruments\":[");
    int bar = 1;

    for (size_t i = 0; i < genre->players.parts.count; i++)
        at += (size_t)snprintf(out + at, size - at, "%s{\"name\":\"%s\",\"player\":\"%s\"}", i > 0 ? "," : "",
                               genre->players.parts.items[i].id, genre->players.parts.items[i].id);
    at += (size_t)snprintf(out + at, size - at, "],\"sections\":[");
    for (size_t s = 0; s < 4; s++) {
        int count = 0;

        at += (size_t)snprintf(out + at, size - at,
                               "%s{\"section_type\":\"%s\",\"label\":\"%s\",\"start_bar\":%d,\"length_bars\":%d,"
                               "\"energy\":%g,\"instruments\":[",
                               s > 0 ? "," : "", sections[s].type, sections[s].type, bar, sections[s].bars,
                               sections[s].energy);
        for (size_t i = 0; i < genre->players.parts.count; i++)
            if (genre->players.parts.items[i].joins_at <= sections[s].energy)
                at += (size_t)snprintf(out + at, size - at, "%s\"%s\"", count++ > 0 ? "," : "",
                                       genre->players.parts.items[i].id);
        at += (size_t)snprintf(out + at, size - at, "]}");
        bar += sections[s].bars;
    }
    snprintf(out + at, size - at, "],\"transitions\":[],\"ending\":%s}",
             ending != NULL ? ending : "{\"technique\":\"hold\",\"hold_bars\":2}");
}

static void melody_text(const struct play_order *order, double bar_beats, char *out, size_t size)
{
    size_t at = (size_t)snprintf(out, size, "{\"key\":{\"root\":\"%s\",\"mode\":\"%s\"},\"section_melodies\":[",
                                 order->minor ? "A" : "C", order->minor ? "minor" : "major");

    for (int s = 1; s < 4; s++)
        at += (size_t)snprintf(out + at, size - at,
                               "%s{\"section_type\":\"%s\",\"phrases\":[[\"E5\",\"D5\",\"C5\",\"R\"]],"
                               "\"phrase_rhythms\":[[1,0.5,%g,%g]]}",
                               s > 1 ? "," : "",
                               s == 1   ? "verse"
                               : s == 2 ? "chorus"
                                        : "outro",
                               bar_beats - 1.5, bar_beats);
    snprintf(out + at, size - at, "]}");
}

static json_object *parse(struct arena *a, const char *text)
{
    struct error e = { 0 };
    json_object *tree = json_read(a, text, strlen(text), &e);

    ck_assert_msg(tree != NULL, "%s in %s", e.detail, text);
    return tree;
}

static void documents_read(struct play *p, const struct play_order *order)
{
    static char harmony[8000], arrangement[8000], melody[2000], spec[2000];
    const char *metre = order->metre != NULL ? order->metre : "4/4";
    struct problems problems = { .arena = p->arena };
    json_object *all = json_hold(p->arena, json_object_new_object());
    struct metre parsed;
    struct error e = { 0 };
    double beats;

    ck_assert(metre_parse(metre, &parsed));
    beats = metre_bar_ticks(parsed) / 480.0;
    harmony_text(order, beats, harmony, sizeof(harmony));
    arrangement_text(p->session.genre, order->ending, arrangement, sizeof(arrangement));
    melody_text(order, beats, melody, sizeof(melody));
    snprintf(spec, sizeof(spec),
             "{\"title\":\"Test\",\"genre_id\":\"%s\",\"bpm\":%g,\"key\":{\"root\":\"%s\",\"mode\":\"%s\"},"
             "\"time_signature\":\"%s\",\"target_duration_seconds\":60%s}",
             order->genre, order->bpm > 0 ? order->bpm : 110,
             order->root != NULL ? order->root : order->minor ? "A" : "C", order->minor ? "minor" : "major", metre,
             order->wishes != NULL ? order->wishes : "");
    json_object_object_add(all, "song_spec", json_object_get(parse(p->arena, spec)));
    json_object_object_add(all, "harmony_spec", json_object_get(parse(p->arena, harmony)));
    json_object_object_add(all, "arrangement_spec", json_object_get(parse(p->arena, arrangement)));
    json_object_object_add(all, "melody_spec", json_object_get(parse(p->arena, melody)));
    song_read(all, &p->song, p->arena, &problems);
    ck_assert_msg(problems_none(&problems, "documents", &e), "%s", e.detail);
}

/* Read once a process: they do not change. */
static struct genres *genres_once(void)
{
    static struct arena *arena;
    static struct genres *genres;
    struct error e = { 0 };

    if (arena == NULL) {
        arena = arena_new(64u << 20);
        genres = genres_load(arena, "conf/genres", &e);
    }
    ck_assert_msg(genres != NULL, "%s: %s", e.detail, e.problems != NULL ? e.problems->detail : "");
    return genres;
}

void play_make(struct play *p, const struct play_order *order)
{
    struct error e = { 0 };

    *p = (struct play){ .arena = arena_new(64u << 20) };
    p->genres = genres_once();
    p->session = (struct session){ .song = &p->song, .genres = p->genres, .arena = p->arena, .seed = order->seed,
                                   .genre = genres_find(p->genres, order->genre) };
    ck_assert(p->session.genre != NULL);
    documents_read(p, order);
    ck_assert_msg(session_timeline(&p->session, &e), "%s", e.detail);
    ck_assert_msg(composer_rhythm(&p->session, &e), "%s", e.detail);
    if (order->humanise >= 0)
        p->song.rhythm_spec->humanise = order->humanise;
    ck_assert_msg(sound_designer_work(&p->session, &e), "%s", e.detail);
    ck_assert_msg(players_perform(&p->session, &e), "%s", e.detail);
    ck_assert_msg(mix_engineer_work(&p->session, &e), "%s", e.detail);
    ck_assert_msg(mastering_engineer_work(&p->session, &e), "%s", e.detail);
}

void play_finish(struct play *p)
{
    arena_free(p->arena);
}

const struct score_part *play_part(const struct play *p, enum score_role role)
{
    for (size_t i = 0; i < p->song.score->part_count; i++)
        if (p->song.score->parts[i].role == role)
            return &p->song.score->parts[i];
    return NULL;
}

const struct timeline_chord *play_chord(const struct play *p, int32_t tick)
{
    if (tick >= p->session.timeline->end_tick)
        tick = p->session.timeline->end_tick - 1;
    return timeline_chord_at(p->session.timeline, tick);
}

double play_energy_db(const struct play *p, size_t section)
{
    const struct timeline_section *s = &p->session.timeline->sections.items[section];
    double sum = 0;

    for (size_t i = 0; i < p->song.score->part_count; i++)
        for (size_t n = 0; n < p->song.score->parts[i].note_count; n++) {
            const struct score_note *note = &p->song.score->parts[i].notes[n];

            if (note->start_tick >= s->start_tick - 40 && note->start_tick < s->end_tick - 40)
                sum += (double)note->velocity * note->velocity;
        }
    return 10 * log10(sum / s->bars);
}
