#include "main/aether/quota_options.h"

#include <math.h>
#include <string.h>

/* "tracks_per_day" → "tracks-per-day" */
static const char *option_name(struct arena *a, const char *field)
{
    char *out = arena_strdup(a, field);

    for (char *p = out; *p != '\0'; p++)
        *p = *p == '_' ? '-' : *p;
    return out;
}

const struct option_row *quota_options_add(struct arena *a, const struct option_row *own, size_t own_count, size_t *count)
{
    struct option_row *rows = ARENA_ARRAY(a, struct option_row, own_count + quota_fields.count);

    memcpy(rows, own, own_count * sizeof(*own));
    for (size_t i = 0; i < quota_fields.count; i++)
        rows[own_count + i] = (struct option_row){
            .name = option_name(a, quota_fields.rows[i].name),
            .argument = "COUNT",
            .help = arena_printf(a, "%s Or none.", quota_fields.rows[i].help),
        };
    *count = own_count + quota_fields.count;
    return rows;
}

bool quota_options_read(const struct options *o, struct quota *out, int *given, struct error *e)
{
    struct arena *a = arena_new(16 * 1024);
    int count = 0;
    bool ok = true;

    ASSERT(a != NULL);
    for (size_t i = 0; ok && i < quota_fields.count; i++) {
        const struct field *field = &quota_fields.rows[i];
        const char *name = option_name(a, field->name), *text = option_get(o, name);
        double limit = NAN;

        if (text == NULL)
            continue;
        count++;
        ok = strcmp(text, "none") == 0 || option_get_number(o, name, field->min, field->max, false, 0, &limit, e);
        memcpy((char *)out + field->offset, &limit, sizeof(limit));
    }
    arena_free(a);
    if (given != NULL)
        *given = count;
    return ok;
}
