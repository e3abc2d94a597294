/* The program for libFuzzer: FUZZ_TARGET names the target. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("FUZZ_TARGET");

    (void)argc;
    (void)argv;
    log_init("fuzz", LOG_LEVEL_COUNT, LOG_TEXT);
    for (size_t i = 0; name != NULL && i < fuzz_target_count; i++)
        if (strcmp(fuzz_targets[i].name, name) == 0)
            target = &fuzz_targets[i];
    if (target != NULL)
        return 0;
    fprintf(stderr, "fuzz: set FUZZ_TARGET to one of the targets of tests/fuzz/targets.c\n");
    exit(2);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    fuzz_once(target, data, len);
    return 0;
}
