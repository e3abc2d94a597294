#include "sound/biquad.h"

#include <complex.h>
#include <math.h>

void biquad_highpass(struct biquad *b, double cutoff_hz, double q, double rate_hz)
{
    double w = 2 * M_PI * fmin(fmax(cutoff_hz, 1), 0.45 * rate_hz) / rate_hz;
    double alpha = sin(w) / (2 * q), a0 = 1 + alpha;

    *b = (struct biquad){ .b0 = (1 + cos(w)) / 2 / a0,
                          .b1 = -(1 + cos(w)) / a0,
                          .b2 = (1 + cos(w)) / 2 / a0,
                          .a1 = -2 * cos(w) / a0,
                          .a2 = (1 - alpha) / a0 };
}

void biquad_k_shelf(struct biquad *b, double rate_hz)
{
    const double q = 0.7071752369554196, high = pow(10, 3.999843853973347 / 20),
                 band = pow(high, 0.4996667741545416);
    double k = tan(M_PI * 1681.974450955533 / rate_hz), a0 = 1 + k / q + k * k;

    *b = (struct biquad){ .b0 = (high + band * k / q + k * k) / a0,
                          .b1 = 2 * (k * k - high) / a0,
                          .b2 = (high - band * k / q + k * k) / a0,
                          .a1 = 2 * (k * k - 1) / a0,
                          .a2 = (1 - k / q + k * k) / a0 };
}

void biquad_k_highpass(struct biquad *b, double rate_hz)
{
    const double q = 0.5003270373238773;
    double k = tan(M_PI * 38.13547087602444 / rate_hz), a0 = 1 + k / q + k * k;

    *b = (struct biquad){
        .b0 = 1, .b1 = -2, .b2 = 1, .a1 = 2 * (k * k - 1) / a0, .a2 = (1 - k / q + k * k) / a0
    };
}

typedef float float_pair __attribute__((vector_size(8)));

static inline biquad_pair pair_of(float left, float right)
{
    return __builtin_convertvector(((float_pair){ left, right }), biquad_pair);
}

static inline void pair_put(biquad_pair y, float *left, float *right)
{
    const float_pair out = __builtin_convertvector(y, float_pair);

    *left = out[0];
    *right = out[1];
}

/* False for what is no number, and for what is so great that squares of floats would not hold it. */
static inline int is_sound(biquad_pair x)
{
    return fabs(x[0]) + fabs(x[1]) < 1e12;
}

/* Direct form I, both channels at a time in double: of the recursion only one multiplication and one addition
 * wait for the sample before. */
static inline biquad_pair step(struct biquad *b, biquad_pair x)
{
    const biquad_pair y = (b->b0 * x + b->b1 * b->x1 + b->b2 * b->x2 - b->a2 * b->y2) - b->a1 * b->y1;

    b->x2 = b->x1;
    b->x1 = x;
    b->y2 = b->y1;
    b->y1 = y;
    return y;
}

/* What is no number would stay in a recursion for ever. */
static void recover(struct biquad *b)
{
    if (!is_sound(b->x1 + b->x2) || !is_sound(b->y1 + b->y2))
        b->x1 = b->x2 = b->y1 = b->y2 = (biquad_pair){ 0 };
}

void biquad_process(struct biquad *b, float *left, float *right, int frames)
{
    struct biquad f = *b;

    for (int i = 0; i < frames; i++)
        pair_put(step(&f, pair_of(left[i], right[i])), left + i, right + i);
    *b = f;
    recover(b);
}

/* Each filter waits for its own last sample; several in one loop wait at the same time. */
static void two_process(struct biquad b[2], float *left, float *right, int frames)
{
    struct biquad f = b[0], g = b[1];

    for (int i = 0; i < frames; i++)
        pair_put(step(&g, step(&f, pair_of(left[i], right[i]))), left + i, right + i);
    b[0] = f;
    b[1] = g;
    recover(b);
    recover(b + 1);
}

static void three_process(struct biquad b[3], float *left, float *right, int frames)
{
    struct biquad f = b[0], g = b[1], h = b[2];

    for (int i = 0; i < frames; i++)
        pair_put(step(&h, step(&g, step(&f, pair_of(left[i], right[i])))), left + i, right + i);
    b[0] = f;
    b[1] = g;
    b[2] = h;
    recover(b);
    recover(b + 1);
    recover(b + 2);
}

/* |H|² = (B0 φ0 + B1 φ1 + B2 φ2) / (A0 φ0 + A1 φ1 + A2 φ2) with φ1 = sin²(w/2), φ0 = 1 - φ1, φ2 = 4 φ0 φ1; A0 and A1 are
 * |denominator|² at 0 and at half the rate (Vicanek, section 2). */
struct phi {
    double p0, p1, p2;
};

static struct phi phi_at(double w)
{
    double p1 = sin(w / 2) * sin(w / 2), p0 = 1 - p1;

    return (struct phi){ p0, p1, 4 * p0 * p1 };
}

/* The poles of 1 / (s² + s/q + 1) at angle `w`, by impulse invariance. */
static void matched_poles(struct biquad *b, double w, double q)
{
    double damping = 1 / (2 * q), rest = 1 - damping * damping;

    b->a1 = -2 * exp(-damping * w) * (rest >= 0 ? cos(sqrt(rest) * w) : cosh(sqrt(-rest) * w));
    b->a2 = exp(-2 * damping * w);
}

static double denominator_power(const struct biquad *b, struct phi p)
{
    double a0 = (1 + b->a1 + b->a2) * (1 + b->a1 + b->a2), a1 = (1 - b->a1 + b->a2) * (1 - b->a1 + b->a2);

    return a0 * p.p0 + a1 * p.p1 - 4 * b->a2 * p.p2;
}

/* Zeros of minimum phase for the powers B0, B1, B2 of the numerator. */
static void matched_zeros(struct biquad *b, double n0, double n1, double n2)
{
    double w = (sqrt(n0) + sqrt(n1)) / 2;

    n2 = fmax(n2, -(1 - 1e-10) * w * w); /* no real filter has less; the zeros stay inside the circle */
    b->b0 = (w + sqrt(w * w + n2)) / 2;
    b->b1 = (sqrt(n0) - sqrt(n1)) / 2;
    b->b2 = -n2 / (4 * b->b0);
}

/* What a band's prototype is: its poles, and where its magnitude is taken besides 0 and half the rate. */
static void prototype(enum biquad_band kind, double a, double q, double *pole_ratio, double *pole_q)
{
    *pole_ratio = kind == BAND_LOW_SHELF ? 1 / sqrt(a) : kind == BAND_HIGH_SHELF ? sqrt(a) : 1;
    *pole_q = kind == BAND_BELL ? a * q : q;
}

double biquad_band_gain(enum biquad_band kind, double f0_hz, double gain_db, double q, double hz)
{
    double a = pow(10, gain_db / 40), root = sqrt(a);
    double complex s = I * hz / f0_hz, s2 = s * s;

    switch (kind) {
    case BAND_BELL:
        return cabs((s2 + s * a / q + 1) / (s2 + s / (a * q) + 1));
    case BAND_LOW_SHELF:
        return cabs(a * (s2 + s * root / q + a) / (a * s2 + s * root / q + 1));
    case BAND_HIGH_SHELF:
        return cabs(a * (a * s2 + s * root / q + 1) / (s2 + s * root / q + a));
    case BAND_LOWPASS:
        return cabs(1 / (s2 + s / q + 1));
    case BAND_HIGHPASS:
        return cabs(s2 / (s2 + s / q + 1));
    case BAND_COUNT:
        break;
    }
    return 1;
}

#define SHELF_Q_MAX 1.5 /* sharper shelves overshoot, and near half the rate they could not be turned round */

/* A cut is the boost turned round: as exact, and its zeros, which lie inside the circle, become poles. */
static void invert(struct biquad *b)
{
    struct biquad boost = *b;

    *b = (struct biquad){ .b0 = 1 / boost.b0, .b1 = boost.a1 / boost.b0, .b2 = boost.a2 / boost.b0,
                          .a1 = boost.b1 / boost.b0, .a2 = boost.b2 / boost.b0 };
}

void biquad_band(struct biquad *b, enum biquad_band kind, double hz, double gain_db, double q, double rate_hz)
{
    double f0 = fmin(fmax(hz, 10), 0.45 * rate_hz), sharpness = fmin(fmax(q, 0.1), 20);
    double db = kind == BAND_LOWPASS || kind == BAND_HIGHPASS ? 0 : fmin(fmax(gain_db, -24), 24);
    double ratio, pole_q, zero, half, band, n0, n1;
    struct phi p;

    if (kind == BAND_LOW_SHELF || kind == BAND_HIGH_SHELF)
        sharpness = fmin(sharpness, SHELF_Q_MAX);
    if (db < 0) {
        biquad_band(b, kind, hz, -db, q, rate_hz);
        invert(b);
        return;
    }
    prototype(kind, pow(10, db / 40), sharpness, &ratio, &pole_q);
    *b = (struct biquad){ .b0 = 0 };
    matched_poles(b, 2 * M_PI * f0 * ratio / rate_hz, pole_q);
    p = phi_at(2 * M_PI * f0 / rate_hz);
    zero = biquad_band_gain(kind, f0, db, sharpness, 0);
    half = biquad_band_gain(kind, f0, db, sharpness, rate_hz / 2);
    band = biquad_band_gain(kind, f0, db, sharpness, f0);
    n0 = zero * zero * denominator_power(b, (struct phi){ 1, 0, 0 });
    n1 = half * half * denominator_power(b, (struct phi){ 0, 1, 0 });
    if (kind == BAND_HIGHPASS) { /* both zeros stay at 0 */
        b->b0 = sqrt(band * band * denominator_power(b, p)) / (4 * p.p1);
        b->b1 = -2 * b->b0;
        b->b2 = b->b0;
        return;
    }
    matched_zeros(b, n0, n1, (band * band * denominator_power(b, p) - n0 * p.p0 - n1 * p.p1) / p.p2);
}

void biquad_retune(struct biquad *b, enum biquad_band kind, double hz, double q, double rate_hz)
{
    struct biquad tuned;

    biquad_band(&tuned, kind, hz, 0, q, rate_hz);
    tuned.x1 = b->x1;
    tuned.x2 = b->x2;
    tuned.y1 = b->y1;
    tuned.y2 = b->y2;
    *b = tuned;
}

void biquads_process(struct biquad *b, int count, float *left, float *right, int frames)
{
    for (; count > 4 || count == 3; b += 3, count -= 3)
        three_process(b, left, right, frames);
    for (; count >= 2; b += 2, count -= 2)
        two_process(b, left, right, frames);
    if (count > 0)
        biquad_process(b, left, right, frames);
}

double biquad_gain(const struct biquad *b, double hz, double rate_hz)
{
    double complex z1 = cexp(-I * 2 * M_PI * hz / rate_hz), z2 = z1 * z1;

    return cabs((b->b0 + b->b1 * z1 + b->b2 * z2) / (1 + b->a1 * z1 + b->a2 * z2));
}
