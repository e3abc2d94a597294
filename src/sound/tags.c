#include "sound/tags.h"

#include <math.h>
#include <string.h>

const struct tag_names tag_names[TAG_COUNT] = {
    /*                   Vorbis        ID3     RIFF */
    [TAG_TITLE] =      { "TITLE",      "TIT2", "INAM" },
    [TAG_ARTIST] =     { "ARTIST",     "TPE1", "IART" },
    [TAG_GENRE] =      { "GENRE",      "TCON", "IGNR" },
    [TAG_DATE] =       { "DATE",       "TDRC", "ICRD" },
    [TAG_TEMPO] =      { "BPM",        "TBPM", "IBPM" },
    [TAG_KEY] =        { "INITIALKEY", "TKEY", NULL },
    [TAG_KEY_NAME] =   { "KEY",        "TXXX", "IKEY" },
    [TAG_COMMENT] =    { "COMMENT",    "COMM", "ICMT" },
    [TAG_LICENCE] =    { "LICENSE",    "TXXX", "ICOP" },
    [TAG_RECIPE] =     { "RECIPE",     "TXXX", NULL },
    [TAG_SEED] =       { "SEED",       "TXXX", NULL },
    [TAG_SOUNDFONT] =  { "SOUNDFONT",  "TXXX", NULL },
    [TAG_SOFTWARE] =   { "ENCODED-BY", "TSSE", "ISFT" },
    [TAG_PCM_SHA256] = { "PCM_SHA256", "TXXX", NULL },
};

struct tags tags_none(void)
{
    return (struct tags){ .loudness_lufs = NAN, .loudness_range_lu = NAN, .true_peak_dbtp = NAN, .momentary_lufs = NAN, .short_term_lufs = NAN };
}

size_t tag_length(const char *text)
{
    size_t len = text != NULL ? strnlen(text, TAG_TEXT_MAX + 1) : 0;

    if (len > TAG_TEXT_MAX)
        for (len = TAG_TEXT_MAX; len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80;)
            len--;
    return len;
}

size_t tags_size_max(const struct tags *tags)
{
    const size_t fixed = 4096, each = 64, copies = 2; /* a WAV file has them as INFO and as ID3 */
    size_t size = fixed;

    for (int i = 0; i < TAG_COUNT; i++)
        size += copies * (each + tag_length(tags->texts[i]));
    return size;
}
