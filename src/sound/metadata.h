/*
 * Puts our tags into the stream that an encoder writes, each kind of file in its own way. The encoder sees a file without
 * them; they take a gap in the real one:
 *
 *   METADATA_RIFF    chunks behind "fmt "; the RIFF chunk's length is corrected at the end
 *   METADATA_FLAC    a VORBIS_COMMENT block behind STREAMINFO; the encoder's own becomes padding
 *   METADATA_ID3     an ID3 tag in front
 *   METADATA_VORBIS  the comment packet; see ogg_pages.h
 *   METADATA_OPUS    likewise
 *
 * Where the checksum of the samples is wanted, zeros stand for it until metadata_finish.
 */
#ifndef SOUND_METADATA_H
#define SOUND_METADATA_H

#include <stdbool.h>
#include <stdint.h>

#include "sound/part_file.h"
#include "sound/riff_chunks.h"
#include "sound/tags.h"

enum metadata_kind { METADATA_RIFF, METADATA_FLAC, METADATA_ID3, METADATA_VORBIS, METADATA_OPUS };

struct metadata;

/* `tags` may be NULL: then only what is needed for equal bytes is changed. Its texts are borrowed. NULL with
 * ERROR_UNAVAILABLE when there is no memory. */
struct metadata *metadata_new(enum metadata_kind kind, const struct tags *tags, const struct riff_format *format,
                              struct part_file *to, struct error *e);
void metadata_free(struct metadata *m); /* accepts NULL */

/* Whether TAG_PCM_SHA256 is to be found out. */
bool metadata_wants_checksum(const struct metadata *m);

/* The encoder's bytes at its own offsets. Ogg streams can only be put, in order. */
void metadata_put(struct metadata *m, const void *data, size_t bytes, int64_t at);
size_t metadata_get(struct metadata *m, void *data, size_t bytes, int64_t at);
int64_t metadata_length(struct metadata *m);

/* After the encoder has ended. `sha256` is the checksum, or NULL. False when the stream was not what it should be. */
bool metadata_finish(struct metadata *m, const char *sha256);

#endif
