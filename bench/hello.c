/* The least that a FastCGI program can do: libfcgi behind an accept loop like that of aether-api, with as many processes and
 * threads, answering what GET /live answers. What aether-api adds to it is what bench/http measures.
 *   usage: hello SOCKET PROCESSES THREADS */
#define _GNU_SOURCE /* accept4 */
#include <fcgiapp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUEUE = 1024, EVENTS = 64, PATIENCE_S = 10 };

/* With all headers, which cost the web server as much as they do here. */
static const char answer[] = "Status: 200 OK\r\nContent-Type: application/json\r\n"
                             "X-Request-ID: 01a208ff-38a1-79d3-bb93-941d28b3767f\r\nX-Content-Type-Options: nosniff\r\n"
                             "X-Frame-Options: DENY\r\nReferrer-Policy: no-referrer\r\n"
                             "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                             "Cache-Control: no-store\r\nContent-Length: 18\r\n\r\n{\"status\":\"alive\"}";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER, less = PTHREAD_COND_INITIALIZER;
static int queue[QUEUE];
static size_t first, count;

static int take(void)
{
    int fd;

    pthread_mutex_lock(&lock);
    while (count == 0)
        pthread_cond_wait(&more, &lock);
    fd = queue[first];
    first = (first + 1) % QUEUE;
    count--;
    pthread_cond_signal(&less);
    pthread_mutex_unlock(&lock);
    return fd;
}

static void put(int fd)
{
    pthread_mutex_lock(&lock);
    while (count == QUEUE)
        pthread_cond_wait(&less, &lock);
    queue[(first + count++) % QUEUE] = fd;
    pthread_cond_signal(&more);
    pthread_mutex_unlock(&lock);
}

static void *work(void *arg)
{
    (void)arg;
    for (;;) {
        FCGX_Request r;
        char waste[4096];
        int fd = take();

        FCGX_InitRequest(&r, -1, 0);
        r.keepConnection = 1;
        r.detached = 1;
        r.ipcFd = fd;
        if (FCGX_Accept_r(&r) == 0) {
            while (FCGX_GetStr(waste, sizeof(waste), r.in) > 0)
                ;
            FCGX_PutStr(answer, sizeof(answer) - 1, r.out);
            FCGX_FClose(r.err);
            FCGX_FClose(r.out);
            close(r.ipcFd);
        }
        FCGX_Free(&r, 0);
    }
    return NULL;
}

static _Noreturn void serve(int listen_fd, int threads)
{
    const struct timeval patience = { .tv_sec = PATIENCE_S };
    struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = listen_fd }, events[EVENTS];
    int poll_fd = epoll_create1(EPOLL_CLOEXEC);
    pthread_t thread;

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* libfcgi takes SIGTERM */
    FCGX_Init();
    for (int i = 0; i < threads; i++)
        pthread_create(&thread, NULL, work, NULL);
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, listen_fd, &event);
    for (;;) {
        int got = epoll_wait(poll_fd, events, EVENTS, -1), fd;
        char byte;

        for (int i = 0; i < got; i++) {
            if (events[i].data.fd != listen_fd) {
                epoll_ctl(poll_fd, EPOLL_CTL_DEL, events[i].data.fd, NULL);
                put(events[i].data.fd);
                continue;
            }
            while ((fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
                setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
                event = (struct epoll_event){ .events = EPOLLIN | EPOLLRDHUP, .data.fd = fd };
                if (recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0)
                    put(fd);
                else
                    epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

    if (argc != 4) {
        fprintf(stderr, "usage: hello SOCKET PROCESSES THREADS\n");
        return 2;
    }
    snprintf(at.sun_path, sizeof(at.sun_path), "%s", argv[1]);
    unlink(argv[1]);
    if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 1024) != 0) {
        perror(argv[1]);
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    for (long i = strtol(argv[2], NULL, 10); i > 0; i--)
        if (fork() == 0)
            serve(fd, (int)strtol(argv[3], NULL, 10));
    puts("ready");
    fflush(stdout);
    while (wait(NULL) > 0)
        ;
    return 0;
}
