#include "sound/inspection.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/yield.h"
#include "sound/biquad.h"
#include "sound/render.h"
#include "sound/spectrum.h"

/* Bands: inside 90 % of released recordings, or what the delivery specifications of broadcasters and shops ask for; beyond the
 * fault limits nobody would let it pass. */
const struct inspection_band inspection_bands[INSPECT_COUNT] = {
    [INSPECT_CLIPS] = { "clipped_runs", "count", "Three and more samples at full scale.", NAN, 0, NAN, 0, REMEDY_NONE, REMEDY_GENTLER },
    [INSPECT_DC] = { "dc_offset", "of full scale", "Mean of the samples.", NAN, 0.001, NAN, 0.01, REMEDY_NONE, REMEDY_HIGHPASS },
    [INSPECT_HEAD_SILENCE] = { "silence_at_start", "s", "Below -60 dBFS.", NAN, 0.6, NAN, 5, REMEDY_NONE, REMEDY_NONE },
    [INSPECT_TAIL_SILENCE] = { "silence_at_end", "s", "Below -60 dBFS.", NAN, 2, NAN, 8, REMEDY_NONE, REMEDY_NONE },
    [INSPECT_GAP] = { "longest_gap", "s", "The longest silence inside the song.", NAN, 1.5, NAN, 5, REMEDY_NONE, REMEDY_NONE },
    [INSPECT_TAIL_CUT] = { "cut_tail", "dB", "How loud the last 50 ms are above -60 dBFS.", NAN, 3, NAN, 20, REMEDY_NONE, REMEDY_NONE },
    [INSPECT_NOISE_FLOOR] = { "noise_floor", "dBFS", "The quietest 100 ms that are not silent.", NAN, -24, NAN, -12, REMEDY_NONE, REMEDY_GENTLER },
    [INSPECT_CORRELATION] = { "correlation", "-1 to 1", "Of left and right.", 0.2, NAN, 0, NAN, REMEDY_NARROWER, REMEDY_NONE },
    [INSPECT_LOW_CORRELATION] = { "correlation_below_120_hz", "-1 to 1", "Bass belongs in the middle.", 0.75, NAN, 0.4, NAN, REMEDY_MONO_BASS, REMEDY_NONE },
    [INSPECT_SIDE] = { "side_against_middle", "dB", "Width.", -20, -2, NAN, 3, REMEDY_WIDER, REMEDY_NARROWER },
    [INSPECT_MONO_LOSS] = { "lost_in_mono", "LU", "What a mono radio does not play.", NAN, 2, NAN, 4, REMEDY_NONE, REMEDY_NARROWER },
    [INSPECT_BALANCE] = { "left_against_right", "dB", "Balance.", -1.5, 1.5, -4, 4, REMEDY_NONE, REMEDY_NONE },
    [INSPECT_SUB] = { "octave_31_hz", "dB", "Against the whole.", NAN, -7, NAN, -4, REMEDY_NONE, REMEDY_TONE },
    [INSPECT_BASS] = { "octaves_63_125_hz", "dB", "Against the whole.", -11, -1, -20, -0.3, REMEDY_TONE, REMEDY_TONE },
    [INSPECT_LOW_MID] = { "octaves_250_500_hz", "dB", "Against the whole.", -11, -1.5, -18, -0.5, REMEDY_TONE, REMEDY_TONE },
    [INSPECT_MID] = { "octaves_1_2_khz", "dB", "Against the whole.", -18, -4, -28, -1.5, REMEDY_TONE, REMEDY_TONE },
    [INSPECT_HIGH] = { "octaves_4_8_khz", "dB", "Against the whole.", -32, -10, -45, -5, REMEDY_TONE, REMEDY_TONE },
    [INSPECT_PLR] = { "peak_to_loudness", "dB", "True peak above the integrated loudness.", 8, 20, 5, NAN, REMEDY_GENTLER, REMEDY_NONE },
    [INSPECT_RANGE] = { "loudness_range", "LU", "EBU Tech 3342.", 1.5, 16, NAN, 25, REMEDY_NONE, REMEDY_NONE },
};

enum { WINDOW = RENDER_RATE_HZ / 20, BUFFER = 4 * SPECTRUM_WINDOW, STRIDE = 8 };
#define SILENCE 1e-3f          /* -60 dBFS */
#define FULL_SCALE 0.999999f
#define MONO_BASS_HZ 120.0
/* How far below the room that loudness and ceiling leave peaks may stay: what a master may miss of both, and a fault. */
#define PEAK_SLACK_DB 1.0
#define PEAK_FAULT_DB 3.0

struct sums {
    double left, right, cross;
};

struct inspector {
    int64_t frames, clips, run;
    double mean[2];
    struct sums all, low, weighted;
    double middle, side, weighted_mono;
    int64_t first_sound, last_sound, longest_gap; /* frames; -1: none yet */
    double window_power, quietest;                /* of the 50 ms window at hand; mean square of the quietest loud one */
    int window_frames;
    double last_power;
    struct biquad low_pass, shelf, highpass;
    struct biquad mono_shelf, mono_highpass;
    struct spectrum *spectrum;
    int64_t blocks;
    float left[BUFFER], right[BUFFER], low_left[BUFFER], low_right[BUFFER];
};

struct inspector *inspector_new(struct error *e)
{
    struct inspector *in = calloc(1, sizeof(*in));

    if (in != NULL)
        in->spectrum = spectrum_new(RENDER_RATE_HZ, e);
    if (in == NULL || in->spectrum == NULL) {
        free(in);
        error_set(e, ERROR_UNAVAILABLE, "no memory for the inspection");
        return NULL;
    }
    in->first_sound = in->last_sound = -1;
    in->quietest = HUGE_VAL;
    biquad_band(&in->low_pass, BAND_LOWPASS, MONO_BASS_HZ, 0, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
    biquad_k_shelf(&in->shelf, RENDER_RATE_HZ);
    biquad_k_highpass(&in->highpass, RENDER_RATE_HZ);
    in->mono_shelf = in->shelf;
    in->mono_highpass = in->highpass;
    return in;
}

void inspector_free(struct inspector *in)
{
    if (in != NULL)
        spectrum_free(in->spectrum);
    free(in);
}

static void sums_add(struct sums *s, const float *left, const float *right, int frames)
{
    double l = 0, r = 0, c = 0;

    for (int i = 0; i < frames; i++) {
        l += (double)(left[i] * left[i]);
        r += (double)(right[i] * right[i]);
        c += (double)(left[i] * right[i]);
    }
    s->left += l;
    s->right += r;
    s->cross += c;
}

/* Of a pair of which one side is 20 dB below the other and more it says nothing: what stands on one side is meant to. */
static double correlation(const struct sums *s)
{
    bool is_pair = fmin(s->left, s->right) > 0.01 * fmax(s->left, s->right);

    return is_pair ? s->cross / sqrt(s->left * s->right) : 1;
}

/* Clipping, offset, silences and quiet windows, sample by sample. */
static void samples_watch(struct inspector *in, int frames)
{
    for (int i = 0; i < frames; i++, in->frames++) {
        float l = in->left[i], r = in->right[i], peak = fmaxf(fabsf(l), fabsf(r));

        in->mean[0] += (double)l;
        in->mean[1] += (double)r;
        in->run = peak >= FULL_SCALE ? in->run + 1 : 0;
        in->clips += in->run == 3;
        if (peak > SILENCE) {
            if (in->first_sound < 0)
                in->first_sound = in->frames;
            else if (in->frames - in->last_sound > in->longest_gap)
                in->longest_gap = in->frames - in->last_sound;
            in->last_sound = in->frames;
        }
        in->window_power += (double)(l * l + r * r) / 2;
        if (++in->window_frames == WINDOW) {
            in->last_power = in->window_power / WINDOW;
            if (in->last_power > (double)SILENCE * (double)SILENCE && in->last_power < in->quietest)
                in->quietest = in->last_power;
            in->window_power = 0;
            in->window_frames = 0;
        }
    }
}

/* What takes filters, on one block of STRIDE: they start anew at the beginning of each, and the whole is a sample anyway. */
static void block_sample(struct inspector *in, int frames)
{
    float *low_left = in->low_left, *low_right = in->low_right;

    spectrum_add(in->spectrum, in->left, in->right, frames);
    memcpy(low_left, in->left, (size_t)frames * sizeof(float));
    memcpy(low_right, in->right, (size_t)frames * sizeof(float));
    biquad_process(&in->low_pass, low_left, low_right, frames);
    sums_add(&in->low, low_left, low_right, frames);
    for (int i = 0; i < frames; i++) { /* half the sum, on two loudspeakers: together the power of this */
        low_left[i] = (in->left[i] + in->right[i]) * (float)M_SQRT1_2;
        low_right[i] = 0;
    }
    biquad_process(&in->mono_shelf, low_left, low_right, frames);
    biquad_process(&in->mono_highpass, low_left, low_right, frames);
    for (int i = 0; i < frames; i++)
        in->weighted_mono += (double)(low_left[i] * low_left[i]);
    memcpy(low_left, in->left, (size_t)frames * sizeof(float));
    memcpy(low_right, in->right, (size_t)frames * sizeof(float));
    biquad_process(&in->shelf, low_left, low_right, frames);
    biquad_process(&in->highpass, low_left, low_right, frames);
    sums_add(&in->weighted, low_left, low_right, frames);
}

void inspector_add(struct inspector *in, const int32_t *pcm, int frames)
{
    for (int start = 0; start < frames; start += BUFFER) {
        int count = frames - start < BUFFER ? frames - start : BUFFER;

        for (int i = 0; i < count; i++) {
            in->left[i] = (float)pcm[2 * (start + i)] * (1.0f / 2147483648.0f);
            in->right[i] = (float)pcm[2 * (start + i) + 1] * (1.0f / 2147483648.0f);
        }
        samples_watch(in, count);
        sums_add(&in->all, in->left, in->right, count);
        if (in->blocks++ % STRIDE == 0)
            block_sample(in, count);
        yield_when_due();
    }
}

static double decibels(double power)
{
    return 10 * log10(power + 1e-20);
}

static void spectrum_fill(const struct inspector *in, double *values)
{
    static const struct {
        enum inspection_measure measure;
        int first, last;
    } rows[] = { { INSPECT_SUB, 0, 0 }, { INSPECT_BASS, 1, 2 }, { INSPECT_LOW_MID, 3, 4 }, { INSPECT_MID, 5, 6 },
                 { INSPECT_HIGH, 7, 8 } };
    double octaves[SPECTRUM_OCTAVES], total = 0;

    spectrum_octaves(in->spectrum, octaves);
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        total += octaves[o];
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        double sum = 0;

        for (int o = rows[r].first; o <= rows[r].last; o++)
            sum += octaves[o];
        values[rows[r].measure] = total > 0 ? decibels(sum / total) : NAN;
    }
}

void inspector_finish(struct inspector *in, double loudness_lufs, double true_peak_dbtp, double range_lu,
                      struct inspection *out)
{
    double *v = out->values, frames = fmax((double)in->frames, 1), both = in->all.left + in->all.right;
    double middle = both / 2 + in->all.cross, side = both / 2 - in->all.cross;

    v[INSPECT_CLIPS] = (double)in->clips;
    v[INSPECT_DC] = fmax(fabs(in->mean[0]), fabs(in->mean[1])) / frames;
    v[INSPECT_HEAD_SILENCE] = (double)(in->first_sound < 0 ? in->frames : in->first_sound) / RENDER_RATE_HZ;
    v[INSPECT_TAIL_SILENCE] = (double)(in->frames - 1 - in->last_sound) / RENDER_RATE_HZ;
    v[INSPECT_GAP] = (double)in->longest_gap / RENDER_RATE_HZ;
    v[INSPECT_TAIL_CUT] = fmax(decibels(in->window_frames > WINDOW / 2 ? in->window_power / in->window_frames : in->last_power) + 60, 0);
    v[INSPECT_NOISE_FLOOR] = isfinite(in->quietest) ? decibels(in->quietest) : NAN;
    v[INSPECT_CORRELATION] = correlation(&in->all);
    v[INSPECT_LOW_CORRELATION] = correlation(&in->low);
    v[INSPECT_SIDE] = decibels(side) - decibels(middle);
    v[INSPECT_MONO_LOSS] = in->weighted.left + in->weighted.right > 0
                               ? fmax(decibels(in->weighted.left + in->weighted.right) - decibels(in->weighted_mono), 0)
                               : NAN;
    v[INSPECT_BALANCE] = decibels(in->all.left) - decibels(in->all.right);
    spectrum_fill(in, v);
    v[INSPECT_PLR] = true_peak_dbtp - loudness_lufs;
    v[INSPECT_RANGE] = range_lu;
}

struct inspection_band inspection_band_of(enum inspection_measure m, const struct master_spec *master)
{
    struct inspection_band band = inspection_bands[m];

    if (m == INSPECT_PLR) {
        double room = master_ceiling_dbtp(master) - master_loudness_lufs(master);

        band.low = fmin(band.low, room - PEAK_SLACK_DB);
        band.fail_low = fmin(band.fail_low, room - PEAK_FAULT_DB);
    }
    return band;
}

int inspection_verdict(const struct inspection_band *band, double value)
{
    if (value < band->fail_low || value > band->fail_high) /* false for NAN on either side */
        return 2;
    return value < band->low || value > band->high ? 1 : 0;
}

/* One step of a remedy; false when it is used up. */
static bool remedy_take(enum inspection_remedy remedy, struct master_spec *spec)
{
    bool is_hard = spec->drive_db > 0 || spec->glue.ratio > 1;

    switch (remedy) {
    case REMEDY_NARROWER:
        spec->width = fmax((isfinite(spec->width) ? spec->width : 0) - 0.3, -1);
        return spec->width > -1;
    case REMEDY_WIDER:
        spec->width = fmin((isfinite(spec->width) ? spec->width : 0) + 0.3, 1);
        return spec->width < 1;
    case REMEDY_MONO_BASS:
        spec->mono_below_hz = fmax(spec->mono_below_hz, 100) * 1.3;
        return spec->mono_below_hz < 260;
    case REMEDY_GENTLER:
        spec->drive_db = 0;
        spec->glue.ratio = 1;
        return is_hard;
    case REMEDY_TONE:
        spec->tone_amount = fmin(spec->tone_amount + 0.2, 1);
        spec->tone_limit_db += 2;
        return spec->octaves_db.count > 0 && spec->tone_limit_db <= 9;
    case REMEDY_HIGHPASS:
        spec->highpass_hz = fmax(spec->highpass_hz, 20) * 1.4;
        return spec->highpass_hz < 60;
    case REMEDY_NONE:
        break;
    }
    return false;
}

bool inspection_remedy(const struct inspection *found, struct master_spec *spec)
{
    bool changed = false;

    for (int m = 0; m < INSPECT_COUNT; m++) {
        const struct inspection_band band = inspection_band_of((enum inspection_measure)m, spec);
        double value = found->values[m];

        if (inspection_verdict(&band, value) == 2)
            changed |= remedy_take(value > band.fail_high ? band.if_high : band.if_low, spec);
    }
    return changed;
}
