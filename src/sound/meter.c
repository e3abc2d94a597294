#include "sound/meter.h"

#define error ebur128_error /* its header takes the tag that ours has */
#include <ebur128.h>
#undef error
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/yield.h"
#include "sound/quad.h"
#include "sound/render.h"
#include "sound/true_peak.h"

enum {
    STRETCH = 256, /* frames that are sent to the true-peak measurement or not */
    RUN_IN = 64,   /* frames sent before them, which fill the interpolator */
    STEPS_S = 10,  /* of the momentary and short-term loudness, in a second */
    MOMENTARY = 4, SHORT_TERM = 30, /* steps in their windows */
};

/* No more than this times what the standard's interpolator finds does the finer one. */
#define FINER 1.2f

struct meter {
    enum meter_kind kind;
    ebur128_state *loudness;
    int64_t frames;
    int step_frames, step_left; /* until the next step of the windows */
    int64_t steps;
    double powers[SHORT_TERM];  /* of the last steps */
    double momentary, short_term; /* the greatest means of powers */
    /* true peak */
    ebur128_state *referee;
    struct true_peak foretell, fine;
    int32_t history[RUN_IN * 2];
    float greatest_own; /* by our interpolator */
    double greatest;    /* by libebur128 */
    float finest;       /* by parabolas; METER_PROOF only */
};

struct meter *meter_new(enum meter_kind kind, struct error *e)
{
    return meter_new_at(kind, RENDER_RATE_HZ, e);
}

struct meter *meter_new_at(enum meter_kind kind, int rate_hz, struct error *e)
{
    static const int modes[] = { [METER_WINDOW] = EBUR128_MODE_S,
                                 [METER_SONG] = EBUR128_MODE_I,
                                 [METER_MASTER] = EBUR128_MODE_I | EBUR128_MODE_LRA,
                                 [METER_PROOF] = EBUR128_MODE_I };
    struct meter *m = calloc(1, sizeof(*m));
    bool ok = false;

    if (m != NULL) {
        m->kind = kind;
        m->loudness = ebur128_init(2, (unsigned long)rate_hz, modes[kind]);
        ok = m->loudness != NULL;
        m->step_frames = m->step_left = rate_hz / STEPS_S;
        if (ok && (kind == METER_MASTER || kind == METER_PROOF)) {
            true_peak_init_referee(&m->foretell);
            true_peak_init_fine(&m->fine);
            m->referee = ebur128_init(2, (unsigned long)rate_hz, EBUR128_MODE_TRUE_PEAK);
            ok = m->referee != NULL;
        }
    }
    if (!ok) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the loudness meter");
        meter_free(m);
        return NULL;
    }
    return m;
}

void meter_free(struct meter *m)
{
    if (m == NULL)
        return;
    if (m->loudness != NULL)
        ebur128_destroy(&m->loudness);
    if (m->referee != NULL)
        ebur128_destroy(&m->referee);
    free(m);
}

void meter_add(struct meter *m, const float *left, const float *right, int frames)
{
    float interleaved[STRETCH * 2];

    m->frames += frames;
    while (frames > 0) {
        int count = frames < STRETCH ? frames : STRETCH;

        for (int i = 0; i < count; i++) {
            interleaved[2 * i] = left[i];
            interleaved[2 * i + 1] = right[i];
        }
        ebur128_add_frames_float(m->loudness, interleaved, (size_t)count);
        left += count;
        right += count;
        frames -= count;
        yield_when_due();
    }
}

/* The greatest magnitude in a stretch by our own interpolator. `pcm` has RUN_IN frames before it. */
static float own_peak(struct meter *m, const int32_t *pcm, int frames)
{
    float peak = 0;

    for (int c = 0; c < 2; c++) {
        float samples[RUN_IN + STRETCH] = { 0 }, between[STRETCH];

        for (int i = -RUN_IN; i < frames; i++)
            samples[RUN_IN + i] = (float)pcm[2 * i + c] * (1.0f / 2147483648.0f);
        true_peak_scan(&m->foretell, samples + RUN_IN, between, STRETCH);
        peak = quad_peak(samples + RUN_IN, STRETCH, peak); /* zeros behind `frames` … */
        for (int i = frames; i < STRETCH; i++)
            between[i] = 0; /* … but what they give does not count yet */
        peak = quad_peak(between, STRETCH, peak);
        if (m->kind == METER_PROOF && peak * FINER > m->finest) {
            true_peak_scan_finely(&m->fine, samples + RUN_IN, between, STRETCH, m->finest);
            for (int i = 0; i < frames; i++)
                m->finest = between[i] > m->finest ? between[i] : m->finest;
        }
    }
    return peak;
}

static void stretch_add(struct meter *m, const int32_t *pcm, int frames)
{
    int32_t run[(RUN_IN + STRETCH) * 2];
    float own;

    memcpy(run, m->history, sizeof(m->history));
    memcpy(run + RUN_IN * 2, pcm, (size_t)frames * 2 * sizeof(*pcm));
    own = own_peak(m, run + RUN_IN * 2, frames);
    if (own > 0 && own > m->greatest_own * 0.999f) {
        ebur128_add_frames_int(m->referee, run, RUN_IN);
        ebur128_add_frames_int(m->referee, run + RUN_IN * 2, (size_t)frames);
        for (unsigned c = 0; c < 2; c++) {
            double peak = 0;

            if (ebur128_prev_true_peak(m->referee, c, &peak) == EBUR128_SUCCESS && peak > m->greatest)
                m->greatest = peak;
        }
    }
    m->greatest_own = own > m->greatest_own ? own : m->greatest_own;
    memcpy(m->history, run + frames * 2, sizeof(m->history));
}

static double mean_of_last(const struct meter *m, int count)
{
    double sum = 0;

    if (m->steps < count)
        return 0;
    for (int i = 0; i < count; i++)
        sum += m->powers[(m->steps - 1 - i) % SHORT_TERM];
    return sum / count;
}

/* Another 100 ms are in. */
static void step_note(struct meter *m)
{
    double lufs = -HUGE_VAL;

    if (ebur128_loudness_window(m->loudness, 1000 / STEPS_S, &lufs) != EBUR128_SUCCESS)
        lufs = -HUGE_VAL;
    m->powers[m->steps++ % SHORT_TERM] = pow(10, lufs / 10);
    m->momentary = fmax(m->momentary, mean_of_last(m, MOMENTARY));
    m->short_term = fmax(m->short_term, mean_of_last(m, SHORT_TERM));
}

void meter_add_pcm(struct meter *m, const int32_t *pcm, int frames)
{
    m->frames += frames;
    while (frames > 0) {
        int count = m->kind == METER_MASTER && m->step_left < frames ? m->step_left : frames;

        ebur128_add_frames_int(m->loudness, pcm, (size_t)count);
        pcm += 2 * count;
        frames -= count;
        yield_when_due();
        m->step_left -= count;
        if (m->kind == METER_MASTER && m->step_left == 0) {
            step_note(m);
            m->step_left = m->step_frames;
        }
    }
}

double meter_momentary_lufs(const struct meter *m)
{
    return m->momentary > 0 ? 10 * log10(m->momentary) : -HUGE_VAL;
}

double meter_short_term_lufs(const struct meter *m)
{
    return m->short_term > 0 ? 10 * log10(m->short_term) : -HUGE_VAL;
}

void meter_add_peaks(struct meter *m, const int32_t *pcm, int frames)
{
    for (int start = 0; start < frames; start += STRETCH) {
        stretch_add(m, pcm + 2 * start, frames - start < STRETCH ? frames - start : STRETCH);
        yield_when_due();
    }
}

double meter_loudness_lufs(const struct meter *m)
{
    double lufs = -HUGE_VAL;
    int status;

    if (m->kind == METER_WINDOW)
        status =
            ebur128_loudness_window(m->loudness, (unsigned long)(m->frames * 1000 / RENDER_RATE_HZ), &lufs);
    else
        status = ebur128_loudness_global(m->loudness, &lufs);
    return status == EBUR128_SUCCESS && isfinite(lufs) ? lufs : -HUGE_VAL;
}

double meter_range_lu(const struct meter *m)
{
    double range = 0;

    return ebur128_loudness_range(m->loudness, &range) == EBUR128_SUCCESS && isfinite(range) ? range : 0;
}

double meter_true_peak_dbtp(const struct meter *m)
{
    return m->greatest > 0 ? 20 * log10(m->greatest) : -HUGE_VAL;
}

double meter_finest_peak_dbtp(const struct meter *m)
{
    return fmax(meter_true_peak_dbtp(m), m->finest > 0 ? 20 * log10((double)m->finest) : -HUGE_VAL);
}
