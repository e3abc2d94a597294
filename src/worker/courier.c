#include "worker/courier.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/log.h"
#include "net/poster.h"
#include "store/webhooks.h"

enum { FLIGHTS_MAX = 16, LOOK_EVERY_MS = 400, TURN_MS = 200, ARENA_BYTES = 16 << 20, HTTP_GONE = 410 };

struct courier {
    const struct config *config;
    struct store *store;
    struct poster *poster;
    pthread_t thread;
    atomic_bool is_ending;
    struct flight {
        struct courier *courier;
        bool is_taken;
        char id[WEBHOOK_ID_SIZE];
        char job_id[ID_TEXT_SIZE];
    } flights[FLIGHTS_MAX];
};

static void secret_make(const char *master, const char *organisation, unsigned char out[HASH_BYTES])
{
    char subject[512];
    int len = snprintf(subject, sizeof(subject), "aether webhooks of %s", organisation);

    ASSERT(len > 0 && len < (int)sizeof(subject));
    hash_hmac(master, strlen(master), subject, (size_t)len, out);
}

void courier_secret(const char *master, const char *organisation, char out[COURIER_SECRET_SIZE])
{
    unsigned char secret[HASH_BYTES];

    secret_make(master, organisation, secret);
    memcpy(out, "whsec_", 6);
    hash_base64(secret, out + 6);
}

void courier_sign(const char *master, const char *organisation, const char *id, int64_t timestamp_s, const char *body,
                  char out[COURIER_SIGNATURE_SIZE])
{
    size_t size = strlen(id) + strlen(body) + 32;
    unsigned char secret[HASH_BYTES], mac[HASH_BYTES];
    char *all = malloc(size);
    int len;

    ASSERT(all != NULL);
    len = snprintf(all, size, "%s.%lld.%s", id, (long long)timestamp_s, body);
    ASSERT(len > 0 && (size_t)len < size);
    secret_make(master, organisation, secret);
    hash_hmac(secret, sizeof(secret), all, (size_t)len, mac);
    memcpy(out, "v1,", 3);
    hash_base64(mac, out + 3);
    free(all);
}

static void done(void *arg, const struct poster_result *result)
{
    struct flight *f = arg;
    struct courier *k = f->courier;
    int status = result->http_status;
    char why[POSTER_WHY_SIZE];
    struct error e = { 0 };
    bool ok;

    log_context_set("job_id", f->job_id);
    if (status >= 200 && status < 300) {
        log_info("webhook %s delivered: %d", f->id, status);
        ok = webhook_delivered(k->store, f->id, status, clock_wall_ms(), &e);
    } else {
        snprintf(why, sizeof(why), "%s", result->why);
        if (status != 0)
            snprintf(why, sizeof(why), "answered with %d%s", status, status >= 300 && status < 400 ? "; redirects are not followed" : "");
        log_warning("webhook %s not delivered: %s", f->id, why);
        ok = webhook_failed(k->store, f->id, status, why, result->is_refused || status == HTTP_GONE, clock_wall_ms(), &e);
    }
    if (!ok) /* its claim runs out; it is then made again */
        log_error("how webhook %s ended cannot be recorded: %s", f->id, e.detail);
    log_context_set(NULL, NULL);
    f->is_taken = false;
}

static void send_off(struct courier *k, struct flight *f, const struct webhook *w, struct arena *a)
{
    int64_t now_s = clock_wall_ms() / 1000;
    char signature[COURIER_SIGNATURE_SIZE];
    struct poster_call call = { .url = w->url, .body = w->body, .arg = f };

    courier_sign(k->config->webhook_secret, w->organisation, w->id, now_s, w->body, signature);
    call.headers[0] = arena_printf(a, "webhook-id: %s", w->id);
    call.headers[1] = arena_printf(a, "webhook-timestamp: %lld", (long long)now_s);
    call.headers[2] = arena_printf(a, "webhook-signature: %s", signature);
    f->courier = k;
    f->is_taken = true;
    snprintf(f->id, sizeof(f->id), "%s", w->id);
    snprintf(f->job_id, sizeof(f->job_id), "%s", w->job_id);
    poster_add(k->poster, &call);
}

static struct flight *free_flight(struct courier *k)
{
    for (int i = 0; i < FLIGHTS_MAX; i++)
        if (!k->flights[i].is_taken)
            return &k->flights[i];
    return NULL;
}

/* Takes what is due, as far as there is room. False: the database does not answer. */
static bool take_due(struct courier *k, struct error *e)
{
    struct flight *f;
    bool found = true, ok = true;

    while (ok && found && (f = free_flight(k)) != NULL) {
        struct arena *a = arena_new(ARENA_BYTES);
        struct webhook webhook;

        ASSERT(a != NULL);
        ok = webhook_claim(k->store, clock_wall_ms(), a, &webhook, &found, e);
        if (ok && found && webhook.body != NULL)
            send_off(k, f, &webhook, a);
        arena_free(a);
    }
    return ok;
}

static void give_back(struct courier *k)
{
    poster_free(k->poster);
    for (int i = 0; i < FLIGHTS_MAX; i++)
        if (k->flights[i].is_taken)
            webhook_release(k->store, k->flights[i].id, NULL);
}

static void *work(void *arg)
{
    struct courier *k = arg;
    struct arena *a = arena_new(ARENA_BYTES);
    struct network_list networks;
    struct error e = { 0 };
    int64_t looked_ms = 0;

    ASSERT(a != NULL);
    if (!network_list_parse(k->config->webhook_networks, a, &networks, &e) || (k->store = store_open(k->config, &e)) == NULL) {
        log_error("webhooks cannot be delivered: %s", e.detail);
        arena_free(a);
        return NULL;
    }
    k->poster = poster_new(&networks);
    while (!atomic_load(&k->is_ending)) {
        if (clock_monotonic_ms() - looked_ms >= LOOK_EVERY_MS) {
            if (!take_due(k, &e))
                log_warning("cannot look for webhooks: %s", e.detail);
            looked_ms = clock_monotonic_ms();
        }
        poster_run(k->poster, TURN_MS, done);
    }
    give_back(k);
    store_close(k->store);
    arena_free(a);
    return NULL;
}

struct courier *courier_start(const struct config *c)
{
    struct courier *k;

    if (c->webhook_secret == NULL)
        return NULL;
    k = calloc(1, sizeof(*k));
    ASSERT(k != NULL);
    k->config = c;
    ASSERT(pthread_create(&k->thread, NULL, work, k) == 0);
    return k;
}

void courier_stop(struct courier *k)
{
    if (k == NULL)
        return;
    atomic_store(&k->is_ending, true);
    pthread_join(k->thread, NULL);
    free(k);
}
