/*
 * Keeps a flood of refusals from filling the audit trail: of the requests of one client that are refused as too many, the
 * first is recorded at once and those of the FLOOD_WINDOW_MS after it are counted, to be recorded together. Nobody who may
 * ask for as much as he asks for is ever counted here. Of bounded size: clients beyond FLOOD_CLIENTS are counted as one.
 * Of each process; any thread.
 */
#ifndef SERVER_FLOOD_H
#define SERVER_FLOOD_H

#include "server/trail.h"

enum { FLOOD_CLIENTS = 64, FLOOD_WINDOW_MS = 60000, FLOOD_TEXT_SIZE = 129 };

struct flood_held {
    int64_t until_ms;  /* 0: free */
    int64_t count;     /* held back since */
    bool is_many;      /* of several clients */
    char actor_kind[16], actor[FLOOD_TEXT_SIZE], actor_name[FLOOD_TEXT_SIZE], organisation[FLOOD_TEXT_SIZE];
    char address[FLOOD_TEXT_SIZE];
};

/* True: it is counted and need not be recorded now. `now_ms` is monotonic. */
bool flood_hold(const struct trail_entry *entry, int64_t now_ms);

/* Takes out one whose time is over and whose count is not zero; `all`: also one whose time is not. False: there is none. */
bool flood_take(int64_t now_ms, bool all, struct flood_held *out);

#endif
