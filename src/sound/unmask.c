#include "sound/unmask.h"

#include <math.h>

#include "core/log.h"

/* The lead should stand so far above all of the harmony in its octaves; closer than that something gives way. */
#define LEAD_CLEAR_DB 4.0
#define BASS_CLEAR_DB 3.0
/* A part below this share of what stands in the way is left alone. */
#define SHARE_LEAST 0.12
#define BELL_Q 0.9

enum { LOWEST_LEAD = 5, HIGHEST_LEAD = 7, LOW_FIRST = 1, LOW_LAST = 2 }; /* octaves: 1–4 kHz; 62 and 125 Hz */

static double decibels(double power)
{
    return 10 * log10(power + 1e-20);
}

static double sum_of(const struct session *s, int bus, int octave)
{
    double sum = 0;

    for (int i = 0; i < s->mix_count; i++)
        if (s->channels[i].is_mixed && s->channels[i].settings.bus == bus)
            sum += s->channels[i].octaves[octave];
    return sum;
}

/* A full equaliser is left as it is: what was asked for goes first. */
static void cut(struct session *s, struct channel *c, int octave, double db)
{
    struct mix_eq_band *bands = ARENA_ARRAY(s->arena, struct mix_eq_band, c->settings.eq.count + 1);
    size_t count = c->settings.eq.count;

    if (count >= MIX_BANDS_MAX || db < 0.5)
        return;
    for (size_t i = 0; i < count; i++)
        bands[i] = c->settings.eq.items[i];
    bands[count] = (struct mix_eq_band){ MIX_BELL, spectrum_octave_hz[octave], -fmin(db, UNMASK_MAX_DB), BELL_Q };
    c->settings.eq.items = bands;
    c->settings.eq.count = count + 1;
    log_debug("part '%s' gives way by %.1f dB at %.0f Hz", c->part->id, -bands[count].gain_db, bands[count].hz);
}

static void free_lead(struct session *s)
{
    double loudest = 0;

    for (int o = LOWEST_LEAD; o <= HIGHEST_LEAD; o++)
        loudest = fmax(loudest, sum_of(s, BUS_LEAD, o) + sum_of(s, BUS_VOCALS, o));
    for (int o = LOWEST_LEAD; o <= HIGHEST_LEAD; o++) {
        double lead = sum_of(s, BUS_LEAD, o) + sum_of(s, BUS_VOCALS, o), others = sum_of(s, BUS_HARMONY, o);
        double excess_db = decibels(others) + LEAD_CLEAR_DB - decibels(lead);

        if (lead <= 0 || lead < loudest / 4 || excess_db <= 0) /* to nobody nobody gives way */
            continue;
        for (int i = 0; i < s->mix_count; i++) {
            struct channel *c = &s->channels[i];

            if (c->is_mixed && c->settings.bus == BUS_HARMONY && c->octaves[o] > SHARE_LEAST * others)
                cut(s, c, o, excess_db / 2);
        }
    }
}

static double share(const struct session *s, int bus, int octave)
{
    double all = 0;

    for (int o = 0; o < SPECTRUM_OCTAVES / 2; o++)
        all += sum_of(s, bus, o);
    return all > 0 ? sum_of(s, bus, octave) / all : 0;
}

static void part_lows(struct session *s)
{
    for (int o = LOW_FIRST; o <= LOW_LAST; o++) {
        double bass = sum_of(s, BUS_BASS, o), drums = sum_of(s, BUS_DRUMS, o);
        int yielding = share(s, BUS_BASS, o) < share(s, BUS_DRUMS, o) ? BUS_BASS : BUS_DRUMS;
        double near_db = BASS_CLEAR_DB - fabs(decibels(bass) - decibels(drums));

        if (bass <= 0 || drums <= 0 || near_db <= 0)
            continue;
        for (int i = 0; i < s->mix_count; i++)
            if (s->channels[i].is_mixed && s->channels[i].settings.bus == yielding && s->channels[i].octaves[o] > 0)
                cut(s, &s->channels[i], o, near_db);
    }
}

void unmask(struct session *s)
{
    free_lead(s);
    part_lows(s);
}
