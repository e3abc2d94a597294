#include "sound/reverb.h"

#include <math.h>
#include <string.h>

#include "sound/audio.h"
#include "sound/render.h"

/* Primes, so that the echoes of different lines do not coincide: 25 to 59 ms. */
static const unsigned line_frames[REVERB_LINES] = { 1123, 1301, 1483, 1699, 1907, 2129, 2377, 2609 };
static const unsigned allpass_frames[2][REVERB_ALLPASSES] = { { 149, 389 }, { 163, 353 } };
static const float allpass_gain = 0.6f;

static double unit(double x)
{
    return isnan(x) ? 0.5 : fmin(fmax(x, 0), 1);
}

double reverb_time_s(double room)
{
    return 0.3 + 3.2 * unit(room) * unit(room);
}

void reverb_init(struct reverb *r, double room, double damping)
{
    double time_s = reverb_time_s(room), cutoff_hz = 16000 * pow(1.0 / 16, unit(damping)), kept = 0;

    memset(r, 0, sizeof(*r));
    for (int i = 0; i < REVERB_LINES; i++) {
        double gain = pow(10, -3.0 * line_frames[i] / (time_s * RENDER_RATE_HZ));

        /* the matrix is orthogonal but for a factor of sqrt(8) */
        r->feedback[i / 4][i % 4] = (float)(gain / sqrt(REVERB_LINES));
        kept += gain * gain / REVERB_LINES;
    }
    r->brightness = (float)(1 - exp(-2 * M_PI * cutoff_hz / RENDER_RATE_HZ));
    r->level = (float)sqrt((1 - kept) / (REVERB_LINES / 2));
    biquad_highpass(&r->highpass, 150, BIQUAD_BUTTERWORTH_Q, RENDER_RATE_HZ);
}

static inline float allpass(float *ring, unsigned at, unsigned frames, float x)
{
    float delayed = ring[(at - frames) % REVERB_ALLPASS_SIZE];
    float y = x + allpass_gain * delayed;

    ring[at % REVERB_ALLPASS_SIZE] = y;
    return delayed - allpass_gain * y;
}

/* What comes out of four lines now. */
static inline quad lines_read(const struct reverb *r, int half)
{
    const unsigned *frames = line_frames + 4 * half;
    quad out = {
        r->lines[(r->at - frames[0]) % REVERB_SIZE][half][0],
        r->lines[(r->at - frames[1]) % REVERB_SIZE][half][1],
        r->lines[(r->at - frames[2]) % REVERB_SIZE][half][2],
        r->lines[(r->at - frames[3]) % REVERB_SIZE][half][3],
    };

    return out;
}

/* Multiplies by the 4 × 4 Hadamard matrix: two rounds of sums and differences. */
static inline quad hadamard(quad x)
{
    const quad pairs = { 1, -1, 1, -1 }, halves = { 1, 1, -1, -1 };

    x = x * pairs + __builtin_shufflevector(x, x, 1, 0, 3, 2);
    return x * halves + __builtin_shufflevector(x, x, 2, 3, 0, 1);
}

static inline void frame_process(struct reverb *r, float *left, float *right)
{
    const quad a = lines_read(r, 0), b = lines_read(r, 1), out = a + b;
    quad in, mixed_a, mixed_b;
    float l = audio_clean(*left), r_in = audio_clean(*right);

    for (int i = 0; i < REVERB_ALLPASSES; i++) {
        l = allpass(r->allpasses[0][i], r->at, allpass_frames[0][i], l);
        r_in = allpass(r->allpasses[1][i], r->at, allpass_frames[1][i], r_in);
    }
    in = (quad){ l, r_in, l, r_in };
    r->damped[0] += r->brightness * (a - r->damped[0]);
    r->damped[1] += r->brightness * (b - r->damped[1]);
    mixed_a = hadamard(r->damped[0] * r->feedback[0]);
    mixed_b = hadamard(r->damped[1] * r->feedback[1]);
    r->lines[r->at % REVERB_SIZE][0] = mixed_a + mixed_b + in; /* the last round of the 8 × 8 matrix */
    r->lines[r->at % REVERB_SIZE][1] = mixed_a - mixed_b + in;
    *left = r->level * (out[0] - out[2]);
    *right = r->level * (out[1] - out[3]);
    r->at++;
}

void reverb_process(struct reverb *r, float *left, float *right, int frames)
{
    biquad_process(&r->highpass, left, right, frames);
    for (int i = 0; i < frames; i++)
        frame_process(r, &left[i], &right[i]);
}
