/* Roman numerals, chord symbols and genre files: what people write by hand. */
#define _GNU_SOURCE /* memfd_create */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "genre/genres.h"
#include "theory/roman.h"

/* The first byte is the key. What is read is printed as something that is read as the same chord. */
void fuzz_roman(struct arena *a, const char *data, size_t len)
{
    struct key k = { .root = { "CDEFGAB"[(unsigned char)data[0] % 7], 0 },
                     .mode = (enum mode)((unsigned char)data[0] / 7 % MODE_COUNT) };
    char text[ROMAN_TEXT_SIZE];
    struct chord chord, again;
    struct error e;

    (void)a;
    if (len == 0)
        return;
    if (!roman_parse(data + 1, k, &chord, &e)) {
        ASSERT(e.code == ERROR_INPUT);
        return;
    }
    roman_print(&chord, k, text, sizeof(text));
    ASSERT(roman_parse(text, k, &again, NULL) && chord_sounds_equal(&chord, &again));
}

void fuzz_chords(struct arena *a, const char *data, size_t len)
{
    struct chord chord, again;
    char text[64];

    (void)a;
    (void)len;
    memset(&chord, 0, sizeof(chord));
    memset(&again, 0, sizeof(again));
    if (!chord_codec.parse(data, &chord))
        return;
    chord_codec.print(&chord, text, sizeof(text));
    ASSERT(chord_codec.parse(text, &again) && chord_is_equal(&chord, &again));
}

/* The checker of genre files reads files. */
void fuzz_genres(struct arena *a, const char *data, size_t len)
{
    int fd = memfd_create("genre", MFD_CLOEXEC);
    struct error e = { .code = ERROR_NONE };

    ASSERT(fd >= 0 && write(fd, data, len) == (ssize_t)len);
    if (!genres_check_file(a, arena_printf(a, "/proc/self/fd/%d", fd), &e))
        ASSERT(e.code == ERROR_INPUT || e.code == ERROR_VALIDATION || e.code == ERROR_IO || e.code == ERROR_TOO_LARGE);
    close(fd);
}
