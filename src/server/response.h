/*
 * What a handler answers: a status, a few headers and a body, all in the request's arena. The dispatcher adds what every
 * response carries (X-Request-ID, the security headers, Content-Length).
 */
#ifndef SERVER_RESPONSE_H
#define SERVER_RESPONSE_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/error.h"

enum {
    RESPONSE_HEADERS_MAX = 32,
    RESPONSE_HEAD_MAX = 3900, /* bytes of all headers: web servers refuse heads over one 4 kB buffer with a 502 */
};

struct header {
    const char *name, *value;
};

/* A piece of an open file, as a body. */
struct response_file {
    int fd;
    int64_t at, bytes;
};

struct response {
    struct arena *arena;
    int status; /* 0: not answered yet */
    struct header headers[RESPONSE_HEADERS_MAX];
    size_t header_count;
    const char *body; /* NULL for none */
    size_t body_len;
    const struct response_file *file; /* in place of `body`; NULL for none */
    const char *head; /* made last, by the dispatcher (response_head) */
    size_t head_len;
};

void response_init(struct response *r, struct arena *a);

/* Sets a header, in the place of one of the same name. Control characters in the value become spaces. */
void response_header(struct response *r, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a value that is there already, in the arena or static. */
void response_header_text(struct response *r, const char *name, const char *value);

/* Adds headers that no handler sets, with static values. */
void response_headers_add(struct response *r, const struct header *headers, size_t count);

/* The value, or NULL. */
const char *response_header_get(const struct response *r, const char *name);

/* Answers with a JSON body; `tree` is borrowed (json_hold it first, so that a full arena leaks nothing). */
void response_json(struct response *r, int status, json_object *tree);

/* Answers with a body that is there already; borrowed, in the arena or static. */
void response_text(struct response *r, int status, const char *media_type, const char *text);

/* Answers with `bytes` of a file from `at` on. Takes over the descriptor. */
void response_file(struct response *r, int status, const char *media_type, int fd, int64_t at, int64_t bytes);

/* Answers without a body. */
void response_empty(struct response *r, int status);

/* Makes the head in CGI form, "Status: 200 OK\r\n … \r\n\r\n". When it would be larger than RESPONSE_HEAD_MAX,
 * the longest headers are left out, and that is logged: a client gets the answer rather than a 502. */
void response_head(struct response *r);

/* "OK" of 200; "" when unknown. */
const char *status_text(int status);

#endif
