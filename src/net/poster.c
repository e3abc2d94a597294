#include "net/poster.h"

#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct flight {
    struct flight *next;
    struct poster *poster;
    CURL *easy;
    struct curl_slist *headers;
    void *arg;
    bool is_https, is_refused;
    char refused[ADDRESS_TEXT_SIZE];
    char why[CURL_ERROR_SIZE];
};

struct poster {
    CURLM *multi;
    const struct network_list *networks;
    struct flight *flights;
    int count;
};

static void init_once(void)
{
    ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

struct poster *poster_new(const struct network_list *networks)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct poster *p = calloc(1, sizeof(*p));

    pthread_once(&once, init_once);
    ASSERT(p != NULL);
    p->multi = curl_multi_init();
    ASSERT(p->multi != NULL);
    p->networks = networks;
    return p;
}

static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct flight *f = arg;
    struct address address;

    if (purpose == CURLSOCKTYPE_IPCXN && address_of(&to->addr, &address) &&
        callback_address_check(&address, f->is_https, f->poster->networks))
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    f->is_refused = true;
    if (address_of(&to->addr, &address))
        address_text(&address, f->refused);
    errno = EACCES;
    return CURL_SOCKET_BAD;
}

static size_t pass_over(char *data, size_t size, size_t count, void *arg)
{
    (void)data;
    (void)arg;
    return size * count;
}

static void set_up(struct flight *f, const struct poster_call *call)
{
    CURL *easy = f->easy;

    curl_easy_setopt(easy, CURLOPT_URL, call->url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, f);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)POSTER_CONNECT_S);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)POSTER_TOTAL_S);
    curl_easy_setopt(easy, CURLOPT_MAXFILESIZE, 1L << 20);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, pass_over);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, f->why);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "AETHER-Band-Engine/" AETHER_VERSION);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)strlen(call->body));
    curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, call->body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, f->headers);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, f);
}

void poster_add(struct poster *p, const struct poster_call *call)
{
    struct flight *f = calloc(1, sizeof(*f));

    ASSERT(f != NULL);
    f->easy = curl_easy_init();
    ASSERT(f->easy != NULL);
    f->poster = p;
    f->arg = call->arg;
    f->is_https = callback_is_https(call->url);
    f->headers = curl_slist_append(NULL, "Content-Type: application/json");
    f->headers = curl_slist_append(f->headers, "Expect:");
    for (size_t i = 0; i < POSTER_HEADERS_MAX && call->headers[i] != NULL; i++)
        f->headers = curl_slist_append(f->headers, call->headers[i]);
    set_up(f, call);
    f->next = p->flights;
    p->flights = f;
    p->count++;
    ASSERT(curl_multi_add_handle(p->multi, f->easy) == CURLM_OK);
}

static void end(struct poster *p, struct flight *f)
{
    struct flight **at = &p->flights;

    while (*at != f)
        at = &(*at)->next;
    *at = f->next;
    p->count--;
    curl_multi_remove_handle(p->multi, f->easy);
    curl_easy_cleanup(f->easy);
    curl_slist_free_all(f->headers);
    free(f);
}

static void report(const struct flight *f, CURLcode code, void (*done)(void *arg, const struct poster_result *result))
{
    struct poster_result result = { .is_refused = f->is_refused };
    long status = 0;

    curl_easy_getinfo(f->easy, CURLINFO_RESPONSE_CODE, &status);
    result.http_status = (int)status;
    if (f->is_refused)
        snprintf(result.why, sizeof(result.why), "the address %s must not be called", f->refused);
    else if (status == 0)
        snprintf(result.why, sizeof(result.why), "%.*s", POSTER_WHY_SIZE - 1,
                 f->why[0] != '\0' ? f->why : curl_easy_strerror(code));
    done(f->arg, &result);
}

int poster_run(struct poster *p, int wait_ms, void (*done)(void *arg, const struct poster_result *result))
{
    int running = 0, left;
    CURLMsg *message;

    curl_multi_poll(p->multi, NULL, 0, wait_ms, NULL);
    curl_multi_perform(p->multi, &running);
    while ((message = curl_multi_info_read(p->multi, &left)) != NULL) {
        struct flight *f;

        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &f);
        report(f, message->data.result, done);
        end(p, f);
    }
    return p->count;
}

void poster_free(struct poster *p)
{
    if (p == NULL)
        return;
    while (p->flights != NULL)
        end(p, p->flights);
    curl_multi_cleanup(p->multi);
    free(p);
}
