/* ID3v2.4 tags (id3.org, "ID3 tag version 2.4.0 - Main Structure" and "- Native Frames") in UTF-8, which libsndfile's MP3
 * writer mangles. */
#ifndef SOUND_ID3_H
#define SOUND_ID3_H

#include "sound/tags.h"

/* Writes the tag to `out`, which has room for tags_size_max, and returns its length; 0 when there is nothing to say. */
size_t id3_write(const struct tags *tags, unsigned char *out);

#endif
