/*
 * An event stream: the answer to one request, sent bit by bit (Server-Sent Events, HTML standard 9.2). It holds no thread:
 * the waiter's thread (server/waiter.h) adds what there is to tell and sends as much as the web server takes. libfcgi
 * would wait for a slow reader, so the records are made here (FastCGI 1.0, 3.3).
 */
#ifndef SERVER_EVENTS_H
#define SERVER_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EVENTS_HEARTBEAT_MS = 15000,      /* a comment after so long a silence, for whoever cuts quiet connections */
    EVENTS_RETRY_MS = 1000,           /* what a client is told to wait before it comes back */
    EVENTS_MAX_MS = 600000,           /* then the stream ends; the client comes back, and its key is looked at again */
    EVENTS_BACKLOG_MAX = 1024 * 1024, /* bytes; a reader that is so far behind is given up */
    EVENTS_ID_SIZE = 128,
};

struct events {
    char last_id[EVENTS_ID_SIZE]; /* of the last event, or what the client says it has seen; "" */
    /* private to events.c */
    int fd;
    uint16_t request_id;
    char *pending;
    size_t pending_len, pending_size;
    int64_t sent_ms;
    bool failed;
};

struct events *events_new(void); /* NULL when out of memory */
void events_free(void *events);  /* for arena_defer. Accepts NULL. */

/* To this connection, which must be open as long as the stream is used. Begins with the head of the answer. */
void events_open(struct events *ev, int fd, uint16_t request_id, const char *head, size_t head_len);

/* Adds an event; `data` is one line. The id becomes last_id. */
void events_add_event(struct events *ev, const char *type, const char *id, const char *data);

/* Sends what the connection takes, after adding a comment when nothing was sent for long. False when the peer is gone or
 * given up. */
bool events_send(struct events *ev, int64_t now_ms);

bool events_is_sent(const struct events *ev); /* all of it */

#endif
