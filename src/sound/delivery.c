#include "sound/delivery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/yield.h"
#include "sound/scratch.h"

enum {
    SLICE_MS = 25,  /* tasks work for so long, then the caller hears how far they are */
    FILES_MAX = OUTPUT_COUNT + CHANNELS_MAX + OVERVIEW_FILES,
};

/* The work on the files: masters are encoded, pictures drawn, stems, which are encoded already, ended and summed up. */
enum { FIRST_PICTURE = OUTPUT_COUNT, FIRST_STEM = FIRST_PICTURE + OVERVIEW_TASKS, TASKS_MAX = FIRST_STEM + CHANNELS_MAX };

static const double encoded_share = 0.9; /* of the stage is over when all is encoded; the rest is for the disk */

struct encoding {
    struct delivery *delivery;
    int threads;
    int tasks[TASKS_MAX]; /* what is worked on: the index of a master, or as above */
    int count;
    bool is_stem_done[CHANNELS_MAX];
    struct error errors[TASKS_MAX];
};

struct closing {
    struct sound_file *files[FILES_MAX];
    struct part_file *extras[OVERVIEW_FILES];
    int count, extra_count;
    int from; /* of the files now at hand */
    struct error errors[FILES_MAX];
};

/* "Neon Drive - Bass" */
static struct tags stem_tags(const struct session *s, const struct score_part *part)
{
    struct tags tags = s->order->tags;

    if (tag_length(tags.texts[TAG_TITLE]) > 0)
        tags.texts[TAG_TITLE] = arena_printf(s->arena, "%s - %s", tags.texts[TAG_TITLE], part->name);
    else
        tags.texts[TAG_TITLE] = part->name;
    return tags;
}

bool delivery_open_stems(struct delivery *d, const struct session *s, struct error *e)
{
    for (int i = 0; i < s->stem_count; i++) {
        const struct score_part *part = s->channels[i].part;
        struct tags tags = stem_tags(s, part);

        d->stems[i] = sound_file_create(s->order->folder, output_stem_name(s->arena, part->id, s->order->stem_format),
                                        s->order->stem_format, &tags, e);
        if (d->stems[i] == NULL)
            return false;
    }
    return true;
}

static bool masters_open(struct delivery *d, const struct session *s, const struct master_tapes *tapes, int64_t frames,
                         const struct master_result *master, struct error *e)
{
    struct tags tags = s->order->tags;

    tags.texts[TAG_PCM_SHA256] = arena_strdup(s->arena, master->pcm_sha256);
    tags.loudness_lufs = master->loudness_lufs;
    tags.loudness_range_lu = master->range_lu;
    tags.momentary_lufs = master->momentary_lufs;
    tags.short_term_lufs = master->short_term_lufs;
    tags.true_peak_dbtp = master->true_peak_dbtp;
    for (int i = 0; i < OUTPUT_COUNT; i++)
        if ((s->order->formats >> i & 1) != 0 &&
            !master_file_open(&d->masters[d->master_count++], s->order, (enum output_format)i, &tags, master,
                              tapes, frames, s->arena, e))
            return false;
    return true;
}

static bool is_over(const struct encoding *n, int task)
{
    const struct delivery *d = n->delivery;

    if (task >= FIRST_STEM)
        return n->is_stem_done[task - FIRST_STEM];
    return task < FIRST_PICTURE ? d->masters[task].is_done : overview_is_done(d->overview, task - FIRST_PICTURE);
}

static void work(struct encoding *n, int task, struct error *e)
{
    struct delivery *d = n->delivery;

    if (task >= FIRST_STEM)
        n->is_stem_done[task - FIRST_STEM] = sound_file_end(d->stems[task - FIRST_STEM], e);
    else if (task < FIRST_PICTURE)
        master_file_step(&d->masters[task], e);
    else
        overview_step(d->overview, task - FIRST_PICTURE, e);
}

static void slice(void *arg, int index)
{
    struct encoding *n = arg;
    int task = n->tasks[index];
    int64_t until_ms = clock_monotonic_ms() + SLICE_MS;

    while (!is_over(n, task) && n->errors[task].code == ERROR_NONE && clock_monotonic_ms() < until_ms) {
        work(n, task, &n->errors[task]);
        yield_when_due();
    }
}

static bool all_well(const struct error *errors, int count, struct error *e)
{
    for (int i = 0; i < count; i++)
        if (errors[i].code != ERROR_NONE)
            return error_set(e, errors[i].code, "%s", errors[i].detail);
    return true;
}

static void task_list(struct encoding *n, int task)
{
    if (!is_over(n, task) && n->count < n->threads)
        n->tasks[n->count++] = task;
}

/* One for each thread, the longest first: lossy masters. The others come when one of these is done. */
static void tasks_list(struct encoding *n)
{
    const struct delivery *d = n->delivery;

    n->count = 0;
    for (int lossy = 1; lossy >= 0; lossy--)
        for (int i = 0; i < d->master_count; i++)
            if (output_infos[d->masters[i].format].is_lossy == lossy)
                task_list(n, i);
    for (int i = 0; i < OVERVIEW_TASKS; i++)
        task_list(n, FIRST_PICTURE + i);
    for (int i = 0; i < CHANNELS_MAX; i++)
        if (d->stems[i] != NULL)
            task_list(n, FIRST_STEM + i);
}

static double fraction(const struct delivery *d)
{
    double sum = 0;

    for (int i = 0; i < d->master_count; i++)
        sum += master_file_fraction(&d->masters[i]);
    return encoded_share * sum / d->master_count;
}

static bool encode(struct delivery *d, const struct session *s, struct error *e)
{
    struct encoding n = { .delivery = d, .threads = crew_threads(s->crew) };

    for (tasks_list(&n); n.count > 0; tasks_list(&n)) {
        crew_run(s->crew, slice, &n, n.count);
        if (!all_well(n.errors, TASKS_MAX, e) ||
            !session_tell(s, RENDER_ENCODE, fraction(d), e))
            return false;
    }
    return true;
}

static void close_task(void *arg, int index)
{
    struct closing *c = arg;

    index += c->from;
    if (index < c->count)
        sound_file_close(c->files[index], &c->errors[index]);
    else
        part_file_close(c->extras[index - c->count], &c->errors[index]);
}

static void closing_list(struct closing *c, const struct delivery *d)
{
    for (int i = 0; i < d->master_count; i++)
        c->files[c->count++] = d->masters[i].file;
    for (int i = 0; i < CHANNELS_MAX; i++)
        if (d->stems[i] != NULL)
            c->files[c->count++] = d->stems[i];
    for (int i = 0; i < OVERVIEW_FILES; i++)
        c->extras[c->extra_count++] = overview_file(d->overview, i);
}

/* One for each thread at a time: the disk may be slow, and who cancels does not wait for all files. */
static bool close_all(struct closing *c, const struct session *s, struct error *e)
{
    int total = c->count + c->extra_count, threads = crew_threads(s->crew);

    for (; c->from < total; c->from += threads) {
        int now = total - c->from < threads ? total - c->from : threads;

        crew_run(s->crew, close_task, c, now);
        if (!all_well(c->errors, total, e) ||
            !session_tell(s, RENDER_ENCODE, encoded_share + (1 - encoded_share) * (double)(c->from + now) / total, e))
            return false;
    }
    return true;
}

static bool folder_sync(const char *folder, struct error *e)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;

    if (!ok)
        storage_error(e, errno, "cannot keep the files of", folder);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool publish(struct delivery *d, const struct session *s, struct error *e)
{
    struct closing c = { .count = 0 };

    closing_list(&c, d);
    if (!close_all(&c, s, e))
        return false;
    for (int i = 0; i < c.count; i++)
        if (!sound_file_publish(c.files[i], e))
            return false;
    for (int i = 0; i < c.extra_count; i++)
        if (!part_file_publish(c.extras[i], e))
            return false;
    return folder_sync(s->order->folder, e);
}

bool delivery_run(struct delivery *d, struct session *s, const struct master_tapes *tapes, int64_t frames,
                  const struct master_result *master, struct error *e)
{
    if (!session_tell(s, RENDER_ENCODE, 0, e) || !masters_open(d, s, tapes, frames, master, e))
        return false;
    d->overview = overview_new(s->order, tapes->pcm_fd, frames, master, e);
    return d->overview != NULL && encode(d, s, e) && publish(d, s, e);
}

void delivery_discard(struct delivery *d)
{
    for (int i = 0; i < CHANNELS_MAX; i++)
        sound_file_discard(d->stems[i]);
    for (int i = 0; i < d->master_count; i++) {
        master_file_rest(&d->masters[i]);
        sound_file_discard(d->masters[i].file);
    }
    overview_discard(d->overview);
    memset(d, 0, sizeof(*d));
}

void delivery_free(struct delivery *d)
{
    for (int i = 0; i < CHANNELS_MAX; i++)
        sound_file_free(d->stems[i]);
    for (int i = 0; i < d->master_count; i++)
        sound_file_free(d->masters[i].file);
    overview_free(d->overview);
    memset(d, 0, sizeof(*d));
}
