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

/* Direct form I, both channels at a time in double: of the recursion only one multiplication and one addition
 * wait for the sample before. */
void biquad_process(struct biquad *b, float *left, float *right, int frames)
{
    const double b0 = b->b0, b1 = b->b1, b2 = b->b2, a1 = b->a1, a2 = b->a2;
    biquad_pair x1 = b->x1, x2 = b->x2, y1 = b->y1, y2 = b->y2;

    for (int i = 0; i < frames; i++) {
        const biquad_pair x = { (double)left[i], (double)right[i] };
        const biquad_pair y = (b0 * x + b1 * x1 + b2 * x2 - a2 * y2) - a1 * y1;

        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        left[i] = (float)y[0];
        right[i] = (float)y[1];
    }
    b->x1 = x1;
    b->x2 = x2;
    b->y1 = y1;
    b->y2 = y2;
}

double biquad_gain(const struct biquad *b, double hz, double rate_hz)
{
    double complex z1 = cexp(-I * 2 * M_PI * hz / rate_hz), z2 = z1 * z1;

    return cabs((b->b0 + b->b1 * z1 + b->b2 * z2) / (1 + b->a1 * z1 + b->a2 * z2));
}
