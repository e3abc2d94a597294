#define _GNU_SOURCE
#include "sound/synth.h"

#include <dlfcn.h>
#include <fluidsynth.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/yield.h"
#include "sound/render.h"
#include "sound/sequence.h"
#include "sound/soundfont.h"

enum { RUN_BLOCKS = 32 }; /* a fraction of a millisecond's work, between the times when others may run */
enum { POLYPHONY = 256, SOUNDING_MAX = POLYPHONY + 1 };
enum { CC_SUSTAIN = 64, CC_PORTAMENTO = 65, CC_PORTAMENTO_FROM = 84, KIT_BANK = 128, FAMILY = 8 };

struct font {
    fluid_settings_t *settings;
    fluid_synth_t *owner; /* never rendered; holds the loaded SoundFont */
    fluid_sfont_t *sfont;
};

struct synth {
    struct font *font;
    fluid_settings_t *settings;
    fluid_synth_t *fluid;
    struct sequence sequence;
    int channel;       /* the MIDI channel it plays on */
    int64_t block;     /* the next one to compute */
    int64_t end_block; /* of the score: everything is released here */
    int64_t work;      /* voices × blocks computed */
    int program;       /* that sounds, and its bank */
    int bank;
    bool is_released;
    bool slides;       /* portamento is on … */
    int slides_from;   /* … from this key, the last one struck; -1: none, or the score has said from which */
};

/* What FluidSynth complained about last in this thread: the reason of a failed load. */
static _Thread_local char complaint[240];

static void on_log(int level, const char *message, void *arg)
{
    (void)arg;
    snprintf(complaint, sizeof(complaint), "%s", message);
    log_write(level <= FLUID_ERR ? LOG_WARNING : LOG_INFO, "FluidSynth: %s", message);
}

static void log_connect(void)
{
    fluid_set_log_function(FLUID_PANIC, on_log, NULL);
    fluid_set_log_function(FLUID_ERR, on_log, NULL);
    fluid_set_log_function(FLUID_WARN, on_log, NULL);
    fluid_set_log_function(FLUID_INFO, NULL, NULL);
    fluid_set_log_function(FLUID_DBG, NULL, NULL);
}

/* Loading uses OpenMP, whose threads do not survive a fork: a load in the child of a process that has loaded
 * before would wait for them for ever. With one thread it needs none. */
static void openmp_tame(void)
{
    void *symbol = dlsym(RTLD_DEFAULT, "omp_set_num_threads");
    void (*set_num_threads)(int);

    if (symbol == NULL)
        return;
    memcpy(&set_num_threads, &symbol, sizeof(symbol));
    set_num_threads(1);
}

static fluid_settings_t *settings_new(void)
{
    static const struct {
        const char *name;
        int value;
    } integers[] = {
        { "synth.lock-memory", 0 },       { "synth.reverb.active", 0 },          { "synth.chorus.active", 0 },
        { "synth.polyphony", POLYPHONY }, { "synth.threadsafe-api", 0 },         { "synth.cpu-cores", 1 },
        { "synth.midi-channels", 16 },    { "synth.dynamic-sample-loading", 1 },
    };
    fluid_settings_t *settings = new_fluid_settings();

    if (settings == NULL)
        return NULL;
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
        fluid_settings_setint(settings, integers[i].name, integers[i].value);
    fluid_settings_setnum(settings, "synth.sample-rate", RENDER_RATE_HZ);
    fluid_settings_setnum(settings, "synth.gain", 1.0);
    return settings;
}

/* Sound controllers of General MIDI 2 that the SoundFont standard knows nothing of; 64 is no change. */
static bool controllers_add(fluid_synth_t *fluid)
{
    static const struct {
        int controller, destination;
        double amount; /* cents and centibels at the ends */
    } rows[] = { { 74, GEN_FILTERFC, 9600 }, { 71, GEN_FILTERQ, 240 } };
    bool ok = true;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && ok; i++) {
        fluid_mod_t *mod = new_fluid_mod();

        ok = mod != NULL;
        if (!ok)
            break;
        fluid_mod_set_source1(mod, rows[i].controller,
                              FLUID_MOD_CC | FLUID_MOD_LINEAR | FLUID_MOD_BIPOLAR | FLUID_MOD_POSITIVE);
        fluid_mod_set_source2(mod, FLUID_MOD_NONE, FLUID_MOD_GC | FLUID_MOD_LINEAR | FLUID_MOD_UNIPOLAR | FLUID_MOD_POSITIVE);
        fluid_mod_set_dest(mod, rows[i].destination);
        fluid_mod_set_amount(mod, rows[i].amount);
        ok = fluid_synth_add_default_mod(fluid, mod, FLUID_SYNTH_ADD) == FLUID_OK;
        delete_fluid_mod(mod);
    }
    return ok;
}

static void *file_open(const char *path)
{
    return fopen(path, "rbe");
}

static int file_read(void *buffer, fluid_long_long_t bytes, void *file)
{
    yield_when_due();
    return fread(buffer, 1, (size_t)bytes, file) == (size_t)bytes ? FLUID_OK : FLUID_FAILED;
}

static int file_seek(void *file, fluid_long_long_t offset, int origin)
{
    return fseeko(file, (off_t)offset, origin) == 0 ? FLUID_OK : FLUID_FAILED;
}

static fluid_long_long_t file_tell(void *file)
{
    return ftello(file);
}

static int file_close(void *file)
{
    return fclose(file) == 0 ? FLUID_OK : FLUID_FAILED;
}

/* FluidSynth's own loader, for which others need not wait: it takes a tenth of a second. */
static bool loader_add(struct font *f)
{
    fluid_sfloader_t *loader = new_fluid_defsfloader(f->settings);

    if (loader == NULL ||
        fluid_sfloader_set_callbacks(loader, file_open, file_read, file_seek, file_tell, file_close) != FLUID_OK) {
        if (loader != NULL)
            delete_fluid_sfloader(loader);
        return false;
    }
    fluid_synth_add_sfloader(f->owner, loader);
    return true;
}

const char *synth_version(void)
{
    return fluid_version_str();
}

struct font *font_open(const char *path, struct error *e)
{
    struct font *f;
    int id = FLUID_FAILED;

    if (!soundfont_check(path, e)) /* FluidSynth would try other loaders on it, which are noisy */
        return NULL;
    f = calloc(1, sizeof(*f));
    log_connect();
    openmp_tame();
    complaint[0] = '\0';
    if (f != NULL && (f->settings = settings_new()) != NULL && (f->owner = new_fluid_synth(f->settings)) != NULL &&
        loader_add(f))
        id = fluid_synth_sfload(f->owner, path, 0);
    if (id != FLUID_FAILED)
        f->sfont = fluid_synth_get_sfont_by_id(f->owner, id);
    if (f == NULL || f->sfont == NULL) {
        error_set(e, ERROR_SOUNDFONT, "cannot load the SoundFont '%s': %s", path,
                  complaint[0] != '\0' ? complaint : "FluidSynth gives no reason");
        font_close(f);
        return NULL;
    }
    return f;
}

void font_close(struct font *f)
{
    if (f == NULL)
        return;
    delete_fluid_synth(f->owner); /* and with it the SoundFont */
    delete_fluid_settings(f->settings);
    free(f);
}

static bool preset_select(struct synth *s, int bank, int program)
{
    s->bank = bank;
    s->program = program;
    return fluid_sfont_get_preset(s->font->sfont, bank, program) != NULL &&
           fluid_synth_program_select(s->fluid, s->channel, fluid_sfont_get_id(s->font->sfont), bank, program) == FLUID_OK;
}

/* Of the eight programs of a General MIDI family the nearest that the font has. */
static bool family_select(struct synth *s, int program)
{
    int first = program / FAMILY * FAMILY;

    for (int distance = 1; distance < FAMILY; distance++)
        for (int side = -1; side <= 1; side += 2) {
            int other = program + side * distance;

            if (other >= first && other < first + FAMILY && preset_select(s, 0, other))
                return true;
        }
    return false;
}

static bool preset_choose(struct synth *s, const struct score_part *part, struct error *e)
{
    int bank = part->bank, program = part->program, substitute_bank = bank == KIT_BANK ? KIT_BANK : 0;

    fluid_synth_set_channel_type(s->fluid, s->channel,
                                 bank == KIT_BANK ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC);
    if (preset_select(s, bank, program))
        return true;
    if ((bank != substitute_bank && preset_select(s, substitute_bank, program)) ||
        (substitute_bank == 0 && family_select(s, program)) || preset_select(s, substitute_bank, 0)) {
        log_warning("the SoundFont has no preset %d:%d for part '%s'; another one is used", bank, program,
                    part->id);
        return true;
    }
    return error_set(e, ERROR_SOUNDFONT, "the SoundFont has no preset %d:%d for part '%s', nor a substitute",
                     bank, program, part->id);
}

static bool presets_choose(struct synth *s, const struct score_part *part, struct error *e)
{
    /* A new synth has program 0 on every channel; what does not sound need not be loaded. */
    for (int i = 0; i < 16; i++)
        fluid_synth_unset_program(s->fluid, i);
    return preset_choose(s, part, e);
}

struct synth *synth_new(struct font *f, const struct score *score, const struct score_part *part,
                        struct error *e)
{
    struct synth *s = calloc(1, sizeof(*s));

    if (s == NULL || (s->settings = settings_new()) == NULL ||
        (s->fluid = new_fluid_synth(s->settings)) == NULL || !controllers_add(s->fluid)) {
        error_set(e, ERROR_UNAVAILABLE, "cannot make a synthesiser for part '%s'", part->id);
        synth_free(s);
        return NULL;
    }
    s->font = f;
    s->slides_from = -1;
    s->channel = part->channel;
    s->end_block = sequence_block_of(score, score->end_tick);
    sequence_init(&s->sequence, score, part);
    if (fluid_synth_add_sfont(s->fluid, f->sfont) == FLUID_FAILED) {
        error_set(e, ERROR_SOUNDFONT, "cannot use the SoundFont for part '%s'", part->id);
        s->font = NULL;
        synth_free(s);
        return NULL;
    }
    if (!presets_choose(s, part, e)) {
        synth_free(s);
        return NULL;
    }
    return s;
}

static void sounds_cut(struct synth *s)
{
    float left[AUDIO_BLOCK], right[AUDIO_BLOCK];

    fluid_synth_all_sounds_off(s->fluid, -1);
    fluid_synth_write_float(s->fluid, AUDIO_BLOCK, left, 0, 1, right, 0, 1);
}

void synth_free(struct synth *s)
{
    if (s == NULL)
        return;
    if (s->font != NULL) { /* the voices hold samples of the font, which outlives this synth */
        sounds_cut(s);
        fluid_synth_unset_program(s->fluid, s->channel); /* or it is looked for in vain, with a warning */
        fluid_synth_remove_sfont(s->fluid, s->font->sfont);
    }
    delete_fluid_synth(s->fluid);
    delete_fluid_settings(s->settings);
    free(s);
}

static void control_play(struct synth *s, const struct sequence_event *event)
{
    if (event->number == CC_PORTAMENTO)
        s->slides = event->value >= 64;
    if (event->number == CC_PORTAMENTO_FROM)
        s->slides_from = -1;
    fluid_synth_cc(s->fluid, s->channel, event->number, event->value);
}

/* Timecents of the longest release of a program; INFINITY: as the SoundFont has it. Strings that a hand stops do not ring on
 * through the next chord, but some SoundFonts let them, for up to ten seconds: a strumming guitar would have thirty voices
 * of chords that are over. 1.6 s, in which they fade by 100 dB, is as SoundFonts have it that damp them. */
static float release_longest(const struct synth *s)
{
    static const struct {
        int first, last; /* General MIDI programs */
        double seconds;
    } rows[] = { { 24, 31, 1.6 } /* guitars */, { 105, 106, 1.6 } /* banjo, shamisen */ };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && s->bank != KIT_BANK; i++)
        if (s->program >= rows[i].first && s->program <= rows[i].last)
            return (float)(1200 * log2(rows[i].seconds));
    return INFINITY;
}

/* Of the voices of a note that has just been struck. */
static void release_limit(struct synth *s, int key)
{
    const float longest = release_longest(s);
    fluid_voice_t *voices[SOUNDING_MAX] = { NULL }; /* ends with NULL */

    if (!isfinite(longest))
        return;
    fluid_synth_get_voicelist(s->fluid, voices, SOUNDING_MAX, -1);
    for (int i = 0; i < SOUNDING_MAX && voices[i] != NULL; i++)
        if (fluid_voice_get_key(voices[i]) == key && fluid_voice_gen_get(voices[i], GEN_VOLENVRELEASE) > longest) {
            fluid_voice_gen_set(voices[i], GEN_VOLENVRELEASE, longest);
            fluid_voice_update_param(voices[i], GEN_VOLENVRELEASE);
        }
}

/* By itself FluidSynth slides only from a note that still sounds; with portamento every note slides from the one before. */
static void note_play(struct synth *s, const struct sequence_event *event)
{
    if (s->slides && s->slides_from >= 0)
        fluid_synth_cc(s->fluid, s->channel, CC_PORTAMENTO_FROM, s->slides_from);
    fluid_synth_noteon(s->fluid, s->channel, event->number, event->value);
    release_limit(s, event->number);
    s->slides_from = event->number;
}

static void event_play(struct synth *s, const struct sequence_event *event)
{
    switch (event->kind) {
    case SEQUENCE_OFF:
        fluid_synth_noteoff(s->fluid, s->channel, event->number);
        break;
    case SEQUENCE_CC:
        control_play(s, event);
        break;
    case SEQUENCE_BEND:
        fluid_synth_pitch_bend(s->fluid, s->channel, event->value + 8192);
        break;
    case SEQUENCE_ON:
        note_play(s, event);
        break;
    }
}

static void release_all(struct synth *s)
{
    fluid_synth_cc(s->fluid, s->channel, CC_SUSTAIN, 0);
    fluid_synth_all_notes_off(s->fluid, s->channel);
    s->is_released = true;
}

/* Plays what is due and returns the block until which nothing more is. */
static int64_t events_play(struct synth *s)
{
    struct sequence_event event;
    int64_t next;

    while (sequence_next(&s->sequence, s->block, &event))
        if (!s->is_released || event.kind == SEQUENCE_OFF)
            event_play(s, &event);
    if (s->block >= s->end_block && !s->is_released)
        release_all(s);
    next = sequence_block(&s->sequence);
    return !s->is_released && s->end_block < next ? s->end_block : next;
}

/* The next blocks from a frame on; silence when no voice sounds. */
static bool blocks_write(struct synth *s, struct audio *out, int from, int blocks)
{
    int voices = fluid_synth_get_active_voice_count(s->fluid), frames = blocks * AUDIO_BLOCK;

    s->work += (int64_t)voices * blocks;
    if (voices > 0) {
        fluid_synth_write_float(s->fluid, frames, out->left + from, 0, 1, out->right + from, 0, 1);
        return true;
    }
    memset(out->left + from, 0, (size_t)frames * sizeof(float));
    memset(out->right + from, 0, (size_t)frames * sizeof(float));
    return false;
}

bool synth_render(struct synth *s, struct audio *out, int frames)
{
    const int blocks = frames / AUDIO_BLOCK;
    bool sounds = false;

    for (int done = 0; done < blocks;) {
        int64_t until = events_play(s);
        int run = until - s->block < blocks - done ? (int)(until - s->block) : blocks - done;

        run = run < RUN_BLOCKS ? run : RUN_BLOCKS;
        sounds = blocks_write(s, out, done * AUDIO_BLOCK, run) || sounds;
        s->block += run;
        done += run;
        yield_when_due();
    }
    return sounds;
}

int64_t synth_work(const struct synth *s)
{
    return s->work;
}

void synth_seek(struct synth *s, int64_t block)
{
    struct sequence_event event, held[128];
    int held_count = 0;

    if (block <= s->block)
        return;
    sounds_cut(s);
    while (sequence_next(&s->sequence, block - 1, &event)) {
        if (event.kind == SEQUENCE_CC || event.kind == SEQUENCE_BEND)
            event_play(s, &event);
        if (event.kind == SEQUENCE_ON && event.off_block > block) {
            int place = 0;

            while (place < held_count && held[place].number != event.number)
                place++;
            held[place] = event;
            held_count += place == held_count;
        }
    }
    s->block = block;
    for (int i = 0; i < held_count; i++)
        event_play(s, &held[i]);
}
