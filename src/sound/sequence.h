/*
 * A part's events in the order and at the times in which a synthesiser takes them: times are rounded to the
 * nearest block edge of AUDIO_BLOCK frames (±0.73 ms); within a block note-offs come first, then controls,
 * then note-ons. Reads the score as it goes, so it needs no memory of its own.
 */
#ifndef SOUND_SEQUENCE_H
#define SOUND_SEQUENCE_H

#include "song/score.h"

enum sequence_kind { SEQUENCE_OFF, SEQUENCE_CC, SEQUENCE_BEND, SEQUENCE_ON };

struct sequence_event {
    enum sequence_kind kind;
    int number;        /* pitch or controller */
    int value;         /* velocity, controller's value, or bend -8192 … 8191 */
    int64_t block;     /* when */
    int64_t off_block; /* SEQUENCE_ON: when the note ends; > block */
};

struct sequence {
    const struct score *score; /* borrowed */
    const struct score_part *part;
    size_t next_note, next_control;
    int64_t note_block, control_block; /* of the next ones; INT64_MAX at the end */
    int64_t off_blocks[128];           /* when the sounding note of this pitch ends; INT64_MAX: none sounds */
    int64_t first_off;                 /* the smallest of them */
};

#define SEQUENCE_END INT64_MAX

/* From the start of the part. */
void sequence_init(struct sequence *s, const struct score *score, const struct score_part *part);

/* The block of the next event, or SEQUENCE_END. */
int64_t sequence_block(const struct sequence *s);

/* Takes the next event when it is at or before `block`; false when there is none. */
bool sequence_next(struct sequence *s, int64_t block, struct sequence_event *out);

/* The block edge nearest to a tick. */
int64_t sequence_block_of(const struct score *s, int32_t tick);

#endif
