/*
 * How threads that compute for long let others in. A request that arrives at a busy processor would wait until the scheduler
 * finds that the thread on it has had its share, which takes milliseconds on some kernels, however low that thread's priority
 * is: Linux from 6.6 on (EEVDF) lets a thread finish its slice.
 */
#ifndef CORE_YIELD_H
#define CORE_YIELD_H

enum { YIELD_EVERY_US = 200 };

/* Lets others run, by sched_yield(2), when the calling thread has not for YIELD_EVERY_US. Else it takes 30 ns, so that it may
 * stand in every loop whose rounds take a microsecond or more. */
void yield_when_due(void);

#endif
