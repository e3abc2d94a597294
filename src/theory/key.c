#include "theory/key.h"

#include <stdio.h>
#include <string.h>

enum { SIGNATURE_MAX = 7 };

bool key_is_set(struct key k)
{
    return pitch_is_set(k.root);
}

bool key_parse(const char *text, struct key *out)
{
    struct key k = { .mode = MODE_MAJOR };

    if (text[0] < 'A' || text[0] > 'G')
        return false;
    k.root.letter = *text++;
    if (*text == '#' || *text == 'b')
        k.root.accidental = *text++ == '#' ? 1 : -1;
    if (*text == 'm') {
        k.mode = MODE_MINOR;
        text++;
    }
    if (*text != '\0')
        return false;
    *out = k;
    return true;
}

bool key_read(const char *text, struct key *out)
{
    struct key k;
    size_t used;
    int mode;

    if (key_parse(text, out))
        return true;
    used = pitch_parse_prefix(text, &k.root);
    if (used == 0 || text[used] != ' ')
        return false;
    mode = mode_find(text + used + 1);
    if (mode < 0)
        return false;
    k.mode = (enum mode)mode;
    *out = k;
    return true;
}

void key_print(struct key k, char *out, size_t out_size)
{
    char root[PITCH_TEXT_SIZE];

    pitch_print(k.root, root, sizeof(root));
    if (!key_is_set(k) || k.mode == MODE_MAJOR)
        snprintf(out, out_size, "%s", root);
    else if (k.mode == MODE_MINOR)
        snprintf(out, out_size, "%sm", root);
    else
        snprintf(out, out_size, "%s %s", root, mode_names[k.mode]);
}

struct key key_simplify(struct key k)
{
    int root = pitch_fifths(k.root);
    int signature = root + mode_infos[k.mode].signature;

    while (signature > SIGNATURE_MAX) {
        signature -= 12;
        root -= 12;
    }
    while (signature < -SIGNATURE_MAX) {
        signature += 12;
        root += 12;
    }
    k.root = pitch_at_fifths(root);
    return k;
}

int key_fifths(struct key k)
{
    return pitch_fifths(key_simplify(k).root) + mode_infos[k.mode].signature;
}

bool key_is_minor(struct key k)
{
    return mode_is_minor(k.mode);
}

struct scale key_scale(struct key k)
{
    return (struct scale){ .root = (int8_t)pitch_class(k.root), .mode = k.mode };
}

struct pitch_name key_spell(struct key k, int class)
{
    const struct mode_info *info = &mode_infos[k.mode];
    int place = scale_degree(key_scale(k), class);
    int letter, natural;
    struct pitch_name p = { 0 };

    class = pitch_class_of(class);
    if (place < 0)
        return pitch_spell(class, k.root);
    letter = (k.root.letter - 'A' + info->tones[place].degree - 1) % 7;
    p.letter = (char)('A' + letter);
    natural = pitch_class(p);
    p.accidental = (int8_t)pitch_class_shortest(natural, class);
    /* Only roots with a double accidental, which key_simplify removes, come here. */
    if (p.accidental < -2 || p.accidental > 2)
        return pitch_spell(class, key_simplify(k).root);
    return p;
}

struct note_name key_spell_note(struct key k, int midi)
{
    return note_of(midi, key_spell(k, pitch_class_of(midi)));
}

int key_interval(struct key from, struct key to)
{
    return pitch_class_shortest(pitch_class(from.root), pitch_class(to.root));
}

struct key key_transpose(struct key k, int semitones)
{
    int shift = mode_infos[k.mode].signature;
    int signature = pitch_class_of(7 * semitones + pitch_fifths(k.root) + shift);

    if (signature > 6 || (signature == 6 && semitones < 0))
        signature -= 12;
    k.root = pitch_at_fifths(signature - shift);
    return k;
}

struct key key_relative(struct key k)
{
    int signature = key_fifths(k);

    if (key_is_minor(k))
        return (struct key){ .root = pitch_at_fifths(signature), .mode = MODE_MAJOR };
    return (struct key){ .root = pitch_at_fifths(signature - mode_infos[MODE_MINOR].signature),
                         .mode = MODE_MINOR };
}

struct key key_parallel(struct key k)
{
    k.mode = key_is_minor(k) ? MODE_MAJOR : MODE_MINOR;
    return key_simplify(k);
}

static bool codec_read(const char *text, void *out)
{
    return key_read(text, out);
}

static bool codec_parse(const char *text, void *out)
{
    return key_parse(text, out);
}

static void codec_print(const void *in, char *out, size_t out_size)
{
    key_print(*(const struct key *)in, out, out_size);
}

static bool codec_is_unset(const void *in)
{
    return !key_is_set(*(const struct key *)in);
}

const struct codec key_codec = {
    .expected = "a key such as C, F#m, Bb or D dorian",
    .size = sizeof(struct key),
    .parse = codec_read,
    .print = codec_print,
    .is_unset = codec_is_unset,
};

const struct codec request_key_codec = {
    .expected = "a key such as C, F#m or Bb",
    .pattern = KEY_PATTERN,
    .size = sizeof(struct key),
    .parse = codec_parse,
    .print = codec_print,
    .is_unset = codec_is_unset,
};
