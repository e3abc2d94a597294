#include "server/exchange.h"

#include <stdlib.h>
#include <unistd.h>

#include "core/log.h"
#include "server/dispatch.h"
#include "server/fcgi.h"
#include "server/trail.h"

enum { FILE_PIECE_BYTES = 64 * 1024 };

struct exchange *exchange_new(const struct service *s)
{
    struct exchange *x = calloc(1, sizeof(*x));

    if (x == NULL)
        return NULL;
    x->fd = -1;
    x->request.service = s;
    x->request.arena = arena_new(DISPATCH_ARENA_BYTES);
    x->request.spare = arena_new(DISPATCH_SPARE_BYTES);
    x->response = calloc(1, sizeof(*x->response));
    if (x->request.arena != NULL && x->request.spare != NULL && x->response != NULL)
        return x;
    exchange_free(x);
    return NULL;
}

void exchange_open(struct exchange *x, int fd)
{
    x->fd = fd;
    x->is_gone = false;
    x->is_streaming = false;
}

/* False: there is no request. */
static bool begin(struct exchange *x)
{
    int fd = x->fd;

    x->fd = -1;
    x->fcgi = fcgi_open(fd);
    if (x->fcgi == NULL)
        return false;
    x->fd = fcgi_fd(x->fcgi);
    dispatch_init(&x->request, x->request.service, fcgi_wire(x->fcgi), x->request.arena, x->request.spare);
    return true;
}

static bool send_file(struct fcgi *f, const struct response_file *file)
{
    char piece[FILE_PIECE_BYTES];

    for (int64_t sent = 0; sent < file->bytes;) {
        size_t want = file->bytes - sent < FILE_PIECE_BYTES ? (size_t)(file->bytes - sent) : FILE_PIECE_BYTES;
        ssize_t got = pread(file->fd, piece, want, file->at + sent);

        if (got <= 0 || !fcgi_write(f, piece, (size_t)got))
            return false;
        sent += got;
    }
    return true;
}

static void answer(struct exchange *x)
{
    const struct response *r = x->response;

    if (!fcgi_answer(x->fcgi, r->head, r->head_len, r->body, r->body_len) || (r->file != NULL && !send_file(x->fcgi, r->file)))
        log_debug("the web server did not take the answer");
}

static enum exchange_outcome run(struct exchange *x, void *thread)
{
    enum dispatch_outcome outcome;

    if (x->fcgi != NULL) {
        x->request.thread = thread;
        outcome = dispatch_continue(&x->request, x->response);
    } else {
        if (!begin(x))
            return EXCHANGE_OVER;
        x->request.thread = thread;
        outcome = dispatch(&x->request, x->response);
    }
    if (outcome == DISPATCH_WAITS && x->request.wait.events != NULL) {
        events_open(x->request.wait.events, x->fd, fcgi_begin_stream(x->fcgi), x->response->head,
                    x->response->head_len);
    }
    if (outcome == DISPATCH_WAITS)
        return EXCHANGE_WAITS;
    if (outcome == DISPATCH_HEAVY)
        return EXCHANGE_HEAVY;
    answer(x);
    return EXCHANGE_OVER;
}

enum exchange_outcome exchange_run(struct exchange *x, void *thread)
{
    const struct request *req = &x->request;
    enum exchange_outcome outcome = EXCHANGE_OVER;

    if (x->is_gone || x->is_streaming) {
        log_context_set("request_id", req->id);
        dispatch_note(req, x->is_streaming ? x->response->status : 499);
        trail_left(&x->request);
    } else {
        outcome = run(x, thread);
    }
    log_context_set(NULL, NULL);
    return outcome;
}

void exchange_close(struct exchange *x)
{
    if (x->fcgi != NULL)
        fcgi_close(x->fcgi);
    else if (x->fd >= 0)
        close(x->fd);
    x->fcgi = NULL;
    x->fd = -1;
    arena_reset(x->request.arena);
    arena_reset(x->request.spare);
}

void exchange_free(struct exchange *x)
{
    if (x == NULL)
        return;
    if (x->fcgi != NULL || x->fd >= 0)
        exchange_close(x);
    arena_free(x->request.arena);
    arena_free(x->request.spare);
    free(x->response);
    free(x);
}
