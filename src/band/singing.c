#include "band/singing.h"

#include <string.h>

static const char *const unsung[] = { "intro", "solo", "solo-bridge", "outro", "tag", "drop" };

bool is_sung_section(const struct timeline_section *section)
{
    for (size_t i = 0; i < sizeof(unsung) / sizeof(unsung[0]); i++)
        if (strcmp(section->type, unsung[i]) == 0)
            return false;
    return true;
}

bool is_sung(const struct timeline *t, const struct timeline_note *n)
{
    return is_sung_section(&t->sections.items[n->section]);
}

bool is_line_end(const struct timeline_note *n, const struct timeline_note *next)
{
    return next->section != n->section || next->starts_phrase || next->start_tick - n->end_tick >= METRE_PPQ / 2;
}
