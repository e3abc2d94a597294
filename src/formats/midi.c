#include "formats/midi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    META = 0xff,
    META_TRACK_NAME = 0x03,
    META_LYRIC = 0x05,
    META_MARKER = 0x06,
    META_END_OF_TRACK = 0x2f,
    META_TEMPO = 0x51,
    META_TIME_SIGNATURE = 0x58,
    META_KEY_SIGNATURE = 0x59,
    NOTE_OFF = 0x80,
    NOTE_ON = 0x90,
    CONTROL = 0xb0,
    PROGRAM = 0xc0,
    BEND = 0xe0,
    CONTROL_BANK_MSB = 0,
    CONTROL_BANK_LSB = 32,
    CONTROL_VOLUME = 7,
    CONTROL_PAN = 10,
    CONTROL_REVERB = 91,
    LOUDEST_VOLUME = 110,
    MIX_CONTROLS = 3,
    DRUM_BANK = 128,
    OFF_VELOCITY = 64,
    EVENT_BYTES_MAX = 7,
};
#define SOFT_KNEE 44.0
#define SOFTEST 27.0
static const int32_t ticks_max = 0x0fffffff; /* four bytes of seven bits */
static const size_t write_arena_cap = (size_t)256 << 20;

/* What comes first at one tick. */
enum rank { RANK_HEAD, RANK_TEXT, RANK_CONTROL, RANK_OFF, RANK_ON };

/* A raw message, or a text with its meta type. */
struct event {
    int32_t tick;
    enum rank rank;
    size_t index; /* keeps the order of equals */
    uint8_t bytes[EVENT_BYTES_MAX];
    uint8_t count;
    const char *text;
};

struct track {
    struct event *events;
    size_t count;
};

struct buffer {
    struct arena *arena;
    unsigned char *data;
    size_t len, cap;
};

static void put(struct buffer *b, const void *data, size_t len)
{
    if (b->cap - b->len < len) {
        size_t cap = b->cap * 2 > b->len + len ? b->cap * 2 : b->len + len;
        unsigned char *grown = ARENA_ARRAY(b->arena, unsigned char, cap);

        if (b->len > 0)
            memcpy(grown, b->data, b->len);
        b->data = grown;
        b->cap = cap;
    }
    if (len > 0)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

static void put_number(struct buffer *b, size_t value, size_t bytes)
{
    unsigned char big_endian[4];

    for (size_t i = 0; i < bytes; i++)
        big_endian[i] = (unsigned char)(value >> (8 * (bytes - 1 - i)));
    put(b, big_endian, bytes);
}

/* Seven bits a byte, the highest first; all but the last have the top bit. */
static void put_variable(struct buffer *b, size_t value)
{
    unsigned char bytes[4];
    size_t count = 0;

    do {
        bytes[3 - count] = (unsigned char)((value & 0x7f) | (count > 0 ? 0x80 : 0));
        value >>= 7;
        count++;
    } while (value > 0);
    put(b, bytes + 4 - count, count);
}

static struct event *event_add(struct track *t, int32_t tick, enum rank rank)
{
    struct event *ev = &t->events[t->count];

    *ev = (struct event){ .tick = tick, .rank = rank, .index = t->count };
    t->count++;
    return ev;
}

static void message_add(struct track *t, int32_t tick, enum rank rank, const uint8_t *bytes, size_t count)
{
    struct event *ev = event_add(t, tick, rank);

    memcpy(ev->bytes, bytes, count);
    ev->count = (uint8_t)count;
}
#define MESSAGE_ADD(t, tick, rank, ...)                                                                      \
    message_add((t), (tick), (rank), (const uint8_t[]){ __VA_ARGS__ },                                       \
                sizeof((const uint8_t[]){ __VA_ARGS__ }))

static void text_add(struct track *t, int32_t tick, enum rank rank, uint8_t type, const char *text)
{
    struct event *ev = event_add(t, tick, rank);

    ev->bytes[0] = META;
    ev->bytes[1] = type;
    ev->count = 2;
    ev->text = text;
}

static int event_compare(const void *left, const void *right)
{
    const struct event *a = left, *b = right;

    if (a->tick != b->tick)
        return a->tick < b->tick ? -1 : 1;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static void put_track(struct buffer *b, struct track *t, int32_t end_tick)
{
    static const unsigned char end_of_track[] = { META, META_END_OF_TRACK, 0 };
    size_t length_at, length;
    int32_t tick = 0;

    qsort(t->events, t->count, sizeof(t->events[0]), event_compare);
    put(b, "MTrk", 4);
    length_at = b->len;
    put_number(b, 0, 4);
    for (size_t i = 0; i < t->count; i++) {
        const struct event *ev = &t->events[i];

        put_variable(b, (size_t)(ev->tick - tick));
        tick = ev->tick;
        put(b, ev->bytes, ev->count);
        if (ev->text != NULL) {
            put_variable(b, strlen(ev->text));
            put(b, ev->text, strlen(ev->text));
        }
    }
    put_variable(b, tick < end_tick ? (size_t)(end_tick - tick) : 0);
    put(b, end_of_track, sizeof(end_of_track));
    length = b->len - length_at - 4;
    b->len = length_at;
    put_number(b, length, 4);
    b->len += length;
}

static void lyrics_add(struct track *t, const struct score *s)
{
    for (size_t i = 0; i < s->lyric_count; i++)
        text_add(t, s->lyrics[i].tick, RANK_TEXT, META_LYRIC, s->lyrics[i].syllable);
}

static void metre_add(struct track *t, const struct score_metre *m)
{
    bool is_compound = m->denominator >= 8 && m->numerator > 3 && m->numerator % 3 == 0;
    int click_clocks = 96 / m->denominator * (is_compound ? 3 : 1); /* 24 clocks to a quarter note */
    uint8_t power = 0;

    while (1 << power < m->denominator)
        power++;
    MESSAGE_ADD(t, m->tick, RANK_HEAD, META, META_TIME_SIGNATURE, 4, m->numerator, power,
                (uint8_t)click_clocks, 8);
}

static uint32_t tempo_us(const struct score_tempo *t)
{
    return (uint32_t)lround(60e6 / t->bpm);
}

static void put_conductor(struct buffer *b, const struct score *s, bool has_lyrics)
{
    struct track t = { 0 };

    t.events = ARENA_ARRAY(b->arena, struct event,
                           1 + s->metre_count + s->key_count + s->tempo_count + s->marker_count + s->lyric_count);
    text_add(&t, 0, RANK_HEAD, META_TRACK_NAME, s->title != NULL ? s->title : "");
    for (size_t i = 0; i < s->metre_count; i++)
        metre_add(&t, &s->metres[i]);
    for (size_t i = 0; i < s->key_count; i++)
        MESSAGE_ADD(&t, s->keys[i].tick, RANK_HEAD, META, META_KEY_SIGNATURE, 2, (uint8_t)s->keys[i].fifths,
                    s->keys[i].is_minor ? 1 : 0);
    for (size_t i = 0; i < s->tempo_count; i++) {
        uint32_t us = tempo_us(&s->tempos[i]);

        MESSAGE_ADD(&t, s->tempos[i].tick, RANK_HEAD, META, META_TEMPO, 3, (uint8_t)(us >> 16),
                    (uint8_t)(us >> 8), (uint8_t)us);
    }
    for (size_t i = 0; i < s->marker_count; i++)
        text_add(&t, s->markers[i].tick, RANK_TEXT, META_MARKER, s->markers[i].text);
    if (has_lyrics)
        lyrics_add(&t, s);
    put_track(b, &t, s->end_tick);
}

static void controls_add(struct track *t, const struct score_part *p)
{
    for (size_t i = 0; i < p->control_count; i++) {
        const struct score_control *c = &p->controls[i];
        int bend = c->value + 8192;

        if (c->kind == SCORE_PITCH_BEND)
            MESSAGE_ADD(t, c->tick, RANK_CONTROL, (uint8_t)(BEND | p->channel), (uint8_t)(bend & 0x7f),
                        (uint8_t)(bend >> 7));
        else
            MESSAGE_ADD(t, c->tick, RANK_CONTROL, (uint8_t)(CONTROL | p->channel), c->number,
                        (uint8_t)c->value);
    }
}

static uint8_t seven_bits(double value)
{
    return (uint8_t)(value < 0 ? 0 : value > 127 ? 127 : lround(value));
}

/* The strip of a part; NULL when the mix has none. */
static const struct mix_strip *strip_find(const struct mix_spec *mix, const struct score_part *p)
{
    for (size_t i = 0; mix != NULL && i < mix->strips.count; i++)
        if (mix->strips.items[i].part != NULL && strcmp(mix->strips.items[i].part, p->id) == 0)
            return &mix->strips.items[i];
    return NULL;
}

static double loudest_lu(const struct score *s, const struct mix_spec *mix)
{
    double out = -INFINITY;

    for (size_t i = 0; i < s->part_count; i++) {
        const struct mix_strip *strip = strip_find(mix, &s->parts[i]);

        if (strip != NULL && strip->level_lu > out)
            out = strip->level_lu;
    }
    return out;
}

static void mix_add(struct track *t, const struct score *s, const struct score_part *p, const struct mix_spec *mix)
{
    const struct mix_strip *strip = strip_find(mix, p);
    uint8_t control = (uint8_t)(CONTROL | p->channel);

    if (strip == NULL)
        return;
    MESSAGE_ADD(t, 0, RANK_HEAD, control, CONTROL_VOLUME,
                seven_bits(LOUDEST_VOLUME * pow(10, (strip->level_lu - loudest_lu(s, mix)) / 40)));
    MESSAGE_ADD(t, 0, RANK_HEAD, control, CONTROL_PAN, seven_bits(64 + 63 * strip->pan));
    MESSAGE_ADD(t, 0, RANK_HEAD, control, CONTROL_REVERB,
                seven_bits(strip->reverb_send_db <= -60 ? 0 : 127 * pow(10, strip->reverb_send_db / 20)));
}

/* The part before this one that has its channel: drum parts share theirs, whose program and mix are the first one's. */
static const struct score_part *host_find(const struct score *s, const struct score_part *p)
{
    for (const struct score_part *host = s->parts; host < p; host++)
        if (host->channel == p->channel)
            return host;
    return NULL;
}

/* What the channel's volume cannot say of a guest is said by the velocities, which follow the same curve. */
static double guest_velocity(const struct mix_spec *mix, const struct score_part *host, const struct score_part *guest)
{
    const struct mix_strip *a = strip_find(mix, host), *b = strip_find(mix, guest);

    return a != NULL && b != NULL ? pow(10, (b->level_lu - a->level_lu) / 40) : 1;
}

static void head_add(struct track *t, const struct score *s, const struct score_part *p, const struct mix_spec *mix)
{
    uint8_t control = (uint8_t)(CONTROL | p->channel);

    if (p->bank < DRUM_BANK) {
        MESSAGE_ADD(t, 0, RANK_HEAD, control, CONTROL_BANK_MSB, p->bank);
        MESSAGE_ADD(t, 0, RANK_HEAD, control, CONTROL_BANK_LSB, 0);
    }
    MESSAGE_ADD(t, 0, RANK_HEAD, (uint8_t)(PROGRAM | p->channel), p->program);
    mix_add(t, s, p, mix);
    controls_add(t, p);
}

/* Bends towards the softest stroke that is heard in a mix, as performances do, rather than below it. */
static uint8_t velocity_scaled(uint8_t velocity, double by)
{
    double out = velocity * by;

    if (by < 1 && out < SOFT_KNEE)
        out = fmin(velocity, SOFTEST + (SOFT_KNEE - SOFTEST) * exp((out - SOFT_KNEE) / (SOFT_KNEE - SOFTEST)));
    return (uint8_t)(out < 1 ? 1 : out > 127 ? 127 : lround(out));
}

static void put_part(struct buffer *b, const struct score *s, const struct score_part *p,
                     const struct mix_spec *mix, bool has_lyrics)
{
    const struct score_part *host = host_find(s, p);
    double scale = host != NULL ? guest_velocity(mix, host, p) : 1;
    struct track t = { 0 };

    t.events = ARENA_ARRAY(b->arena, struct event, 4 + MIX_CONTROLS + p->control_count + 2 * p->note_count +
                                                    s->lyric_count);
    text_add(&t, 0, RANK_HEAD, META_TRACK_NAME, p->name);
    if (host == NULL)
        head_add(&t, s, p, mix);
    if (has_lyrics)
        lyrics_add(&t, s);
    for (size_t i = 0; i < p->note_count; i++) {
        const struct score_note *n = &p->notes[i];

        MESSAGE_ADD(&t, n->start_tick, RANK_ON, (uint8_t)(NOTE_ON | p->channel), n->pitch,
                    velocity_scaled(n->velocity, scale));
        MESSAGE_ADD(&t, n->start_tick + n->len_ticks, RANK_OFF, (uint8_t)(NOTE_OFF | p->channel), n->pitch,
                    OFF_VELOCITY);
    }
    put_track(b, &t, s->end_tick);
}

/* The part that sings; part_count when none does. */
static size_t voice_find(const struct score *s)
{
    size_t i = 0;

    while (i < s->part_count && s->parts[i].role != ROLE_VOICE)
        i++;
    return i;
}

static bool can_write(const struct score *s, struct error *e)
{
    const char *fault = score_fault(s);

    if (fault != NULL)
        return error_set(e, ERROR_INPUT, "the score cannot be written as MIDI: %s", fault);
    if (s->end_tick > ticks_max)
        return error_set(e, ERROR_INPUT, "the score cannot be written as MIDI: it is too long");
    for (size_t i = 0; i < s->part_count; i++) {
        const struct score_part *p = &s->parts[i];

        if (p->control_count > 0 && p->controls[p->control_count - 1].tick > ticks_max)
            return error_set(e, ERROR_INPUT, "the score cannot be written as MIDI: a control is too late");
    }
    return true;
}

bool midi_bytes(const struct score *s, const struct mix_spec *mix, struct arena *a, unsigned char **out, size_t *len,
                struct error *e)
{
    struct buffer b = { .arena = a };
    size_t voice;

    if (!can_write(s, e))
        return false;
    voice = voice_find(s);
    put(&b, "MThd", 4);
    put_number(&b, 6, 4);
    put_number(&b, 1, 2);
    put_number(&b, 1 + s->part_count, 2);
    put_number(&b, SCORE_PPQ, 2);
    put_conductor(&b, s, voice == s->part_count);
    for (size_t i = 0; i < s->part_count; i++)
        put_part(&b, s, &s->parts[i], mix, i == voice);
    *out = b.data;
    *len = b.len;
    return true;
}

struct job {
    const struct score *score;
    const struct mix_spec *mix;
    struct arena *arena;
    unsigned char *data;
    size_t len;
};

static bool job_run(void *arg, struct error *e)
{
    struct job *j = arg;

    return midi_bytes(j->score, j->mix, j->arena, &j->data, &j->len, e);
}

static bool save(const unsigned char *data, size_t len, const char *path, struct error *e)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool ok = fd >= 0;
    int why;

    while (ok && len > 0) {
        ssize_t wrote = write(fd, data, len);

        if (wrote < 0 && errno == EINTR)
            continue;
        ok = wrote > 0;
        data += ok ? wrote : 0;
        len -= ok ? (size_t)wrote : 0;
    }
    ok = ok && fsync(fd) == 0;
    why = errno;
    if (fd >= 0 && close(fd) != 0 && ok) {
        ok = false;
        why = errno;
    }
    if (!ok)
        return error_set(e, why == ENOSPC || why == EDQUOT ? ERROR_STORAGE : ERROR_IO,
                         "cannot write '%s': %s", path, strerror(why));
    return true;
}

bool midi_write(const struct score *s, const struct mix_spec *mix, const char *path, struct error *e)
{
    struct job j = { .score = s, .mix = mix, .arena = arena_new(write_arena_cap) };
    char part[PATH_MAX];
    bool ok = false;

    if (j.arena == NULL)
        return error_set(e, ERROR_INTERNAL, "out of memory");
    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part)) {
        error_set(e, ERROR_INPUT, "path too long: '%.200s'", path);
        goto out;
    }
    if (!arena_run(j.arena, job_run, &j, e))
        goto out;
    ok = save(j.data, j.len, part, e);
    if (ok && rename(part, path) != 0)
        ok = error_set(e, ERROR_IO, "cannot finish '%s': %s", path, strerror(errno));
    if (!ok)
        unlink(part);
out:
    arena_free(j.arena);
    return ok;
}
