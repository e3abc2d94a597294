/* Forms by name: the sections that "AABA", "rondo" or "verse, chorus and bridge" mean in this genre. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "band/arranger.h"
#include "genre/profile.h"
#include "song/song_spec.h"

static const char agent[] = "arranger";

enum { UNIT = 8, LETTERS = 8, STROPHE = 12, ENDS_FROM_BARS = 40, END_BARS = 4 };

/* Letters A–E are themes, each of its own kind; the others are slots: intro, verse, pre-chorus, chorus, bridge, solo,
 * breakdown, outro. A named form is repeated as a whole until the song is full. */
static const struct named_form {
    const char *name;
    const char *letters;         /* NULL: slots */
    const char *slots;
    int unit;                    /* bars of a section; 0: what fits */
    bool is_once;                /* does not begin again */
    const char *changes[2];      /* in major, in minor; NULL: the genre's */
    const char *remark;          /* how near it comes; NULL: it is what was asked for */
} forms[] = {
    { "strophic", "AAAA", NULL, 0, false, { NULL }, NULL },
    { "rondo", "ABACA", NULL, 0, true, { NULL }, NULL },
    { "arch", "ABCBA", NULL, 0, true, { NULL }, NULL },
    { "sonata", "ABCAB", NULL, 0, true, { NULL }, "exposition, a contrasting middle and the return, all in one key" },
    { "minuet and trio", "AABBCCAB", NULL, 0, true, { NULL }, NULL },
    { "through-composed", "ABCDE", NULL, 0, true, { NULL }, "as many different sections as the genre knows" },
    { "theme and variations", "AAAAAA", NULL, 0, true, { NULL }, "each return of the theme is varied and fuller than the one before" },
    { "call and response", "ABAB", NULL, 0, false, { NULL }, NULL },
    { "verse and chorus", NULL, "IVCVCCO", 0, true, { NULL }, NULL },
    { "verse, chorus and bridge", NULL, "IVCVCBCO", 0, true, { NULL }, NULL },
    { "twelve-bar blues", "A", NULL, STROPHE, false, { "I7 | IV7 | I7 | I7 | IV7 | IV7 | I7 | I7 | V7 | IV7 | I7 | V7",
        "i7 | iv7 | i7 | i7 | iv7 | iv7 | i7 | i7 | bVI7 | V7 | i7 | V7" }, NULL },
};

/* What each slot may be called in a genre, the likeliest first. */
static const struct {
    char slot;
    const char *types;
    double energy;               /* when the genre has none of them */
} slots[] = {
    { 'I', "intro", 0.3 },
    { 'V', "verse|theme|head|groove", 0.5 },
    { 'P', "pre-chorus|build|answer", 0.6 },
    { 'C', "chorus|drop|answer|shout|mambo|solo", 0.8 },
    { 'B', "bridge|trio|breakdown|answer", 0.6 },
    { 'S', "solo|chorus|drop|answer|theme", 0.75 },
    { 'K', "breakdown|bridge|trio", 0.35 },
    { 'O', "outro|coda|tag", 0.35 },
};

/* Second themes contrast; the first of these that the genre has. */
static const char contrasts[] = "bridge|answer|chorus|trio|drop|solo";

bool section_type_has_tune(const struct genre *g, const char *type)
{
    for (size_t i = 0; i < g->melody.sections.count; i++)
        if (strcmp(g->melody.sections.items[i], type) == 0)
            return true;
    return false;
}

/* The genre's own section of a type, for its length and energy; NULL when none of its forms has one. */
static const struct genre_section *section_find(const struct genre *g, const char *type, size_t len)
{
    for (size_t f = 0; f < g->forms.count; f++)
        for (size_t i = 0; i < g->forms.items[f].sections.count; i++) {
            const struct genre_section *section = &g->forms.items[f].sections.items[i];

            if (strlen(section->type) == len && strncmp(section->type, type, len) == 0)
                return section;
        }
    return NULL;
}

static const struct genre_section *first_of(const struct genre *g, const char *types)
{
    while (*types != '\0') {
        size_t len = strcspn(types, "|");
        const struct genre_section *section = section_find(g, types, len);

        if (section != NULL)
            return section;
        types += len + (types[len] == '|');
    }
    return NULL;
}

static bool is_end(const char *type)
{
    return strcmp(type, "intro") == 0 || strcmp(type, "outro") == 0 || strcmp(type, "tag") == 0;
}

/* The types that letters stand for: tuned ones, all different as long as there are any. Returns how many differ. */
static size_t letter_types(const struct genre *g, const struct genre_section *out[LETTERS])
{
    size_t count = 0;

    for (size_t f = 0; f < g->forms.count; f++)
        for (size_t i = 0; i < g->forms.items[f].sections.count && count < LETTERS; i++) {
            const struct genre_section *section = &g->forms.items[f].sections.items[i];
            bool known = is_end(section->type) || !section_type_has_tune(g, section->type);

            for (size_t k = 0; k < count; k++)
                known |= strcmp(out[k]->type, section->type) == 0;
            if (!known)
                out[count++] = section;
        }
    for (const char *at = contrasts; count > 2 && *at != '\0'; at += strcspn(at, "|"), at += *at == '|')
        for (size_t k = 1; k < count; k++)
            if (strncmp(out[k]->type, at, strcspn(at, "|")) == 0 && out[k]->type[strcspn(at, "|")] == '\0') {
                const struct genre_section *second = out[k];

                memmove(&out[2], &out[1], (k - 1) * sizeof(out[0]));
                out[1] = second;
                return count;
            }
    return count;
}

static struct form_section *add(struct form *f, const char *type, int bars, double energy)
{
    struct form_section *out = &f->sections[f->count++];

    *out = (struct form_section){ .type = type, .bars = bars, .usual_bars = bars, .energy = fmin(energy, 1), .keep = 2 };
    return out;
}

static void add_end(const struct session *s, struct form *f, char slot, int bars)
{
    const struct genre_section *section = first_of(s->genre, slot == 'I' ? "intro" : "outro|coda|tag");

    add(f, section != NULL ? section->type : slot == 'I' ? "intro" : "outro", bars, section != NULL ? section->energy : 0.35);
}

/* How often the letters go through and how long each section is, so that what is left of `bars` makes a good beginning
 * and end. */
static int choose_unit(int bars, int letters, const struct named_form *named, int *passes)
{
    static const struct {
        int bars;
        double dislike;
    } units[] = { { UNIT, 0 }, { 16, 0.03 }, { STROPHE, 0.06 }, { 4, 0.15 }, { 24, 0.2 }, { 20, 0.25 }, { 2, 0.4 } };
    int wished = bars >= ENDS_FROM_BARS ? 2 * END_BARS : 0, most = named != NULL && named->is_once ? 1 : 32, best = UNIT;
    double best_cost = 1e9;

    *passes = 1;
    for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++)
        for (int p = 1; p <= most && p * letters * units[u].bars <= bars; p++) {
            int rest = bars - p * letters * units[u].bars;
            double cost = fabs((double)(rest - wished)) / bars + units[u].dislike + (rest > wished / 2 ? 0 : 0.2 * (wished > 0));

            if ((named != NULL && named->unit > 0 && named->unit != units[u].bars) || cost >= best_cost)
                continue;
            best_cost = cost;
            best = units[u].bars;
            *passes = p;
        }
    return best;
}

static bool leaves_out(const struct song_spec *spec, const char *type)
{
    for (size_t i = 0; i < spec->exclude_sections.count; i++)
        if (strcmp(spec->exclude_sections.items[i], type) == 0)
            return true;
    return false;
}

static void plan_letters(struct session *s, const struct named_form *named, const char *letters, int bars, struct form *f)
{
    const struct song_spec *spec = s->song->song_spec;
    const struct genre_section *types[LETTERS];
    size_t count = letter_types(s->genre, types);
    int intro = spec->intro_bars != FIELD_INT_UNSET ? spec->intro_bars : 0, outro, passes, total = (int)strlen(letters);
    int unit = choose_unit(bars - intro, total, named, &passes), count_in;
    struct key key;
    bool minor = key_name_get(&spec->key, &key) && key_is_minor(key);
    bool climbs = strcmp(f->name, "theme and variations") == 0;

    outro = bars - intro - passes * total * unit;
    count_in = passes * total;
    if (total == 4 && named == NULL && outro >= 2 * unit + 2) { /* half a chorus more: the bridge and the last theme */
        count_in += 2;
        outro -= 2 * unit;
    }
    if (outro > END_BARS + 1 && spec->intro_bars == FIELD_INT_UNSET) {
        intro = outro >= 4 * END_BARS ? 2 * END_BARS : END_BARS;
        outro -= intro;
    }
    if (intro > 0)
        add_end(s, f, 'I', intro);
    for (int i = 0; i < count_in && f->count + 1 < FORM_SECTIONS_MAX; i++) {
        int at = i < passes * total ? i % total : 2 + i % 2;
        size_t letter = (size_t)(letters[at] - 'A');
        const struct genre_section *type = types[letter < count ? letter : count > 1 ? 1 + letter % (count - 1) : 0];
        double along = count_in > 1 ? (double)i / (count_in - 1) : 0;
        struct form_section *section = add(f, type->type, unit, climbs ? 0.4 + 0.5 * along : type->energy + 0.12 * (along - 0.3));

        section->letter = arena_printf(s->arena, "%c", letters[at]);
        if (named != NULL && named->unit > 0 && first_of(s->genre, type->type)->bars % STROPHE != 0)
            section->changes = named->changes[minor];
    }
    if (outro > 1 && !leaves_out(spec, "outro"))
        add_end(s, f, 'O', outro);
}

static void plan_slots(struct session *s, const char *text, int bars, struct form *f)
{
    int sum = 0;
    double scale;

    for (; *text != '\0' && f->count < FORM_SECTIONS_MAX; text++)
        for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
            const struct genre_section *section;

            if (slots[i].slot != *text)
                continue;
            section = first_of(s->genre, slots[i].types);
            if (section != NULL)
                add(f, section->type, section->bars, section->energy);
            else
                add(f, slots[i].slot == 'I' || slots[i].slot == 'O' ? slots[i].types : "verse", UNIT, slots[i].energy);
            sum += f->sections[f->count - 1].bars;
        }
    scale = sum > 0 ? (double)bars / sum : 1;
    for (size_t i = 0; i < f->count; i++) { /* sections keep their proportions, in groups of four bars */
        struct form_section *section = &f->sections[i];
        int wished = (int)lround(section->bars * scale / 4) * 4;

        section->bars = section->usual_bars = wished < 2 ? 2 : wished;
    }
}

static bool is_letters(const char *text)
{
    return strlen(text) > 1 && strspn(text, "ABCDE") == strlen(text);
}

bool form_plan(struct session *s, int bars, struct form *out)
{
    const char *name = s->song->song_spec->form;
    const struct named_form *named = NULL;

    out->name = name;
    out->count = 0;
    if (name == NULL)
        return false;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
        if (strcmp(forms[i].name, name) == 0)
            named = &forms[i];
    if (strncmp(name, "sections ", 9) == 0)
        plan_slots(s, name + 9, bars, out);
    else if (named != NULL && named->slots != NULL)
        plan_slots(s, named->slots, bars, out);
    else if (named != NULL || is_letters(name))
        plan_letters(s, named, named != NULL ? named->letters : name, bars, out);
    if (out->count == 0) {
        decide(s, agent, 0.4, arena_printf(s->arena, "form '%s' is not known", name), "a form of the genre instead");
        return false;
    }
    decide(s, agent, 0.9, arena_printf(s->arena, "form %s", name), "it is asked for%s%s",
           named != NULL && named->remark != NULL ? "; " : "", named != NULL && named->remark != NULL ? named->remark : "");
    return true;
}
