/* The structure of a SoundFont file: RIFF chunks in little-endian order (SoundFont Technical Specification 2.04; SF3 is the
 * same with compressed samples). */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sound/soundfont.h"

enum { PRESET_BYTES = 38, SAMPLE_BYTES = 46, HEADER_BYTES = 8, NAME_BYTES = 20, TABLES = 9, SAMPLE_IS_ROM = 0x8000,
       SAMPLE_IS_VORBIS = 0x10, TABLE_MAX_BYTES = 1 << 26 };

/* The tables of the list "pdta", in their order, each closed by a record that is none (7.2–7.10). */
static const struct {
    const char id[5];
    uint32_t record;
} tables[TABLES] = {
    { "phdr", PRESET_BYTES }, { "pbag", 4 }, { "pmod", 10 }, { "pgen", 4 },           { "inst", 22 },
    { "ibag", 4 },            { "imod", 10 }, { "igen", 4 }, { "shdr", SAMPLE_BYTES },
};
enum { TABLE_PRESETS = 0, TABLE_SAMPLES = 8 };

struct walk {
    FILE *file;
    const char *path;
    long long bytes;            /* of the file, as its head says */
    long long samples;          /* bytes of the chunk "smpl"; -1: there is none */
    long long starts[TABLES];
    uint32_t lengths[TABLES];   /* 0: not seen */
    bool has_info;
};

static uint32_t number(const unsigned char *at, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

static bool broken(const struct walk *w, const char *what, struct error *e)
{
    return error_set(e, ERROR_SOUNDFONT, "the SoundFont '%s' is broken: %s", w->path, what);
}

/* Reads a chunk's head at `at`; it must end by `end`. */
static bool head_read(struct walk *w, long long at, long long end, unsigned char head[HEADER_BYTES], struct error *e)
{
    if (at + HEADER_BYTES > end || fseeko(w->file, (off_t)at, SEEK_SET) != 0 ||
        fread(head, 1, HEADER_BYTES, w->file) != HEADER_BYTES || at + HEADER_BYTES + number(head + 4, 4) > end)
        return broken(w, "a chunk goes beyond its end", e);
    return true;
}

/* Chunks begin at even places, but many SF3 files leave the zero between out. */
static long long chunk_after(struct walk *w, long long next)
{
    unsigned char byte;

    if (next % 2 != 0 && fseeko(w->file, (off_t)next, SEEK_SET) == 0 && fread(&byte, 1, 1, w->file) == 1 && byte == 0)
        next++;
    return next;
}

static void table_note(struct walk *w, const unsigned char *head, long long at)
{
    for (int i = 0; i < TABLES; i++)
        if (memcmp(head, tables[i].id, 4) == 0) {
            w->starts[i] = at + HEADER_BYTES;
            w->lengths[i] = number(head + 4, 4);
        }
}

static bool list_walk(struct walk *w, long long at, long long end, struct error *e)
{
    unsigned char head[HEADER_BYTES];

    for (long long next; at < end; at = next) {
        if (!head_read(w, at, end, head, e))
            return false;
        next = chunk_after(w, at + HEADER_BYTES + number(head + 4, 4));
        if (memcmp(head, "smpl", 4) == 0)
            w->samples = number(head + 4, 4);
        table_note(w, head, at);
    }
    return true;
}

static bool file_walk(struct walk *w, struct error *e)
{
    unsigned char head[HEADER_BYTES], kind[4];

    for (long long at = 12, next; at < w->bytes; at = next) {
        if (!head_read(w, at, w->bytes, head, e))
            return false;
        next = at + HEADER_BYTES + number(head + 4, 4);
        if (memcmp(head, "LIST", 4) == 0) {
            if (number(head + 4, 4) < 4 || fread(kind, 1, 4, w->file) != 4)
                return broken(w, "a list without a kind", e);
            w->has_info |= memcmp(kind, "INFO", 4) == 0;
            if (memcmp(kind, "INFO", 4) != 0 && !list_walk(w, at + HEADER_BYTES + 4, next, e))
                return false;
        }
        next = chunk_after(w, next);
    }
    return true;
}

/* A whole table, to be freed. NULL with an error. */
static unsigned char *table_read(struct walk *w, int table, size_t *count, struct error *e)
{
    uint32_t len = w->lengths[table];
    unsigned char *out = len <= TABLE_MAX_BYTES ? malloc(len + 1) : NULL;

    *count = len / tables[table].record - 1; /* without the closing one */
    if (out != NULL && fseeko(w->file, (off_t)w->starts[table], SEEK_SET) == 0 && fread(out, 1, len, w->file) == len)
        return out;
    free(out);
    error_set(e, ERROR_SOUNDFONT, "cannot read the table '%s' of the SoundFont '%s'", tables[table].id, w->path);
    return NULL;
}

/* Offsets count 16-bit samples in SF2, bytes in the compressed ones of SF3. */
static bool samples_check(struct walk *w, struct error *e)
{
    size_t count;
    unsigned char *all = table_read(w, TABLE_SAMPLES, &count, e);
    bool ok = all != NULL;

    for (size_t i = 0; ok && i < count; i++) {
        const unsigned char *s = all + i * SAMPLE_BYTES;
        uint32_t start = number(s + 20, 4), end = number(s + 24, 4), type = number(s + 44, 2);
        long long room = type & SAMPLE_IS_VORBIS ? w->samples : w->samples / 2;

        if (!(type & SAMPLE_IS_ROM) && (start > end || end > room))
            ok = error_set(e, ERROR_SOUNDFONT, "the SoundFont '%s' is broken: sample %zu ('%.20s') lies outside of it", w->path,
                           i, (const char *)s);
    }
    free(all);
    return ok;
}

static bool parts_check(struct walk *w, struct error *e)
{
    if (!w->has_info)
        return broken(w, "the list 'INFO' is missing", e);
    if (w->samples <= 0)
        return broken(w, "it has no samples", e);
    for (int i = 0; i < TABLES; i++)
        if (w->lengths[i] < tables[i].record || w->lengths[i] % tables[i].record != 0)
            return error_set(e, ERROR_SOUNDFONT, "the SoundFont '%s' is broken: the table '%s' is %s", w->path, tables[i].id,
                             w->lengths[i] == 0 ? "missing" : "of a wrong length");
    if (w->lengths[TABLE_PRESETS] < 2 * PRESET_BYTES)
        return broken(w, "it has no preset", e);
    return samples_check(w, e);
}

static bool head_check(struct walk *w, struct error *e)
{
    unsigned char head[12];
    struct stat status;
    size_t got = fread(head, 1, sizeof(head), w->file);

    if (fstat(fileno(w->file), &status) != 0)
        status.st_size = 0;
    if (got != sizeof(head) || memcmp(head, "RIFF", 4) != 0 || memcmp(head + 8, "sfbk", 4) != 0)
        return error_set(e, ERROR_SOUNDFONT, "'%s' is not a SoundFont (SF2 or SF3)", w->path);
    w->bytes = 8 + (long long)number(head + 4, 4);
    if (status.st_size < w->bytes)
        return error_set(e, ERROR_SOUNDFONT, "the SoundFont '%s' is cut short: %lld of %lld bytes", w->path,
                         (long long)status.st_size, w->bytes);
    return true;
}

/* The file open and found whole; NULL with an error. */
static bool open_checked(struct walk *w, const char *path, struct error *e)
{
    *w = (struct walk){ .file = fopen(path, "rb"), .path = path, .samples = -1 };
    if (w->file == NULL)
        return error_set(e, ERROR_SOUNDFONT, "cannot open the SoundFont '%s': %s", path, strerror(errno));
    if (head_check(w, e) && file_walk(w, e) && parts_check(w, e))
        return true;
    fclose(w->file);
    return false;
}

bool soundfont_check(const char *path, struct error *e)
{
    struct walk w;

    if (!open_checked(&w, path, e))
        return false;
    fclose(w.file);
    return true;
}

static int by_bank_and_program(const void *a, const void *b)
{
    const struct soundfont_preset *x = a, *y = b;

    return x->bank != y->bank ? x->bank - y->bank : x->program - y->program;
}

/* Any bytes may stand there. */
static const char *name_of(const unsigned char *record, struct arena *a)
{
    char *name = arena_strndup(a, (const char *)record, strnlen((const char *)record, NAME_BYTES));

    for (char *at = name; *at != '\0'; at++)
        *at = *at >= ' ' && *at < 0x7f ? *at : '?';
    return name;
}

bool soundfont_presets(const char *path, struct soundfont_presets *out, struct arena *a, struct error *e)
{
    unsigned char *all;
    struct walk w;

    *out = (struct soundfont_presets){ .count = 0 };
    if (!open_checked(&w, path, e))
        return false;
    all = table_read(&w, TABLE_PRESETS, &out->count, e);
    fclose(w.file);
    if (all == NULL)
        return false;
    out->items = ARENA_ARRAY(a, struct soundfont_preset, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const unsigned char *p = all + i * PRESET_BYTES;

        out->items[i] = (struct soundfont_preset){ .name = name_of(p, a),
                                                   .program = (int)number(p + NAME_BYTES, 2),
                                                   .bank = (int)number(p + NAME_BYTES + 2, 2) };
    }
    free(all);
    qsort(out->items, out->count, sizeof(*out->items), by_bank_and_program);
    return true;
}
