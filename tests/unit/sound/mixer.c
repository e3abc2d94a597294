#include "sound/mixer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/random.h"
#include "sound/ending.h"
#include "sound/loop.h"
#include "sound/render.h"
#include "sound/reverb.h"
#include "sound/scratch.h"
#include "sound/strip.h"
#include "suites.h"

static struct audio io, other, mix;

static double power(const float *samples, int count)
{
    double sum = 0;

    for (int i = 0; i < count; i++)
        sum += (double)samples[i] * (double)samples[i];
    return sum;
}

static void fill(struct audio *a, bool is_mono)
{
    struct random r = random_stream(3, "fill", is_mono);

    for (int i = 0; i < AUDIO_CHUNK; i++) {
        a->left[i] = (float)(0.1 * random_normal(&r));
        a->right[i] = is_mono ? a->left[i] : (float)(0.1 * random_normal(&r));
    }
}

START_TEST(pan_has_constant_power)
{
    for (double pan = -1; pan <= 1; pan += 0.125) {
        struct strip s;
        double in, left, right;

        fill(&io, true);
        in = power(io.left, AUDIO_CHUNK);
        strip_init(&s, &(struct mix_strip){ .pan = pan }, NULL);
        ck_assert(strip_process(&s, &io, AUDIO_CHUNK, true));
        left = power(io.left, AUDIO_CHUNK);
        right = power(io.right, AUDIO_CHUNK);
        ck_assert_double_eq_tol((left + right) / in, 1, 1e-4);
        ck_assert_double_eq_tol(atan2(sqrt(right), sqrt(left)), (pan + 1) * M_PI / 4, 1e-3);
    }
}
END_TEST

START_TEST(centre_keeps_the_image_3_db_down)
{
    struct strip s;

    fill(&io, false);
    other = io;
    strip_init(&s, &(struct mix_strip){ .pan = NAN, .highpass_hz = NAN }, NULL);
    strip_process(&s, &io, AUDIO_CHUNK, true);
    for (int i = 0; i < AUDIO_CHUNK; i++) {
        ck_assert_float_eq_tol(io.left[i], other.left[i] * (float)M_SQRT1_2, 1e-6f);
        ck_assert_float_eq_tol(io.right[i], other.right[i] * (float)M_SQRT1_2, 1e-6f);
    }
}
END_TEST

START_TEST(strip_survives_bad_numbers)
{
    struct strip s;

    fill(&io, false);
    io.left[100] = NAN;
    io.right[200] = INFINITY;
    io.left[300] = -1e30f;
    strip_init(&s, &(struct mix_strip){ .highpass_hz = 100 }, NULL);
    strip_process(&s, &io, AUDIO_CHUNK, true);
    for (int i = 0; i < AUDIO_CHUNK; i++)
        ck_assert(fabsf(io.left[i]) < 10 && fabsf(io.right[i]) < 10);
}
END_TEST

START_TEST(silent_strip_rings_out_and_stops)
{
    struct strip s;
    int rounds = 0;

    fill(&io, false);
    strip_init(&s, &(struct mix_strip){ .highpass_hz = 30 }, NULL);
    ck_assert(!strip_process(&s, &other, AUDIO_CHUNK, false));
    ck_assert(strip_process(&s, &io, AUDIO_CHUNK, true));
    for (;; rounds++) {
        memset(&io, 0, sizeof(io));
        if (!strip_process(&s, &io, AUDIO_CHUNK, false))
            break;
    }
    ck_assert_int_ge(rounds, 1);
    ck_assert_int_le(rounds, 4);
}
END_TEST

START_TEST(buses_and_sends_add_up)
{
    const struct mix_strip strips[2] = { { .bus = BUS_DRUMS, .reverb_send_db = -60, .delay_send_db = -60 },
                                         { .bus = BUS_LEAD, .reverb_send_db = -100, .delay_send_db = -100 } };
    const struct mixer_input rows[2] = { { &strips[0], NULL }, { &strips[1], NULL } };
    struct mix_bus_settings bus = { .bus = BUS_LEAD, .gain_db = -6, .compressor = { .ratio = 1 } };
    struct mix_spec spec = { .reverb_return_db = 0 };
    const struct audio *inputs[2] = { &io, &other };
    struct mixer *m;

    spec.buses.items = &bus;
    spec.buses.count = 1;
    fill(&io, true);
    fill(&other, false);
    m = mixer_new(&spec, rows, 2, 0.5, NULL);
    mixer_process(m, inputs, &mix, AUDIO_CHUNK);
    for (int i = 0; i < AUDIO_CHUNK; i++)
        ck_assert_float_eq_tol(mix.left[i], io.left[i] + other.left[i] * 0.501187f, 1e-6f);
    inputs[0] = inputs[1] = NULL;
    mixer_process(m, inputs, &mix, AUDIO_CHUNK);
    ck_assert(power(mix.left, AUDIO_CHUNK) == 0);
    mixer_free(m);
}
END_TEST

/* Energy that is left after the time in which it should have fallen by 60 dB, by Schroeder's backward
 * integration. */
START_TEST(reverb_dies_in_its_time)
{
    enum { LEN = 6 * RENDER_RATE_HZ };
    static const double rooms[] = { 0, 0.3, 0.6, 1 };
    static struct reverb r;
    float *left = calloc(LEN, sizeof(float)), *right = calloc(LEN, sizeof(float));

    for (size_t k = 0; k < sizeof(rooms) / sizeof(*rooms); k++) {
        int at = (int)(reverb_time_s(rooms[k]) * RENDER_RATE_HZ);
        double whole, rest;

        memset(left, 0, LEN * sizeof(float));
        memset(right, 0, LEN * sizeof(float));
        left[0] = right[0] = 1;
        reverb_init(&r, rooms[k], 0);
        reverb_process(&r, left, right, LEN);
        whole = power(left, LEN);
        rest = power(left + at, LEN - at);
        ck_assert_double_le(10 * log10(rest / whole), -50);
        if (rooms[k] > 0.2) /* shorter ones end between two echoes */
            ck_assert_double_ge(10 * log10(rest / whole), -75);
        ck_assert(isfinite(whole) && whole > 0);
    }
    free(left);
    free(right);
}
END_TEST

START_TEST(reverb_is_as_loud_as_its_input_and_wide)
{
    enum { LEN = 8 * RENDER_RATE_HZ };
    static struct reverb r;
    float *left = malloc(LEN * sizeof(float)), *right = malloc(LEN * sizeof(float));
    struct random random = random_stream(5, "reverb", 0);
    double in = 0, out, both = 0;

    for (int i = 0; i < LEN; i++)
        left[i] = right[i] = (float)(0.1 * random_normal(&random));
    in = power(left + LEN / 2, LEN / 2);
    reverb_init(&r, 0.6, 0.1);
    reverb_process(&r, left, right, LEN);
    out = power(left + LEN / 2, LEN / 2);
    ck_assert_double_eq_tol(10 * log10(out / in), 0, 3);
    for (int i = LEN / 2; i < LEN; i++)
        both += (double)left[i] * (double)right[i];
    ck_assert_double_le(fabs(both) / out, 0.3); /* hardly correlated */
    free(left);
    free(right);
}
END_TEST

START_TEST(ending_waits_for_the_tail)
{
    const int64_t score = 2 * AUDIO_CHUNK + 5000;
    struct ending n;

    ending_init(&n, score);
    memset(&io, 0, sizeof(io));
    ck_assert(
        !ending_find(&n, &io, AUDIO_CHUNK, AUDIO_CHUNK, 0.001f)); /* silence inside the song is no end */
    for (int i = 0; i < 20000; i++)
        io.left[i] = 0.5f;
    ck_assert(ending_find(&n, &io, 2 * AUDIO_CHUNK, AUDIO_CHUNK, 0.001f));
    ck_assert_int_ge(n.end_frame, 2 * AUDIO_CHUNK + 20000);
    ck_assert_int_le(n.end_frame, 3 * AUDIO_CHUNK);
    for (int i = 0; i < AUDIO_CHUNK; i++)
        io.left[i] = 0.5f;
    ending_fade(&n, &io, 2 * AUDIO_CHUNK, AUDIO_CHUNK);
    ck_assert_float_eq(io.left[0], 0.5f);
    ck_assert_float_eq(io.left[n.fade_frame - 2 * AUDIO_CHUNK - 1], 0.5f);
    for (int64_t i = n.end_frame - 2 * AUDIO_CHUNK; i < AUDIO_CHUNK; i++)
        ck_assert_float_eq(io.left[i], 0);
    ck_assert_float_le(io.left[n.end_frame - 2 * AUDIO_CHUNK - 1], 1e-4f);
}
END_TEST

START_TEST(ending_fades_what_does_not_die)
{
    struct ending n;
    int64_t start = 0;
    float before = 1;

    ending_init(&n, AUDIO_CHUNK);
    for (;; start += AUDIO_CHUNK) {
        bool is_end;

        for (int i = 0; i < AUDIO_CHUNK; i++)
            io.left[i] = io.right[i] = 1;
        is_end = ending_find(&n, &io, start, AUDIO_CHUNK, 0.001f);
        ending_fade(&n, &io, start, AUDIO_CHUNK);
        for (int i = 0; i < AUDIO_CHUNK; i++) {
            ck_assert_float_le(before - io.left[i], 0.01f); /* no step */
            before = io.left[i];
        }
        if (is_end)
            break;
    }
    ck_assert_int_le(n.end_frame, AUDIO_CHUNK + (ENDING_MAX_S + 1) * RENDER_RATE_HZ);
    ck_assert_int_ge(n.end_frame, AUDIO_CHUNK + (ENDING_MAX_S - 1) * RENDER_RATE_HZ);
}
END_TEST

/* Frame i of the mix is i, of the tail behind the last bar line 0.5: the first frames of the loop are then i + 0.5, and
 * behind its last frame comes its first. */
START_TEST(loop_rings_on_at_its_beginning)
{
    const int64_t frames = AUDIO_CHUNK + 1000, end = frames + AUDIO_CHUNK + 500, tail = end - frames;
    struct error e = { 0 };
    int fd = scratch_open("/tmp", &e);

    ck_assert_int_ge(fd, 0);
    for (int64_t chunk = 0; chunk * AUDIO_CHUNK < end; chunk++) {
        for (int i = 0; i < AUDIO_CHUNK; i++) {
            int64_t frame = chunk * AUDIO_CHUNK + i;

            io.left[i] = frame < frames ? (float)frame : frame < end ? 0.5f : 0;
            io.right[i] = -io.left[i];
        }
        ck_assert(scratch_write(fd, &io, sizeof(io), chunk * (int64_t)sizeof(io), &e));
    }
    ck_assert(loop_fold(fd, frames, end, &e));
    for (int64_t at = -LOOP_RUNUP_FRAMES; at < 2 * frames; at += 7919) {
        ck_assert(loop_read(fd, frames, at, &io, &e));
        for (int i = 0; i < AUDIO_CHUNK; i++) {
            int64_t frame = ((at + i) % frames + frames) % frames;
            float expected = (float)frame + (frame < tail ? 0.5f : 0);

            ck_assert_float_eq(io.left[i], expected);
            ck_assert_float_eq(io.right[i], -expected);
        }
    }
    scratch_close(fd);
}
END_TEST

Suite *mixer_suite(void)
{
    Suite *s = suite_create("mixer");
    TCase *t = tcase_create("strips, buses, reverb, ending");

    tcase_set_timeout(t, 60);
    tcase_add_test(t, pan_has_constant_power);
    tcase_add_test(t, centre_keeps_the_image_3_db_down);
    tcase_add_test(t, strip_survives_bad_numbers);
    tcase_add_test(t, silent_strip_rings_out_and_stops);
    tcase_add_test(t, buses_and_sends_add_up);
    tcase_add_test(t, reverb_dies_in_its_time);
    tcase_add_test(t, reverb_is_as_loud_as_its_input_and_wide);
    tcase_add_test(t, ending_waits_for_the_tail);
    tcase_add_test(t, ending_fades_what_does_not_die);
    tcase_add_test(t, loop_rings_on_at_its_beginning);
    suite_add_tcase(s, t);
    return s;
}
