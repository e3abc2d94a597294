/*
 * Sends POST requests, several at a time, from one thread. Each connection is made to an address that was looked at after
 * the name was resolved, by libcurl's own hook before the socket is opened, so a name that changes what it stands for gains
 * nothing. No redirect is followed, no proxy used, no connection kept, and the answer is not read further than its status.
 */
#ifndef NET_POSTER_H
#define NET_POSTER_H

#include "net/callback.h"

enum { POSTER_CONNECT_S = 5, POSTER_TOTAL_S = 15, POSTER_HEADERS_MAX = 8, POSTER_WHY_SIZE = 200 };

struct poster_call {
    const char *url;
    const char *headers[POSTER_HEADERS_MAX]; /* "name: value"; the first NULL ends them */
    const char *body;
    void *arg;                               /* for `done` */
};

struct poster_result {
    int http_status;    /* 0: there was no answer */
    bool is_refused;    /* the address is none that may be called */
    char why[POSTER_WHY_SIZE]; /* there was no answer: why not */
};

struct poster;

/* In a process that will not fork any more. `networks` is borrowed (callback.h). */
struct poster *poster_new(const struct network_list *networks);

/* Begins a call; its texts are copied. */
void poster_add(struct poster *p, const struct poster_call *call);

/* Goes on for up to `wait_ms`, less when something happens; `done` is called for each call that is over. Returns how many are
 * under way. */
int poster_run(struct poster *p, int wait_ms, void (*done)(void *arg, const struct poster_result *result));

/* Breaks off what is under way, without `done`. Accepts NULL. */
void poster_free(struct poster *p);

#endif
