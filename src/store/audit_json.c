#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "store/audit.h"

bool audit_outcome_is_known(const char *text)
{
    static const char *const names[] = { "begun", "done", "refused", "failed", "left" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i]) == 0)
            return true;
    return false;
}

json_object *audit_row_json(const struct audit_row *r)
{
    json_object *out = json_object_new_object();
    char time[CLOCK_TEXT_SIZE];

    json_object_object_add(out, "time", json_object_new_string(clock_text(r->time_ms, time)));
    for (size_t i = 0; i < AUDIT_COLUMNS; i++) {
        const void *member = (const char *)r + audit_columns[i].offset;
        int64_t number = audit_columns[i].is_number ? *(const int64_t *)member : 0;
        const char *text = audit_columns[i].is_number ? NULL : *(const char *const *)member;
        json_object *value = NULL;

        if (audit_columns[i].is_number && number != AUDIT_UNSET)
            value = json_object_new_int64(number);
        else if (text != NULL)
            value = json_object_new_string(text);
        json_object_object_add(out, audit_columns[i].name, value);
    }
    return out;
}

json_object *audit_verdict_json(const struct audit_verdict *v)
{
    json_object *out = json_object_new_object();
    char anchor[HASH_TEXT_SIZE + 24], time[CLOCK_TEXT_SIZE];

    snprintf(anchor, sizeof(anchor), "%" PRId64 ":%s", v->head.seq, v->head.hash);
    json_object_object_add(out, "whole", json_object_new_boolean(v->is_whole));
    json_object_object_add(out, "rows", json_object_new_int64(v->rows));
    json_object_object_add(out, "cut_seq", v->cut_seq != 0 ? json_object_new_int64(v->cut_seq) : NULL);
    json_object_object_add(out, "cut_at", v->cut_seq != 0 ? json_object_new_string(clock_text(v->cut_ms, time)) : NULL);
    json_object_object_add(out, "anchor", json_object_new_string(anchor));
    json_object_object_add(out, "broken_seq", v->broken_seq != 0 ? json_object_new_int64(v->broken_seq) : NULL);
    json_object_object_add(out, "fault", v->is_whole ? NULL : json_object_new_string(v->fault));
    return out;
}
