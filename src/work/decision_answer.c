#include "answers.h"
#include "explain.h"
#include "internal.h"

static int finish(struct turn *turn, struct buffer *from, struct json_object *to, struct error *error)
{
    to->json = buffer_result(from);
    return buffer_failed(from) ? arena_error(turn->arena, error) : 0;
}

static int write_row(struct turn *turn, const struct recipient_answer *one, struct answer_row *row, struct error *error)
{
    row->agency_id = one->agency;
    row->recipient = one->name;
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
    int result = answers_work_out(turn, in->agencies, in->outside, in->facts, &answers, error);
    for (size_t i = 0; !result && i < answers.n; i++) {
        /* the strictest comes first */
        size_t k = i == 0 ? answers.strictest : i <= answers.strictest ? i - 1 : i;
        struct answer_row *row = view_row(out);
        result = row ? write_row(turn, &answers.item[k], row, error) : arena_error(turn->arena, error);
        if (!result && in->explain)
            result = explain_answer(turn, answers.item[k].facts, &answers.item[k].answer, &row->trace, &row->changes,
                                    error);
    }
    return result;
}

static const struct field takes[] = {
    FIELD(struct decision_answer, agencies, .label = "Which agencies would receive it?", .max = 20, .about = "agency"),
    FIELD(struct decision_answer, outside, .label = "Somebody outside the partnership", .choices = outside_kinds),
    FIELD(struct decision_answer, facts, .label = "What is known", .max = 20000, .personal = true),
    FIELD(struct decision_answer, explain, .label = "Say how it came about, and what would change it"),
};
static const struct field gives[] = {
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

/* Looks at no case: what is asked and answered is only what the actor says. */
VIEW(decision_answer, struct decision_answer, struct answer_row, .name = "decision.answer",
     .title = "May it be shared? The answer of the policy in force", TAKES(takes), GIVES(gives),
     .may = {.roles = ROLES_STAFF});
