/* Documents that go together, with one thing changed: what a musician may change alone is accepted, what makes the documents
 * contradict each other is refused at its place. */
#include <json_pointer.h>
#include <string.h>

#include "song/song.h"
#include "suites.h"

static struct arena *arena;

static void set_up(void)
{
    arena = arena_new(16 << 20);
}

static void tear_down(void)
{
    arena_free(arena);
}

/* Two sections of two bars with words: A minor in 4/4. */
static const char base[] =
    "{'song_spec':{'id':'s','title':'T','genre_id':'g','bpm':120,'time_signature':'4/4','has_vocals':true,"
    "'is_instrumental':false,'key':{'root':'A','mode':'minor'}},"
    "'arrangement_spec':{'song_id':'s','total_bars':4,'instruments':[{'name':'Bass Synth'},{'name':'lead'}],'sections':["
    "{'section_type':'verse','label':'Verse','start_bar':1,'length_bars':2,'energy_level':'medium','energy':0.5,"
    "'dynamics':'mp','instruments':['Bass Synth','lead']},"
    "{'section_type':'chorus','label':'Chorus','start_bar':3,'length_bars':2,'instruments':['lead']}],"
    "'transitions':[{'from_section':'Verse','to_section':'Chorus','technique':'fill'}],"
    "'ending':{'technique':'hold','hold_bars':1,'ritardando_percent':10,'ritardando_bars':1,'hold_percent':100}},"
    "'harmony_spec':{'id':'h','song_id':'s','primary_key':{'root':'A','mode':'minor'},'modulations':[{'start_bar':3,"
    "'section_label':'Chorus','to_key':{'root':'C','mode':'major'}}],'progressions':["
    "{'section_type':'verse','section_label':'Verse','durations_beats':[4,4],'chords':[{'root':'A','quality':'min',"
    "'extensions':['7'],'alterations':[]},{'root':'E','quality':'7','alterations':['b9']}]},"
    "{'section_type':'chorus','durations_beats':[4,4],'chords':[{'root':'F'},{'root':'C'}]}]},"
    "'melody_spec':{'song_id':'s','harmony_id':'h','key':{'root':'A','mode':'minor'},'section_melodies':["
    "{'section_type':'verse','section_label':'Verse','phrases':[['A4','R'],['B4','C5']],'phrase_rhythms':[[2,2],[2,2]]}]},"
    "'rhythm_spec':{'song_id':'s','time_signature':'4/4','sections':[{'label':'Verse','parts':[{'part':'bass-synth',"
    "'notation':'degrees','lines':['1@0 5@8']}],'fills':[{'bar':2,'beats':1,'lines':['snare: 7777']}]},"
    "{'label':'chorus'}]},"
    "'lyric_spec':{'song_id':'s','lines':[{'section_label':'Verse','text':'Oh, lover','syllables':["
    "{'text':'oh','tick':0,'len_ticks':960},{'text':'lov-','tick':1920,'len_ticks':960},"
    "{'text':'er','tick':2880,'len_ticks':960}]}]},"
    "'vocal_spec':{'song_id':'s','key':{'root':'A','mode':'minor'},'lowest_pitch':50,'highest_pitch':70,'sections':['Verse'],"
    "'notes':[{'tick':0,'len_ticks':900,'pitch':57},{'tick':1920,'len_ticks':960,'pitch':59},"
    "{'tick':2880,'len_ticks':960,'pitch':60}]},"
    "'sound_design_spec':{'song_id':'s','parts':[{'part':'Bass Synth','instrument':'Synth Bass 1','program':38},"
    "{'part':'lead','program':80}]},"
    "'mix_spec':{'strips':[{'part':'bass-synth'},{'part':'lead'},{'part':'voice'}],'buses':[{'bus':'bass'},{'bus':'lead'}]}}";

static json_object *parse(const char *text)
{
    char *json = arena_strdup(arena, text);
    struct error e = { 0 };
    json_object *tree;

    for (char *c = json; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    tree = json_read(arena, json, strlen(json), &e);
    ck_assert_msg(tree != NULL, "%s: %s", text, e.detail);
    return tree;
}

/* `value` as JSON at the place; "-" takes the member away. */
static void change(json_object *tree, const char *place, const char *value)
{
    char *parent = arena_strdup(arena, place), *name = strrchr(parent, '/');
    json_object *object = NULL, *holder, *new_value;

    if (strcmp(value, "-") != 0) {
        holder = parse(arena_printf(arena, "[%s]", value));
        new_value = json_object_get(json_object_array_get_idx(holder, 0));
        ck_assert_int_eq(json_pointer_set(&tree, place, new_value), 0);
        return;
    }
    *name = '\0';
    ck_assert_int_eq(json_pointer_get(tree, parent, &object), 0);
    json_object_object_del(object, name + 1);
}

static struct problems read_changed(const char *const (*changes)[2], size_t count, struct song *song)
{
    struct problems problems = { .arena = arena };
    json_object *tree = parse(base);

    for (size_t i = 0; i < count; i++)
        change(tree, changes[i][0], changes[i][1]);
    *song = (struct song){ 0 };
    song_read(tree, song, arena, &problems);
    return problems;
}

/* What may be changed alone, because it is heard. */
static const char *const accepted[][2] = {
    { "/song_spec/title", "'Another'" },
    { "/song_spec/bpm", "77" },
    { "/song_spec/key", "{'root':'F#','mode':'minor'}" },
    { "/song_spec/target_duration_seconds", "100" },
    { "/arrangement_spec/song_id", "null" },
    { "/arrangement_spec/total_bars", "null" },
    { "/arrangement_spec/sections/0/energy", "0.45" },
    { "/arrangement_spec/sections/0/energy", "null" },
    { "/arrangement_spec/sections/0/dynamics", "'ff'" },
    { "/arrangement_spec/sections/0/instruments", "['lead']" },
    { "/arrangement_spec/instruments/0/midi_program", "33" },
    { "/arrangement_spec/ending", "-" },
    { "/harmony_spec/progressions/0/chords/0/root", "'D'" },
    { "/harmony_spec/progressions/0/chords/0/bass_note", "'G'" },
    { "/harmony_spec/progressions/0/durations_beats", "[3,5]" },
    { "/harmony_spec/progressions/0/durations_beats", "[2,2]" },
    { "/harmony_spec/modulations", "[]" },
    { "/melody_spec/section_melodies/0/phrases/1", "['B','C']" },
    { "/rhythm_spec/swing_percent", "66" },
    { "/rhythm_spec/sections/0/parts/0/part", "'Bass Synth'" },
    { "/sound_design_spec/parts/1/program", "56" },
    { "/mix_spec/strips/1/level_lu", "-12" },
    { "/mix_spec/strips", "[{'part':'bass-synth','is_muted':true},{'part':'lead','is_muted':true}]" }, /* the voice sings */
    { "/mix_spec/strips", "[{'part':'lead','is_soloed':true},{'part':'voice','is_soloed':true,'is_muted':true}]" },
    { "/lyric_spec/lines/0/text", "'Oh lover!'" },
};

START_TEST(what_is_heard_may_be_changed)
{
    struct song song;
    struct problems problems = read_changed(&accepted[_i], 1, &song);

    ck_assert_msg(problems.count == 0, "%s = %s: %s", accepted[_i][0], accepted[_i][1],
                  problems.count > 0 ? problems.first->detail : "");
}
END_TEST

static const struct refusal {
    const char *change[2];
    const char *pointer, *says;
} refusals[] = {
    /* one document with itself */
    { { "/song_spec/is_instrumental", "true" }, "/song_spec/is_instrumental", "expected false" },
    { { "/song_spec/bpm", "301" }, "/song_spec/bpm", "300" },
    { { "/arrangement_spec/sections/1/start_bar", "4" }, "/arrangement_spec/sections/1/start_bar", "expected 3" },
    { { "/arrangement_spec/sections/1/label", "'Verse'" }, "/arrangement_spec/sections/1/label", "of its own" },
    { { "/arrangement_spec/sections/1/length_bars", "100000000" }, "/arrangement_spec/sections/1/length_bars", "4096" },
    { { "/arrangement_spec/sections/0/energy_level", "'loud'" }, "/arrangement_spec/sections/0/energy_level", "very_high" },
    { { "/arrangement_spec/sections/0/energy_level", "'high'" }, "/arrangement_spec/sections/0/energy_level", "'medium'" },
    { { "/arrangement_spec/sections/0/dynamics", "'loud'" }, "/arrangement_spec/sections/0/dynamics", "mf" },
    { { "/arrangement_spec/sections/0/instruments/1", "'leed'" }, "/arrangement_spec/sections/0/instruments/1",
      "did you mean 'lead'" },
    { { "/arrangement_spec/instruments/1/name", "'Bass Synth'" }, "/arrangement_spec/instruments/1/name", "of its own" },
    { { "/arrangement_spec/total_bars", "5" }, "/arrangement_spec/total_bars", "expected 4" },
    { { "/arrangement_spec/ending/technique", "'stop'" }, "/arrangement_spec/ending/technique", "button" },
    { { "/arrangement_spec/ending/ritardando_bars", "0" }, "/arrangement_spec/ending/ritardando_bars", "at least 1" },
    { { "/arrangement_spec/ending/hold_bars", "4" }, "/arrangement_spec/ending/hold_bars", "4 bars" },
    { { "/harmony_spec/progressions/0/chords/0/extensions", "['nice']" },
      "/harmony_spec/progressions/0/chords/0/extensions/0", "maj7" },
    { { "/harmony_spec/progressions/0/chords/1/alterations", "['b9','b4']" },
      "/harmony_spec/progressions/0/chords/1/alterations/1", "#11" },
    { { "/harmony_spec/progressions/0/durations_beats", "[4]" }, "/harmony_spec/progressions/0/durations_beats", "2 lengths" },
    { { "/harmony_spec/progressions/0/durations_beats", "[4,0]" }, "/harmony_spec/progressions/0/durations_beats/1",
      "0.125 or more" },
    { { "/harmony_spec/progressions/1/section_label", "'Verse'" }, "/harmony_spec/progressions/1", "progressions 0" },
    { { "/melody_spec/section_melodies/0/phrases/1", "['B4']" }, "/melody_spec/section_melodies/0/phrases/1", "2 notes" },
    { { "/melody_spec/section_melodies/0/phrases/1/1", "'hum'" }, "/melody_spec/section_melodies/0/phrases/1/1", "hum" },
    { { "/melody_spec/section_melodies/0/phrase_rhythms", "[[2,2]]" }, "/melody_spec/section_melodies/0/phrase_rhythms",
      "2 lists" },
    { { "/melody_spec/section_melodies/0/phrase_rhythms/0/0", "-2" }, "/melody_spec/section_melodies/0/phrase_rhythms/0/0",
      "above 0" },
    { { "/sound_design_spec/parts/0/program", "5" }, "/sound_design_spec/parts/0/program", "expected 38" },
    { { "/sound_design_spec/parts/0/instrument", "'Kazoo 9000'" }, "/sound_design_spec/parts/0/instrument", "General MIDI" },
    { { "/sound_design_spec/parts/1/register_high", "5" }, "/sound_design_spec/parts/1/register_high", "octave" },
    { { "/sound_design_spec/parts/1/part", "'Bass Synth'" }, "/sound_design_spec/parts/1/part", "once" },
    { { "/mix_spec/strips/1/part", "'bass-synth'" }, "/mix_spec/strips/1/part", "once" },
    { { "/mix_spec/buses/1/bus", "'bass'" }, "/mix_spec/buses/1/bus", "once" },
    { { "/mix_spec/strips", "[{'part':'lead','is_soloed':true,'is_muted':true},{'part':'voice'}]" }, "/mix_spec/strips",
      "soloed" },
    { { "/mix_spec/strips", "[{'part':'Bass Synth','is_muted':true},{'part':'lead','is_muted':true},"
                            "{'part':'voice','is_muted':true}]" }, "/mix_spec/strips", "muted" },
    { { "/rhythm_spec/sections/1/label", "'Verse'" }, "/rhythm_spec/sections/1/label", "section 0" },
    { { "/vocal_spec/notes/1/tick", "800" }, "/vocal_spec/notes/1/tick", "expected 900" },
    { { "/vocal_spec/notes/1/pitch", "71" }, "/vocal_spec/notes/1/pitch", "from 50 to 70" },
    { { "/vocal_spec/harmonies", "[{'tick':0,'len_ticks':900,'pitch':53}]" }, "/vocal_spec/harmonies", "has_harmonies" },
    { { "/lyric_spec/lines/0/text", "'Oh, lovers'" }, "/lyric_spec/lines/0/syllables", "do not read" },
    /* one document with another */
    { { "/melody_spec/song_id", "'other'" }, "/melody_spec/song_id", "expected 's'" },
    { { "/harmony_spec/song_id", "'other'" }, "/harmony_spec/song_id", "expected 's'" },
    { { "/melody_spec/harmony_id", "'other'" }, "/melody_spec/harmony_id", "expected 'h'" },
    { { "/arrangement_spec/transitions/0/to_section", "'Corus'" }, "/arrangement_spec/transitions/0/to_section", "'Chorus'" },
    { { "/harmony_spec/progressions/0/section_label", "'Vers'" }, "/harmony_spec/progressions/0/section_label", "'Verse'" },
    { { "/harmony_spec/progressions/0/durations_beats", "[4,3]" }, "/harmony_spec/progressions/0/durations_beats",
      "last 7 quarter notes" },
    { { "/harmony_spec/progressions/1/durations_beats", "[4,3]" }, "/harmony_spec/progressions/1/durations_beats", "'Chorus'" },
    { { "/harmony_spec/modulations/0/start_bar", "2" }, "/harmony_spec/modulations/0/start_bar", "expected 3" },
    { { "/harmony_spec/modulations/0", "{'start_bar':5,'to_key':{'root':'C','mode':'major'}}" },
      "/harmony_spec/modulations/0/start_bar", "4 bars" },
    { { "/song_spec/time_signature", "'3/4'" }, "/harmony_spec/progressions/0/durations_beats", "6 quarter notes" },
    { { "/melody_spec/section_melodies/0/section_label", "'Bridge'" }, "/melody_spec/section_melodies/0/section_label",
      "Bridge" },
    { { "/melody_spec/section_melodies/0/phrase_rhythms/1/1", "3" }, "/melody_spec/section_melodies/0/phrase_rhythms/1",
      "ends 9 quarter notes" },
    { { "/rhythm_spec/time_signature", "'6/8'" }, "/rhythm_spec/time_signature", "expected 4/4" },
    { { "/rhythm_spec/sections/0/parts/0/part", "'bass'" }, "/rhythm_spec/sections/0/parts/0/part", "'bass-synth'" },
    { { "/rhythm_spec/sections/1/label", "'bridge'" }, "/rhythm_spec/sections/1/label", "bridge" },
    { { "/rhythm_spec/sections/0/fills/0/bar", "3" }, "/rhythm_spec/sections/0/fills/0/bar", "2 bars" },
    { { "/sound_design_spec/parts/1/part", "'leads'" }, "/sound_design_spec/parts/1/part", "'lead'" },
    { { "/mix_spec/strips/1/part", "'harp'" }, "/mix_spec/strips/1/part", "harp" },
    { { "/lyric_spec/lines/0/section_label", "'Chorus'" }, "/lyric_spec/lines/0/syllables/0/tick", "in 'Verse'" },
    { { "/lyric_spec/lines/0/syllables/1/tick", "1500" }, "/lyric_spec/lines/0/syllables/1/tick", "no note" },
    { { "/lyric_spec/lines/0/syllables/2/tick", "99999" }, "/lyric_spec/lines/0/syllables/2/tick", "end of the song" },
    { { "/vocal_spec/sections/0", "'Bridge'" }, "/vocal_spec/sections/0", "Bridge" },
    { { "/vocal_spec/notes/2/tick", "3000" }, "/vocal_spec/notes/2/tick", "no note" },
    { { "/vocal_spec/notes/2/len_ticks", "9999" }, "/vocal_spec/notes/2/tick", "after the end" },
    { { "/melody_spec/section_melodies/0/phrases/1/1", "'D5'" }, "/vocal_spec/notes/2/pitch", "expected the tune's note 74" },
};

START_TEST(contradictions_are_pointed_at)
{
    const struct refusal *r = &refusals[_i];
    struct song song;
    struct problems problems = read_changed(&r->change, 1, &song);

    ck_assert_msg(problems.count >= 1, "%s = %s is accepted", r->change[0], r->change[1]);
    ck_assert_str_eq(problems.first->pointer, r->pointer);
    ck_assert_msg(strstr(problems.first->detail, r->says) != NULL, "%s: %s", r->pointer, problems.first->detail);
}
END_TEST

START_TEST(what_belongs_together_goes_together)
{
    struct problems problems = { .arena = arena };
    struct song song = { 0 };

    song_read(parse(base), &song, arena, &problems);
    ck_assert_msg(problems.count == 0, "%s: %s", problems.count > 0 ? problems.first->pointer : "",
                  problems.count > 0 ? problems.first->detail : "");
}
END_TEST

START_TEST(several_mistakes_are_told_at_once)
{
    static const char *const changes[][2] = {
        { "/song_spec/is_instrumental", "true" },
        { "/harmony_spec/song_id", "'other'" },
        { "/harmony_spec/progressions/0/durations_beats", "[4,3]" },
        { "/mix_spec/strips/0/part", "'harp'" },
        { "/rhythm_spec/time_signature", "'6/8'" },
    };
    static const char *const expected[] = { "/harmony_spec/song_id", "/song_spec/is_instrumental",
                                            "/harmony_spec/progressions/0/durations_beats", "/rhythm_spec/time_signature",
                                            "/mix_spec/strips/0/part" };
    struct song song;
    struct problems problems = read_changed(changes, sizeof(changes) / sizeof(changes[0]), &song);
    const struct problem *p = problems.first;

    ck_assert_uint_eq(problems.count, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < problems.count; i++, p = p->next)
        ck_assert_str_eq(p->pointer, expected[i]);
}
END_TEST

START_TEST(what_is_missing_contradicts_nothing)
{
    static const char *const documents[] = { "/arrangement_spec", "/harmony_spec", "/melody_spec", "/rhythm_spec",
                                             "/lyric_spec", "/vocal_spec", "/sound_design_spec", "/mix_spec" };
    const char *change_it[1][2] = { { documents[_i], "-" } };
    struct song song;
    struct problems problems = read_changed((const char *const(*)[2])change_it, 1, &song);

    ck_assert_msg(problems.count == 0, "%s: %s", documents[_i], problems.count > 0 ? problems.first->detail : "");
}
END_TEST

/* An arrangement of another program has no ending and says in total_bars what it aims at. */
START_TEST(total_bars_of_other_programs_is_an_aim)
{
    static const char *const changes[][2] = { { "/arrangement_spec/total_bars", "88" }, { "/arrangement_spec/ending", "-" } };
    struct song song;

    ck_assert_uint_eq(read_changed(changes, 2, &song).count, 0);
}
END_TEST

START_TEST(vocals_can_be_switched_on)
{
    static const char *const changes[][2] = { { "/lyric_spec/lines", "[]" }, { "/vocal_spec/notes", "[]" } };
    struct song song;

    ck_assert_uint_eq(read_changed(changes, 2, &song).count, 0);
    ck_assert(song.lyric_spec == NULL && song.vocal_spec == NULL);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *contradictions_suite(void)
{
    Suite *suite = suite_create("song/contradictions");
    TCase *tests = tcase_create("all");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, what_belongs_together_goes_together);
    tcase_add_loop_test(tests, what_is_heard_may_be_changed, 0, ROWS(accepted));
    tcase_add_loop_test(tests, contradictions_are_pointed_at, 0, ROWS(refusals));
    tcase_add_test(tests, several_mistakes_are_told_at_once);
    tcase_add_loop_test(tests, what_is_missing_contradicts_nothing, 0, 8);
    tcase_add_test(tests, total_bars_of_other_programs_is_an_aim);
    tcase_add_test(tests, vocals_can_be_switched_on);
    suite_add_tcase(suite, tests);
    return suite;
}
