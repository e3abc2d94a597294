#include "core/yield.h"

#include <sched.h>

#include "core/clock.h"

void yield_when_due(void)
{
    static _Thread_local int64_t due_us;

    if (clock_monotonic_us() < due_us)
        return;
    sched_yield();
    due_us = clock_monotonic_us() + YIELD_EVERY_US;
}
