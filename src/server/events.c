#include "server/events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { RECORD_HEAD = 8, RECORD_MAX = 65528, FCGI_VERSION = 1, FCGI_STDOUT = 6 };

struct events *events_new(void)
{
    struct events *ev = calloc(1, sizeof(*ev));

    if (ev != NULL)
        ev->fd = -1;
    return ev;
}

void events_free(void *events)
{
    struct events *ev = events;

    if (ev == NULL)
        return;
    free(ev->pending);
    free(ev);
}

static char *grow(struct events *ev, size_t by)
{
    size_t size = ev->pending_len + by;
    char *larger;

    if (ev->failed || size > EVENTS_BACKLOG_MAX) {
        ev->failed = true;
        return NULL;
    }
    if (size > ev->pending_size) {
        larger = realloc(ev->pending, 2 * size);
        if (larger == NULL) {
            ev->failed = true;
            return NULL;
        }
        ev->pending = larger;
        ev->pending_size = 2 * size;
    }
    ev->pending_len = size;
    return ev->pending + size - by;
}

static bool add_record(struct events *ev, const char *text, size_t len)
{
    const unsigned char head[RECORD_HEAD] = { FCGI_VERSION,
                                              FCGI_STDOUT,
                                              (unsigned char)(ev->request_id >> 8),
                                              (unsigned char)(ev->request_id & 0xff),
                                              (unsigned char)(len >> 8),
                                              (unsigned char)(len & 0xff) };
    char *at = grow(ev, RECORD_HEAD + len);

    if (at == NULL)
        return false;
    memcpy(at, head, RECORD_HEAD);
    memcpy(at + RECORD_HEAD, text, len);
    return true;
}

static void add(struct events *ev, const char *text, size_t len)
{
    for (size_t part; len > 0; text += part, len -= part) {
        part = len < RECORD_MAX ? len : RECORD_MAX;
        if (!add_record(ev, text, part))
            return;
    }
}

void events_open(struct events *ev, int fd, uint16_t request_id, const char *head, size_t head_len)
{
    char retry[32];
    int len = snprintf(retry, sizeof(retry), "retry: %d\n\n", EVENTS_RETRY_MS);

    ev->fd = fd;
    ev->request_id = request_id;
    add(ev, head, head_len);
    add(ev, retry, (size_t)len);
}

void events_add_event(struct events *ev, const char *type, const char *id, const char *data)
{
    char head[EVENTS_ID_SIZE + 64];
    int len = snprintf(head, sizeof(head), "id: %s\nevent: %s\ndata: ", id, type);

    add(ev, head, (size_t)len < sizeof(head) ? (size_t)len : sizeof(head) - 1);
    add(ev, data, strlen(data));
    add(ev, "\n\n", 2);
    snprintf(ev->last_id, sizeof(ev->last_id), "%s", id);
}

bool events_send(struct events *ev, int64_t now_ms)
{
    if (ev->sent_ms == 0)
        ev->sent_ms = now_ms;
    if (ev->pending_len == 0 && now_ms - ev->sent_ms >= EVENTS_HEARTBEAT_MS)
        add(ev, ": \n\n", 4);
    while (!ev->failed && ev->pending_len > 0) {
        ssize_t sent = send(ev->fd, ev->pending, ev->pending_len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return true;
        if (sent < 0 && errno == EINTR)
            continue;
        ev->failed = sent < 0;
        if (sent < 0)
            break;
        ev->sent_ms = now_ms;
        ev->pending_len -= (size_t)sent;
        memmove(ev->pending, ev->pending + sent, ev->pending_len);
    }
    return !ev->failed;
}

bool events_is_sent(const struct events *ev)
{
    return ev->pending_len == 0;
}
