#define _GNU_SOURCE
#include "fixture.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/random.h"
#include "sound/soundfont.h"

enum { BAR = 4 * SCORE_PPQ, EIGHTH = SCORE_PPQ / 2, SIXTEENTH = SCORE_PPQ / 4, PARTS = 10, NOTES_A_BAR = 64 };

static const struct {
    const char *id, *name;
    enum score_role role;
    uint8_t channel, bank, program;
    int bus;
    double level_lu, pan, highpass_hz, reverb_send_db;
} parts[PARTS] = {
    /* id, name, role, channel, bank, program, bus, level, pan, high-pass, send */
    { "drums", "Drums", ROLE_DRUMS, 9, 128, 0, BUS_DRUMS, -1, 0, 30, -22 },
    { "bass", "Bass", ROLE_BASS, 0, 0, 33, BUS_BASS, -3, 0, 0, -60 },
    { "chords", "Chords", ROLE_CHORDS, 1, 0, 0, BUS_HARMONY, -6, -0.2, 120, -16 },
    { "lead", "Lead", ROLE_LEAD, 2, 0, 65, BUS_LEAD, 0, 0, 110, -12 },
    { "pad", "Pad", ROLE_PAD, 3, 0, 89, BUS_HARMONY, -10, 0, 180, -10 },
    { "strings", "Strings", ROLE_PAD, 4, 0, 48, BUS_HARMONY, -9, 0.3, 180, -10 },
    { "guitar", "Guitar", ROLE_GUITAR, 5, 0, 25, BUS_HARMONY, -8, 0.5, 90, -16 },
    { "arp", "Arp", ROLE_ARP, 6, 0, 81, BUS_HARMONY, -9, -0.5, 120, -14 },
    { "counter", "Counter", ROLE_COUNTER, 7, 0, 73, BUS_LEAD, -5, -0.3, 110, -12 },
    { "brass", "Brass", ROLE_EFFECTS, 8, 0, 61, BUS_HARMONY, -6, 0.2, 110, -14 },
};

struct writer {
    struct score_part *part;
    struct random random;
    double loudness; /* of the section */
    int32_t bar;
};

static void note(struct writer *w, int32_t tick, int32_t len, int pitch, int velocity)
{
    int v = (int)(velocity * w->loudness) + random_between(&w->random, -4, 4);

    w->part->notes[w->part->note_count++] = (struct score_note){
        .start_tick = w->bar + tick,
        .len_ticks = len,
        .pitch = (uint8_t)pitch,
        .velocity = (uint8_t)(v < 1     ? 1
                              : v > 127 ? 127
                                        : v),
    };
}

static void chord(struct writer *w, int32_t tick, int32_t len, int root, int velocity)
{
    note(w, tick, len, root, velocity);
    note(w, tick, len, root + 4, velocity);
    note(w, tick, len, root + 7, velocity);
    note(w, tick, len, root + 11, velocity);
}

static void drums(struct writer *w)
{
    for (int i = 0; i < 16; i++) {
        int32_t t = i * SIXTEENTH;

        if (i % 4 == 0)
            note(w, t, SIXTEENTH, 36, 110);
        if (i % 8 == 4)
            note(w, t, SIXTEENTH, 38, 105);
        if (i == 11 || i == 14)
            note(w, t, SIXTEENTH, 38, 45);
        note(w, t, SIXTEENTH, i % 8 == 6 ? 46 : 42, i % 2 ? 55 : 80);
        if (i == 0 && w->bar % (8 * BAR) == 0)
            note(w, t, SIXTEENTH, 49, 100);
        if (i % 4 == 2)
            note(w, t, SIXTEENTH, 54, 60);
    }
}

static void bar_write(struct writer *w, int index, int root)
{
    switch (index) {
    case 0:
        drums(w);
        break;
    case 1:
        for (int i = 0; i < 8; i++)
            note(w, i * EIGHTH, EIGHTH - 20, root - 24 + (i == 7 ? 7 : 0), 95);
        break;
    case 2:
        chord(w, 0, 3 * EIGHTH, root, 75);
        chord(w, 3 * EIGHTH, 2 * EIGHTH, root, 80);
        chord(w, 6 * EIGHTH, 2 * EIGHTH, root, 70);
        break;
    case 3:
    case 8:
        for (int i = 0; i < 6; i++)
            note(w, i * (BAR / 6), BAR / 6 - 10, root + 12 + (i * 5 + index) % 12, 92);
        break;
    case 4:
    case 5:
        chord(w, 0, BAR, root, 70);
        break;
    case 6:
        for (int i = 0; i < 8; i++) {
            chord(w, i * EIGHTH, EIGHTH - 10, root - 5, i % 2 ? 60 : 82);
            note(w, i * EIGHTH + 20, EIGHTH - 30, root + 12, 64);
        }
        break;
    case 7:
        for (int i = 0; i < 16; i++)
            note(w, i * SIXTEENTH, SIXTEENTH - 5, root + 12 + (i % 4) * 4, 80);
        break;
    default:
        chord(w, 2 * EIGHTH, EIGHTH, root, 100);
        chord(w, 5 * EIGHTH, EIGHTH, root, 105);
        break;
    }
}

static int by_start(const void *a, const void *b)
{
    const struct score_note *x = a, *y = b;

    return x->start_tick != y->start_tick ? x->start_tick - y->start_tick : x->pitch - y->pitch;
}

struct score *fixture_score(struct arena *a, double seconds, int part_count)
{
    static const int roots[4] = { 60, 57, 53, 55 };
    struct score *s = ARENA_NEW(a, struct score);
    int bars = (int)(seconds / 2 + 0.5);

    bars = bars < 1 ? 1 : bars;
    s->title = "Fixture";
    s->tempos = ARENA_NEW(a, struct score_tempo);
    s->tempos[0] = (struct score_tempo){ .tick = 0, .bpm = 120 };
    s->metres = ARENA_NEW(a, struct score_metre);
    s->metres[0] = (struct score_metre){ .tick = 0, .numerator = 4, .denominator = 4 };
    s->keys = ARENA_NEW(a, struct score_key);
    s->tempo_count = s->metre_count = s->key_count = 1;
    s->part_count = (size_t)part_count;
    s->parts = ARENA_ARRAY(a, struct score_part, s->part_count);
    s->end_tick = bars * BAR;
    for (int i = 0; i < part_count; i++) {
        struct writer w = { .part = &s->parts[i], .random = random_stream(7, parts[i].id, 0) };

        *w.part = (struct score_part){ .id = parts[i].id,
                                       .name = parts[i].name,
                                       .role = parts[i].role,
                                       .channel = parts[i].channel,
                                       .bank = parts[i].bank,
                                       .program = parts[i].program };
        w.part->notes = ARENA_ARRAY(a, struct score_note, (size_t)(bars * NOTES_A_BAR));
        for (int bar = 0; bar < bars; bar++) {
            w.bar = bar * BAR;
            w.loudness = bar / 8 % 2 ? 1.0 : 0.75;
            if (i >= 4 && (bar / 8 + i) % 3 == 0) /* the others rest in every third section */
                continue;
            bar_write(&w, i, roots[bar % 4]);
        }
        qsort(w.part->notes, w.part->note_count, sizeof(*w.part->notes), by_start);
    }
    return s;
}

struct mix_spec *fixture_mix(struct arena *a, const struct score *score)
{
    struct mix_spec *mix = ARENA_NEW(a, struct mix_spec);

    mix->strips.items = arena_alloc_array(a, PARTS, sizeof(*mix->strips.items));
    mix->strips.count = score->part_count;
    for (size_t i = 0; i < score->part_count; i++)
        mix->strips.items[i] = (struct mix_strip){
            .part = parts[i].id,
            .bus = parts[i].bus,
            .level_lu = parts[i].level_lu,
            .pan = parts[i].pan,
            .highpass_hz = parts[i].highpass_hz,
            .reverb_send_db = parts[i].reverb_send_db,
        };
    mix->buses.items = arena_alloc_array(a, BUS_COUNT, sizeof(*mix->buses.items));
    mix->buses.count = BUS_COUNT;
    for (int i = 0; i < BUS_COUNT; i++)
        mix->buses.items[i] = (struct mix_bus_settings){
            .bus = i,
            .compressor = { .threshold_db = -22,
                            .ratio = 2,
                            .attack_ms = 15,
                            .release_ms = 120,
                            .makeup_db = 1 },
        };
    mix->reverb_room = 0.5;
    mix->reverb_damping = 0.5;
    mix->reverb_return_db = -3;
    return mix;
}

struct master_spec *fixture_master(struct arena *a)
{
    struct master_spec *m = ARENA_NEW(a, struct master_spec);

    *m = (struct master_spec){
        .loudness_lufs = -14,
        .ceiling_dbtp = -1,
        .highpass_hz = 25,
        .glue = { .threshold_db = -16, .ratio = 1.6, .attack_ms = 30, .release_ms = 150, .makeup_db = 0 },
        .limiter_lookahead_ms = 2,
        .limiter_release_ms = 80,
    };
    return m;
}

struct render_order *fixture_order(struct arena *a, double seconds, int part_count, const char *folder)
{
    static const char *const small = "/usr/share/sounds/sf2/TimGM6mb.sf2";
    struct render_order *order = ARENA_NEW(a, struct render_order);

    order->soundfont = soundfont_find(access(small, R_OK) == 0 ? small : NULL, a, NULL);
    ck_assert_msg(order->soundfont != NULL, "no SoundFont is installed: nothing that sounds can be tested");
    order->score = fixture_score(a, seconds, part_count);
    order->mix = fixture_mix(a, order->score);
    order->master = fixture_master(a);
    order->threads = 2;
    order->formats = 1u << OUTPUT_WAV;
    order->folder = folder;
    order->tags = tags_none();
    order->tags.texts[TAG_TITLE] = "Fixture";
    return order;
}

const char *fixture_folder(struct arena *a)
{
    const char *base = getenv("TMPDIR");
    char *path = arena_printf(a, "%s/aether-sound-XXXXXX", base != NULL ? base : "/tmp");

    if (mkdtemp(path) == NULL)
        abort();
    return path;
}

int fixture_file_count(const char *folder)
{
    DIR *dir = opendir(folder);
    int count = 0;

    for (struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;)
        count += strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
    if (dir != NULL)
        closedir(dir);
    return count;
}

void fixture_folder_remove(const char *folder)
{
    DIR *dir = opendir(folder);

    for (struct dirent *d; dir != NULL && (d = readdir(dir)) != NULL;)
        if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
            unlinkat(dirfd(dir), d->d_name, 0);
    if (dir != NULL)
        closedir(dir);
    rmdir(folder);
}
