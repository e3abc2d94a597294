#include "core/random.h"

#include <errno.h>
#include <sys/random.h>

#include "core/error.h"

static uint64_t mix(uint64_t x) /* splitmix64's finaliser */
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

struct random random_stream(uint64_t seed, const char *name, unsigned index)
{
    uint64_t h = 0xcbf29ce484222325u; /* FNV-1a over the name */
    struct random r;

    for (; *name != '\0'; name++)
        h = (h ^ (unsigned char)*name) * 0x100000001b3u;
    h = mix(h + index);
    r.increment = (mix(h ^ 0x9e3779b97f4a7c15u) << 1) | 1u;
    r.state = mix(seed + 0x9e3779b97f4a7c15u) + h;
    random_u32(&r);
    return r;
}

uint32_t random_u32(struct random *r)
{
    uint64_t old = r->state;
    uint32_t shifted = (uint32_t)(((old >> 18) ^ old) >> 27);
    uint32_t turn = (uint32_t)(old >> 59);

    r->state = old * 6364136223846793005u + r->increment;
    return (shifted >> turn) | (shifted << ((32 - turn) & 31));
}

unsigned random_below(struct random *r, unsigned limit)
{
    uint32_t threshold, x;

    ASSERT(limit > 0);
    threshold = (uint32_t)(-limit) % limit;
    do
        x = random_u32(r);
    while (x < threshold);
    return x % limit;
}

int random_between(struct random *r, int low, int high)
{
    ASSERT(low <= high);
    return low + (int)random_below(r, (unsigned)(high - low) + 1);
}

double random_unit(struct random *r)
{
    return random_u32(r) * 0x1p-32;
}

bool random_chance(struct random *r, double probability)
{
    return random_unit(r) < probability;
}

double random_normal(struct random *r)
{
    uint64_t sum = 0; /* of whole numbers: the same as that of twelve random_unit, which is exact as well, and sooner */

    for (int i = 0; i < 12; i++)
        sum += random_u32(r);
    return (double)sum * 0x1p-32 - 6;
}

size_t random_weighted(struct random *r, const double *weights, size_t count)
{
    double sum = 0, at;

    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    ASSERT(sum > 0);
    at = random_unit(r) * sum;
    for (size_t i = 0; i + 1 < count; i++) {
        at -= weights[i];
        if (at < 0)
            return i;
    }
    while (weights[count - 1] <= 0)
        count--;
    return count - 1;
}

void random_bytes(void *out, size_t bytes)
{
    unsigned char *at = out;

    while (bytes > 0) {
        ssize_t got = getrandom(at, bytes, 0);

        if (got < 0 && errno == EINTR)
            continue;
        ASSERT(got > 0);
        at += got;
        bytes -= (size_t)got;
    }
}

uint64_t random_seed_draw(void)
{
    uint64_t seed;

    random_bytes(&seed, sizeof(seed));
    return seed >> 11;
}
