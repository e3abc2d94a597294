#include "sound/kaiser.h"

#include <math.h>

/* The modified Bessel function of order 0, by its series. */
static double bessel_i0(double x)
{
    double sum = 1, term = 1;

    for (int k = 1; k < 40; k++) {
        term *= x / (2 * k) * (x / (2 * k));
        sum += term;
    }
    return sum;
}

double kaiser(double beta, double position)
{
    return bessel_i0(beta * sqrt(fmax(1 - position * position, 0))) / bessel_i0(beta);
}
