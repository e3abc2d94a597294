/* Vorbis comments (xiph.org, "Ogg Vorbis I format specification: comment field and header specification"), as Ogg Vorbis,
 * Opus (RFC 7845) and FLAC (RFC 9639) have them. */
#ifndef SOUND_VORBIS_COMMENT_H
#define SOUND_VORBIS_COMMENT_H

#include "sound/tags.h"

/* Writes vendor and fields to `out`, which has room for tags_size_max, and returns the length. The framing of the codec is
 * the caller's. */
size_t vorbis_comment_write(const struct tags *tags, unsigned char *out);

#endif
