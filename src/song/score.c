#include "song/score.h"

#include <string.h>

const char *const score_role_names[ROLE_COUNT] = { "drums", "percussion", "bass", "chords",  "pad",    "arp",
                                                   "guitar", "lead",      "counter", "voice", "effects" };

double score_seconds(const struct score *s, int32_t tick)
{
    double seconds = 0;

    for (size_t i = 0; i < s->tempo_count && s->tempos[i].tick < tick; i++) {
        int32_t until = i + 1 < s->tempo_count && s->tempos[i + 1].tick < tick ? s->tempos[i + 1].tick : tick;

        seconds += (until - s->tempos[i].tick) * 60.0 / (s->tempos[i].bpm * SCORE_PPQ);
    }
    return seconds;
}

const struct score_part *score_part_find(const struct score *s, const char *id)
{
    for (size_t i = 0; i < s->part_count; i++)
        if (strcmp(s->parts[i].id, id) == 0)
            return &s->parts[i];
    return NULL;
}

static const char *part_fault(const struct score *s, const struct score_part *part)
{
    int32_t until[128] = { 0 };

    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];

        if (n->start_tick < 0 || n->len_ticks < 1)
            return "a note starts before the song or has no length";
        if (n->pitch > 127 || n->velocity < 1 || n->velocity > 127)
            return "a note's pitch or velocity is out of range";
        if (i > 0 && (n->start_tick < n[-1].start_tick ||
                      (n->start_tick == n[-1].start_tick && n->pitch <= n[-1].pitch)))
            return "notes are not sorted";
        if (n->start_tick < until[n->pitch])
            return "two notes of one pitch overlap";
        until[n->pitch] = n->start_tick + n->len_ticks;
        if (until[n->pitch] > s->end_tick)
            return "a note ends after the song";
    }
    for (size_t i = 0; i < part->control_count; i++) {
        const struct score_control *c = &part->controls[i];

        if (i > 0 && c->tick < c[-1].tick)
            return "controls are not sorted";
        if (c->tick < 0 || (c->kind == SCORE_CC && (c->number > 127 || c->value < 0 || c->value > 127)))
            return "a control is out of range";
        if (c->kind == SCORE_PITCH_BEND && (c->value < -8192 || c->value > 8191))
            return "a pitch bend is out of range";
    }
    return NULL;
}

static const char *maps_fault(const struct score *s)
{
    if (s->tempo_count == 0 || s->tempos[0].tick != 0 || s->metre_count == 0 || s->metres[0].tick != 0)
        return "the tempo or metre map does not begin at the start";
    for (size_t i = 0; i < s->tempo_count; i++)
        if (!(s->tempos[i].bpm >= 10 && s->tempos[i].bpm <= 1000) ||
            (i > 0 && s->tempos[i].tick <= s->tempos[i - 1].tick))
            return "the tempo map is not sorted or out of range";
    for (size_t i = 1; i < s->metre_count; i++)
        if (s->metres[i].tick <= s->metres[i - 1].tick)
            return "the metre map is not sorted";
    if (s->key_count == 0 || s->keys[0].tick != 0)
        return "the key map does not begin at the start";
    for (size_t i = 1; i < s->key_count; i++)
        if (s->keys[i].tick <= s->keys[i - 1].tick)
            return "the key map is not sorted";
    return NULL;
}

const char *score_fault(const struct score *s)
{
    const char *fault = maps_fault(s);
    unsigned channels = 0;

    if (s->part_count > SCORE_PARTS_MAX)
        return "there are too many parts";
    for (size_t i = 0; i < s->part_count && fault == NULL; i++) {
        const struct score_part *part = &s->parts[i];

        if ((part->channel == 9) != (part->bank == 128))
            return "channel 9 is for drum kits and for nothing else";
        if (part->channel > 15 || (part->bank != 128 && (channels >> part->channel & 1)))
            return "two parts share a channel";
        channels |= 1u << part->channel;
        if (score_part_find(s, part->id) != part)
            return "two parts share an id";
        fault = part_fault(s, part);
    }
    return fault;
}
