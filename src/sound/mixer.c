#include "sound/mixer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sound/compressor.h"
#include "sound/reverb.h"

enum { SLICE = 512, STRIPS_MAX = 64 }; /* a slice of all buses fits the first-level cache */

struct slice {
    float left[SLICE], right[SLICE];
};

struct mixer {
    struct {
        struct compressor compressor;
        float gain;
        struct slice slice;
    } buses[BUS_COUNT];
    struct {
        int bus;
        float send; /* 0 = none */
    } strips[STRIPS_MAX];
    int strip_count;
    bool has_reverb;
    float reverb_gain;
    struct slice reverb_slice;
    struct reverb reverb;
};

static float linear(double db)
{
    return isfinite(db) ? (float)pow(10, fmin(db, 40) / 20) : 1.0f;
}

struct mixer *mixer_new(const struct mix_spec *mix, const struct mix_strip *strips, int strip_count,
                        struct error *e)
{
    const struct mix_compressor off = { .ratio = 1 };
    struct mixer *m = calloc(1, sizeof(*m));

    ASSERT(strip_count >= 0 && strip_count <= STRIPS_MAX);
    if (m == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the mixer");
        return NULL;
    }
    for (int i = 0; i < BUS_COUNT; i++) {
        compressor_init(&m->buses[i].compressor, &off);
        m->buses[i].gain = 1;
    }
    for (size_t i = 0; i < mix->buses.count; i++) {
        const struct mix_bus_settings *bus = &mix->buses.items[i];

        if (bus->bus < 0 || bus->bus >= BUS_COUNT)
            continue;
        compressor_init(&m->buses[bus->bus].compressor, &bus->compressor);
        m->buses[bus->bus].gain = linear(bus->gain_db);
    }
    m->strip_count = strip_count;
    for (int i = 0; i < strip_count; i++) {
        m->strips[i].bus = strips[i].bus >= 0 && strips[i].bus < BUS_COUNT ? strips[i].bus : BUS_MUSIC;
        m->strips[i].send = strips[i].reverb_send_db > -60 ? linear(strips[i].reverb_send_db) : 0;
        m->has_reverb |= m->strips[i].send > 0;
    }
    m->has_reverb &= !(mix->reverb_return_db <= -60);
    m->reverb_gain = linear(mix->reverb_return_db);
    reverb_init(&m->reverb, mix->reverb_room, mix->reverb_damping);
    return m;
}

void mixer_free(struct mixer *m)
{
    free(m);
}

static void block_add(float *restrict to, const float *restrict from, float gain)
{
    for (int i = 0; i < AUDIO_BLOCK; i++)
        to[i] += gain * from[i];
}

static void add(struct slice *to, const float *left, const float *right, float gain, int frames)
{
    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        block_add(to->left + i, left + i, gain);
        block_add(to->right + i, right + i, gain);
    }
}

static void slice_process(struct mixer *m, const struct audio *const *inputs, struct slice *sum, int start,
                          int frames)
{
    memset(sum, 0, sizeof(*sum));
    memset(&m->reverb_slice, 0, sizeof(m->reverb_slice));
    for (int i = 0; i < BUS_COUNT; i++)
        memset(&m->buses[i].slice, 0, sizeof(m->buses[i].slice));
    for (int i = 0; i < m->strip_count; i++) {
        if (inputs[i] == NULL)
            continue;
        add(&m->buses[m->strips[i].bus].slice, inputs[i]->left + start, inputs[i]->right + start, 1, frames);
        if (m->strips[i].send > 0)
            add(&m->reverb_slice, inputs[i]->left + start, inputs[i]->right + start, m->strips[i].send,
                frames);
    }
    for (int i = 0; i < BUS_COUNT; i++) {
        struct slice *bus = &m->buses[i].slice;

        compressor_process(&m->buses[i].compressor, bus->left, bus->right, frames);
        add(sum, bus->left, bus->right, m->buses[i].gain, frames);
    }
    if (m->has_reverb) {
        reverb_process(&m->reverb, m->reverb_slice.left, m->reverb_slice.right, frames);
        add(sum, m->reverb_slice.left, m->reverb_slice.right, m->reverb_gain, frames);
    }
}

void mixer_process(struct mixer *m, const struct audio *const *inputs, struct audio *out, int frames)
{
    for (int start = 0; start < frames; start += SLICE) {
        int count = frames - start < SLICE ? frames - start : SLICE;
        struct slice sum;

        slice_process(m, inputs, &sum, start, count);
        memcpy(out->left + start, sum.left, (size_t)count * sizeof(float));
        memcpy(out->right + start, sum.right, (size_t)count * sizeof(float));
    }
}
