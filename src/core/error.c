#include "core/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct error_info infos[ERROR_COUNT] = {
#define ERROR_ROW(code, slug, http, exit_status, retry, text) [ERROR_##code] = { slug, http, exit_status, retry, text },
    ERROR_TABLE(ERROR_ROW)
#undef ERROR_ROW
};

bool error_set(struct error *e, enum error_code code, const char *format, ...)
{
    va_list args;

    if (e == NULL)
        return false;
    e->code = code;
    e->problems = NULL;
    e->retry_s = 0;
    va_start(args, format);
    vsnprintf(e->detail, sizeof(e->detail), format, args);
    va_end(args);
    return false;
}

bool error_wrap(struct error *e, const char *format, ...)
{
    char old[sizeof(e->detail)];
    va_list args;
    size_t len;

    if (e == NULL)
        return false;
    memcpy(old, e->detail, sizeof(old));
    va_start(args, format);
    vsnprintf(e->detail, sizeof(e->detail), format, args);
    va_end(args);
    len = strlen(e->detail);
    snprintf(e->detail + len, sizeof(e->detail) - len, ": %.*s", (int)(sizeof(e->detail) - len), old);
    return false;
}

const struct error_info *error_info_get(enum error_code code)
{
    return &infos[(unsigned)code < ERROR_COUNT ? code : ERROR_INTERNAL];
}

void assert_failed(const char *condition, const char *file, int line)
{
    fprintf(stderr, "assertion failed: %s (%s:%d)\n", condition, file, line);
    abort();
}
