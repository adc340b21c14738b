#include "answers.h"
#include "internal.h"
#include "kept_answers.h"
#include "whom.h"

enum { OUTCOMES = 5 };

/* What was decided alike about one case: a decision of its own. */
struct one_decision {
    struct id id, together_row;
    struct id case_id;
    struct text outcome, answered;
    bool differs;
    const struct pair_answer **pair; /* the strictest first */
    size_t pairs;
    struct id *notice; /* one for each of those who are told */
    struct own_key key;
    struct text sealed;
};

struct decision_record_ready {
    struct answers answers;
    struct one_decision *decision;
    size_t decisions;
    struct id together; /* unset: there is one only */
    struct id *lead;    /* whom to tell when decision and answer differ */
    size_t leads;
    struct id *given; /* the decisions' ids, for the result */
    size_t to_send;   /* so many of them, from the first on, are to share */
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
static bool is_urgent(const struct pair_answer *one)
{
    return text_equal(policy_facts_get(one->facts, TEXT("urgent")), TEXT("true"));
}

static struct text answered(const struct pair_answer *one)
{
    return one->answer.outcome.p ? one->answer.outcome : TEXT("open");
}

/* ---- what is decided of whom ---- */

/* As facts: the pair's own outcome, else its subject's or its recipient's, else that for all. */
static int find_outcome(const struct json *outcomes, const struct pair_answer *one, struct text common, struct text *out,
                        struct error *error)
{
    struct whom_said said = whom_find(outcomes, &one->case_id, &one->agency);
    if (!said.pair && said.subject && said.recipient &&
        !text_equal(json_text(said.subject), json_text(said.recipient)))
        return error_set(error, ERROR_INVALID, "outcomes", "Say which holds for the two of them together.",
                         "a subject and a recipient have different outcomes");
    const struct json *own = said.pair ? said.pair : said.subject ? said.subject : said.recipient;
    *out = own ? json_text(own) : common;
    return choice_valid(decision_outcomes, *out)
               ? 0
               : error_set(error, ERROR_INVALID, "outcomes", "", "it holds what is no decision");
}

/* The decision of this case and outcome, begun if it is the first. */
static struct one_decision *decision_of(struct turn *turn, struct decision_record_ready *ready,
                                        const struct pair_answer *one, struct text outcome)
{
    for (size_t i = 0; i < ready->decisions; i++)
        if (id_equal(&ready->decision[i].case_id, &one->case_id) && text_equal(ready->decision[i].outcome, outcome))
            return &ready->decision[i];
    const struct pair_answer **pairs = ARENA_ARRAY(turn->arena, const struct pair_answer *, ready->answers.n);
    if (!pairs)
        return NULL;
    struct one_decision *begun = &ready->decision[ready->decisions++];
    *begun = (struct one_decision){.id = turn_id(turn), .case_id = one->case_id, .outcome = outcome, .pair = pairs};
    begun->answered = answered(one); /* the pairs come with the strictest first */
    return begun;
}

static int divide(struct turn *turn, const struct decision_record *in, struct decision_record_ready *ready,
                  struct error *error)
{
    const struct json *outcomes = NULL;
    int result = in->outcomes.json.n ? json_read(turn->arena, in->outcomes.json, "outcomes", &outcomes, error) : 0;
    if (!result)
        result = whom_check(outcomes, "outcomes", in->cases, in->agencies, in->outside.n > 0, error);
    if (!(ready->decision = ARENA_ARRAY(turn->arena, struct one_decision, ready->answers.n)))
        return arena_error(turn->arena, error);
    for (size_t i = 0; !result && i < ready->answers.n; i++) {
        const struct pair_answer *one = &ready->answers.item[i];
        struct text outcome;
        if ((result = find_outcome(outcomes, one, in->outcome, &outcome, error)))
            break;
        struct one_decision *decision = decision_of(turn, ready, one, outcome);
        if (!decision)
            return arena_error(turn->arena, error);
        decision->pair[decision->pairs++] = one;
        decision->differs |= !text_equal(answered(one), outcome);
    }
    return result;
}

/* From the most open to the strictest: those that share come first. */
static int put_in_order(struct turn *turn, struct decision_record_ready *ready, struct error *error)
{
    struct one_decision *ordered = ARENA_ARRAY(turn->arena, struct one_decision, ready->decisions);
    ready->given = ARENA_ARRAY(turn->arena, struct id, ready->decisions);
    if (!ordered || !ready->given)
        return arena_error(turn->arena, error);
    size_t n = 0;
    for (size_t strictness = OUTCOMES; strictness > 0; strictness--)
        for (size_t i = 0; i < ready->decisions; i++)
            if (outcome_strictness(ready->decision[i].outcome) == strictness)
                ordered[n++] = ready->decision[i];
    ready->decision = ordered;
    for (size_t i = 0; i < n; i++) {
        ready->given[i] = ordered[i].id;
        ready->to_send += text_equal(ordered[i].outcome, TEXT("share")) ||
                          text_equal(ordered[i].outcome, TEXT("share-anonymised"));
    }
    return 0;
}

/* ---- sealing: a case's file holds what concerns its own subject ---- */

/* Members of `over` stand before those of `under`. */
static void write_over(const struct json *under, const struct json *over, struct json_writer *w)
{
    const struct json *const both[] = {over, under};
    json_object(w);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; json_is(both[k], JSON_OBJECT) && i < both[k]->count; i++) {
            bool told = false;
            for (size_t o = 0; k == 1 && json_is(over, JSON_OBJECT) && o < over->count; o++)
                told |= text_equal(over->key[o], both[k]->key[i]);
            if (told)
                continue;
            json_key_text(w, both[k]->key[i]);
            json_put(w, &both[k]->item[i]);
        }
    json_end(w);
}

/* What was said of each recipient, and of this subject with it. */
static void write_facts_of(const struct answers *answers, const struct one_decision *decision, struct json_writer *w)
{
    json_object(w);
    for (size_t i = 0; i < decision->pairs; i++) {
        const struct pair_answer *one = decision->pair[i];
        struct whom_said said = whom_find(answers->facts_of, &one->case_id, &one->agency);
        if (!said.pair && !said.recipient)
            continue;
        json_key_text(w, whom_recipient(&one->agency));
        write_over(said.recipient, said.pair, w);
    }
    json_end(w);
}

static int seal(struct turn *turn, const struct decision_record *in, const struct answers *answers,
                struct one_decision *decision, struct error *error)
{
    struct whom_said said = whom_find(answers->facts_of, &decision->case_id, &decision->pair[0]->agency);
    SEAL_BEGIN(turn, w);
    json_member_text(&w, "reasons", in->reasons);
    json_member_text(&w, "consulted", in->consulted);
    json_key(&w, "facts");
    write_over(answers->facts, said.subject, &w);
    json_key(&w, "facts_of");
    write_facts_of(answers, decision, &w);
    json_member_text(&w, "pack_digest", turn->pack_digest);
    json_key(&w, "answers");
    json_array(&w);
    for (size_t i = 0; i < decision->pairs; i++) {
        said = whom_find(answers->facts_of, &decision->case_id, &decision->pair[i]->agency);
        const struct json *const stated[] = {said.pair, said.recipient, said.subject, answers->facts};
        kept_answer_write(decision->pair[i], stated, 4, &w);
    }
    json_end(&w);
    return SEAL_END_OWN(turn, w, &decision->key, "decision", &decision->id, &decision->sealed, error);
}

/* ---- whom to tell ---- */

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
        if (!ready->lead)
            return arena_error(turn->arena, error);
        ready->lead[ready->leads++] = column_id(rows, 0);
        got = 0;
    }
    return got;
}

/* The designated leads; where there is no other, the managers: somebody is told of each decision that differs. */
static int find_leads(struct turn *turn, struct decision_record_ready *ready, struct error *error)
{
    bool differs = false;
    for (size_t i = 0; i < ready->decisions; i++)
        differs |= ready->decision[i].differs;
    int result = differs ? find_posts(turn, ROLE_LEAD, ready, error) : 0;
    if (!result && differs && !ready->leads)
        result = find_posts(turn, ROLE_MANAGER, ready, error);
    for (size_t i = 0; !result && i < ready->decisions; i++) {
        struct one_decision *decision = &ready->decision[i];
        if (!decision->differs)
            continue;
        if (!(decision->notice = ARENA_ARRAY(turn->arena, struct id, ready->leads)))
            return arena_error(turn->arena, error);
        for (size_t k = 0; k < ready->leads; k++)
            decision->notice[k] = turn_id(turn);
    }
    return result;
}

/* ---- the command ---- */

static int check(struct turn *turn, const struct decision_record *in, struct error *error)
{
    if (text_trim(in->reasons).n == 0)
        return error_set(error, ERROR_INVALID, "reasons", "Say in your own words why this is right.",
                         "a decision needs its reasons");
    if (in->happened_at.at > turn->lasts_from)
        return error_set(error, ERROR_INVALID, "happened_at", "Give a time that has passed.",
                         "the time of the decision lies in the future");
    return 0;
}

static int decision_record_prepare(struct turn *turn, const struct decision_record *in,
                                   struct decision_record_ready **out, struct error *error)
{
    struct decision_record_ready *ready = *out = ARENA_NEW(turn->arena, struct decision_record_ready);
    if (!ready)
        return arena_error(turn->arena, error);
    struct question question = {in->cases, in->agencies, in->outside, in->facts, in->facts_of, in->usual};
    int result = check(turn, in, error);
    if (!result)
        result = answers_work_out(turn, &question, &ready->answers, error);
    for (size_t i = 0; !result && i < ready->answers.n; i++) {
        const struct pair_answer *one = &ready->answers.item[i];
        if (!one->answer.outcome.p && !is_urgent(one))
            return error_set(error, ERROR_INVALID, "facts", "Answer these questions first, or say that it is urgent.",
                             "the answer still depends on: %.*s", TEXT_ARGS(open_facts(turn->arena, &one->answer)));
    }
    if (!result)
        result = divide(turn, in, ready, error);
    if (!result)
        result = put_in_order(turn, ready, error);
    if (!result)
        result = find_leads(turn, ready, error);
    if (!result && ready->decisions > 1)
        ready->together = turn_id(turn);
    for (size_t i = 0; !result && i < ready->decisions; i++) {
        if (ready->decisions > 1) {
            ready->decision[i].together_row = turn_id(turn);
            result = own_key_make(turn, &ready->decision[i].key, error);
        }
        if (!result)
            result = seal(turn, in, &ready->answers, &ready->decision[i], error);
    }
    return result;
}

static int write_one(struct turn *turn, const struct decision_record *in, const struct decision_record_ready *ready,
                     const struct one_decision *decision, struct error *error)
{
    const struct policy_pack_info *pack = policy_pack_info(turn->pack);
    int result = own_key_write(turn, &decision->key, error);
    if (!result)
        result = store_run(
            turn->session,
            "INSERT INTO decision (id, case_id, agency_id, made_by, pack, pack_version, pack_sha256, answered, decided,"
        " differs, recorded_at, happened_at, key_id, sealed)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        STORE_BIND(STORE_TEXT(id_text(&decision->id)), STORE_TEXT(id_text(&decision->case_id)),
                   STORE_TEXT(id_text(&turn->actor->agency)), STORE_TEXT(id_text(&turn->actor->post)),
                   STORE_TEXT(pack->id), STORE_TEXT(pack->version), STORE_TEXT(pack->sha256),
                   STORE_TEXT(decision->answered), STORE_TEXT(decision->outcome), STORE_BOOL(decision->differs),
                   STORE_INT(turn->now), STORE_INT_IF(in->happened_at.at != 0, in->happened_at.at),
                   STORE_TEXT(own_key_id(turn, &decision->key)), SEALED_BYTES(decision->sealed)),
        NULL, error);
    if (!result)
        result = turn_wrote(turn, "decision", &decision->id, error);
    if (!result && id_is_set(&ready->together)) {
        result = store_run(turn->session,
                           "INSERT INTO decision_together (id, decision_id, together) VALUES ($1, $2, $3)",
                           STORE_BIND(STORE_TEXT(id_text(&decision->together_row)), STORE_TEXT(id_text(&decision->id)),
                                      STORE_TEXT(id_text(&ready->together))),
                           NULL, error);
        if (!result)
            result = turn_wrote(turn, "decision_together", &decision->together_row, error);
    }
    const char *kind = text_equal(decision->answered, TEXT("open")) ? "decision-open" : "decision-differs";
    for (size_t i = 0; !result && decision->differs && i < ready->leads; i++)
        result = notice_raise(turn, &decision->notice[i], &ready->lead[i], kind, &decision->id, error);
    return result;
}

static int decision_record_apply(struct turn *turn, const struct decision_record *in,
                                 const struct decision_record_ready *ready, struct decision_recorded *out,
                                 struct error *error)
{
    int result = 0;
    for (size_t i = 0; !result && i < ready->decisions; i++)
        result = write_one(turn, in, ready, &ready->decision[i], error);
    out->decisions = (struct id_list){ready->given, ready->decisions};
    out->to_send = (struct id_list){ready->given, ready->to_send};
    out->decision_id = ready->given[0];
    out->answered = answered(&ready->answers.item[0]);
    out->differs = false;
    for (size_t i = 0; i < ready->decisions; i++)
        out->differs |= ready->decision[i].differs;
    return result;
}

static const struct field takes[] = {
    FIELD(struct decision_record, cases, .label = "Whom is it about?", .max = 20, .required = true, .about = "case"),
    FIELD(struct decision_record, agencies, .label = "Which agencies would receive it?", .max = 20,
          .about = "agency"),
    FIELD(struct decision_record, outside, .label = "Somebody outside the partnership", .choices = outside_kinds),
    FIELD(struct decision_record, facts, .label = "What is known", .max = 20000, .required = true, .personal = true),
    FIELD(struct decision_record, facts_of, .label = "What is known of some only", .max = 100000, .personal = true),
    FIELD(struct decision_record, usual, .label = "Take as given what is usual"),
    FIELD(struct decision_record, outcome, .label = "What do you decide?", .required = true,
          .choices = decision_outcomes),
    FIELD(struct decision_record, outcomes, .label = "Where you decide otherwise", .max = 100000),
    FIELD(struct decision_record, reasons, .label = "Why is this right?",
          .hint = "Somebody who was not there should understand it a year from now.", .max = 10000, .required = true,
          .personal = true),
    FIELD(struct decision_record, consulted, .label = "Whom did you talk it over with?",
          .hint = "Leave it empty if with nobody.", .personal = true),
    FIELD(struct decision_record, happened_at, .label = "When did you decide?",
          .hint = "Only if it was before now, for example on the telephone at night."),
};
static const struct field gives[] = {
    FIELD(struct decision_recorded, decisions, .label = "Decisions", .about = "decision"),
    FIELD(struct decision_recorded, to_send, .label = "Those to share", .about = "decision"),
    FIELD(struct decision_recorded, decision_id, .label = "The first of them", .about = "decision"),
    FIELD(struct decision_recorded, answered, .label = "What the policy says", .choices = decision_answers),
    FIELD(struct decision_recorded, differs, .label = "The decision differs from it"),
};

COMMAND(decision_record, struct decision_record, struct decision_recorded, struct decision_record_ready,
        .name = "decision.record", .title = "Record a decision and its reasons", TAKES(takes), GIVES(gives),
        .may = {.roles = ROLES_STAFF, .reach = REACH_CASES, .about = offsetof(struct decision_record, cases)});
