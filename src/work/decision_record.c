#include "answers.h"
#include "internal.h"

struct decision_record_ready {
    struct id id;
    struct answers answers;
    struct text answered;
    bool differs;
    struct text sealed;
    struct id *lead, *notice; /* whom to tell when decision and answer differ, and under which ids */
    size_t leads;
};

/* The first of what is still to be asked, for a message. */
static struct text open_facts(struct arena *arena, const struct policy_answer *answer)
{
    struct buffer b = buffer_in(arena);
    for (size_t i = 0; i < answer->asks && i < 5; i++) {
        buffer_string(&b, i ? ", " : "");
        buffer_text(&b, answer->ask[i]);
    }
    return buffer_result(&b);
}

/* An urgent risk can be acted on while the answer is open: what was left open is kept, and the leads review it. */
static bool said_urgent(struct arena *arena, struct text facts)
{
    const struct json *object;
    struct error ignored;
    return json_read(arena, facts, "facts", &object, &ignored) == 0 && json_is(json_get(object, "urgent"), JSON_TRUE);
}

static int seal(struct turn *turn, const struct decision_record *in, struct decision_record_ready *ready,
                struct error *error)
{
    const struct answers *answers = &ready->answers;
    struct buffer list = buffer_in(turn->arena);
    struct json_writer a = json_writer_in(&list);
    json_object(&a);
    json_key(&a, "answers");
    json_array(&a);
    for (size_t i = 0; i < answers->n; i++) {
        json_object(&a);
        json_key(&a, "recipient");
        json_put_text(&a, answers->item[i].name);
        json_key(&a, "agency_id");
        json_put_text(&a, id_text(&answers->item[i].agency));
        json_key(&a, "kind");
        json_put_text(&a, answers->item[i].kind);
        json_key(&a, "facts");
        policy_facts_write(answers->item[i].facts, &a);
        json_key(&a, "answer");
        policy_answer_write(&answers->item[i].answer, &a);
        json_key(&a, "words");
        answer_words_write(&answers->item[i], &a);
        json_end(&a);
    }
    json_end(&a);
    json_end(&a);
    if (buffer_failed(&list))
        return arena_error(turn->arena, error);

    SEAL_BEGIN(turn, w);
    json_key(&w, "reasons");
    json_put_text(&w, in->reasons);
    json_key(&w, "consulted");
    json_put_text(&w, in->consulted);
    json_key(&w, "facts");
    json_put_text(&w, in->facts.json);
    json_key(&w, "answers");
    json_put_text(&w, buffer_result(&list));
    return SEAL_END(turn, w, "decision", &ready->id, &ready->sealed, error);
}

/* Those in the actor's agency with the role, but not the actor. */
static int find_posts(struct turn *turn, uint32_t role, struct decision_record_ready *ready, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int got = store_query(turn->session, "SELECT id FROM post WHERE agency_id = $1 AND roles & $2 <> 0 AND id <> $3",
                          STORE_BIND(STORE_TEXT(id_text(&turn->actor->agency)), STORE_INT(role),
                                     STORE_TEXT(id_text(&turn->actor->post))),
                          &rows, error);
    while (!got && (got = store_next(rows, error)) > 0) {
        ready->lead = arena_grow(turn->arena, ready->lead, ready->leads, ready->leads + 1, sizeof *ready->lead);
        ready->notice = arena_grow(turn->arena, ready->notice, ready->leads, ready->leads + 1, sizeof *ready->notice);
        if (!ready->lead || !ready->notice)
            return arena_error(turn->arena, error);
        ready->lead[ready->leads] = column_id(rows, 0);
        ready->notice[ready->leads++] = turn_id(turn);
        got = 0;
    }
    return got;
}

/* The designated leads; where there is no other, the managers: somebody is told. */
static int find_leads(struct turn *turn, struct decision_record_ready *ready, struct error *error)
{
    int result = find_posts(turn, ROLE_LEAD, ready, error);
    return result || ready->leads ? result : find_posts(turn, ROLE_MANAGER, ready, error);
}

static int decision_record_prepare(struct turn *turn, const struct decision_record *in,
                                   struct decision_record_ready **out, struct error *error)
{
    struct decision_record_ready *ready = *out = ARENA_NEW(turn->arena, struct decision_record_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    if (text_trim(in->reasons).n == 0)
        return error_set(error, ERROR_INVALID, "reasons", "Say in your own words why this is right.",
                         "a decision needs its reasons");
    if (in->happened_at.at > turn->now)
        return error_set(error, ERROR_INVALID, "happened_at", "Give a time that has passed.",
                         "the time of the decision lies in the future");
    int result = answers_work_out(turn, in->agencies, in->outside, in->facts, &ready->answers, error);
    if (result)
        return result;
    const struct policy_answer *answer = &ready->answers.item[ready->answers.strictest].answer;
    if (!answer->outcome.p && !said_urgent(turn->arena, in->facts.json))
        return error_set(error, ERROR_INVALID, "facts", "Answer these questions first, or say that it is urgent.",
                         "the answer still depends on: %.*s", TEXT_ARGS(open_facts(turn->arena, answer)));
    ready->id = turn_id(turn);
    ready->answered = answer->outcome.p ? answer->outcome : TEXT("open");
    ready->differs = !text_equal(answer->outcome, in->outcome);
    if (ready->differs)
        result = find_leads(turn, ready, error);
    return result ? result : seal(turn, in, ready, error);
}

static int decision_record_apply(struct turn *turn, const struct decision_record *in,
                                 const struct decision_record_ready *ready, struct decision_recorded *out,
                                 struct error *error)
{
    const struct policy_pack_info *pack = policy_pack_info(turn->pack);
    int result = store_run(
        turn->session,
        "INSERT INTO decision (id, case_id, agency_id, made_by, pack, pack_version, pack_sha256, answered, decided,"
        " differs, recorded_at, happened_at, key_id, sealed)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        STORE_BIND(STORE_TEXT(id_text(&ready->id)), STORE_TEXT(id_text(&in->case_id)),
                   STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(id_text(&turn->actor->post)),
                   STORE_TEXT(pack->id), STORE_TEXT(pack->version), STORE_TEXT(pack->sha256),
                   STORE_TEXT(ready->answered), STORE_TEXT(in->outcome), STORE_BOOL(ready->differs),
                   STORE_INT(turn->now), STORE_INT_IF(in->happened_at.at != 0, in->happened_at.at), KEY_ID(turn),
                   SEALED_BYTES(ready->sealed)),
        NULL, error);
    if (!result)
        result = turn_wrote(turn, "decision", &ready->id, error);
    for (size_t i = 0; !result && i < ready->answers.n; i++) {
        const struct recipient_answer *one = &ready->answers.item[i];
        result = store_run(turn->session,
                           "INSERT INTO decision_recipient (decision_id, agency_id, outcome) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&ready->id)),
                                      STORE_TEXT_IF(id_is_set(&one->agency), id_text(&one->agency)),
                                      STORE_TEXT(one->answer.outcome.p ? one->answer.outcome : TEXT("open"))),
                           NULL, error);
    }
    for (size_t i = 0; !result && i < ready->leads; i++)
        result = notice_raise(turn, &ready->notice[i], &ready->lead[i], text_equal(ready->answered, TEXT("open")) ? "decision-open" : "decision-differs", &ready->id,
                              error);
    out->decision_id = ready->id;
    out->answered = ready->answered;
    out->differs = ready->differs;
    return result;
}

static const struct field takes[] = {
    FIELD(struct decision_record, case_id, .label = "Case", .required = true, .about = "case"),
    FIELD(struct decision_record, agencies, .label = "Which agencies would receive it?", .max = 20,
          .about = "agency"),
    FIELD(struct decision_record, outside, .label = "Somebody outside the partnership", .choices = outside_kinds),
    FIELD(struct decision_record, facts, .label = "What is known", .max = 20000, .required = true, .personal = true),
    FIELD(struct decision_record, outcome, .label = "What do you decide?", .required = true,
          .choices = decision_outcomes),
    FIELD(struct decision_record, reasons, .label = "Why is this right?",
          .hint = "Somebody who was not there should understand it a year from now.", .max = 10000, .required = true,
          .personal = true),
    FIELD(struct decision_record, consulted, .label = "Whom did you talk it over with?",
          .hint = "Leave it empty if with nobody.", .personal = true),
    FIELD(struct decision_record, happened_at, .label = "When did you decide?",
          .hint = "Only if it was before now, for example on the telephone at night."),
};
static const struct field gives[] = {
    FIELD(struct decision_recorded, decision_id, .label = "Decision", .about = "decision"),
    FIELD(struct decision_recorded, answered, .label = "What the policy says", .choices = decision_answers),
    FIELD(struct decision_recorded, differs, .label = "The decision differs from it"),
};

COMMAND(decision_record, struct decision_record, struct decision_recorded, struct decision_record_ready,
        .name = "decision.record", .title = "Record a decision and its reasons", TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_CASE, .about = offsetof(struct decision_record, case_id)});
