#include "worker/job.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "band/agent.h"
#include "core/clock.h"
#include "core/disk.h"
#include "core/log.h"
#include "process/metrics.h"
#include "song/song_spec.h"
#include "store/results.h"
#include "store/tunes.h"
#include "worker/folder.h"

enum {
    COMPLETE_TRIES = 3,
    ROOM_PAUSE_US = 250000,
    FULL_AGE_MAX_MS = 24 * 3600 * 1000, /* how old a job may be to wait for room without losing its attempts */
    FULL_PAUSE_MAX_MS = 60000,
};

struct running {
    const struct job_crew *crew;
    const struct job *job;
    struct arena *arena;
    const char *temporary, *published;      /* folders */
    struct produce_request request;
    struct product product;
    const char *result;
    int64_t renewed_ms;                     /* when the lease was last renewed (clock_monotonic_ms) */
    bool stopped, dropped;
    bool awaits_room;                       /* as far as was said */
    struct error full;                      /* why it must end: the disk */
};

/* Only what may go well another time with the same documents and the same seed. */
static bool may_go_well(enum error_code code)
{
    return code == ERROR_IO || code == ERROR_UNAVAILABLE || code == ERROR_STORAGE;
}

/* A full disk is no fault of the job's: it waits, without an attempt lost, but not for ever, because it may be the job itself
 * that needs more room than there is. */
static bool waits_for_room(const struct running *r, enum error_code code, int64_t now_ms)
{
    return code == ERROR_STORAGE && now_ms - r->job->created_ms < FULL_AGE_MAX_MS;
}

/* A quarter longer each time. */
static int64_t room_pause_ms(const struct running *r, int64_t now_ms)
{
    int64_t pause_ms = (now_ms - r->job->created_ms) / 4;

    return pause_ms < JOB_PAUSE_MS ? JOB_PAUSE_MS : pause_ms > FULL_PAUSE_MAX_MS ? FULL_PAUSE_MAX_MS : pause_ms;
}

/* The database could not write for want of room: true, after a moment, when that is to be tried again. Nothing else could be
 * done meanwhile. */
static bool await_room(struct running *r, const struct error *e)
{
    const struct job_crew *crew = r->crew;

    if (e->code != ERROR_STORAGE || crew->must_stop == NULL || crew->must_stop(crew->must_stop_arg))
        return false;
    if (!r->awaits_room)
        log_error("how the job ended is recorded when there is room: %s", e->detail);
    r->awaits_room = true;
    usleep(ROOM_PAUSE_US);
    return true;
}

static bool progress(void *arg, const struct produce_progress *now)
{
    struct running *r = arg;
    const struct job_crew *crew = r->crew;
    int64_t now_ms = clock_monotonic_ms();
    enum job_hold hold = JOB_HELD;
    struct error e;

    if (crew->must_stop != NULL && crew->must_stop(crew->must_stop_arg)) {
        r->stopped = true;
        return false;
    }
    if (now_ms - r->renewed_ms < JOB_RENEW_EVERY_MS)
        return true;
    if (!job_renew(crew->store, r->job->id, crew->owner, now->stage, now->fraction, clock_wall_ms(), &hold, &e)) {
        /* The lease outlasts a busy database; a job that nobody can renew must not be finished twice. */
        log_warning("the lease could not be renewed: %s", e.detail);
        r->dropped = now_ms - r->renewed_ms >= JOB_LEASE_MS;
        return !r->dropped;
    }
    r->renewed_ms = now_ms;
    r->dropped = hold != JOB_HELD;
    return !r->dropped && disk_check(crew->config, DISK_FOR_RUNNING, &r->full);
}

static const char *result_write(struct running *r)
{
    const struct release_spec *release = &r->product.release;
    const struct song *song = &r->request.song;
    json_object *files = json_hold(r->arena, json_object_new_object());
    struct job_result result = {
        .job_id = r->job->id,
        .status = job_state_names[JOB_COMPLETED],
        .title = release->title,
        .genre = song->song_spec != NULL ? song->song_spec->genre_id : release->genre,
        .key = release->key,
        .bpm = release->bpm,
        .duration_seconds = release->duration_seconds,
        .loudness_lufs = release->loudness_lufs,
        .peak_db = release->true_peak_dbtp,
        .seed = release->random_seed,
        .soundfont = r->request.formats != 0 ? release->soundfont : NULL,
        .output_files = files,
    };
    json_object *tree;

    for (size_t i = 0; i < r->product.files.count; i++)
        json_object_object_add(files, r->product.files.items[i].label,
                               json_object_new_string(arena_printf(r->arena, "/v1/download/%s/%s", r->job->id,
                                                                   r->product.files.items[i].name)));
    result.stages.items = ARENA_ARRAY(r->arena, struct job_stage, release->stages.count);
    for (size_t i = 0; i < release->stages.count; i++)
        result.stages.items[result.stages.count++] =
            (struct job_stage){ release->stages.items[i].name, release->stages.items[i].seconds };
    tree = json_hold(r->arena, fields_write(&job_result_fields, &result));
    if (r->job->kind == JOB_GENERATE) /* whose result is the documents */
        song_write(song, tree);
    return json_text(r->arena, tree, false);
}

/* The tunes of the organisation's tracks. A song can be made without them. */
static const struct earlier_tunes *earlier_tunes(struct running *r)
{
    struct earlier_tunes *out = ARENA_NEW(r->arena, struct earlier_tunes);
    int limit = r->crew->config->tunes_kept;
    struct tune_list list;
    struct error e;

    if (limit == 0)
        return NULL;
    if (!tune_list(r->crew->store, r->job->organisation, limit, r->arena, &list, &e)) {
        log_warning("the song is not compared with earlier tracks: %s", e.detail);
        return NULL;
    }
    out->items = ARENA_ARRAY(r->arena, struct earlier_tune, list.count);
    for (const struct tune *t = list.items; t < list.items + list.count; t++)
        out->items[out->count++] = likeness_read(t->notes, t->title, t->made, t->song, r->arena);
    return out;
}

static void remember_tune(struct running *r)
{
    const struct tune tune = { .organisation = r->job->organisation, .song = r->product.song, .job_id = r->job->id,
                               .title = r->product.release.title, .notes = r->product.tune, .made_ms = clock_wall_ms() };
    int kept = r->crew->config->tunes_kept;
    struct error e;

    if (kept > 0 && tune.notes != NULL && tune.notes[0] != '\0' && !tune_remember(r->crew->store, &tune, kept, &e))
        log_warning("the tune is not remembered: %s", e.detail);
}

/* Everything up to the files on disk, under their final name. */
static bool work(void *arg, struct error *e)
{
    struct running *r = arg;
    const struct job_crew *crew = r->crew;
    struct produce_order order = {
        .genres = crew->genres,
        .soundfonts = crew->soundfonts,
        .levels_folder = produce_levels_folder(r->arena, crew->config->data_dir),
        .threads = crew->config->render_threads,
        .folder = r->temporary,
        .progress = progress,
        .progress_arg = r,
    };
    json_object *tree = json_read(r->arena, r->job->request, strlen(r->job->request), e);

    if (tree == NULL || !produce_read(r->job->kind, tree, r->job->seed, &r->request, r->arena, e) ||
        !folder_remove(r->temporary, e) || !folder_make(r->temporary, e))
        return false;
    order.earlier = earlier_tunes(r);
    if (!crew->produce(&order, &r->request, &r->product, r->arena, e))
        return false;
    r->result = result_write(r);
    /* Asked once more, because from here on another worker's files could be replaced. */
    r->renewed_ms = 0;
    if (!progress(r, &(struct produce_progress){ .stage = "packaging", .fraction = 1 }))
        return error_set(e, ERROR_CANCELLED, "stopped before publishing");
    return folder_sync(r->temporary, e) && folder_publish(r->temporary, r->published, e);
}

static void forget(const char *folder)
{
    struct error e;

    if (!folder_remove(folder, &e))
        log_warning("%s", e.detail);
}

static bool is_composing(const char *stage)
{
    for (size_t i = 0; i < band_agent_count; i++)
        if (strcmp(band_agents[i].stage, stage) == 0)
            return true;
    return false;
}

static void measure(const struct running *r, double seconds)
{
    const struct release_spec *release = &r->product.release;
    const struct song_spec *spec = r->request.song.song_spec;
    const char *genre = spec != NULL && spec->genre_id != NULL ? spec->genre_id : "-";
    double composing_s = 0;

    for (size_t i = 0; i < release->stages.count; i++)
        if (is_composing(release->stages.items[i].name))
            composing_s += release->stages.items[i].seconds;
    if (r->job->kind != JOB_RENDER)
        metric_observe(METRIC_GENERATION_DURATION, composing_s, genre);
    if (r->request.formats == 0)
        return;
    metric_observe(METRIC_RENDER_DURATION, seconds, genre);
    if (seconds > 0)
        metric_observe(METRIC_RENDER_FACTOR, release->duration_seconds / seconds);
}

static enum job_end complete(struct running *r)
{
    const struct job_crew *crew = r->crew;
    const struct artifact_list *files = &r->product.files;
    struct error e = { 0 };

    for (int i = 0; i < COMPLETE_TRIES; i++) {
        int64_t now_ms = clock_wall_ms();

        if (job_complete(crew->store, r->job->id, crew->owner, r->result, files->items, files->count, now_ms, &e)) {
            log_info("job completed: '%s', %.1f s of music, in %.1f s", r->product.release.title,
                     r->product.release.duration_seconds, (double)(now_ms - r->job->started_ms) / 1000);
            measure(r, fmax(0, (double)(now_ms - r->job->started_ms) / 1000));
            remember_tune(r);
            return JOB_END_COMPLETED;
        }
        if (e.code == ERROR_CANCELLED) {
            log_info("job cancelled after its files were finished: removing them");
            forget(r->published);
            return JOB_END_DROPPED;
        }
        if (e.code == ERROR_CONFLICT) { /* the other worker puts its own files in the place of ours */
            log_warning("job dropped: %s", e.detail);
            return JOB_END_DROPPED;
        }
        if (await_room(r, &e))
            i = -1;
        else
            log_error("the job cannot be marked as completed: %s", e.detail);
    }
    /* Its lease will run out; the next attempt replaces the files. */
    return JOB_END_FAILED;
}

/* *waits: back in the queue until there is room. */
static bool record_failure(struct running *r, const struct error *why, bool *waits, enum job_state *state, struct error *e)
{
    const struct job_crew *crew = r->crew;
    int64_t now_ms;
    bool ok;

    do {
        now_ms = clock_wall_ms();
        *waits = waits_for_room(r, why->code, now_ms);
        ok = *waits ? job_postpone(crew->store, r->job->id, crew->owner, why, now_ms + room_pause_ms(r, now_ms), e)
                    : job_fail(crew->store, r->job->id, crew->owner, why, may_go_well(why->code), now_ms, state, e);
    } while (!ok && await_room(r, e));
    return ok;
}

static enum job_end fail(struct running *r, const struct error *why)
{
    const struct error_info *info = error_info_get(why->code);
    enum job_state state = JOB_FAILED;
    bool waits;
    struct error e;

    if (!record_failure(r, why, &waits, &state, &e)) {
        if (e.code == ERROR_CANCELLED || e.code == ERROR_CONFLICT) {
            log_info("job dropped: %s", e.detail);
            return JOB_END_DROPPED;
        }
        log_error("that the job failed cannot be recorded: %s", e.detail);
    } else if (waits) {
        log_warning("job waits until there is room: %s", why->detail);
        return JOB_END_RELEASED;
    }
    log_write(info->http_status >= 500 ? LOG_ERROR : LOG_WARNING, "job failed%s: %s: %s",
              state == JOB_QUEUED ? ", to be tried again" : "", info->slug, why->detail);
    return JOB_END_FAILED;
}

static enum job_end give_up(struct running *r, const struct error *why)
{
    const struct job_crew *crew = r->crew;
    struct error e;

    forget(r->temporary);
    if (r->dropped) {
        log_info("job dropped: it was cancelled, or another worker has it");
        return JOB_END_DROPPED;
    }
    if (r->stopped) {
        if (!job_release(crew->store, r->job->id, crew->owner, &e))
            log_error("the job cannot be given back: %s", e.detail);
        else
            log_info("job given back to the queue");
        return JOB_END_RELEASED;
    }
    return fail(r, r->full.code != ERROR_NONE ? &r->full : why);
}

static const char *const ends[] = {
    [JOB_END_COMPLETED] = "completed", [JOB_END_FAILED] = "failed",
    [JOB_END_RELEASED] = "released",   [JOB_END_DROPPED] = "dropped",
};

enum job_end job_carry_out(const struct job_crew *crew, const struct job *job)
{
    struct arena *arena = arena_new(JOB_ARENA_BYTES);
    struct running r = { .crew = crew, .job = job, .arena = arena, .renewed_ms = clock_monotonic_ms() };
    const char *data_dir = crew->config->data_dir;
    struct error why = { 0 };
    enum job_end end;

    ASSERT(arena != NULL);
    log_context_set("job_id", job->id);
    log_info("job started: %s for '%s', attempt %d of %d", job_kind_names[job->kind], job->organisation, job->attempts,
             JOB_ATTEMPTS_MAX);
    r.temporary = folder_of_attempt(arena, data_dir, job->id, job->attempts);
    r.published = folder_of_job(arena, data_dir, job->id);
    folder_forget_attempts(data_dir, job->id);
    end = arena_run(arena, work, &r, &why) ? complete(&r) : give_up(&r, &why);
    metric_add(METRIC_JOBS_ENDED, 1, job_kind_names[job->kind], ends[end]);
    log_context_set(NULL, NULL);
    arena_free(arena);
    return end;
}
