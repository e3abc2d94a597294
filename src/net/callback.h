/* Where webhooks may go: public addresses by https, and the networks of AETHER_WEBHOOK_NETWORKS also by http. What a name
 * stands for is only known when it is called, so the address is looked at again then (net/poster.h). */
#ifndef NET_CALLBACK_H
#define NET_CALLBACK_H

#include "core/address.h"
#include "core/error.h"

/* The form of the URL, its scheme, and its address where it is written out. ERROR_VALIDATION says what was expected. */
bool callback_url_check(const char *url, const struct network_list *networks, struct error *e);

/* Whether a URL that passed is called by TLS: the case of a scheme does not matter (RFC 3986, 3.1). */
bool callback_is_https(const char *url);

/* Whether a connection to this address may be made. */
bool callback_address_check(const struct address *to, bool is_https, const struct network_list *networks);

#endif
