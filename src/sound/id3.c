#include "sound/id3.h"

#include <string.h>

enum { HEADER = 10, ENCODING_UTF8 = 3 };

/* 28 bits, seven to a byte, so that no byte looks like the start of an MPEG frame. */
static void put_size(unsigned char out[4], size_t size)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(size >> (21 - 7 * i) & 0x7f);
}

static size_t cut(const char *text)
{
    size_t len = strnlen(text, ID3_TEXT_MAX + 1);

    if (len > ID3_TEXT_MAX)
        for (len = ID3_TEXT_MAX; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
            len--;
    return len;
}

/* `prefix` comes between the encoding and the text: language and empty description of a comment. */
static size_t put_frame(unsigned char *out, const char *id, const char *prefix, size_t prefix_len,
                        const char *text)
{
    size_t len;

    if (text == NULL || text[0] == '\0')
        return 0;
    len = cut(text);
    memcpy(out, id, 4);
    put_size(out + 4, 1 + prefix_len + len);
    memset(out + 8, 0, 2);
    out[HEADER] = ENCODING_UTF8;
    memcpy(out + HEADER + 1, prefix, prefix_len);
    memcpy(out + HEADER + 1 + prefix_len, text, len);
    return HEADER + 1 + prefix_len + len;
}

size_t id3_write(const struct tags *tags, unsigned char out[ID3_SIZE_MAX])
{
    size_t len = HEADER;

    len += put_frame(out + len, "TIT2", "", 0, tags->title);
    len += put_frame(out + len, "TPE1", "", 0, tags->artist);
    len += put_frame(out + len, "TCON", "", 0, tags->genre);
    len += put_frame(out + len, "COMM", "eng", 4, tags->comment);
    if (len == HEADER)
        return 0;
    memcpy(out, "ID3\4\0\0", 6);
    put_size(out + 6, len - HEADER);
    return len;
}
