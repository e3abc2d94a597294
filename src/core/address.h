/* Addresses of the Internet protocols, and which of them are anybody's business. IPv4 addresses are held as IPv6 ones that
 * map them (RFC 4291, 2.5.5.2), so that both forms of one address are equal. */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "core/arena.h"
#include "core/error.h"

enum { ADDRESS_BYTES = 16, ADDRESS_TEXT_SIZE = 46 };

struct address {
    unsigned char bytes[ADDRESS_BYTES];
};

/* "192.0.2.1", "2001:db8::1"; no names, no zones, no ports. False, *out untouched, when it is none. */
bool address_parse(const char *text, struct address *out);

/* False for other families. */
bool address_of(const struct sockaddr *from, struct address *out);

const char *address_text(const struct address *a, char out[ADDRESS_TEXT_SIZE]);

bool address_is_v4(const struct address *a);

/* Whether it may be reached from the public Internet: none of the private, loopback, link-local, shared, multicast,
 * documentation, translation and reserved ranges of IANA's special-purpose registries (RFC 6890). */
bool address_is_public(const struct address *a);

/* 127.0.0.0/8 and ::1: the machine itself. */
bool address_is_loopback(const struct address *a);

struct network {
    struct address base;
    int bits; /* 0 … 128, of the IPv6 form */
};
struct network_list {
    const struct network *items;
    size_t count;
};

/* "10.1.0.0/16, fd00::/8,192.0.2.7": networks and single addresses, with commas, in the arena. NULL and "" give none.
 * ERROR_INPUT names the first that is neither, or has bits set beyond its length. */
bool network_list_parse(const char *text, struct arena *a, struct network_list *out, struct error *e);
bool network_list_has(const struct network_list *list, const struct address *a);

#endif
