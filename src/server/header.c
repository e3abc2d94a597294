#include "server/header.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

#include "server/text.h"

static bool is_token_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t");
}

static int seconds(const char *p, size_t len)
{
    long long n = 0;

    for (size_t i = 0; i < len; i++) {
        if (p[i] < '0' || p[i] > '9')
            return PREFER_WAIT_UNSET;
        n = n > INT_MAX ? n : n * 10 + (p[i] - '0');
    }
    return len == 0 ? PREFER_WAIT_UNSET : n > INT_MAX ? INT_MAX : (int)n;
}

struct word {
    const char *at;
    size_t len;
};

/* A token or a quoted string (escapes are left in: none of our values has one). Returns what follows it. */
static const char *take_word(const char *p, struct word *out)
{
    if (*p != '"') {
        out->at = p;
        while (is_token_char(*p))
            p++;
        out->len = (size_t)(p - out->at);
        return p;
    }
    out->at = ++p;
    while (*p != '\0' && *p != '"')
        p += p[0] == '\\' && p[1] != '\0' ? 2 : 1;
    out->len = (size_t)(p - out->at);
    return *p == '"' ? p + 1 : p;
}

static bool is_word(struct word w, const char *name)
{
    return w.len == strlen(name) && strncasecmp(w.at, name, w.len) == 0;
}

/* Past the parameters of one preference, to the comma or the end. Quoted commas do not end it. */
static const char *skip_rest(const char *p)
{
    struct word ignored;

    while (*p != '\0' && *p != ',')
        p = *p == '"' ? take_word(p, &ignored) : p + 1;
    return p;
}

void prefer_parse(const char *value, struct prefer *out)
{
    const char *p = value != NULL ? value : "";

    out->respond_async = false;
    out->wait_s = PREFER_WAIT_UNSET;
    while (*p != '\0') {
        struct word name, text = { "", 0 };

        p = skip_space(take_word(skip_space(p), &name));
        if (*p == '=')
            p = take_word(skip_space(p + 1), &text);
        if (is_word(name, "respond-async"))
            out->respond_async = true;
        else if (is_word(name, "wait") && out->wait_s == PREFER_WAIT_UNSET)
            out->wait_s = seconds(text.at, text.len);
        p = skip_rest(p);
        if (*p == ',')
            p++;
    }
}

bool request_id_is_valid(const char *text)
{
    size_t len = text != NULL ? strnlen(text, 65) : 0;

    if (len < 8 || len > 64)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!(text[i] >= '0' && text[i] <= '9') && !(text[i] >= 'A' && text[i] <= 'Z') &&
            !(text[i] >= 'a' && text[i] <= 'z') && text[i] != '.' && text[i] != '_' && text[i] != '-')
            return false;
    return true;
}

bool idempotency_key_parse(const char *value, char out[IDEMPOTENCY_KEY_SIZE])
{
    size_t len = strlen(value);

    if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
        value++;
        len -= 2;
    }
    if (len == 0 || len >= IDEMPOTENCY_KEY_SIZE)
        return false;
    for (size_t i = 0; i < len; i++)
        if (value[i] <= 0x20 || value[i] >= 0x7f)
            return false;
    memcpy(out, value, len);
    out[len] = '\0';
    return true;
}

bool media_type_is_json(const char *content_type)
{
    static const char top[] = "application/";
    struct word sub;
    const char *rest;

    if (content_type == NULL)
        return false;
    content_type = skip_space(content_type);
    if (strncasecmp(content_type, top, sizeof(top) - 1) != 0)
        return false;
    rest = skip_space(take_word(content_type + sizeof(top) - 1, &sub));
    if (*rest != '\0' && *rest != ';')
        return false;
    return is_word(sub, "json") || (sub.len > 5 && strncasecmp(sub.at + sub.len - 5, "+json", 5) == 0);
}

/* What file systems and shells of the client's machine can live with. */
static char *clean_name(struct arena *a, const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t stem = dot != NULL && dot != name && strlen(dot) <= 16 ? (size_t)(dot - name) : strlen(name);
    size_t kept = stem <= DISPOSITION_STEM_MAX ? stem : utf8_cut(name, DISPOSITION_STEM_MAX);
    char *out = arena_printf(a, "%.*s%s", (int)kept, name, name + stem);

    for (char *p = out; *p != '\0'; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f || *p == '/' || *p == '\\')
            *p = '_';
    return out;
}

const char *disposition_attachment(struct arena *a, const char *name)
{
    char *clean = clean_name(a, utf8_is_valid(name, strlen(name)) ? name : "download");
    char *ascii = arena_alloc(a, strlen(clean) + 1), *to = ascii;

    for (const char *p = clean; *p != '\0'; p++) {
        if (((unsigned char)*p & 0xc0) == 0x80)
            continue; /* one "_" a character, not a byte */
        *to++ = (unsigned char)*p >= 0x80 || *p == '"' || *p == '%' ? '_' : *p;
    }
    *to = '\0';
    return arena_printf(a, "attachment; filename=\"%s\"; filename*=UTF-8''%s", ascii,
                        percent_encode(a, clean, ""));
}
