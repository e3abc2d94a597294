/*
 * A developer's bench: renders the fixture song and prints times and memory as one line, or writes it as a
 * MIDI file for comparing with other programs. Not part of the tests.
 *
 *     bench SECONDS PARTS THREADS STEMS FOLDER [SOUNDFONT [FORMATS]]     FORMATS: bits of enum output_format
 *     bench midi SECONDS PARTS FILE
 *
 * THIN=n in the environment keeps every n-th note only.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "core/clock.h"
#include "core/log.h"
#include "../fixture.h"

struct event {
    int32_t tick;
    int order;
    unsigned char bytes[3];
};

static int by_tick(const void *a, const void *b)
{
    const struct event *x = a, *y = b;

    return x->tick != y->tick ? (x->tick < y->tick ? -1 : 1) : x->order - y->order;
}

static void put_length(FILE *out, uint32_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        fputc((int)(value >> 8 * i & 0xff), out);
}

static void put_delta(FILE *out, uint32_t value)
{
    for (int shift = 21; shift > 0; shift -= 7)
        if (value >> shift)
            fputc((int)(value >> shift & 0x7f) | 0x80, out);
    fputc((int)(value & 0x7f), out);
}

static void track_write(FILE *out, const struct score *s, const struct score_part *part, struct arena *a)
{
    struct event *events = ARENA_ARRAY(a, struct event, part->note_count * 2 + 1);
    size_t count = 0;
    long start;
    int32_t at = 0;

    fwrite("MTrk\0\0\0\0", 1, 8, out);
    start = ftell(out);
    for (size_t i = 0; i < part->note_count; i++) {
        const struct score_note *n = &part->notes[i];

        events[count++] = (struct event){ n->start_tick,
                                          1,
                                          { (unsigned char)(0x90 | part->channel), n->pitch, n->velocity } };
        events[count++] = (struct event){ n->start_tick + n->len_ticks,
                                          0,
                                          { (unsigned char)(0x80 | part->channel), n->pitch, 0 } };
    }
    qsort(events, count, sizeof(*events), by_tick);
    fputc(0, out);
    fputc(0xc0 | part->channel, out);
    fputc(part->program, out);
    for (size_t i = 0; i < count; i++) {
        put_delta(out, (uint32_t)(events[i].tick - at));
        fwrite(events[i].bytes, 1, 3, out);
        at = events[i].tick;
    }
    put_delta(out, (uint32_t)(s->end_tick - at));
    fwrite("\xff\x2f\0", 1, 3, out);
    long end = ftell(out);
    fseek(out, start - 4, SEEK_SET);
    put_length(out, (uint32_t)(end - start), 4);
    fseek(out, end, SEEK_SET);
}

/* Processor time when each stage began. */
static bool note_time(void *arg, enum render_stage stage, double fraction)
{
    double *begun_s = arg;

    (void)fraction;
    if (begun_s[stage] == 0)
        begun_s[stage] = clock_cpu_s();
    return true;
}

static void thin_out(struct score *s)
{
    const char *setting = getenv("THIN");
    size_t keep = setting != NULL ? strtoul(setting, NULL, 10) : 1;

    for (size_t i = 0; i < s->part_count && keep > 1; i++) {
        struct score_part *part = &s->parts[i];
        size_t kept = 0;

        for (size_t k = 0; k < part->note_count; k += keep)
            part->notes[kept++] = part->notes[k];
        part->note_count = kept;
    }
}

static int midi(struct arena *a, char **argv)
{
    struct score *s = fixture_score(a, atof(argv[2]), atoi(argv[3]));
    FILE *out = fopen(argv[4], "wb");

    if (out == NULL)
        return 1;
    thin_out(s);
    fwrite("MThd\0\0\0\6\0\1", 1, 10, out);
    put_length(out, (uint32_t)s->part_count, 2);
    put_length(out, SCORE_PPQ, 2);
    for (size_t i = 0; i < s->part_count; i++)
        track_write(out, s, &s->parts[i], a);
    return fclose(out);
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct render_result result;
    struct error e = { .code = ERROR_NONE };
    struct render_order *order;
    struct rusage usage;
    int64_t start_ms;
    double begun_s[RENDER_STAGE_COUNT + 1] = { 0 };

    log_init("bench", getenv("VERBOSE") != NULL ? LOG_DEBUG : LOG_WARNING, LOG_TEXT);
    if (argc == 5 && strcmp(argv[1], "midi") == 0)
        return midi(a, argv);
    if (argc < 6)
        return 2;
    order = fixture_order(a, atof(argv[1]), atoi(argv[2]), argv[5]);
    thin_out((struct score *)(uintptr_t)order->score);
    order->threads = atoi(argv[3]);
    order->stems = atoi(argv[4]) != 0;
    if (argc > 6)
        order->soundfont = argv[6];
    if (argc > 7)
        order->formats = (unsigned)atoi(argv[7]);
    order->progress = note_time;
    order->progress_arg = begun_s;
    start_ms = clock_monotonic_ms();
    if (!render_score(order, &result, a, &e)) {
        fprintf(stderr, "%s: %s\n", error_info_get(e.code)->slug, e.detail);
        return 1;
    }
    begun_s[RENDER_STAGE_COUNT] = clock_cpu_s();
    getrusage(RUSAGE_SELF, &usage);
    printf("wall %.2f cpu %.2f rss_mb %ld | %.1f s %.2f LUFS %.2f dBTP LRA %.1f | stages, wall and cpu:",
           (double)(clock_monotonic_ms() - start_ms) / 1000, clock_cpu_s(), usage.ru_maxrss / 1024,
           result.duration_s, result.loudness_lufs, result.true_peak_dbtp, result.loudness_range_lu);
    for (int i = 0; i < RENDER_STAGE_COUNT; i++)
        printf(" %.2f/%.2f", result.stage_s[i], begun_s[i + 1] - (i > 0 ? begun_s[i] : 0));
    printf("\n");
    arena_free(a);
    return 0;
}
