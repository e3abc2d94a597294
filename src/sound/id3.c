#include "sound/id3.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { HEADER = 10, ENCODING_UTF8 = 3 };

/* 28 bits, seven to a byte, so that no byte looks like the start of an MPEG frame. */
static void put_size(unsigned char out[4], size_t size)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(size >> (21 - 7 * i) & 0x7f);
}

static size_t put_text(unsigned char *out, const char *text, size_t len)
{
    memcpy(out, text, len);
    return len;
}

/* Frames with more than the text: a comment has a language and a description, TXXX a description. */
static size_t put_frame(unsigned char *out, const struct tag_names *names, const char *text, size_t len)
{
    size_t at = HEADER;

    out[at++] = ENCODING_UTF8;
    if (strcmp(names->id3, "COMM") == 0)
        at += put_text(out + at, "eng", 4);
    if (strcmp(names->id3, "TXXX") == 0)
        at += put_text(out + at, names->vorbis, strlen(names->vorbis) + 1);
    at += put_text(out + at, text, len);
    memcpy(out, names->id3, 4);
    put_size(out + 4, at - HEADER);
    memset(out + 8, 0, 2);
    return at;
}

size_t id3_write(const struct tags *tags, unsigned char *out)
{
    size_t at = HEADER;

    for (int i = 0; i < TAG_COUNT; i++) {
        size_t len = tag_length(tags->texts[i]);
        char whole[16];

        if (len == 0)
            continue;
        if (i == TAG_TEMPO) { /* 4.2.3: "an integer and represented as a numerical string" */
            len = (size_t)snprintf(whole, sizeof(whole), "%.0f", strtod(tags->texts[i], NULL));
            at += put_frame(out + at, &tag_names[i], whole, len);
        } else {
            at += put_frame(out + at, &tag_names[i], tags->texts[i], len);
        }
    }
    if (at == HEADER)
        return 0;
    memcpy(out, "ID3\4\0\0", 6);
    put_size(out + 6, at - HEADER);
    return at;
}
