/* Addresses of the Internet protocols, and which of them are anybody's business. IPv4 addresses are held as IPv6 ones that
 * map them (RFC 4291, 2.5.5.2), so that both forms of one address are equal. */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

enum { ADDRESS_BYTES = 16, ADDRESS_TEXT_SIZE = 46 };

struct address {
    unsigned char bytes[ADDRESS_BYTES];
};

/* "192.0.2.1", "2001:db8::1"; no names, no zones. */
bool address_parse(const char *text, struct address *out);

/* False for other families. */
bool address_of(const struct sockaddr *from, struct address *out);

const char *address_text(const struct address *a, char out[ADDRESS_TEXT_SIZE]);

/* Whether it may be reached from the public Internet: none of the private, loopback, link-local, shared, multicast,
 * documentation, translation and reserved ranges of IANA's special-purpose registries (RFC 6890). */
bool address_is_public(const struct address *a);

/* "10.1.0.0/16,fd00::/8, 192.0.2.7": networks, or single addresses, with commas. */
bool address_list_is_valid(const char *list);
bool address_list_has(const char *list, const struct address *a); /* NULL has none */

#endif
