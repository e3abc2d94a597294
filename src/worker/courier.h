/*
 * Delivers webhooks: a thread beside the work of a render worker, which waits for receivers so that nobody else has to. What
 * is to be delivered is in the database (store/webhooks.h), so it does not matter which worker's courier does it, or whether
 * one is killed half-way.
 *
 * Signed as Standard Webhooks 1.0 has it: webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature,
 * "v1,<base64 of the HMAC-SHA-256 over id.timestamp.body>". Each organisation has a secret of its own, made from
 * AETHER_WEBHOOK_SECRET, so that none can sign for another.
 */
#ifndef WORKER_COURIER_H
#define WORKER_COURIER_H

#include "core/config.h"
#include "core/error.h"
#include "core/hash.h"

enum { COURIER_SECRET_SIZE = 6 + HASH_BASE64_SIZE, COURIER_SIGNATURE_SIZE = 3 + HASH_BASE64_SIZE };

struct courier;

/* Starts the thread, which opens a store of its own. Signals are to be blocked before. NULL without a webhook_secret. */
struct courier *courier_start(const struct config *c);

/* Breaks off what is under way, to be done again by another courier, and ends the thread. Accepts NULL. */
void courier_stop(struct courier *k);

/* "whsec_" and the organisation's secret in base 64. */
void courier_secret(const char *master, const char *organisation, char out[COURIER_SECRET_SIZE]);

/* The value of webhook-signature. */
void courier_sign(const char *master, const char *organisation, const char *id, int64_t timestamp_s, const char *body,
                  char out[COURIER_SIGNATURE_SIZE]);

#endif
