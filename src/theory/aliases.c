#include "theory/aliases.h"

#include <stddef.h>
#include <string.h>

bool aliases_have(const char *list, const char *text)
{
    size_t len = strlen(text);

    while (*list != '\0') {
        size_t word = strcspn(list, ",");

        if (word == len && len > 0 && memcmp(list, text, len) == 0)
            return true;
        list += word + (list[word] == ',' ? 1 : 0);
    }
    return false;
}
