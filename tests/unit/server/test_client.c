/* Whose address counts, which headers are refused, which pages may read, and what goes into the audit trail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/flood.h"
#include "server/trail.h"
#include "suites.h"
#include "support.h"

static struct service service;
static struct arena *arena;

enum { ENTRIES_MAX = 16 };
static struct {
    size_t count, refuse_from;
    struct trail_entry entries[ENTRIES_MAX];
} trail;

static const char *keep(const char *text)
{
    return text != NULL ? arena_strdup(arena, text) : NULL;
}

static bool record(const void *app, struct trail_entry *entry, struct error *e)
{
    struct trail_entry *kept = &trail.entries[trail.count];

    (void)app;
    if (trail.count >= trail.refuse_from)
        return error_set(e, ERROR_STORAGE, "the disk is full");
    ck_assert_uint_lt(trail.count, ENTRIES_MAX);
    entry->seq = (int64_t)++trail.count;
    *kept = *entry;
    kept->actor = keep(entry->actor);
    kept->organisation = keep(entry->organisation);
    kept->address = keep(entry->address);
    kept->action = keep(entry->action);
    kept->target = keep(entry->target);
    kept->request_id = keep(entry->request_id);
    kept->body_sha256 = keep(entry->body_sha256);
    return true;
}

static void setup(void)
{
    arena = arena_new(1 << 20);
    service = test_service();
    service.record = record;
    memset(&trail, 0, sizeof(trail));
    trail.refuse_from = SIZE_MAX;
    atomic_store(&gate, false);
}

static void teardown(void)
{
    shared_unmap(service.shared);
    arena_free(arena);
}

#define PARAMS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define JSON_TYPE "CONTENT_TYPE=application/json"

/* clang-format off */
static const struct {
    const char *trusted, *peer, *first, *second; /* two headers X-Forwarded-For */
    const char *client;
} addresses[] = {
    { NULL,                      "192.0.2.1",        NULL,                            NULL,           "192.0.2.1" },
    { NULL,                      "192.0.2.1",        "203.0.113.9",                   NULL,           "192.0.2.1" },
    { "10.0.0.0/8",              "192.0.2.1",        "203.0.113.9",                   NULL,           "192.0.2.1" },
    { "10.0.0.0/8",              "10.1.2.3",         NULL,                            NULL,           "10.1.2.3" },
    { "10.0.0.0/8",              "10.1.2.3",         "203.0.113.9",                   NULL,           "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "1.1.1.1, 203.0.113.9",          NULL,           "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "1.1.1.1, 203.0.113.9, 10.9.9.9", NULL,          "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "1.1.1.1",                       "203.0.113.9",  "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "203.0.113.9",                   "10.4.4.4",     "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "10.5.5.5, 10.4.4.4",            NULL,           "10.5.5.5" },
    { "10.0.0.0/8",              "10.1.2.3",         "203.0.113.9, nonsense",         NULL,           "10.1.2.3" },
    { "10.0.0.0/8",              "10.1.2.3",         "203.0.113.9, nonsense, 10.4.4.4", NULL,         "10.4.4.4" },
    { "10.0.0.0/8",              "10.1.2.3",         "",                              NULL,           "10.1.2.3" },
    { "10.0.0.0/8",              "10.1.2.3",         ",",                             NULL,           "10.1.2.3" },
    { "10.0.0.0/8",              "10.1.2.3",         " 203.0.113.9:4711 ",            NULL,           "203.0.113.9" },
    { "10.0.0.0/8",              "10.1.2.3",         "[2001:db8::7]:4711",            NULL,           "2001:db8::7" },
    { "10.0.0.0/8",              "::ffff:10.1.2.3",  "2001:0db8:0:0::7",              NULL,           "2001:db8::7" },
    { "::1,2001:db8:1::/48",     "2001:db8:1:2::3",  "198.51.100.4, ::1",             NULL,           "198.51.100.4" },
    { "::1,2001:db8:1::/48",     "2001:db8:2:2::3",  "198.51.100.4",                  NULL,           "2001:db8:2:2::3" },
    { "192.0.2.1",               "192.0.2.1",        "203.0.113.9",                   NULL,           "203.0.113.9" },
    { "192.0.2.1",               "192.0.2.2",        "203.0.113.9",                   NULL,           "192.0.2.2" },
    { "192.0.2.0/31",            "192.0.2.1",        "203.0.113.9",                   NULL,           "203.0.113.9" },
    { "192.0.2.0/31",            "192.0.2.2",        "203.0.113.9",                   NULL,           "192.0.2.2" },
    { "0.0.0.0/0",               "192.0.2.2",        "203.0.113.9",                   NULL,           "203.0.113.9" },
    { "0.0.0.0/0",               "2001:db8::1",      "203.0.113.9",                   NULL,           "2001:db8::1" },
    { "10.0.0.0/8",              "10.0.0.5",         "127.0.0.1",                     NULL,           "10.0.0.5" },
    { "10.0.0.0/8",              "10.0.0.5",         "::1",                           NULL,           "10.0.0.5" },
    { "10.0.0.0/8",              "10.0.0.5",         "203.0.113.9, 127.0.0.1",        NULL,           "10.0.0.5" },
    { "10.0.0.0/8,127.0.0.1",    "10.0.0.5",         "203.0.113.9, 127.0.0.1",        NULL,           "203.0.113.9" },
    { "10.0.0.0/8,127.0.0.1",    "10.0.0.5",         "127.0.0.1",                     NULL,           "10.0.0.5" },
    { "127.0.0.1",               "127.0.0.1",        "203.0.113.9",                   NULL,           "203.0.113.9" },
    { "127.0.0.1",               "127.0.0.1",        NULL,                            NULL,           "127.0.0.1" },
    { NULL,                      "unix:",            "203.0.113.9",                   NULL,           "unix:" },
};
/* clang-format on */

START_TEST(the_right_most_address_that_is_not_trusted_counts)
{
    const char *params[4] = { NULL };
    struct error e;
    struct reply *r;
    int n = 0;

    ck_assert(network_list_parse(addresses[_i].trusted, arena, &service.trusted_proxies, &e));
    params[n++] = arena_printf(arena, "REMOTE_ADDR=%s", addresses[_i].peer);
    if (addresses[_i].first != NULL)
        params[n++] = arena_printf(arena, "HTTP_X_FORWARDED_FOR=%s", addresses[_i].first);
    if (addresses[_i].second != NULL)
        params[n++] = arena_printf(arena, "HTTP_X_FORWARDED_FOR=%s", addresses[_i].second);
    r = reply_new(&service, "GET", "/open", params, NULL);
    ck_assert_str_eq(r->request.client, addresses[_i].client);
    reply_free(r);
}
END_TEST

/* clang-format off */
static const struct {
    const char *params[3];
    int status;
} locals[] = {
    { { "REMOTE_ADDR=127.0.0.1" }, 200 },
    { { "REMOTE_ADDR=::1" }, 200 },
    { { "REMOTE_ADDR=::ffff:127.0.0.5" }, 200 },
    { { "REMOTE_ADDR=192.0.2.1" }, 401 },
    { { "REMOTE_ADDR=192.0.2.1", "HTTP_X_API_KEY=reader" }, 200 },
    { { "REMOTE_ADDR=127.0.0.1", "HTTP_X_FORWARDED_FOR=203.0.113.9" }, 401 }, /* a proxy on this machine, not trusted */
    { { "REMOTE_ADDR=127.0.0.1", "HTTP_FORWARDED=for=203.0.113.9" }, 401 },
    { { "REMOTE_ADDR=10.0.0.5", "HTTP_X_FORWARDED_FOR=127.0.0.1" }, 401 },    /* trusted, and lying */
    { { "REMOTE_ADDR=10.0.0.5", "HTTP_X_FORWARDED_FOR=::1" }, 401 },
    { { "REMOTE_ADDR=unix:" }, 401 },
};
/* clang-format on */

START_TEST(what_is_for_this_machine_is_for_no_other)
{
    struct reply *r;
    struct error e;

    ck_assert(network_list_parse("10.0.0.0/8", arena, &service.trusted_proxies, &e));
    r = reply_new(&service, "GET", "/local", PARAMS(locals[_i].params[0], locals[_i].params[1]), NULL);
    ck_assert_int_eq(r->response.status, locals[_i].status);
    ck_assert_uint_eq(trail.count, locals[_i].status == 200 ? 0 : 1); /* no probe: what is refused is recorded */
    reply_free(r);
}
END_TEST

START_TEST(header_values_are_checked)
{
    static const char *const bad[][2] = {
        { "HTTP_AUTHORIZATION=Bearer reader", "HTTP_AUTHORIZATION=Bearer writer" },
        { "HTTP_X_API_KEY=reader", "HTTP_X_API_KEY=reader" },
        { "HTTP_X_API_KEY=reader", "HTTP_IDEMPOTENCY_KEY=a\rb" },
        { "HTTP_X_API_KEY=reader", "HTTP_COOKIE=a\nSet-Cookie: b" },
        { "HTTP_X_API_KEY=reader", "CONTENT_TYPE=a\x7f" },
    };

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct reply *r = reply_new(&service, "GET", "/mine", PARAMS(bad[i][0], bad[i][1]), NULL);

        ck_assert_int_eq(r->response.status, 400);
        ck_assert_ptr_null(strstr(r->response.body, "reader"));
        ck_assert_str_eq(r->request.who.key_id, ""); /* whoever it was: nobody is named */
        reply_free(r);
    }
}
END_TEST

START_TEST(long_header_values_are_refused)
{
    static const struct {
        size_t len;
        int status;
    } sizes[] = { { 1000, 200 }, { 16 * 1024, 200 }, { 16 * 1024 + 1, 431 }, { 64 * 1024, 431 } };

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char *text = arena_alloc(arena, sizes[i].len + 32);
        size_t head = (size_t)snprintf(text, 32, "HTTP_X_WHATEVER=");
        struct reply *r;

        memset(text + head, 'x', sizes[i].len);
        r = reply_new(&service, "GET", "/open", PARAMS(text), NULL);
        ck_assert_int_eq(r->response.status, sizes[i].status);
        reply_free(r);
    }
}
END_TEST

static const char *answer_header(struct reply *r, const char *name)
{
    const char *value = response_header_get(&r->response, name);

    return value != NULL ? value : "";
}

START_TEST(pages_of_listed_origins_may_read)
{
    static const char *origins[] = { "https://studio.example", "http://localhost:3000" };
    struct reply *r;

    service.cors_origins = (struct string_list){ origins, 2 };
    r = reply_new(&service, "GET", "/open", PARAMS("HTTP_ORIGIN=https://studio.example"), NULL);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "https://studio.example");
    ck_assert_str_eq(answer_header(r, "Vary"), "Origin");
    ck_assert_ptr_nonnull(strstr(answer_header(r, "Access-Control-Expose-Headers"), "X-Request-ID"));
    reply_free(r);
    r = reply_new(&service, "GET", "/mine", PARAMS("HTTP_ORIGIN=http://localhost:3000"), NULL); /* the 401 too */
    ck_assert_int_eq(r->response.status, 401);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "http://localhost:3000");
    reply_free(r);
    r = reply_new(&service, "GET", "/open", PARAMS("HTTP_ORIGIN=https://studio.example.evil.test"), NULL);
    ck_assert_int_eq(r->response.status, 200);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "");
    ck_assert_str_eq(answer_header(r, "Vary"), "Origin");
    reply_free(r);
    r = reply_new(&service, "GET", "/open", PARAMS("HTTP_ORIGIN=null"), NULL);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "");
    reply_free(r);
}
END_TEST

START_TEST(a_preflight_needs_no_key)
{
    static const char *origins[] = { "https://studio.example" };
    const char *const *asks = PARAMS("HTTP_ORIGIN=https://studio.example", "HTTP_ACCESS_CONTROL_REQUEST_METHOD=POST",
                                     "HTTP_ACCESS_CONTROL_REQUEST_HEADERS=x-api-key,content-type");
    struct reply *r;

    service.cors_origins = (struct string_list){ origins, 1 };
    r = reply_new(&service, "OPTIONS", "/things/7", asks, NULL);
    ck_assert_int_eq(r->response.status, 204);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "https://studio.example");
    ck_assert_ptr_nonnull(strstr(answer_header(r, "Access-Control-Allow-Methods"), "POST"));
    ck_assert_ptr_nonnull(strstr(answer_header(r, "Access-Control-Allow-Headers"), "X-API-Key"));
    ck_assert_ptr_nonnull(strstr(answer_header(r, "Access-Control-Allow-Headers"), "Content-Type"));
    ck_assert_int_gt(strtol(answer_header(r, "Access-Control-Max-Age"), NULL, 10), 0);
    reply_free(r);
    origins[0] = "https://other.example";
    r = reply_new(&service, "OPTIONS", "/things/7", asks, NULL);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "");
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Methods"), "");
    reply_free(r);
    origins[0] = "*";
    r = reply_new(&service, "OPTIONS", "/things/7", asks, NULL);
    ck_assert_str_eq(answer_header(r, "Access-Control-Allow-Origin"), "*");
    reply_free(r);
    ck_assert_uint_eq(trail.count, 0);
}
END_TEST

START_TEST(an_act_is_recorded_before_and_after)
{
    struct reply *r = reply_new(&service, "POST", "/things/7", PARAMS("HTTP_X_API_KEY=writer", JSON_TYPE,
                                "REMOTE_ADDR=192.0.2.5", "HTTP_X_REQUEST_ID=my-request"), "{\"name\":\"a\"}");
    const struct trail_entry *begun = &trail.entries[0], *end = &trail.entries[1];

    ck_assert_int_eq(r->response.status, 200);
    ck_assert_uint_eq(trail.count, 2);
    ck_assert_str_eq(begun->outcome, "begun");
    ck_assert_int_eq(begun->begun_seq, 0);
    ck_assert_str_eq(end->outcome, "done");
    ck_assert_int_eq(end->begun_seq, 1);
    ck_assert_int_eq(end->status, 200);
    for (const struct trail_entry *t = begun; t <= end; t++) {
        ck_assert_str_eq(t->actor_kind, "key");
        ck_assert_str_eq(t->organisation, "acme");
        ck_assert_str_eq(t->address, "192.0.2.5");
        ck_assert_str_eq(t->action, "things.create");
        ck_assert_str_eq(t->target, "7");
        ck_assert_str_eq(t->request_id, "my-request");
        /* sha256sum of {"name":"a"} */
        ck_assert_str_eq(t->body_sha256, "d9d719b27480b55cd4918020e7473e716ed3569c8adafe926cf9b10b4f8ef064");
    }
    reply_free(r);
}
END_TEST

static const struct {
    const char *method, *target, *key, *body;
    size_t entries;
    const char *action, *outcome, *reason;
} recorded[] = {
    { "GET", "/open", NULL, NULL, 0, NULL, NULL, NULL },
    { "GET", "/live", NULL, NULL, 0, NULL, NULL, NULL },
    { "GET", "/mine", "HTTP_X_API_KEY=reader", NULL, 0, NULL, NULL, NULL },
    { "GET", "/mine", NULL, NULL, 1, "mine.list", "refused", "authentication-needed" },
    { "GET", "/nothing", NULL, NULL, 1, "unknown", "refused", "not-found" },
    { "GET", "/%00", NULL, NULL, 1, "unknown", "refused", "invalid-request" },
    { "DELETE", "/open", NULL, NULL, 1, "unknown", "refused", "method-not-allowed" },
    { "POST", "/things/7", NULL, "{}", 1, "things.create", "refused", "authentication-needed" },
    { "POST", "/things/7", "HTTP_X_API_KEY=reader", "{}", 1, "things.create", "refused", "scope-missing" },
    { "POST", "/things/7", "HTTP_X_API_KEY=writer", "{}", 1, "things.create", "refused", "validation-failed" },
    { "GET", "/hoard", NULL, NULL, 1, "hoard.list", "refused", "too-large" },
};

START_TEST(what_is_refused_is_recorded_once)
{
    const char *params[3] = { JSON_TYPE, recorded[_i].key, NULL };
    struct reply *r = reply_new(&service, recorded[_i].method, recorded[_i].target, params, recorded[_i].body);

    ck_assert_uint_eq(trail.count, recorded[_i].entries);
    if (trail.count > 0) {
        ck_assert_str_eq(trail.entries[0].action, recorded[_i].action);
        ck_assert_str_eq(trail.entries[0].outcome, recorded[_i].outcome);
        ck_assert_str_eq(trail.entries[0].reason, recorded[_i].reason);
        ck_assert_int_eq(trail.entries[0].status, r->response.status);
        ck_assert_int_eq(trail.entries[0].begun_seq, 0);
    }
    reply_free(r);
}
END_TEST

START_TEST(what_cannot_be_recorded_is_not_done)
{
    struct reply *r;

    trail.refuse_from = 0;
    atomic_store(&gate, false);
    r = reply_new(&service, "POST", "/raw", NULL, "x");
    ck_assert_int_eq(r->response.status, 503);
    ck_assert_ptr_null(strstr(r->response.body, "\"x\""));
    reply_free(r);
    r = reply_new(&service, "POST", "/heavy", NULL, "x"); /* its handler would wait for the gate */
    ck_assert_int_eq(r->outcome, DISPATCH_ANSWERED);
    ck_assert_int_eq(r->response.status, 503);
    reply_free(r);
    r = reply_new(&service, "GET", "/mine", NULL, NULL);
    ck_assert_int_eq(r->response.status, 503);
    reply_free(r);
    r = reply_new(&service, "GET", "/open", NULL, NULL); /* has nothing to record */
    ck_assert_int_eq(r->response.status, 200);
    reply_free(r);
    trail.refuse_from = 1; /* the end is not recorded: no 2xx then */
    r = reply_new(&service, "POST", "/raw", NULL, "x");
    ck_assert_int_eq(r->response.status, 503);
    ck_assert_uint_eq(trail.count, 1);
    ck_assert_str_eq(trail.entries[0].outcome, "begun");
    reply_free(r);
}
END_TEST

static int64_t recorded_count(void)
{
    int64_t sum = 0;

    for (size_t i = 0; i < trail.count; i++)
        sum += trail.entries[i].count;
    return sum;
}

START_TEST(a_flood_is_counted_in_few_entries)
{
    int refused = 0;

    service.rate_rps = 0.001;
    service.rate_burst = 1;
    for (int i = 0; i < 300; i++) {
        struct reply *r = reply_new(&service, "GET", "/open",
                                    PARAMS(arena_printf(arena, "REMOTE_ADDR=192.0.2.%d", i % 3)), NULL);

        refused += r->response.status == 429;
        reply_free(r);
    }
    ck_assert_int_eq(refused, 297);
    ck_assert_uint_eq(trail.count, 3); /* the first of each */
    trail_settle(&service, false);
    ck_assert_uint_eq(trail.count, 3); /* not yet due */
    trail_settle(&service, true);
    ck_assert_uint_eq(trail.count, 6);
    ck_assert_int_eq(recorded_count(), refused);
    for (size_t i = 0; i < trail.count; i++)
        ck_assert_int_eq(strncmp(trail.entries[i].address, "192.0.2.", 8), 0);
    trail_settle(&service, true);
    ck_assert_uint_eq(trail.count, 6);
}
END_TEST

START_TEST(a_flood_from_everywhere_is_bounded_too)
{
    struct flood_held held;
    int64_t refused = 0, recorded_now = 0, counted = 0;

    for (int i = 0; i < 10000; i++) {
        const struct trail_entry entry = { .actor_kind = "nobody", .address = arena_printf(arena, "10.%d.%d.%d",
                                           i % 3, i % 251, i % 253) };

        recorded_now += !flood_hold(&entry, 1 + i / 100);
        refused++;
        if (arena_used(arena) > 900000) {
            arena_free(arena);
            arena = arena_new(1 << 20);
        }
    }
    while (flood_take(0, true, &held))
        counted += held.count;
    ck_assert_int_eq(recorded_now, FLOOD_CLIENTS + 1);
    ck_assert_int_eq(recorded_now + counted, refused);
}
END_TEST

START_TEST(a_quiet_client_makes_room)
{
    const struct trail_entry one = { .actor_kind = "key", .actor = "a", .address = "192.0.2.1" };
    const struct trail_entry same = { .actor_kind = "key", .actor = "a", .address = "192.0.2.2" };
    struct flood_held held;

    ck_assert(!flood_hold(&one, 1000));
    ck_assert(flood_hold(&same, 1000 + FLOOD_WINDOW_MS - 1)); /* a key is one client wherever it is */
    ck_assert(!flood_take(1000 + FLOOD_WINDOW_MS - 1, false, &held));
    ck_assert(flood_take(1000 + FLOOD_WINDOW_MS, false, &held));
    ck_assert_int_eq(held.count, 1);
    ck_assert_str_eq(held.actor, "a");
    ck_assert(!flood_hold(&one, 1000 + FLOOD_WINDOW_MS));
    ck_assert(!flood_hold(&one, 1000 + 2 * FLOOD_WINDOW_MS));
}
END_TEST

START_TEST(subjects_of_two_organisations_are_two_clients)
{
    const struct trail_entry one = { .actor_kind = "token", .actor = "alice", .organisation = "acme", .address = "192.0.2.1" };
    const struct trail_entry two = { .actor_kind = "token", .actor = "alice", .organisation = "school", .address = "192.0.2.1" };
    const struct trail_entry key = { .actor_kind = "key", .actor = "alice", .organisation = "acme", .address = "192.0.2.1" };
    struct flood_held held;

    ck_assert(!flood_hold(&one, 1000));
    ck_assert(!flood_hold(&two, 1001));
    ck_assert(!flood_hold(&key, 1002));
    ck_assert(flood_hold(&two, 1003));
    ck_assert(flood_take(1000 + 2 * FLOOD_WINDOW_MS, false, &held));
    ck_assert_str_eq(held.organisation, "school");
    ck_assert_int_eq(held.count, 1);
    ck_assert(!flood_take(1000 + 2 * FLOOD_WINDOW_MS, true, &held));
}
END_TEST

START_TEST(a_client_that_went_is_recorded)
{
    struct reply *r;

    atomic_store(&gate, true);
    r = reply_new(&service, "POST", "/heavy", NULL, "x");
    ck_assert_int_eq(r->outcome, DISPATCH_HEAVY);
    ck_assert_uint_eq(trail.count, 1);
    trail_left(&r->request);
    ck_assert_uint_eq(trail.count, 2);
    ck_assert_str_eq(trail.entries[1].outcome, "left");
    ck_assert_int_eq(trail.entries[1].begun_seq, 1);
    reply_free(r);
}
END_TEST

static const struct {
    enum method method;
    const char *pattern, *action;
} actions[] = {
    { METHOD_POST, "/v1/tracks", "tracks.create" },       { METHOD_GET, "/v1/jobs", "jobs.list" },
    { METHOD_GET, "/v1/jobs/{id}", "jobs.get" },          { METHOD_DELETE, "/v1/jobs/{id}", "jobs.delete" },
    { METHOD_POST, "/v1/keys/{id}/rotate", "keys.rotate" }, { METHOD_GET, "/v1/jobs/{id}/events", "jobs.events" },
    { METHOD_POST, "/v1/export/flstudio", "export.flstudio" }, { METHOD_GET, "/v1/download/{job_id}/{filename}", "download.get" },
    { METHOD_GET, "/metrics", "metrics.list" },           { METHOD_PUT, "/v1/keys/{id}", "keys.replace" },
};

START_TEST(actions_are_named_after_their_routes)
{
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
        const struct route r = { .method = actions[i].method, .pattern = actions[i].pattern };
        char text[TRAIL_ACTION_SIZE];

        ck_assert_str_eq(trail_action(&r, text), actions[i].action);
    }
}
END_TEST

Suite *client_suite(void)
{
    Suite *s = suite_create("client");
    TCase *c = tcase_create("client");

    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, the_right_most_address_that_is_not_trusted_counts, 0, sizeof(addresses) / sizeof(addresses[0]));
    tcase_add_loop_test(c, what_is_for_this_machine_is_for_no_other, 0, sizeof(locals) / sizeof(locals[0]));
    tcase_add_test(c, header_values_are_checked);
    tcase_add_test(c, long_header_values_are_refused);
    tcase_add_test(c, pages_of_listed_origins_may_read);
    tcase_add_test(c, a_preflight_needs_no_key);
    tcase_add_test(c, an_act_is_recorded_before_and_after);
    tcase_add_loop_test(c, what_is_refused_is_recorded_once, 0, sizeof(recorded) / sizeof(recorded[0]));
    tcase_add_test(c, what_cannot_be_recorded_is_not_done);
    tcase_add_test(c, a_client_that_went_is_recorded);
    tcase_add_test(c, a_flood_is_counted_in_few_entries);
    tcase_add_test(c, a_flood_from_everywhere_is_bounded_too);
    tcase_add_test(c, subjects_of_two_organisations_are_two_clients);
    tcase_add_test(c, a_quiet_client_makes_room);
    tcase_add_test(c, actions_are_named_after_their_routes);
    suite_add_tcase(s, c);
    return s;
}
