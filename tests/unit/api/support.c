#define _GNU_SOURCE /* nftw */
#include "support.h"

#include <check.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config settings;
struct api api;
struct service service;
struct store *store;
struct arena *arena;
size_t request_bytes = DISPATCH_ARENA_BYTES;
struct error problem;

static char base[] = "/tmp/aether-api-XXXXXX", data[64];

void api_setup(void)
{
    static const char *names[] = { "some", "piano" }, *paths[] = { "/usr/share/sounds/sf2/Some.sf2", "/srv/piano.sf3" };

    arena = arena_new(256 << 20);
    ck_assert_ptr_nonnull(mkdtemp(base));
    snprintf(data, sizeof(data), "%s/data", base);
    settings = (struct config){ .data_dir = data, .sql_dir = "sql", .api_threads = 2, .max_duration_s = 300,
                                .max_notes = 20000, .queue_max = 1000, .key_jobs_max = 1000 };
    api = (struct api){ .config = &settings, .soundfonts = { { names, 2 }, { paths, 2 } } };
    api.genres = genres_load(arena, "conf/genres", &problem);
    ck_assert_msg(api.genres != NULL, "%s", problem.detail);
    service = api_service(&api, shared_map(NULL));
    store = service.thread_open(&api, &problem);
    ck_assert_msg(store != NULL, "%s", problem.detail);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

void api_teardown(void)
{
    service.thread_close(store);
    shared_unmap(service.shared);
    arena_free(arena);
    nftw(base, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

struct fake {
    const char *method, *target, *header, *body;
};

static const char *param(void *arg, const char *name)
{
    const struct fake *f = arg;
    size_t len = strlen(name);

    if (strcmp(name, "REQUEST_METHOD") == 0)
        return f->method;
    if (strcmp(name, "REQUEST_URI") == 0)
        return f->target;
    if (strcmp(name, "CONTENT_TYPE") == 0)
        return "application/json";
    return f->header != NULL && strncmp(f->header, name, len) == 0 && f->header[len] == '=' ? f->header + len + 1 : NULL;
}

static bool body(void *arg, struct arena *a, size_t max, const char **text, size_t *len, struct error *e)
{
    const struct fake *f = arg;

    *text = arena_strdup(a, f->body != NULL ? f->body : "");
    *len = strlen(*text);
    return *len <= max || error_set(e, ERROR_TOO_LARGE, "too large");
}

static void free_arena(void *a)
{
    arena_free(a);
}

static void read_answer(struct call *c)
{
    c->json = c->response.body != NULL ? json_read(arena, c->response.body, strlen(c->response.body), NULL) : NULL;
}

struct call *ask(const char *method, const char *target, const char *header, const char *text)
{
    struct call *c = ARENA_NEW(arena, struct call);
    struct fake *f = ARENA_NEW(arena, struct fake);
    struct arena *own = arena_new(request_bytes), *spare = arena_new(DISPATCH_SPARE_BYTES);

    arena_defer(arena, free_arena, own);
    arena_defer(arena, free_arena, spare);
    *f = (struct fake){ method, target, header, text };
    dispatch_init(&c->request, &service, (struct wire){ .param = param, .body = body, .arg = f }, own, spare);
    c->request.thread = store;
    c->outcome = dispatch(&c->request, &c->response);
    if (c->outcome == DISPATCH_HEAVY)
        go_on(c);
    else
        read_answer(c);
    return c;
}

void go_on(struct call *c)
{
    c->outcome = dispatch_continue(&c->request, &c->response);
    read_answer(c);
}

const char *member(const struct call *c, const char *key)
{
    json_object *value;

    return json_object_object_get_ex(c->json, key, &value) ? json_object_get_string(value) : NULL;
}

bool has_problem(const struct call *c, const char *pointer)
{
    json_object *errors = json_object_object_get(c->json, "errors");

    for (size_t i = 0; errors != NULL && i < json_object_array_length(errors); i++)
        if (strcmp(json_get_string(json_object_array_get_idx(errors, i), "pointer"), pointer) == 0)
            return true;
    return false;
}
