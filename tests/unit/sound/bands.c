/* The bands of the equaliser, the crossovers and the spectrum against the formulas of their prototypes. */
#include <math.h>
#include <string.h>

#include "core/random.h"
#include "sound/biquad.h"
#include "sound/multiband.h"
#include "sound/render.h"
#include "sound/spectrum.h"
#include "sound/tone.h"
#include "suites.h"

static double decibels(double gain)
{
    return 20 * log10(gain);
}

/* Gain in dB of a settled sine through what `process` does to it. */
static double sine_db(void (*process)(void *arg, float *left, float *right, int frames), void *arg, double hz, double rate_hz)
{
    enum { SETTLE = 65536, LEN = 32768 };
    static float left[SETTLE + LEN], right[SETTLE + LEN];
    double in = 0, out = 0;

    for (int i = 0; i < SETTLE + LEN; i++)
        left[i] = right[i] = (float)(0.25 * sin(2 * M_PI * hz * i / rate_hz));
    for (int i = SETTLE; i < SETTLE + LEN; i++)
        in += (double)left[i] * (double)left[i];
    process(arg, left, right, SETTLE + LEN);
    for (int i = SETTLE; i < SETTLE + LEN; i++)
        out += (double)left[i] * (double)left[i];
    return 10 * log10(out / in);
}

static void band_process(void *arg, float *left, float *right, int frames)
{
    biquads_process(arg, 1, left, right, frames);
}

/* s = jf/f0 in the prototypes gives these without any algebra of ours: a bell has its gain at f0 and none far away, shelves
 * have half of it in dB at f0 and all of it beyond; passes have 20·log Q at f0 and fall by 12 dB an octave. */
START_TEST(bands_have_their_gain_where_they_should)
{
    static const double gains_db[] = { -12, -3, 3, 9 };

    for (size_t i = 0; i < 4; i++) {
        double g = gains_db[i];
        struct biquad b;

        biquad_band(&b, BAND_BELL, 1000, g, 1, 44100);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 1000, 44100)), g, 0.01);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 5, 44100)), 0, 0.01);
        biquad_band(&b, BAND_LOW_SHELF, 200, g, BIQUAD_BUTTERWORTH_Q, 44100);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 200, 44100)), g / 2, 0.05);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 5, 44100)), g, 0.01);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 10000, 44100)), 0, 0.05);
        biquad_band(&b, BAND_HIGH_SHELF, 4000, g, BIQUAD_BUTTERWORTH_Q, 44100);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 4000, 44100)), g / 2, 0.05);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 20, 44100)), 0, 0.01);
    }
    for (int kind = BAND_LOWPASS; kind <= BAND_HIGHPASS; kind++) {
        double away = kind == BAND_LOWPASS ? 16 : 1.0 / 16;
        struct biquad b;

        biquad_band(&b, (enum biquad_band)kind, 500, 0, BIQUAD_BUTTERWORTH_Q, 44100);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 500, 44100)), -3.0103, 0.05);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 500 * away, 44100)), -48.16, 0.3);
        ck_assert_double_eq_tol(decibels(biquad_gain(&b, 500 / away, 44100)), 0, 0.05);
    }
}
END_TEST

/* The prototype's magnitude, written out with its real and imaginary part. */
static double prototype_db(enum biquad_band kind, double f0, double gain_db, double q, double hz)
{
    double w = hz / f0, a = pow(10, gain_db / 40), r = sqrt(a) * w / q, up, down;

    switch (kind) {
    case BAND_BELL:
        up = hypot(1 - w * w, w * a / q);
        down = hypot(1 - w * w, w / (a * q));
        break;
    case BAND_LOW_SHELF:
        up = a * hypot(a - w * w, r);
        down = hypot(1 - a * w * w, r);
        break;
    case BAND_HIGH_SHELF:
        up = a * hypot(1 - a * w * w, r);
        down = hypot(a - w * w, r);
        break;
    case BAND_LOWPASS:
        up = 1;
        down = hypot(1 - w * w, w / q);
        break;
    default:
        up = w * w;
        down = hypot(1 - w * w, w / q);
    }
    return decibels(up / down);
}

/* Within 0.1 dB of the analogue curve up to 16 kHz for bands up to 2 kHz; where a band comes near half the rate a digital
 * filter cannot follow it altogether: within 0.5 dB at the gains that mixes use. */
START_TEST(bands_follow_their_analogue_prototypes)
{
    static const double f0s[] = { 60, 250, 1000, 2000, 3500, 6000, 9000 }, gains_db[] = { -6, -2, 2, 6 },
                        qs[] = { 0.5, 0.7071, 1.4, 3 }, rates_hz[] = { 44100, 48000, 96000 };

    for (size_t r = 0; r < 3; r++)
        for (int kind = BAND_BELL; kind <= BAND_HIGH_SHELF; kind++)
            for (size_t f = 0; f < 7; f++)
                for (size_t g = 0; g < 4; g++)
                    for (size_t q = 0; q < (kind == BAND_BELL ? 4 : 2); q++) {
                        double tolerance = f0s[f] <= 2000 ? 0.1 : 0.5;
                        struct biquad b;

                        biquad_band(&b, (enum biquad_band)kind, f0s[f], gains_db[g], qs[q], rates_hz[r]);
                        for (double hz = 20; hz < 16000; hz *= 1.15)
                            ck_assert_msg(fabs(decibels(biquad_gain(&b, hz, rates_hz[r])) -
                                               prototype_db((enum biquad_band)kind, f0s[f], gains_db[g], qs[q], hz)) < tolerance,
                                          "kind %d, %g Hz, %g dB, Q %g at %g Hz, rate %g", kind, f0s[f], gains_db[g],
                                          qs[q], hz, rates_hz[r]);
                    }
}
END_TEST

START_TEST(sound_through_a_band_has_its_gain)
{
    static const double tones_hz[] = { 40, 200, 1000, 2500, 8000 };

    for (size_t t = 0; t < 5; t++) {
        struct biquad b;

        biquad_band(&b, BAND_BELL, 1000, -5, 0.8, RENDER_RATE_HZ);
        ck_assert_double_eq_tol(sine_db(band_process, &b, tones_hz[t], RENDER_RATE_HZ),
                                prototype_db(BAND_BELL, 1000, -5, 0.8, tones_hz[t]), 0.1);
    }
}
END_TEST

START_TEST(impossible_bands_stay_stable)
{
    static const double odd[] = { -1e9, 0, 1e-9, 1e9 };

    for (int kind = 0; kind < BAND_COUNT; kind++)
        for (size_t f = 0; f < 4; f++)
            for (size_t q = 0; q < 4; q++)
                for (size_t g = 0; g < 4; g++) {
                    struct biquad b;

                    biquad_band(&b, (enum biquad_band)kind, odd[f], odd[g], odd[q], RENDER_RATE_HZ);
                    ck_assert(fabs(b.a2) < 1 && fabs(b.a1) < 1 + b.a2 && isfinite(b.b0 + b.b1 + b.b2));
                }
}
END_TEST

static void multiband_all(void *arg, float *left, float *right, int frames)
{
    multiband_process(arg, left, right, frames);
}

/* A Linkwitz-Riley crossover sums to an all-pass. Make-up of 0.001 dB turns the bands on without changing anything. */
START_TEST(bands_sum_flat)
{
    static const double tones_hz[] = { 30, 100, 150, 220, 1000, 3000, 4000, 5500, 12000 };
    const struct mix_compressor open = { .ratio = 1, .makeup_db = 0.001 }, settings[MULTIBAND_BANDS] = { open, open, open };

    for (size_t t = 0; t < 9; t++) {
        static struct multiband m;

        multiband_init(&m, 150, 4000, settings, RENDER_RATE_HZ);
        ck_assert(m.is_on);
        ck_assert_double_eq_tol(sine_db(multiband_all, &m, tones_hz[t], RENDER_RATE_HZ), 0, 0.05);
    }
}
END_TEST

/* A band turned down by 12 dB: its middle falls by that, the others' stay, and at the crossover, where both bands are at
 * -6 dB and in phase, the sum is 0.5 + 0.5 · 10^(-12/20). */
START_TEST(each_band_is_its_own)
{
    const struct mix_compressor open = { .ratio = 1 }, down = { .ratio = 1, .makeup_db = -12 };
    const double crossover_db = decibels(0.5 + 0.5 * pow(10, -12.0 / 20));

    for (int band = 0; band < MULTIBAND_BANDS; band++) {
        static const double middles_hz[MULTIBAND_BANDS] = { 20, 800, 16000 };
        struct mix_compressor settings[MULTIBAND_BANDS] = { open, open, open };
        static struct multiband m;

        settings[band] = down;
        for (int at = 0; at < MULTIBAND_BANDS; at++) {
            multiband_init(&m, 150, 4000, settings, RENDER_RATE_HZ);
            ck_assert_double_eq_tol(sine_db(multiband_all, &m, middles_hz[at], RENDER_RATE_HZ), at == band ? -12 : 0, 0.2);
        }
        multiband_init(&m, 150, 4000, settings, RENDER_RATE_HZ);
        ck_assert_double_eq_tol(sine_db(multiband_all, &m, 150, RENDER_RATE_HZ), band < 2 ? crossover_db : 0, 0.1);
    }
}
END_TEST

START_TEST(octaves_hold_their_power)
{
    static float left[RENDER_RATE_HZ], right[RENDER_RATE_HZ];
    struct random random = random_stream(4, "noise", 0);
    double octaves[SPECTRUM_OCTAVES];
    struct spectrum *s = spectrum_new(RENDER_RATE_HZ, NULL);

    for (int i = 0; i < RENDER_RATE_HZ; i++)
        left[i] = right[i] = (float)sin(2 * M_PI * 1000 * i / RENDER_RATE_HZ);
    spectrum_add(s, left, right, RENDER_RATE_HZ);
    spectrum_octaves(s, octaves);
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        ck_assert_double_eq_tol(octaves[o], spectrum_octave_hz[o] == 1000 ? 1 : 0, 0.001);
    spectrum_free(s);
    s = spectrum_new(RENDER_RATE_HZ, NULL); /* white noise: power as wide as the octave */
    for (int i = 0; i < RENDER_RATE_HZ; i++)
        left[i] = right[i] = (float)(0.1 * random_normal(&random));
    spectrum_add(s, left, right, RENDER_RATE_HZ);
    spectrum_octaves(s, octaves);
    for (int o = 4; o + 2 < SPECTRUM_OCTAVES; o++)
        ck_assert_double_eq_tol(10 * log10(octaves[o + 1] / octaves[o]), 3.0103, 0.4);
    spectrum_free(s);
}
END_TEST

/* What is as wished needs nothing; what is bright is darkened, within the limit. */
START_TEST(tone_goes_the_right_way)
{
    double octaves[SPECTRUM_OCTAVES], wished_db[SPECTRUM_OCTAVES], total = 0;
    struct tone t;

    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        total += octaves[o] = pow(10, -0.2 * o);
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        wished_db[o] = 10 * log10(octaves[o] / total);
    t = tone_design(octaves, wished_db, 1, 3);
    ck_assert(!t.is_on);
    for (int o = 6; o < SPECTRUM_OCTAVES; o++)
        octaves[o] *= 8;
    t = tone_design(octaves, wished_db, 1, 3);
    ck_assert(t.is_on);
    ck_assert_double_eq_tol(t.gains_db[TONE_BANDS - 1], -3, 1e-9);
    ck_assert_double_ge(t.gains_db[0], 0);
    for (int b = 0; b < TONE_BANDS; b++)
        ck_assert_double_le(fabs(t.gains_db[b]), 3);
    ck_assert(!tone_design(octaves, wished_db, 0, 3).is_on);
}
END_TEST

Suite *bands_suite(void)
{
    Suite *s = suite_create("bands");
    TCase *t = tcase_create("equaliser, crossovers, spectrum, tone");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, bands_have_their_gain_where_they_should);
    tcase_add_test(t, bands_follow_their_analogue_prototypes);
    tcase_add_test(t, sound_through_a_band_has_its_gain);
    tcase_add_test(t, impossible_bands_stay_stable);
    tcase_add_test(t, bands_sum_flat);
    tcase_add_test(t, each_band_is_its_own);
    tcase_add_test(t, octaves_hold_their_power);
    tcase_add_test(t, tone_goes_the_right_way);
    suite_add_tcase(s, t);
    return s;
}
