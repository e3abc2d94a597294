#include "band/kit_pieces.h"

#include <string.h>
#include <strings.h>

const struct kit_piece kit_pieces[] = {
    /* words, keys, what it adds */
    { "hi hat|hihat|high hat|hat|closed hat|open hat", { 42, 44, 46 }, { NULL } },
    { "snare|snare drum", { 38, 40 }, { NULL } },
    { "kick|kick drum|bass drum", { 36, 35 }, { NULL } },
    { "tom tom|tom", { 50, 47, 45, 43 }, { NULL } },
    { "cymbal|crash cymbal|crash", { 49, 57, 55, 52 }, { NULL } },
    { "ride|ride cymbal", { 51, 53, 59 }, { NULL } },
    { "hand clap|handclap|clap|clapping", { 39 }, { "clap: ....8.......8..." } },
    { "finger snap|finger click|snaps", { 37 }, { "rim: ....7.......7..." } },
    { "tambourine|tambo", { 54 }, { "tambourine: 4.3.7.3.4.3.7.3." } },
    { "shaker|maraca|egg shaker", { 70, 82 }, { "shaker: 6353635363536353" } },
    { "cowbell|cow bell", { 56 }, { "cowbell: 7...5...7...5..." } },
    { "conga|conga drum|tumbadora", { 64, 63, 62 }, { "conga2: 4.4.8.4.4.4.8...", "conga3: ..............77" } },
    { "bongo|bongo drum", { 60, 61 }, { "bongo1: 7.5.7.5.7.5.7.5.", "bongo2: ......6.......6." } },
    { "clave|claves", { 75 }, { "claves: 7..7..7...7.7..." } },
    { "wood block|woodblock|temple block", { 76, 77 }, { "block1: 6.....6.....6...", "block2: ...5.....5.....5" } },
    { "triangle", { 81, 80 }, { "triangle: 6...3...6...3..." } },
    { "guiro", { 73 }, { "guiro: 7...5.5.7...5.5." } },
    { "cabasa", { 69 }, { "cabasa: 5.3.5.3.5.3.5.3." } },
    { "agogo|agogo bell", { 67, 68 }, { "agogo1: 7.....7...7.....", "agogo2: ..7.7.......7.7." } },
    { "timbale", { 65, 66 }, { "timbale1: 7...7.5.7...7.5.", "timbale2: ..5.......5....." } },
    { "tabla|djembe|cajon|hand drum|bodhran|darbuka|darbouka|doumbek|frame drum|dhol", { 60, 61, 63, 64 },
      { "conga3: 8.....8...8.....", "bongo1: ..5.6..5.5..6.55" } },
};
const size_t kit_piece_count = sizeof(kit_pieces) / sizeof(kit_pieces[0]);

const struct kit_piece *kit_piece_find(const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; i < kit_piece_count; i++)
        for (const char *words = kit_pieces[i].words; *words != '\0';) {
            size_t end = strcspn(words, "|");
            bool plural = len == end + 1 && (name[end] == 's' || name[end] == 'S');

            if ((len == end || plural) && strncasecmp(words, name, end) == 0)
                return &kit_pieces[i];
            words += end + (words[end] == '|');
        }
    return NULL;
}

bool kit_piece_has(const struct kit_piece *piece, uint8_t key)
{
    for (size_t i = 0; i < PIECE_KEYS_MAX; i++)
        if (piece->keys[i] != 0 && piece->keys[i] == key)
            return true;
    return false;
}
