#include "sound/compressor.h"

#include <math.h>

#include "sound/render.h"
#include "suites.h"

static const struct mix_compressor usual = {
    .threshold_db = -20, .ratio = 4, .attack_ms = 5, .release_ms = 50
};

/* Level in dBFS (RMS) of a steady square wave of `level_db` after the compressor has settled. */
static double settled_db(const struct mix_compressor *spec, double level_db)
{
    enum { LEN = 44096 };
    static float left[LEN], right[LEN];
    struct compressor c;
    float amplitude = (float)pow(10, level_db / 20);

    compressor_init(&c, spec);
    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = i / 50 % 2 ? amplitude : -amplitude;
    compressor_process(&c, left, right, LEN);
    return 20 * log10(fabs((double)left[LEN - 1]));
}

/* Giannoulis, Massberg and Reiss (2012), equation 4. */
static double expected_db(double level_db, double threshold_db, double ratio, double knee_db)
{
    double over = level_db - threshold_db;

    if (2 * over < -knee_db)
        return level_db;
    if (2 * fabs(over) <= knee_db)
        return level_db + (1 / ratio - 1) * pow(over + knee_db / 2, 2) / (2 * knee_db);
    return threshold_db + over / ratio;
}

START_TEST(static_curve)
{
    struct mix_compressor spec = usual;

    for (double level_db = -50; level_db <= 0; level_db += 2.5)
        ck_assert_double_eq_tol(settled_db(&spec, level_db),
                                expected_db(level_db, -20, 4, COMPRESSOR_KNEE_DB), 0.1);
    spec.makeup_db = 6;
    ck_assert_double_eq_tol(settled_db(&spec, -8), expected_db(-8, -20, 4, COMPRESSOR_KNEE_DB) + 6, 0.1);
}
END_TEST

START_TEST(attack_and_release_take_their_time)
{
    struct mix_compressor spec = { .threshold_db = -40, .ratio = 1000, .attack_ms = 50, .release_ms = 200 };
    enum { RATE = RENDER_RATE_HZ, LEN = 2 * RATE / 64 * 64 };
    static float left[LEN], right[LEN];
    struct compressor c;
    int reached = -1, recovered = -1;

    compressor_init(&c, &spec);
    for (int i = 0; i < LEN; i++) /* 20 dB over for one second, then 20 dB under */
        left[i] = right[i] = i < LEN / 2 ? 0.1f : 0.001f;
    compressor_process(&c, left, right, LEN);
    for (int i = 0; i < LEN; i++) {
        double gain_db = 20 * log10((double)left[i] / (i < LEN / 2 ? 0.1 : 0.001));

        if (reached < 0 && gain_db < -20 * (1 - exp(-1)))
            reached = i;
        if (recovered < 0 && i > LEN / 2 && gain_db > -20 * exp(-1))
            recovered = i - LEN / 2;
    }
    ck_assert_int_ge(reached, (int)(0.045 * RATE)); /* the RMS window adds a little */
    ck_assert_int_le(reached, (int)(0.062 * RATE));
    ck_assert_int_ge(recovered, (int)(0.19 * RATE));
    ck_assert_int_le(recovered, (int)(0.26 * RATE));
}
END_TEST

START_TEST(off_changes_nothing)
{
    const struct mix_compressor specs[] = { { .ratio = 1 },
                                            { .ratio = NAN, .threshold_db = NAN, .makeup_db = NAN } };
    float left[64], right[64];

    for (size_t s = 0; s < 2; s++) {
        struct compressor c;

        compressor_init(&c, &specs[s]);
        for (int i = 0; i < 64; i++) {
            left[i] = (float)i / 64;
            right[i] = -left[i];
        }
        compressor_process(&c, left, right, 64);
        for (int i = 0; i < 64; i++)
            ck_assert_float_eq(left[i], (float)i / 64);
    }
}
END_TEST

Suite *compressor_suite(void)
{
    Suite *s = suite_create("compressor");
    TCase *t = tcase_create("gain");

    tcase_add_test(t, static_curve);
    tcase_add_test(t, attack_and_release_take_their_time);
    tcase_add_test(t, off_changes_nothing);
    suite_add_tcase(s, t);
    return s;
}
