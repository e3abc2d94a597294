/*
 * What the stages of one render_score share: the parts with their strips, their synthesisers, the crew.
 * Internal to this folder.
 *
 * Parts are dealt out to fonts, the costliest first, each to the font with the least to do. Parts of one font
 * are synthesised one after the other, fonts in parallel (see synth.h). A drum set, which can be two thirds of the
 * work, is dealt out by its groups, each with a synthesiser of its own; its sound is their sum. There are as many fonts as threads:
 * twice as many make the chunks a little more even, but cost as much again to load.
 */
#ifndef SOUND_SESSION_H
#define SOUND_SESSION_H

#include "song/drum_group.h"
#include "sound/crew.h"
#include "sound/render.h"
#include "sound/spectrum.h"
#include "sound/strip.h"
#include "sound/synth.h"

/* The parts of a score, and the groups of its drum set, which may have stems of their own. */
enum { CHANNELS_MAX = SCORE_PARTS_MAX + DRUM_GROUP_COUNT };

/* One part on its way to the mix, or one group of the drum set on its way to the set, and to a stem. */
struct channel {
    const struct score_part *part;
    struct mix_strip settings; /* the mix's row for it, or a plain one, with the cuts of the balance */
    struct strip_moves moves;
    bool is_mixed; /* neither muted nor silenced by the solo of others */
    int kit; /* of a group: the channel that it is summed into, whose strip and gain it has; else -1 */
    int font;
    double cost;    /* voices × blocks, about */
    double exponent; /* of velocity in its power (preset_levels.h) */
    double trim_db; /* from the balance: in front of the strip's compressor … */
    double gain_db; /* … and behind its saturation */
    double octaves[SPECTRUM_OCTAVES]; /* power in the mix while it plays, by octaves, before sends and buses */
    double peak;    /* behind the strip, with that gain; measured on the excerpts */
    struct synth *synth; /* none for a set that is the sum of its groups */
};

struct session {
    const struct render_order *order;
    struct arena *arena;
    struct crew *crew;
    struct channel channels[CHANNELS_MAX];
    int channel_count;
    int mix_count;  /* the first of them are mixed; the groups are behind them */
    int stem_count; /* the first of them may have stems */
    int split_kit;  /* the one that is the sum of its groups; -1: none */
    struct font *fonts[CHANNELS_MAX];
    int font_count;
    int64_t score_frames; /* from the start to end_tick, at least half a second */
};

/* Loads the SoundFont and deals the parts by a rough estimate. What is open is closed by session_close, also
 * on failure. */
bool session_open(struct session *s, const struct render_order *order, struct arena *a, struct error *e);
void session_close(struct session *s);

/* Deals the parts, and the groups in place of their drum set, anew by their costs and makes a fresh synth for each in place of
 * a used one. */
bool session_rewind(struct session *s, struct error *e);

/* A strip as the balance set it. */
struct strip session_strip(const struct session *s, int channel);

/* Reports progress; false with ERROR_CANCELLED when the caller wants to stop. From the calling thread only.
 */
bool session_tell(const struct session *s, enum render_stage stage, double fraction, struct error *e);

#endif
