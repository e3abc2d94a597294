/*
 * Rewrites an Ogg stream (RFC 3533) on its way to the file: the comment header of Vorbis or Opus is replaced by ours, and
 * the serial number, which encoders draw at random, by a given one, so that the same song gives the same bytes. The pages of
 * the sound keep their packets; numbers and checksums are made anew.
 */
#ifndef SOUND_OGG_PAGES_H
#define SOUND_OGG_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include "sound/part_file.h"

enum { OGG_PAGE_MAX = 27 + 255 + 255 * 255 };

struct ogg_pages {
    struct part_file *to;
    int64_t at;                 /* the end of what was put there */
    uint32_t serial, sequence;  /* of the next page */
    uint32_t crc_table[256];
    const unsigned char *comment; /* the whole packet; borrowed */
    size_t comment_len;
    int header_packets;         /* 3 for Vorbis, 2 for Opus; 0 until it is known */
    int packets;                /* of the headers, whole */
    unsigned char *setup;       /* Vorbis: the third header packet */
    size_t setup_len;
    int64_t comment_at;         /* where the pages of comment and setup begin */
    size_t have;
    unsigned char page[OGG_PAGE_MAX]; /* one that is not whole yet */
    bool failed;                /* it is no Ogg stream of these codecs, or there is no memory */
};

void ogg_pages_init(struct ogg_pages *o, struct part_file *to, uint32_t serial, const void *comment,
                    size_t comment_len);

/* The next bytes of the encoder's stream. */
void ogg_pages_write(struct ogg_pages *o, const void *data, size_t bytes);

/* Puts the comment, changed since but of the same length, in its place again. */
void ogg_pages_rewrite_comment(struct ogg_pages *o);

void ogg_pages_finish(struct ogg_pages *o);

/* The checksum of a page whose own checksum field is zero: polynomial 0x04c11db7, most significant bit first. */
uint32_t ogg_pages_crc(const uint32_t table[256], const unsigned char *data, size_t bytes);

#endif
