#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"

enum { LINE_SIZE = 4096 };

const char *const log_level_names[LOG_LEVEL_COUNT] = { "DEBUG", "INFO", "WARNING", "ERROR" };
const char *const log_format_names[LOG_FORMAT_COUNT] = { "text", "json" };

static struct {
    const char *program;
    enum log_level level;
    enum log_format format;
} setup = { "aether", LOG_INFO, LOG_TEXT };

static _Thread_local struct {
    const char *name;
    char id[65];
} context;

void log_init(const char *program, enum log_level level, enum log_format format)
{
    setup.program = program;
    setup.level = level;
    setup.format = format;
}

bool log_is_on(enum log_level level)
{
    return level >= setup.level;
}

void log_context_set(const char *name, const char *id)
{
    size_t len = id != NULL ? strnlen(id, sizeof(context.id) - 1) : 0;

    context.name = name;
    memcpy(context.id, id != NULL ? id : "", len);
    context.id[len] = '\0';
}

/* Escapes as a JSON string does; in text lines only what would break the line. Returns the length written. */
static size_t escape(char *out, size_t size, const char *in, bool json)
{
    size_t n = 0;

    for (; *in != '\0' && n + 7 < size; in++) {
        unsigned char c = (unsigned char)*in;

        if (c < 0x20 || c == 0x7f)
            n += (size_t)snprintf(out + n, size - n, "\\u%04x", c);
        else if (json && (c == '"' || c == '\\'))
            n += (size_t)snprintf(out + n, size - n, "\\%c", c);
        else
            out[n++] = (char)c;
    }
    out[n] = '\0';
    return n;
}

static void write_line(enum log_level level, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void write_line(enum log_level level, const char *format, va_list args)
{
    char message[LINE_SIZE / 4], escaped[LINE_SIZE / 2], line[LINE_SIZE], when[CLOCK_TEXT_SIZE];
    bool json = setup.format == LOG_JSON;
    bool named = context.name != NULL;
    int n;

    vsnprintf(message, sizeof(message), format, args);
    escape(escaped, sizeof(escaped), message, json);
    clock_text(clock_wall_ms(), when);
    if (json)
        n = snprintf(line, sizeof(line),
                     "{\"time\":\"%s\",\"level\":\"%s\",\"program\":\"%s\",\"pid\":%d%s%s%s%s%s,\"message\":\"%s\"}\n",
                     when, log_level_names[level], setup.program, (int)getpid(), named ? ",\"" : "",
                     named ? context.name : "", named ? "\":\"" : "", named ? context.id : "", named ? "\"" : "", escaped);
    else
        n = snprintf(line, sizeof(line), "%s %-7s %s[%d]%s%s%s%s: %s\n", when, log_level_names[level], setup.program,
                     (int)getpid(), named ? " " : "", named ? context.name : "", named ? "=" : "",
                     named ? context.id : "", escaped);
    if (n > 0 && write(STDERR_FILENO, line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1) < 0)
        return; /* nowhere left to say it */
}

void log_write(enum log_level level, const char *format, ...)
{
    va_list args;

    if (!log_is_on(level))
        return;
    va_start(args, format);
    write_line(level, format, args);
    va_end(args);
}

void log_always(const char *format, ...)
{
    va_list args;

    if (!log_is_on(LOG_LEVEL_COUNT - 1))
        return;
    va_start(args, format);
    write_line(LOG_INFO, format, args);
    va_end(args);
}
