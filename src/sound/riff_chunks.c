#include "sound/riff_chunks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sound/id3.h"

/* The bext chunk: where its members are (EBU Tech 3285 v2, 2.3) and how long. */
enum {
    DESCRIPTION_AT = 0, DESCRIPTION_LEN = 256,
    ORIGINATOR_AT = 256, ORIGINATOR_LEN = 32,
    REFERENCE_AT = 288, REFERENCE_LEN = 32,
    DATE_AT = 320, DATE_LEN = 10,
    TIME_AT = 330, TIME_LEN = 8,
    TIME_REFERENCE_AT = 338, /* 64 bits: samples since midnight; 0 */
    VERSION_AT = 346,
    UMID_AT = 348, UMID_LEN = 64,
    LOUDNESS_AT = 412, /* five values of 16 bits */
    HISTORY_AT = 602,
    HISTORY_MAX = 200,
    NOT_MEASURED = 0x7fff,
};

static void put_number(unsigned char *out, unsigned value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        out[i] = (unsigned char)(value >> (8 * i) & 0xff);
}

/* The standard knows ASCII only: any other character becomes a question mark. */
static void put_ascii(unsigned char *out, size_t size, const char *text)
{
    for (size_t at = 0; text != NULL && *text != '\0' && at < size; text++) {
        unsigned char c = (unsigned char)*text;

        if ((c & 0xc0) != 0x80)
            out[at++] = c >= ' ' && c < 0x7f ? c : '?';
    }
}

/* "the integer value nearest to 100 times" the measured one */
static void put_hundredths(unsigned char *out, double value)
{
    int hundredths = isfinite(value) ? (int)lrint(fmin(fmax(100 * value, -0x7ffe), 0x7ffe)) : NOT_MEASURED;

    put_number(out, (unsigned)hundredths & 0xffff, 2);
}

static size_t put_header(unsigned char *out, const char *id, size_t len)
{
    memcpy(out, id, 4);
    put_number(out + 4, (unsigned)len, 4);
    return 8;
}

static size_t padded(unsigned char *out, size_t len)
{
    if (len % 2 != 0)
        out[len++] = 0;
    return len;
}

static const char *text_of(const struct tags *tags, enum tag tag)
{
    return tags->texts[tag] != NULL ? tags->texts[tag] : "";
}

static size_t put_bext(unsigned char *out, const struct tags *tags, const struct riff_format *format)
{
    unsigned char *body = out + 8;
    const char *date = text_of(tags, TAG_DATE);
    char description[DESCRIPTION_LEN + 1], reference[REFERENCE_LEN + 1];
    size_t len;
    int history;

    memset(body, 0, HISTORY_AT);
    snprintf(description, sizeof(description), "%s - %s, %s, %s, %s bpm", text_of(tags, TAG_ARTIST),
             text_of(tags, TAG_TITLE), text_of(tags, TAG_GENRE), text_of(tags, TAG_KEY_NAME),
             text_of(tags, TAG_TEMPO));
    snprintf(reference, sizeof(reference), "AETHER-%.24s", text_of(tags, TAG_SEED));
    put_ascii(body + DESCRIPTION_AT, DESCRIPTION_LEN, description);
    put_ascii(body + ORIGINATOR_AT, ORIGINATOR_LEN, "AETHER");
    put_ascii(body + REFERENCE_AT, REFERENCE_LEN, reference);
    if (strlen(date) >= 19) { /* "2026-11-23T12:08:00…" */
        put_ascii(body + DATE_AT, DATE_LEN, date);
        put_ascii(body + TIME_AT, TIME_LEN, date + 11);
    }
    put_number(body + VERSION_AT, 2, 2);
    put_hundredths(body + LOUDNESS_AT, tags->loudness_lufs);
    put_hundredths(body + LOUDNESS_AT + 2, tags->loudness_range_lu);
    put_hundredths(body + LOUDNESS_AT + 4, tags->true_peak_dbtp);
    put_hundredths(body + LOUDNESS_AT + 6, tags->momentary_lufs);
    put_hundredths(body + LOUDNESS_AT + 8, tags->short_term_lufs);
    history = snprintf((char *)body + HISTORY_AT, HISTORY_MAX, "A=%s,F=%d,W=%d,M=stereo,T=%.80s\r\n",
                       format->algorithm, format->rate_hz, format->bits, text_of(tags, TAG_SOFTWARE));
    len = HISTORY_AT + (size_t)history;
    put_header(out, "bext", len);
    return padded(out, 8 + len);
}

static size_t put_info(unsigned char *out, const struct tags *tags)
{
    size_t at = 12;

    for (int i = 0; i < TAG_COUNT; i++) {
        size_t len = tag_length(tags->texts[i]);

        if (len == 0 || tag_names[i].riff == NULL)
            continue;
        put_header(out + at, tag_names[i].riff, len + 1);
        memcpy(out + at + 8, tags->texts[i], len);
        out[at + 8 + len] = '\0';
        at = padded(out, at + 8 + len + 1);
    }
    put_header(out, "LIST", at - 8);
    memcpy(out + 8, "INFO", 4);
    return at > 12 ? at : 0;
}

static size_t put_id3(unsigned char *out, const struct tags *tags)
{
    size_t len = id3_write(tags, out + 8);

    if (len == 0)
        return 0;
    put_header(out, "id3 ", len);
    return padded(out, 8 + len);
}

size_t riff_chunks_write(const struct tags *tags, const struct riff_format *format, unsigned char *out)
{
    size_t len = put_bext(out, tags, format);

    len += put_info(out + len, tags);
    return len + put_id3(out + len, tags);
}
