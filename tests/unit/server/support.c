#include "support.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/json.h"

atomic_bool gate;
atomic_int waiting, heavy;

struct thing {
    const char *name;
    int count;
};

static const struct field thing_rows[] = {
    { "name", FIELD_STRING, FIELD_REQUIRED, offsetof(struct thing, name), 1, 20, NULL, NULL, "A name.", NULL, NULL, NULL },
    { "count", FIELD_INT, 0, offsetof(struct thing, count), 1, 9, NULL, "3", "How many.", NULL, NULL, NULL },
};
static const struct fields thing_fields = FIELDS("thing", struct thing, thing_rows, "A thing.");

static bool live(struct request *req, struct response *resp, struct error *e)
{
    (void)req;
    (void)e;
    response_text(resp, 200, "text/plain", "alive");
    return true;
}

static bool mine(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object());

    (void)e;
    json_object_object_add(body, "organisation", json_object_new_string(req->who.organisation));
    response_json(resp, 200, body);
    return true;
}

static bool things(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, fields_write(&thing_fields, req->input));

    (void)e;
    json_object_object_add(body, "id", json_object_new_string(request_param(req, "id")));
    response_json(resp, 200, body);
    return true;
}

static bool raw(struct request *req, struct response *resp, struct error *e)
{
    (void)e;
    response_text(resp, 200, "application/octet-stream", req->body);
    return true;
}

static bool hold(struct request *req, struct response *resp, struct error *e)
{
    heavy++;
    while (!gate)
        usleep(1000);
    return live(req, resp, e);
}

static bool wait_over(struct request *req, struct response *resp, struct error *e)
{
    json_object *body = json_hold(req->arena, json_object_new_object());

    (void)e;
    json_object_object_add(body, "done", json_object_new_boolean(req->wait.is_done));
    response_json(resp, req->wait.is_done ? 200 : 202, body);
    return true;
}

static bool wait_begin(struct request *req, struct response *resp, struct error *e)
{
    (void)resp;
    (void)e;
    request_wait(req, "gate", 3600, wait_over);
    waiting++;
    return true;
}

static bool fail_with(struct request *req, struct response *resp, struct error *e)
{
    (void)resp;
    return error_set(e, (enum error_code)strtol(request_param(req, "code"), NULL, 10), "the reason");
}

static bool hoard(struct request *req, struct response *resp, struct error *e)
{
    (void)resp;
    (void)e;
    while (arena_alloc(req->arena, 1 << 20) != NULL)
        ;
    return false;
}

/* clang-format off */
const struct route test_routes[] = {
    /* method      path            handler     scope          rate        body max  flags        request        response  summary */
    { METHOD_GET,  "/live",        live,       ROUTE_OPEN,    RATE_NONE,         0, 0,           NULL,          NULL, "probe", NULL },
    { METHOD_GET,  "/open",        live,       ROUTE_OPEN,    RATE_DEFAULT,      0, 0,           NULL,          NULL, "open", NULL },
    { METHOD_GET,  "/mine",        mine,       ROUTE_ANY_KEY, RATE_DEFAULT,      0, 0,           NULL,          NULL, "who", NULL },
    { METHOD_POST, "/things/{id}", things,     SCOPE_WRITE,   RATE_DEFAULT,   1024, 0,           &thing_fields, NULL, "thing", NULL },
    { METHOD_POST, "/loose",       mine,       SCOPE_READ,    RATE_DEFAULT,   1024, ROUTE_LENIENT, &thing_fields, NULL, "lenient", NULL },
    { METHOD_POST, "/raw",         raw,        ROUTE_OPEN,    RATE_DEFAULT,  65536, 0,           NULL,          NULL, "echo", NULL },
    { METHOD_POST, "/heavy",       hold,       ROUTE_OPEN,    RATE_DEFAULT,     16, ROUTE_HEAVY, NULL,          NULL, "computes", NULL },
    { METHOD_GET,  "/wait",        wait_begin, ROUTE_OPEN,    RATE_DEFAULT,      0, 0,           NULL,          NULL, "waits", NULL },
    { METHOD_GET,  "/fail/{code}", fail_with,       ROUTE_OPEN,    RATE_DEFAULT,      0, 0,           NULL,          NULL, "fails", NULL },
    { METHOD_GET,  "/hoard",       hoard,      ROUTE_OPEN,    RATE_DEFAULT,      0, 0,           NULL,          NULL, "fills", NULL },
    { METHOD_GET,  "/local",       live,       SCOPE_READ,    RATE_NONE,         0, ROUTE_LOCAL, NULL,          NULL, "local", NULL },
};
/* clang-format on */
const size_t test_route_count = sizeof(test_routes) / sizeof(test_routes[0]);

static void *thread_open(const void *app, struct error *e)
{
    (void)app;
    (void)e;
    return malloc(1);
}

static bool authenticate(const void *app, void *thread, const char *credential, struct principal *out, struct error *e)
{
    bool writer = strcmp(credential, "writer") == 0, runner = strcmp(credential, "runner") == 0;

    (void)app;
    ck_assert_ptr_nonnull(thread);
    if (!writer && !runner && strcmp(credential, "reader") != 0)
        return error_set(e, ERROR_AUTH, "unknown key");
    snprintf(out->key_id, sizeof(out->key_id), "%s", credential);
    snprintf(out->organisation, sizeof(out->organisation), "acme");
    out->scopes = SCOPE_READ | (writer ? SCOPE_WRITE : 0u);
    if (runner) {
        out->rate_rps = 0.001;
        out->rate_burst = 3;
    }
    return true;
}

static void poll_waits(void *thread, struct wait *const *waits, size_t count)
{
    ck_assert_ptr_nonnull(thread);
    for (size_t i = 0; i < count; i++)
        waits[i]->is_done = gate && strcmp(waits[i]->key, "gate") == 0;
}

struct service test_service(void)
{
    static const struct scope_name scopes[] = { { SCOPE_READ, "read" }, { SCOPE_WRITE, "write" } };
    struct shared *shared = shared_map(NULL);

    ck_assert_ptr_nonnull(shared);
    return (struct service){
        .routes = test_routes, .route_count = test_route_count, .scopes = scopes, .scope_count = 2, .shared = shared,
        .auth_enabled = true, .rate_burst = 1, .threads = 2, .shutdown_timeout_s = 30, .thread_open = thread_open,
        .thread_close = free, .authenticate = authenticate, .poll = poll_waits,
    };
}

struct fake {
    const char *method, *target, *body;
    const char *const *params;
};

/* A header that came twice is joined, as server/fcgi.c does. */
static const char *fake_param(void *arg, const char *name)
{
    static char joined[1024];
    const struct fake *f = arg;
    const char *out = NULL;

    if (strcmp(name, "REQUEST_METHOD") == 0)
        return f->method;
    if (strcmp(name, "REQUEST_URI") == 0)
        return f->target;
    for (const char *const *p = f->params; p != NULL && *p != NULL; p++)
        if (strncmp(*p, name, strlen(name)) == 0 && (*p)[strlen(name)] == '=') {
            const char *value = *p + strlen(name) + 1;

            if (out != NULL) {
                if (out != joined)
                    snprintf(joined, sizeof(joined), "%s", out);
                snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), ", %s", value);
            }
            out = out != NULL ? joined : value;
        }
    return out;
}

static const char *const *fake_params(void *arg)
{
    static const char *const none[] = { NULL };
    const struct fake *f = arg;

    return f->params != NULL ? f->params : none;
}

static bool fake_body(void *arg, struct arena *a, size_t max, const char **text, size_t *len, struct error *e)
{
    const struct fake *f = arg;

    *text = arena_strdup(a, f->body != NULL ? f->body : "");
    *len = strlen(*text);
    return *len <= max || error_set(e, ERROR_TOO_LARGE, "too large");
}

struct reply *reply_new(const struct service *s, const char *method, const char *target, const char *const *params,
                        const char *body)
{
    struct reply *r = calloc(1, sizeof(*r));
    struct fake *fake;

    ck_assert_ptr_nonnull(r);
    r->arena = arena_new(DISPATCH_ARENA_BYTES);
    r->spare = arena_new(DISPATCH_SPARE_BYTES);
    fake = ARENA_NEW(r->arena, struct fake);
    *fake = (struct fake){ method, target, body, params };
    dispatch_init(&r->request, s, (struct wire){ .param = fake_param, .body = fake_body, .arg = fake, .params = fake_params },
                  r->arena, r->spare);
    r->request.thread = r;
    r->outcome = dispatch(&r->request, &r->response);
    return r;
}

void reply_free(struct reply *r)
{
    arena_free(r->arena);
    arena_free(r->spare);
    free(r);
}

const char *reply_get(struct reply *r, const char *key)
{
    json_object *tree = json_read(r->spare, r->response.body, strlen(r->response.body), NULL), *value;

    ck_assert_ptr_nonnull(tree);
    return json_object_object_get_ex(tree, key, &value) ? json_object_get_string(value) : NULL;
}

int client_connect(const char *path)
{
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

static void send_record(int fd, int type, const char *data, size_t len)
{
    unsigned char head[8] = { 1, (unsigned char)type, 0, 1, (unsigned char)(len >> 8), (unsigned char)len, 0, 0 };

    ck_assert_int_eq(send(fd, head, 8, MSG_NOSIGNAL), 8);
    if (len > 0)
        ck_assert_int_eq(send(fd, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

static size_t add_param(char *out, const char *name, const char *value)
{
    size_t n = strlen(name), v = strlen(value);

    ck_assert_uint_lt(n, 128);
    out[0] = (char)n;
    out[1] = (char)(0x80 | (v >> 24));
    out[2] = (char)(v >> 16);
    out[3] = (char)(v >> 8);
    out[4] = (char)v;
    memcpy(out + 5, name, n);
    memcpy(out + 5 + n, value, v);
    return 5 + n + v;
}

void client_send_head(int fd, const char *method, const char *target, const char *content_length)
{
    static const char begin[8] = { 0, 1, 0, 0, 0, 0, 0, 0 };
    char params[8192];
    size_t len = 0;

    send_record(fd, 1, begin, sizeof(begin));
    len += add_param(params + len, "REQUEST_METHOD", method);
    len += add_param(params + len, "REQUEST_URI", target);
    len += add_param(params + len, "REMOTE_ADDR", "192.0.2.1");
    len += add_param(params + len, "CONTENT_LENGTH", content_length);
    send_record(fd, 4, params, len);
    send_record(fd, 4, NULL, 0);
}

void client_send_body(int fd, const char *data, size_t len)
{
    while (len > 0) {
        size_t part = len < 60000 ? len : 60000;

        send_record(fd, 5, data, part);
        data += part;
        len -= part;
    }
}

void client_send_end(int fd)
{
    send_record(fd, 5, NULL, 0);
}

void client_send(int fd, const char *method, const char *target)
{
    client_send_head(fd, method, target, "");
    client_send_end(fd);
}

static bool receive_all(int fd, void *out, size_t len)
{
    for (size_t used = 0; used < len;) {
        ssize_t got = recv(fd, (char *)out + used, len - used, 0);

        if (got <= 0)
            return false;
        used += (size_t)got;
    }
    return true;
}

int client_receive(int fd, char *out, size_t size)
{
    char data[65536 + 256];
    unsigned char head[8];
    size_t used = 0;

    out[0] = '\0';
    while (receive_all(fd, head, 8)) {
        size_t len = (size_t)head[4] << 8 | head[5];

        if (!receive_all(fd, data, len + head[6]))
            return 0;
        if (head[1] == 3)
            return strncmp(out, "Status: ", 8) == 0 ? (int)strtol(out + 8, NULL, 10) : -1;
        len = len < size - 1 - used ? len : size - 1 - used;
        memcpy(out + used, data, len);
        used += len;
        out[used] = '\0';
    }
    return 0;
}
