#include "sound/mixer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/yield.h"
#include "sound/compressor.h"
#include "sound/delay.h"
#include "sound/ducker.h"
#include "sound/render.h"
#include "sound/reverb.h"

enum { SLICE = 512, STRIPS_MAX = 64 }; /* a slice of all buses fits the first-level cache */

#define OFF_DB (-60.0) /* sends and returns from here down are none */

struct slice {
    float left[SLICE], right[SLICE];
};

struct input {
    int bus;
    double duck_db;
    double reverb_db, delay_db;      /* sends as the strip has them */
    float reverb, delay;             /* as they were at the end of the last slice; 0 = none */
    float ducked;                    /* the side chain's factor at the end of the last slice */
    const struct strip_moves *moves;
};

struct mixer {
    struct {
        struct compressor compressor;
        float gain;
        struct slice slice;
    } buses[BUS_COUNT];
    struct input inputs[STRIPS_MAX];
    int input_count;
    int64_t frame;
    bool has_reverb, has_delay, has_ducking;
    float reverb_gain, delay_gain;
    struct slice reverb_slice, delay_slice, key, ducked;
    float open[SLICE / DUCKER_STEP];
    struct reverb reverb;
    struct delay delay;
    struct ducker ducker;
};

static float linear(double db)
{
    return isfinite(db) ? (float)pow(10, fmin(db, 40) / 20) : 1.0f;
}

static float send(double db)
{
    return db > OFF_DB ? linear(db) : 0; /* false for NaN */
}

static void buses_init(struct mixer *m, const struct mix_spec *mix)
{
    const struct mix_compressor off = { .ratio = 1 };

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
}

static void inputs_init(struct mixer *m, const struct mixer_input *inputs)
{
    for (int i = 0; i < m->input_count; i++) {
        const struct mix_strip *strip = inputs[i].strip;
        struct input *in = &m->inputs[i];

        *in = (struct input){ .bus = strip->bus >= 0 && strip->bus < BUS_COUNT ? strip->bus : BUS_HARMONY,
                              .duck_db = strip->duck_db > 0 ? strip->duck_db : 0, .reverb_db = strip->reverb_send_db,
                              .delay_db = strip->delay_send_db, .reverb = send(strip->reverb_send_db),
                              .delay = send(strip->delay_send_db), .ducked = 1, .moves = inputs[i].moves };
        m->has_reverb |= in->reverb > 0 || (in->moves != NULL && in->moves->reverb_send_db.count > 0);
        m->has_delay |= in->delay > 0 || (in->moves != NULL && in->moves->delay_send_db.count > 0);
        m->has_ducking |= in->duck_db > 0;
    }
}

struct mixer *mixer_new(const struct mix_spec *mix, const struct mixer_input *inputs, int input_count, double quarter_s,
                        struct error *e)
{
    struct delay_setting echoes = { .time_s = { mix->delay.left_beats * quarter_s, mix->delay.right_beats * quarter_s },
                                    .feedback = mix->delay.feedback, .lowpass_hz = mix->delay.lowpass_hz,
                                    .highpass_hz = 200 };
    struct mixer *m = calloc(1, sizeof(*m));

    ASSERT(input_count >= 0 && input_count <= STRIPS_MAX);
    if (m == NULL) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the mixer");
        return NULL;
    }
    m->input_count = input_count;
    buses_init(m, mix);
    inputs_init(m, inputs);
    m->has_reverb &= !(mix->reverb_return_db <= OFF_DB);
    m->has_delay &= !(mix->delay.return_db <= OFF_DB);
    m->reverb_gain = linear(mix->reverb_return_db);
    m->delay_gain = linear(mix->delay.return_db);
    reverb_init(&m->reverb, mix->reverb_room, mix->reverb_damping);
    delay_init(&m->delay, &echoes, RENDER_RATE_HZ);
    ducker_init(&m->ducker, mix->duck_release_ms, RENDER_RATE_HZ);
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

static void block_add_ramp(float *restrict to, const float *restrict from, float gain, float slope)
{
    for (int i = 0; i < AUDIO_BLOCK; i++)
        to[i] += (gain + slope * (float)(i + 1)) * from[i];
}

static void add(struct slice *to, const float *left, const float *right, float gain, int frames)
{
    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        block_add(to->left + i, left + i, gain);
        block_add(to->right + i, right + i, gain);
    }
}

static void add_ramp(struct slice *to, const float *left, const float *right, float from, float until, int frames)
{
    float slope = (until - from) / (float)frames;

    if (slope == 0) {
        if (from != 0)
            add(to, left, right, from, frames);
        return;
    }
    for (int i = 0; i < frames; i += AUDIO_BLOCK) {
        block_add_ramp(to->left + i, left + i, from + slope * (float)i, slope);
        block_add_ramp(to->right + i, right + i, from + slope * (float)i, slope);
    }
}

/* The low end of the drums, as the side chain hears them. */
static void key_listen(struct mixer *m, const struct audio *const *inputs, int start, int frames)
{
    memset(&m->key, 0, sizeof(m->key));
    for (int i = 0; i < m->input_count; i++)
        if (inputs[i] != NULL && m->inputs[i].bus == BUS_DRUMS)
            add(&m->key, inputs[i]->left + start, inputs[i]->right + start, 1, frames);
    ducker_process(&m->ducker, m->key.left, m->key.right, frames, m->open);
}

/* The strip's sound with the kick's place left free, in m->ducked. */
static void duck(struct mixer *m, struct input *in, const float *left, const float *right, int frames)
{
    for (int step = 0; step < frames / DUCKER_STEP; step++) {
        float to = (float)pow(10, -in->duck_db * (double)m->open[step] / 20), slope = (to - in->ducked) / DUCKER_STEP;

        for (int i = 0; i < DUCKER_STEP; i++) {
            int at = step * DUCKER_STEP + i;
            float gain = in->ducked + slope * (float)(i + 1);

            m->ducked.left[at] = gain * left[at];
            m->ducked.right[at] = gain * right[at];
        }
        in->ducked = to;
    }
}

static void input_add(struct mixer *m, int index, const struct audio *audio, int start, int frames)
{
    struct input *in = &m->inputs[index];
    const float *left = audio->left + start, *right = audio->right + start;
    float reverb = in->reverb, delay = in->delay;

    if (in->duck_db > 0) {
        duck(m, in, left, right, frames);
        left = m->ducked.left;
        right = m->ducked.right;
    }
    if (in->moves != NULL) {
        reverb = send(curve_at(&in->moves->reverb_send_db, m->frame + frames, in->reverb_db));
        delay = send(curve_at(&in->moves->delay_send_db, m->frame + frames, in->delay_db));
    }
    add(&m->buses[in->bus].slice, left, right, 1, frames);
    add_ramp(&m->reverb_slice, left, right, in->reverb, reverb, frames);
    add_ramp(&m->delay_slice, left, right, in->delay, delay, frames);
    in->reverb = reverb;
    in->delay = delay;
}

static void slice_process(struct mixer *m, const struct audio *const *inputs, struct slice *sum, int start,
                          int frames)
{
    memset(sum, 0, sizeof(*sum));
    memset(&m->reverb_slice, 0, sizeof(m->reverb_slice));
    memset(&m->delay_slice, 0, sizeof(m->delay_slice));
    for (int i = 0; i < BUS_COUNT; i++)
        memset(&m->buses[i].slice, 0, sizeof(m->buses[i].slice));
    if (m->has_ducking)
        key_listen(m, inputs, start, frames);
    for (int i = 0; i < m->input_count; i++)
        if (inputs[i] != NULL)
            input_add(m, i, inputs[i], start, frames);
    for (int i = 0; i < BUS_COUNT; i++) {
        struct slice *bus = &m->buses[i].slice;

        compressor_process(&m->buses[i].compressor, bus->left, bus->right, frames);
        add(sum, bus->left, bus->right, m->buses[i].gain, frames);
    }
    if (m->has_delay) {
        delay_process(&m->delay, m->delay_slice.left, m->delay_slice.right, frames);
        add(sum, m->delay_slice.left, m->delay_slice.right, m->delay_gain, frames);
    }
    if (m->has_reverb) {
        reverb_process(&m->reverb, m->reverb_slice.left, m->reverb_slice.right, frames);
        add(sum, m->reverb_slice.left, m->reverb_slice.right, m->reverb_gain, frames);
    }
    m->frame += frames;
}

void mixer_process(struct mixer *m, const struct audio *const *inputs, struct audio *out, int frames)
{
    for (int start = 0; start < frames; start += SLICE) {
        int count = frames - start < SLICE ? frames - start : SLICE;
        struct slice sum;

        slice_process(m, inputs, &sum, start, count);
        memcpy(out->left + start, sum.left, (size_t)count * sizeof(float));
        memcpy(out->right + start, sum.right, (size_t)count * sizeof(float));
        yield_when_due();
    }
}
