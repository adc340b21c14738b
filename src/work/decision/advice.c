#include "internal.h"
#include "known.h"
#include "policy.h"
#include "work/advice.h"

#include <stdio.h>

const struct choice advice_decisions[] = {
    {"share", "May it be shared?"},         {"consent", "Whose agreement is needed?"},
    {"channel", "How may it be sent?"},     {"retention", "How long is it kept?"},
    {"deadline", "By when must it be done?"}, {NULL, NULL},
};

/* *dated: the day was added. */
static int read_facts(struct turn *turn, const struct advice_ask *in, struct policy_facts *facts, bool *dated,
                      struct error *error)
{
    const struct json *object = NULL;
    int result = 0;
    if (in->facts.json.n) {
        result = json_read(turn->arena, in->facts.json, "facts", &object, error);
        if (!result)
            result = policy_facts_read(facts, object, error);
        if (result == ERROR_INPUT) /* without what was typed: it may be personal */
            snprintf(error->what, sizeof error->what, "this is not a fact of the policy, or not one of its values");
    }
    *dated = !result && policy_fact_find(turn->pack, TEXT("date")) && !policy_facts_get(facts, TEXT("date")).p;
    if (*dated)
        result = policy_facts_set(facts, TEXT("date"), date_format(turn->arena, turn_date(turn)), error);
    if (result == ERROR_INPUT)
        error->code = result = ERROR_INVALID; /* well formed, but not a fact or a value of it */
    return result;
}

static int finish(struct turn *turn, struct buffer *from, struct json_object *to, struct error *error)
{
    to->json = buffer_result(from);
    return buffer_failed(from) ? arena_error(turn->arena, error) : 0;
}

static int write_row(struct turn *turn, const struct policy_answer *answer, const struct known *known,
                     struct advice_row *row, struct error *error)
{
    struct buffer said = buffer_in(turn->arena), words = buffer_in(turn->arena), asked = buffer_in(turn->arena);
    struct policy_question question = {0};
    row->outcome = answer->outcome.p ? answer->outcome : TEXT("");
    row->pack = policy_pack_info(turn->pack)->title;
    row->pack_version = policy_pack_info(turn->pack)->version;
    struct json_writer w = json_writer_in(&said);
    policy_answer_write(answer, &w);
    int result = finish(turn, &said, &row->answer, error);
    w = json_writer_in(&words);
    json_object(&w);
    policy_answer_words_write(answer, &w);
    known_write(known, &w);
    json_end(&w);
    if (!result)
        result = finish(turn, &words, &row->words, error);
    if (!result)
        result = policy_next_question(turn->pack, answer->decision, known->facts, turn->arena, &question, error);
    w = json_writer_in(&asked);
    policy_question_write(&question, &w);
    return result ? result : finish(turn, &asked, &row->question, error);
}

static int advice_ask_look(struct turn *turn, const struct advice_ask *in, struct view_rows *out, struct error *error)
{
    enum policy_decision decision;
    struct policy_answer answer;
    bool dated;
    const struct text date = TEXT("date");
    struct policy_facts *facts = policy_facts_new(turn->pack, turn->arena);
    struct advice_row *row = view_row(out);
    if (!facts || !row)
        return arena_error(turn->arena, error);
    if (!policy_decision_find(in->decision, &decision) || !policy_pack_info(turn->pack)->decides[decision])
        return error_set(error, ERROR_INVALID, "decision", "Ask your information governance lead.",
                         "the policy in force does not decide this");
    int result = read_facts(turn, in, facts, &dated, error);
    struct known known = {.pack = turn->pack, .decision = decision, .facts = facts, .system = &date, .systems = dated};
    if (!result && in->usual)
        result = policy_suppose(facts, turn->arena, &known.usual, &known.usuals, error);
    if (!result)
        result = policy_answer(turn->pack, decision, facts, turn->arena, &answer, error);
    return result ? result : write_row(turn, &answer, &known, row, error);
}

static const struct field takes[] = {
    FIELD(struct advice_ask, decision, .label = "What do you want to know?", .required = true,
          .choices = advice_decisions),
    FIELD(struct advice_ask, facts, .label = "What is known", .max = 20000, .personal = true),
    FIELD(struct advice_ask, usual, .label = "Take as given what is usual"),
};
static const struct field gives[] = {
    FIELD(struct advice_row, outcome, .label = "Outcome"),
    FIELD(struct advice_row, answer, .label = "Answer"),
    FIELD(struct advice_row, words, .label = "Answer in words"),
    FIELD(struct advice_row, question, .label = "Next question"),
    FIELD(struct advice_row, pack, .label = "Policy applied"),
    FIELD(struct advice_row, pack_version, .label = "Its version"),
};

VIEW(advice_ask, struct advice_ask, struct advice_row, .name = "advice.ask", .title = "Ask the policy in force",
     TAKES(takes), GIVES(gives), .one = true, .may = {.roles = ROLES_STAFF});
