#include "theory/pitch.h"

#include <stdio.h>
#include <string.h>

#include "core/error.h"

enum { FIFTHS_MIN = -15, FIFTHS_MAX = 19 };

static const char letters_by_fifths[] = "FCGDAEB";                /* F is -1 */
static const int8_t class_of_letter[] = { 9, 11, 0, 2, 4, 5, 7 }; /* A … G */

/* Bytes of the accidental sign at `text` and its semitones; 0 when there is none. */
static size_t sign_read(const char *text, int *semitones)
{
    static const struct {
        const char *text;
        int semitones;
    } signs[] = {
        {"#",    1 },
        { "b",   -1},
        { "x",   2 },
        { "♯", 1 },
        { "♭", -1}
    };

    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        size_t len = strlen(signs[i].text);

        if (strncmp(text, signs[i].text, len) == 0) {
            *semitones = signs[i].semitones;
            return len;
        }
    }
    return 0;
}

bool pitch_is_set(struct pitch_name p)
{
    return p.letter != 0;
}

bool pitch_is_equal(struct pitch_name a, struct pitch_name b)
{
    return a.letter == b.letter && a.accidental == b.accidental;
}

int pitch_class_of(int note)
{
    return (note % 12 + 12) % 12;
}

unsigned pitch_mask_turn(unsigned mask, int semitones)
{
    semitones = pitch_class_of(semitones);
    return (mask << semitones | mask >> (12 - semitones)) & 0xfff;
}

int pitch_class(struct pitch_name p)
{
    ASSERT(p.letter >= 'A' && p.letter <= 'G');
    return pitch_class_of(class_of_letter[p.letter - 'A'] + p.accidental);
}

int pitch_class_up(int from, int to)
{
    return pitch_class_of(to - from);
}

int pitch_class_shortest(int from, int to)
{
    int up = pitch_class_up(from, to);

    return up > 6 ? up - 12 : up;
}

size_t pitch_parse_prefix(const char *text, struct pitch_name *out)
{
    size_t used = 1;
    int accidental = 0;

    if (text[0] < 'A' || text[0] > 'G')
        return 0;
    for (;;) {
        int semitones = 0;
        size_t len = sign_read(text + used, &semitones);

        /* One sign takes the other's direction only: "Bb" then "#5" is a chord's alteration, not a cancelled
         * flat. */
        if (len == 0 || accidental * semitones < 0 || accidental + semitones > 2 ||
            accidental + semitones < -2)
            break;
        accidental += semitones;
        used += len;
    }
    *out = (struct pitch_name){ .letter = text[0], .accidental = (int8_t)accidental };
    return used;
}

bool pitch_parse(const char *text, struct pitch_name *out)
{
    struct pitch_name p;
    size_t used = pitch_parse_prefix(text, &p);

    if (used == 0 || text[used] != '\0')
        return false;
    *out = p;
    return true;
}

void pitch_print(struct pitch_name p, char *out, size_t out_size)
{
    static const char *const signs[] = { "bb", "b", "", "#", "##" };

    if (!pitch_is_set(p)) {
        snprintf(out, out_size, "%s", "");
        return;
    }
    snprintf(out, out_size, "%c%s", p.letter, signs[p.accidental + 2]);
}

int pitch_fifths(struct pitch_name p)
{
    const char *place;

    ASSERT(pitch_is_set(p));
    place = strchr(letters_by_fifths, p.letter);
    ASSERT(place != NULL);
    return (int)(place - letters_by_fifths) - 1 + 7 * p.accidental;
}

struct pitch_name pitch_at_fifths(int fifths)
{
    int place;

    while (fifths < FIFTHS_MIN)
        fifths += 12;
    while (fifths > FIFTHS_MAX)
        fifths -= 12;
    place = fifths - FIFTHS_MIN; /* 0 = Fbb */
    return (struct pitch_name){ .letter = letters_by_fifths[place % 7],
                                .accidental = (int8_t)(place / 7 - 2) };
}

struct pitch_name pitch_spell(int class, struct pitch_name tonic)
{
    int centre = pitch_fifths(tonic);
    /* A semitone is seven fifths, so this many fifths above the tonic, brought into -5 … 6. */
    int up = pitch_class_of(7 * (class - pitch_class(tonic)));

    return pitch_at_fifths(centre + (up > 6 ? up - 12 : up));
}

int note_midi(struct note_name n)
{
    /* Not pitch_class: Cb4 lies below C4, in the octave of its letter. */
    return 12 * (n.octave + 1) + class_of_letter[n.pitch.letter - 'A'] + n.pitch.accidental;
}

bool note_parse(const char *text, struct note_name *out)
{
    struct note_name n;
    size_t used = pitch_parse_prefix(text, &n.pitch);
    bool below = used > 0 && text[used] == '-';
    char digit;

    if (used == 0)
        return false;
    used += below ? 1 : 0;
    digit = text[used];
    if (digit < '0' || digit > '9' || text[used + 1] != '\0' || (below && digit != '1'))
        return false;
    n.octave = below ? -1 : (int8_t)(digit - '0');
    if (note_midi(n) < 0 || note_midi(n) >= MIDI_NOTES)
        return false;
    *out = n;
    return true;
}

void note_print(struct note_name n, char *out, size_t out_size)
{
    char pitch[PITCH_TEXT_SIZE];

    if (!pitch_is_set(n.pitch)) {
        snprintf(out, out_size, "%s", "");
        return;
    }
    pitch_print(n.pitch, pitch, sizeof(pitch));
    snprintf(out, out_size, "%s%d", pitch, n.octave);
}

struct note_name note_of(int midi, struct pitch_name pitch)
{
    int natural = midi - pitch.accidental; /* where the letter without its accidental lies */

    ASSERT(pitch_class_of(midi) == pitch_class(pitch));
    return (struct note_name){ .pitch = pitch,
                               .octave = (int8_t)((natural - pitch_class_of(natural)) / 12 - 1) };
}

static bool pitch_codec_parse(const char *text, void *out)
{
    return pitch_parse(text, out);
}

static void pitch_codec_print(const void *in, char *out, size_t out_size)
{
    pitch_print(*(const struct pitch_name *)in, out, out_size);
}

static bool pitch_codec_is_unset(const void *in)
{
    return !pitch_is_set(*(const struct pitch_name *)in);
}

const struct codec pitch_codec = {
    .expected = "a pitch such as C, F# or Bb",
    .pattern = "^[A-G](##?|bb?|x|♯♯?|♭♭?)?$",
    .size = sizeof(struct pitch_name),
    .parse = pitch_codec_parse,
    .print = pitch_codec_print,
    .is_unset = pitch_codec_is_unset,
};

static bool note_codec_parse(const char *text, void *out)
{
    return note_parse(text, out);
}

static void note_codec_print(const void *in, char *out, size_t out_size)
{
    note_print(*(const struct note_name *)in, out, out_size);
}

static bool note_codec_is_unset(const void *in)
{
    return !pitch_is_set(((const struct note_name *)in)->pitch);
}

const struct codec note_codec = {
    .expected = "a note such as C4, F#3 or Bb5, within MIDI's range",
    .pattern = "^[A-G](##?|bb?|x|♯♯?|♭♭?)?(-1|[0-9])$",
    .size = sizeof(struct note_name),
    .parse = note_codec_parse,
    .print = note_codec_print,
    .is_unset = note_codec_is_unset,
};
