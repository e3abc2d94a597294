#include "main/aether/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "core/clock.h"

/* clang-format off */
static const struct option_row rows[] = {
    { "site", "FILE", false, "the web server's site to look at (default: those of nginx and Apache below /etc)" },
    { "json", NULL, false, "as JSON" },
};
/* clang-format on */

const char *const verdict_names[VERDICT_COUNT] = { [VERDICT_OK] = "ok", [VERDICT_WARN] = "warn", [VERDICT_FAIL] = "fail" };

const struct option_row *doctor_options(struct arena *a, size_t *count)
{
    (void)a;
    *count = sizeof(rows) / sizeof(rows[0]);
    return rows;
}

void finding_add(const struct patient *p, struct finding *f, enum verdict v, const char *format, ...)
{
    char text[512];
    va_list args;

    if (f->detail != NULL && v < f->verdict)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    f->detail = f->detail != NULL && v == f->verdict ? arena_printf(p->arena, "%s; %s", f->detail, text)
                                                     : arena_strdup(p->arena, text);
    f->verdict = v;
}

/* Never makes the database: a doctor changes nothing. */
static void store_look(struct patient *p)
{
    const char *path = arena_printf(p->arena, "%s/aether.db", p->config->data_dir);
    struct error e;

    if (access(path, F_OK) != 0) {
        p->store_problem = arena_printf(p->arena, "there is no '%s' yet", path);
        return;
    }
    p->store = store_open(p->config, &e);
    if (p->store == NULL)
        p->store_problem = arena_strdup(p->arena, e.detail);
}

static void print_one(const struct check *c, const struct finding *f, json_object *all)
{
    json_object *row;

    if (all == NULL) {
        printf("%-4s  %s: %s\n", verdict_names[f->verdict], c->asks, f->detail);
        return;
    }
    row = json_object_new_object();
    json_object_object_add(row, "check", json_object_new_string(c->name));
    json_object_object_add(row, "status", json_object_new_string(verdict_names[f->verdict]));
    json_object_object_add(row, "expected", json_object_new_string(c->asks));
    json_object_object_add(row, "detail", json_object_new_string(f->detail));
    json_object_array_add(all, row);
}

bool doctor_run(struct invocation *in, struct error *e)
{
    bool json = option_is_set(&in->options, "json");
    json_object *out = json_object_new_object(), *all = json_object_new_array();
    struct patient p = { .arena = in->arena, .config = &in->config, .site = option_get(&in->options, "site"),
                         .now_ms = clock_wall_ms() };
    int counts[VERDICT_COUNT] = { 0 };

    store_look(&p);
    for (const struct check *c = doctor_checks; c < doctor_checks + doctor_check_count; c++) {
        struct finding f = { .detail = NULL };

        c->run(&p, &f);
        counts[f.verdict]++;
        print_one(c, &f, json ? all : NULL);
    }
    store_close(p.store);
    json_object_object_add(out, "healthy", json_object_new_boolean(counts[VERDICT_FAIL] == 0));
    json_object_object_add(out, "checks", all);
    if (json)
        print_json(out);
    else
        json_object_put(out);
    return counts[VERDICT_FAIL] == 0 ||
           error_set(e, ERROR_CONFLICT, "%d of %zu checks failed", counts[VERDICT_FAIL], doctor_check_count);
}
