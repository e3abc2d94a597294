#include "sound/render.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "sound/balance.h"
#include "sound/delivery.h"
#include "sound/master.h"
#include "sound/production.h"
#include "sound/scratch.h"

const char *const render_stage_names[RENDER_STAGE_COUNT] = {
    [RENDER_MEASURE] = "balance",
    [RENDER_SYNTHESIS] = "synthesis and mix",
    [RENDER_MASTER] = "mastering",
    [RENDER_ENCODE] = "encoding",
};

/* Everything that is open while a song is rendered. */
struct render {
    struct session session;
    struct delivery delivery;
    int mix_fd;
    struct master_tapes tapes;
    struct production_result production;
    struct master_result master;
};

static bool order_check(const struct render_order *order, struct error *e)
{
    const char *fault = score_fault(order->score);

    if (fault != NULL)
        return error_set(e, ERROR_INPUT, "the score is not valid: %s", fault);
    if ((order->formats & ((1u << OUTPUT_COUNT) - 1)) == 0)
        return error_set(e, ERROR_INPUT, "no audio format is asked for");
    for (size_t i = 0; i < order->score->part_count; i++)
        if (order->score->parts[i].note_count > 0)
            return true;
    return error_set(e, ERROR_QUALITY, "the song is silent: no part has a note");
}

/* How much lower than in the mix the stems are, so that none clips: 6 dB, or what the loudest excerpt needs
 * to stay 9 dB below full scale. */
static double stem_gain(const struct session *s)
{
    double gain = pow(10, -6.0 / 20), room = pow(10, -9.0 / 20);

    for (int i = 0; i < s->channel_count; i++)
        if (s->channels[i].peak * gain > room)
            gain = room / s->channels[i].peak;
    return gain;
}

static bool produce(struct render *r, struct error *e)
{
    const struct render_order *order = r->session.order;
    double gain = stem_gain(&r->session);

    r->mix_fd = scratch_open(order->folder, e);
    if (r->mix_fd < 0)
        return false;
    for (int attempt = 0; attempt < 2; attempt++) {
        if (order->stems && !delivery_open_stems(&r->delivery, &r->session, e))
            return false;
        if (!production_run(&r->session, r->mix_fd, order->stems ? r->delivery.stems : NULL, gain,
                            &r->production, e))
            return false;
        if (r->production.stem_peak <= 1)
            break;
        log_info("a stem reached %.1f dBFS; all are made again, lower", 20 * log10(r->production.stem_peak));
        gain *= 0.9 / r->production.stem_peak;
        delivery_discard(&r->delivery);
        if (!session_rewind(&r->session, e))
            return false;
    }
    if (!isfinite(r->production.mix_lufs))
        return error_set(e, ERROR_QUALITY, "the song is silent: nothing in it can be heard");
    return true;
}

static bool balance(struct render *r, struct error *e)
{
    return session_tell(&r->session, RENDER_MEASURE, 0, e) && balance_measure(&r->session, e);
}

static bool finish(struct render *r, struct error *e)
{
    const struct render_order *order = r->session.order;

    r->tapes.pcm_fd = scratch_open(order->folder, e);
    if (r->tapes.pcm_fd < 0)
        return false;
    if ((order->formats >> OUTPUT_WAV32F & 1) != 0 && (r->tapes.float_fd = scratch_open(order->folder, e)) < 0)
        return false;
    return master_run(&r->session, r->mix_fd, r->production.frames, r->production.mix_lufs, &r->tapes, &r->master, e);
}

static bool deliver(struct render *r, struct error *e)
{
    return delivery_run(&r->delivery, &r->session, &r->tapes, r->production.frames, &r->master, e);
}

static struct render_file file_of(struct arena *a, const char *name, const char *kind, bool whole_label,
                                  const char *people, const struct part_sum *sum)
{
    return (struct render_file){ .name = name,
                                 .kind = kind,
                                 .label = output_label(a, name, whole_label),
                                 .people = people,
                                 .sum = *sum,
                                 .loudness_lufs = NAN,
                                 .true_peak_dbtp = NAN };
}

static void files_list(struct render_result *out, const struct render *r, struct arena *a)
{
    const struct render_order *order = r->session.order;
    struct render_file *files = ARENA_ARRAY(a, struct render_file, OUTPUT_COUNT + CHANNELS_MAX + OVERVIEW_FILES);
    size_t count = 0;

    for (int i = 0; i < r->delivery.master_count; i++) {
        const struct master_file *m = &r->delivery.masters[i];

        files[count] =
            file_of(a, m->name, "master", true, arena_printf(a, "Master, %s", output_infos[m->format].help),
                    sound_file_sum(m->file));
        files[count].loudness_lufs = m->loudness_lufs;
        files[count++].true_peak_dbtp = m->true_peak_dbtp;
    }
    for (int i = 0; i < r->session.stem_count && order->stems; i++) {
        const struct score_part *part = r->session.channels[i].part;

        files[count++] = file_of(a, output_stem_name(a, part->id, order->stem_format), "stem", false,
                                 arena_printf(a, "Stem, %s", part->name), sound_file_sum(r->delivery.stems[i]));
    }
    for (int i = 0; i < OVERVIEW_FILES; i++)
        files[count++] = file_of(a, overview_infos[i].name, overview_infos[i].kind, false, overview_infos[i].people,
                                 part_file_sum(overview_file(r->delivery.overview, i)));
    out->files.items = files;
    out->files.count = count;
}

static void result_fill(struct render_result *out, const struct render *r, struct arena *a)
{
    files_list(out, r, a);
    out->duration_s = (double)r->production.frames / RENDER_RATE_HZ;
    out->loudness_lufs = r->master.loudness_lufs;
    out->true_peak_dbtp = r->master.true_peak_dbtp;
    out->loudness_range_lu = r->master.range_lu;
    out->inspection = r->master.inspection;
    out->master_rounds = r->master.rounds;
}

/* Also runs when the arena is full in the middle: everything is closed, the files are gone. */
static void render_close(void *arg)
{
    struct render *r = arg;

    delivery_discard(&r->delivery);
    session_close(&r->session);
    scratch_close(r->mix_fd);
    scratch_close(r->tapes.pcm_fd);
    scratch_close(r->tapes.float_fd);
    r->mix_fd = r->tapes.pcm_fd = r->tapes.float_fd = -1;
}

bool render_score(const struct render_order *order, struct render_result *out, struct arena *a,
                  struct error *e)
{
    static bool (*const stages[RENDER_STAGE_COUNT])(struct render *, struct error *) = { balance, produce,
                                                                                         finish, deliver };
    struct render *r = ARENA_NEW(a, struct render);
    bool ok;

    memset(out, 0, sizeof(*out));
    r->mix_fd = r->tapes.pcm_fd = r->tapes.float_fd = -1;
    arena_defer(a, render_close, r);
    ok = order_check(order, e);
    for (int i = 0; i < RENDER_STAGE_COUNT && ok; i++) {
        int64_t start_ms = clock_monotonic_ms();

        ok = (i > 0 || session_open(&r->session, order, a, e)) && stages[i](r, e);
        out->stage_s[i] = (double)(clock_monotonic_ms() - start_ms) / 1000;
    }
    if (ok) {
        result_fill(out, r, a);
        delivery_free(&r->delivery);
    }
    render_close(r);
    return ok;
}
