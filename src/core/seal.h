/* What every program that holds secrets does first. */
#ifndef CORE_SEAL_H
#define CORE_SEAL_H

#include <stdbool.h>

/* Files that are made are not for everyone (umask 027), and the process leaves no core dump. */
void seal_process(void);

/* Memory that is given back to the heap is overwritten, so that a key does not outlive its request in what a library had
 * as a buffer. Small pieces, which the heap keeps at hand, are not: who holds a secret in one wipes it himself. */
void seal_heap(void);

/* For production: no other process of the same user may look into this one either (ptrace, /proc/PID/environ, mem). */
void seal_memory(void);

#endif
