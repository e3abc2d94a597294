#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "sound/scratch.h"
#include "sound/sound_file.h"
#include "suites.h"

enum { LEN = 3 * RENDER_RATE_HZ };

static struct arena *arena;
static const char *folder;
static int32_t pcm[2 * LEN];

static void setup(void)
{
    arena = arena_new(1 << 20);
    folder = fixture_folder(arena);
    for (int i = 0; i < LEN; i++) {
        pcm[2 * i] = (int32_t)lrint(8388607 * 0.5 * sin(2 * M_PI * 440 * i / RENDER_RATE_HZ)) * 256;
        pcm[2 * i + 1] = -pcm[2 * i];
    }
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

static const struct tags tags = {
    .title = "Tränen aus Glas – 涙", .artist = "ÆTHER", .genre = "Ambient", .comment = "Made for “you”"
};

static const struct {
    enum output_format format;
    const char *name;
    int sf_format;
    double tolerance; /* RMS of the difference, full scale = 1; 0 = exact */
} formats[] = {
    { OUTPUT_WAV, "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 0 },
    { OUTPUT_FLAC, "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 0 },
    { OUTPUT_MP3, "a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0.01 },
    { OUTPUT_OGG, "a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0.01 },
};

static void compare(SNDFILE *in, double tolerance)
{
    static int32_t back[2 * LEN];
    sf_count_t count = sf_readf_int(in, back, LEN);
    double sum = 0;

    ck_assert_int_ge(count, LEN - 4096);
    if (tolerance == 0)
        ck_assert_mem_eq(back, pcm, sizeof(pcm));
    for (sf_count_t i = 8192; i < 2 * count - 8192; i++)
        sum += pow(((double)back[i] - pcm[i]) / 2147483648.0, 2);
    if (tolerance > 0)
        ck_assert_double_le(sqrt(sum / (double)(2 * count - 16384)), tolerance);
}

START_TEST(every_format_reads_back)
{
    struct error e = { .code = ERROR_NONE };
    struct sound_file *f = sound_file_create(folder, formats[_i].name, formats[_i].format, &tags, &e);
    char *path = arena_printf(arena, "%s/%s", folder, formats[_i].name);
    SF_INFO info = { .format = 0 };
    SNDFILE *in;

    ck_assert_msg(f != NULL, "%s", e.detail);
    ck_assert(sound_file_write(f, pcm, 1000, &e));
    ck_assert(sound_file_write(f, pcm + 2000, LEN - 1000, &e));
    ck_assert_msg(sound_file_close(f, &e), "%s", e.detail);
    ck_assert_int_ne(access(path, F_OK), 0); /* not before it is published */
    ck_assert(sound_file_publish(f, &e));
    sound_file_free(f);
    ck_assert_int_eq(fixture_file_count(folder), 1);
    in = sf_open(path, SFM_READ, &info);
    ck_assert_msg(in != NULL, "%s", sf_strerror(NULL));
    ck_assert_int_eq(info.channels, 2);
    ck_assert_int_eq(info.samplerate, RENDER_RATE_HZ);
    ck_assert_int_eq(info.format & (SF_FORMAT_TYPEMASK | SF_FORMAT_SUBMASK), formats[_i].sf_format);
    if (formats[_i].format != OUTPUT_MP3)
        ck_assert_str_eq(sf_get_string(in, SF_STR_TITLE), tags.title);
    compare(in, formats[_i].tolerance);
    sf_close(in);
}
END_TEST

START_TEST(mp3_is_320_kbit_with_a_utf8_tag)
{
    struct sound_file *f = sound_file_create(folder, "a.mp3", OUTPUT_MP3, &tags, NULL);
    unsigned char bytes[1024];
    FILE *in;
    size_t tag_len;

    ck_assert(sound_file_write(f, pcm, LEN, NULL) && sound_file_close(f, NULL) &&
              sound_file_publish(f, NULL));
    sound_file_free(f);
    in = fopen(arena_printf(arena, "%s/a.mp3", folder), "rb");
    ck_assert_uint_eq(fread(bytes, 1, sizeof(bytes), in), sizeof(bytes));
    fclose(in);
    ck_assert_mem_eq(bytes, "ID3\4\0\0", 6);
    tag_len = 10u + ((size_t)bytes[6] << 21 | (size_t)bytes[7] << 14 | (size_t)bytes[8] << 7 | bytes[9]);
    ck_assert_mem_eq(bytes + 10, "TIT2", 4);
    ck_assert_uint_eq(bytes[20], 3); /* UTF-8 */
    ck_assert_mem_eq(bytes + 21, tags.title, strlen(tags.title));
    ck_assert_uint_eq(bytes[tag_len], 0xff); /* an MPEG-1 layer III frame, 320 kbit/s, 44.1 kHz */
    ck_assert_uint_eq(bytes[tag_len + 1] & 0xfe, 0xfa);
    ck_assert_uint_eq(bytes[tag_len + 2] & 0xfc, 0xe0);
}
END_TEST

START_TEST(id3_cuts_between_characters)
{
    char text[3 * ID3_TEXT_MAX];
    unsigned char tag[ID3_SIZE_MAX];
    struct tags none = { .title = "" }, longest = { text, text, text, text };
    size_t len;

    ck_assert_uint_eq(id3_write(&none, tag), 0);
    for (size_t i = 0; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "€", 4); /* three bytes */
    len = id3_write(&longest, tag);
    ck_assert_uint_le(len, ID3_SIZE_MAX);
    ck_assert_uint_eq(tag[17], (1 + ID3_TEXT_MAX / 3 * 3) & 0x7f);
}
END_TEST

START_TEST(discard_leaves_nothing)
{
    struct sound_file *f = sound_file_create(folder, "a.wav", OUTPUT_WAV, NULL, NULL);

    ck_assert(sound_file_write(f, pcm, LEN, NULL));
    sound_file_discard(f);
    ck_assert_int_eq(fixture_file_count(folder), 0);
    f = sound_file_create(folder, "a.wav", OUTPUT_WAV, NULL, NULL);
    ck_assert(sound_file_write(f, pcm, LEN, NULL) && sound_file_close(f, NULL) &&
              sound_file_publish(f, NULL));
    ck_assert_int_eq(fixture_file_count(folder), 1);
    sound_file_discard(f);
    ck_assert_int_eq(fixture_file_count(folder), 0);
    sound_file_discard(NULL);
    sound_file_free(NULL);
}
END_TEST

START_TEST(cannot_create)
{
    struct error e = { .code = ERROR_NONE };

    ck_assert_ptr_null(sound_file_create("/nowhere/at/all", "a.wav", OUTPUT_WAV, NULL, &e));
    ck_assert_int_eq(e.code, ERROR_IO);
    ck_assert_int_eq(scratch_open("/nowhere/at/all", &e), -1);
    ck_assert_int_eq(e.code, ERROR_IO);
}
END_TEST

START_TEST(scratch_keeps_and_has_no_name)
{
    struct error e = { .code = ERROR_NONE };
    int fd = scratch_open(folder, &e);
    char back[5];

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(fixture_file_count(folder), 0);
    ck_assert(scratch_write(fd, "hello", 5, 1000, &e));
    ck_assert(scratch_read(fd, back, 5, 1000, &e));
    ck_assert_mem_eq(back, "hello", 5);
    ck_assert(!scratch_read(fd, back, 5, 1003, &e));
    ck_assert_int_eq(e.code, ERROR_IO);
    scratch_close(fd);
    scratch_close(-1);
}
END_TEST

Suite *files_suite(void)
{
    Suite *s = suite_create("files");
    TCase *t = tcase_create("sound files and scratch");

    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, every_format_reads_back, 0, (int)(sizeof(formats) / sizeof(*formats)));
    tcase_add_test(t, mp3_is_320_kbit_with_a_utf8_tag);
    tcase_add_test(t, id3_cuts_between_characters);
    tcase_add_test(t, discard_leaves_nothing);
    tcase_add_test(t, cannot_create);
    tcase_add_test(t, scratch_keeps_and_has_no_name);
    suite_add_tcase(s, t);
    return s;
}
