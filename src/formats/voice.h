/* One voice on a staff: strokes, chords that begin and end together, from notes on paper. Any thread. */
#ifndef FORMATS_VOICE_H
#define FORMATS_VOICE_H

#include "formats/quantise.h"

enum { STROKE_PITCHES_MAX = 16 };

struct stroke {
    int32_t start, end;   /* in divisions from the song's start */
    uint8_t pitches[STROKE_PITCHES_MAX]; /* ascending */
    int32_t ends[STROKE_PITCHES_MAX];    /* where each would end by itself */
    uint8_t count;
    uint32_t held_back, held_on; /* bit n: pitch n is tied to the stroke before, or after */
    bool is_short;        /* sounds less than half of what is written */
    int32_t tick, len_ticks; /* of the performed notes: the first start, the greatest length */
    const char *syllable; /* NULL: none; a trailing "-" joins it to the next */
    bool joins_before;    /* the syllable before ends with "-" */
};

/* One voice: strokes in order that do not overlap. */
struct voice {
    struct stroke *strokes;
    size_t count;
    size_t next; /* for notation_bar: the first stroke that may sound in the next bar */
};

/* How long strokes are written. */
enum voice_style {
    VOICE_SUSTAINED, /* as long as they sound; small gaps are only articulation */
    VOICE_HELD,      /* the same, and notes that sound on under the next stroke are tied to it */
    VOICE_STRUCK,    /* drums: to the next stroke, or to the end of the beat */
};

/* Gathers those paper notes of which takes(arg, note) is true; NULL takes all. A chord is as long as its longest note, and
 * ends where the next one begins. */
typedef bool (*voice_filter)(const void *arg, const struct paper_note *note);
struct voice voice_make(const struct paper_note *paper, const struct score_note *notes, size_t count,
                        enum voice_style style, struct metre metre, int32_t end_tick, voice_filter takes,
                        const void *arg, struct arena *a);

/* Hangs each syllable on the stroke that begins nearest to its tick. */
void voice_sing(struct voice *v, const struct score_lyric *lyrics, size_t count);

#endif
