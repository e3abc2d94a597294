#include "core/seal.h"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/error.h"

enum { FREED_BYTE = 0x5a };

void seal_process(void)
{
    static const struct rlimit none = { 0, 0 };

    umask(027);
    ASSERT(setrlimit(RLIMIT_CORE, &none) == 0);
}

void seal_heap(void)
{
    mallopt(M_PERTURB, FREED_BYTE);
}

void seal_memory(void)
{
#ifndef __SANITIZE_ADDRESS__ /* whose search for leaks attaches to the process */
    ASSERT(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0);
#endif
}
