#include "sound/sequence.h"

#include <math.h>

#include "sound/audio.h"
#include "sound/render.h"

int64_t sequence_block_of(const struct score *s, int32_t tick)
{
    return llround(score_seconds(s, tick) * RENDER_RATE_HZ / AUDIO_BLOCK);
}

static void note_look(struct sequence *s)
{
    s->note_block = s->next_note < s->part->note_count
                        ? sequence_block_of(s->score, s->part->notes[s->next_note].start_tick)
                        : SEQUENCE_END;
}

static void control_look(struct sequence *s)
{
    s->control_block = s->next_control < s->part->control_count
                           ? sequence_block_of(s->score, s->part->controls[s->next_control].tick)
                           : SEQUENCE_END;
}

void sequence_init(struct sequence *s, const struct score *score, const struct score_part *part)
{
    *s = (struct sequence){ .score = score, .part = part, .first_off = SEQUENCE_END };
    for (int i = 0; i < 128; i++)
        s->off_blocks[i] = SEQUENCE_END;
    note_look(s);
    control_look(s);
}

int64_t sequence_block(const struct sequence *s)
{
    int64_t block = s->first_off;

    if (s->control_block < block)
        block = s->control_block;
    return s->note_block < block ? s->note_block : block;
}

static void offs_look(struct sequence *s)
{
    s->first_off = SEQUENCE_END;
    for (int i = 0; i < 128; i++)
        if (s->off_blocks[i] < s->first_off)
            s->first_off = s->off_blocks[i];
}

static void off_take(struct sequence *s, struct sequence_event *out)
{
    int pitch = 0;

    while (s->off_blocks[pitch] != s->first_off)
        pitch++;
    *out = (struct sequence_event){ .kind = SEQUENCE_OFF, .number = pitch, .block = s->first_off };
    s->off_blocks[pitch] = SEQUENCE_END;
    offs_look(s);
}

static void control_take(struct sequence *s, struct sequence_event *out)
{
    const struct score_control *c = &s->part->controls[s->next_control++];

    *out = (struct sequence_event){ .kind = c->kind == SCORE_CC ? SEQUENCE_CC : SEQUENCE_BEND,
                                    .number = c->number,
                                    .value = c->value,
                                    .block = s->control_block };
    control_look(s);
}

static void on_take(struct sequence *s, struct sequence_event *out)
{
    const struct score_note *n = &s->part->notes[s->next_note++];
    int64_t off = sequence_block_of(s->score, n->start_tick + n->len_ticks);

    if (off <= s->note_block)
        off = s->note_block + 1;
    *out = (struct sequence_event){ .kind = SEQUENCE_ON,
                                    .number = n->pitch,
                                    .value = n->velocity,
                                    .block = s->note_block,
                                    .off_block = off };
    s->off_blocks[n->pitch] = off;
    offs_look(s);
    note_look(s);
}

bool sequence_next(struct sequence *s, int64_t block, struct sequence_event *out)
{
    int64_t next = sequence_block(s);

    if (next > block || next == SEQUENCE_END)
        return false;
    if (s->first_off == next)
        off_take(s, out);
    else if (s->control_block == next)
        control_take(s, out);
    else
        on_take(s, out);
    return true;
}
