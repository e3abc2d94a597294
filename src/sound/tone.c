#include "sound/tone.h"

#include <math.h>
#include <string.h>

#include "sound/scratch.h"

enum { CHUNKS_MAX = 80, TASKS = 4 };

static const struct {
    enum biquad_band kind;
    double hz, q;
} bands[TONE_BANDS] = {
    { BAND_LOW_SHELF, 70, 0.7 }, { BAND_BELL, 180, 0.7 }, { BAND_BELL, 600, 0.6 }, { BAND_BELL, 2400, 0.6 },
    { BAND_HIGH_SHELF, 7000, 0.7 },
};

/* Keeps neighbours from working against each other: a band pays for its gain as for so much error in one octave. */
#define RESTRAINT 0.35

/* Nobody hears the outermost octaves as well as the others. */
static const double weights[SPECTRUM_OCTAVES] = { 0.4, 1, 1, 1, 1, 1, 1, 1, 0.8, 0.3 };

/* What band `b` gives octave `o` for 1 dB of its own; nearly linear in dB for the few that it gets. */
static double response(int b, int o)
{
    return 20 * log10(biquad_band_gain(bands[b].kind, bands[b].hz, 3, bands[b].q, spectrum_octave_hz[o])) / 3;
}

/* Solves a·x = b by elimination; `a` is positive definite, so no pivoting is needed. */
static void solve(double a[TONE_BANDS][TONE_BANDS], double b[TONE_BANDS])
{
    for (int i = 0; i < TONE_BANDS; i++)
        for (int row = i + 1; row < TONE_BANDS; row++) {
            double factor = a[row][i] / a[i][i];

            for (int col = i; col < TONE_BANDS; col++)
                a[row][col] -= factor * a[i][col];
            b[row] -= factor * b[i];
        }
    for (int i = TONE_BANDS - 1; i >= 0; i--) {
        for (int col = i + 1; col < TONE_BANDS; col++)
            b[i] -= a[i][col] * b[col];
        b[i] /= a[i][i];
    }
}

/* How far each octave is from what is wished, the mean taken out: that would only be louder. */
static void errors_db(const double *octaves, const double *wished_db, double out[SPECTRUM_OCTAVES])
{
    double total = 0, mean = 0, sum = 0;

    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        total += octaves[o];
    for (int o = 0; o < SPECTRUM_OCTAVES; o++) {
        out[o] = wished_db[o] - 10 * log10(octaves[o] / total + 1e-7);
        mean += weights[o] * out[o];
        sum += weights[o];
    }
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        out[o] -= mean / sum;
}

struct tone tone_design(const double *octaves, const double *wished_db, double amount, double limit_db)
{
    double a[TONE_BANDS][TONE_BANDS] = { { 0 } }, b[TONE_BANDS] = { 0 }, wanted[SPECTRUM_OCTAVES];
    struct tone t = { .is_on = false };

    errors_db(octaves, wished_db, wanted);
    for (int o = 0; o < SPECTRUM_OCTAVES; o++)
        for (int i = 0; i < TONE_BANDS; i++) {
            for (int j = 0; j < TONE_BANDS; j++)
                a[i][j] += weights[o] * response(i, o) * response(j, o);
            b[i] += weights[o] * response(i, o) * amount * wanted[o];
        }
    for (int i = 0; i < TONE_BANDS; i++)
        a[i][i] += RESTRAINT;
    solve(a, b);
    for (int i = 0; i < TONE_BANDS; i++) {
        t.gains_db[i] = isfinite(b[i]) ? fmin(fmax(b[i], -limit_db), limit_db) : 0;
        t.is_on |= fabs(t.gains_db[i]) >= 0.1;
    }
    return t;
}

int tone_filters(const struct tone *t, struct biquad filters[TONE_BANDS], double rate_hz)
{
    int count = 0;

    for (int i = 0; i < TONE_BANDS && t->is_on; i++)
        if (fabs(t->gains_db[i]) >= 0.1)
            biquad_band(&filters[count++], bands[i].kind, bands[i].hz, t->gains_db[i], bands[i].q, rate_hz);
    return count;
}

struct survey {
    int mix_fd;
    int64_t chunks, stride;
    struct audio io[TASKS];
    struct spectrum *spectra[TASKS];
    struct error errors[TASKS];
};

static void survey_task(void *arg, int index)
{
    struct survey *v = arg;

    for (int64_t i = index * v->stride; i < v->chunks; i += TASKS * v->stride) {
        struct audio *io = &v->io[index];

        if (!scratch_read(v->mix_fd, io, sizeof(*io), i * (int64_t)sizeof(*io), &v->errors[index]))
            return;
        spectrum_add(v->spectra[index], io->left, io->right, AUDIO_CHUNK);
    }
}

bool tone_measure(struct session *s, int mix_fd, int64_t frames, double octaves[SPECTRUM_OCTAVES], struct error *e)
{
    struct survey *v = ARENA_NEW(s->arena, struct survey);
    bool ok = true;

    *v = (struct survey){ .mix_fd = mix_fd, .chunks = (frames + AUDIO_CHUNK - 1) / AUDIO_CHUNK };
    v->stride = (v->chunks + CHUNKS_MAX - 1) / CHUNKS_MAX;
    for (int i = 0; i < TASKS; i++) {
        v->spectra[i] = spectrum_new(RENDER_RATE_HZ, e);
        ok &= v->spectra[i] != NULL;
    }
    if (ok)
        crew_run(s->crew, survey_task, v, TASKS);
    memset(octaves, 0, SPECTRUM_OCTAVES * sizeof(*octaves));
    for (int i = 0; i < TASKS; i++) {
        double part[SPECTRUM_OCTAVES] = { 0 };

        if (ok && v->errors[i].code != ERROR_NONE)
            ok = error_set(e, v->errors[i].code, "%s", v->errors[i].detail);
        if (ok)
            spectrum_octaves(v->spectra[i], part);
        for (int o = 0; o < SPECTRUM_OCTAVES; o++)
            octaves[o] += part[o] / TASKS;
        spectrum_free(v->spectra[i]);
    }
    return ok;
}
