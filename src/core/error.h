/*
 * The one error mechanism. A function that can fail returns bool or a pointer and takes `struct error *` last.
 * error_set is called once, where the failure happens; error_wrap adds what a caller knows. Both return false, so
 * `return error_set(e, …)` reads well. `e` may be NULL where the caller does not care.
 */
#ifndef CORE_ERROR_H
#define CORE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

/*  code          slug (problem type)      HTTP exit retry  public text */
#define ERROR_TABLE(X)                                                                                       \
    X(NONE,        "none",                  200, 0,  false, "No error.")                                      \
    X(INPUT,       "invalid-request",       400, 2,  false, "The request could not be understood.")           \
    X(VALIDATION,  "validation-failed",     422, 2,  false, "Some fields are not valid.")                     \
    X(AUTH,        "authentication-needed", 401, 1,  false, "A valid API key is needed.")                     \
    X(SCOPE,       "scope-missing",         403, 1,  false, "The API key does not allow this.")               \
    X(NOT_FOUND,   "not-found",             404, 1,  false, "There is nothing here.")                         \
    X(METHOD,      "method-not-allowed",    405, 1,  false, "The method is not allowed here.")                \
    X(CONFLICT,    "conflict",              409, 1,  false, "The state does not allow this.")                 \
    X(TOO_LARGE,   "too-large",             413, 2,  false, "The request asks for too much.")                 \
    X(MEDIA_TYPE,  "unsupported-media-type", 415, 2, false, "The body must be application/json.")             \
    X(RATE,        "rate-limited",          429, 1,  true,  "Too many requests.")                             \
    X(RANGE,       "range-not-satisfiable", 416, 1,  false, "The file has no such range.")                    \
    X(JOBS_MAX,    "too-many-jobs",         429, 1,  true,  "Too many jobs of this key are queued or running.") \
    X(KEY_REUSED,  "idempotency-key-reused", 422, 2, false, "The Idempotency-Key belongs to another request.") \
    X(HEADERS,     "headers-too-large",     431, 2,  false, "The header fields are too large.")               \
    X(QUOTA,       "quota-exceeded",        429, 1,  true,  "The quota is used up.")                          \
    X(INTERNAL,    "internal-error",        500, 1,  false, "Something went wrong on our side.")              \
    X(IO,          "io-error",              500, 1,  true,  "Reading or writing failed on our side.")         \
    X(UNAVAILABLE, "unavailable",           503, 1,  true,  "The service cannot do this right now.")          \
    X(QUEUE_FULL,  "queue-full",            503, 1,  true,  "The queue is full.")                             \
    X(STORAGE,     "storage-full",          507, 1,  true,  "There is no room to store the result.")          \
    X(CONFIG,      "configuration",         500, 78, false, "The service is not configured correctly.")       \
    X(SOUNDFONT,   "soundfont",             503, 1,  false, "The SoundFont cannot be used.")                  \
    X(QUALITY,     "quality-check-failed",  500, 1,  true,  "The result did not pass its checks.")            \
    X(CANCELLED,   "cancelled",             409, 1,  false, "The work was cancelled.")

enum error_code {
#define ERROR_ENUM(code, slug, http, exit_status, retry, text) ERROR_##code,
    ERROR_TABLE(ERROR_ENUM)
#undef ERROR_ENUM
    ERROR_COUNT
};

struct error_info {
    const char *slug;
    int http_status;
    int exit_status;
    bool may_retry;
    const char *public_text;
};

/* One mistake in some input: where (RFC 6901 JSON pointer, or a setting's name) and what was expected. Lives in the
 * arena of the task that read the input. */
struct problem {
    const char *pointer;
    const char *detail;
    const struct problem *next;
};

struct error {
    enum error_code code;
    char detail[480];               /* for the log, and for the client outside production or below 500 */
    const struct problem *problems; /* for ERROR_VALIDATION; borrowed from the task's arena */
    int retry_s;                    /* when it may go well again; 0: not known */
};

/* Sets `e` and returns false. */
bool error_set(struct error *e, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "<text>: " before the detail already there and returns false. */
bool error_wrap(struct error *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Never NULL; out-of-range codes give the row of ERROR_INTERNAL. */
const struct error_info *error_info_get(enum error_code code);

/* A bug in the program: says where and aborts. Kept on in release builds. */
#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))
_Noreturn void assert_failed(const char *condition, const char *file, int line);

#endif
