/*
 * One line per event on standard error, as text or JSON (AETHER_LOG_FORMAT). The request or job that a thread works on
 * is set once with log_context_set and appears in each of its lines. Any thread may log; a line is one write.
 */
#ifndef CORE_LOG_H
#define CORE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_LEVEL_COUNT };
enum log_format { LOG_TEXT, LOG_JSON, LOG_FORMAT_COUNT };
extern const char *const log_level_names[LOG_LEVEL_COUNT];
extern const char *const log_format_names[LOG_FORMAT_COUNT];

/* Before the first thread. `program` is borrowed for life. */
void log_init(const char *program, enum log_level level, enum log_format format);

bool log_is_on(enum log_level level);

/* What this thread works on: `name` is "request_id" or "job_id"; NULL for nothing. Copied, at most 64 bytes. */
void log_context_set(const char *name, const char *id);

/* `message` is one line of prose; control characters in it are escaped. */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line for the record, whatever the level that is set: what an auditor or an operator must be able to find again. */
void log_always(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define log_debug(...) log_write(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) log_write(LOG_INFO, __VA_ARGS__)
#define log_warning(...) log_write(LOG_WARNING, __VA_ARGS__)
#define log_error(...) log_write(LOG_ERROR, __VA_ARGS__)

#endif
