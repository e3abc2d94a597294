/*
 * Names of workers, by which the holder of a lease can be found: process, time of its start, PID namespace and boot. So a
 * worker that was killed is noticed by the others at once, before its leases run out, whoever killed it and whether or not
 * its master lives.
 */
#ifndef WORKER_OWNER_H
#define WORKER_OWNER_H

#include <stdbool.h>

enum { OWNER_SIZE = 65 };

/* The name of this process. */
void owner_name(char out[OWNER_SIZE]);

/* Whether `name` was a process of this machine that has ended. False when that cannot be told: then its lease decides. */
bool owner_is_gone(const char *name);

#endif
