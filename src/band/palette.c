#include "band/palette.h"

#include <string.h>
#include <strings.h>

enum { KEEP = PALETTE_KEEP, REST = PALETTE_REST };

/* clang-format off */
#define PROGRAMS(drums, percussion, bass, chords, pad, arp, guitar, lead, counter)                                         \
    { [ROLE_DRUMS] = drums, [ROLE_PERCUSSION] = percussion, [ROLE_BASS] = bass, [ROLE_CHORDS] = chords,                   \
      [ROLE_PAD] = pad, [ROLE_ARP] = arp, [ROLE_GUITAR] = guitar, [ROLE_LEAD] = lead, [ROLE_COUNTER] = counter,           \
      [ROLE_VOICE] = KEEP, [ROLE_EFFECTS] = REST }

static const struct palette palettes[] = {
    /* name, words, whole                     drums  perc  bass chords pad arp guitar lead counter, second voice */
    { "strings", "string|string section|string orchestra|string ensemble", true,
      PROGRAMS(                                REST, REST,  43,  45,  48,  45,  45,  40,  42), 41 },
    { "string quartet", "string quartet", true,
      PROGRAMS(                                REST, REST,  42,  45,  48,  45,  REST, 40, 41), 40 },
    { "brass", "brass|brass section|brass band|horns|horn section|brass ensemble", true,
      PROGRAMS(                                REST, REST,  58,  61,  61,  60,  REST, 56, 57), 56 },
    { "winds", "woodwind|wind|winds|woodwind section|woodwind ensemble", true,
      PROGRAMS(                                REST, REST,  70,  71,  71,  68,  REST, 73, 71), 68 },
    { "saxophones", "saxophones|saxes|sax section", true,
      PROGRAMS(                                REST, REST,  67,  66,  66,  65,  REST, 64, 65), 65 },
    { "choir", "choir|voices|choral", true,
      PROGRAMS(                                REST, REST,  52,  52,  52,  53,  REST, 53, 52), 53 },
    { "guitars", "guitars", true,
      PROGRAMS(                                REST, REST,  26,  25,  REST, 24, 25,  27,  24), 24 },
    { "synths", "synth|synths|synthesizer|synthesiser", true,
      PROGRAMS(                                  25, REST,  38,  90,  89,  81,  90,  81,  80), 80 },
    { "mallets", "mallet|mallets|mallet percussion", true,
      PROGRAMS(                                REST, REST,  12,  12,  11,  13,  12,  11,   9), 12 },
    { "percussion", "percussion|drum|drums", true,
      PROGRAMS(                                KEEP, KEEP, REST, REST, REST, REST, REST, REST, REST), REST },
    { "orchestra", "orchestra|symphony orchestra|full orchestra", false,
      PROGRAMS(                                  48, KEEP,  43,  48,  48,  45,  46,  60,  68), 42 },
    { "chip", "chip|chiptune", true,
      PROGRAMS(                                  25, REST,  39,  80,  80,  80,  80,  80,  80), 80 },
    { "acoustic", "acoustic", false,
      PROGRAMS(                                  40, KEEP,  32,   0,  48,  24,  25,  73,  42), 71 },
    { "electronic", "electronic", false,
      PROGRAMS(                                  25, REST,  38,  90,  89,  81,  90,  81,  80), 80 },
    { "big band", "big band", false,
      PROGRAMS(                                  32, KEEP,  32,  61,  61,   0,  26,  66,  57), 56 },
    { "mariachi", "mariachi", false,
      PROGRAMS(                                KEEP, KEEP,  32,  24,  24,  25,  24,  56,  40), 56 },
};
/* clang-format on */
enum { PALETTES = sizeof(palettes) / sizeof(palettes[0]) };

const struct palette *palette_find(const char *name)
{
    for (size_t i = 0; name != NULL && i < PALETTES; i++)
        if (strcasecmp(palettes[i].name, name) == 0)
            return &palettes[i];
    return NULL;
}

bool palette_is_whole(const char *name)
{
    const struct palette *p = palette_find(name);

    return p != NULL && p->is_whole;
}

const char *palette_named(const char *words)
{
    size_t len = strlen(words);

    for (size_t i = 0; i < PALETTES; i++)
        for (const char *at = palettes[i].words; *at != '\0';) {
            size_t end = strcspn(at, "|");

            if (strncasecmp(at, words, end) == 0 && (len == end || (len == end + 1 && words[end] == 's')))
                return palettes[i].name;
            at += end + (at[end] == '|');
        }
    return NULL;
}
