#include "sound/master.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/yield.h"
#include "sound/finish.h"
#include "sound/loop.h"
#include "sound/meter.h"
#include "sound/pcm.h"
#include "sound/rehearsal.h"
#include "sound/scratch.h"

/* What trims may add to make good for the limiter: more sounds squeezed. */
#define LIMITING_MOST_DB 3.0

/* The peaks are measured on the 24 bits. What floats without their dither, and 16 bits with one of their own, may have more:
 * 1.5 steps of 16 bits twice over, between samples, at full scale. */
#define DITHER_DB 0.001

enum { SLOTS = 3, REHEARSALS = 3, PASSES_MAX = 7, ROUNDS_MAX = 3, HASH_FRAMES = 1024, FLOAT_FRAMES = 4096 };

enum { SHAPE_TASK, LIMIT_TASK, QUANTISE_TASK, LOUDNESS_TASK, PEAK_TASK, INSPECT_TASK, HASH_TASK, TASK_COUNT }; /* of a step */
enum { LATENESS = 3 }; /* of the last of them, in chunks */

/* What belongs to the song out of one chunk behind the limiter. */
struct finished {
    int32_t pcm[2 * AUDIO_CHUNK];
    int64_t at; /* the first frame in the song */
    int count;  /* frames */
};

/* A pipeline: while one chunk is shaped, the one before is limited, the one before that quantised and the one before that
 * measured and written. */
struct pass {
    struct session *session;
    int mix_fd;
    struct master_tapes tapes;
    int64_t frames, runup_frames; /* what is heard before the first frame and not kept: of a loop its own end */
    struct finish finish;
    struct audio slots[SLOTS]; /* behind the limiter late by its delay */
    struct finished finished[SLOTS];
    struct dither dither;
    struct meter *meter;
    struct inspector *inspector;
    struct hash *hash;
    const struct master_spec *spec; /* the order's, or what a remedy made of it */
    int64_t step;
    struct error errors[TASK_COUNT];
};

static void shape_chunk(struct pass *p, int64_t chunk, struct error *e)
{
    struct audio *io = &p->slots[chunk % SLOTS];

    if (p->session->order->loops) {
        if (!loop_read(p->mix_fd, p->frames, chunk * AUDIO_CHUNK - p->runup_frames, io, e))
            return;
    } else if (chunk * AUDIO_CHUNK >= p->frames)
        memset(io, 0, sizeof(*io)); /* pushes the last frames out of the limiter */
    else if (!scratch_read(p->mix_fd, io, sizeof(*io), chunk * (int64_t)sizeof(*io), e))
        return;
    finish_shape(&p->finish, io);
}

/* Goes along with quantising: a step later the slot belongs to another chunk. */
static void floats_write(const struct pass *p, const struct audio *in, int from, const struct finished *f, struct error *e)
{
    float samples[2 * FLOAT_FRAMES];
    int count;

    for (int at = 0; at < f->count; at += count) {
        count = f->count - at < FLOAT_FRAMES ? f->count - at : FLOAT_FRAMES;
        for (int i = 0; i < count; i++) {
            samples[2 * i] = in->left[from + at + i];
            samples[2 * i + 1] = in->right[from + at + i];
        }
        if (!scratch_write(p->tapes.float_fd, samples, 2 * (size_t)count * sizeof(float),
                           (f->at + at) * 2 * (int64_t)sizeof(float), e))
            return;
    }
}

/* The limiter's delay and the run-up come off in front. */
static void quantise_chunk(struct pass *p, int64_t chunk, struct error *e)
{
    const struct audio *in = &p->slots[chunk % SLOTS];
    struct finished *out = &p->finished[chunk % SLOTS];
    int64_t at = chunk * AUDIO_CHUNK - p->runup_frames - finish_delay(&p->finish), left;
    int from = at < -AUDIO_CHUNK ? AUDIO_CHUNK : at < 0 ? (int)-at : 0;

    out->at = at < 0 ? 0 : at;
    left = p->frames - out->at;
    out->count = left < AUDIO_CHUNK - from ? (int)left : AUDIO_CHUNK - from;
    if (out->count > 0)
        pcm_from_float(in->left + from, in->right + from, out->pcm, out->count, &p->dither);
    if (p->tapes.float_fd >= 0)
        floats_write(p, in, from, out, e);
}

static void write_chunk(struct pass *p, const struct finished *f, struct error *e)
{
    const size_t frame_bytes = 2 * sizeof(*f->pcm);

    scratch_write(p->tapes.pcm_fd, f->pcm, (size_t)f->count * frame_bytes, f->at * (int64_t)frame_bytes, e);
}

static void hash_chunk(struct hash *hash, const struct finished *f)
{
    unsigned char packed[PCM_PACKED_BYTES(2 * HASH_FRAMES)];

    for (int at = 0; at < f->count; at += HASH_FRAMES) {
        int count = f->count - at < HASH_FRAMES ? f->count - at : HASH_FRAMES;

        hash_add(hash, packed, pcm_pack(f->pcm + 2 * at, 2 * count, 24, packed));
        yield_when_due();
    }
}

static int64_t chunks_of(const struct pass *p)
{
    return (p->frames + p->runup_frames + finish_delay(&p->finish) + AUDIO_CHUNK - 1) / AUDIO_CHUNK;
}

static void task(void *arg, int index)
{
    static const int lateness[TASK_COUNT] = {
        [SHAPE_TASK] = 0, [LIMIT_TASK] = 1, [QUANTISE_TASK] = 2, [LOUDNESS_TASK] = LATENESS, [PEAK_TASK] = LATENESS,
        [INSPECT_TASK] = LATENESS, [HASH_TASK] = LATENESS
    };
    struct pass *p = arg;
    int64_t chunk = p->step - lateness[index];
    const struct finished *f;

    if (chunk < 0 || chunk >= chunks_of(p))
        return;
    f = &p->finished[chunk % SLOTS];
    if (index == SHAPE_TASK)
        shape_chunk(p, chunk, &p->errors[index]);
    if (index == LIMIT_TASK)
        finish_limit(&p->finish, &p->slots[chunk % SLOTS]);
    if (index == QUANTISE_TASK)
        quantise_chunk(p, chunk, &p->errors[index]);
    if (index == LOUDNESS_TASK && f->count > 0)
        meter_add_pcm(p->meter, f->pcm, f->count);
    if (index == INSPECT_TASK && f->count > 0)
        inspector_add(p->inspector, f->pcm, f->count);
    if (index == HASH_TASK && f->count > 0)
        hash_chunk(p->hash, f);
    if (index == PEAK_TASK && f->count > 0) {
        meter_add_peaks(p->meter, f->pcm, f->count);
        write_chunk(p, f, &p->errors[index]);
    }
}

static bool chunks_run(struct pass *p, double progress_from, double progress_to, struct error *e)
{
    int64_t count = chunks_of(p);

    for (p->step = 0; p->step < count + LATENESS; p->step++) {
        double done = (double)(p->step + 1) / (double)(count + LATENESS);

        crew_run(p->session->crew, task, p, TASK_COUNT);
        for (int i = 0; i < TASK_COUNT; i++)
            if (p->errors[i].code != ERROR_NONE)
                return error_set(e, p->errors[i].code, "%s", p->errors[i].detail);
        if (!session_tell(p->session, RENDER_MASTER, progress_from + done * (progress_to - progress_from), e))
            return false;
    }
    return true;
}

static bool pass_run(struct pass *p, const struct finish_setting *setting, double from, double to,
                     struct master_result *out, struct error *e)
{
    char sha256[HASH_TEXT_SIZE];
    bool ok;

    finish_init(&p->finish, p->spec, setting);
    p->dither.state = PCM_DITHER_START;
    p->meter = meter_new(METER_MASTER, e);
    p->inspector = inspector_new(e);
    p->hash = hash_new();
    ok = p->hash != NULL || error_set(e, ERROR_UNAVAILABLE, "no memory for a checksum");
    ok = ok && p->meter != NULL && p->inspector != NULL && chunks_run(p, from, to, e);
    if (p->hash != NULL)
        hash_finish(p->hash, sha256);
    if (ok) {
        *out = (struct master_result){ .loudness_lufs = meter_loudness_lufs(p->meter),
                                       .true_peak_dbtp = meter_true_peak_dbtp(p->meter),
                                       .range_lu = meter_range_lu(p->meter),
                                       .momentary_lufs = meter_momentary_lufs(p->meter),
                                       .short_term_lufs = meter_short_term_lufs(p->meter), .rounds = out->rounds };
        memcpy(out->pcm_sha256, sha256, sizeof(sha256));
        inspector_finish(p->inspector, out->loudness_lufs, out->true_peak_dbtp, out->range_lu, &out->inspection);
        if (p->session->order->loops) /* it goes on */
            out->inspection.values[INSPECT_TAIL_CUT] = NAN;
    }
    meter_free(p->meter);
    inspector_free(p->inspector);
    p->meter = NULL;
    p->inspector = NULL;
    return ok;
}

/* Finds a trim that should be right. */
static bool rehearse_once(struct pass *p, double mix_lufs, struct finish_setting *setting, struct error *e)
{
    for (int i = 0; i < REHEARSALS; i++) {
        double gain_lu, change_lu;

        if (!session_tell(p->session, RENDER_MASTER, 0.1 * i, e) ||
            !rehearsal_run(p->session, p->spec, p->mix_fd, p->frames, setting, &gain_lu, e))
            return false;
        change_lu = mix_lufs + gain_lu - master_loudness_lufs(p->spec);
        setting->trim_db = fmin(fmax(setting->trim_db - change_lu, -60), 60);
        if (fabs(change_lu) < MASTER_AIM_LU / 4)
            break;
    }
    return true;
}

/* Loud targets cost more than a limiter gives without pumping: then the peaks are clipped softly in front of it. */
static bool rehearse(struct pass *p, double mix_lufs, struct finish_setting *setting, struct error *e)
{
    static const double clips_db[] = { INFINITY, 1.5, 0 };
    const double plain_db = setting->trim_db;

    for (size_t i = 0; i < sizeof(clips_db) / sizeof(clips_db[0]); i++) {
        setting->clip_db = clips_db[i];
        setting->trim_db = plain_db;
        if (!rehearse_once(p, mix_lufs, setting, e))
            return false;
        if (setting->trim_db - plain_db < LIMITING_MOST_DB)
            break;
    }
    log_debug("trim %.2f dB, clipper %.1f dB above the limit", setting->trim_db, setting->clip_db);
    return true;
}

/* What to change after a pass. `before` is what came before at another trim, or NaN. */
static void setting_improve(struct finish_setting *s, const struct master_spec *spec,
                            const struct master_result *now, double before_trim_db, double before_lufs)
{
    double slope = 1, moved_db = s->trim_db - before_trim_db;

    if (fabs(moved_db) > 0.01) /* the limiter takes part of what is added; false for NaN */
        slope = fmin(fmax((now->loudness_lufs - before_lufs) / moved_db, 0.1), 1.5);
    s->trim_db += (master_loudness_lufs(spec) - now->loudness_lufs) / slope;
    s->trim_db = fmin(fmax(s->trim_db, -60), 60);
    if (now->true_peak_dbtp > master_ceiling_dbtp(spec) - DITHER_DB)
        s->limit_db -= now->true_peak_dbtp - master_ceiling_dbtp(spec) + 0.01;
}

static bool is_good(const struct master_result *r, const struct master_spec *spec, double tolerance_lu)
{
    return fabs(r->loudness_lufs - master_loudness_lufs(spec)) <= tolerance_lu &&
           r->true_peak_dbtp <= master_ceiling_dbtp(spec) - DITHER_DB;
}

static bool passes_run(struct pass *p, struct finish_setting *setting, struct master_result *out,
                       struct error *e)
{
    const struct master_spec *spec = p->spec;
    double before_trim_db = NAN, before_lufs = NAN, progress = 0.3;

    for (int pass = 0; pass < PASSES_MAX; pass++) {
        double trim_db = setting->trim_db, to = progress + (1 - progress) * 0.9;

        if (!pass_run(p, setting, progress, to, out, e))
            return false;
        log_debug("mastering pass %d: trim %.2f dB, %.2f LUFS, %.2f dBTP", pass, trim_db, out->loudness_lufs,
                  out->true_peak_dbtp);
        if (!isfinite(out->loudness_lufs))
            return error_set(e, ERROR_QUALITY, "the master is silent");
        if (is_good(out, spec, pass + 1 < PASSES_MAX ? MASTER_AIM_LU : MASTER_TOLERANCE_LU))
            return session_tell(p->session, RENDER_MASTER, 1, e);
        setting_improve(setting, spec, out, before_trim_db, before_lufs);
        before_trim_db = trim_db;
        before_lufs = out->loudness_lufs;
        progress = to;
    }
    return error_set(e, ERROR_QUALITY,
                     "the master has %.1f LUFS and %.1f dBTP; %.1f LUFS below %.1f dBTP are wanted",
                     out->loudness_lufs, out->true_peak_dbtp, master_loudness_lufs(spec), master_ceiling_dbtp(spec));
}

/* The tone that brings the mix nearer to the wished octaves. */
static bool tone_find(const struct pass *p, struct tone *out, struct error *e)
{
    const struct master_spec *spec = p->spec;
    double octaves[SPECTRUM_OCTAVES];

    *out = (struct tone){ .is_on = false };
    if (spec->octaves_db.count != SPECTRUM_OCTAVES || !(spec->tone_amount > 0))
        return true;
    if (!tone_measure(p->session, p->mix_fd, p->frames, octaves, e))
        return false;
    *out = tone_design(octaves, spec->octaves_db.items, spec->tone_amount, spec->tone_limit_db);
    log_debug("tone: %.1f %.1f %.1f %.1f %.1f dB", out->gains_db[0], out->gains_db[1], out->gains_db[2], out->gains_db[3],
              out->gains_db[4]);
    return true;
}

static bool round_run(struct pass *p, double mix_lufs, struct master_result *out, struct error *e)
{
    struct finish_setting setting = { .level_db = MASTER_REFERENCE_LUFS - mix_lufs,
                                      .trim_db = master_loudness_lufs(p->spec) - MASTER_REFERENCE_LUFS,
                                      .limit_db = master_ceiling_dbtp(p->spec) - MASTER_SPARE_DB,
                                      .clip_db = INFINITY };

    out->rounds++;
    return tone_find(p, &setting.tone, e) && rehearse(p, mix_lufs, &setting, e) && passes_run(p, &setting, out, e);
}

/* A part by itself is meant to be so: what would be a fault of the song is none of it. */
static bool is_whole(const struct session *s)
{
    for (int i = 0; i < s->mix_count; i++)
        if (!s->channels[i].is_mixed)
            return false;
    return true;
}

bool master_run(struct session *s, int mix_fd, int64_t frames, double mix_lufs, const struct master_tapes *tapes,
                struct master_result *out, struct error *e)
{
    struct master_spec spec = *s->order->master;
    struct pass *p = calloc(1, sizeof(*p));
    bool ok;

    *out = (struct master_result){ .rounds = 0 };
    if (p == NULL)
        return error_set(e, ERROR_UNAVAILABLE, "no memory for mastering");
    p->session = s;
    p->mix_fd = mix_fd;
    p->tapes = *tapes;
    p->frames = frames;
    p->runup_frames = s->order->loops ? LOOP_RUNUP_FRAMES : 0;
    p->spec = &spec;
    do {
        ok = round_run(p, mix_lufs, out, e);
    } while (ok && is_whole(s) && out->rounds < ROUNDS_MAX && inspection_remedy(&out->inspection, &spec));
    free(p);
    return ok;
}
