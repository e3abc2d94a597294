/* Pieces of the drum kit and hand percussion as people call them: which keys they are, and what they play when a brief
 * asks for them and the genre's own groove has none. */
#ifndef BAND_KIT_PIECES_H
#define BAND_KIT_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PIECE_KEYS_MAX = 4, PIECE_LINES_MAX = 2 };

struct kit_piece {
    const char *words;                    /* lower case, "|" between them */
    uint8_t keys[PIECE_KEYS_MAX];         /* General MIDI percussion; 0 ends */
    const char *lines[PIECE_LINES_MAX];   /* bars of 4/4 as in song/steps.h; NULL: part of every groove */
};
extern const struct kit_piece kit_pieces[];
extern const size_t kit_piece_count;

/* The piece that `name` means as a whole; NULL for none. A plural s and upper case do not matter. */
const struct kit_piece *kit_piece_find(const char *name);
bool kit_piece_has(const struct kit_piece *piece, uint8_t key);

#endif
