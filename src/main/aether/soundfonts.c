#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/hash.h"
#include "main/aether/command.h"
#include "main/aether/make.h"
#include "sound/preset_levels.h"
#include "sound/soundfont.h"

static const struct option_row rows[] = {
    { "measure", NULL, false, "play and measure every program that is not yet measured" },
    { "json", NULL, false, "as JSON, with every program" },
};

const struct option_row *soundfonts_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

/* One of them and what is known about it. */
struct shown {
    const char *name, *path;
    char sha256[HASH_TEXT_SIZE];
    struct soundfont_presets presets;
    struct preset_levels *levels;
};

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

/* The median of the loud measurements; NAN when there are none. */
static double median_lufs(const struct shown *s, struct arena *a, double *low, double *high)
{
    size_t most = preset_levels_count(s->levels), count = 0;
    double *all = ARENA_ARRAY(a, double, most + 1);

    for (size_t i = 0; i < most; i++)
        if (isfinite(preset_levels_at(s->levels, i)->loud_lufs))
            all[count++] = preset_levels_at(s->levels, i)->loud_lufs;
    if (count == 0)
        return NAN;
    qsort(all, count, sizeof(*all), by_value);
    *low = all[0];
    *high = all[count - 1];
    return all[count / 2];
}

static bool measure(struct shown *s, struct error *e)
{
    struct font *font = font_open(s->path, e);
    bool ok = font != NULL;

    for (size_t i = 0; ok && i < s->presets.count; i++) {
        const struct soundfont_preset *p = &s->presets.items[i];
        struct preset_level level;

        ok = p->program > 127 || p->bank > 128 || preset_levels_get(s->levels, font, p->bank, p->program, &level, e);
    }
    font_close(font);
    preset_levels_keep(s->levels);
    return ok;
}

static bool look(struct invocation *in, const struct soundfonts *fonts, size_t i, struct shown *out, struct error *e)
{
    *out = (struct shown){ .name = fonts->names.items[i], .path = fonts->paths.items[i] };
    if (!soundfont_presets(out->path, &out->presets, in->arena, e) || !hash_file(out->path, out->sha256, e))
        return false;
    out->levels = preset_levels_open(levels_folder(in), out->sha256, in->arena);
    return !option_is_set(&in->options, "measure") || measure(out, e);
}

static void print(struct invocation *in, const struct shown *s)
{
    double low, high, median = median_lufs(s, in->arena, &low, &high);

    printf("%s\n  file      %s\n  SHA-256   %s\n  presets   %zu\n", s->name, s->path, s->sha256, s->presets.count);
    if (isnan(median))
        printf("  loudness  not yet measured: each program is when it is first played, or with --measure\n");
    else
        printf("  loudness  %.1f LUFS, from %.1f to %.1f, of %zu programs measured\n", median, low, high,
               preset_levels_count(s->levels));
}

static json_object *tree_of(struct invocation *in, const struct shown *s)
{
    json_object *out = json_object_new_object(), *presets = json_object_new_array();
    double low, high;

    json_object_object_add(out, "name", json_object_new_string(s->name));
    json_object_object_add(out, "path", json_object_new_string(s->path));
    json_object_object_add(out, "sha256", json_object_new_string(s->sha256));
    json_object_object_add(out, "loudness_lufs", json_real(median_lufs(s, in->arena, &low, &high), 2));
    for (size_t i = 0; i < s->presets.count; i++) {
        const struct soundfont_preset *p = &s->presets.items[i];
        const struct preset_level *level = preset_levels_find(s->levels, p->bank, p->program);
        json_object *one = json_object_new_object();

        json_object_object_add(one, "bank", json_object_new_int(p->bank));
        json_object_object_add(one, "program", json_object_new_int(p->program));
        json_object_object_add(one, "name", json_object_new_string(p->name));
        json_object_object_add(one, "loud_lufs", json_real(level != NULL ? level->loud_lufs : NAN, 2));
        json_object_object_add(one, "soft_lufs", json_real(level != NULL ? level->soft_lufs : NAN, 2));
        json_object_array_add(presets, one);
    }
    json_object_object_add(out, "presets", presets);
    return out;
}

bool soundfonts_run(struct invocation *in, struct error *e)
{
    json_object *all = json_hold(in->arena, json_object_new_array());
    bool json = option_is_set(&in->options, "json");
    struct soundfonts fonts;

    if (in->options.rest.count > 0)
        return error_set(e, ERROR_INPUT, "'aether soundfonts' takes no arguments");
    if (!soundfont_list(in->config.soundfont, &fonts, in->arena, e))
        return false;
    for (size_t i = 0; i < fonts.names.count; i++) {
        struct shown s;

        if (!look(in, &fonts, i, &s, e))
            return false;
        if (json)
            json_object_array_add(all, tree_of(in, &s));
        else
            print(in, &s);
    }
    if (json)
        print_json(json_object_get(all));
    return true;
}
