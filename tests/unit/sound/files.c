#define _GNU_SOURCE
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"
#include "fixture.h"
#include "sound/id3.h"
#include "sound/part_file.h"
#include "sound/scratch.h"
#include "sound/sound_file.h"
#include "suites.h"

enum { LEN = 3 * RENDER_RATE_HZ };

static struct arena *arena;
static const char *folder;
static int32_t pcm[2 * LEN];
static void tags_make(void);

static void setup(void)
{
    arena = arena_new((size_t)64 << 20);
    folder = fixture_folder(arena);
    for (int i = 0; i < LEN; i++) {
        pcm[2 * i] = (int32_t)lrint(8388607 * 0.5 * sin(2 * M_PI * 440 * i / RENDER_RATE_HZ)) * 256;
        pcm[2 * i + 1] = -pcm[2 * i];
    }
    tags_make();
}

static void teardown(void)
{
    fixture_folder_remove(folder);
    arena_free(arena);
}

static struct tags tags;

static void tags_make(void)
{
    tags = tags_none();
    tags.texts[TAG_TITLE] = "Tränen aus Glas – 涙";
    tags.texts[TAG_ARTIST] = "ÆTHER";
    tags.texts[TAG_GENRE] = "Ambient";
    tags.texts[TAG_TEMPO] = "117.6";
    tags.texts[TAG_KEY] = "F#m";
    tags.texts[TAG_KEY_NAME] = "F# minor";
    tags.texts[TAG_DATE] = "2026-11-23T12:08:05.123Z";
    tags.texts[TAG_COMMENT] = "Made for “you”";
    tags.texts[TAG_SEED] = "42";
    tags.loudness_lufs = -14.04;
    tags.loudness_range_lu = 6.5;
    tags.true_peak_dbtp = -1.111;
}

static const struct {
    enum output_format format;
    const char *name;
    int sf_format, rate_hz;
    double tolerance; /* RMS of the difference, full scale = 1; 0 = exact */
} formats[] = {
    { OUTPUT_WAV, "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 44100, 0 },
    { OUTPUT_WAV16, "b.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 0.6 / 32768 },
    { OUTPUT_WAV32F, "c.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 44100, 0 },
    { OUTPUT_FLAC, "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 44100, 0 },
    { OUTPUT_MP3, "a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 0.01 },
    { OUTPUT_MP3_V0, "b.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 44100, 0.01 },
    { OUTPUT_OGG, "a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 44100, 0.01 },
    { OUTPUT_OPUS, "a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 0.01 },
};
enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* Writes the sine in two pieces; the path when it is published. */
static const char *make(int index, const struct tags *with)
{
    struct error e = { .code = ERROR_NONE };
    struct sound_file *f = sound_file_create(folder, formats[index].name, formats[index].format, with, &e);
    const char *path = arena_printf(arena, "%s/%s", folder, formats[index].name);
    char sha256[HASH_TEXT_SIZE];
    struct stat status;

    ck_assert_msg(f != NULL, "%s", e.detail);
    unlink(path);
    ck_assert(sound_file_write(f, pcm, 1000, &e));
    ck_assert(sound_file_write(f, pcm + 2000, LEN - 1000, &e));
    ck_assert_msg(sound_file_close(f, &e), "%s", e.detail);
    ck_assert_int_ne(access(path, F_OK), 0); /* not before it is published */
    ck_assert(sound_file_publish(f, &e));
    ck_assert(stat(path, &status) == 0 && hash_file(path, sha256, &e));
    ck_assert_int_eq(sound_file_sum(f)->bytes, status.st_size);
    ck_assert_str_eq(sound_file_sum(f)->sha256, sha256);
    sound_file_free(f);
    return path;
}

/* The sine itself at the file's rate. */
static void compare(SNDFILE *in, int rate_hz, double tolerance)
{
    static double back[4 * LEN];
    sf_count_t count = sf_readf_double(in, back, 2 * LEN), expected = (sf_count_t)LEN * rate_hz / RENDER_RATE_HZ;
    double sum = 0, greatest = 0;

    ck_assert_int_ge(count, expected - 4096);
    ck_assert_int_le(count, expected + 4096);
    for (sf_count_t i = 4096; i < expected - 4096; i++) {
        double value = 8388607 * 0.5 * sin(2 * M_PI * 440 * (double)i / rate_hz) / 8388608;
        double left = back[2 * i] - value, right = back[2 * i + 1] + value;

        sum += left * left + right * right;
        greatest = fmax(greatest, fmax(fabs(left), fabs(right)));
    }
    if (tolerance == 0)
        ck_assert_double_le(greatest, 0.51 / 8388608);
    else
        ck_assert_double_le(sqrt(sum / (double)(2 * (expected - 8192))), tolerance);
}

START_TEST(every_format_reads_back)
{
    const char *path = make(_i, &tags);
    SF_INFO info = { .format = 0 };
    SNDFILE *in = sf_open(path, SFM_READ, &info);

    ck_assert_int_eq(fixture_file_count(folder), 1);
    ck_assert_msg(in != NULL, "%s", sf_strerror(NULL));
    ck_assert_int_eq(info.channels, 2);
    ck_assert_int_eq(info.samplerate, formats[_i].rate_hz);
    ck_assert_int_eq(info.format & (SF_FORMAT_TYPEMASK | SF_FORMAT_SUBMASK), formats[_i].sf_format);
    if ((info.format & SF_FORMAT_TYPEMASK) != SF_FORMAT_MPEG)
        ck_assert_str_eq(sf_get_string(in, SF_STR_TITLE), tags.texts[TAG_TITLE]);
    compare(in, formats[_i].rate_hz, formats[_i].tolerance);
    sf_close(in);
}
END_TEST

START_TEST(files_without_tags_read_back)
{
    const char *path = make(_i, NULL);
    SF_INFO info = { .format = 0 };
    SNDFILE *in = sf_open(path, SFM_READ, &info);

    ck_assert_msg(in != NULL, "%s", sf_strerror(NULL));
    compare(in, formats[_i].rate_hz, formats[_i].tolerance);
    sf_close(in);
}
END_TEST

START_TEST(the_same_samples_give_the_same_bytes)
{
    char first[HASH_TEXT_SIZE], again[HASH_TEXT_SIZE], other[HASH_TEXT_SIZE];

    ck_assert(hash_file(make(_i, &tags), first, NULL));
    ck_assert(hash_file(make(_i, &tags), again, NULL));
    ck_assert_str_eq(first, again);
    tags.texts[TAG_TITLE] = "Another";
    ck_assert(hash_file(make(_i, &tags), other, NULL));
    ck_assert_str_ne(first, other);
}
END_TEST

static unsigned char *bytes_of(const char *path, size_t *len)
{
    FILE *in = fopen(path, "rb");
    unsigned char *bytes = arena_alloc(arena, 4 << 20);

    ck_assert_ptr_nonnull(in);
    *len = fread(bytes, 1, 4 << 20, in);
    fclose(in);
    return bytes;
}

static uint32_t little(const unsigned char *at, int bytes)
{
    uint32_t value = 0;

    for (int i = 0; i < bytes; i++)
        value |= (uint32_t)at[i] << (8 * i);
    return value;
}

static const unsigned char *find(const unsigned char *bytes, size_t len, const char *text)
{
    return memmem(bytes, len, text, strlen(text));
}

/* 24-bit samples as they are in the file: of those the checksum is. */
static const char *samples_sha256(void)
{
    unsigned char *packed = arena_alloc(arena, (size_t)2 * LEN * 3);
    char *out = arena_alloc(arena, HASH_TEXT_SIZE);

    for (size_t i = 0; i < 2 * LEN; i++)
        for (size_t b = 0; b < 3; b++)
            packed[3 * i + b] = (unsigned char)((uint32_t)pcm[i] >> (8 + 8 * b));
    hash_text(packed, (size_t)2 * LEN * 3, out);
    return out;
}

/* The chunks of a WAV file follow each other to its end (RIFF, Microsoft and IBM 1991), bext as EBU Tech 3285 has it. */
START_TEST(wav_has_bext_info_and_id3)
{
    size_t len, at = 12;
    const unsigned char *b = bytes_of(make(OUTPUT_WAV, &tags), &len), *bext = NULL, *id3 = NULL, *info = NULL, *fmt = NULL;
    size_t info_len = 0, id3_len = 0;

    ck_assert_mem_eq(b, "RIFF", 4);
    ck_assert_uint_eq(little(b + 4, 4), len - 8);
    for (; at + 8 <= len; at += 8 + (little(b + at + 4, 4) + 1) / 2 * 2) {
        fmt = memcmp(b + at, "fmt ", 4) == 0 ? b + at + 8 : fmt;
        bext = memcmp(b + at, "bext", 4) == 0 ? b + at + 8 : bext;
        if (memcmp(b + at, "LIST", 4) == 0) {
            info = b + at + 8;
            info_len = little(b + at + 4, 4);
        }
        if (memcmp(b + at, "id3 ", 4) == 0) {
            id3 = b + at + 8;
            id3_len = little(b + at + 4, 4);
        }
    }
    ck_assert_uint_eq(at, len);
    ck_assert(fmt != NULL && bext != NULL && info != NULL && id3 != NULL);
    ck_assert_uint_eq(little(fmt, 2), 1);
    ck_assert_uint_eq(little(fmt + 14, 2), 24);
    ck_assert_str_eq((const char *)bext, "?THER - Tr?nen aus Glas ? ?, Ambient, F# minor, 117.6 bpm");
    ck_assert_str_eq((const char *)bext + 256, "AETHER");
    ck_assert_str_eq((const char *)bext + 288, "AETHER-42");
    ck_assert_mem_eq(bext + 320, "2026-11-2312:08:05", 18);
    ck_assert_uint_eq(little(bext + 346, 2), 2);
    ck_assert_int_eq((int16_t)little(bext + 412, 2), -1404);
    ck_assert_int_eq((int16_t)little(bext + 414, 2), 650);
    ck_assert_int_eq((int16_t)little(bext + 416, 2), -111);
    ck_assert_int_eq(little(bext + 418, 2), 0x7fff); /* not measured */
    ck_assert_mem_eq(bext + 602, "A=PCM,F=44100,W=24,M=stereo,T=", 30);
    ck_assert_mem_eq(info, "INFO", 4);
    ck_assert_ptr_nonnull(find(info, info_len, "INAM"));
    ck_assert_ptr_nonnull(find(info, info_len, tags.texts[TAG_TITLE]));
    ck_assert_mem_eq(id3, "ID3\4\0\0", 6);
    ck_assert_ptr_nonnull(find(id3, id3_len, samples_sha256()));
}
END_TEST

/* RFC 9639: STREAMINFO first, one VORBIS_COMMENT, the last block marked; then the frames' sync code. */
START_TEST(flac_has_one_comment_block)
{
    size_t len, at = 4;
    const unsigned char *b = bytes_of(make(3, &tags), &len), *comment = NULL;
    int comments = 0;
    bool is_last = false;

    ck_assert_mem_eq(b, "fLaC", 4);
    ck_assert_int_eq(b[4] & 0x7f, 0);
    while (!is_last) {
        size_t block = (size_t)b[at + 1] << 16 | (size_t)b[at + 2] << 8 | b[at + 3];

        is_last = (b[at] & 0x80) != 0;
        if ((b[at] & 0x7f) == 4) {
            comment = b + at + 4;
            comments++;
        } else if ((b[at] & 0x7f) == 1) {
            for (size_t i = 0; i < block; i++)
                ck_assert_int_eq(b[at + 4 + i], 0);
        }
        at += 4 + block;
        ck_assert_uint_lt(at, len);
    }
    ck_assert_int_eq(comments, 1);
    ck_assert_int_eq(b[at], 0xff);
    ck_assert_int_eq(b[at + 1] & 0xfe, 0xf8);
    ck_assert_uint_eq(little(comment, 4), strlen("AETHER Band Engine " AETHER_VERSION));
    ck_assert_ptr_nonnull(find(b, at, "TITLE=Tränen aus Glas – 涙"));
    ck_assert_ptr_nonnull(find(b, at, "BPM=117.6"));
    ck_assert_ptr_nonnull(find(b, at, "INITIALKEY=F#m"));
    ck_assert_ptr_nonnull(find(b, at, arena_printf(arena, "PCM_SHA256=%s", samples_sha256())));
}
END_TEST

/* Bit by bit, as RFC 3533 has it: polynomial 0x04c11db7, initial value and final XOR 0. */
static uint32_t crc_by_bits(const unsigned char *page, size_t len)
{
    uint32_t crc = 0;

    for (size_t i = 0; i < len; i++) {
        crc ^= (uint32_t)(i >= 22 && i < 26 ? 0 : page[i]) << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ ((crc & 0x80000000u) != 0 ? 0x04c11db7u : 0);
    }
    return crc;
}

/* Pages numbered without a gap, with right checksums, one serial number, the headers where the codecs want them. */
static void pages_check(const unsigned char *b, size_t len, const char *tags_magic, int header_packets)
{
    uint32_t serial = little(b + 14, 4), number = 0;
    int packets = 0;
    size_t at = 0;

    while (at < len) {
        size_t page = 27 + (size_t)b[at + 26];
        int before = packets;

        for (size_t i = 0; i < b[at + 26]; i++) {
            page += b[at + 27 + i];
            packets += b[at + 27 + i] < 255;
        }
        ck_assert_uint_le(at + page, len);
        ck_assert_mem_eq(b + at, "OggS", 5);
        ck_assert_int_eq((b[at + 5] & 2) != 0, at == 0);
        ck_assert_int_eq((b[at + 5] & 4) != 0, at + page == len);
        ck_assert_uint_eq(little(b + at + 14, 4), serial);
        ck_assert_uint_eq(little(b + at + 18, 4), number++);
        ck_assert_uint_eq(little(b + at + 22, 4), crc_by_bits(b + at, page));
        if (at == 0)
            ck_assert_int_eq(packets, 1); /* the first header alone */
        else if (number == 2)
            ck_assert_ptr_nonnull(find(b + at, page, tags_magic));
        if (before < header_packets) {
            ck_assert_uint_eq(little(b + at + 6, 4), packets == before ? 0xffffffffu : 0); /* no sound yet */
            ck_assert_int_le(packets, header_packets); /* which begins on a page of its own */
        }
        at += page;
    }
    ck_assert_int_gt(packets, 20);
}

START_TEST(ogg_pages_are_whole)
{
    size_t len;
    const unsigned char *vorbis = bytes_of(make(6, &tags), &len);
    uint32_t serial = little(vorbis + 14, 4);
    const unsigned char *opus;
    char *longest = arena_alloc(arena, 70001);

    pages_check(vorbis, len, "\003vorbis", 3);
    ck_assert_ptr_nonnull(find(vorbis, 8000, arena_printf(arena, "PCM_SHA256=%s", samples_sha256())));
    opus = bytes_of(make(7, &tags), &len);
    pages_check(opus, len, "OpusTags", 2);
    ck_assert_ptr_nonnull(find(opus, 8000, "KEY=F# minor"));
    memset(longest, 'x', 70000); /* cut to 16,000 each; six of them need more than a page */
    for (int i = TAG_KEY_NAME; i <= TAG_SOUNDFONT; i++)
        tags.texts[i] = longest;
    vorbis = bytes_of(make(6, &tags), &len);
    pages_check(vorbis, len, "\003vorbis", 3);
    ck_assert_uint_ne(little(vorbis + 14, 4), serial); /* another song, another number */
    opus = bytes_of(make(7, &tags), &len);
    pages_check(opus, len, "OpusTags", 2);
}
END_TEST

/* The frames of MPEG-1 layer III at 44.1 kHz: bit rate index 14 is 320 kbit/s (ISO 11172-3, 2.4.2.3). */
START_TEST(mp3_has_its_bit_rate_and_a_utf8_tag)
{
    static const int rates[16] = { 0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0 };
    size_t len, at;
    const unsigned char *b = bytes_of(make(4 + _i, &tags), &len);
    int frames = 0, others = 0;

    ck_assert_mem_eq(b, "ID3\4\0\0", 6);
    at = 10u + ((size_t)b[6] << 21 | (size_t)b[7] << 14 | (size_t)b[8] << 7 | b[9]);
    ck_assert_mem_eq(b + 10, "TIT2", 4);
    ck_assert_uint_eq(b[20], 3); /* UTF-8 */
    ck_assert_mem_eq(b + 21, tags.texts[TAG_TITLE], strlen(tags.texts[TAG_TITLE]));
    ck_assert_mem_eq(find(b, at, "TBPM") + 10, "\003118", 4); /* a whole number */
    ck_assert_mem_eq(find(b, at, "TKEY") + 10, "\003F#m", 4);
    ck_assert_ptr_nonnull(find(b, at, samples_sha256()));
    while (at + 4 <= len) {
        int rate = rates[b[at + 2] >> 4];

        ck_assert_int_eq(b[at], 0xff);
        ck_assert_int_eq(b[at + 1] & 0xfe, 0xfa);
        frames++;
        others += rate != 320;
        at += (size_t)(144 * rate * 1000 / 44100 + (b[at + 2] >> 1 & 1));
    }
    ck_assert_int_ge(frames, LEN / 1152);
    ck_assert_int_eq(others > 1, _i == 1); /* the first frame holds no sound, but the lengths */
}
END_TEST

START_TEST(floats_pass_full_scale)
{
    float loud[8] = { 1.5f, -1.5f, 3, -0.25f, 0, 1e-9f, 2, -2 }, back[8];
    struct sound_file *f = sound_file_create(folder, "a.wav", OUTPUT_WAV32F, NULL, NULL);
    SF_INFO info = { .format = 0 };
    SNDFILE *in;

    ck_assert(sound_file_write_float(f, loud, 4, NULL) && sound_file_end(f, NULL));
    in = sf_open(sound_file_path(f), SFM_READ, &info); /* whole before it is closed */
    ck_assert_int_eq(sf_readf_float(in, back, 4), 4);
    ck_assert_mem_eq(back, loud, sizeof(loud));
    sf_close(in);
    ck_assert(sound_file_close(f, NULL));
    sound_file_discard(f);
    ck_assert_int_eq(fixture_file_count(folder), 0);
}
END_TEST

START_TEST(id3_cuts_between_characters)
{
    static char text[3 * TAG_TEXT_MAX];
    struct tags many = tags_none();
    unsigned char *tag;
    size_t len;

    for (size_t i = 0; i + 3 < sizeof(text); i += 3)
        memcpy(text + i, "€", 4); /* three bytes */
    tag = arena_alloc(arena, 4096);
    ck_assert_uint_eq(id3_write(&many, tag), 0);
    ck_assert_uint_eq(tag_length(text), TAG_TEXT_MAX / 3 * 3);
    ck_assert_uint_eq(tag_length(NULL), 0);
    for (int i = 0; i < TAG_COUNT; i++)
        many.texts[i] = text;
    tag = arena_alloc(arena, tags_size_max(&many));
    len = id3_write(&many, tag);
    ck_assert_uint_le(len, tags_size_max(&many));
    len = 1 + TAG_TEXT_MAX / 3 * 3;
    ck_assert_uint_eq((size_t)tag[14] << 21 | (size_t)tag[15] << 14 | (size_t)tag[16] << 7 | tag[17], len);
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

static off_t length_of(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? status.st_size : -1;
}

/* A file that is put in order reaches the system in large pieces; putting nothing anywhere does not end one. */
START_TEST(small_pieces_are_gathered)
{
    struct part_file *p = part_file_create(folder, "a.bin", NULL);
    char piece[1000] = { 0 };

    ck_assert_ptr_nonnull(p);
    for (int i = 0; i < 200; i++) {
        part_file_put(p, piece, sizeof(piece), i * (int64_t)sizeof(piece));
        part_file_put(p, piece, 0, 7);
    }
    ck_assert_int_eq(length_of(part_file_path(p)), 0);
    ck_assert(part_file_seal(p, NULL));
    ck_assert_int_eq(length_of(part_file_path(p)), 200 * (int)sizeof(piece));
    part_file_discard(p);
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
    tcase_add_loop_test(t, every_format_reads_back, 0, FORMATS);
    tcase_add_loop_test(t, files_without_tags_read_back, 0, FORMATS);
    tcase_add_loop_test(t, the_same_samples_give_the_same_bytes, 0, FORMATS);
    tcase_add_test(t, wav_has_bext_info_and_id3);
    tcase_add_test(t, flac_has_one_comment_block);
    tcase_add_test(t, ogg_pages_are_whole);
    tcase_add_loop_test(t, mp3_has_its_bit_rate_and_a_utf8_tag, 0, 2);
    tcase_add_test(t, floats_pass_full_scale);
    tcase_add_test(t, id3_cuts_between_characters);
    tcase_add_test(t, discard_leaves_nothing);
    tcase_add_test(t, small_pieces_are_gathered);
    tcase_add_test(t, cannot_create);
    tcase_add_test(t, scratch_keeps_and_has_no_name);
    suite_add_tcase(s, t);
    return s;
}
