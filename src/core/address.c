#include "core/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { V4_AT = 12, V4_BITS = 96, BITS_MAX = 128, NETWORK_TEXT_SIZE = 64 };

static const unsigned char v4_prefix[V4_AT] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

bool address_is_v4(const struct address *a)
{
    return memcmp(a->bytes, v4_prefix, V4_AT) == 0;
}

bool address_parse(const char *text, struct address *out)
{
    struct address a;

    memcpy(a.bytes, v4_prefix, V4_AT);
    if (inet_pton(AF_INET, text, a.bytes + V4_AT) != 1 && inet_pton(AF_INET6, text, a.bytes) != 1)
        return false;
    *out = a;
    return true;
}

bool address_of(const struct sockaddr *from, struct address *out)
{
    if (from->sa_family == AF_INET) {
        memcpy(out->bytes, v4_prefix, V4_AT);
        memcpy(out->bytes + V4_AT, (const char *)from + offsetof(struct sockaddr_in, sin_addr), sizeof(struct in_addr));
        return true;
    }
    if (from->sa_family != AF_INET6)
        return false;
    memcpy(out->bytes, (const char *)from + offsetof(struct sockaddr_in6, sin6_addr), ADDRESS_BYTES);
    return true;
}

const char *address_text(const struct address *a, char out[ADDRESS_TEXT_SIZE])
{
    char *to = out;

    if (!address_is_v4(a)) {
        inet_ntop(AF_INET6, a->bytes, out, ADDRESS_TEXT_SIZE);
        return out;
    }
    for (int i = V4_AT; i < ADDRESS_BYTES; i++) {
        unsigned char byte = a->bytes[i];

        if (byte >= 100)
            *to++ = (char)('0' + byte / 100);
        if (byte >= 10)
            *to++ = (char)('0' + byte / 10 % 10);
        *to++ = (char)('0' + byte % 10);
        *to++ = i + 1 < ADDRESS_BYTES ? '.' : '\0';
    }
    return out;
}

/* The bits of `a` beyond the first `bits` are zero. */
static bool is_clean(const struct address *a, int bits)
{
    for (int i = bits; i < BITS_MAX; i++)
        if ((a->bytes[i / 8] >> (7 - i % 8)) & 1)
            return false;
    return true;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool network_parse(const char *text, size_t len, struct network *out)
{
    char copy[NETWORK_TEXT_SIZE], *slash;
    long bits, most;

    while (len > 0 && is_space(*text))
        text++, len--;
    while (len > 0 && is_space(text[len - 1]))
        len--;
    if (len == 0 || len >= sizeof(copy))
        return false;
    snprintf(copy, sizeof(copy), "%.*s", (int)len, text);
    slash = strchr(copy, '/');
    if (slash != NULL)
        *slash = '\0';
    if (!address_parse(copy, &out->base))
        return false;
    most = strchr(copy, ':') == NULL ? BITS_MAX - V4_BITS : BITS_MAX;
    bits = most;
    if (slash != NULL) {
        if (slash[1] == '\0' || strlen(slash + 1) > 3 || strspn(slash + 1, "0123456789") != strlen(slash + 1))
            return false;
        bits = strtol(slash + 1, NULL, 10);
    }
    if (bits > most)
        return false;
    out->bits = (int)(bits + BITS_MAX - most);
    return is_clean(&out->base, out->bits);
}

static bool network_has(const struct network *n, const struct address *a)
{
    int whole = n->bits / 8, rest = n->bits % 8;

    if (memcmp(n->base.bytes, a->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((n->base.bytes[whole] ^ a->bytes[whole]) >> (8 - rest)) == 0;
}

bool network_list_parse(const char *text, struct arena *a, struct network_list *out, struct error *e)
{
    struct network *items;
    size_t commas = 0;

    *out = (struct network_list){ .count = 0 };
    if (text == NULL || text[0] == '\0')
        return true;
    for (const char *p = text; *p != '\0'; p++)
        commas += *p == ',';
    items = ARENA_ARRAY(a, struct network, commas + 1);
    out->items = items;
    for (const char *at = text;; at++) {
        size_t len = strcspn(at, ",");

        if (!network_parse(at, len, &items[out->count]))
            return error_set(e, ERROR_INPUT,
                             "'%.*s' is no address and no network such as 192.0.2.0/24 or 2001:db8::/32 (all bits after the "
                             "length zero)",
                             (int)(len < NETWORK_TEXT_SIZE ? len : NETWORK_TEXT_SIZE), at);
        out->count++;
        at += len;
        if (*at == '\0')
            return true;
    }
}

bool network_list_has(const struct network_list *list, const struct address *a)
{
    for (size_t i = 0; i < list->count; i++)
        if (network_has(&list->items[i], a))
            return true;
    return false;
}

/* https://www.iana.org/assignments/iana-ipv4-special-registry, -ipv6-special-registry; multicast: RFC 5771, RFC 4291. */
#define V4(a, b, c, d, bits) { { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d } }, V4_BITS + (bits) }
#define V6(a, b, c, bits) { { { (a) >> 8, (a) & 0xff, (b) >> 8, (b) & 0xff, (c) >> 8, (c) & 0xff } }, bits }
static const struct network special[] = {
    V4(0, 0, 0, 0, 8),       V4(10, 0, 0, 0, 8),      V4(100, 64, 0, 0, 10),   V4(127, 0, 0, 0, 8),
    V4(169, 254, 0, 0, 16),  V4(172, 16, 0, 0, 12),   V4(192, 0, 0, 0, 24),    V4(192, 0, 2, 0, 24),
    V4(192, 31, 196, 0, 24), V4(192, 52, 193, 0, 24), V4(192, 88, 99, 0, 24),  V4(192, 168, 0, 0, 16),
    V4(192, 175, 48, 0, 24), V4(198, 18, 0, 0, 15),   V4(198, 51, 100, 0, 24), V4(203, 0, 113, 0, 24),
    V4(224, 0, 0, 0, 4),     V4(240, 0, 0, 0, 4),
    V6(0x2001, 0, 0, 23),    V6(0x2001, 0xdb8, 0, 32), V6(0x2002, 0, 0, 16),   V6(0x2620, 0x4f, 0x8000, 48),
    V6(0x3fff, 0, 0, 20),
};
static const struct network global_v6 = V6(0x2000, 0, 0, 3); /* all that is given out (RFC 4291, 2.4); the rest is special */
static const struct network loopback[] = { V4(127, 0, 0, 0, 8), { { { [ADDRESS_BYTES - 1] = 1 } }, BITS_MAX } };
#undef V4
#undef V6

bool address_is_public(const struct address *a)
{
    static const struct network_list not_public = { special, sizeof(special) / sizeof(special[0]) };

    return (address_is_v4(a) || network_has(&global_v6, a)) && !network_list_has(&not_public, a);
}

bool address_is_loopback(const struct address *a)
{
    static const struct network_list local = { loopback, sizeof(loopback) / sizeof(loopback[0]) };

    return network_list_has(&local, a);
}
