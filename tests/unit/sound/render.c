#include "sound/render.h"

#include <math.h>
#include <sched.h>
#include <sndfile.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define error ebur128_error /* its header takes the tag that ours has */
#include <ebur128.h>
#undef error

#include "core/hash.h"
#include "fixture.h"
#include "sound/overview.h"
#include "suites.h"

static struct arena *arena;
static const char *folder;

static void setup(void)
{
    arena = arena_new((size_t)256 << 20);
    folder = fixture_folder(arena);
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

struct measured {
    double loudness_lufs, true_peak_db, peak, duration_s;
    sf_count_t frames;
};

/* Read by libsndfile, measured by libebur128: nothing of ours. */
static struct measured measure(const char *name)
{
    SF_INFO info = { .format = 0 };
    SNDFILE *in = sf_open(arena_printf(arena, "%s/%s", folder, name), SFM_READ, &info);
    ebur128_state *st;
    struct measured m = { .true_peak_db = -HUGE_VAL };
    double peaks[2];
    double samples[8192];
    sf_count_t count;

    ck_assert_msg(in != NULL, "%s: %s", name, sf_strerror(NULL));
    ck_assert_int_eq(info.channels, 2);
    st = ebur128_init(2, (unsigned long)info.samplerate, EBUR128_MODE_I | EBUR128_MODE_TRUE_PEAK);
    while ((count = sf_readf_double(in, samples, 4096)) > 0) {
        ebur128_add_frames_double(st, samples, (size_t)count);
        for (sf_count_t i = 0; i < 2 * count; i++)
            m.peak = fmax(m.peak, fabs(samples[i]));
    }
    sf_close(in);
    ebur128_loudness_global(st, &m.loudness_lufs);
    ebur128_true_peak(st, 0, &peaks[0]);
    ebur128_true_peak(st, 1, &peaks[1]);
    ebur128_destroy(&st);
    m.true_peak_db = 20 * log10(fmax(peaks[0], peaks[1]));
    m.frames = info.frames;
    m.duration_s = (double)info.frames / info.samplerate;
    return m;
}

static struct render_result render(const struct render_order *order)
{
    struct render_result result;
    struct error e = { .code = ERROR_NONE };

    ck_assert_msg(render_score(order, &result, arena, &e), "%s", e.detail);
    return result;
}

static const char *hash_of(const char *name)
{
    char *out = arena_alloc(arena, HASH_TEXT_SIZE);

    ck_assert(hash_file(arena_printf(arena, "%s/%s", folder, name), out, NULL));
    return out;
}

/* The finished file against the targets, for usual and unusual ones. */
START_TEST(loudness_and_peak_are_reached)
{
    static const struct {
        double loudness_lufs, ceiling_dbtp;
    } targets[] = { { -14, -1 }, { -9, -1 }, { -23, -2 }, { -16, -0.5 } };
    struct render_order *order = fixture_order(arena, 10, 4, folder);
    struct master_spec master;
    struct render_result result;
    struct measured m;

    if (order == NULL)
        return;
    master = *order->master;
    master.loudness_lufs = targets[_i].loudness_lufs;
    master.ceiling_dbtp = targets[_i].ceiling_dbtp;
    order->master = &master;
    result = render(order);
    m = measure("master.wav");
    ck_assert_double_eq_tol(m.loudness_lufs, targets[_i].loudness_lufs, 0.5);
    ck_assert_double_le(m.true_peak_db, targets[_i].ceiling_dbtp);
    ck_assert_double_eq_tol(result.loudness_lufs, m.loudness_lufs, 0.01);
    ck_assert_double_eq_tol(result.true_peak_dbtp, m.true_peak_db, 0.01);
    ck_assert_double_eq_tol(result.duration_s, m.duration_s, 1e-6);
    ck_assert_double_ge(result.duration_s, 10);
    ck_assert_double_le(result.duration_s, 14.1);
    ck_assert(isfinite(result.loudness_range_lu));
    ck_assert_int_eq(fixture_file_count(folder), 1 + OVERVIEW_FILES);
}
END_TEST

/* A single soft note, a lone stick, a long quiet pad. */
START_TEST(sparse_songs_work)
{
    static struct score_note notes[3] = { { 480, 240, 60, 20 }, { 960, 60, 42, 30 }, { 0, 7680, 50, 15 } };
    static const uint8_t banks[3] = { 0, 128, 0 }, programs[3] = { 0, 0, 89 }, channels[3] = { 0, 9, 0 };
    struct render_order *order = fixture_order(arena, 8, 1, folder);
    struct score_part part = { .id = "drums",
                               .name = "One",
                               .channel = channels[_i],
                               .bank = banks[_i],
                               .program = programs[_i],
                               .notes = &notes[_i],
                               .note_count = 1 };
    struct score score;
    struct measured m;

    if (order == NULL)
        return;
    score = *order->score;
    score.parts = &part;
    order->score = &score;
    render(order);
    m = measure("master.wav");
    ck_assert_double_eq_tol(m.loudness_lufs, -14, 0.5);
    ck_assert_double_le(m.true_peak_db, -1);
}
END_TEST

START_TEST(stems_are_aligned_and_balanced)
{
    struct render_order *order = fixture_order(arena, 32, 6, folder);
    struct measured master, lead;
    struct render_result result;

    if (order == NULL)
        return;
    order->stems = true;
    result = render(order);
    ck_assert_uint_eq(result.files.count, 7 + OVERVIEW_FILES);
    ck_assert_int_eq(fixture_file_count(folder), 7 + OVERVIEW_FILES);
    ck_assert_str_eq(result.files.items[0].name, "master.wav");
    ck_assert_str_eq(result.files.items[0].label, "master_wav");
    ck_assert_str_eq(result.files.items[0].kind, "master");
    ck_assert_str_eq(result.files.items[1].name, "stem-drums.wav");
    ck_assert_str_eq(result.files.items[1].label, "stem_drums");
    ck_assert_str_eq(result.files.items[1].kind, "stem");
    ck_assert_str_eq(result.files.items[1].people, "Stem, Drums");
    ck_assert_str_eq(result.files.items[7].name, "waveform.png");
    ck_assert_str_eq(result.files.items[7].label, "waveform");
    ck_assert_str_eq(result.files.items[8].name, "spectrogram.png");
    ck_assert_str_eq(result.files.items[9].name, "peaks.json");
    master = measure("master.wav");
    lead = measure("stem-lead.wav");
    for (size_t i = 0; i < order->mix->strips.count; i++) {
        const struct mix_strip *strip = &order->mix->strips.items[i];
        struct measured m = measure(arena_printf(arena, "stem-%s.wav", strip->part));

        ck_assert_int_eq(m.frames, master.frames);
        ck_assert_double_lt(m.peak, 0.999);
        ck_assert_msg(fabs(m.loudness_lufs - lead.loudness_lufs - strip->level_lu) < 1.5,
                      "%s plays %.2f LU beside the lead instead of %.2f", strip->part,
                      m.loudness_lufs - lead.loudness_lufs, strip->level_lu);
    }
}
END_TEST

START_TEST(samples_do_not_depend_on_threads_or_run)
{
    static const int threads[] = { 1, 2, 2, 3, 8 };
    struct render_order *order = fixture_order(arena, 6, 5, folder);
    const char *first[3] = { NULL };
    static const char *const names[3] = { "master.wav", "stem-drums.wav", "stem-pad.wav" };

    if (order == NULL)
        return;
    order->stems = true;
    for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); i++) {
        order->threads = threads[i];
        render(order);
        for (int k = 0; k < 3; k++) {
            if (first[k] == NULL)
                first[k] = hash_of(names[k]);
            ck_assert_str_eq(hash_of(names[k]), first[k]);
        }
    }
}
END_TEST

/* Everything of a mix and a master that has a memory or a second input. */
static void everything_moves(struct render_order *order, struct mix_spec *mix, struct master_spec *master)
{
    static struct mix_point swell[] = { { 1, -9 }, { 2.5, 2 }, { 3, -3 } }, sweep[] = { { 1, 300 }, { 3, 12000 } },
                            sends[] = { { 1.5, -30 }, { 2, -6 } }, fade[] = { { 2, 0 }, { 4, -12 } };
    static struct mix_automation moves[] = { { "pad", MIX_LEVEL_DB, { swell, 3 } },
                                             { "chords", MIX_LOWPASS_HZ, { sweep, 2 } },
                                             { "lead", MIX_REVERB_SEND_DB, { sends, 2 } },
                                             { "lead", MIX_DELAY_SEND_DB, { sends, 2 } },
                                             { NULL, MIX_LEVEL_DB, { fade, 2 } } };
    const struct mix_compressor squeeze = { .threshold_db = -30, .ratio = 4, .attack_ms = 5, .release_ms = 90, .makeup_db = 2 };

    *mix = *order->mix;
    mix->automation.items = moves;
    mix->automation.count = sizeof(moves) / sizeof(moves[0]);
    mix->delay = (struct mix_delay){ 0.75, 0.5, 0.5, 5000, -8 };
    mix->duck_release_ms = 180;
    for (size_t i = 1; i < mix->strips.count; i++) {
        mix->strips.items[i].duck_db = 8;
        mix->strips.items[i].drive_db = 3;
        mix->strips.items[i].width = 0.4;
        mix->strips.items[i].compressor = squeeze;
    }
    *master = *order->master;
    master->multiband = (struct master_multiband){ 150, 4000, squeeze, squeeze, squeeze };
    master->drive_db = 2;
    master->width = 0.3;
    master->mono_below_hz = 120;
    order->mix = mix;
    order->master = master;
}

/* The master's samples with stems, with those of the drum groups, and without; the drum set has five groups, which any thread
 * may get. What moves is heard: without it the master is another. */
START_TEST(samples_do_not_depend_on_threads_or_stems_with_everything_moving)
{
    static const struct {
        int threads;
        bool stems, drum_stems;
    } runs[] = { { 1, true, true }, { 1, false, false }, { 2, false, false }, { 3, true, false }, { 5, true, true }, { 5, false, false } };
    static const char *const names[] = { "stem-drums.wav", "stem-pad.wav", "stem-drums-hats.wav" };
    struct render_order *order = fixture_order(arena, 6, 5, folder);
    const char *plain, *first = NULL, *stems[3] = { NULL };
    struct master_spec master;
    struct mix_spec mix;

    render(order);
    plain = hash_of("master.wav");
    everything_moves(order, &mix, &master);
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        order->threads = runs[i].threads;
        order->stems = runs[i].stems;
        order->drum_stems = runs[i].drum_stems;
        render(order);
        first = first == NULL ? hash_of("master.wav") : first;
        ck_assert_msg(strcmp(hash_of("master.wav"), first) == 0, "%d threads, %d stems", runs[i].threads, runs[i].stems);
        for (int k = 0; runs[i].stems && k < (runs[i].drum_stems ? 3 : 2); k++) {
            stems[k] = stems[k] == NULL ? hash_of(names[k]) : stems[k];
            ck_assert_msg(strcmp(hash_of(names[k]), stems[k]) == 0, "%s with %d threads", names[k], runs[i].threads);
        }
    }
    ck_assert_str_ne(first, plain);
}
END_TEST

/* Read by libsndfile, measured by libebur128: a listener's decoder gives what was asked for. */
START_TEST(every_format_keeps_loudness_and_ceiling_when_decoded)
{
    static const struct {
        double loudness_lufs, ceiling_dbtp;
    } targets[] = { { -14, -1 }, { -9, -1 }, { -23, -2 } };
    struct render_order *order = fixture_order(arena, 10, 4, folder);
    struct render_result result;
    struct master_spec master;

    if (order == NULL)
        return;
    master = *order->master;
    master.loudness_lufs = targets[_i].loudness_lufs;
    master.ceiling_dbtp = targets[_i].ceiling_dbtp;
    order->master = &master;
    order->formats = (1u << OUTPUT_COUNT) - 1;
    result = render(order);
    ck_assert_uint_eq(result.files.count, OUTPUT_COUNT + OVERVIEW_FILES);
    ck_assert_int_eq(fixture_file_count(folder), OUTPUT_COUNT + OVERVIEW_FILES);
    for (int i = 0; i < OUTPUT_COUNT; i++) {
        const struct render_file *file = &result.files.items[i];
        struct measured m = measure(file->name);

        ck_assert_msg(fabs(m.loudness_lufs - targets[_i].loudness_lufs) <= 0.2, "%s: %.2f LUFS", file->name,
                      m.loudness_lufs);
        ck_assert_msg(m.true_peak_db <= targets[_i].ceiling_dbtp, "%s: %.2f dBTP", file->name, m.true_peak_db);
        ck_assert_int_eq(isfinite(file->loudness_lufs), output_infos[i].is_lossy);
        if (output_infos[i].is_lossy)
            ck_assert_double_eq_tol(file->loudness_lufs, m.loudness_lufs, 0.02);
        if (output_infos[i].is_lossy)
            ck_assert_double_eq_tol(file->true_peak_dbtp, m.true_peak_db, 0.02);
        ck_assert_double_eq_tol(m.duration_s, result.duration_s, i == OUTPUT_MP3 || i == OUTPUT_MP3_V0 ? 0.06 : 1e-4);
    }
}
END_TEST

/* EBU R 128: -23 LUFS, -1 dBTP; by the target's name alone. */
START_TEST(a_target_by_name_is_reached_when_decoded)
{
    struct render_order *order = fixture_order(arena, 8, 3, folder);
    struct master_spec master;

    if (order == NULL)
        return;
    master = *order->master;
    master.target = TARGET_EBU_R128;
    master.loudness_lufs = master.ceiling_dbtp = NAN;
    order->master = &master;
    order->formats = 1u << OUTPUT_WAV | 1u << OUTPUT_MP3 | 1u << OUTPUT_OPUS;
    render(order);
    for (int i = 0; i < 3; i++) {
        static const char *const names[] = { "master.wav", "master.mp3", "master.opus" };
        struct measured m = measure(names[i]);

        ck_assert_double_eq_tol(m.loudness_lufs, -23, 0.2);
        ck_assert_double_le(m.true_peak_db, -1);
    }
}
END_TEST

static atomic_int yields;

/* In place of the C library's. */
int sched_yield(void)
{
    yields++;
    return 0;
}

/* Requests do not wait for renders: all threads of the processor-bound work let others in. A render of all formats is a second
 * and more of it, and each 0.2 ms are a time to yield. */
START_TEST(renders_let_others_in)
{
    struct render_order *order = fixture_order(arena, 6, 2, folder);

    if (order == NULL)
        return;
    order->formats = (1u << OUTPUT_COUNT) - 1;
    yields = 0;
    render(order);
    ck_assert_int_gt(yields, 200);
}
END_TEST

START_TEST(formats_are_the_same_bytes_every_time)
{
    struct render_order *order = fixture_order(arena, 6, 2, folder);
    const char *first[OUTPUT_COUNT + OVERVIEW_FILES + 2];

    if (order == NULL)
        return;
    order->formats = (1u << OUTPUT_COUNT) - 1;
    order->stems = true;
    order->stem_format = OUTPUT_OGG;
    for (int run = 0; run < 2; run++) {
        struct render_result result = render(order);

        for (size_t i = 0; i < result.files.count; i++) {
            if (run == 0)
                first[i] = hash_of(result.files.items[i].name);
            ck_assert_msg(strcmp(hash_of(result.files.items[i].name), first[i]) == 0, "%s", result.files.items[i].name);
        }
        order->threads = 1;
    }
}
END_TEST

static double *samples_read(const char *name, sf_count_t *frames)
{
    SF_INFO info = { .format = 0 };
    SNDFILE *in = sf_open(arena_printf(arena, "%s/%s", folder, name), SFM_READ, &info);
    double *samples;

    ck_assert_msg(in != NULL, "%s: %s", name, sf_strerror(NULL));
    samples = ARENA_ARRAY(arena, double, (size_t)(2 * info.frames));
    ck_assert_int_eq(sf_readf_double(in, samples, info.frames), info.frames);
    sf_close(in);
    *frames = info.frames;
    return samples;
}

/* The groups of the kit sum to the kit; nothing else changes by them. */
START_TEST(drum_stems_sum_to_the_drums)
{
    static const char *const groups[] = { "kick", "snare", "hats", "cymbals", "percussion" }; /* the fixture has no toms */
    struct render_order *order = fixture_order(arena, 8, 3, folder);
    const char *master, *drums;
    double *whole, *sum, power = 0, error = 0;
    struct render_result result;
    sf_count_t frames;

    if (order == NULL)
        return;
    order->stems = true;
    order->stem_format = OUTPUT_WAV32F;
    render(order);
    master = hash_of("master.wav");
    drums = hash_of("stem-drums.wav");
    order->drum_stems = true;
    result = render(order);
    ck_assert_uint_eq(result.files.count, 1 + 3 + 5 + OVERVIEW_FILES);
    ck_assert_str_eq(result.files.items[4].label, "stem_drums_kick");
    ck_assert_str_eq(result.files.items[4].people, "Stem, Drums: Kick");
    ck_assert_str_eq(hash_of("master.wav"), master);
    ck_assert_str_eq(hash_of("stem-drums.wav"), drums);
    whole = samples_read("stem-drums.wav", &frames);
    sum = ARENA_ARRAY(arena, double, (size_t)(2 * frames));
    for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
        sf_count_t group_frames;
        double *group = samples_read(arena_printf(arena, "stem-drums-%s.wav", groups[g]), &group_frames), loud = 0;

        ck_assert_int_eq(group_frames, frames);
        for (sf_count_t i = 0; i < 2 * frames; i++) {
            sum[i] += group[i];
            loud += group[i] * group[i];
        }
        ck_assert_msg(loud > 0, "%s is silent", groups[g]);
    }
    for (sf_count_t i = 0; i < 2 * frames; i++) {
        power += whole[i] * whole[i];
        error += (sum[i] - whole[i]) * (sum[i] - whole[i]);
    }
    ck_assert_double_gt(power, 0);
    ck_assert_double_le(10 * log10(error / power + 1e-30), -60);
}
END_TEST

/* 24 bits less floats: triangular dither of one step and rounding, which have a variance of 1/6 + 1/12 of a step's square and
 * no mean, so nothing of the floats was rounded before. A song and a loop. */
START_TEST(floats_are_the_master_before_its_dither)
{
    struct render_order *order = fixture_order(arena, 6, 3, folder);
    double sum = 0, square = 0, *pcm, *floats;
    sf_count_t frames, float_frames;

    order->formats = 1u << OUTPUT_WAV | 1u << OUTPUT_WAV32F;
    order->loops = _i == 1;
    render(order);
    pcm = samples_read("master.wav", &frames);
    floats = samples_read("master-float.wav", &float_frames);
    ck_assert_int_eq(frames, float_frames);
    for (sf_count_t i = 0; i < 2 * frames; i++) {
        double steps = (pcm[i] - floats[i]) * 8388608;

        ck_assert_double_le(fabs(steps), 1.5);
        sum += steps;
        square += steps * steps;
    }
    ck_assert_double_eq_tol(sum / (double)(2 * frames), 0, 0.01);
    ck_assert_double_eq_tol(square / (double)(2 * frames), 0.25, 0.01);
    ck_assert_double_le(measure("master-float.wav").true_peak_db, -1);
}
END_TEST

/* Sections keep their dynamics: the gain of a part is one number for the whole song. */
START_TEST(velocities_survive)
{
    struct render_order *order = fixture_order(arena, 32, 4, folder);
    SF_INFO info = { .format = 0 };
    SNDFILE *in;
    double powers[2] = { 0 };
    int32_t pcm[2 * RENDER_RATE_HZ];

    if (order == NULL)
        return;
    order->stems = true;
    render(order);
    in = sf_open(arena_printf(arena, "%s/stem-lead.wav", folder), SFM_READ, &info);
    for (int second = 0; second < 32; second++) {
        ck_assert_int_eq(sf_readf_int(in, pcm, RENDER_RATE_HZ), RENDER_RATE_HZ);
        for (int i = 0; i < 2 * RENDER_RATE_HZ; i++)
            powers[second / 16] += pow(pcm[i] / 2147483648.0, 2);
    }
    sf_close(in);
    /* velocity 92 against 69: 40·log10(92/69) = 5 dB */
    ck_assert_double_eq_tol(10 * log10(powers[1] / powers[0]), 5, 1.5);
}
END_TEST

Suite *render_suite(void)
{
    Suite *s = suite_create("render");
    TCase *t = tcase_create("files");

    tcase_set_timeout(t, 240);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, loudness_and_peak_are_reached, 0, 4);
    tcase_add_loop_test(t, sparse_songs_work, 0, 3);
    tcase_add_test(t, stems_are_aligned_and_balanced);
    tcase_add_test(t, samples_do_not_depend_on_threads_or_run);
    tcase_add_test(t, samples_do_not_depend_on_threads_or_stems_with_everything_moving);
    tcase_add_loop_test(t, every_format_keeps_loudness_and_ceiling_when_decoded, 0, 3);
    tcase_add_test(t, a_target_by_name_is_reached_when_decoded);
    tcase_add_test(t, formats_are_the_same_bytes_every_time);
    tcase_add_test(t, renders_let_others_in);
    tcase_add_test(t, drum_stems_sum_to_the_drums);
    tcase_add_loop_test(t, floats_are_the_master_before_its_dither, 0, 2);
    tcase_add_test(t, velocities_survive);
    suite_add_tcase(s, t);
    return s;
}
