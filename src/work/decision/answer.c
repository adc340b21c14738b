#include "answers.h"
#include "explain.h"
#include "internal.h"

static int finish(struct turn *turn, struct buffer *from, struct json_object *to, struct error *error)
{
    to->json = buffer_result(from);
    return buffer_failed(from) ? arena_error(turn->arena, error) : 0;
}

static int write_row(struct turn *turn, const struct pair_answer *one, struct answer_row *row, struct error *error)
{
    row->case_id = one->case_id;
    row->name = one->name;
    row->agency_id = one->agency;
    row->recipient = one->recipient;
    row->kind = one->kind;
    row->outcome = one->answer.outcome.p ? one->answer.outcome : TEXT("");
    struct buffer answer = buffer_in(turn->arena), words = buffer_in(turn->arena), asked = buffer_in(turn->arena);
    struct json_writer w = json_writer_in(&answer);
    policy_answer_write(&one->answer, &w);
    int result = finish(turn, &answer, &row->answer, error);
    w = json_writer_in(&words);
    answer_words_write(one, &w);
    if (!result)
        result = finish(turn, &words, &row->words, error);
    struct policy_question question = {0};
    if (!result)
        result = policy_next_question(turn->pack, POLICY_SHARE, one->facts, turn->arena, &question, error);
    w = json_writer_in(&asked);
    policy_question_write(&question, &w);
    return result ? result : finish(turn, &asked, &row->question, error);
}

static int decision_answer_look(struct turn *turn, const struct decision_answer *in, struct view_rows *out,
                                struct error *error)
{
    struct answers answers;
    struct question question = {in->cases, in->agencies, in->outside, in->facts, in->facts_of, in->usual};
    int result = answers_work_out(turn, &question, &answers, error);
    for (size_t i = 0; !result && i < answers.n; i++) {
        struct answer_row *row = view_row(out);
        result = row ? write_row(turn, &answers.item[i], row, error) : arena_error(turn->arena, error);
        if (!result && in->explain)
            result = explain_answer(turn, answers.item[i].facts, &answers.item[i].answer, &row->trace, &row->changes,
                                    error);
    }
    return result;
}

static const struct field takes[] = {
    FIELD(struct decision_answer, cases, .label = "Whom is it about?", .max = 20, .about = "case"),
    FIELD(struct decision_answer, agencies, .label = "Which agencies would receive it?", .max = 20, .about = "agency"),
    FIELD(struct decision_answer, outside, .label = "Somebody outside the partnership", .choices = outside_kinds),
    FIELD(struct decision_answer, facts, .label = "What is known", .max = 20000, .personal = true),
    FIELD(struct decision_answer, usual, .label = "Take as given what is usual"),
    FIELD(struct decision_answer, explain, .label = "Say how it came about, and what would change it"),
    FIELD(struct decision_answer, facts_of, .label = "What is known of some only", .max = 100000, .personal = true),
};
static const struct field gives[] = {
    FIELD(struct answer_row, case_id, .label = "Case", .about = "case"),
    FIELD(struct answer_row, name, .label = "About", .personal = true),
    FIELD(struct answer_row, agency_id, .label = "Agency", .about = "agency"),
    FIELD(struct answer_row, recipient, .label = "Recipient"),
    FIELD(struct answer_row, kind, .label = "Kind of recipient"),
    FIELD(struct answer_row, outcome, .label = "Outcome", .choices = decision_outcomes),
    FIELD(struct answer_row, answer, .label = "Answer"),
    FIELD(struct answer_row, words, .label = "Answer in words"),
    FIELD(struct answer_row, question, .label = "Next question"),
    FIELD(struct answer_row, trace, .label = "How it came about"),
    FIELD(struct answer_row, changes, .label = "What would change it"),
};

/* Of a case it gives who it is and, by the answer, how old: that is a look. Without one it knows what it is told. */
VIEW(decision_answer, struct decision_answer, struct answer_row, .name = "decision.answer",
     .title = "May it be shared? The answer of the policy in force", TAKES(takes), GIVES(gives), .personal = true,
     .each = true,
     .may = {.roles = ROLES_STAFF, .reach = REACH_CASES, .about = offsetof(struct decision_answer, cases)});
