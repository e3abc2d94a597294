/*
 * Documents described once. Each document (a request, a spec, a genre profile, the configuration) is a plain struct
 * and one const array of `struct field`; reading with validation, writing, the JSON Schema and the help texts are all
 * derived from the array.
 *
 *   kind            C type of the member                        JSON
 *   FIELD_STRING    const char * (NULL when unset)              string, min..max characters (code points); with a
 *                                                               codec only what that can parse
 *   FIELD_INT       int (FIELD_INT_UNSET)                       integer, min..max
 *   FIELD_LONG      int64_t (FIELD_LONG_UNSET)                  integer, min..max, within ±2^53
 *   FIELD_REAL      double (NAN when unset)                     number, min..max
 *   FIELD_BOOL      int (-1 when unset, else 0 or 1)            boolean
 *   FIELD_CHOICE    int index into `choices` (-1 when unset)    string, one of the names (or aliases, when reading)
 *   FIELD_CODEC     codec->size bytes (see struct codec)        string
 *   FIELD_OBJECT    the struct itself, described by `of`        object
 *   FIELD_OBJECT_PTR  pointer to the struct, NULL when unset    object
 *   FIELD_LIST      LIST_OF(struct …), described by `of`        array of objects, min..max items
 *   FIELD_STRINGS   LIST_OF(const char *)                       array of strings, min..max items
 *   FIELD_REALS     LIST_OF(double)                             array of numbers, min..max items
 *   FIELD_INTS      LIST_OF(int)                                array of integers, min..max items
 *   FIELD_STRING_LISTS  LIST_OF(struct string_list)             array of arrays of strings
 *   FIELD_REAL_LISTS    LIST_OF(struct real_list)               array of arrays of numbers
 *   FIELD_JSON      json_object * (NULL when unset)             anything; kept as it is
 *
 * min and max both 0 mean "no limit" (strings: at most 2,000 characters; lists: at most 10,000 items).
 */
#ifndef CORE_FIELDS_H
#define CORE_FIELDS_H

#include <limits.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/error.h"
#include "core/json.h"

enum field_kind {
    FIELD_STRING,
    FIELD_INT,
    FIELD_LONG,
    FIELD_REAL,
    FIELD_BOOL,
    FIELD_CHOICE,
    FIELD_CODEC,
    FIELD_OBJECT,
    FIELD_OBJECT_PTR,
    FIELD_LIST,
    FIELD_STRINGS,
    FIELD_REALS,
    FIELD_INTS,
    FIELD_STRING_LISTS,
    FIELD_REAL_LISTS,
    FIELD_JSON,
    FIELD_KIND_COUNT
};

enum field_flags {
    FIELD_REQUIRED = 1,  /* missing or null is a problem */
    FIELD_OMIT = 2,      /* left out of the written object when unset, instead of null */
    FIELD_SECRET = 4,    /* settings: may come as NAME_FILE or a credential; shown as "(set)" */
};

#define FIELD_INT_UNSET INT_MIN
#define FIELD_LONG_UNSET INT64_MIN

#define LIST_OF(type)                                                                                        \
    struct {                                                                                                 \
        type *items;                                                                                         \
        size_t count;                                                                                        \
    }
struct list { /* what every LIST_OF looks like */
    void *items;
    size_t count;
};
struct string_list {
    const char **items;
    size_t count;
};
struct real_list {
    double *items;
    size_t count;
};

struct choices {
    const char *const *names; /* index = value; written as names[value] */
    size_t count;
    int (*find)(const char *text); /* optional: more lenient reading (aliases); -1 when unknown */
};

/* A value that is written as a short string: a pitch, a key. */
struct codec {
    const char *expected;                         /* "a key such as C, F#m or Bb" */
    const char *pattern;                          /* for the JSON Schema; NULL for none */
    size_t size;
    bool (*parse)(const char *text, void *out);   /* false: not valid, *out untouched */
    void (*print)(const void *in, char *out, size_t out_size);
    bool (*is_unset)(const void *in);             /* all-zero bytes when NULL */
};

struct fields;
struct problems;

struct field {
    const char *name;
    enum field_kind kind;
    unsigned flags;
    size_t offset;
    double min, max;
    const char *unit;      /* "bpm", "dB", "s"; NULL for none */
    const char *fallback;  /* JSON text of the default; NULL: stays unset */
    const char *help;      /* one sentence */
    const struct fields *of;
    const struct choices *choices;
    const struct codec *codec;
};

struct fields {
    const char *name; /* "song_spec" */
    const struct field *rows;
    size_t count;
    size_t size; /* of the struct */
    const char *help;
    /* Optional: what no single field can say. Adds problems. */
    void (*check)(const void *in, const char *pointer, struct problems *problems);
};

#define FIELDS(name_, struct_, rows_, help_)                                                                 \
    { .name = (name_), .rows = (rows_), .count = sizeof(rows_) / sizeof((rows_)[0]),                         \
      .size = sizeof(struct_), .help = (help_) }

/* Collects every problem of one reading, up to PROBLEMS_MAX; more are counted but not kept. */
enum { PROBLEMS_MAX = 32 };
struct problems {
    struct arena *arena;
    struct problem *first, *last;
    size_t count;
};
void problem_add(struct problems *p, const char *pointer, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* false with ERROR_VALIDATION and the list when there are problems, else true. `what` names the input. */
bool problems_none(const struct problems *p, const char *what, struct error *e);

/* Sets every member of *out to its default or unset. Defaults that need memory come from the arena. */
void fields_init(const struct fields *f, void *out, struct arena *a);

/* Reads an object into *out (initialised first), adding a problem per mistake with its JSON pointer below `pointer`
 * ("" at the top). Unknown members are problems, with the nearest known name suggested, except where `lenient`:
 * documents that other programs wrote (the specs of /v1/render) may carry members that are not ours. Everything that is
 * read is copied into the arena, but FIELD_JSON, which borrows. */
void fields_read(const struct fields *f, json_object *in, void *out, const char *pointer, bool lenient,
                 struct arena *a, struct problems *problems);

/* A new object with a member per field, in the table's order. The caller owns it. */
json_object *fields_write(const struct fields *f, const void *in);

/* JSON Schema (draft 2020-12) of the document. The caller owns it. */
json_object *fields_schema(const struct fields *f);

/* The row called `name`, or NULL. */
const struct field *field_find(const struct fields *f, const char *name);

/* What a value of this field may be, in words: "a number from 40 to 300 bpm", "one of wav, mp3". */
const char *field_expected(const struct field *f, struct arena *a);

/* Of `count` names the one most like `text` (it begins with it, or the edit distance is ≤ 2 or a third of its length), or
 * NULL. */
const char *name_nearest(const char *text, const char *const *names, size_t count);

#endif
