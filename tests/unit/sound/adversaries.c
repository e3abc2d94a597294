/* What is hardest for a true-peak limiter, as ffmpeg's ebur128 hears the decoded files: at 44.1, 48 and 96 kHz, which for the
 * limiter are the same samples and for the meter are not. */
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "fixture.h"
#include "sound/limiter.h"
#include "suites.h"

enum { LEN = 352 * AUDIO_BLOCK };

/* ffmpeg tells one digit behind the point: the least peak above this would be told as -1.0, the greatest below as -1.1. */
#define CEILING_DBTP (-1.05)

static float left[LEN], right[LEN];
static struct random dice;

static double tone(int i, double cycles, double phase) { return sin(2 * M_PI * cycles * i + phase); }
static double square(int i, double cycles) { return fmod(i * cycles, 1) < 0.5 ? 1 : -1; }
static double clipped(double x) { return fmin(fmax(x, -1), 1); }

static float fourth(int i, int c) { return (float)(2 * tone(i, 0.25, c == 0 ? M_PI / 4 : M_PI / 16)); }
static float third(int i, int c) { return (float)(2 * tone(i, 1 / 3.0, c == 0 ? M_PI / 12 : M_PI / 24)); } /* between 4 points */
static float fifth(int i, int c) { return (float)(2 * tone(i, 0.2, c == 0 ? M_PI / 20 : M_PI / 40)); }
static float tone_13(int i, int c) { return (float)(2 * tone(i, 0.3, c == 0 ? 0.3 : M_PI / 4)); }
static float tone_18(int i, int c) { return (float)(2 * tone(i, 0.41, c == 0 ? 0.3 : M_PI / 4)); }
static float tone_20(int i, int c) { return (float)(2 * tone(i, 0.455, c == 0 ? 0.3 : M_PI / 4)); }
static float near_nyquist(int i, int c) { return (float)(2 * tone(i, c == 0 ? 0.49 : 0.499, 0.7)); }
static float high_bursts(int i, int c) { return (float)((i % 997 < 37 ? 4 : 0.1) * tone(i, c == 0 ? 0.45 : 0.4, M_PI / 4)); }
static float low_bursts(int i, int c) { return (float)((i / 700 % 2 ? 4 : 0) * tone(i, c == 0 ? 0.25 : 0.1, M_PI / 4)); }
static float square_slow(int i, int c) { return (float)(2 * square(i, c == 0 ? 0.01 : 0.0113)); }
static float square_fast(int i, int c) { return (float)(2 * square(i, c == 0 ? 0.137 : 0.0231)); }
static float square_whole(int i, int c) { return i / (c == 0 ? 5 : 3) % 2 ? 2 : -2; }
static float alternating(int i, int c) { return (i % 2 ? 1.9f : -1.9f) * (c == 0 || i % 2000 < 1000 ? 1 : -1); }
static float impulses(int i, int c) { return i % (c == 0 ? 1000 : 733) == 0 ? 8 : 0; }
static float pairs(int i, int c) { return i % 1000 < 2 ? (c == 0 || i % 1000 == 0 ? 8 : -8) : 0; }
static float noise(int i, int c) { (void)i, (void)c; return (float)(2 * random_unit(&dice) - 1); }
static float noise_loud(int i, int c) { return 3 * noise(i, c); }
static float noise_clipped(int i, int c) { return (float)clipped((double)(6 * noise(i, c))); }
static float coins(int i, int c) { return noise(i, c) > 0 ? 2 : -2; }
static float sweep(int i, int c) { return (float)(2.5 * cos(M_PI * 0.5 * LEN * pow((double)i / LEN, 2) + c)); }

static const struct {
    const char *name;
    float (*at)(int i, int channel);
} signals[] = {
    { "fourth", fourth },           { "third", third },
    { "fifth", fifth },             { "tone of 0.3", tone_13 },
    { "tone of 0.41", tone_18 },    { "tone of 0.455", tone_20 },
    { "near Nyquist", near_nyquist }, { "high bursts", high_bursts },
    { "low bursts", low_bursts },   { "slow square", square_slow },
    { "fast square", square_fast }, { "square of whole samples", square_whole },
    { "alternating", alternating }, { "impulses", impulses },
    { "pairs", pairs },             { "noise of full scale", noise },
    { "loud noise", noise_loud },   { "clipped noise", noise_clipped },
    { "coins", coins },             { "sweep", sweep },
};

static void file_write(const char *path, int rate_hz)
{
    SF_INFO info = { .samplerate = rate_hz, .channels = 2, .format = SF_FORMAT_WAV | SF_FORMAT_PCM_24 };
    SNDFILE *out = sf_open(path, SFM_WRITE, &info);

    ck_assert_ptr_nonnull(out);
    for (int i = 0; i < LEN; i++) {
        float frame[2] = { left[i], right[i] };

        ck_assert_int_eq(sf_writef_float(out, frame, 1), 1);
    }
    sf_close(out);
}

/* dBTP, to one digit. */
static double heard_by_ffmpeg(const char *path)
{
    static const char before[] = "Peak:";
    char command[1024], line[1024];
    double peak_dbtp = NAN;
    FILE *in;

    snprintf(command, sizeof(command), "ffmpeg -hide_banner -nostats -i '%s' -af ebur128=peak=true -f null - 2>&1", path);
    in = popen(command, "r");
    ck_assert_ptr_nonnull(in);
    while (fgets(line, sizeof(line), in) != NULL) { /* the last one is of the whole */
        const char *at = strstr(line, before);

        if (at != NULL)
            peak_dbtp = strtod(at + strlen(before), NULL);
    }
    ck_assert_msg(pclose(in) == 0 && isfinite(peak_dbtp), "ffmpeg does not measure %s", path);
    return peak_dbtp;
}

START_TEST(ffmpeg_finds_nothing_above_the_ceiling)
{
    static const int rates_hz[] = { 44100, 48000, 96000 };
    static const double releases_ms[] = { 80, 10, 300 };
    struct arena *arena = arena_new(1 << 20);
    const char *folder = fixture_folder(arena), *path = arena_printf(arena, "%s/a.wav", folder);

    for (int k = 0; k < 3; k++) {
        struct limiter l;
        double peak_dbtp;

        dice = random_stream(5, "adversaries", 0);
        for (int i = 0; i < LEN; i++) {
            left[i] = signals[_i].at(i, 0);
            right[i] = signals[_i].at(i, 1);
        }
        limiter_init(&l, CEILING_DBTP, 2, releases_ms[k]);
        limiter_process(&l, left, right, LEN);
        file_write(path, rates_hz[k]);
        peak_dbtp = heard_by_ffmpeg(path);
        ck_assert_msg(peak_dbtp < CEILING_DBTP, "%s at %d Hz: %.1f dBTP", signals[_i].name, rates_hz[k], peak_dbtp);
        ck_assert_msg(peak_dbtp > CEILING_DBTP - 1.5, "%s at %d Hz: only %.1f dBTP", signals[_i].name, rates_hz[k], peak_dbtp);
    }
    fixture_folder_remove(folder);
    arena_free(arena);
}
END_TEST

Suite *adversaries_suite(void)
{
    Suite *s = suite_create("adversaries");
    TCase *t = tcase_create("limiter");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, ffmpeg_finds_nothing_above_the_ceiling, 0, (int)(sizeof(signals) / sizeof(signals[0])));
    suite_add_tcase(s, t);
    return s;
}
