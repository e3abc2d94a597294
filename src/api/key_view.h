/* API keys and usage as they are shown, over HTTP and by the command line alike. */
#ifndef API_KEY_VIEW_H
#define API_KEY_VIEW_H

#include "store/keys.h"

extern const struct fields key_view_fields;
extern const struct fields usage_view_fields;

/* New trees; the caller owns them. `secret` is the key's text just after it was made, else NULL; `quota` may be NULL. */
json_object *key_view(const struct key *k, const struct quota *quota, const char *secret, int64_t now_ms, struct arena *a);
json_object *usage_view(const struct usage *u, struct arena *a);

/* Names → bits, a problem for each that is none: its pointer is `pointer` and its index. */
unsigned key_scopes_read(const struct string_list *names, const char *pointer, struct problems *problems);

#endif
