/* What a sound file says about itself, and under which names in each kind of file: one table, from which the writers of
 * Vorbis comments, ID3 and RIFF chunks take theirs. */
#ifndef SOUND_TAGS_H
#define SOUND_TAGS_H

#include <stddef.h>

enum tag {
    TAG_TITLE, TAG_ARTIST, TAG_GENRE, TAG_DATE, TAG_TEMPO, TAG_KEY, TAG_KEY_NAME, TAG_COMMENT, TAG_LICENCE, TAG_RECIPE,
    TAG_SEED, TAG_SOUNDFONT, TAG_SOFTWARE, TAG_PCM_SHA256, TAG_COUNT
};

struct tag_names {
    const char *vorbis; /* field name of a Vorbis comment (xiph.org, "Ogg Vorbis I format specification: comment field") */
    const char *id3;    /* frame of ID3v2.4; "TXXX": described by the field name of the Vorbis comment */
    const char *riff;   /* chunk of LIST/INFO; NULL = none */
};
extern const struct tag_names tag_names[TAG_COUNT];

struct tags {
    const char *texts[TAG_COUNT]; /* UTF-8, NULL or "" = none */
    /* for the bext chunk; NAN = not measured */
    double loudness_lufs, loudness_range_lu, true_peak_dbtp, momentary_lufs, short_term_lufs;
};

/* Nothing is said. */
struct tags tags_none(void);

/* Longer texts are cut between characters. */
enum { TAG_TEXT_MAX = 16000 };
size_t tag_length(const char *text); /* bytes of it that are written; 0 for NULL */

/* No writer needs more bytes for these. */
size_t tags_size_max(const struct tags *tags);

#endif
