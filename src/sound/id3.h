/* ID3v2.4 tags (id3.org, "ID3 tag version 2.4.0 - Main Structure") in UTF-8, which libsndfile's MP3 writer
 * mangles. */
#ifndef SOUND_ID3_H
#define SOUND_ID3_H

#include <stddef.h>

struct tags {
    const char *title, *artist, *genre, *comment; /* UTF-8, NULL or "" = none */
};

enum { ID3_TEXT_MAX = 500, ID3_SIZE_MAX = 10 + 4 * (10 + 5 + ID3_TEXT_MAX) }; /* bytes */

/* Writes the tag and returns its length; 0 when there is nothing to say. Longer texts are cut between
 * characters. */
size_t id3_write(const struct tags *tags, unsigned char out[ID3_SIZE_MAX]);

#endif
