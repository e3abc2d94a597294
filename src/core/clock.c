#include "core/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t read_ms(clockid_t id)
{
    struct timespec t;

    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

double clock_cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

const char *clock_text(int64_t wall_ms, char out[CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm tm;
    size_t len;

    gmtime_r(&seconds, &tm);
    len = strftime(out, CLOCK_TEXT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + len, CLOCK_TEXT_SIZE - len, ".%03dZ", (int)(wall_ms % 1000));
    return out;
}

/* Exactly `digits` of them. NULL when they are not there. */
static const char *take_digits(const char *at, int digits, int *out)
{
    *out = 0;
    for (int i = 0; at != NULL && i < digits; i++, at++) {
        if (*at < '0' || *at > '9')
            return NULL;
        *out = *out * 10 + (*at - '0');
    }
    return at;
}

static const char *take_char(const char *at, char c)
{
    return at != NULL && *at == c ? at + 1 : NULL;
}

static const char *take_time(const char *at, struct tm *tm, int *ms)
{
    at = take_digits(take_char(take_digits(at, 2, &tm->tm_hour), ':'), 2, &tm->tm_min);
    if (at != NULL && *at == ':')
        at = take_digits(at + 1, 2, &tm->tm_sec);
    if (at == NULL || *at != '.')
        return at;
    for (int scale = 100, digits = 0; at[1] >= '0' && at[1] <= '9'; scale /= 10, digits++, at++)
        *ms += scale * (at[1] - '0');
    return *at == '.' ? NULL : at + 1;
}

static const char *take_zone(const char *at, int *minutes)
{
    int hours, rest, sign;

    if (at == NULL || *at == 'Z')
        return at != NULL ? at + 1 : NULL;
    sign = *at == '-' ? -1 : 1;
    if (*at != '+' && *at != '-')
        return NULL;
    at = take_digits(take_char(take_digits(at + 1, 2, &hours), ':'), 2, &rest);
    *minutes = sign * (hours * 60 + rest);
    return at != NULL && hours < 24 && rest < 60 ? at : NULL;
}

bool clock_parse(const char *text, int64_t *wall_ms)
{
    struct tm tm = { 0 }, same;
    int year, month, ms = 0, zone_min = 0;
    const char *at = take_digits(take_char(take_digits(text, 4, &year), '-'), 2, &month);
    time_t seconds;

    at = take_digits(take_char(at, '-'), 2, &tm.tm_mday);
    if (at != NULL && *at != '\0')
        at = take_zone(take_time(take_char(at, 'T'), &tm, &ms), &zone_min);
    if (at == NULL || *at != '\0' || year < 1970)
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    same = tm;
    seconds = timegm(&same); /* puts right what is no date, which shows */
    if (same.tm_mday != tm.tm_mday || same.tm_mon != tm.tm_mon || same.tm_hour != tm.tm_hour || same.tm_min != tm.tm_min ||
        same.tm_sec != tm.tm_sec)
        return false;
    *wall_ms = ((int64_t)seconds - 60 * zone_min) * 1000 + ms;
    return true;
}

static bool parse_ago(const char *text, int64_t now_ms, int64_t *out)
{
    static const struct {
        char unit;
        int64_t ms;
    } units[] = { { 'd', 86400000 }, { 'h', 3600000 }, { 'm', 60000 }, { 's', 1000 } };
    size_t digits = strspn(text, "0123456789");

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (digits >= 1 && digits <= 6 && text[digits] == units[i].unit && text[digits + 1] == '\0') {
            *out = now_ms - strtol(text, NULL, 10) * units[i].ms;
            return true;
        }
    return false;
}

bool clock_parse_ago(const char *text, int64_t now_ms, int64_t *out)
{
    return parse_ago(text, now_ms, out) || clock_parse(text, out);
}
