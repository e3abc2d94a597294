/* SoundFonts by name, broken files, and the levels of programs that are kept. The files are made here, after the SoundFont
 * Technical Specification 2.04. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/hash.h"
#include "fixture.h"
#include "sound/preset_levels.h"
#include "sound/soundfont.h"
#include "suites.h"

enum { SAMPLES = 2000, FILE_BYTES = 2 * SAMPLES + 2000, RELEASE = 38 }; /* a generator */

static struct arena *arena;
static const char *folder;
static struct error problem;

static void setup(void)
{
    arena = arena_new((size_t)64 << 20);
    folder = fixture_folder(arena);
    problem = (struct error){ .code = ERROR_NONE };
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

struct writer {
    unsigned char bytes[FILE_BYTES];
    size_t len;
};

static void put(struct writer *w, const void *data, size_t bytes)
{
    memcpy(w->bytes + w->len, data, bytes);
    w->len += bytes;
}

static void put_number(struct writer *w, unsigned value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        w->bytes[w->len++] = (unsigned char)(value >> (8 * i));
}

static size_t chunk_begin(struct writer *w, const char *id)
{
    put(w, id, 4);
    put_number(w, 0, 4);
    return w->len;
}

static void chunk_end(struct writer *w, size_t start)
{
    size_t end = w->len;

    w->len = start - 4;
    put_number(w, (unsigned)(end - start), 4);
    w->len = end;
}

static void put_name(struct writer *w, const char *name)
{
    char text[20] = "";

    snprintf(text, sizeof(text), "%s", name);
    put(w, text, sizeof(text));
}

static void table(struct writer *w, const char *id, const unsigned short *values, size_t count)
{
    size_t start = chunk_begin(w, id);

    for (size_t i = 0; i < count; i++)
        put_number(w, values[i], 2);
    chunk_end(w, start);
}

static void put_presets(struct writer *w)
{
    static const char *const names[] = { "Tone", "Kit", "EOP" };
    static const unsigned places[][3] = { { 5, 0, 0 }, { 0, 128, 1 }, { 0, 0, 2 } }; /* program, bank, bag */
    size_t start = chunk_begin(w, "phdr");

    for (int i = 0; i < 3; i++) {
        put_name(w, names[i]);
        for (int k = 0; k < 3; k++)
            put_number(w, places[i][k], 2);
        for (int k = 0; k < 3; k++)
            put_number(w, 0, 4);
    }
    chunk_end(w, start);
}

static void put_samples(struct writer *w)
{
    static const unsigned numbers[] = { 0, SAMPLES - 60, 8, SAMPLES - 68, 44100 };
    size_t start = chunk_begin(w, "shdr");

    put_name(w, "sine");
    for (int i = 0; i < 5; i++)
        put_number(w, numbers[i], 4);
    put_number(w, 60, 1);
    put_number(w, 0, 1);
    put_number(w, 0, 2);
    put_number(w, 1, 2);
    put_name(w, "EOS");
    for (int i = 0; i < 13; i++)
        put_number(w, 0, 2);
    chunk_end(w, start);
}

/* A SoundFont of one looped tone: program 5, and the same as a kit. Its release is the standard's, 1 ms. */
static void font_make(struct writer *w)
{
    static const unsigned short pbag[] = { 0, 0, 1, 0, 2, 0 }, pgen[] = { 41, 0, 41, 0, 0, 0 }, none[5] = { 0 },
                                ibag[] = { 0, 0, 3, 0 }, igen[] = { 54, 1, RELEASE, (unsigned short)-12000, 53, 0, 0, 0 };
    size_t riff, list, inst;

    w->len = 0;
    riff = chunk_begin(w, "RIFF");
    put(w, "sfbk", 4);
    list = chunk_begin(w, "LIST");
    put(w, "INFO", 4);
    table(w, "ifil", (const unsigned short[]){ 2, 4 }, 2);
    table(w, "isng", (const unsigned short[]){ 0x4d45, 0x3855, 0x3030, 0 }, 4);
    table(w, "INAM", (const unsigned short[]){ 0x6f54, 0x656e }, 2);
    chunk_end(w, list);
    list = chunk_begin(w, "LIST");
    put(w, "sdta", 4);
    {
        unsigned short wave[SAMPLES];

        for (int i = 0; i < SAMPLES; i++)
            wave[i] = (unsigned short)(short)(20000 * sin(2 * M_PI * i / 172));
        table(w, "smpl", wave, SAMPLES);
    }
    chunk_end(w, list);
    list = chunk_begin(w, "LIST");
    put(w, "pdta", 4);
    put_presets(w);
    table(w, "pbag", pbag, 6);
    table(w, "pmod", none, 5);
    table(w, "pgen", pgen, 6);
    inst = chunk_begin(w, "inst");
    put_name(w, "sine");
    put_number(w, 0, 2);
    put_name(w, "EOI");
    put_number(w, 1, 2);
    chunk_end(w, inst);
    table(w, "ibag", ibag, 4);
    table(w, "imod", none, 5);
    table(w, "igen", igen, 8);
    put_samples(w);
    chunk_end(w, list);
    chunk_end(w, riff);
}

static const char *font_save(const struct writer *w, const char *name, size_t bytes)
{
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(w->bytes, 1, bytes, file), bytes);
    fclose(file);
    return path;
}

static unsigned char *chunk_find(struct writer *w, const char *id)
{
    for (size_t i = 0; i + 8 < w->len; i++)
        if (memcmp(w->bytes + i, id, 4) == 0)
            return w->bytes + i;
    ck_abort_msg("there is no chunk %s", id);
    return NULL;
}

START_TEST(presets_are_read)
{
    struct soundfont_presets presets;
    struct writer w;

    font_make(&w);
    ck_assert_msg(soundfont_presets(font_save(&w, "a.sf2", w.len), &presets, arena, &problem), "%s", problem.detail);
    ck_assert_uint_eq(presets.count, 2);
    ck_assert(presets.items[0].bank == 0 && presets.items[0].program == 5 && presets.items[1].bank == 128);
    ck_assert_str_eq(presets.items[0].name, "Tone");
}
END_TEST

static void cut_inside(struct writer *w) { w->len -= 100; }
static void no_presets(struct writer *w) { memcpy(chunk_find(w, "phdr"), "xxxx", 4); }
static void odd_table(struct writer *w) { chunk_find(w, "ibag")[4] = 7; }
static void sample_outside(struct writer *w) { chunk_find(w, "shdr")[8 + 26] = 9; } /* its end: 600,000 */
static void no_samples(struct writer *w) { memcpy(chunk_find(w, "smpl"), "xxxx", 4); }
static void list_too_long(struct writer *w) { chunk_find(w, "sdta")[-2] = 0x7f; }
static void no_riff(struct writer *w) { memcpy(w->bytes, "RIFX", 4); }

static const struct {
    void (*spoil)(struct writer *w);
    const char *found;
} damages[] = { { cut_inside, "cut short" },        { no_presets, "phdr" },         { odd_table, "is broken" },
                { sample_outside, "outside of it" }, { no_samples, "no samples" },   { list_too_long, "beyond its end" },
                { no_riff, "not a SoundFont" } };

START_TEST(damage_is_named)
{
    struct writer w;
    const char *path;

    font_make(&w);
    damages[_i].spoil(&w);
    path = font_save(&w, "b.sf2", w.len);
    ck_assert(!soundfont_check(path, &problem));
    ck_assert_int_eq(problem.code, ERROR_SOUNDFONT);
    ck_assert_msg(strstr(problem.detail, damages[_i].found) != NULL && strstr(problem.detail, path) != NULL, "%s", problem.detail);
}
END_TEST

/* Any cut and any wrong byte in the tables is either harmless or named; nothing else happens. */
START_TEST(any_damage_is_survived)
{
    struct writer w, hurt;

    font_make(&w);
    for (size_t len = 0; len < w.len; len += 37)
        ck_assert(!soundfont_check(font_save(&w, "c.sf2", len), &problem));
    for (size_t at = 2 * SAMPLES; at < w.len; at += 3) {
        struct soundfont_presets presets;

        hurt = w;
        hurt.bytes[at] ^= 0xff;
        soundfont_presets(font_save(&hurt, "d.sf2", w.len), &presets, arena, &problem);
    }
}
END_TEST

/* Seconds that the tone sounds for after its note, as a program and with a release of so many timecents. */
static double release_s(int program, int timecents)
{
    static struct writer w;
    static struct audio out;
    struct score_tempo tempo = { 0, 60 };
    struct score_note note = { 0, SCORE_PPQ, 60, 100 };
    const struct score score = { .tempos = &tempo, .tempo_count = 1, .end_tick = 20 * SCORE_PPQ };
    const struct score_part part = { .id = "tone", .program = (uint8_t)program, .notes = &note, .note_count = 1 };
    struct font *font;
    struct synth *synth;
    int blocks = 0;

    font_make(&w);
    chunk_find(&w, "phdr")[8 + 20] = (unsigned char)program;
    memcpy(chunk_find(&w, "igen") + 8 + 6, &(short){ (short)timecents }, 2);
    font = font_open(font_save(&w, "rings.sf2", w.len), &problem);
    ck_assert_msg(font != NULL, "%s", problem.detail);
    synth = synth_new(font, &score, &part, &problem);
    synth_render(synth, &out, RENDER_RATE_HZ / 2 / AUDIO_BLOCK * AUDIO_BLOCK);
    while (synth_render(synth, &out, AUDIO_BLOCK))
        blocks++;
    synth_free(synth);
    font_close(font);
    return (double)blocks * AUDIO_BLOCK / RENDER_RATE_HZ - 0.5;
}

/* Strings that a hand stops fade within the 1.6 s that synth.h names, others as the SoundFont has it: 3,600 timecents are 8 s. */
START_TEST(stopped_strings_do_not_ring_on)
{
    ck_assert_double_eq_tol(release_s(5, 3600), 8, 0.05);
    ck_assert_double_eq_tol(release_s(46, 3600), 8, 0.05); /* a harp */
    for (int guitar = 24; guitar <= 31; guitar++)
        ck_assert_double_eq_tol(release_s(guitar, 3600), 1.6, 0.05);
    ck_assert_double_eq_tol(release_s(105, 3600), 1.6, 0.05); /* a banjo */
    ck_assert_double_eq_tol(release_s(25, 0), 1, 0.05);       /* what is shorter stays */
}
END_TEST

START_TEST(names_come_from_settings_and_files)
{
    struct problems problems = { .arena = arena };
    struct soundfonts fonts;
    const char *one, *two, *setting;
    struct writer w;

    font_make(&w);
    one = font_save(&w, "Big Piano_2.SF2", w.len);
    two = font_save(&w, "other.sf3", w.len);
    setting = arena_printf(arena, "%s:grand=%s", one, two);
    ck_assert_msg(soundfont_list(setting, &fonts, arena, &problem), "%s", problem.detail);
    ck_assert_uint_eq(fonts.names.count, 2);
    ck_assert_str_eq(fonts.names.items[0], "big-piano-2");
    ck_assert_str_eq(fonts.names.items[1], "grand");
    ck_assert_str_eq(fonts.paths.items[1], two);
    ck_assert_int_eq(soundfonts_find(&fonts, NULL), 0);
    ck_assert_int_eq(soundfonts_find(&fonts, "Grand"), 1);
    ck_assert_int_eq(soundfonts_find(&fonts, "Big_Piano_2.sf2"), 0);
    ck_assert_int_eq(soundfonts_find(&fonts, "organ"), -1);
    ck_assert(!soundfonts_check(&fonts, "organ", "/soundfont", &problems));
    ck_assert_str_eq(problems.first->pointer, "/soundfont");
    ck_assert(strstr(problems.first->detail, "big-piano-2, grand") != NULL);
    ck_assert(!soundfont_list(arena_printf(arena, "a=%s:A=%s", one, two), &fonts, arena, &problem));
    ck_assert(strstr(problem.detail, "two SoundFonts are called 'a'") != NULL);
    ck_assert(!soundfont_list(arena_printf(arena, "%s:/nowhere/x.sf2", one), &fonts, arena, &problem));
    ck_assert(strstr(problem.detail, "/nowhere/x.sf2") != NULL);
}
END_TEST

static struct preset_level level_of(const char *sha256, const char *path, size_t *known)
{
    struct preset_levels *l = preset_levels_open(folder, sha256, arena);
    struct font *font = font_open(path, &problem);
    struct preset_level out;

    ck_assert_ptr_nonnull(font);
    *known = preset_levels_count(l);
    ck_assert_msg(preset_levels_get(l, font, 0, 5, &out, &problem), "%s", problem.detail);
    preset_levels_keep(l);
    font_close(font);
    return out;
}

static void change(const char *path, const char *from, const char *to)
{
    size_t len;
    char *text = json_read_text(arena, path, 1 << 20, &len, &problem), *at = strstr(text, from);
    FILE *file;

    ck_assert_ptr_nonnull(at);
    memcpy(at, to, strlen(to));
    file = fopen(path, "w");
    fwrite(text, 1, len, file);
    fclose(file);
}

/* A preset without modulators of its own follows the standard: half the velocity is 12.04 dB less. What is kept is not
 * measured again, and what is damaged, or another SoundFont's, not believed. */
START_TEST(levels_are_measured_once_and_kept)
{
    char sha256[HASH_TEXT_SIZE];
    struct preset_level first, again;
    const char *path, *kept;
    struct writer w;
    size_t known;

    font_make(&w);
    path = font_save(&w, "tone.sf2", w.len);
    ck_assert(hash_file(path, sha256, &problem));
    kept = arena_printf(arena, "%s/%s.json", folder, sha256);
    first = level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
    ck_assert_double_eq_tol(first.loud_lufs - first.soft_lufs, 40 * log10(2), 0.1);
    ck_assert_double_eq_tol(preset_level_exponent(&first), 4, 0.05);
    ck_assert_int_eq(access(kept, R_OK), 0);
    ck_assert_int_eq(fixture_file_count(folder), 2); /* no half-written one beside it */
    again = level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 1);
    ck_assert(again.loud_lufs == first.loud_lufs && again.soft_lufs == first.soft_lufs);
    change(kept, "\"program\": 5", "\"program\": 6");
    again = level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
    ck_assert(again.loud_lufs == first.loud_lufs);
    ck_assert_int_eq(truncate(kept, 60), 0);
    level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
    level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 1);
    change(kept, synth_version(), "0"); /* another synthesiser's, whose programs may be as loud as they like */
    level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
    sha256[0] = sha256[0] == '0' ? '1' : '0';
    ck_assert_int_eq(rename(kept, arena_printf(arena, "%s/%s.json", folder, sha256)), 0);
    level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
}
END_TEST

static const char *leftover(const char *kept, const char *suffix, time_t age_s)
{
    const char *path = arena_printf(arena, "%s.%s", kept, suffix);
    const struct timespec times[2] = { { .tv_sec = time(NULL) - age_s }, { .tv_sec = time(NULL) - age_s } };

    fclose(fopen(path, "w"));
    ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
    return path;
}

/* A cache is made with the folder it is in, and what a killed writer left goes; what another is writing stays. */
START_TEST(levels_find_room)
{
    char sha256[HASH_TEXT_SIZE];
    const char *deep = arena_printf(arena, "%s/cache/aether", folder), *above = folder, *path, *kept, *old, *young;
    struct writer w;
    size_t known;

    font_make(&w);
    path = font_save(&w, "tone.sf2", w.len);
    ck_assert(hash_file(path, sha256, &problem));
    kept = arena_printf(arena, "%s/%s.json", deep, sha256);
    folder = deep;
    level_of(sha256, path, &known);
    ck_assert_int_eq(access(kept, R_OK), 0);
    ck_assert_int_eq(unlink(kept), 0);
    old = leftover(kept, "AAAAAA", 86400);
    young = leftover(kept, "BBBBBB", 0);
    level_of(sha256, path, &known);
    ck_assert_uint_eq(known, 0);
    ck_assert_int_ne(access(old, F_OK), 0);
    ck_assert_int_eq(access(young, F_OK), 0);
    unlink(kept);
    unlink(young);
    rmdir(deep);
    folder = above;
    rmdir(arena_printf(arena, "%s/cache", folder));
}
END_TEST

START_TEST(exponents_have_bounds)
{
    ck_assert_double_eq_tol(preset_level_exponent(&(struct preset_level){ 0, 0, -20, -26.02 }), 2, 0.01);
    ck_assert_double_eq(preset_level_exponent(&(struct preset_level){ 0, 0, -20, -20 }), 1);
    ck_assert_double_eq(preset_level_exponent(&(struct preset_level){ 0, 0, -20, -90 }), 8);
    ck_assert_double_eq(preset_level_exponent(&(struct preset_level){ 0, 0, NAN, NAN }), 4);
}
END_TEST

Suite *soundfonts_suite(void)
{
    Suite *s = suite_create("soundfonts");
    TCase *t = tcase_create("files, names, levels");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, presets_are_read);
    tcase_add_loop_test(t, damage_is_named, 0, (int)(sizeof(damages) / sizeof(damages[0])));
    tcase_add_test(t, any_damage_is_survived);
    tcase_add_test(t, stopped_strings_do_not_ring_on);
    tcase_add_test(t, names_come_from_settings_and_files);
    tcase_add_test(t, levels_are_measured_once_and_kept);
    tcase_add_test(t, levels_find_room);
    tcase_add_test(t, exponents_have_bounds);
    suite_add_tcase(s, t);
    return s;
}
