#include "song/song.h"

#include "song/arrangement_spec.h"
#include "song/harmony_spec.h"
#include "song/lyric_spec.h"
#include "song/master_spec.h"
#include "song/melody_spec.h"
#include "song/mix_spec.h"
#include "song/qa_report.h"
#include "song/release_spec.h"
#include "song/rhythm_spec.h"
#include "song/song_check.h"
#include "song/song_spec.h"
#include "song/sound_design_spec.h"
#include "song/vocal_spec.h"

#define ROW(member, help_) { #member, &member##_fields, offsetof(struct song, member), help_ }

const struct document song_documents[] = {
    ROW(song_spec, "What the song is to be."),
    ROW(arrangement_spec, "The sections, and who plays where."),
    ROW(harmony_spec, "The chords."),
    ROW(melody_spec, "The tune."),
    ROW(rhythm_spec, "The groove."),
    ROW(lyric_spec, "The words."),
    ROW(vocal_spec, "The guide voice."),
    ROW(sound_design_spec, "The instruments."),
    ROW(mix_spec, "The balance."),
    ROW(master_spec, "The finish."),
    ROW(qa_report, "The review."),
    ROW(release_spec, "What accompanies the files."),
};
const size_t song_document_count = sizeof(song_documents) / sizeof(song_documents[0]);

#define AT(member) offsetof(struct decision, member)
static const struct field decision_rows[] = {
    { "agent", FIELD_STRING, 0, AT(agent), .help = "Who decided." },
    { "what", FIELD_STRING, 0, AT(what), .help = "What was decided." },
    { "why", FIELD_STRING, 0, AT(why), .help = "The reason." },
    { "confidence", FIELD_REAL, 0, AT(confidence), 0, 1, .help = "How sure the agent is." },
};
const struct fields decision_fields = FIELDS("decision", struct decision, decision_rows, "Why the song is as it is.");

void song_read(json_object *in, struct song *out, struct arena *a, struct problems *problems)
{
    size_t before = problems->count;

    for (size_t i = 0; i < song_document_count; i++) {
        const struct document *d = &song_documents[i];
        json_object *tree = NULL;
        void *document;

        if (!json_object_object_get_ex(in, d->name, &tree) || tree == NULL)
            continue;
        document = arena_alloc(a, d->fields->size);
        fields_read(d->fields, tree, document, json_pointer_add(a, "", d->name), true, a, problems);
        *(void **)((char *)out + d->offset) = document;
    }
    if (out->song_spec == NULL)
        problem_add(problems, "/song_spec", "is required: expected an object");
    if (problems->count == before)
        song_check(out, a, problems);
}

void song_write(const struct song *s, json_object *into)
{
    json_object *decisions = json_object_new_array();

    for (size_t i = 0; i < song_document_count; i++) {
        const struct document *d = &song_documents[i];
        const void *document = *(const void *const *)((const char *)s + d->offset);

        if (document != NULL)
            json_object_object_add(into, d->name, fields_write(d->fields, document));
    }
    for (size_t i = 0; i < s->decisions.count; i++)
        json_object_array_add(decisions, fields_write(&decision_fields, &s->decisions.items[i]));
    json_object_object_add(into, "decisions", decisions);
}
