#include "sound/master_file.h"

#include <math.h>
#include <sndfile.h>

#include "core/log.h"
#include "sound/scratch.h"

enum {
    FRAMES = 1024,  /* a step's; a multiple of AUDIO_BLOCK */
    ROUNDS_MAX = 8, /* encodings until the ceiling must be kept … */
    LOUDNESS_ROUNDS = 6, /* … and until the loudness is as it is */
};

/* Meters whose filters are not ours find so much more. */
#define SPARE_DB 0.05

/* The clipper's ceiling lies at full scale less its drive. A gain beyond this brings it in. */
#define CLIPPER_DRIVE_DB 6.0
#define LIMITING_MOST_DB 1.0

/* What a limit lower by 1 dB usually costs in loudness. */
#define LIMITING_LU 0.15

static bool is_lossy(const struct master_file *m)
{
    return output_infos[m->format].is_lossy;
}

static bool begin(struct master_file *m, struct error *e)
{
    const struct master_spec *spec = m->order->master;

    m->at = 0;
    saturator_init(&m->clipper, m->clips ? CLIPPER_DRIVE_DB : 0);
    limiter_init(&m->limiter, m->limit_db, spec->limiter_lookahead_ms, spec->limiter_release_ms);
    m->file = sound_file_create(m->order->folder, m->name, m->format, &m->tags, e);
    return m->file != NULL;
}

bool master_file_open(struct master_file *m, const struct render_order *order, enum output_format format,
                      const struct tags *tags, const struct master_result *master, const struct master_tapes *tapes,
                      int64_t frames, struct arena *a, struct error *e)
{
    *m = (struct master_file){
        .order = order,
        .format = format,
        .name = output_master_name(a, format),
        .tags = *tags,
        .tapes = *tapes,
        .frames = frames,
        .gain_db = master_loudness_lufs(order->master) - master->loudness_lufs +
                   LIMITING_LU * sound_file_overshoot_db(format),
        .limit_db = master_ceiling_dbtp(order->master) - SPARE_DB - sound_file_overshoot_db(format),
        .before_gain_db = NAN,
        .loudness_lufs = NAN,
        .true_peak_dbtp = NAN,
    };
    if (!is_lossy(m) && !sound_file_keeps_pcm(format)) /* the checksum of its own samples */
        m->tags.texts[TAG_PCM_SHA256] = NULL;
    return begin(m, e);
}

static bool samples_read(const struct master_file *m, int32_t *pcm, int64_t at, int count, struct error *e)
{
    const size_t frame_bytes = 2 * sizeof(*pcm);

    return scratch_read(m->tapes.pcm_fd, pcm, (size_t)count * frame_bytes, at * (int64_t)frame_bytes, e);
}

/* Floats, as a format keeps them that needs no dither. */
static bool floats_copy(struct master_file *m, int count, struct error *e)
{
    float samples[2 * FRAMES];
    const size_t frame_bytes = 2 * sizeof(*samples);

    return scratch_read(m->tapes.float_fd, samples, (size_t)count * frame_bytes, m->at * (int64_t)frame_bytes, e) &&
           sound_file_write_float(m->file, samples, count, e);
}

static bool ints_copy(struct master_file *m, int count, struct error *e)
{
    int32_t pcm[2 * FRAMES];

    return samples_read(m, pcm, m->at, count, e) && sound_file_write(m->file, pcm, count, e);
}

static bool step_lossless(struct master_file *m, struct error *e)
{
    int count = m->frames - m->at < FRAMES ? (int)(m->frames - m->at) : FRAMES;

    if (!(m->format == OUTPUT_WAV32F ? floats_copy : ints_copy)(m, count, e))
        return false;
    m->at += count;
    return true;
}

/* The master's next samples, louder or softer; zeros behind its end. */
static bool planar_read(const struct master_file *m, float *left, float *right, struct error *e)
{
    int32_t pcm[2 * FRAMES] = { 0 };
    int64_t rest = m->frames - m->at;
    const float scale = (float)pow(10, m->gain_db / 20) / 2147483648.0f;

    if (rest > 0 && !samples_read(m, pcm, m->at, rest < FRAMES ? (int)rest : FRAMES, e))
        return false;
    for (int i = 0; i < FRAMES; i++) {
        left[i] = (float)pcm[2 * i] * scale;
        right[i] = (float)pcm[2 * i + 1] * scale;
    }
    return true;
}

/* Takes off in front of the limiter what stands above its ceiling. */
static void clip(struct master_file *m, float *left, float *right)
{
    const float level = (float)pow(10, (m->limit_db + CLIPPER_DRIVE_DB) / 20);

    if (!m->clipper.is_on)
        return;
    for (int i = 0; i < FRAMES; i++)
        left[i] /= level, right[i] /= level;
    saturator_process(&m->clipper, left, right, FRAMES);
    for (int i = 0; i < FRAMES; i++)
        left[i] *= level, right[i] *= level;
}

/* The limiter's delay comes off in front and is made good behind the end. */
static bool step_lossy(struct master_file *m, struct error *e)
{
    float left[FRAMES], right[FRAMES], samples[2 * FRAMES];
    int64_t out_at = m->at - limiter_delay(&m->limiter), rest;
    int from = out_at < 0 ? (int)-out_at : 0, count;

    if (!planar_read(m, left, right, e))
        return false;
    clip(m, left, right);
    limiter_process(&m->limiter, left, right, FRAMES);
    rest = m->frames - (out_at + from);
    count = rest < FRAMES - from ? (int)rest : FRAMES - from;
    for (int i = 0; i < count; i++) {
        samples[2 * i] = left[from + i];
        samples[2 * i + 1] = right[from + i];
    }
    m->at += FRAMES;
    return sound_file_write_float(m->file, samples, count, e);
}

static bool proof_begin(struct master_file *m, struct error *e)
{
    SF_INFO info = { .format = 0 };

    if (!sound_file_end(m->file, e))
        return false;
    m->reader = sf_open(sound_file_path(m->file), SFM_READ, &info);
    if (m->reader == NULL)
        return error_set(e, ERROR_IO, "cannot read '%s' again: %s", sound_file_path(m->file), sf_strerror(NULL));
    m->meter = meter_new_at(METER_PROOF, info.samplerate, e);
    m->at = 0;
    return m->meter != NULL;
}

/* Some of the file's samples. The meter takes whole numbers below full scale for the peaks, decoders give floats above it:
 * so the peaks are taken of half of them. Returns how many frames there were. */
static int proof_step(struct master_file *m)
{
    float samples[2 * FRAMES], left[FRAMES], right[FRAMES];
    int32_t half[2 * FRAMES];
    int count = (int)sf_readf_float(m->reader, samples, FRAMES);

    for (int i = 0; i < count; i++) {
        left[i] = samples[2 * i];
        right[i] = samples[2 * i + 1];
    }
    for (int i = 0; i < 2 * count; i++)
        half[i] = (int32_t)(fminf(fmaxf(samples[i], -1.99f), 1.99f) * 1073741824.0f);
    meter_add(m->meter, left, right, count);
    meter_add_peaks(m->meter, half, count);
    m->at += count;
    return count;
}

void master_file_rest(struct master_file *m)
{
    if (m->reader != NULL)
        sf_close(m->reader);
    meter_free(m->meter);
    m->reader = NULL;
    m->meter = NULL;
}

/* The limiter takes part of what is added, the more the louder the target. */
static void gain_improve(struct master_file *m, double missing_lu)
{
    double moved_db = m->gain_db - m->before_gain_db, slope = 1;

    if (fabs(moved_db) > 0.01) /* false for NaN */
        slope = fmin(fmax((m->loudness_lufs - m->before_lufs) / moved_db, 0.15), 1);
    m->before_gain_db = m->gain_db;
    m->before_lufs = m->loudness_lufs;
    m->gain_db += fmin(fmax(missing_lu / slope, -0.5), 2);
    if (m->gain_db > LIMITING_MOST_DB && !m->clips) {
        m->clips = true;
        m->gain_db = LIMITING_MOST_DB;
        m->before_gain_db = NAN;
    }
}

/* Encodes it again when it is not right. */
static bool judge(struct master_file *m, struct error *e)
{
    const struct master_spec *spec = m->order->master;
    const double ceiling_dbtp = master_ceiling_dbtp(spec), target_lufs = master_loudness_lufs(spec);
    double finest_dbtp, excess_db, missing_lu;
    bool is_loud_enough;

    m->loudness_lufs = meter_loudness_lufs(m->meter);
    m->true_peak_dbtp = meter_true_peak_dbtp(m->meter) + 20 * log10(2);
    finest_dbtp = meter_finest_peak_dbtp(m->meter) + 20 * log10(2);
    master_file_rest(m);
    excess_db = finest_dbtp - (ceiling_dbtp - SPARE_DB);
    missing_lu = target_lufs - m->loudness_lufs;
    is_loud_enough = fabs(missing_lu) <= MASTER_FILE_TOLERANCE_LU;
    log_debug("%s, encoding %d: gain %.2f dB, limit %.2f dBTP, decoded %.2f LUFS, %.2f dBTP", m->name, m->round + 1,
              m->gain_db, m->limit_db, m->loudness_lufs, finest_dbtp);
    m->round++;
    if (excess_db <= 0 && (is_loud_enough || m->round >= LOUDNESS_ROUNDS)) {
        if (!is_loud_enough)
            log_warning("%s has %.2f LUFS when decoded; %.1f are asked for", m->name, m->loudness_lufs,
                        target_lufs);
        m->is_done = true;
        return true;
    }
    if (m->round >= ROUNDS_MAX)
        return error_set(e, ERROR_QUALITY, "%s has %.2f dBTP when decoded; the ceiling is %.1f dBTP", m->name,
                         finest_dbtp, ceiling_dbtp);
    if (excess_db > 0)
        m->limit_db -= (excess_db + 0.05) * (m->round < 3 ? 1 : 1.5);
    if (isfinite(missing_lu) && m->round < LOUDNESS_ROUNDS)
        gain_improve(m, missing_lu);
    sound_file_discard(m->file);
    return begin(m, e);
}

bool master_file_step(struct master_file *m, struct error *e)
{
    if (m->reader != NULL)
        return proof_step(m) > 0 || judge(m, e);
    if (!is_lossy(m)) {
        if (!step_lossless(m, e))
            return false;
        m->is_done = m->at >= m->frames;
        return !m->is_done || sound_file_end(m->file, e);
    }
    if (!step_lossy(m, e))
        return false;
    return m->at < m->frames + limiter_delay(&m->limiter) || proof_begin(m, e);
}

double master_file_fraction(const struct master_file *m)
{
    double share = (double)m->at / (double)(m->frames + 1);

    if (m->is_done)
        return 1;
    if (!is_lossy(m))
        return share;
    return fmin(m->reader != NULL ? 0.7 + 0.3 * share : 0.7 * share, 1);
}
