#include "explain.h"
#include "kept_answers.h"

/*
 * The recorded computation itself: what was known then, under the version of the pack that was applied then. It is shown
 * only if that gives the very answer that was recorded; where the version is not at hand there is the record alone.
 */

static struct json_object object_of(struct turn *turn, const struct json *value)
{
    struct buffer b = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&b);
    json_put(&w, value);
    return (struct json_object){buffer_result(&b)};
}

static int take_one(struct turn *turn, const struct decision_row *decision, const struct json *one,
                    struct decision_path_row *row, struct error *error)
{
    const struct json *answer = json_get(one, "answer");
    struct text agency = json_text(json_get(one, "agency_id"));
    row->case_id = decision->case_id;
    row->name = decision->name;
    if (agency.n)
        (void)id_parse(agency, &row->agency_id);
    row->recipient = json_text(json_get(one, "recipient"));
    row->kind = json_text(json_get(one, "kind"));
    row->outcome = json_text(json_get(answer, "outcome"));
    row->pack = json_text(json_get(answer, "pack"));
    row->pack_version = json_text(json_get(answer, "pack_version"));
    row->pack_sha256 = json_text(json_get(answer, "pack_sha256"));
    row->pack_digest = decision->pack_digest.n ? decision->pack_digest : row->pack_sha256;
    row->answer = object_of(turn, answer);
    row->words = object_of(turn, json_get(one, "words"));
    struct kept_again again;
    int result = kept_work_out(turn, row->pack_digest, json_get(one, "facts"), answer, NULL, &again, error);
    row->at_hand = again.at_hand;
    return result || !again.at_hand
               ? result
               : explain_answer(turn, again.pair.facts, &again.pair.answer, &row->trace, &row->changes, error);
}

static int decision_path_look(struct turn *turn, const struct decision_of *in, struct view_rows *out,
                              struct error *error)
{
    struct view_rows read = {.arena = turn->arena, .row_size = sizeof(struct decision_row)};
    int result = decision_read_view.look(turn, in, &read, error);
    if (result || read.n == 0)
        return result;
    const struct decision_row *decision = row_at(&read, 0);
    const struct json *object;
    if (!decision->answers.json.n)
        return 0; /* disposed of */
    if ((result = json_read(turn->arena, decision->answers.json, "answers", &object, error)))
        return result;
    const struct json *list = json_get(object, "answers");
    for (size_t i = 0; !result && json_is(list, JSON_ARRAY) && i < list->count; i++) {
        struct decision_path_row *row = view_row(out);
        result = row ? take_one(turn, decision, &list->item[i], row, error) : arena_error(turn->arena, error);
    }
    return result ? result : arena_exhausted(turn->arena) ? arena_error(turn->arena, error) : 0;
}

static const struct field takes[] = {
    FIELD(struct decision_of, decision_id, .label = "Decision", .required = true, .about = "decision"),
};
static const struct field gives[] = {
    FIELD(struct decision_path_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct decision_path_row, name, .label = "About", .personal = true),
    FIELD(struct decision_path_row, agency_id, .label = "Agency", .about = "agency"),
    FIELD(struct decision_path_row, recipient, .label = "Recipient"),
    FIELD(struct decision_path_row, kind, .label = "Kind of recipient"),
    FIELD(struct decision_path_row, outcome, .label = "Outcome", .choices = decision_outcomes),
    FIELD(struct decision_path_row, pack, .label = "Policy"),
    FIELD(struct decision_path_row, pack_version, .label = "Version of the policy"),
    FIELD(struct decision_path_row, pack_sha256, .label = "Digest of the version"),
    FIELD(struct decision_path_row, pack_digest, .label = "Digest of the version with its words"),
    FIELD(struct decision_path_row, at_hand, .label = "The version is at hand"),
    FIELD(struct decision_path_row, answer, .label = "Answer", .personal = true),
    FIELD(struct decision_path_row, words, .label = "Answer in words", .personal = true),
    FIELD(struct decision_path_row, trace, .label = "How it came about", .personal = true),
    FIELD(struct decision_path_row, changes, .label = "What would change it", .personal = true),
};

VIEW(decision_path, struct decision_of, struct decision_path_row, .name = "decision.path",
     .title = "How the answers of a decision came about", TAKES(takes), GIVES(gives), .personal = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_DECISION, .about = offsetof(struct decision_of, decision_id)});
