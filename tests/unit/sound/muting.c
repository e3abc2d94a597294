/* Who gives way to whom, and what a muted part still has to say: nothing in the mix, everything in its stem. */
#include <math.h>
#include <sndfile.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "fixture.h"
#include "sound/unmask.h"
#include "suites.h"

static struct arena *arena;
static const char *folder;

static void setup(void)
{
    arena = arena_new((size_t)128 << 20);
    folder = fixture_folder(arena);
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

enum { KHZ_2 = 6, HZ_62 = 1, HZ_125 = 2 }; /* octaves */

static struct channel *channel_add(struct session *s, int bus)
{
    static const struct score_part part = { .id = "any" };
    struct channel *c = &s->channels[s->mix_count++];

    s->arena = arena;
    *c = (struct channel){ .part = &part, .is_mixed = true, .settings = { .bus = bus } };
    return c;
}

static double cut_at(const struct channel *c, double hz)
{
    double db = 0;

    for (size_t i = 0; i < c->settings.eq.count; i++)
        if (c->settings.eq.items[i].hz == hz)
            db += c->settings.eq.items[i].gain_db;
    return db;
}

/* A lead at 2 kHz, a pad as strong and a piano with a hundredth of it there: half of what is missing to 4 dB comes from the pad. */
START_TEST(harmony_gives_way_to_the_lead)
{
    struct session *s = ARENA_NEW(arena, struct session);
    struct channel *lead = channel_add(s, BUS_LEAD), *pad = channel_add(s, BUS_HARMONY), *piano = channel_add(s, BUS_HARMONY);

    lead->octaves[KHZ_2] = pad->octaves[KHZ_2] = 1;
    piano->octaves[KHZ_2] = 0.01;
    unmask(s);
    ck_assert_double_eq_tol(cut_at(pad, 2000), -(4 + 10 * log10(1.01)) / 2, 1e-9);
    ck_assert_uint_eq(pad->settings.eq.count, 1);
    ck_assert_uint_eq(lead->settings.eq.count + piano->settings.eq.count, 0);
}
END_TEST

START_TEST(nobody_gives_way_without_need)
{
    struct session *s = ARENA_NEW(arena, struct session);
    struct channel *lead = channel_add(s, BUS_LEAD), *pad = channel_add(s, BUS_HARMONY);

    lead->octaves[KHZ_2] = 1;
    pad->octaves[KHZ_2] = pow(10, -0.41); /* 4.1 dB lower */
    unmask(s);
    ck_assert_uint_eq(pad->settings.eq.count, 0);
    pad->octaves[KHZ_2] = 1000; /* however much there is to give */
    unmask(s);
    ck_assert_double_eq_tol(cut_at(pad, 2000), -UNMASK_MAX_DB, 1e-9);
}
END_TEST

/* 0 nobody is muted, 1 the lead, 2 the pad, 3 a second pad beside it. */
START_TEST(the_muted_ask_nothing_and_give_nothing)
{
    struct session *s = ARENA_NEW(arena, struct session);
    struct channel *lead = channel_add(s, BUS_LEAD), *pad = channel_add(s, BUS_HARMONY), *other = channel_add(s, BUS_HARMONY);
    const double alone_db = -2, both_db = -(4 + 10 * log10(2)) / 2; /* half of 4 dB, and of what a second pad adds */
    const double expected_db[] = { both_db, 0, 0, alone_db };

    lead->octaves[KHZ_2] = pad->octaves[KHZ_2] = other->octaves[KHZ_2] = 1;
    if (_i > 0)
        s->channels[_i - 1].is_mixed = false;
    unmask(s);
    ck_assert_double_eq_tol(cut_at(pad, 2000), expected_db[_i], 1e-9);
    ck_assert_double_eq_tol(cut_at(other, 2000), _i == 0 ? both_db : _i == 2 ? alone_db : 0, 1e-9);
}
END_TEST

START_TEST(a_full_equaliser_stays_as_it_was_asked_for)
{
    struct session *s = ARENA_NEW(arena, struct session);
    struct channel *lead = channel_add(s, BUS_LEAD), *pad = channel_add(s, BUS_HARMONY);
    struct mix_eq_band bands[MIX_BANDS_MAX] = { { MIX_BELL, 2000, 3, 1 } };

    lead->octaves[KHZ_2] = pad->octaves[KHZ_2] = 1;
    pad->settings.eq.items = bands;
    pad->settings.eq.count = MIX_BANDS_MAX;
    unmask(s);
    ck_assert_ptr_eq(pad->settings.eq.items, bands);
    ck_assert_uint_eq(pad->settings.eq.count, MIX_BANDS_MAX);
}
END_TEST

/* Bass and kick drum equally strong at 62 Hz: the bass, which has as much again above, yields by the whole 3 dB; when the drums
 * are muted nobody does. */
START_TEST(bass_and_kick_part)
{
    struct session *s = ARENA_NEW(arena, struct session);
    struct channel *bass = channel_add(s, BUS_BASS), *kick = channel_add(s, BUS_DRUMS);

    bass->octaves[HZ_62] = kick->octaves[HZ_62] = 1;
    bass->octaves[HZ_125] = 1;
    kick->is_mixed = _i == 0;
    unmask(s);
    ck_assert_double_eq_tol(cut_at(bass, 62.5), _i == 0 ? -3 : 0, 1e-9);
    ck_assert_uint_eq(kick->settings.eq.count, 0);
}
END_TEST

static struct render_result render(const struct render_order *order)
{
    struct render_result result;
    struct error e = { .code = ERROR_NONE };

    ck_assert_msg(render_score(order, &result, arena, &e), "%s", e.detail);
    return result;
}

static const char *master_sha256(void)
{
    char *out = arena_alloc(arena, HASH_TEXT_SIZE);

    ck_assert(hash_file(arena_printf(arena, "%s/master.wav", folder), out, NULL));
    return out;
}

/* The song in which a part is muted is the song without it, stem or no stem. */
START_TEST(a_muted_part_is_as_if_it_were_not_there)
{
    struct render_order *order = fixture_order(arena, 6, 4, folder);
    struct score without = *order->score;
    const char *muted, *with_stems;

    order->mix->strips.items[3].is_muted = true; /* the lead, to which the chords give way when it is there */
    render(order);
    muted = master_sha256();
    order->stems = true;
    render(order);
    with_stems = master_sha256();
    order->stems = false;
    without.part_count = 3;
    order->score = &without;
    render(order);
    ck_assert_str_eq(master_sha256(), muted);
    ck_assert_str_eq(with_stems, muted);
}
END_TEST

static double last_peak(const char *name, sf_count_t *frames)
{
    SF_INFO info = { .format = 0 };
    SNDFILE *in = sf_open(arena_printf(arena, "%s/%s", folder, name), SFM_READ, &info);
    float end[2 * 2205];
    double peak = 0;

    ck_assert_ptr_nonnull(in);
    *frames = info.frames;
    ck_assert_int_ge(sf_seek(in, info.frames - 2205, SEEK_SET), 0);
    ck_assert_int_eq(sf_readf_float(in, end, 2205), 2205);
    for (int i = 0; i < 2 * 2205; i++)
        peak = fmax(peak, fabs((double)end[i]));
    sf_close(in);
    return peak;
}

/* Dry drums end soon, a muted pad held to the last bar line rings on: without stems nobody waits for it, with them its stem
 * rings out, and the master is as long as that. */
START_TEST(the_song_ends_when_the_stems_of_the_muted_have_rung_out)
{
    struct render_order *order = fixture_order(arena, 4, 5, folder);
    sf_count_t short_frames, master_frames, stem_frames;

    for (size_t i = 0; i < order->mix->strips.count; i++) {
        order->mix->strips.items[i].is_muted = i > 0;
        order->mix->strips.items[i].reverb_send_db = -60;
    }
    render(order);
    last_peak("master.wav", &short_frames);
    order->stems = true;
    render(order);
    last_peak("master.wav", &master_frames);
    ck_assert_double_le(last_peak("stem-pad.wav", &stem_frames), 1e-3);
    ck_assert_int_eq(stem_frames, master_frames);
    ck_assert_int_gt(master_frames, short_frames);
}
END_TEST

/* Chords and lead hard on two sides and the sides three times as wide: out of phase, which a whole song does not keep; a part of
 * one is finished as it is. */
START_TEST(a_failing_master_is_redone_when_the_song_is_whole)
{
    struct render_order *order = fixture_order(arena, 6, 4, folder);
    struct mix_strip *strips = order->mix->strips.items;
    struct master_spec master = *order->master;
    struct render_result result;
    const struct inspection_band *band = &inspection_bands[INSPECT_CORRELATION];

    for (int i = 0; i < 4; i++) {
        strips[i].pan = i % 2 ? 1 : -1;
        strips[i].reverb_send_db = -60;
    }
    master.width = 1;
    order->master = &master;
    result = render(order);
    ck_assert_int_gt(result.master_rounds, 1);
    ck_assert_int_lt(inspection_verdict(band, result.inspection.values[INSPECT_CORRELATION]), 2);
    ck_assert_double_eq(master.width, 1); /* the order stays the customer's */
    strips[0].is_muted = true;
    result = render(order);
    ck_assert_int_eq(result.master_rounds, 1);
    ck_assert_int_eq(inspection_verdict(band, result.inspection.values[INSPECT_CORRELATION]), 2);
}
END_TEST

Suite *muting_suite(void)
{
    Suite *s = suite_create("muting");
    TCase *t = tcase_create("mix");

    tcase_set_timeout(t, 120);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, harmony_gives_way_to_the_lead);
    tcase_add_test(t, nobody_gives_way_without_need);
    tcase_add_loop_test(t, the_muted_ask_nothing_and_give_nothing, 0, 4);
    tcase_add_test(t, a_full_equaliser_stays_as_it_was_asked_for);
    tcase_add_loop_test(t, bass_and_kick_part, 0, 2);
    tcase_add_test(t, a_muted_part_is_as_if_it_were_not_there);
    tcase_add_test(t, the_song_ends_when_the_stems_of_the_muted_have_rung_out);
    tcase_add_test(t, a_failing_master_is_redone_when_the_song_is_whole);
    suite_add_tcase(s, t);
    return s;
}
