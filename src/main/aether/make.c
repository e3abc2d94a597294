#include "main/aether/make.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "main/aether/report.h"
#include "song/brief.h"
#include "sound/soundfont.h"
#include "worker/produce.h"

enum { BAR_WIDTH = 30 };

static const struct option_row shared_rows[] = {
    { "out", "DIR", false, "folder for the files; made when it is missing" },
    { "no-audio", NULL, false, "only the MIDI file, the sheets of music and the documents" },
    { "quiet", NULL, false, "no progress, no summary" },
    { "json", NULL, false, "print release.json, with the reviewer's report in it, instead of the summary" },
};
enum { SHARED_COUNT = sizeof(shared_rows) / sizeof(shared_rows[0]) };

const struct option_row *make_options(struct arena *a, const struct option_row *first, size_t first_count, size_t *count)
{
    struct option_row *rows = ARENA_ARRAY(a, struct option_row, first_count + SHARED_COUNT);

    memcpy(rows, shared_rows, sizeof(shared_rows));
    for (size_t i = 0; i < first_count; i++)
        rows[SHARED_COUNT + i] = first[i];
    *count = first_count + SHARED_COUNT;
    return rows;
}

static bool draw(void *arg, const struct produce_progress *now)
{
    int filled = (int)(now->fraction * BAR_WIDTH);

    (void)arg;
    fprintf(stderr, "\r  [%.*s%*s] %3.0f %%  %-24s", filled, "##############################", BAR_WIDTH - filled, "",
            now->fraction * 100, now->stage);
    return true;
}

/* Like mkdir -p. *made is the first folder that was not there, for cleaning up; NULL when all were. */
static bool make_folders(struct arena *a, const char *path, const char **made, struct error *e)
{
    char *part = arena_strdup(a, path);

    *made = NULL;
    for (char *at = part + 1;; at++) {
        char was = *at;

        if (was != '/' && was != '\0')
            continue;
        *at = '\0';
        if (mkdir(part, 0777) == 0) {
            if (*made == NULL)
                *made = arena_strdup(a, part);
        } else if (errno != EEXIST) {
            return error_set(e, ERROR_IO, "cannot make the folder '%s': %s", path, strerror(errno));
        }
        *at = was;
        if (was == '\0')
            break;
    }
    if (access(path, W_OK | X_OK) != 0)
        return error_set(e, ERROR_IO, "cannot write into '%s': %s", path, strerror(errno));
    return true;
}

static void unmake_folders(struct arena *a, const char *path, const char *made)
{
    char *part = arena_strdup(a, path);

    while (made != NULL && strlen(part) >= strlen(made) && rmdir(part) == 0 && strrchr(part, '/') != NULL)
        *strrchr(part, '/') = '\0';
}

static void say(const struct product *p, const struct qa_report *review, const char *folder)
{
    const struct release_spec *r = &p->release;

    printf("title      %s\nkey        %s\ntempo      %.15g bpm\nlength     %.1f s\n", r->title, r->key, r->bpm,
           r->duration_seconds);
    if (isfinite(r->loudness_lufs))
        printf("loudness   %.2f LUFS integrated\ntrue peak  %.2f dBTP\n", r->loudness_lufs, r->true_peak_dbtp);
    printf("seed       %lld\n", (long long)r->random_seed);
    report_print(review);
    printf("\nfiles in %s\n", folder);
    for (size_t i = 0; i < p->files.count; i++)
        printf("  %10lld  %s\n", (long long)p->files.items[i].bytes, p->files.items[i].name);
}

/* Of root, who may write everywhere, only what is root's: a folder made in the service's would keep the service out. */
static bool is_ours(const char *folder)
{
    struct stat st;

    return stat(folder, &st) == 0 && st.st_uid == geteuid() && access(folder, W_OK | X_OK) == 0;
}

const char *levels_folder(struct invocation *in)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

    if (is_ours(in->config.data_dir))
        return produce_levels_folder(in->arena, in->config.data_dir);
    if (cache != NULL && cache[0] == '/')
        return arena_printf(in->arena, "%s/aether", cache);
    return home != NULL && home[0] == '/' ? arena_printf(in->arena, "%s/.cache/aether", home) : NULL;
}

static bool produce_into(struct invocation *in, struct produce_request *request, const char *out, struct product *product,
                         struct error *e)
{
    bool bar = isatty(STDERR_FILENO) && !option_is_set(&in->options, "quiet");
    const char *folder = config_folder(in->arena, in->config.genres_dir, "conf/genres", "/etc/aether/genres", e);
    struct produce_order order = { .threads = in->config.render_threads, .folder = out, .progress = bar ? draw : NULL };
    struct soundfonts fonts;
    const char *made;
    bool ok;

    if (folder == NULL || (order.genres = genres_load(in->arena, folder, e)) == NULL)
        return false;
    if (request->formats != 0 && !soundfont_list(in->config.soundfont, &fonts, in->arena, e))
        return false;
    order.soundfonts = &fonts;
    order.levels_folder = levels_folder(in);
    if (!make_folders(in->arena, out, &made, e))
        return false;
    ok = produce(&order, request, product, in->arena, e);
    if (bar)
        fprintf(stderr, "\r%*s\r", BAR_WIDTH + 40, "");
    if (!ok)
        unmake_folders(in->arena, out, made);
    return ok;
}

static void say_json(const struct product *p, const struct qa_report *review)
{
    json_object *tree = fields_write(&release_spec_fields, &p->release);

    json_object_object_add(tree, "qa_report", fields_write(&qa_report_fields, review));
    print_json(tree);
}

/* What says something about a queue would have no effect here. */
static bool refuse_order(json_object *tree, struct error *e)
{
    for (size_t i = 0; i < order_fields.count; i++)
        if (json_object_object_get_ex(tree, order_fields.rows[i].name, NULL))
            return error_set(e, ERROR_INPUT, "/%s is for the service's queue; leave it out here", order_fields.rows[i].name);
    return true;
}

bool make_run(struct invocation *in, enum job_kind kind, json_object *tree, struct error *e)
{
    const char *out = option_get(&in->options, "out");
    struct produce_request request;
    struct product product;

    if (out == NULL || out[0] == '\0')
        return error_set(e, ERROR_INPUT, "--out DIR is needed: where shall the files go?");
    if (!refuse_order(tree, e) || !produce_read(kind, tree, -1, &request, in->arena, e))
        return false;
    if (option_is_set(&in->options, "no-audio")) {
        request.formats = 0;
        request.stems = false;
    }
    if (!produce_into(in, &request, out, &product, e))
        return false;
    if (option_is_set(&in->options, "json"))
        say_json(&product, request.song.qa_report);
    else if (!option_is_set(&in->options, "quiet"))
        say(&product, request.song.qa_report, out);
    return true;
}
