#include "core/id.h"

#include <string.h>

#include "core/clock.h"
#include "core/random.h"

static void print(const unsigned char b[16], char out[ID_TEXT_SIZE])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[b[i] >> 4];
        *out++ = digits[b[i] & 15];
    }
    *out = '\0';
}

static void stamp(unsigned char b[16], int version)
{
    b[6] = (unsigned char)((b[6] & 0x0f) | (version << 4));
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
}

void id_new(char out[ID_TEXT_SIZE])
{
    unsigned char b[16];
    int64_t now_ms = clock_wall_ms();

    random_bytes(b, sizeof(b));
    for (int i = 0; i < 6; i++)
        b[i] = (unsigned char)(now_ms >> (40 - 8 * i));
    stamp(b, 7);
    print(b, out);
}

void id_derive(uint64_t seed, const char *name, char out[ID_TEXT_SIZE])
{
    struct random r = random_stream(seed, name, 0);
    unsigned char b[16];

    for (int i = 0; i < 16; i++)
        b[i] = (unsigned char)random_below(&r, 256);
    stamp(b, 8);
    print(b, out);
}

bool id_is_valid(const char *text)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

    if (text == NULL || strlen(text) != ID_TEXT_SIZE - 1)
        return false;
    for (int i = 0; shape[i] != '\0'; i++) {
        bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');

        if (shape[i] == '-' ? text[i] != '-' : !hex)
            return false;
    }
    return true;
}
