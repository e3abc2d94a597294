/* Ranges and conditions of a request for a file (RFC 9110, sections 13 and 14), for when no web server looks at them. */
#ifndef SERVER_RANGE_H
#define SERVER_RANGE_H

#include "server/request.h"

enum range_verdict {
    RANGE_WHOLE,         /* 200 */
    RANGE_PART,          /* 206 */
    RANGE_NOT_MODIFIED,  /* 304 */
    RANGE_UNSATISFIABLE, /* 416 */
};

struct range {
    enum range_verdict verdict;
    int64_t first, bytes; /* what to send */
};

/* What is asked of a file of `size` bytes whose strong entity tag is `etag` (with its quotes): If-None-Match, If-Range,
 * Range. Of several ranges at once the whole file is sent, as is allowed; so is it when Range is malformed. */
struct range range_of(const struct request *req, const char *etag, int64_t size);

#endif
