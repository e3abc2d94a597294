#include "song/general_midi.h"

#include <ctype.h>
#include <string.h>

const char *const gm_family_names[GM_FAMILY_COUNT] = {
    "piano",     "chromatic percussion", "organ", "guitar", "bass",       "strings", "ensemble",   "brass",
    "reed",      "pipe",                 "synth lead", "synth pad", "synth effects", "ethnic", "percussive", "sound effects",
};

/* clang-format off */
const struct gm_program gm_programs[128] = {
    /* name                     words, the usual one of its kind first            starts early by, ms */
    { "Acoustic Grand Piano",     "grand piano|acoustic piano|piano|keyboard|keys|pianoforte|upright piano|felt piano|prepared piano", 0 },
    { "Bright Acoustic Piano",    "bright piano", 0 },
    { "Electric Grand Piano",     "electric grand", 0 },
    { "Honky-tonk Piano",         "honky tonk|saloon piano|tack piano|honky tonk piano|ragtime piano|barrelhouse piano", 0 },
    { "Electric Piano 1",         "rhodes|electric piano|e piano|ep|fender rhodes|rhodes piano|electric keys", 0 },
    { "Electric Piano 2",         "dx7 piano|fm piano|dx electric piano|wurlitzer|wurli|dx7|digital piano|wurlitzer piano", 0 },
    { "Harpsichord",              "harpsichord|cembalo|clavichord|spinet|virginal", 0 },
    { "Clavinet",                 "clavinet|clav", 0 },
    { "Celesta",                  "celesta|celeste", 0 },
    { "Glockenspiel",             "glockenspiel|glock|bell|toy piano|chime bells|orchestra bells|bells", 0 },
    { "Music Box",                "music box|musical box", 0 },
    { "Vibraphone",               "vibraphone|vibe|vibes", 0 },
    { "Marimba",                  "marimba|balafon|gyil", 0 },
    { "Xylophone",                "xylophone", 0 },
    { "Tubular Bells",            "tubular bell|church bell|chime|chimes", 0 },
    { "Dulcimer",                 "dulcimer|hammered dulcimer|santoor|santur|zither|cimbalom|qanun|kanun|autoharp", 0 },
    { "Drawbar Organ",            "organ|drawbar organ|hammond|hammond organ|hammond b3|b3", 0 },
    { "Percussive Organ",         "percussive organ|jazz organ", 0 },
    { "Rock Organ",               "rock organ", 0 },
    { "Church Organ",             "church organ|pipe organ|cathedral organ", 0 },
    { "Reed Organ",               "reed organ|harmonium|pump organ", 0 },
    { "Accordion",                "accordion|accordeon|concertina|squeezebox|musette", 0 },
    { "Harmonica",                "harmonica|blues harp|mouth organ|melodica", 0 },
    { "Tango Accordion",          "bandoneon|tango accordion", 0 },
    { "Acoustic Guitar (nylon)",  "nylon guitar|classical guitar|spanish guitar|acoustic guitar nylon|ukulele|nylon string guitar|flamenco guitar|nylon|uke|lute|oud|charango|cavaquinho|balalaika|vihuela|theorbo", 0 },
    { "Acoustic Guitar (steel)",  "acoustic guitar|steel guitar|steel string guitar|folk guitar|acoustic guitar steel|12 string guitar|twelve string guitar|acoustic guitars|mandolin|bouzouki|saz|dobro|resonator guitar|strummed guitar|fingerpicked guitar", 0 },
    { "Electric Guitar (jazz)",   "jazz guitar|hollow body guitar|archtop|electric guitar jazz|slide guitar|pedal steel|lap steel|pedal steel guitar|lap steel guitar", 0 },
    { "Electric Guitar (clean)",  "electric guitar|clean guitar|clean electric guitar|guitar|electric guitar clean|twang guitar|twangy guitar|surf guitar|telecaster|stratocaster|tremolo guitar|baritone guitar", 0 },
    { "Electric Guitar (muted)",  "muted guitar|palm muted guitar|palm mute|electric guitar muted|funk guitar|wah guitar|scratch guitar", 0 },
    { "Overdriven Guitar",        "overdriven guitar|overdrive guitar|crunch guitar|rock guitar|lead guitar|crunchy guitar|bluesy guitar|fuzzy guitar", 0 },
    { "Distortion Guitar",        "distorted guitar|distortion guitar|heavy guitar|metal guitar|power chord|fuzz guitar|shredding guitar|heavy guitars|electric guitars distorted", 0 },
    { "Guitar Harmonics",         "guitar harmonic", 0 },
    { "Acoustic Bass",            "upright bass|acoustic bass|double bass|stand up bass|walking bass|standup bass|string bass|upright", 0 },
    { "Electric Bass (finger)",   "electric bass|bass guitar|finger bass|bass|fingered bass|electric bass finger", 0 },
    { "Electric Bass (pick)",     "picked bass|pick bass|electric bass pick", 0 },
    { "Fretless Bass",            "fretless bass|fretless", 0 },
    { "Slap Bass 1",              "slap bass|slapped bass", 0 },
    { "Slap Bass 2",              "slap bass 2", 0 },
    { "Synth Bass 1",             "synth bass|synthesizer bass|synthesiser bass|analog bass|analogue bass|moog bass|analog style synth bass|bass synth|acid bass|moog|moog bass|303", 0 },
    { "Synth Bass 2",             "sub bass|808 bass|808|fm bass|rubber bass", 0 },
    { "Violin",                   "violin|fiddle|erhu|hurdy gurdy|rebec", 113 },
    { "Viola",                    "viola", 120 },
    { "Cello",                    "cello|violoncello|celli|viola da gamba|viol", 120 },
    { "Contrabass",               "contrabass", 120 },
    { "Tremolo Strings",          "tremolo string|tremolo strings", 85 },
    { "Pizzicato Strings",        "pizzicato|pizzicato string|pizz", 0 },
    { "Orchestral Harp",          "harp|concert harp|celtic harp|lyre|kora", 0 },
    { "Timpani",                  "timpani|kettle drum|timps|tympani", 0 },
    { "String Ensemble 1",        "string|string ensemble|string section|orchestra|orchestral string|strings section|violins|high strings|low strings|lush strings|string orchestra|chamber strings|string pad", 85 },
    { "String Ensemble 2",        "slow string|warm string", 100 },
    { "Synth Strings 1",          "synth string|synthesizer string|string machine|solina|mellotron", 67 },
    { "Synth Strings 2",          "synth string 2", 87 },
    { "Choir Aahs",               "choir|choir aah|vocal choir|chorus of voices|choral voices|choral|boys choir|children choir|gospel choir|choirs", 120 },
    { "Voice Oohs",               "voice ooh|ooh|vocal ooh|hum|oohs|humming|backing vocals", 100 },
    { "Synth Voice",              "synth voice|vocoder|synth choir", 100 },
    { "Orchestra Hit",            "orchestra hit|orchestral hit", 0 },
    { "Trumpet",                  "trumpet|cornet|bugle|piccolo trumpet|flugelhorn|flugel", 0 },
    { "Trombone",                 "trombone|sackbut|bass trombone", 0 },
    { "Tuba",                     "tuba|sousaphone|bombardon", 0 },
    { "Muted Trumpet",            "muted trumpet|harmon mute", 0 },
    { "French Horn",              "french horn|horn|euphonium|alphorn|english hunting horn", 105 },
    { "Brass Section",            "brass|brass section|horn section|horns|brass ensemble|big brass|brass stabs", 30 },
    { "Synth Brass 1",            "synth brass", 20 },
    { "Synth Brass 2",            "synth brass 2", 30 },
    { "Soprano Sax",              "soprano sax|soprano saxophone", 0 },
    { "Alto Sax",                 "alto sax|alto saxophone", 0 },
    { "Tenor Sax",                "saxophone|sax|tenor sax|tenor saxophone", 0 },
    { "Baritone Sax",             "baritone sax|baritone saxophone|bari sax", 0 },
    { "Oboe",                     "oboe", 52 },
    { "English Horn",             "english horn|cor anglais|duduk", 50 },
    { "Bassoon",                  "bassoon|contrabassoon", 30 },
    { "Clarinet",                 "clarinet|bass clarinet", 30 },
    { "Piccolo",                  "piccolo", 0 },
    { "Flute",                    "flute|alto flute|bansuri|wooden flute|irish flute|native american flute", 45 },
    { "Recorder",                 "recorder|blockflute", 0 },
    { "Pan Flute",                "pan flute|panpipe|pan pipe|panflute|quena|zampona", 0 },
    { "Blown Bottle",             "blown bottle|bottle", 0 },
    { "Shakuhachi",               "shakuhachi|ney|bamboo flute", 0 },
    { "Whistle",                  "whistle|whistling|tin whistle|penny whistle|whistler|theremin", 0 },
    { "Ocarina",                  "ocarina", 0 },
    { "Square Lead",              "square lead|square wave|square synth|chip lead|chiptune lead", 0 },
    { "Saw Lead",                 "saw lead|sawtooth lead|sawtooth|saw synth|lead synth|synth lead|synth|synthesizer|synthesiser|analog synth|analogue synth|supersaw", 0 },
    { "Calliope Lead",            "calliope", 0 },
    { "Chiff Lead",               "chiff", 0 },
    { "Charang Lead",             "charang", 0 },
    { "Voice Lead",               "voice lead|solo vox", 0 },
    { "Fifths Lead",              "fifths lead", 0 },
    { "Bass and Lead",            "bass and lead", 0 },
    { "New Age Pad",              "new age pad|fantasia", 100 },
    { "Warm Pad",                 "warm pad|synth pad|pad|analog pad|analogue pad|pad synthesizer", 120 },
    { "Polysynth Pad",            "polysynth|poly synth|juno|jupiter", 50 },
    { "Choir Pad",                "choir pad", 120 },
    { "Bowed Pad",                "bowed pad|bowed glass", 120 },
    { "Metallic Pad",             "metallic pad", 100 },
    { "Halo Pad",                 "halo pad", 120 },
    { "Sweep Pad",                "sweep pad", 120 },
    { "Ice Rain",                 "ice rain", 0 },
    { "Soundtrack",               "soundtrack pad", 120 },
    { "Crystal",                  "crystal", 0 },
    { "Atmosphere",               "atmosphere", 67 },
    { "Brightness",               "brightness", 0 },
    { "Goblins",                  "goblin", 100 },
    { "Echoes",                   "echo drop", 0 },
    { "Sci-Fi",                   "sci fi", 0 },
    { "Sitar",                    "sitar", 0 },
    { "Banjo",                    "banjo|banjolele", 0 },
    { "Shamisen",                 "shamisen", 0 },
    { "Koto",                     "koto|guzheng|pipa|gayageum", 0 },
    { "Kalimba",                  "kalimba|thumb piano|mbira|sansula", 0 },
    { "Bagpipe",                  "bagpipe|uilleann pipe|highland pipe", 0 },
    { "Fiddle",                   "country fiddle", 0 },
    { "Shanai",                   "shanai|shehnai|zurna|oboe da caccia|shawm", 0 },
    { "Tinkle Bell",              "tinkle bell|sleigh bell|jingle bell|bell tree|wind chimes|wind chime", 0 },
    { "Agogo",                    "agogo", 0 },
    { "Steel Drums",              "steel drum|steel pan|steelpan|steel drums|hang drum|handpan|hang|tongue drum", 0 },
    { "Woodblock",                "woodblock|wood block", 0 },
    { "Taiko Drum",               "taiko|taiko drum|taikos|war drums|epic drums|tribal drums", 0 },
    { "Melodic Tom",              "melodic tom", 0 },
    { "Synth Drum",               "synth drum", 0 },
    { "Reverse Cymbal",           "reverse cymbal|riser", 0 },
    { "Guitar Fret Noise",        "fret noise", 0 },
    { "Breath Noise",             "breath noise", 0 },
    { "Seashore",                 "seashore|ocean|wave", 0 },
    { "Bird Tweet",               "bird", 0 },
    { "Telephone Ring",           "telephone", 0 },
    { "Helicopter",               "helicopter", 0 },
    { "Applause",                 "applause", 0 },
    { "Gunshot",                  "gunshot", 0 },
};

const struct gm_kit gm_kits[] = {
    /* program name              words */
    { 0, "Standard Kit",         "standard kit|acoustic drums|acoustic kit|live drums|rock drums|drum set|drumset" },
    { 8, "Room Kit",             "room kit|room drums" },
    { 16, "Power Kit",           "power kit|power drums|heavy drums|gated reverb drums|gated drums|gated snare|big drums" },
    { 24, "Electronic Kit",      "electronic kit|electronic drums|simmons" },
    { 25, "TR-808 Kit",          "808 kit|808 drums|tr 808|drum machine|909|808 drum machine|electronic beat|808 beat" },
    { 32, "Jazz Kit",            "jazz kit|jazz drums" },
    { 40, "Brush Kit",           "brush kit|brushes|brush|brushed drums|brushed snare|soft drums|drum brushes" },
    { 48, "Orchestra Kit",       "orchestra kit|orchestral percussion|orchestral drums|concert percussion" },
};
/* clang-format on */
const size_t gm_kit_count = sizeof(gm_kits) / sizeof(gm_kits[0]);

/* What a whole family is called, beyond the programs' own words. */
static const struct {
    const char *words;
    uint8_t first, last;
} families[] = {
    { "piano", 0, 3 },
    { "electric piano", 4, 5 },
    { "keyboard|keys", 0, 7 },
    { "mallet|bell", 8, 15 },
    { "organ", 16, 20 },
    { "accordion", 21, 23 },
    { "guitar", 24, 31 },
    { "acoustic guitar", 24, 25 },
    { "electric guitar", 26, 31 },
    { "bass", 32, 39 },
    { "synth bass", 38, 39 },
    { "string|orchestra", 40, 46 },
    { "string|orchestra", 48, 51 },
    { "choir|voice|vocal", 52, 54 },
    { "brass|horn", 56, 63 },
    { "sax|saxophone", 64, 67 },
    { "woodwind|reed|wind", 64, 79 },
    { "trumpet", 56, 56 },
    { "trumpet", 59, 59 },
    { "flute", 72, 79 },
    { "synth|synthesizer|synthesiser|synths", 80, 103 },
    { "synth|synthesizer|synthesiser|synths", 50, 51 },
    { "synth|synthesizer|synthesiser|synths", 62, 63 },
    { "synth|synthesizer|synthesiser|synths", 38, 39 },
    { "lead", 80, 87 },
    { "pad", 88, 95 },
};

enum gm_family gm_family_of(uint8_t program)
{
    return (enum gm_family)(program / 8);
}

const char *gm_name(int bank, int program)
{
    if (bank == 128) {
        for (size_t i = 0; i < gm_kit_count; i++)
            if (gm_kits[i].program == program)
                return gm_kits[i].name;
        return gm_kits[0].name;
    }
    return gm_programs[program & 127].name;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80) != 0;
}

/* Whether the `len` characters of `phrase` stand at `text`: letters whatever the case, any run of separators for a
 * space; a plural s may follow. */
static bool phrase_at(const char *text, const char *phrase, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (phrase[i] == ' ') {
            if (*text == '\0' || is_word(*text))
                return false;
            while (*text != '\0' && !is_word(*text))
                text++;
        } else if (tolower((unsigned char)*text++) != phrase[i]) {
            return false;
        }
    }
    if (tolower((unsigned char)*text) == 's')
        text++;
    return !is_word(*text);
}

static bool text_contains(const char *text, const char *phrase, size_t len)
{
    for (const char *at = text; *at != '\0'; at++)
        if ((at == text || !is_word(at[-1])) && phrase_at(at, phrase, len))
            return true;
    return false;
}

bool words_contain(const char *text, const char *phrase)
{
    return text_contains(text, phrase, strlen(phrase));
}

/* A text and the letters with which its words begin, so that most of the tables' words need not be looked for in it. */
struct heard {
    const char *text;
    uint32_t initials; /* bits 1 << (letter & 31) */
};

static struct heard hear(const char *text)
{
    struct heard heard = { .text = text };

    for (const char *at = text; *at != '\0'; at++)
        if (at == text || !is_word(at[-1]))
            heard.initials |= 1u << (tolower((unsigned char)*at) & 31);
    return heard;
}

/* The longest of the "|"-separated `words`, each of which begins with a letter or a digit, that the text contains; 0 for
 * none. */
static size_t words_best(const struct heard *heard, const char *words)
{
    size_t best = 0;

    while (*words != '\0') {
        const char *word = words;
        size_t len;

        while (*words != '\0' && *words != '|')
            words++;
        len = (size_t)(words - word);
        if (len > best && heard->initials >> (*word & 31) & 1 && text_contains(heard->text, word, len))
            best = len;
        words += *words == '|';
    }
    return best;
}

int gm_program_find(const char *text)
{
    struct heard heard = hear(text);
    size_t best = 0;
    int found = -1;

    for (int i = 0; i < 128; i++) {
        size_t len = words_best(&heard, gm_programs[i].words);

        if (len > best) {
            best = len;
            found = i;
        }
    }
    return found;
}

uint8_t gm_kit_key(int kit, uint8_t key)
{
    static const struct {
        uint8_t from, to;
    } orchestra[] = { { 42, 27 }, { 44, 28 }, { 46, 29 }, { 49, 57 }, { 51, 59 }, { 52, 57 }, { 53, 80 },
                      { 41, 36 }, { 43, 36 }, { 45, 35 }, { 47, 35 }, { 48, 35 }, { 50, 35 } };

    for (size_t i = 0; kit == GM_KIT_ORCHESTRA && i < sizeof(orchestra) / sizeof(orchestra[0]); i++)
        if (orchestra[i].from == key)
            return orchestra[i].to;
    return key;
}

int gm_kit_find(const char *text)
{
    struct heard heard = hear(text);
    size_t best = 0;
    int found = -1;

    for (size_t i = 0; i < gm_kit_count; i++) {
        size_t len = words_best(&heard, gm_kits[i].words);

        if (len > best) {
            best = len;
            found = gm_kits[i].program;
        }
    }
    return found;
}

/* The longest name in the text decides, whether of a program or of a family: "electric guitar" is no nylon guitar, though
 * that is a guitar too. */
bool gm_program_matches(uint8_t program, const char *text)
{
    struct heard heard = hear(text);
    size_t own = words_best(&heard, gm_programs[program].words), family = 0, longest = own;
    int named = gm_program_find(text);

    if (named >= 0 && words_best(&heard, gm_programs[named].words) > longest)
        longest = words_best(&heard, gm_programs[named].words);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        size_t len = words_best(&heard, families[i].words);

        if (len > longest)
            longest = len;
        if (len > family && program >= families[i].first && program <= families[i].last)
            family = len;
    }
    return longest > 0 && (own == longest || family == longest);
}
