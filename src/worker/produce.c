#include "worker/produce.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "band/pipeline.h"
#include "core/log.h"
#include "formats/lrc.h"
#include "formats/midi.h"
#include "formats/musicxml.h"
#include "song/arrangement_spec.h"
#include "song/score.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"
#include "song/timeline.h"
#include "sound/render.h"
#include "sound/soundfont.h"
#include "worker/folder.h"
#include "worker/stages.h"
#include "worker/technical.h"

enum { FILES_MAX = 64 };

/* How the time of a render is spread over its stages, from experience; only the progress display goes by it. */
static const double render_share_end[RENDER_STAGE_COUNT] = {
    [RENDER_MEASURE] = 0.08, [RENDER_SYNTHESIS] = 0.45, [RENDER_MASTER] = 0.60, [RENDER_ENCODE] = 1.00,
};

struct work {
    const struct produce_order *order;
    struct produce_request *request;
    struct product *out;
    struct arena *arena;
    struct stages stages;
    const char *soundfont;  /* path … */
    const char *soundfont_id; /* … and name here */
    char soundfont_sha256[HASH_TEXT_SIZE];
    const char *created_at; /* what the given documents say; NULL when there are none */
    struct render_result rendered;
};

static bool band_progress(void *arg, const char *stage, double fraction)
{
    struct work *w = arg;

    return stages_at(&w->stages, STAGES_BAND, stage, fraction);
}

static bool render_progress(void *arg, enum render_stage stage, double fraction)
{
    struct work *w = arg;
    double from = stage > 0 ? render_share_end[stage - 1] : 0;

    return stages_at(&w->stages, STAGES_RENDER, render_stage_names[stage],
                     from + (render_share_end[stage] - from) * fraction);
}

static const char *path_of(const struct work *w, const char *name)
{
    return arena_printf(w->arena, "%s/%s", w->order->folder, name);
}

/* Lists a file that is finished: in the release for people, and as an artifact. */
static void file_list(struct work *w, const struct render_file *file)
{
    struct release_spec *r = &w->out->release;
    struct artifact *item = &w->out->files.items[w->out->files.count++];

    ASSERT(w->out->files.count <= FILES_MAX);
    *item = (struct artifact){ .name = file->name, .kind = file->kind, .label = file->label,
                               .media_type = output_media_type(file->name), .bytes = file->sum.bytes };
    memcpy(item->sha256, file->sum.sha256, sizeof(item->sha256));
    r->files.items[r->files.count++] = (struct release_file){
        .name = file->name,
        .kind = file->kind,
        .label = file->people,
        .media_type = item->media_type,
        .bytes = item->bytes,
        .sha256 = item->sha256,
        .loudness_lufs = file->loudness_lufs,
        .true_peak_dbtp = file->true_peak_dbtp,
    };
}

/* One that is no sound. */
static bool file_add(struct work *w, const char *name, const char *kind, const char *key, const char *label,
                     struct error *e)
{
    struct render_file file = { .name = name, .kind = kind, .label = key, .people = label, .loudness_lufs = NAN,
                                .true_peak_dbtp = NAN };
    const char *path = path_of(w, name);

    if (!file_size(path, &file.sum.bytes, e) || !hash_file(path, file.sum.sha256, e))
        return false;
    file_list(w, &file);
    return true;
}

static bool document_write(struct work *w, const char *name, json_object *tree, struct error *e)
{
    const char *text = json_text(w->arena, tree, true);
    size_t len = strlen(text);
    char *line = arena_strndup(w->arena, text, len + 1);

    line[len] = '\n';
    return file_write(path_of(w, name), line, len + 1, e);
}

/* Short as disc jockeys' programs want it: "Am", "F#m", "Bb". */
static const char *key_tag(struct work *w)
{
    const struct song_spec *spec = w->request->song.song_spec;
    struct key key;
    char root[PITCH_TEXT_SIZE];

    if (spec == NULL || !key_name_get(&spec->key, &key))
        return NULL;
    pitch_print(key.root, root, sizeof(root));
    return arena_printf(w->arena, "%s%s", root, key_is_minor(key) ? "m" : "");
}

/* What every sound file says. The time of day is no part of it, unless the documents say when the song was made: the same
 * request gives the same bytes. */
static struct tags tags_of(struct work *w)
{
    const struct release_spec *r = w->request->song.release_spec;
    struct tags tags = tags_none();
    const char *soundfont = soundfont_name(w->soundfont);

    tags.texts[TAG_TITLE] = r->title;
    tags.texts[TAG_ARTIST] = r->artist;
    tags.texts[TAG_GENRE] = r->genre;
    tags.texts[TAG_DATE] = w->created_at;
    tags.texts[TAG_TEMPO] = isfinite(r->bpm) ? arena_printf(w->arena, "%.15g", r->bpm) : NULL;
    tags.texts[TAG_KEY] = key_tag(w);
    tags.texts[TAG_KEY_NAME] = r->key;
    tags.texts[TAG_LICENCE] = r->licence;
    tags.texts[TAG_RECIPE] = r->recipe;
    tags.texts[TAG_SEED] = arena_printf(w->arena, "%lld", (long long)r->random_seed);
    tags.texts[TAG_SOUNDFONT] = soundfont;
    tags.texts[TAG_SOFTWARE] = "AETHER Band Engine " AETHER_VERSION;
    tags.texts[TAG_COMMENT] = arena_printf(w->arena, "AETHER Band Engine " AETHER_VERSION ", seed %lld, %s",
                                           (long long)r->random_seed, soundfont);
    return tags;
}

/* The arrangement ends where it begins (band/arranger.c). */
static bool loops(const struct song *song)
{
    const struct arranged_ending *ending = song->arrangement_spec != NULL ? song->arrangement_spec->ending : NULL;

    return ending != NULL && ending->technique != NULL && strcmp(ending->technique, "loop") == 0;
}

static bool render(struct work *w, struct error *e)
{
    const struct song *song = &w->request->song;
    struct render_order order = {
        .score = song->score,
        .mix = song->mix_spec,
        .master = song->master_spec,
        .soundfont = w->soundfont,
        .soundfont_sha256 = w->soundfont_sha256,
        .levels_folder = w->order->levels_folder,
        .threads = w->order->threads,
        .formats = w->request->formats,
        .stems = w->request->stems,
        .stem_format = w->request->stem_format,
        .loops = loops(song),
        .drum_stems = w->request->drum_stems,
        .folder = w->order->folder,
        .tags = tags_of(w),
        .progress = render_progress,
        .progress_arg = w,
    };

    if (!render_progress(w, (enum render_stage)0, 0))
        return error_set(e, ERROR_CANCELLED, "cancelled");
    return render_score(&order, &w->rendered, w->arena, e);
}

/* What musicians read: lead sheet, score and, when there are any, words. */
static bool sheets_write(struct work *w, struct error *e)
{
    const struct song *song = &w->request->song;
    struct problems problems = { .arena = w->arena };
    struct timeline timeline;
    const char *lead_sheet, *score, *words;
    size_t lead_sheet_len, score_len, words_len;

    timeline_make(song, &timeline, w->arena, &problems);
    if (!problems_none(&problems, "the documents", e))
        return false;
    w->out->tune = likeness_text(&timeline, w->arena);
    w->out->song = likeness_song(song, w->arena);
    lead_sheet = musicxml_lead_sheet(song, &timeline, w->arena, &lead_sheet_len);
    score = musicxml_score(song, &timeline, w->arena, &score_len);
    if (!file_write(path_of(w, "lead-sheet.musicxml"), lead_sheet, lead_sheet_len, e) ||
        !file_write(path_of(w, "score.musicxml"), score, score_len, e))
        return false;
    if (!lrc_has_words(song))
        return true;
    words = lrc_text(song, w->arena, &words_len);
    return file_write(path_of(w, "lyrics.lrc"), words, words_len, e);
}

static bool documents_write(struct work *w, struct error *e)
{
    json_object *tree = json_hold(w->arena, json_object_new_object());

    song_write(&w->request->song, tree);
    return midi_write(w->request->song.score, w->request->song.mix_spec, path_of(w, "song.mid"), e) && sheets_write(w, e) &&
           document_write(w, "song.json", tree, e);
}

/* The SoundFont that was asked for, and its checksum: the request's before the documents'. */
static bool soundfont_choose(struct work *w, struct error *e)
{
    const struct soundfonts *fonts = w->order->soundfonts;
    struct sound_design_spec *design = w->request->song.sound_design_spec;
    bool is_asked = w->request->soundfont != NULL;
    struct problems problems = { .arena = w->arena };

    if (is_asked)
        design->soundfont = w->request->soundfont;
    soundfonts_check(fonts, design->soundfont, is_asked ? "/soundfont" : "/sound_design_spec/soundfont", &problems);
    if (!problems_none(&problems, "the SoundFont", e))
        return false;
    w->soundfont = fonts->paths.items[soundfonts_find(fonts, design->soundfont)];
    w->soundfont_id = fonts->names.items[soundfonts_find(fonts, design->soundfont)];
    if (!produce_soundfont_sha256(w->soundfont, w->soundfont_sha256, e))
        return false;
    if (w->request->soundfont_sha256 != NULL && strcasecmp(w->request->soundfont_sha256, w->soundfont_sha256) != 0)
        problem_add(&problems, "/soundfont_sha256", "the SoundFont '%s' here is another file: its SHA-256 is %s", w->soundfont_id,
                    w->soundfont_sha256);
    return problems_none(&problems, "the SoundFont", e);
}

/* The same sound comes of the same SoundFont only, so the recipe names it. */
static void recipe_complete(struct work *w)
{
    struct release_spec *r = w->request->song.release_spec;
    json_object *tree = w->request->song.brief != NULL ? json_read(w->arena, r->recipe, strlen(r->recipe), NULL) : NULL;

    if (tree != NULL) { /* the request again */
        json_object_object_add(tree, "soundfont", json_object_new_string(w->soundfont_id));
        json_object_object_add(tree, "soundfont_sha256", json_object_new_string(w->soundfont_sha256));
        r->recipe = json_text(w->arena, tree, false);
    } else {
        r->recipe = arena_printf(w->arena, "%s SoundFont: %s, SHA-256 %s.", r->recipe, soundfont_name(w->soundfont),
                                 w->soundfont_sha256);
    }
    r->soundfont = arena_strdup(w->arena, soundfont_name(w->soundfont));
    r->soundfont_sha256 = arena_strdup(w->arena, w->soundfont_sha256);
}

/* The release manager's document with what only the finished files can say. */
static void release_fill(struct work *w)
{
    struct release_spec *r = &w->out->release;
    bool audio = w->request->formats != 0;

    *r = *w->request->song.release_spec;
    r->duration_seconds = audio ? w->rendered.duration_s
                                : score_seconds(w->request->song.score, w->request->song.score->end_tick);
    r->loudness_lufs = audio ? w->rendered.loudness_lufs : NAN;
    r->true_peak_dbtp = audio ? w->rendered.true_peak_dbtp : NAN;
    r->engine_version = AETHER_VERSION;
    if (!audio)
        r->soundfont = r->soundfont_sha256 = NULL;
    r->files.items = ARENA_ARRAY(w->arena, struct release_file, FILES_MAX);
    r->files.count = 0;
    w->out->files.items = ARENA_ARRAY(w->arena, struct artifact, FILES_MAX);
    w->out->files.count = 0;
}

static bool files_list(struct work *w, struct error *e)
{
    bool ok;

    for (size_t i = 0; i < w->rendered.files.count; i++)
        file_list(w, &w->rendered.files.items[i]);
    ok = file_add(w, "song.mid", "midi", "midi", "MIDI", e) &&
         file_add(w, "lead-sheet.musicxml", "sheet", "lead_sheet", "Lead sheet: tune, chords, words", e) &&
         file_add(w, "score.musicxml", "sheet", "score", "Full score", e);
    if (lrc_has_words(&w->request->song))
        ok = ok && file_add(w, "lyrics.lrc", "lyrics", "lyrics", "Words with their times", e);
    return ok &&
           file_add(w, "song.json", "document", "song", "All documents of the song", e);
}

static void stages_copy(struct work *w)
{
    struct release_spec *r = &w->out->release;

    stages_end(&w->stages);
    r->stages.items = ARENA_ARRAY(w->arena, struct release_stage, STAGES_MAX);
    r->stages.count = (size_t)w->stages.count;
    memcpy(r->stages.items, w->stages.done, sizeof(w->stages.done));
}

static bool finish(void *arg, struct error *e)
{
    struct work *w = arg;

    if (!stages_at(&w->stages, STAGES_FILES, "packaging", 0))
        return error_set(e, ERROR_CANCELLED, "cancelled");
    if (!documents_write(w, e))
        return false;
    release_fill(w);
    if (!files_list(w, e))
        return false;
    stages_copy(w);
    return document_write(w, "release.json",
                          json_hold(w->arena, fields_write(&release_spec_fields, &w->out->release)), e) &&
           file_add(w, "release.json", "document", "release", "This release: credits, licence, checksums", e);
}

/* Nothing of ours is left when the work fails after the audio was finished. */
static void clean_up(const struct work *w)
{
    static const char *const ours[] = { "song.mid", "lead-sheet.musicxml", "score.musicxml", "lyrics.lrc",
                                        "song.json", "release.json" };
    int folder = open(w->order->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0)
        return;
    for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
        unlinkat(folder, ours[i], 0);
    for (size_t i = 0; i < w->rendered.files.count; i++)
        unlinkat(folder, w->rendered.files.items[i].name, 0);
    close(folder);
}

static bool soundfont_asked_for(const struct work *w, struct error *e)
{
    struct problems problems = { .arena = w->arena };

    if (w->request->formats != 0)
        soundfonts_check(w->order->soundfonts, w->request->soundfont, "/soundfont", &problems);
    return problems_none(&problems, "the SoundFont", e);
}

const char *produce_levels_folder(struct arena *a, const char *data_dir)
{
    return arena_printf(a, "%s/soundfonts", data_dir);
}

bool produce(const struct produce_order *order, struct produce_request *request, struct product *out, struct arena *a,
             struct error *e)
{
    struct work w = { .order = order, .request = request, .out = out, .arena = a };
    struct band_order band = { .genres = order->genres, .progress = band_progress, .progress_arg = &w,
                               .earlier = order->earlier, .seed_is_drawn = request->seed_is_drawn };

    memset(out, 0, sizeof(*out));
    if (request->song.song_spec != NULL)
        w.created_at = request->song.song_spec->created_at;
    stages_init(&w.stages, order, request->formats != 0);
    if (!soundfont_asked_for(&w, e)) /* before the work */
        return false;
    if (!band_make(&band, &request->song, a, e))
        return false;
    ASSERT(request->song.score != NULL && request->song.release_spec != NULL);
    if (request->formats != 0) {
        if (!soundfont_choose(&w, e))
            return false;
        recipe_complete(&w);
        if (!render(&w, e))
            return false;
        if (request->song.qa_report != NULL)
            technical_report(request->song.qa_report, &w.rendered.inspection, request->song.master_spec, w.rendered.master_rounds,
                             a);
    }
    if (arena_run(a, finish, &w, e)) /* caught here, so that the files go even when the arena is full */
        return true;
    clean_up(&w);
    return false;
}

enum { KNOWN = 8 };

/* A file that was hashed, as it was then. */
struct hashed {
    dev_t device;
    ino_t inode;
    off_t bytes;
    struct timespec changed;
    char sha256[HASH_TEXT_SIZE];
};

static bool is_hashed(const struct hashed *h, const struct stat *st)
{
    return h->device == st->st_dev && h->inode == st->st_ino && h->bytes == st->st_size &&
           h->changed.tv_sec == st->st_mtim.tv_sec && h->changed.tv_nsec == st->st_mtim.tv_nsec;
}

bool produce_soundfont_sha256(const char *path, char out[HASH_TEXT_SIZE], struct error *e)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static struct hashed known[KNOWN]; /* in turn: of several SoundFonts each is hashed once */
    static size_t next;
    struct stat st;
    size_t i = 0;
    bool ok = true;

    if (stat(path, &st) != 0)
        return error_set(e, ERROR_SOUNDFONT, "cannot read the SoundFont '%s': %s", path, strerror(errno));
    pthread_mutex_lock(&lock);
    while (i < KNOWN && !is_hashed(&known[i], &st))
        i++;
    if (i == KNOWN) {
        i = next++ % KNOWN;
        ok = hash_file(path, known[i].sha256, e);
        known[i].device = st.st_dev;
        known[i].inode = ok ? st.st_ino : 0;
        known[i].bytes = st.st_size;
        known[i].changed = st.st_mtim;
    }
    snprintf(out, HASH_TEXT_SIZE, "%s", known[i].sha256);
    pthread_mutex_unlock(&lock);
    return ok;
}
