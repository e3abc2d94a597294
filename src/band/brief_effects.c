/* What the words of a brief do: each kind of the lexicon's rows turned into the wishes of a reading. */
#include <math.h>
#include <string.h>

#include "band/brief_scan.h"
#include "song/master_spec.h"

#define NEGATED (-0.5)      /* share of the opposite in "not sad" */
#define NEGATED_MILD (-0.4) /* in "not too sad" */
#define TURNED_SHARE 0.4    /* how much of the mood to come the whole song has */
#define LOUD 0.12           /* what adds this much energy is ruled out together with loud sections */

static void note_word(struct scan *s, const char **list, const char *word)
{
    *list = (*list)[0] != '\0' ? arena_printf(s->arena, "%s, %s", *list, word) : word;
}

bool scan_note(const char **list, size_t *count, size_t most, const char *name)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(list[i], name) == 0)
            return false;
    if (*count < most)
        list[(*count)++] = name;
    return true;
}

void scan_request(struct scan *s, const char *text)
{
    scan_note(s->out->requests, &s->out->request_count, READING_NAMES_MAX, text);
}

static void note_mood(struct brief_reading *r, const char *mood, bool first)
{
    for (size_t i = 0; i < r->mood_count; i++)
        if (strcmp(r->moods[i], mood) == 0)
            return;
    if (r->mood_count == READING_MOODS_MAX)
        return;
    if (first)
        memmove(r->moods + 1, r->moods, r->mood_count * sizeof(*r->moods));
    r->moods[first ? 0 : r->mood_count] = mood;
    r->mood_count++;
}

static const char *numbers_text(const struct scan *s, const struct lexeme *l, double factor)
{
    static const struct {
        const char *name, *unit;
        double scale;
    } rows[] = { { "tempo", " %", 1 }, { "energy", "", 1 }, { "brightness", "", 1 }, { "density", "", 1 } };
    const double values[] = { l->tempo, l->energy, l->brightness, l->density };
    const char *out = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (fabs(values[i] * factor) >= 0.005)
            out = arena_printf(s->arena, "%s%s%s %+.2g%s", out, out[0] != '\0' ? ", " : "", rows[i].name,
                               values[i] * factor, rows[i].unit);
    return out[0] != '\0' ? out : "as the genre has it";
}

static void add_numbers(struct scan *s, const struct lexeme *l, double factor)
{
    struct brief_reading *r = s->out;

    r->tempo_percent += l->tempo * factor;
    r->tempo_strongest = fmax(r->tempo_strongest, fabs(l->tempo * factor));
    r->energy += l->energy * factor;
    r->brightness += l->brightness * factor;
    r->density += l->density * factor;
    if (fabs(l->tempo * factor) >= 2)
        note_word(s, &r->tempo_words, l->phrase);
    if (fabs(l->energy * factor) >= 0.03)
        note_word(s, &r->energy_words, l->phrase);
}

/* "Not sad", "less aggressive", "nothing loud": some of the opposite, and what is loud stays away. */
static void take_negated_numbers(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    struct brief_reading *r = s->out;
    bool mild = s->negation == NEGATION_MILD;
    double factor = (mild ? NEGATED_MILD : NEGATED) * fmin(s->scale, 1);

    scan_request(s, arena_printf(s->arena, "%s %s", mild ? "not too" : "not", l->phrase));
    add_numbers(s, l, factor);
    if (l->energy >= LOUD)
        r->energy_most = fmin(isnan(r->energy_most) ? 1 : r->energy_most, mild ? 0.8 : 0.62);
    scan_heard(s, at, used, numbers_text(s, l, factor));
}

/* "Sad but hopeful": the first gives the key, the second gains towards the end. */
static void take_mood(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    struct brief_reading *r = s->out;
    bool turns = s->turns && s->mood != NULL && strcmp(s->mood->value, l->value) != 0;
    const char *more = "";

    note_mood(r, l->value, false);
    note_word(s, &r->mood_words, l->phrase);
    if (turns) {
        double turn = l->energy - s->mood->energy + 0.4 * (l->brightness - s->mood->brightness);

        r->turn = fmin(fmax(r->turn + turn * fmin(s->scale, 1), -1), 1);
        more = arena_printf(s->arena, "; gains towards the end (%+.2f)", turn);
    }
    add_numbers(s, l, s->scale * (turns ? TURNED_SHARE : 1));
    scan_heard(s, at, used, arena_printf(s->arena, "mood %s: %s%s", l->value, numbers_text(s, l, s->scale * (turns ? TURNED_SHARE : 1)), more));
    s->mood = l;
    s->turns = false;
}

static void prefer(struct scan *s, const char *names)
{
    struct brief_reading *r = s->out;

    while (names != NULL && *names != '\0') {
        size_t len = strcspn(names, "|");

        scan_note(r->preferred, &r->preferred_count, READING_NAMES_MAX, arena_strndup(s->arena, names, len));
        names += len + (names[len] == '|');
    }
}

static void take_scene(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    add_numbers(s, l, s->scale);
    if (s->out->scene_mood == NULL)
        s->out->scene_mood = l->value;
    prefer(s, l->wants);
    scan_heard(s, at, used, arena_printf(s->arena, "a setting: %s%s%s", numbers_text(s, l, s->scale),
                                         l->wants != NULL ? "; fitting: " : "", l->wants != NULL ? l->wants : ""));
}

static const char *slot_word(const char *slot)
{
    static const char *const words[] = { "intro", "verse", "pre-chorus", "chorus", "bridge", "solo", "breakdown", "outro" };
    static const char slots[] = "IVPCBSKO";
    const char *at = strchr(slots, slot[0]);

    return at != NULL ? words[at - slots] : "";
}

/* A negated row that has an opposite of its own. True when it has. */
static bool take_opposite(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    struct brief_reading *r = s->out;
    const char *effect = NULL;

    switch ((enum lexeme_kind)l->kind) {
    case LEXEME_VOCALS:
        r->vocals = !l->number;
        effect = r->vocals ? "with a voice" : "without a voice";
        break;
    case LEXEME_INTRO:
        r->intro_bars = FIELD_INT_UNSET;
        effect = "the genre's introduction";
        break;
    case LEXEME_ENDING:
        if (l->number == SONG_ENDING_FADE || l->number == SONG_ENDING_LOOP)
            r->ending = SONG_ENDING_HOLD;
        effect = "a closed ending";
        break;
    case LEXEME_LIFT:
        r->key_lift = 0;
        effect = "one key throughout";
        break;
    case LEXEME_SHAPE:
        if (l->number != ENERGY_FLAT)
            r->shape = ENERGY_FLAT;
        effect = "even energy";
        break;
    case LEXEME_TOUCH:
        r->drum_touch = -l->number;
        effect = "drums the other way";
        break;
    case LEXEME_SWING:
        r->swing_percent = l->number > 50 ? 50 : 62;
        effect = l->number > 50 ? "straight time" : "swing";
        break;
    case LEXEME_SECTION: {
        struct mark *m = scan_mark(s, MARK_SECTION);

        m->name = l->value;
        m->is_negated = true;
        if (l->value[0] == 'I')
            r->intro_bars = 0;
        scan_note(r->no_sections, &r->no_section_count, READING_NAMES_MAX, slot_word(l->value));
        effect = "a form without it";
        break;
    }
    case LEXEME_EVERYONE:
        scan_note(r->excluded, &r->excluded_count, READING_NAMES_MAX, "drums");
        if (strcmp(l->value, "rhythm") == 0)
            scan_note(r->excluded, &r->excluded_count, READING_NAMES_MAX, "bass");
        effect = "no drums";
        break;
    case LEXEME_VERB:
        if (l->number == VERB_LEADS || l->number == VERB_LEAD_BY) {
            scan_note(r->excluded, &r->excluded_count, READING_NAMES_MAX, "melody");
            scan_heard(s, at, used, "no tune");
            return true;
        }
        if (l->number != VERB_SOLO)
            return false;
        scan_note(r->no_sections, &r->no_section_count, READING_NAMES_MAX, "solo");
        effect = "a form without solos";
        break;
    default:
        return false;
    }
    scan_request(s, arena_printf(s->arena, "not %s", l->phrase));
    scan_heard(s, at, used, effect);
    return true;
}

static void take_negated(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    s->negated = l;
    if (s->negation == NEGATION_MILD && l->kind != LEXEME_MOOD && l->kind != LEXEME_CHARACTER && l->kind != LEXEME_SCENE)
        return;
    if (l->kind == LEXEME_MOOD || l->kind == LEXEME_CHARACTER || l->kind == LEXEME_SCENE)
        take_negated_numbers(s, l, at, used);
    else if (!take_opposite(s, l, at, used))
        scan_request(s, arena_printf(s->arena, "not %s", l->phrase));
}

static void take_verb(struct scan *s, const struct lexeme *l)
{
    struct mark *m = scan_mark(s, MARK_VERB);

    m->verb = l->number;
    m->may_stand_alone = l->value != NULL;
}

static void take_when_or_who(struct scan *s, const struct lexeme *l)
{
    struct mark *m = scan_mark(s, l->kind == LEXEME_WHEN ? MARK_WHEN : l->kind == LEXEME_SECTION ? MARK_SECTION :
                                                                                                   MARK_EVERYONE);

    if (l->kind == LEXEME_WHEN)
        m->percent = l->tempo;
    else
        m->name = l->value;
}

/* What each decade sounds like. */
static const struct {
    const char *era, *wants;
} eras[] = {
    { "1920s", "clarinet|tuba|banjo" },       { "1930s", "clarinet|brass section" },  { "1940s", "clarinet|brass section" },
    { "1950s", "upright bass|saxophone" },    { "1960s", "organ|tambourine" },        { "1970s", "electric piano|strings" },
    { "1980s", "power kit|dx7 piano|synth bass|saw lead" },                           { "1990s", "piano|synth strings" },
    { "2000s", "synth|clean guitar" },
};

static const char *take_era(struct scan *s, const char *era)
{
    const char *wants = NULL;

    s->out->era = era;
    for (size_t i = 0; i < sizeof(eras) / sizeof(eras[0]); i++)
        if (strcmp(eras[i].era, era) == 0)
            wants = eras[i].wants;
    prefer(s, wants);
    return arena_printf(s->arena, "the sounds of the %s%s%s", era, wants != NULL ? ": " : "", wants != NULL ? wants : "");
}

/* Rows whose one value goes to one place. Returns what is heard then, or NULL for rows of another kind. */
static const char *take_value(struct scan *s, const struct lexeme *l)
{
    struct brief_reading *r = s->out;

    switch ((enum lexeme_kind)l->kind) {
    case LEXEME_ERA:
        return take_era(s, l->value);
    case LEXEME_SHAPE:
        r->shape = l->number;
        scan_request(s, l->phrase);
        return arena_printf(s->arena, "energy: %s", energy_shape_choices.names[l->number]);
    case LEXEME_VOCALS:
        if (r->vocals < 0 || l->number == 0)
            r->vocals = l->number;
        return l->number ? "with a voice" : "without a voice";
    case LEXEME_METRE:
        metre_parse(l->value, &r->metre);
        return arena_printf(s->arena, "time signature %s", l->value);
    case LEXEME_LENGTH:
        r->length_percent = l->tempo;
        return arena_printf(s->arena, "length %+.0f %%", l->tempo);
    case LEXEME_TEMPO:
        r->tempo_low = l->number;
        r->tempo_high = l->tempo;
        return arena_printf(s->arena, "%d to %.0f bpm", l->number, l->tempo);
    case LEXEME_MODE:
        r->mode = mode_find(l->value);
        return arena_printf(s->arena, "a key in %s", l->value);
    case LEXEME_FORM:
        r->form = l->value;
        return arena_printf(s->arena, "form: %s", l->value);
    case LEXEME_INTRO:
        r->intro_bars = l->number;
        return l->number == 0 ? "no introduction" : arena_printf(s->arena, "an introduction of %d bars", l->number);
    case LEXEME_ENDING:
        r->ending = l->number;
        return arena_printf(s->arena, "ending: %s", song_ending_choices.names[l->number]);
    case LEXEME_LIFT:
        r->key_lift = l->number;
        return "a higher key near the end";
    case LEXEME_TOUCH:
        r->drum_touch = l->number;
        scan_note(r->instruments, &r->instrument_count, READING_NAMES_MAX, "drums");
        return l->number > 0 ? "drums struck hard" : "drums struck softly";
    case LEXEME_ARTICULATION:
        r->articulation = l->number;
        return l->number < 0 ? "short notes" : "joined notes";
    case LEXEME_REGISTER:
        r->register_semitones = l->number;
        return l->number < 0 ? "the tune an octave lower" : "the tune an octave higher";
    case LEXEME_SWING:
        r->swing_percent = l->number;
        return arena_printf(s->arena, "swing %d %%", l->number);
    case LEXEME_HALF_TIME:
        r->half_time = l->number;
        return l->number == 1 ? "the backbeat half as often" : "the backbeat twice as often";
    case LEXEME_PALETTE:
        r->palette = l->value;
        return arena_printf(s->arena, "instruments: %s", l->value);
    default:
        return NULL;
    }
}

/* "For the club" also says what kind of music it is. */
static void take_target(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    const struct lexeme *scene = l->wants != NULL ? lexicon_find(s->index, l->wants) : NULL;
    const struct master_target_info *info;

    s->out->target = master_target_find(l->value);
    info = &master_targets[s->out->target];
    if (scene != NULL)
        scan_take(s, scene, at, used);
    scan_request(s, l->phrase);
    scan_heard(s, at, used, arena_printf(s->arena, "a master for %s: %g LUFS, %g dBTP", info->name, info->loudness_lufs,
                                         info->ceiling_dbtp));
}

static void take_feel(struct scan *s, const struct genre *feel, size_t at, size_t used)
{
    if (feel == NULL || feel == s->genre)
        return;
    s->out->feel = feel->id;
    scan_heard(s, at, used, arena_printf(s->arena, "groove and colours of %s", feel->name));
}

void scan_take(struct scan *s, const struct lexeme *l, size_t at, size_t used)
{
    const char *effect;

    if (s->negation != NEGATION_NONE && l->kind != LEXEME_WHEN && l->kind != LEXEME_BEYOND) {
        take_negated(s, l, at, used);
        return;
    }
    switch ((enum lexeme_kind)l->kind) {
    case LEXEME_MOOD:
        take_mood(s, l, at, used);
        break;
    case LEXEME_CHARACTER:
        add_numbers(s, l, s->scale);
        scan_heard(s, at, used, numbers_text(s, l, s->scale));
        break;
    case LEXEME_SCENE:
        take_scene(s, l, at, used);
        break;
    case LEXEME_FEEL:
        take_feel(s, s->genres != NULL ? genres_find(s->genres, l->value) : NULL, at, used);
        break;
    case LEXEME_TARGET:
        take_target(s, l, at, used);
        break;
    case LEXEME_VERB:
        take_verb(s, l);
        break;
    case LEXEME_WHEN:
    case LEXEME_SECTION:
    case LEXEME_EVERYONE:
        take_when_or_who(s, l);
        break;
    case LEXEME_BEYOND:
        scan_not_followed(s, at, used, l->value);
        break;
    default:
        effect = take_value(s, l);
        if (effect != NULL)
            scan_heard(s, at, used, effect);
        break;
    }
}

/* "With a latin feel", "trap drums": another genre's name, when such a word follows it. */
size_t scan_genre_name(struct scan *s, size_t at)
{
    static const char marks[] = "feel|vibe|vibes|flavour|flavor|influence|influences|influenced|inspired|style|touch|tinged|infused|"
                                "groove|beat|beats|drums|rhythm|rhythms|hats|edge|twist|elements|fusion";

    for (size_t n = 3; n > 0; n--) {
        const struct genre *g = s->genres != NULL && at + n <= s->text.count ? genres_find(s->genres, scan_words(s, at, n)) : NULL;

        if (g == NULL)
            continue;
        if (g != s->genre && s->negation == NEGATION_NONE && scan_word_is(s, at + n, marks)) {
            take_feel(s, g, at, n + 1);
            return n + 1;
        }
        return n;
    }
    return 0;
}

bool brief_reading_add_mood(struct brief_reading *r, const char *mood, struct arena *a)
{
    const struct lexeme *l = lexicon_mood(mood);
    struct scan s = { .out = r, .arena = a };
    bool known = false;

    if (l == NULL)
        return false;
    for (size_t i = 0; i < r->mood_count; i++)
        known |= strcmp(r->moods[i], l->value) == 0;
    if (!known)
        add_numbers(&s, l, 1);
    note_mood(r, l->value, true);
    return true;
}
