#include "formats/musicxml.h"

#include <string.h>

#include "formats/lrc.h"
#include "song/lyric_spec.h"
#include "song/rhythm_spec.h"
#include "song/song_spec.h"
#include "suites.h"

/* Two bars of C: a tune with a word, chords, a piano, a bass and drums. */
static struct timeline_section sections[] = { { "verse", "Verse <1>", 0, 0, 1, 0, 1920, 0.5, 1920, 0 },
                                              { "chorus", "Chorus", 0, 1, 1, 1920, 3840, 0.9, 3840, 0 } };
static struct timeline_chord chords[] = {
    { 0, 960, { { 'C', 0 }, CHORD_MAJ7, { 0, 0 }, false }, 0 },
    { 960, 1920, { { 'E', 0 }, CHORD_7, { 'G', 1 }, true }, 0 },
    { 1920, 3840, { { 0, 0 }, CHORD_MAJ, { 0, 0 }, false }, 1 },
};
static struct timeline_note tune[] = { { 0, 480, 64, 0, true }, { 480, 960, 67, 0, false }, { 960, 2880, 68, 0, false } };
static struct score_tempo tempos[] = { { 0, 104 }, { 1920, 90 } };
static struct score_metre metres[] = { { 0, 4, 4 } };
static struct score_key score_keys[] = { { 0, 0, false } };
static struct timeline_key keys[] = { { 0, { { 'C', 0 }, MODE_MAJOR } } };
static struct lyric_syllable syllables[] = { { "ne-", 0, 480 }, { "on", 480, 480 }, { "night", 960, 960 } };
static struct lyric_line lines[] = { { "Verse <1>", "[Ne]on night", { syllables, 3 }, NULL } };
static struct score_note piano[] = { { 2, 900, 48, 80 }, { 2, 900, 72, 80 }, { 1925, 900, 41, 80 }, { 1925, 900, 76, 80 } };
static struct score_note bass[] = { { 0, 450, 36, 80 }, { 960, 450, 44, 80 } };
static struct score_note drums[] = { { 0, 60, 36, 90 }, { 0, 60, 42, 90 }, { 960, 60, 38, 90 }, { 1200, 60, 42, 90 } };
static struct score_part parts[] = {
    { "drums", "Drums", ROLE_DRUMS, 9, 128, 0, drums, 4, NULL, 0 },
    { "bass", "Bass", ROLE_BASS, 1, 0, 33, bass, 2, NULL, 0 },
    { "piano", "Piano", ROLE_CHORDS, 0, 0, 0, piano, 4, NULL, 0 },
};

struct fixture {
    struct arena *arena;
    struct song song;
    struct song_spec spec;
    struct lyric_spec words;
    struct rhythm_spec rhythm;
    struct score score;
    struct timeline timeline;
};

static void fixture_init(struct fixture *f)
{
    memset(f, 0, sizeof(*f));
    keys[0].key = (struct key){ { 'C', 0 }, MODE_MAJOR };
    f->arena = arena_new(4 << 20);
    f->spec = (struct song_spec){ .title = "A & B", .artist_name = "夜" };
    f->words.lines.items = lines;
    f->words.lines.count = 1;
    f->rhythm.swing_percent = 62;
    f->rhythm.swing_unit = 8;
    f->score = (struct score){ .title = "A & B", .tempos = tempos, .tempo_count = 2, .metres = metres, .metre_count = 1,
                               .keys = score_keys, .key_count = 1,
                               .parts = parts, .part_count = 3, .end_tick = 3840 };
    f->song = (struct song){ .song_spec = &f->spec, .lyric_spec = &f->words, .rhythm_spec = &f->rhythm, .score = &f->score };
    f->timeline = (struct timeline){ .key = { { 'C', 0 }, MODE_MAJOR }, .metre = { 4, 4 }, .bpm = 104, .bar_ticks = 1920,
                                     .end_tick = 3840, .bars = 2, .hold_tick = 3840,
                                     .keys = { keys, 1 }, .tempos = { tempos, 2 }, .sections = { sections, 2 }, .chords = { chords, 3 },
                                     .melody = { tune, 3 } };
}

static void check_has(const char *text, const char *const *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(strstr(text, wanted[i]) != NULL, "no %s", wanted[i]);
}
#define CHECK_HAS(text, wanted) check_has((text), (wanted), sizeof(wanted) / sizeof((wanted)[0]))

START_TEST(the_lead_sheet_says_it_all)
{
    static const char *const wanted[] = {
        "<work-title>A &amp; B</work-title>",
        "<creator type=\"composer\">夜</creator>",
        "<divisions>24</divisions><key><fifths>0</fifths><mode>major</mode></key>",
        "<beats>4</beats><beat-type>4</beat-type>",
        "<rehearsal>Verse &lt;1&gt;</rehearsal>",
        "<per-minute>104</per-minute>",
        "<words>Swing</words>",
        "<words font-style=\"italic\">rit.</words>",
        "<root><root-step>C</root-step></root><kind text=\"maj7\">major-seventh</kind>",
        "<kind text=\"7\">dominant</kind><bass><bass-step>G</bass-step><bass-alter>1</bass-alter></bass>",
        "<kind text=\"N.C.\">none</kind>",
        "<step>G</step><alter>1</alter><octave>4</octave>", /* the third of E7, not A flat */
        "<accidental>sharp</accidental>",
        "<tie type=\"start\"/>",
        "<syllabic>begin</syllabic><text>ne</text>",
        "<syllabic>end</syllabic><text>on</text>",
        "<syllabic>single</syllabic><text>night</text>",
        "<bar-style>light-heavy</bar-style>",
    };
    struct fixture f;
    const char *text;
    size_t len;

    fixture_init(&f);
    text = musicxml_lead_sheet(&f.song, &f.timeline, f.arena, &len);
    ck_assert_uint_eq(len, strlen(text));
    CHECK_HAS(text, wanted);
    ck_assert_str_eq(text, musicxml_lead_sheet(&f.song, &f.timeline, f.arena, NULL));
    arena_free(f.arena);
}
END_TEST

START_TEST(the_score_has_every_part)
{
    static const char *const wanted[] = {
        "<part-name>Piano</part-name>",
        "<staves>2</staves>",
        "<clef number=\"2\"><sign>F</sign><line>4</line></clef>",
        "<sign>F</sign><line>4</line><clef-octave-change>-1</clef-octave-change>",
        "<sign>percussion</sign>",
        "<midi-channel>10</midi-channel><midi-program>1</midi-program><midi-unpitched>37</midi-unpitched>",
        "<unpitched><display-step>G</display-step><display-octave>5</display-octave></unpitched>",
        "<instrument id=\"P3-I43\"/>",
        "<notehead>x</notehead>",
        "<rest measure=\"yes\"/>",
        "<backup><duration>96</duration></backup>",
        "<dynamics><mp/></dynamics>",
    };
    struct fixture f;
    const char *text;
    size_t len;

    fixture_init(&f);
    text = musicxml_score(&f.song, &f.timeline, f.arena, &len);
    ck_assert_uint_eq(len, strlen(text));
    CHECK_HAS(text, wanted);
    ck_assert(strstr(text, "<part-name>Piano") < strstr(text, "<part-name>Bass"));
    ck_assert(strstr(text, "<part-name>Bass") < strstr(text, "<part-name>Drums"));
    ck_assert_str_eq(text, musicxml_score(&f.song, &f.timeline, f.arena, NULL));
    arena_free(f.arena);
}
END_TEST

START_TEST(signatures_are_those_of_the_key)
{
    static const struct {
        const char *key, *fifths;
    } cases[] = {
        { "Gb", "<fifths>-6</fifths><mode>major</mode>" },  { "C#m", "<fifths>4</fifths><mode>minor</mode>" },
        { "D dorian", "<fifths>0</fifths></key>" },         { "A harmonic minor", "<fifths>0</fifths></key>" },
        { "G# major", "<fifths>-4</fifths>" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture f;

        fixture_init(&f);
        ck_assert(key_read(cases[i].key, &f.timeline.key));
        f.timeline.keys.items[0].key = f.timeline.key;
        ck_assert_msg(strstr(musicxml_lead_sheet(&f.song, &f.timeline, f.arena, NULL), cases[i].fifths) != NULL, "%s",
                      cases[i].key);
        arena_free(f.arena);
    }
}
END_TEST

START_TEST(an_empty_song_is_rests)
{
    struct fixture f;

    fixture_init(&f);
    f.timeline.melody.count = f.timeline.chords.count = 0;
    f.score.part_count = 0;
    f.song.lyric_spec = NULL;
    f.song.rhythm_spec = NULL;
    f.spec.title = f.spec.artist_name = NULL;
    ck_assert(strstr(musicxml_lead_sheet(&f.song, &f.timeline, f.arena, NULL), "<rest measure=\"yes\"/>") != NULL);
    ck_assert(strstr(musicxml_score(&f.song, &f.timeline, f.arena, NULL), "<part-list/>") != NULL);
    arena_free(f.arena);
}
END_TEST

START_TEST(words_with_their_times)
{
    struct fixture f;

    fixture_init(&f);
    ck_assert(lrc_has_words(&f.song));
    /* A bar of 4/4 is 2.31 s at 104 and 2.67 s at 90. */
    ck_assert_str_eq(lrc_text(&f.song, f.arena, NULL), "[ti:A & B]\n[ar:夜]\n[length:00:05]\n[00:00.00](Ne)on night\n");
    syllables[0].tick = 1920;
    lines[0].text = NULL;
    ck_assert(strstr(lrc_text(&f.song, f.arena, NULL), "\n[00:02.31]neon night\n") != NULL);
    syllables[0].tick = 0;
    f.words.lines.count = 0;
    ck_assert(!lrc_has_words(&f.song));
    f.song.lyric_spec = NULL;
    ck_assert(!lrc_has_words(&f.song));
    arena_free(f.arena);
}
END_TEST

Suite *musicxml_suite(void)
{
    Suite *s = suite_create("MusicXML and words");
    TCase *t = tcase_create("all");

    tcase_add_test(t, the_lead_sheet_says_it_all);
    tcase_add_test(t, the_score_has_every_part);
    tcase_add_test(t, signatures_are_those_of_the_key);
    tcase_add_test(t, an_empty_song_is_rests);
    tcase_add_test(t, words_with_their_times);
    suite_add_tcase(s, t);
    return s;
}
