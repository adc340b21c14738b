#include "answers.h"

#include "internal.h"
#include "known.h"
#include "whom.h"

#include <stdio.h>

const struct choice decision_outcomes[] = {
    {"do-not-share", "Do not share"},
    {"seek-consent", "Ask for consent first"},
    {"seek-advice", "Ask for advice first"},
    {"share-anonymised", "Share without anything that identifies"},
    {"share", "Share"},
    {NULL, NULL},
};

const struct choice decision_answers[] = {
    {"do-not-share", "Do not share"},
    {"seek-consent", "Ask for consent first"},
    {"seek-advice", "Ask for advice first"},
    {"share-anonymised", "Share without anything that identifies"},
    {"share", "Share"},
    {"open", "Nothing yet: it was still open"},
    {NULL, NULL},
};

const struct choice outside_kinds[] = {
    {"education", "School, college or nursery elsewhere"},
    {"health", "Health service elsewhere"},
    {"police", "Police elsewhere"},
    {"childrens-social-care", "Children’s social care elsewhere"},
    {"adult-social-care", "Adult social care elsewhere"},
    {"probation", "Probation elsewhere"},
    {"local-authority", "Council elsewhere"},
    {"charity", "Charity elsewhere"},
    {"regulator", "Regulator"},
    {"court", "Court"},
    {"member-of-public", "Member of the public"},
    {NULL, NULL},
};

size_t outcome_strictness(struct text outcome)
{
    for (size_t i = 0; decision_outcomes[i].value; i++)
        if (text_equal(outcome, text_of(decision_outcomes[i].value)))
            return i + 1;
    return 0;
}

static struct text sharer(const struct actor *actor)
{
    return text_equal(text_of(actor->agency_kind), TEXT("charity")) ? TEXT("charity") : TEXT("public-authority");
}

/* States what the system knows. A different word from the practitioner about it is refused, not overwritten. */
static int know(struct policy_facts *facts, const char *key, struct text value, struct error *error)
{
    struct text said = policy_facts_get(facts, text_of(key));
    if (said.p && !text_equal(said, value))
        return error_set(error, ERROR_INVALID, key, "Leave it out.", "the system knows this fact: it is \"%.*s\"",
                         TEXT_ARGS(value));
    return policy_facts_set(facts, text_of(key), value, error);
}

/* Years lived on a day; empty where there is no date of birth, or one that cannot be. */
static struct text age_on(struct arena *arena, struct date born, struct date day)
{
    if (!born.year || date_compare(born, day) > 0)
        return TEXT("");
    int years = day.year - born.year;
    if (day.month < born.month || (day.month == born.month && day.day < born.day))
        years--;
    if (years > 130) /* somebody mistyped */
        return TEXT("");
    return arena_format(arena, "%d", years);
}

static int work_out_one(struct turn *turn, const struct answers *answers, struct pair_answer *one, struct error *error)
{
    if (!(one->facts = policy_facts_new(turn->pack, turn->arena)))
        return arena_error(turn->arena, error);
    struct whom_said said = whom_find(answers->facts_of, &one->case_id, &one->agency);
    int result = whom_state(one->facts, turn->pack, answers->facts, &said, error);
    if (result == ERROR_INPUT) /* without what was typed: it may be personal */
        snprintf(error->what, sizeof error->what, "this is not a fact of the policy, or not one of its values");
    /* "internal" sharing has its own recipient in the vocabulary (MAN-33) */
    struct text kind = id_is_set(&one->agency) && id_equal(&one->agency, &turn->actor->agency) ? TEXT("same-agency") : one->kind;
    if (!result)
        result = know(one->facts, "date", date_format(turn->arena, turn_date(turn)), error);
    if (!result)
        result = know(one->facts, "sharer", sharer(turn->actor), error);
    if (!result)
        result = know(one->facts, "recipient", kind, error);
    if (!result && one->age.n && (result = know(one->facts, "subject_age", one->age, error)))
        snprintf(error->what, sizeof error->what, "the date of birth on record tells another age"); /* not which */
    if (!result && answers->usual)
        result = policy_suppose(one->facts, turn->arena, &one->usual, &one->usuals, error);
    if (result == ERROR_INPUT)
        error->code = result = ERROR_INVALID; /* well formed, but not a fact or a value of it */
    return result ? result : policy_answer(turn->pack, POLICY_SHARE, one->facts, turn->arena, &one->answer, error);
}

static int find_agency(struct turn *turn, const struct id *agency, struct pair_answer *one, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session, "SELECT name, kind FROM agency WHERE id = $1",
                           STORE_BIND(STORE_TEXT(id_text(agency))), &rows, error);
    if (result == ERROR_MISSING)
        return error_set(error, ERROR_INVALID, "agencies", "Choose from the directory.",
                         "a recipient is not in the directory");
    if (result)
        return result;
    one->agency = *agency;
    one->recipient = store_text_in(rows, 0, turn->arena);
    one->kind = store_text_in(rows, 1, turn->arena);
    return 0;
}

/* The subject of each case; its sealed row is opened with the others'. */
static int find_subject(struct turn *turn, const struct id *case_id, struct openings *sealed, struct error *error)
{
    STORE_ROWS_SCOPE struct store_rows *rows = NULL;
    int result = store_one(turn->session,
                           "SELECT s.id, s.sealed, k.wrapped FROM case_file c JOIN subject s ON s.id = c.subject_id"
                           " LEFT JOIN record_key k ON k.id = s.key_id WHERE c.id = $1",
                           STORE_BIND(STORE_TEXT(id_text(case_id))), &rows, error);
    if (result)
        return result;
    return openings_add(turn, sealed, "subject", store_text(rows, 0), store_bytes(rows, 1), store_bytes(rows, 2))
               ? 0
               : arena_error(turn->arena, error);
}

static int check_once(struct id_list list, const char *field, const char *what, struct error *error)
{
    for (size_t i = 0; i < list.n; i++)
        for (size_t k = 0; k < i; k++)
            if (id_equal(&list.item[i], &list.item[k]))
                return error_set(error, ERROR_INVALID, field, "Choose each once.", "%s is named twice", what);
    return 0;
}

static int read_object(struct turn *turn, struct json_object given, const char *field, const struct json **out,
                       struct error *error)
{
    return given.json.n ? json_read(turn->arena, given.json, field, out, error) : 0;
}

static int check_question(const struct question *question, struct error *error)
{
    if (question->agencies.n == 0 && question->outside.n == 0)
        return error_set(error, ERROR_INVALID, "agencies", "Choose an agency, or say who else it is for.",
                         "nobody is named who would receive it");
    int result = check_once(question->agencies, "agencies", "an agency", error);
    return result ? result : check_once(question->cases, "cases", "a case", error);
}

/* Fills one pair after the other: all recipients of the first subject, then of the next. */
static int fill_pairs(struct turn *turn, const struct question *question, struct answers *out, struct error *error)
{
    struct openings sealed = {0};
    size_t recipients = question->agencies.n + (question->outside.n ? 1 : 0);
    int result = 0;
    for (size_t c = 0; !result && c < question->cases.n; c++)
        result = find_subject(turn, &question->cases.item[c], &sealed, error);
    if (!result)
        result = turn_open(turn, sealed.row, sealed.n, error);
    for (size_t i = 0; !result && i < out->n; i++) {
        struct pair_answer *one = &out->item[i];
        size_t c = i / recipients, r = i % recipients;
        if (question->cases.n) {
            one->case_id = question->cases.item[c];
            one->name = plain_text(&sealed.row[c], "name");
            one->age = age_on(turn->arena, plain_date(&sealed.row[c], "born"), turn_date(turn));
        }
        if (r < question->agencies.n)
            result = find_agency(turn, &question->agencies.item[r], one, error);
        else {
            one->kind = question->outside;
            one->recipient = choice_label(outside_kinds, question->outside);
        }
        if (!result)
            result = work_out_one(turn, out, one, error);
    }
    return result;
}

/* Insertion sort: there are few, and those that are alike keep their order. */
static void sort(struct answers *answers)
{
    for (size_t i = 1; i < answers->n; i++) {
        struct pair_answer one = answers->item[i];
        size_t k = i;
        for (; k > 0 && outcome_strictness(answers->item[k - 1].answer.outcome) > outcome_strictness(one.answer.outcome); k--)
            answers->item[k] = answers->item[k - 1];
        answers->item[k] = one;
    }
}

int answers_work_out(struct turn *turn, const struct question *question, struct answers *out, struct error *error)
{
    int result = check_question(question, error);
    if (result)
        return result;
    size_t recipients = question->agencies.n + (question->outside.n ? 1 : 0),
           subjects = question->cases.n ? question->cases.n : 1;
    *out = (struct answers){.item = ARENA_ARRAY(turn->arena, struct pair_answer, recipients * subjects),
                            .n = recipients * subjects,
                            .usual = question->usual};
    if (!out->item)
        return arena_error(turn->arena, error);
    result = read_object(turn, question->facts, "facts", &out->facts, error);
    if (!result)
        result = read_object(turn, question->facts_of, "facts_of", &out->facts_of, error);
    if (!result)
        result = whom_check(out->facts_of, "facts_of", question->cases, question->agencies, question->outside.n > 0, error);
    if (!result)
        result = fill_pairs(turn, question, out, error);
    if (!result)
        sort(out);
    return result;
}

const struct text *answer_system_facts(const struct pair_answer *answer, size_t *n)
{
    static const struct text system[] = {TEXT_INIT("date"), TEXT_INIT("sharer"), TEXT_INIT("recipient"),
                                         TEXT_INIT("subject_age")};
    *n = answer->age.n ? 4 : 3;
    return system;
}

void answer_words_write(const struct pair_answer *one, struct json_writer *w)
{
    struct known known = {.pack = one->answer.pack,
                          .decision = POLICY_SHARE,
                          .facts = one->facts,
                          .usual = one->usual,
                          .usuals = one->usuals};
    known.system = answer_system_facts(one, &known.systems);
    json_object(w);
    json_member_text(w, "recipient", one->recipient);
    policy_answer_words_write(&one->answer, w);
    known_write(&known, w);
    json_end(w);
}
