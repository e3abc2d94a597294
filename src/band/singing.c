#include "band/singing.h"

#include <string.h>

static const char *const unsung[] = { "intro", "solo", "solo-bridge", "outro", "tag", "drop" };

static bool is_sung_type(const struct timeline_section *section)
{
    for (size_t i = 0; i < sizeof(unsung) / sizeof(unsung[0]); i++)
        if (strcmp(section->type, unsung[i]) == 0)
            return false;
    return true;
}

static bool has_other_tune(const struct timeline *t)
{
    for (size_t i = 0; i < t->melody.count; i++)
        if (is_sung_type(&t->sections.items[t->melody.items[i].section]))
            return true;
    return false;
}

bool is_sung(const struct timeline *t, const struct timeline_note *n)
{
    const struct timeline_section *section = &t->sections.items[n->section];

    return is_sung_type(section) || (strcmp(section->type, "drop") == 0 && !has_other_tune(t));
}

bool is_line_end(const struct timeline_note *n, const struct timeline_note *next)
{
    return next->section != n->section || next->starts_phrase || next->start_tick - n->end_tick >= METRE_PPQ / 2;
}
