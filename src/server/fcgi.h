/* One FastCGI request on one connection: the only user of libfcgi, which blocks, so the socket must have timeouts. The
 * connection is not kept for further requests. One thread at a time. */
#ifndef SERVER_FCGI_H
#define SERVER_FCGI_H

#include "server/request.h"

struct fcgi;

/* Once per process, before anything else here. */
void fcgi_init(void);

/* Takes over the connected socket and reads the request's parameters. NULL when the peer speaks no FastCGI, falls silent
 * or goes; the socket is closed then. */
struct fcgi *fcgi_open(int fd);

int fcgi_fd(const struct fcgi *f);

/* The parameters and the body. Borrows f. */
struct wire fcgi_wire(struct fcgi *f);

/* Writes the whole answer, the end of which goes out with fcgi_close. False when the peer did not take it. */
bool fcgi_answer(struct fcgi *f, const char *head, size_t head_len, const char *body, size_t body_len);

/* Writes more of the body, after fcgi_answer. */
bool fcgi_write(struct fcgi *f, const char *data, size_t len);

/* Before others write the answer's records to the socket: reads what is left of the body. The request's id. */
uint16_t fcgi_begin_stream(struct fcgi *f);

/* Ends the request and closes the connection. */
void fcgi_close(struct fcgi *f);

#endif
