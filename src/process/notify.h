/* Word to systemd (sd_notify(3)); nothing happens when there is no NOTIFY_SOCKET. */
#ifndef PROCESS_NOTIFY_H
#define PROCESS_NOTIFY_H

#include <stdint.h>

/* "READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1" …; several lines at once are allowed. */
void notify(const char *state);

/* How often "WATCHDOG=1" is expected of this process, halved to be safe; 0 when it is not. */
int64_t notify_watchdog_ms(void);

#endif
