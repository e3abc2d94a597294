#include "sound/ogg_pages.h"

#include <stdlib.h>
#include <string.h>

/* Where the fields of a page are (RFC 3533, section 6). */
enum {
    FLAGS_AT = 5,
    GRANULE_AT = 6,
    SERIAL_AT = 14,
    SEQUENCE_AT = 18,
    CRC_AT = 22,
    SEGMENTS_AT = 26,
    TABLE_AT = 27,
    SEGMENTS_MAX = 255,
    FLAG_CONTINUED = 1,
};

static void put32(unsigned char *out, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (8 * i));
}

static void crc_table_init(uint32_t table[256])
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t r = i << 24;

        for (int bit = 0; bit < 8; bit++)
            r = (r & 0x80000000u) != 0 ? r << 1 ^ 0x04c11db7u : r << 1;
        table[i] = r;
    }
}

uint32_t ogg_pages_crc(const uint32_t table[256], const unsigned char *data, size_t bytes)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < bytes; i++)
        crc = crc << 8 ^ table[(crc >> 24 ^ data[i]) & 0xff];
    return crc;
}

void ogg_pages_init(struct ogg_pages *o, struct part_file *to, uint32_t serial, const void *comment,
                    size_t comment_len)
{
    *o = (struct ogg_pages){ .to = to, .serial = serial, .comment = comment, .comment_len = comment_len };
    crc_table_init(o->crc_table);
}

/* Numbers the page, checks it and puts it. */
static void page_put(struct ogg_pages *o, unsigned char *page, size_t bytes)
{
    put32(page + SERIAL_AT, o->serial);
    put32(page + SEQUENCE_AT, o->sequence++);
    put32(page + CRC_AT, 0);
    put32(page + CRC_AT, ogg_pages_crc(o->crc_table, page, bytes));
    part_file_put(o->to, page, bytes, o->at);
    o->at += (int64_t)bytes;
}

/* Lays packets into pages as long as they can be; the last page ends with the last packet. */
static void packets_put(struct ogg_pages *o, const unsigned char *const packets[], const size_t lens[], int count)
{
    unsigned char *page = malloc(OGG_PAGE_MAX);
    size_t body[SEGMENTS_MAX];
    int segments = 0, packet = 0;
    size_t at = 0, filled = TABLE_AT + SEGMENTS_MAX;
    bool is_continued = false, has_end = false;

    if (page == NULL) {
        o->failed = true;
        return;
    }
    while (packet < count) {
        size_t left = lens[packet] - at, take = left < 255 ? left : 255;

        memcpy(page + filled, packets[packet] + at, take);
        filled += take;
        body[segments++] = take;
        at += take;
        if (take < 255) {
            packet++;
            at = 0;
            has_end = true;
        }
        if (segments == SEGMENTS_MAX || packet == count) {
            size_t bytes = filled - (TABLE_AT + SEGMENTS_MAX);

            memset(page, 0, TABLE_AT);
            memcpy(page, "OggS", 4);
            page[FLAGS_AT] = is_continued ? FLAG_CONTINUED : 0;
            if (!has_end)
                memset(page + GRANULE_AT, 0xff, 8); /* no packet ends here */
            page[SEGMENTS_AT] = (unsigned char)segments;
            for (int i = 0; i < segments; i++)
                page[TABLE_AT + i] = (unsigned char)body[i];
            memmove(page + TABLE_AT + segments, page + TABLE_AT + SEGMENTS_MAX, bytes);
            page_put(o, page, TABLE_AT + (size_t)segments + bytes);
            is_continued = at > 0;
            segments = 0;
            filled = TABLE_AT + SEGMENTS_MAX;
            has_end = false;
        }
    }
    free(page);
}

static void headers_put(struct ogg_pages *o)
{
    const unsigned char *const packets[2] = { o->comment, o->setup };
    const size_t lens[2] = { o->comment_len, o->setup_len };

    o->comment_at = o->at;
    packets_put(o, packets, lens, o->header_packets - 1);
}

static void setup_add(struct ogg_pages *o, const unsigned char *data, size_t bytes)
{
    unsigned char *grown = realloc(o->setup, o->setup_len + bytes + 1);

    if (grown == NULL) {
        o->failed = true;
        return;
    }
    memcpy(grown + o->setup_len, data, bytes);
    o->setup = grown;
    o->setup_len += bytes;
}

/* A page before the sound: the first stays, of the others only the setup is kept. */
static void header_take(struct ogg_pages *o, size_t bytes)
{
    const unsigned char *table = o->page + TABLE_AT, *body = table + o->page[SEGMENTS_AT];

    if (o->packets == 0) {
        o->header_packets = memcmp(body, "\001vorbis", 7) == 0 ? 3 : memcmp(body, "OpusHead", 8) == 0 ? 2 : 0;
        o->failed = o->failed || o->header_packets == 0;
        o->packets = 1;
        page_put(o, o->page, bytes);
        return;
    }
    for (int i = 0; i < o->page[SEGMENTS_AT]; i++) {
        if (o->packets == 2)
            setup_add(o, body, table[i]);
        body += table[i];
        o->packets += table[i] < 255;
    }
    if (o->packets >= o->header_packets)
        headers_put(o);
}

/* Bytes of the page that has begun; 0 while it cannot be told. */
static size_t page_length(const struct ogg_pages *o)
{
    size_t bytes;

    if (o->have < TABLE_AT || o->have < TABLE_AT + (size_t)o->page[SEGMENTS_AT])
        return 0;
    bytes = TABLE_AT + (size_t)o->page[SEGMENTS_AT];
    for (int i = 0; i < o->page[SEGMENTS_AT]; i++)
        bytes += o->page[TABLE_AT + i];
    return bytes;
}

/* How many bytes are certainly of this page. */
static size_t wanted(const struct ogg_pages *o)
{
    size_t whole = page_length(o);

    if (whole > 0)
        return whole;
    return o->have < TABLE_AT ? TABLE_AT : TABLE_AT + (size_t)o->page[SEGMENTS_AT];
}

void ogg_pages_write(struct ogg_pages *o, const void *data, size_t bytes)
{
    const unsigned char *from = data;

    while (bytes > 0 && !o->failed) {
        size_t missing = wanted(o) - o->have, count = bytes < missing ? bytes : missing, whole;

        memcpy(o->page + o->have, from, count);
        o->have += count;
        from += count;
        bytes -= count;
        whole = page_length(o);
        if (whole == 0 || o->have < whole)
            continue;
        o->failed = memcmp(o->page, "OggS", 4) != 0;
        if (o->packets == 0 || o->packets < o->header_packets)
            header_take(o, whole);
        else
            page_put(o, o->page, whole);
        o->have = 0;
    }
}

void ogg_pages_rewrite_comment(struct ogg_pages *o)
{
    int64_t end = o->at;
    uint32_t sequence = o->sequence;

    if (o->comment_at == 0)
        return;
    o->at = o->comment_at;
    o->sequence = 1;
    headers_put(o);
    o->at = end;
    o->sequence = sequence;
}

void ogg_pages_finish(struct ogg_pages *o)
{
    o->failed = o->failed || o->have > 0;
    free(o->setup);
    o->setup = NULL;
}
