#include "sound/metadata.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "sound/id3.h"
#include "sound/ogg_pages.h"
#include "sound/vorbis_comment.h"

/* Where the gap is in the encoder's file. */
static const int64_t gap_places[] = {
    [METADATA_RIFF] = 36, /* "RIFF", length, "WAVE", and "fmt " of 16 bytes */
    [METADATA_FLAC] = 42, /* "fLaC" and STREAMINFO of 34 bytes */
    [METADATA_ID3] = 0,
    [METADATA_VORBIS] = INT64_MAX, /* none: the pages are made anew */
    [METADATA_OPUS] = INT64_MAX,
};

enum { FLAC_COMMENT = 4, FLAC_PADDING = 1, FLAC_LAST = 0x80, FLAC_LENGTH_MAX = 1 << 24 };

static const char no_checksum[] = "0000000000000000000000000000000000000000000000000000000000000000";

struct metadata {
    enum metadata_kind kind;
    struct part_file *to;
    struct tags tags;
    struct riff_format format;
    bool has_tags, wants_checksum;
    unsigned char *block; /* the bytes of the gap, or the comment packet */
    size_t len;
    int64_t length; /* of the encoder's file */
    struct ogg_pages *ogg;
};

static size_t flac_block_write(const struct tags *tags, unsigned char *out)
{
    size_t len = vorbis_comment_write(tags, out + 4);

    out[0] = FLAC_COMMENT;
    for (int i = 0; i < 3; i++)
        out[1 + i] = (unsigned char)(len >> (16 - 8 * i));
    return 4 + len;
}

static size_t packet_write(const struct tags *tags, const char *magic, bool has_framing, unsigned char *out)
{
    size_t len = strlen(magic);

    memcpy(out, magic, len);
    len += vorbis_comment_write(tags, out + len);
    if (has_framing)
        out[len++] = 1;
    return len;
}

static size_t block_write(const struct metadata *m)
{
    switch (m->kind) {
    case METADATA_RIFF:
        return riff_chunks_write(&m->tags, &m->format, m->block);
    case METADATA_FLAC:
        return flac_block_write(&m->tags, m->block);
    case METADATA_ID3:
        return id3_write(&m->tags, m->block);
    case METADATA_VORBIS:
        return packet_write(&m->tags, "\003vorbis", true, m->block);
    case METADATA_OPUS:
        return packet_write(&m->tags, "OpusTags", false, m->block);
    }
    return 0;
}

static bool has_pages(const struct metadata *m)
{
    return m->kind == METADATA_VORBIS || m->kind == METADATA_OPUS;
}

/* FNV-1a (Fowler, Noll, Vo): any number will do that differs from song to song. */
static uint32_t serial_of(const unsigned char *data, size_t bytes)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < bytes; i++)
        hash = (hash ^ data[i]) * 16777619u;
    return hash;
}

struct metadata *metadata_new(enum metadata_kind kind, const struct tags *tags, const struct riff_format *format,
                              struct part_file *to, struct error *e)
{
    struct metadata *m = calloc(1, sizeof(*m));

    if (m != NULL) {
        m->kind = kind;
        m->to = to;
        m->format = *format;
        m->has_tags = tags != NULL;
        m->tags = tags != NULL ? *tags : tags_none();
        m->wants_checksum = m->has_tags && tag_length(m->tags.texts[TAG_PCM_SHA256]) == 0;
        if (m->wants_checksum)
            m->tags.texts[TAG_PCM_SHA256] = no_checksum;
        m->block = malloc(tags_size_max(&m->tags));
        m->ogg = has_pages(m) ? malloc(sizeof(*m->ogg)) : NULL;
    }
    if (m == NULL || m->block == NULL || (has_pages(m) && m->ogg == NULL)) {
        error_set(e, ERROR_UNAVAILABLE, "no memory for the tags of a file");
        if (m != NULL) {
            free(m->block);
            free(m);
        }
        return NULL;
    }
    if (m->has_tags || has_pages(m) || kind == METADATA_FLAC)
        m->len = block_write(m);
    if (m->ogg != NULL)
        ogg_pages_init(m->ogg, to, serial_of(m->block, m->len), m->block, m->len);
    return m;
}

void metadata_free(struct metadata *m)
{
    if (m == NULL)
        return;
    if (m->ogg != NULL)
        ogg_pages_finish(m->ogg);
    free(m->ogg);
    free(m->block);
    free(m);
}

bool metadata_wants_checksum(const struct metadata *m)
{
    return m->wants_checksum;
}

void metadata_put(struct metadata *m, const void *data, size_t bytes, int64_t at)
{
    int64_t gap = gap_places[m->kind];
    size_t before = at < gap ? (size_t)(gap - at) : 0;

    if (at + (int64_t)bytes > m->length)
        m->length = at + (int64_t)bytes;
    if (m->ogg != NULL) {
        ogg_pages_write(m->ogg, data, bytes);
        return;
    }
    before = before < bytes ? before : bytes;
    part_file_put(m->to, data, before, at);
    if (before == bytes)
        return;
    if (at + (int64_t)before == gap)
        part_file_put(m->to, m->block, m->len, gap);
    part_file_put(m->to, (const char *)data + before, bytes - before, at + (int64_t)before + (int64_t)m->len);
}

size_t metadata_get(struct metadata *m, void *data, size_t bytes, int64_t at)
{
    int64_t gap = gap_places[m->kind];
    size_t before = at < gap ? (size_t)(gap - at) : 0, count;

    if (m->ogg != NULL)
        return 0;
    before = before < bytes ? before : bytes;
    count = part_file_get(m->to, data, before, at);
    if (count < before || before == bytes)
        return count;
    return count + part_file_get(m->to, (char *)data + before, bytes - before,
                                 at + (int64_t)before + (int64_t)m->len);
}

int64_t metadata_length(struct metadata *m)
{
    return m->length;
}

/* The length of the RIFF chunk counts ours too. */
static bool riff_finish(struct metadata *m)
{
    unsigned char head[8];
    uint32_t length = 0;

    if (part_file_get(m->to, head, sizeof(head), 0) != sizeof(head) || memcmp(head, "RIFF", 4) != 0)
        return false;
    for (int i = 0; i < 4; i++)
        length |= (uint32_t)head[4 + i] << (8 * i);
    length += (uint32_t)m->len;
    for (int i = 0; i < 4; i++)
        head[4 + i] = (unsigned char)(length >> (8 * i));
    part_file_put(m->to, head, sizeof(head), 0);
    return true;
}

/* A second VORBIS_COMMENT block is not allowed (RFC 9639, 8.6); padding is zeros (8.3). */
static bool flac_finish(struct metadata *m)
{
    int64_t at = gap_places[METADATA_FLAC] + (int64_t)m->len;
    unsigned char head[4], *zeros;
    size_t len;

    if (part_file_get(m->to, head, sizeof(head), at) != sizeof(head) || (head[0] & ~FLAC_LAST) != FLAC_COMMENT)
        return false;
    len = (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    head[0] = (unsigned char)((head[0] & FLAC_LAST) | FLAC_PADDING);
    part_file_put(m->to, head, sizeof(head), at);
    zeros = calloc(1, len + 1);
    if (zeros == NULL)
        return false;
    part_file_put(m->to, zeros, len, at + (int64_t)sizeof(head));
    free(zeros);
    return true;
}

bool metadata_finish(struct metadata *m, const char *sha256)
{
    if (m->wants_checksum && sha256 != NULL) {
        m->tags.texts[TAG_PCM_SHA256] = sha256;
        block_write(m); /* as long as before */
        if (m->ogg != NULL)
            ogg_pages_rewrite_comment(m->ogg);
        else
            part_file_put(m->to, m->block, m->len, gap_places[m->kind]);
    }
    if (m->ogg != NULL) {
        ogg_pages_finish(m->ogg);
        return !m->ogg->failed;
    }
    return (m->kind != METADATA_RIFF || riff_finish(m)) && (m->kind != METADATA_FLAC || flac_finish(m));
}
