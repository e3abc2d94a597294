#include "sound/vorbis_comment.h"

#include <string.h>

static const char vendor[] = "AETHER Band Engine " AETHER_VERSION;

static size_t put_length(unsigned char *out, size_t value)
{
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(value >> (8 * i) & 0xff);
    return 4;
}

static size_t put_bytes(unsigned char *out, const void *data, size_t bytes)
{
    memcpy(out, data, bytes);
    return bytes;
}

size_t vorbis_comment_write(const struct tags *tags, unsigned char *out)
{
    size_t at = put_length(out, sizeof(vendor) - 1), count_at, count = 0;

    at += put_bytes(out + at, vendor, sizeof(vendor) - 1);
    count_at = at;
    at += 4;
    for (int i = 0; i < TAG_COUNT; i++) {
        size_t len = tag_length(tags->texts[i]), name_len = strlen(tag_names[i].vorbis);

        if (len == 0)
            continue;
        at += put_length(out + at, name_len + 1 + len);
        at += put_bytes(out + at, tag_names[i].vorbis, name_len);
        at += put_bytes(out + at, "=", 1);
        at += put_bytes(out + at, tags->texts[i], len);
        count++;
    }
    put_length(out + count_at, count);
    return at;
}
