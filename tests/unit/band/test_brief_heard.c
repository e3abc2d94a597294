/* What is asked for in words is heard in the notes: tempo, mode, metre, length, who plays and when, form, ending. The
 * expectations are a musician's: what the words mean, not what the engine has done before. */
#include <math.h>
#include <string.h>

#include "band/brief_title.h"
#include "band/kit_pieces.h"
#include "compose_fixture.h"
#include "song/general_midi.h"
#include "test_compose.h"

enum { SEED = 5 };

static struct song *song_of(const char *genre, const char *brief, int seed)
{
    return compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"brief\":\"%s\"", genre, seed, brief));
}

/* Whether a part of the score plays what `name` means: "drums", a piece of the kit, an instrument or its family. */
static bool is_played_by(const struct score_part *part, const char *name)
{
    const struct kit_piece *piece = kit_piece_find(name);

    if (part->note_count == 0)
        return false;
    if (strcmp(name, "drums") == 0)
        return part->bank == 128;
    if (strcmp(name, "bass") == 0)
        return part->role == ROLE_BASS;
    if (piece == NULL)
        return part->bank == 0 && gm_program_matches(part->program, name);
    for (size_t i = 0; i < part->note_count && part->bank == 128; i++)
        if (kit_piece_has(piece, part->notes[i].pitch))
            return true;
    return false;
}

static bool is_heard(const struct song *song, const char *name)
{
    for (size_t i = 0; i < song->score->part_count; i++)
        if (is_played_by(&song->score->parts[i], name))
            return true;
    return false;
}

/* The names of "piano|!drums|=strings": heard, not heard, and "=": every part is one of these. */
static void check_names(const struct song *song, const char *brief, const char *names)
{
    bool only = false;

    for (const char *at = names; *at != '\0'; at += strcspn(at, "|"), at += *at == '|') {
        const char *name = arena_strndup(compose_arena, at, strcspn(at, "|"));
        bool wanted = *name != '!';

        only |= *name == '=';
        name += *name == '!' || *name == '=';
        ck_assert_msg(is_heard(song, name) == wanted, "'%s': %s %s", brief, name, wanted ? "is not heard" : "is heard");
    }
    for (size_t i = 0; only && i < song->score->part_count; i++) {
        bool named = false;

        for (const char *at = names; *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
            named |= is_played_by(&song->score->parts[i], arena_strndup(compose_arena, at + (*at == '='), strcspn(at, "|") - (*at == '=')));
        ck_assert_msg(named, "'%s': %s plays too", brief, song->score->parts[i].id);
    }
}

/* bpm 0: any. third: M major, m minor, 0 any. metre NULL and seconds 0: any. names: as check_names. */
static const struct heard {
    const char *genre, *brief;
    double bpm_low, bpm_high;
    char third;
    const char *metre;
    double seconds;
    const char *names;
} rows[] = {
    /* tempo */
    { "pop", "at 118 bpm", 118, 118, 0, NULL, 0, "" },
    { "pop", "around 90 BPM", 90, 90, 0, NULL, 0, "" },
    { "pop", "tempo: 96", 96, 96, 0, NULL, 0, "" },
    { "rock", "between 110 and 120 bpm", 110, 120, 0, NULL, 0, "" },
    { "rock", "ninety beats per minute", 90, 90, 0, NULL, 0, "" },
    { "classical-piano", "adagio", 60, 80, 0, NULL, 0, "piano" },
    { "classical-piano", "andante cantabile", 76, 108, 0, NULL, 0, "" },
    { "classical-piano", "allegro", 120, 156, 0, NULL, 0, "" },
    { "classical-piano", "presto", 168, 200, 0, NULL, 0, "" },
    { "cinematic", "largo, solemn", 40, 66, 0, NULL, 0, "" },
    { "jazz", "very slow ballad", 90, 135, 0, NULL, 0, "" },
    { "jazz", "extremely fast bebop", 165, 240, 0, NULL, 0, "" },
    { "house", "brisk", 121, 130, 0, NULL, 0, "" },
    { "techno", "120bpm techno", 120, 120, 0, NULL, 0, "" },
    /* keys and modes */
    { "pop", "in D minor", 0, 0, 'm', NULL, 0, "" },
    { "pop", "in the key of E flat major", 0, 0, 'M', NULL, 0, "" },
    { "pop", "a sad song in a major key", 0, 0, 'M', NULL, 0, "" },
    { "pop", "happy but in a minor key", 0, 0, 'm', NULL, 0, "" },
    { "rock", "dorian groove", 0, 0, 'm', NULL, 0, "" },
    { "cinematic", "lydian, full of wonder", 0, 0, 'M', NULL, 0, "" },
    { "pop", "F# minor", 0, 0, 'm', NULL, 0, "" },
    { "classical-piano", "in G", 0, 0, 'M', NULL, 0, "" },
    { "pop", "joyful and triumphant", 0, 0, 'M', NULL, 0, "" },
    { "pop", "heartbroken, bleak, in despair", 0, 0, 'm', NULL, 0, "" },
    { "synthwave", "sinister and menacing", 0, 0, 'm', NULL, 0, "" },
    { "cinematic", "cheerful holiday advert", 0, 0, 'M', NULL, 0, "" },
    /* metre */
    { "pop", "in three", 0, 0, 0, "3/4", 0, "" },
    { "jazz", "a jazz waltz", 0, 0, 0, "3/4", 0, "" },
    { "rock", "in 6/8", 0, 0, 0, "6/8", 0, "" },
    { "jazz", "in five-four", 0, 0, 0, "5/4", 0, "" },
    { "rock", "seven-eight riffs", 0, 0, 0, "7/8", 0, "" },
    { "waltz", "in common time", 0, 0, 0, "4/4", 0, "" },
    { "acoustic-folk", "an Irish jig", 0, 0, 0, "6/8", 0, "whistle" },
    /* length */
    { "pop", "two minutes", 0, 0, 0, NULL, 120, "" },
    { "pop", "a 45 second bed", 0, 0, 0, NULL, 45, "" },
    { "techno", "2:30", 0, 0, 0, NULL, 150, "" },
    { "house", "90s long", 0, 0, 0, NULL, 90, "" },
    { "house", "for 75s", 0, 0, 0, NULL, 75, "" },
    { "pop", "a minute and a half", 0, 0, 0, NULL, 90, "" },
    { "pop", "1 min 20", 0, 0, 0, NULL, 60, "" },
    { "pop", "thirty seconds", 0, 0, 0, NULL, 30, "" },
    { "rock", "32 bars at 120 bpm", 120, 120, 0, NULL, 64, "" },
    { "pop", "90s dance pop", 0, 0, 0, NULL, 190, "" }, /* the decade: the genre's own length */
    { "pop", "an 80s ballad", 0, 0, 0, NULL, 190, "" },
    /* who plays */
    { "pop", "solo piano", 0, 0, 0, NULL, 0, "=piano" },
    { "rock", "solo piano, sad", 0, 0, 'm', NULL, 0, "=piano" },
    { "lo-fi-hip-hop", "just a guitar and a cello", 0, 0, 0, NULL, 0, "=guitar|cello" },
    { "cinematic", "only strings", 0, 0, 0, NULL, 0, "=strings" },
    { "waltz", "for strings only", 0, 0, 0, NULL, 0, "=strings" },
    { "classical-piano", "string quartet", 0, 0, 0, NULL, 0, "=strings" },
    { "cinematic", "nothing but choir", 0, 0, 0, NULL, 0, "=choir" },
    { "jazz", "brass band", 0, 0, 0, NULL, 0, "=brass" },
    { "jazz", "piano, double bass and brushes only", 0, 0, 0, NULL, 0, "=piano|double bass|drums" },
    { "pop", "unaccompanied flute", 0, 0, 0, NULL, 0, "=flute" },
    { "country", "banjo and fiddle duet", 0, 0, 0, NULL, 0, "=banjo|violin" },
    { "cinematic", "solo violin over soft strings", 0, 0, 0, NULL, 0, "violin|string section" },
    { "pop", "with a kora and a sitar", 0, 0, 0, NULL, 0, "harp|sitar" },
    { "pop", "rhodes, upright bass and hand claps", 0, 0, 0, NULL, 0, "rhodes|upright bass|clap" },
    { "rock", "with tambourine and cowbell", 0, 0, 0, NULL, 0, "tambourine|cowbell" },
    { "pop", "harpsichord and music box", 0, 0, 0, NULL, 0, "harpsichord|music box" },
    { "house", "with an accordion", 0, 0, 0, NULL, 0, "accordion" },
    { "techno", "with a trumpet", 0, 0, 0, NULL, 0, "trumpet" },
    { "ambient", "french horn and oboe", 0, 0, 0, NULL, 0, "french horn|oboe" },
    { "trap", "with whistling", 0, 0, 0, NULL, 0, "whistle" },
    { "classical-piano", "with drums and a double bass", 0, 0, 0, NULL, 0, "drums|double bass" },
    { "jazz", "a trumpet, a tenor sax and a trombone", 0, 0, 0, NULL, 0, "trumpet|tenor sax|trombone" },
    { "synthwave", "8-bit chiptune", 0, 0, 0, NULL, 0, "square lead" },
    { "reggae", "steel drums", 0, 0, 0, NULL, 0, "steel drums|drums" },
    /* who does not */
    { "rock", "no drums", 0, 0, 0, NULL, 0, "!drums" },
    { "jazz", "no drums or bass", 0, 0, 0, NULL, 0, "!drums|!bass" },
    { "pop", "without drums, bass and guitar", 0, 0, 0, NULL, 0, "!drums|!bass|!guitar" },
    { "synthwave", "don't use synths", 0, 0, 0, NULL, 0, "!synth" },
    { "pop", "anything but piano", 0, 0, 0, NULL, 0, "!piano" },
    { "funk", "avoid brass", 0, 0, 0, NULL, 0, "!brass" },
    { "cinematic", "no percussion", 0, 0, 0, NULL, 0, "!drums|!taiko|!timpani" },
    { "pop", "no hi-hats", 0, 0, 0, NULL, 0, "drums|!hi hat" },
    { "rock", "no guitars, but a piano", 0, 0, 0, NULL, 0, "!guitar|piano" },
    { "pop", "drum-free, with strings instead", 0, 0, 0, NULL, 0, "!drums|strings" },
    { "jazz", "everything except saxophone", 0, 0, 0, NULL, 0, "!saxophone" },
    { "pop", "strings rather than guitar", 0, 0, 0, NULL, 0, "!guitar|strings" },
    { "pop", "no drums, piano", 0, 0, 0, NULL, 0, "!drums|piano" },
    { "pop", "nobody should hear a choir; harp please", 0, 0, 0, NULL, 0, "!choir|harp" },
    /* settings */
    { "cinematic", "a desert caravan", 0, 0, 'm', NULL, 0, "" },
    { "acoustic-folk", "a spaghetti western duel", 0, 0, 0, NULL, 0, "whistle" },
    { "pop", "circus clowns", 0, 0, 'M', NULL, 0, "calliope" },
    { "jazz", "film noir detective", 0, 0, 'm', NULL, 0, "saxophone" },
    { "pop", "Christmas morning", 0, 0, 'M', NULL, 0, "bell" },
    { "cinematic", "funeral procession", 0, 0, 'm', NULL, 0, "" },
    { "cinematic", "boss fight", 110, 146, 'm', NULL, 0, "drums" },
    { "ambient", "sleep", 50, 64, 0, NULL, 0, "" },
    { "pop", "workout", 112, 135, 0, NULL, 0, "drums" },
    { "pop", "a Parisian café", 0, 0, 0, NULL, 0, "accordion" },
    { "neo-soul", "meditation in a zen garden", 60, 84, 0, NULL, 0, "" },
    { "bossa-nova", "spy heist with muted trumpet", 0, 0, 'm', NULL, 0, "trumpet" },
    /* several things at once */
    { "pop", "A sad but hopeful ballad in D minor, 70 bpm, piano and cello, no drums, two minutes", 70, 70, 'm', NULL, 120,
      "piano|cello|!drums" },
    { "jazz", "Late-night radio bed: mellow, brushes, upright bass and piano only, 90 seconds", 0, 0, 0, NULL, 90,
      "=piano|double bass|drums" },
    { "synthwave", "neon night drive, 118 bpm, F minor, no guitar, 3:00", 118, 118, 'm', NULL, 180, "!guitar" },
    { "cinematic", "museum film about the sea: slow, spacious, harp and oboe, without brass, in 3/4", 60, 92, 0, "3/4", 0,
      "harp|oboe|!brass" },
    { "funk", "sports promo, 30 seconds, 112 BPM, slap bass, horns, no vocals", 112, 112, 0, NULL, 30, "slap bass|brass" },
    { "classical-piano", "lullaby in 3/4, G major, very slow", 50, 84, 'M', "3/4", 0, "piano" },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]), ROWS_AT_ONCE = 12 };

static void check_row(const struct heard *row)
{
    struct song *song = song_of(row->genre, row->brief, SEED);
    double seconds = score_seconds(song->score, song->score->end_tick), bpm = song->score->tempos[0].bpm;
    char metre[METRE_TEXT_SIZE];
    struct key key;

    if (row->bpm_high > 0)
        ck_assert_msg(bpm >= row->bpm_low - 1e-6 && bpm <= row->bpm_high + 1e-6, "'%s': %g bpm", row->brief, bpm);
    if (row->third != 0) {
        ck_assert(key_name_get(&song->song_spec->key, &key));
        ck_assert_msg(key_is_minor(key) == (row->third == 'm'), "'%s': %s", row->brief, mode_names[key.mode]);
    }
    metre_print((struct metre){ song->score->metres[0].numerator, song->score->metres[0].denominator }, metre, sizeof(metre));
    if (row->metre != NULL)
        ck_assert_msg(strcmp(metre, row->metre) == 0, "'%s': %s", row->brief, metre);
    if (row->seconds > 0)
        ck_assert_msg(fabs(seconds / row->seconds - 1) < 0.03, "'%s': %g s", row->brief, seconds);
    check_names(song, row->brief, row->names);
}

START_TEST(what_is_asked_for_is_heard)
{
    for (int i = _i * ROWS_AT_ONCE; i < (_i + 1) * ROWS_AT_ONCE && i < ROWS; i++)
        check_row(&rows[i]);
}
END_TEST

static double seconds_at(const struct song *song, int32_t tick)
{
    return score_seconds(song->score, tick);
}

/* The first and last note of what `name` means, in seconds; NAN when there is none. */
static void heard_from_to(const struct song *song, const char *name, double *from, double *to)
{
    *from = *to = NAN;
    for (size_t i = 0; i < song->score->part_count; i++) {
        const struct score_part *part = &song->score->parts[i];

        if (!is_played_by(part, name))
            continue;
        *from = fmin(isnan(*from) ? 1e9 : *from, seconds_at(song, part->notes[0].start_tick));
        *to = fmax(isnan(*to) ? 0 : *to, seconds_at(song, part->notes[part->note_count - 1].start_tick));
    }
}

/* When somebody is heard, in seconds of a song of 120 s: the first note from … to, the last one after `last`. */
static const struct {
    const char *genre, *brief, *name;
    double first_low, first_high, last_low, last_high;
} entries[] = {
    { "rock", "drums come in after 30 seconds", "drums", 26, 34, 100, 121 },
    { "rock", "the drums come in at 0:45", "drums", 41, 49, 100, 121 },
    { "pop", "drums kick in halfway", "drums", 54, 66, 100, 121 },
    { "pop", "after 20 seconds, strings join", "strings", 16, 24, 80, 121 },
    { "pop", "no drums until halfway", "drums", 54, 66, 100, 121 },
    { "rock", "starts with just piano, drums come in after 40 seconds", "drums", 36, 44, 100, 121 },
    { "rock", "piano intro, then the band", "drums", 4, 30, 100, 121 },
    { "house", "bass drops out at the end", "bass", 0, 60, 60, 108 },
    { "pop", "ends with solo piano", "drums", 0, 60, 60, 117 },
    { "lo-fi-hip-hop", "full band from the start", "drums", 0, 30, 60, 121 },
};

START_TEST(players_come_and_go_when_they_are_told)
{
    double from, to;
    struct song *song = compose(arena_printf(compose_arena, "\"genre\":\"%s\",\"seed\":%d,\"duration_seconds\":120,\"brief\":\"%s\"",
                                             entries[_i].genre, SEED, entries[_i].brief));

    heard_from_to(song, entries[_i].name, &from, &to);
    ck_assert_msg(from >= entries[_i].first_low && from <= entries[_i].first_high, "'%s': first at %g s", entries[_i].brief, from);
    ck_assert_msg(to >= entries[_i].last_low && to <= entries[_i].last_high, "'%s': last at %g s", entries[_i].brief, to);
}
END_TEST

static size_t sounding_parts(const struct song *song, double from_s, double to_s)
{
    size_t parts = 0;

    for (size_t i = 0; i < song->score->part_count; i++) {
        const struct score_part *part = &song->score->parts[i];

        for (size_t n = 0; n < part->note_count; n++) {
            double s = seconds_at(song, part->notes[n].start_tick);

            if (s >= from_s && s < to_s) {
                parts++;
                break;
            }
        }
    }
    return parts;
}

START_TEST(a_song_opens_with_one_when_it_is_asked_to)
{
    static const char *const briefs[] = { "starts with just piano", "opens with a solo piano, then the full band" };

    for (size_t i = 0; i < 2; i++) {
        struct song *song = song_of("rock", briefs[i], SEED);

        ck_assert_uint_eq(sounding_parts(song, 0, 4), 1);
        ck_assert_uint_ge(sounding_parts(song, 30, 60), 4);
    }
}
END_TEST

/* The tune's instrument: the part with the role of the lead that plays most. */
static int lead_program(const struct song *song)
{
    const struct score_part *lead = NULL;

    for (size_t i = 0; i < song->score->part_count; i++)
        if (song->score->parts[i].role == ROLE_LEAD && (lead == NULL || song->score->parts[i].note_count > lead->note_count))
            lead = &song->score->parts[i];
    return lead != NULL ? lead->program : -1;
}

START_TEST(the_tune_is_on_the_instrument_that_leads)
{
    static const struct {
        const char *genre, *brief;
        int program;
    } leads[] = {
        { "pop", "led by a flute", 73 },          { "rock", "violin melody", 40 },
        { "jazz", "melody on clarinet", 71 },     { "lo-fi-hip-hop", "solo violin", 40 },
        { "house", "featuring a trumpet", 56 },   { "synthwave", "the tune played by an oboe", 68 },
        { "cinematic", "solo cello", 42 },        { "country", "the harmonica takes the lead", 22 },
        { "pop", "a cello plays the melody, with piano", 42 },
    };

    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
        ck_assert_msg(lead_program(song_of(leads[i].genre, leads[i].brief, SEED)) == leads[i].program, "'%s': program %d",
                      leads[i].brief, lead_program(song_of(leads[i].genre, leads[i].brief, SEED)));
}
END_TEST

/* The first letters of the sections' labels, without what stands before the first A and after the last theme. */
static const char *letters_of(const struct song *song)
{
    const char *out = "";

    for (size_t i = 0; i < song->arrangement_spec->sections.count; i++) {
        const char *label = song->arrangement_spec->sections.items[i].label;

        if (strlen(label) == 1 || label[1] == ' ')
            out = arena_printf(compose_arena, "%s%c", out, label[0]);
    }
    return out;
}

START_TEST(forms_are_the_ones_asked_for)
{
    static const struct {
        const char *genre, *brief, *begins;
    } forms[] = {
        { "pop", "AABA", "AABA" },                    { "jazz", "32-bar song form, ballad", "AABA" },
        { "classical-piano", "a rondo", "ABACA" },    { "classical-piano", "theme and variations", "AAAA" },
        { "acoustic-folk", "through-composed", "ABCDE" }, { "rock", "12-bar blues", "AAA" },
        { "cinematic", "ABA", "ABA" },                { "pop", "strophic", "AAAA" },
        { "latin", "call and response", "ABAB" },     { "classical-piano", "sonata form", "ABCAB" },
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        const char *letters = letters_of(song_of(forms[i].genre, forms[i].brief, SEED));

        ck_assert_msg(strncmp(letters, forms[i].begins, strlen(forms[i].begins)) == 0, "'%s': %s", forms[i].brief, letters);
    }
}
END_TEST

/* I I I I | IV IV I I | V IV I I: the roots of the bars, whatever variant of it. */
START_TEST(twelve_bars_have_the_changes_of_the_blues)
{
    static const int roots[] = { 0, -1, 0, 0, 5, 5, 0, 0, 7, 5, 0, -1 };
    struct song *song = song_of("rock", "12-bar blues in E major", SEED);
    struct timeline *t = compose_timeline(song);
    size_t choruses = 0;

    for (size_t s = 0; s < t->sections.count; s++) {
        const struct timeline_section *section = &t->sections.items[s];

        if (section->label[0] != 'A' || section->bars != 12)
            continue;
        choruses++;
        for (int bar = 0; bar < 12; bar++)
            if (roots[bar] >= 0)
                ck_assert_int_eq(pitch_class_of(pitch_class(timeline_chord_at(t, section->start_tick + bar * t->bar_ticks)->chord.root) - 4),
                                 roots[bar]);
    }
    ck_assert_uint_ge(choruses, 3);
}
END_TEST

static double mean_velocity(const struct song *song, double from, double to)
{
    double sum = 0, count = 0, end = seconds_at(song, song->score->end_tick);

    for (size_t i = 0; i < song->score->part_count; i++)
        for (size_t n = 0; n < song->score->parts[i].note_count; n++) {
            const struct score_note *note = &song->score->parts[i].notes[n];
            double at = seconds_at(song, note->start_tick) / end;

            if (at >= from && at < to) {
                sum += note->velocity;
                count++;
            }
        }
    return count > 0 ? sum / count : 0;
}

/* How full it is: notes times velocity in a stretch of the song. */
static double fullness(const struct song *song, double from, double to)
{
    double sum = 0, end = seconds_at(song, song->score->end_tick);

    for (size_t i = 0; i < song->score->part_count; i++)
        for (size_t n = 0; n < song->score->parts[i].note_count; n++) {
            double at = seconds_at(song, song->score->parts[i].notes[n].start_tick) / end;

            if (at >= from && at < to)
                sum += song->score->parts[i].notes[n].velocity;
        }
    return sum / (to - from);
}

START_TEST(energy_runs_as_it_is_told)
{
    struct song *song = song_of("cinematic", "builds slowly to a big finish", SEED);

    ck_assert(fullness(song, 0.75, 0.97) > 1.6 * fullness(song, 0.05, 0.25));
    ck_assert(mean_velocity(song, 0.75, 1) > mean_velocity(song, 0, 0.25) + 8);
    song = song_of("pop", "ends quietly", SEED);
    ck_assert(fullness(song, 0.96, 1) < 0.6 * fullness(song, 0.7, 0.9));
    song = song_of("synthwave", "steady, constant energy", SEED);
    ck_assert(fabs(mean_velocity(song, 0.6, 0.9) - mean_velocity(song, 0.2, 0.5)) < 5);
    ck_assert(mean_velocity(song_of("rock", "calm, hushed, never loud", SEED), 0, 1) + 8 <
              mean_velocity(song_of("rock", "furious, loud, explosive", SEED), 0, 1));
}
END_TEST

START_TEST(what_gains_in_a_mood_gains_in_the_song)
{
    struct song *turning = song_of("pop", "sad but hopeful", SEED), *sad = song_of("pop", "sad", SEED);
    double rise = mean_velocity(turning, 0.7, 1) - mean_velocity(turning, 0, 0.3);

    ck_assert(rise > mean_velocity(sad, 0.7, 1) - mean_velocity(sad, 0, 0.3) + 2);
}
END_TEST

/* A fade is in the notes' own channel: expression falls to nothing in every part, and there is no last chord. */
START_TEST(a_fade_fades)
{
    struct song *song = song_of("disco", "fades out", SEED);

    ck_assert_str_eq(song->arrangement_spec->ending->technique, "fade");
    for (size_t i = 0; i < song->score->part_count; i++) {
        const struct score_part *part = &song->score->parts[i];
        int last = 127, falls = 0;

        for (size_t c = 0; c < part->control_count; c++)
            if (part->controls[c].kind == SCORE_CC && part->controls[c].number == 11 &&
                part->controls[c].tick > song->score->end_tick - 8 * 1920) {
                falls += part->controls[c].value < last;
                ck_assert_int_le(part->controls[c].value, last);
                last = part->controls[c].value;
            }
        ck_assert_msg(last <= 2 && falls > 16, "%s: %d after %d steps", part->id, last, falls);
    }
}
END_TEST

START_TEST(endings_are_the_ones_asked_for)
{
    static const struct {
        const char *brief, *technique;
        double ritardando_low, ritardando_high;
    } endings[] = {
        { "ends abruptly", "button", 0, 0 },  { "seamless loop", "loop", 0, 0 }, { "quiet ending", "hold", 4, 30 },
        { "big finish", "hold", 0, 30 },      { "fades out", "fade", 0, 0 },     { "no fade-out", "hold", 0, 30 },
    };

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        const struct arranged_ending *ending = song_of("rock", endings[i].brief, SEED)->arrangement_spec->ending;

        ck_assert_msg(strcmp(ending->technique, endings[i].technique) == 0, "'%s': %s", endings[i].brief, ending->technique);
        ck_assert(ending->ritardando_percent >= endings[i].ritardando_low && ending->ritardando_percent <= endings[i].ritardando_high);
    }
}
END_TEST

/* A loop has no introduction and plays to the last bar line in tempo. */
START_TEST(a_loop_is_ready_to_begin_again)
{
    struct song *song = song_of("lo-fi-hip-hop", "a seamless loop", SEED);
    struct timeline *t = compose_timeline(song);

    ck_assert_uint_eq(song->score->tempo_count, 1);
    ck_assert_str_ne(t->sections.items[0].type, "intro");
    ck_assert(fullness(song, 0.97, 1) > 0.4 * fullness(song, 0, 0.9));
}
END_TEST

START_TEST(a_higher_key_comes_when_it_is_asked_for)
{
    ck_assert_int_eq(song_of("jazz", "key change at the end", SEED)->song_spec->key_lift, 1);
    ck_assert_int_eq(song_of("jazz", "no key change", SEED)->song_spec->key_lift, 0);
    ck_assert_int_eq(song_of("jazz", "a tune", SEED)->song_spec->key_lift, -1);
}
END_TEST

START_TEST(staccato_is_short_and_a_low_tune_low)
{
    struct song *plain = song_of("cinematic", "strings", SEED), *dry = song_of("cinematic", "staccato strings", SEED);
    struct song *low = song_of("cinematic", "strings, low register", SEED);
    double lens[3] = { 0 }, pitches[3] = { 0 };
    const struct song *songs[] = { plain, dry, low };

    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; i < songs[s]->score->part_count; i++) {
            const struct score_part *part = &songs[s]->score->parts[i];

            for (size_t n = 0; n < part->note_count; n++) {
                lens[s] += part->role == ROLE_ARP ? part->notes[n].len_ticks / (double)part->note_count : 0;
                pitches[s] += part->role == ROLE_LEAD ? part->notes[n].pitch / (double)part->note_count : 0;
            }
        }
    ck_assert(lens[1] < 0.75 * lens[0]);
    ck_assert(pitches[2] < pitches[0] - 6);
}
END_TEST

START_TEST(another_brief_or_genre_is_another_song)
{
    static const char *const briefs[] = { "happy", "sad", "a chase through the city", "lullaby", "boss fight", "wedding" };
    const char *texts[6];

    for (size_t i = 0; i < 6; i++) {
        texts[i] = compose_text(song_of("pop", briefs[i], SEED));
        for (size_t k = 0; k < i; k++)
            ck_assert_str_ne(texts[i], texts[k]);
        ck_assert_str_ne(texts[i], compose_text(song_of("rock", briefs[i], SEED)));
    }
}
END_TEST

static bool is_told(const struct song *song, const char *what, const char *why)
{
    for (size_t i = 0; i < song->decisions.count; i++)
        if (strstr(song->decisions.items[i].what, what) != NULL && strstr(song->decisions.items[i].why, why) != NULL)
            return true;
    return false;
}

START_TEST(the_account_names_every_phrase)
{
    struct song *song = song_of("pop", "Not too sad, xylophagous and quorbly, led by a flute, speeds up, 20 bpm", SEED);

    ck_assert(is_told(song, "understood: not too sad", "brightness +"));
    ck_assert(is_told(song, "understood: flute", "has the tune"));
    ck_assert(is_told(song, "not understood: xylophagous, quorbly", ""));
    ck_assert(is_told(song, "understood, not followed: speeds up", "one tempo"));
    ck_assert(is_told(song, "understood, not followed: 20 bpm", "40 to 300"));
    ck_assert(!is_told(song, "not understood", "flute"));
}
END_TEST

START_TEST(any_text_makes_a_song)
{
    static const char *const texts[] = {
        " ", "!!! ??? ,,,", "\\u0001\\u001b[31m", "🎉🔥💀", "悲しいピアノの曲、ドラムなし", "грустная музыка", "موسيقى هادئة",
        "Une ballade triste au piano", "not not not never no without", "starts with ends with only", "at the after in",
        "0 bpm 99999 bpm -5 minutes", "no piano no guitar no strings no bass no drums no synth no organ no choir no brass no woodwinds no melody",
        "%s%n%d", "1/0 0/4", "loop fade out ends abruptly big finish", "AABA rondo sonata strophic",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        ck_assert_uint_gt(song_of("pop", texts[i], SEED)->score->part_count, 0);
        ck_assert_uint_gt(song_of("classical-piano", texts[i], SEED)->score->part_count, 0);
    }
}
END_TEST

START_TEST(titles_read_well)
{
    static const struct {
        const char *brief, *title;
    } titles[] = {
        { "late-night drive through the city, 118 bpm", "Late-Night Drive Through the City" },
        { "A dark, aggressive chase", "Dark, Aggressive Chase" },
        { "Please make me a song about the sea", "Sea" },
        { "sad but hopeful, with piano and cello", "Sad but Hopeful" },
        { "Calm. No drums or bass, just electric piano", "Calm" },
        { "", "Untitled" },
        { "?!", "Untitled" },
        { "90 bpm", "Untitled" },
    };

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        ck_assert_str_eq(brief_title(titles[i].brief, compose_arena), titles[i].title);
}
END_TEST

Suite *compose_heard_suite(void)
{
    Suite *suite = suite_create("band/heard");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, compose_set_up, compose_tear_down);
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, what_is_asked_for_is_heard, 0, (ROWS + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE);
    tcase_add_loop_test(tests, players_come_and_go_when_they_are_told, 0, (int)(sizeof(entries) / sizeof(entries[0])));
    tcase_add_test(tests, a_song_opens_with_one_when_it_is_asked_to);
    tcase_add_test(tests, the_tune_is_on_the_instrument_that_leads);
    tcase_add_test(tests, forms_are_the_ones_asked_for);
    tcase_add_test(tests, twelve_bars_have_the_changes_of_the_blues);
    tcase_add_test(tests, energy_runs_as_it_is_told);
    tcase_add_test(tests, what_gains_in_a_mood_gains_in_the_song);
    tcase_add_test(tests, a_fade_fades);
    tcase_add_test(tests, endings_are_the_ones_asked_for);
    tcase_add_test(tests, a_loop_is_ready_to_begin_again);
    tcase_add_test(tests, a_higher_key_comes_when_it_is_asked_for);
    tcase_add_test(tests, staccato_is_short_and_a_low_tune_low);
    tcase_add_test(tests, another_brief_or_genre_is_another_song);
    tcase_add_test(tests, the_account_names_every_phrase);
    tcase_add_test(tests, any_text_makes_a_song);
    tcase_add_test(tests, titles_read_well);
    suite_add_tcase(suite, tests);
    return suite;
}
