#include "formats/midi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smf_reader.h"
#include "suites.h"

static const char title[] = "夜のドライブ";

static struct score_note lead_notes[] = {
    {0,       480, 69, 100},
    { 480,    240, 69, 90 },
    { 480,    960, 76, 1  },
    { 100000, 1,   0,  127}
};
static struct score_control lead_controls[] = {
    {0,    SCORE_CC,         7, 100  },
    { 240, SCORE_PITCH_BEND, 0, -8192},
    { 300, SCORE_PITCH_BEND, 0, 8191 },
    { 480, SCORE_PITCH_BEND, 0, 0    }
};
static struct score_note drum_notes[] = {
    {0,    60, 36, 110},
    { 0,   60, 42, 70 },
    { 960, 60, 38, 112}
};
static struct score_part parts[] = {
    {.id = "drums",
     .name = "Drums",
     .role = ROLE_DRUMS,
     .channel = 9,
     .bank = 128,
     .program = 8,
     .notes = drum_notes,
     .note_count = 3   },
    { .id = "lead",
     .name = "Lead",
     .role = ROLE_VOICE,
     .channel = 2,
     .bank = 0,
     .program = 81,
     .notes = lead_notes,
     .note_count = 4,
     .controls = lead_controls,
     .control_count = 4 },
};
static struct score_tempo tempos[] = {
    {0,     118  },
    { 1920, 120.5}
};
static struct score_metre metres[] = {
    {0,     4, 4},
    { 1920, 6, 8}
};
static struct score_marker markers[] = {
    {0,     "Verse 1"},
    { 1920, "Chorus" }
};
static struct score_lyric lyrics[] = {
    {0,    "ni-"},
    { 480, "ght"}
};

static struct score_key keys[] = {
    {0,     -3, true },
    { 1920, 5,  false}
};

static struct score score_make(void)
{
    return (struct score){
        .title = title,
        .keys = keys,
        .key_count = 2,
        .tempos = tempos,
        .tempo_count = 2,
        .metres = metres,
        .metre_count = 2,
        .markers = markers,
        .marker_count = 2,
        .lyrics = lyrics,
        .lyric_count = 2,
        .parts = parts,
        .part_count = 2,
        .end_tick = 103680,
    };
}

static struct smf *written(const struct score *s, struct arena *a)
{
    struct smf *file = ARENA_NEW(a, struct smf);
    struct error e = { 0 };
    unsigned char *bytes;
    size_t len;

    ck_assert_msg(midi_bytes(s, NULL, a, &bytes, &len, &e), "%s", e.detail);
    smf_read(bytes, len, file);
    return file;
}

/* The event at `tick` of `track` with that status (and type or first data byte), or NULL. */
static const struct smf_event *event_find(const struct smf *f, int track, uint32_t tick, int status,
                                          int first)
{
    for (size_t i = 0; i < f->count; i++) {
        const struct smf_event *ev = &f->events[i];
        int key = ev->status == SMF_META ? ev->type : ev->data[0];

        if (ev->track == track && ev->tick == tick && ev->status == status && (first < 0 || key == first))
            return ev;
    }
    return NULL;
}

static void check_meta(const struct smf *f, int track, uint32_t tick, int type, const void *data, size_t len)
{
    const struct smf_event *ev = event_find(f, track, tick, SMF_META, type);

    ck_assert_msg(ev != NULL, "no meta event %02x at %u", (unsigned)type, tick);
    ck_assert_uint_eq(ev->len, len);
    ck_assert_mem_eq(ev->data, data, len);
}

START_TEST(an_empty_score_is_these_bytes)
{
    /* RP-001: header, then a conductor with name "A", 4/4 (24 clocks a click, 8 thirty-seconds a quarter), C
     * major, 500,000 us a quarter, and the end after 1920 ticks, which is 8f 00. */
    static const unsigned char expected[] = {
        'M',  'T',  'h', 'd', 0, 0,    0,    6,    0,   1,    0,    1,    0x01, 0xe0, 'M',  'T',  'r', 'k',
        0,    0,    0,   31,  0, 0xff, 0x03, 1,    'A', 0,    0xff, 0x58, 4,    4,    2,    24,   8,   0,
        0xff, 0x59, 2,   0,   0, 0,    0xff, 0x51, 3,   0x07, 0xa1, 0x20, 0x8f, 0x00, 0xff, 0x2f, 0,
    };
    struct score_tempo tempo = { 0, 120 };
    struct score_metre metre = { 0, 4, 4 };
    struct score_key key = { 0, 0, false };
    struct score s = { .title = "A", .tempos = &tempo, .tempo_count = 1, .metres = &metre, .metre_count = 1,
                       .keys = &key, .key_count = 1, .end_tick = 1920 };
    struct arena *a = arena_new(1 << 20);
    unsigned char *bytes;
    size_t len;

    ck_assert(midi_bytes(&s, NULL, a, &bytes, &len, NULL));
    ck_assert_uint_eq(len, sizeof(expected));
    ck_assert_mem_eq(bytes, expected, sizeof(expected));
    arena_free(a);
}
END_TEST

START_TEST(conductor_has_the_maps)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct smf *f = written(&s, a);

    ck_assert_int_eq(f->format, 1);
    ck_assert_int_eq(f->tracks, 3);
    ck_assert_int_eq(f->division, 480);
    check_meta(f, 0, 0, 0x03, title, strlen(title));
    check_meta(f, 0, 0, 0x51, "\x07\xc2\x3b", 3);    /* 60,000,000 / 118 = 508,475 */
    check_meta(f, 0, 1920, 0x51, "\x07\x99\x05", 3); /* 60,000,000 / 120.5 = 497,925 */
    check_meta(f, 0, 0, 0x58, "\x04\x02\x18\x08", 4);
    check_meta(f, 0, 1920, 0x58, "\x06\x03\x24\x08", 4); /* a click each dotted quarter: 36 clocks */
    check_meta(f, 0, 0, 0x59, "\xfd\x01", 2);            /* three flats, minor */
    check_meta(f, 0, 1920, 0x59, "\x05\x00", 2);         /* then five sharps, major */
    check_meta(f, 0, 0, 0x06, "Verse 1", 7);
    check_meta(f, 0, 1920, 0x06, "Chorus", 6);
    for (int t = 0; t < f->tracks; t++)
        ck_assert_uint_eq(f->end_ticks[t], 103680);
    arena_free(a);
}
END_TEST

START_TEST(parts_have_their_set_up)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct smf *f = written(&s, a);

    check_meta(f, 1, 0, 0x03, "Drums", 5);
    check_meta(f, 2, 0, 0x03, "Lead", 4);
    ck_assert_int_eq(event_find(f, 1, 0, 0xc9, -1)->data[0], 8);
    ck_assert_int_eq(event_find(f, 2, 0, 0xc2, -1)->data[0], 81);
    ck_assert_int_eq(event_find(f, 2, 0, 0xb2, 0)->data[1], 0);
    ck_assert_ptr_null(event_find(f, 1, 0, 0xb9, 0));
    ck_assert_int_eq(event_find(f, 2, 0, 0xb2, 7)->data[1], 100);
    check_meta(f, 2, 0, 0x05, "ni-", 3);
    check_meta(f, 2, 480, 0x05, "ght", 3);
    ck_assert_ptr_null(event_find(f, 0, 0, SMF_META, 0x05));
    arena_free(a);
}
END_TEST

START_TEST(bends_are_fourteen_bits)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct smf *f = written(&s, a);

    ck_assert_mem_eq(event_find(f, 2, 240, 0xe2, -1)->data, "\x00\x00", 2);
    ck_assert_mem_eq(event_find(f, 2, 300, 0xe2, -1)->data, "\x7f\x7f", 2);
    ck_assert_mem_eq(event_find(f, 2, 480, 0xe2, -1)->data, "\x00\x40", 2);
    arena_free(a);
}
END_TEST

/* Pairs each note-on with the next note-off of its pitch. */
START_TEST(notes_are_read_back)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct smf *f = written(&s, a);

    for (int p = 0; p < 2; p++) {
        size_t found = 0;

        for (size_t i = 0; i < f->count; i++) {
            const struct smf_event *on = &f->events[i];
            const struct score_note *n;
            size_t j = i + 1;

            if (on->track != p + 1 || (on->status & 0xf0) != 0x90)
                continue;
            ck_assert_uint_lt(found, parts[p].note_count);
            n = &parts[p].notes[found++];
            ck_assert_int_eq(on->status & 0x0f, parts[p].channel);
            ck_assert_uint_eq(on->tick, (uint32_t)n->start_tick);
            ck_assert_int_eq(on->data[0], n->pitch);
            ck_assert_int_eq(on->data[1], n->velocity);
            while (j < f->count && !(f->events[j].status == (0x80 | parts[p].channel) &&
                                     f->events[j].data[0] == n->pitch && f->events[j].track == p + 1))
                j++;
            ck_assert_uint_lt(j, f->count);
            ck_assert_uint_eq(f->events[j].tick, (uint32_t)(n->start_tick + n->len_ticks));
        }
        ck_assert_uint_eq(found, parts[p].note_count);
    }
    arena_free(a);
}
END_TEST

START_TEST(order_at_one_tick)
{
    static const int expected[] = { SMF_META, 0xe2, 0x82, 0x92, 0x92 }; /* lyric, bend, off, on, on */
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct smf *f = written(&s, a);
    size_t at = 0;

    for (size_t i = 0; i < f->count; i++)
        if (f->events[i].track == 2 && f->events[i].tick == 480) {
            ck_assert_uint_lt(at, sizeof(expected) / sizeof(expected[0]));
            ck_assert_int_eq(f->events[i].status, expected[at++]);
        }
    ck_assert_uint_eq(at, sizeof(expected) / sizeof(expected[0]));
    arena_free(a);
}
END_TEST

START_TEST(long_waits_and_texts_need_more_bytes)
{
    /* RP-001's own examples of variable-length numbers */
    static const uint32_t ticks[] = { 0x40,   0x7f,     0x80,     0x2000,   0x3fff,
                                      0x4000, 0x100000, 0x1fffff, 0x200000, 0x8000000 };
    struct score s = score_make();
    struct arena *a = arena_new(16 << 20);
    char long_title[301];

    s.part_count = 0;
    s.lyric_count = s.marker_count = 0;
    s.tempo_count = s.metre_count = s.key_count = 1;
    for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
        s.end_tick = (int32_t)ticks[i];
        ck_assert_uint_eq(written(&s, a)->end_ticks[0], ticks[i]);
    }
    memset(long_title, 'x', 300);
    long_title[300] = '\0';
    s.title = long_title;
    ck_assert_uint_eq(event_find(written(&s, a), 0, 0, SMF_META, 0x03)->len, 300);
    arena_free(a);
}
END_TEST

START_TEST(lyrics_without_a_voice_go_to_the_conductor)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);

    s.part_count = 1;
    check_meta(written(&s, a), 0, 480, 0x05, "ght", 3);
    arena_free(a);
}
END_TEST

START_TEST(equal_scores_give_equal_bytes)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    unsigned char *first, *second;
    size_t first_len, second_len;

    ck_assert(midi_bytes(&s, NULL, a, &first, &first_len, NULL) && midi_bytes(&s, NULL, a, &second, &second_len, NULL));
    ck_assert_uint_eq(first_len, second_len);
    ck_assert_mem_eq(first, second, first_len);
    arena_free(a);
}
END_TEST

START_TEST(faults_are_refused)
{
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct error e = { 0 };
    unsigned char *bytes;
    size_t len;

    s.end_tick = 100;
    ck_assert(!midi_bytes(&s, NULL, a, &bytes, &len, &e));
    ck_assert_int_eq(e.code, ERROR_INPUT);
    s = score_make();
    s.end_tick = 0x10000000;
    ck_assert(!midi_bytes(&s, NULL, a, &bytes, &len, &e));
    s = score_make();
    s.tempo_count = 0;
    ck_assert(!midi_bytes(&s, NULL, a, &bytes, &len, &e));
    arena_free(a);
}
END_TEST

START_TEST(files_appear_whole)
{
    char folder[] = "/tmp/aether-midi-XXXXXX", path[64], part[80];
    struct score s = score_make();
    struct arena *a = arena_new(4 << 20);
    struct error e = { 0 };
    unsigned char *bytes, *read_back;
    size_t len;
    FILE *file;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/song.mid", folder);
    snprintf(part, sizeof(part), "%s.part", path);
    ck_assert_msg(midi_write(&s, NULL, path, &e), "%s", e.detail);
    ck_assert(midi_bytes(&s, NULL, a, &bytes, &len, NULL));
    read_back = arena_alloc(a, len + 1);
    file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fread(read_back, 1, len + 1, file), len);
    fclose(file);
    ck_assert_mem_eq(read_back, bytes, len);
    ck_assert_int_ne(access(part, F_OK), 0);
    unlink(path);

    /* a folder in the place of the file: nothing is left behind */
    ck_assert_int_eq(mkdir(path, 0700), 0);
    ck_assert(!midi_write(&s, NULL, path, &e));
    ck_assert_int_eq(e.code, ERROR_IO);
    ck_assert_int_ne(access(part, F_OK), 0);
    rmdir(path);
    rmdir(folder);
    ck_assert(!midi_write(&s, NULL, path, &e));
    ck_assert_int_eq(e.code, ERROR_IO);
    s.end_tick = 1;
    ck_assert(!midi_write(&s, NULL, path, &e));
    ck_assert_int_eq(e.code, ERROR_INPUT);
    arena_free(a);
}
END_TEST

START_TEST(a_mix_is_volume_pan_and_reverb)
{
    struct mix_strip strips[] = { { .part = "lead", .level_lu = 0, .pan = -1, .reverb_send_db = -12 },
                                  { .part = "drums", .level_lu = -10, .pan = 0.5, .reverb_send_db = -60 } };
    struct mix_spec mix = { .strips = { strips, 2 } };
    struct score s = score_make();
    struct arena *a = arena_new(1 << 20);
    struct smf *f = ARENA_NEW(a, struct smf);
    unsigned char *bytes;
    size_t len;
    /* 40 log10(v / 110) dB: -10 dB is 110 * 10^-0.25 = 62; -12 dB of 127 is 32. */
    static const struct {
        int track, channel, controller, value;
    } wanted[] = { { 1, 9, 7, 62 }, { 1, 9, 10, 96 }, { 1, 9, 91, 0 }, { 2, 2, 10, 1 }, { 2, 2, 91, 32 } };

    ck_assert(midi_bytes(&s, &mix, a, &bytes, &len, NULL));
    smf_read(bytes, len, f);
    for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        const struct smf_event *ev = event_find(f, wanted[i].track, 0, 0xb0 | wanted[i].channel, wanted[i].controller);

        ck_assert_msg(ev != NULL, "row %zu", i);
        ck_assert_int_eq(ev->data[1], wanted[i].value);
    }
    /* The part's own volume at the same tick comes after the mix's. */
    ck_assert_int_eq(event_find(f, 2, 0, 0xb2, 7)->data[1], 110);
    arena_free(a);
}
END_TEST

/* General MIDI has drums on channel 10 alone: the second drum part is a track of its own there, whose level, 6 dB below
 * the first one's, is in its velocities: 100 * 10^(-6/40) = 71. Whoever comes second sets neither program nor mix. */
START_TEST(drum_parts_share_channel_ten)
{
    struct score_note strokes[] = { { 0, 60, 63, 100 }, { 480, 60, 64, 90 } };
    struct score_part band[] = { parts[0], parts[1],
                                 { .id = "percussion", .name = "Congas", .role = ROLE_PERCUSSION, .channel = 9,
                                   .bank = 128, .program = 25, .notes = strokes, .note_count = 2 } };
    struct mix_strip strips[] = { { .part = "drums", .level_lu = -2 }, { .part = "lead", .level_lu = 0 },
                                  { .part = "percussion", .level_lu = -8, .pan = 0.5 } };
    struct mix_spec mix = { .strips = { strips, 3 } };
    struct score s = score_make();
    struct arena *a = arena_new(1 << 20);
    struct smf *f = ARENA_NEW(a, struct smf);
    unsigned char *bytes;
    size_t len, programs = 0;

    s.parts = band;
    s.part_count = 3;
    ck_assert_ptr_eq(score_fault(&s), NULL);
    ck_assert(midi_bytes(&s, &mix, a, &bytes, &len, NULL));
    smf_read(bytes, len, f);
    ck_assert_int_eq(f->tracks, 4);
    check_meta(f, 3, 0, 0x03, "Congas", 6);
    for (size_t i = 0; i < f->count; i++) {
        programs += f->events[i].status == 0xc9;
        ck_assert(f->events[i].track != 3 || f->events[i].status != 0xb9);
    }
    ck_assert_uint_eq(programs, 1);
    ck_assert_int_eq(event_find(f, 1, 0, 0xc9, -1)->data[0], 8);
    ck_assert_int_eq(event_find(f, 3, 0, 0x99, 63)->data[1], 71);
    ck_assert_int_eq(event_find(f, 3, 480, 0x99, 64)->data[1], 64);
    band[2].channel = 2; /* no kit elsewhere, and no two melodic parts together */
    ck_assert_ptr_ne(score_fault(&s), NULL);
    band[2].bank = 0;
    ck_assert_ptr_ne(score_fault(&s), NULL);
    arena_free(a);
}
END_TEST

Suite *midi_suite(void)
{
    Suite *s = suite_create("midi");
    TCase *t = tcase_create("all");

    tcase_add_test(t, an_empty_score_is_these_bytes);
    tcase_add_test(t, conductor_has_the_maps);
    tcase_add_test(t, parts_have_their_set_up);
    tcase_add_test(t, bends_are_fourteen_bits);
    tcase_add_test(t, notes_are_read_back);
    tcase_add_test(t, order_at_one_tick);
    tcase_add_test(t, long_waits_and_texts_need_more_bytes);
    tcase_add_test(t, lyrics_without_a_voice_go_to_the_conductor);
    tcase_add_test(t, equal_scores_give_equal_bytes);
    tcase_add_test(t, faults_are_refused);
    tcase_add_test(t, a_mix_is_volume_pan_and_reverb);
    tcase_add_test(t, drum_parts_share_channel_ten);
    tcase_add_test(t, files_appear_whole);
    suite_add_tcase(s, t);
    return s;
}
