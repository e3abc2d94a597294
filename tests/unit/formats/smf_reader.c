#include "smf_reader.h"

#include <check.h>
#include <string.h>

struct cursor {
    const unsigned char *at, *end;
};

static uint8_t byte(struct cursor *c)
{
    ck_assert_msg(c->at < c->end, "the file ends too early");
    return *c->at++;
}

static uint32_t number(struct cursor *c, int bytes)
{
    uint32_t value = 0;

    while (bytes-- > 0)
        value = value << 8 | byte(c);
    return value;
}

static uint32_t variable(struct cursor *c)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++) {
        uint8_t b = byte(c);

        value = value << 7 | (b & 0x7f);
        if ((b & 0x80) == 0)
            return value;
    }
    ck_abort_msg("a variable-length number has more than four bytes");
    return 0;
}

static void tag(struct cursor *c, const char *expected)
{
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(byte(c), expected[i]);
}

static void event_read(struct cursor *c, struct smf_event *ev, uint8_t *running)
{
    uint8_t first = byte(c);

    if (first == SMF_META) {
        size_t len;

        ev->status = SMF_META;
        ev->type = byte(c);
        len = variable(c);
        for (size_t i = 0; i < len; i++) {
            uint8_t b = byte(c);

            if (i < SMF_TEXT_MAX)
                ev->data[i] = b;
        }
        ev->len = len;
        *running = 0;
        return;
    }
    ck_assert_msg(first < 0xf0, "system exclusive or common message");
    if ((first & 0x80) != 0)
        *running = first;
    else
        c->at--;
    ck_assert_msg(*running != 0, "data byte without a status");
    ev->status = *running;
    ev->len = (*running & 0xe0) == 0xc0 ? 1 : 2;
    for (size_t i = 0; i < ev->len; i++) {
        ev->data[i] = byte(c);
        ck_assert_int_lt(ev->data[i], 0x80);
    }
}

static void track_read(struct cursor *c, struct smf *out, int track)
{
    uint8_t running = 0;
    uint32_t tick = 0, len;
    struct cursor body;

    tag(c, "MTrk");
    len = number(c, 4);
    ck_assert_uint_le(len, (size_t)(c->end - c->at));
    body = (struct cursor){ .at = c->at, .end = c->at + len };
    c->at += len;
    for (;;) {
        struct smf_event *ev = &out->events[out->count];

        ck_assert_uint_lt(out->count, SMF_EVENTS_MAX);
        memset(ev, 0, sizeof(*ev));
        tick += variable(&body);
        ev->track = track;
        ev->tick = tick;
        event_read(&body, ev, &running);
        if (ev->status == SMF_META && ev->type == 0x2f) {
            ck_assert_uint_eq(ev->len, 0);
            ck_assert_ptr_eq(body.at, body.end);
            out->end_ticks[track] = tick;
            return;
        }
        out->count++;
    }
}

void smf_read(const unsigned char *bytes, size_t len, struct smf *out)
{
    struct cursor c = { .at = bytes, .end = bytes + len };

    memset(out, 0, sizeof(*out));
    tag(&c, "MThd");
    ck_assert_uint_eq(number(&c, 4), 6);
    out->format = (int)number(&c, 2);
    out->tracks = (int)number(&c, 2);
    out->division = (int)number(&c, 2);
    ck_assert_int_le(out->tracks, 17);
    for (int t = 0; t < out->tracks; t++)
        track_read(&c, out, t);
    ck_assert_ptr_eq(c.at, c.end);
}
