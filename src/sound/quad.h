/* Four floats at a time, for the loops that a compiler at -O2 leaves as they are. GCC's and clang's vectors:
 * SSE on x86-64, NEON on ARM. The results do not depend on the machine. */
#ifndef SOUND_QUAD_H
#define SOUND_QUAD_H

#include <string.h>

typedef float quad __attribute__((vector_size(16)));
typedef int quad_bits __attribute__((vector_size(16)));

static inline quad quad_load(const float *p)
{
    quad q;

    memcpy(&q, p, sizeof(q));
    return q;
}

static inline void quad_store(float *p, quad q)
{
    memcpy(p, &q, sizeof(q));
}

static inline quad quad_magnitude(quad q)
{
    return (quad)((quad_bits)q & 0x7fffffff);
}

/* a where the condition holds, else b. A comparison with NaN does not hold. */
static inline quad quad_select(quad_bits condition, quad a, quad b)
{
    return (quad)(((quad_bits)a & condition) | ((quad_bits)b & ~condition));
}

static inline quad quad_greater(quad a, quad b)
{
    return quad_select(a > b, a, b);
}

static inline float quad_most(quad q)
{
    float most = q[0];

    for (int i = 1; i < 4; i++)
        most = q[i] > most ? q[i] : most;
    return most;
}

/* The greatest magnitude of `count` floats, a multiple of 4, or `peak` when that is greater. */
static inline float quad_peak(const float *p, int count, float peak)
{
    quad greatest = { peak, peak, peak, peak };

    for (int i = 0; i < count; i += 4)
        greatest = quad_greater(quad_magnitude(quad_load(p + i)), greatest);
    for (int i = 0; i < 4; i++)
        peak = greatest[i] > peak ? greatest[i] : peak;
    return peak;
}

#endif
