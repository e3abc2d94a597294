#include "sound/preset_levels.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/hash.h"
#include "core/json.h"
#include "core/log.h"
#include "sound/meter.h"
#include "sound/render.h"

enum { VERSION = 2, PRESETS_MAX = 4096, FILE_MAX_BYTES = 1 << 20, KIT_BANK = 128, NOTES = 3, SOFT = 56, LOUD = 112,
       LEFTOVER_S = 3600 };

/* A second each; the soft ones begin when the loud ones have died away. */
enum { BEAT = SCORE_PPQ, SOFT_AT_S = 5, SECONDS = SOFT_AT_S + NOTES };

struct levels_file {
    int version;
    const char *synthesiser; /* its version */
    const char *soundfont_sha256;
    LIST_OF(struct preset_level) presets;
    const char *checksum; /* SHA-256 of the presets as they are written */
};

struct preset_levels {
    struct levels_file file;
    struct arena *arena;
    const char *folder, *path; /* NULL: nothing is kept */
    bool has_news;
};

#define AT(member) offsetof(struct preset_level, member)
static const struct field preset_rows[] = {
    { "bank", FIELD_INT, FIELD_REQUIRED, AT(bank), 0, 65535, .help = "Bank." },
    { "program", FIELD_INT, FIELD_REQUIRED, AT(program), 0, 65535, .help = "Program." },
    { "loud_lufs", FIELD_REAL, 0, AT(loud_lufs), -150, 60, "LUFS", .help = "With velocity 112." },
    { "soft_lufs", FIELD_REAL, 0, AT(soft_lufs), -150, 60, "LUFS", .help = "With velocity 56." },
};
static const struct fields preset_fields = FIELDS("preset_level", struct preset_level, preset_rows, "A program.");
#undef AT

#define AT(member) offsetof(struct levels_file, member)
static const struct field file_rows[] = {
    { "version", FIELD_INT, FIELD_REQUIRED, AT(version), VERSION, VERSION, .help = "Of the way of measuring." },
    { "synthesiser", FIELD_STRING, FIELD_REQUIRED, AT(synthesiser), 1, 60, .help = "Version of FluidSynth." },
    { "soundfont_sha256", FIELD_STRING, FIELD_REQUIRED, AT(soundfont_sha256), 64, 64, .help = "The SoundFont." },
    { "presets", FIELD_LIST, FIELD_REQUIRED, AT(presets), 0, PRESETS_MAX, .of = &preset_fields, .help = "Its programs." },
    { "checksum", FIELD_STRING, FIELD_REQUIRED, AT(checksum), 64, 64, .help = "SHA-256 of the presets." },
};
static const struct fields file_fields = FIELDS("preset_levels", struct levels_file, file_rows, "Levels of a SoundFont.");
#undef AT

static const char *checksum_of(const struct levels_file *file, struct arena *a)
{
    json_object *tree = json_hold(a, fields_write(&file_fields, file));
    const char *text = json_text(a, json_object_object_get(tree, "presets"), false);
    char *out = arena_alloc(a, HASH_TEXT_SIZE);

    hash_text(text, strlen(text), out);
    return out;
}

/* Whether the file is whole and of this SoundFont and synthesiser. */
static bool file_read(struct preset_levels *l, struct levels_file *out, struct error *e)
{
    struct problems problems = { .arena = l->arena };
    json_object *tree = json_read_file(l->arena, l->path, FILE_MAX_BYTES, e);

    if (tree == NULL)
        return false;
    fields_read(&file_fields, tree, out, "", false, l->arena, &problems);
    if (!problems_none(&problems, "the levels", e))
        return false;
    if (strcmp(out->synthesiser, l->file.synthesiser) != 0)
        return error_set(e, ERROR_INPUT, "it is of FluidSynth %s", out->synthesiser);
    if (strcmp(out->soundfont_sha256, l->file.soundfont_sha256) != 0 || strcmp(out->checksum, checksum_of(out, l->arena)) != 0)
        return error_set(e, ERROR_INPUT, "its checksum is wrong");
    return true;
}

static bool is_kept(const struct preset_levels *l)
{
    return l->path != NULL;
}

struct preset_levels *preset_levels_open(const char *folder, const char *sha256, struct arena *a)
{
    struct preset_levels *l = ARENA_NEW(a, struct preset_levels);
    struct preset_level *room = ARENA_ARRAY(a, struct preset_level, PRESETS_MAX);
    struct levels_file found;
    struct error e = { 0 };

    l->arena = a;
    l->file = (struct levels_file){ .version = VERSION, .synthesiser = synth_version(), .soundfont_sha256 = sha256 };
    l->file.presets.items = room;
    if (folder == NULL || sha256 == NULL)
        return l;
    l->folder = folder;
    l->path = arena_printf(a, "%s/%s.json", folder, sha256);
    if (access(l->path, F_OK) != 0)
        return l;
    if (!file_read(l, &found, &e)) {
        log_warning("the levels of the SoundFont are measured anew: '%s' cannot be used: %s", l->path, e.detail);
        return l;
    }
    memcpy(room, found.presets.items, found.presets.count * sizeof(*room));
    l->file.presets.count = found.presets.count;
    return l;
}

const struct preset_level *preset_levels_find(const struct preset_levels *l, int bank, int program)
{
    for (size_t i = 0; i < l->file.presets.count; i++)
        if (l->file.presets.items[i].bank == bank && l->file.presets.items[i].program == program)
            return &l->file.presets.items[i];
    return NULL;
}

static double rounded(double lufs)
{
    return isfinite(lufs) && lufs > -120 ? round(lufs * 100) / 100 : NAN;
}

/* The mean of what the synthesiser gives in a stretch, with the gaps between the notes. */
static bool stretch_measure(struct synth *synth, int blocks, double *lufs, struct error *e)
{
    struct audio *io = malloc(sizeof(*io));
    struct meter *meter = meter_new(METER_WINDOW, e);
    bool ok = io != NULL && meter != NULL;

    for (int done = 0; ok && done < blocks;) {
        int run = blocks - done < AUDIO_CHUNK / AUDIO_BLOCK ? blocks - done : AUDIO_CHUNK / AUDIO_BLOCK;

        synth_render(synth, io, run * AUDIO_BLOCK);
        meter_add(meter, io->left, io->right, run * AUDIO_BLOCK);
        done += run;
    }
    if (ok)
        *lufs = rounded(meter_loudness_lufs(meter));
    else if (io == NULL)
        error_set(e, ERROR_UNAVAILABLE, "no memory to measure a program");
    meter_free(meter);
    free(io);
    return ok;
}

/* Three notes from the bass to the treble; of kits bass drum, snare drum and hi-hat. */
static bool measure(struct font *font, struct preset_level *level, struct error *e)
{
    static const uint8_t pitches[2][NOTES] = { { 45, 57, 69 }, { 36, 38, 42 } };
    bool is_kit = level->bank == KIT_BANK;
    struct score_tempo tempo = { 0, 60 };
    struct score_note notes[2 * NOTES];
    const struct score score = { .tempos = &tempo, .tempo_count = 1, .end_tick = SECONDS * BEAT };
    const struct score_part part = { .id = "program", .channel = is_kit ? 9 : 0, .bank = (uint8_t)level->bank,
                                     .program = (uint8_t)level->program, .notes = notes, .note_count = 2 * NOTES };
    const int second = RENDER_RATE_HZ / AUDIO_BLOCK;
    struct synth *synth;
    bool ok;

    for (int i = 0; i < 2 * NOTES; i++)
        notes[i] = (struct score_note){ .start_tick = (i < NOTES ? i : SOFT_AT_S + i - NOTES) * BEAT, .len_ticks = BEAT * 9 / 10,
                                        .pitch = pitches[is_kit][i % NOTES], .velocity = i < NOTES ? LOUD : SOFT };
    synth = synth_new(font, &score, &part, e);
    if (synth == NULL)
        return false;
    ok = stretch_measure(synth, NOTES * second, &level->loud_lufs, e);
    synth_seek(synth, SOFT_AT_S * second);
    ok = ok && stretch_measure(synth, NOTES * second, &level->soft_lufs, e);
    synth_free(synth);
    return ok;
}

bool preset_levels_get(struct preset_levels *l, struct font *font, int bank, int program, struct preset_level *out,
                       struct error *e)
{
    const struct preset_level *known = preset_levels_find(l, bank, program);

    if (known != NULL) {
        *out = *known;
        return true;
    }
    *out = (struct preset_level){ .bank = bank, .program = program, .loud_lufs = NAN, .soft_lufs = NAN };
    if (!measure(font, out, e))
        return false;
    log_debug("program %d:%d: %.2f LUFS loud, %.2f soft", bank, program, out->loud_lufs, out->soft_lufs);
    if (l->file.presets.count < PRESETS_MAX) {
        l->file.presets.items[l->file.presets.count++] = *out;
        l->has_news = true;
    }
    return true;
}

/* What another process has found meanwhile stays. */
static void merge(struct preset_levels *l)
{
    struct levels_file found;
    struct error e;

    if (access(l->path, F_OK) != 0 || !file_read(l, &found, &e))
        return;
    for (size_t i = 0; i < found.presets.count && l->file.presets.count < PRESETS_MAX; i++)
        if (preset_levels_find(l, found.presets.items[i].bank, found.presets.items[i].program) == NULL)
            l->file.presets.items[l->file.presets.count++] = found.presets.items[i];
}

static int by_place(const void *a, const void *b)
{
    const struct preset_level *x = a, *y = b;

    return x->bank != y->bank ? x->bank - y->bank : x->program - y->program;
}

static bool file_write(const struct preset_levels *l, const char *text)
{
    char *part = arena_printf(l->arena, "%s.XXXXXX", l->path);
    size_t len = strlen(text);
    int fd = mkstemp(part);
    bool ok = fd >= 0 && write(fd, text, len) == (ssize_t)len && fchmod(fd, 0640) == 0 && fsync(fd) == 0;
    int why = errno;

    if (fd >= 0)
        close(fd);
    if (ok && rename(part, l->path) == 0)
        return true;
    if (fd >= 0)
        unlink(part);
    errno = ok ? errno : why;
    return false;
}

/* What a process left that was killed while it wrote. Younger ones are being written. */
static void leftovers_remove(const struct preset_levels *l)
{
    const char *name = strrchr(l->path, '/') + 1;
    const size_t len = strlen(name);
    DIR *folder = opendir(l->folder);
    const struct dirent *entry;
    struct stat st;

    if (folder == NULL)
        return;
    while ((entry = readdir(folder)) != NULL)
        if (strncmp(entry->d_name, name, len) == 0 && entry->d_name[len] == '.' &&
            fstatat(dirfd(folder), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_mtime < time(NULL) - LEFTOVER_S)
            unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
}

/* And the one it is in: a cache that nothing has used yet is made by the first who does, for its user alone. */
static bool folder_make(const struct preset_levels *l)
{
    char *parent = arena_strdup(l->arena, l->folder), *slash = strrchr(parent, '/');

    if (mkdir(l->folder, 0750) == 0 || errno == EEXIST)
        return true;
    if (errno != ENOENT || slash == NULL || slash == parent)
        return false;
    *slash = '\0';
    return mkdir(parent, 0700) == 0 && mkdir(l->folder, 0750) == 0;
}

void preset_levels_keep(struct preset_levels *l)
{
    if (!l->has_news || !is_kept(l))
        return;
    l->has_news = false;
    merge(l);
    qsort(l->file.presets.items, l->file.presets.count, sizeof(struct preset_level), by_place);
    l->file.checksum = checksum_of(&l->file, l->arena);
    if (!folder_make(l)) {
        log_info("the levels of the SoundFont are not kept: cannot make '%s': %s", l->folder, strerror(errno));
        return;
    }
    leftovers_remove(l);
    if (!file_write(l, json_text(l->arena, json_hold(l->arena, fields_write(&file_fields, &l->file)), true)))
        log_warning("the levels of the SoundFont are not kept: cannot write '%s': %s", l->path, strerror(errno));
}

size_t preset_levels_count(const struct preset_levels *l)
{
    return l->file.presets.count;
}

const struct preset_level *preset_levels_at(const struct preset_levels *l, size_t index)
{
    return &l->file.presets.items[index];
}

double preset_level_exponent(const struct preset_level *level)
{
    const double standard = 4, halves = log10((double)LOUD / SOFT);
    double exponent = (level->loud_lufs - level->soft_lufs) / (10 * halves);

    return isnan(exponent) ? standard : fmin(fmax(exponent, 1), 8);
}
