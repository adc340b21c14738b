#include "answers.h"

#include "internal.h"

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
    {"education", "A school, college or nursery"},
    {"health", "A health service"},
    {"police", "Police elsewhere"},
    {"childrens-social-care", "Children’s social care elsewhere"},
    {"adult-social-care", "Adult social care elsewhere"},
    {"probation", "Probation elsewhere"},
    {"local-authority", "Another council"},
    {"charity", "A charity"},
    {"regulator", "A regulator"},
    {"court", "A court"},
    {"member-of-public", "A member of the public"},
    {NULL, NULL},
};

/* decision_outcomes stand from the strictest on; an open answer comes before all. */
static size_t strictness(struct text outcome)
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

static int work_out_one(struct turn *turn, struct json_object stated, struct recipient_answer *one, struct error *error)
{
    const struct json *object = NULL;
    struct policy_facts *facts = policy_facts_new(turn->pack, turn->arena);
    if (!facts)
        return arena_error(turn->arena, error);
    int result = 0;
    if (stated.json.n) {
        result = json_read(turn->arena, stated.json, "facts", &object, error);
        if (!result)
            result = policy_facts_read(facts, object, error);
        if (result == ERROR_INPUT) /* without what was typed: it may be personal */
            snprintf(error->what, sizeof error->what, "this is not a fact of the policy, or not one of its values");
    }
    /* "internal" sharing has its own recipient in the vocabulary (MAN-33) */
    struct text kind = id_is_set(&one->agency) && id_equal(&one->agency, &turn->actor->agency) ? TEXT("same-agency") : one->kind;
    if (!result)
        result = know(facts, "date", date_format(turn->arena, turn_date(turn)), error);
    if (!result)
        result = know(facts, "sharer", sharer(turn->actor), error);
    if (!result)
        result = know(facts, "recipient", kind, error);
    if (result == ERROR_INPUT)
        error->code = result = ERROR_INVALID; /* well formed, but not a fact or a value of it */
    one->facts = facts;
    return result ? result : policy_answer(turn->pack, POLICY_SHARE, facts, turn->arena, &one->answer, error);
}

static int find_agency(struct turn *turn, const struct id *agency, struct recipient_answer *one, struct error *error)
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
    one->name = store_text_in(rows, 0, turn->arena);
    one->kind = store_text_in(rows, 1, turn->arena);
    return 0;
}

int answers_work_out(struct turn *turn, struct id_list agencies, struct text outside, struct json_object facts,
                     struct answers *out, struct error *error)
{
    size_t n = agencies.n + (outside.n ? 1 : 0);
    if (n == 0)
        return error_set(error, ERROR_INVALID, "agencies", "Choose an agency, or say who else it is for.",
                         "nobody is named who would receive it");
    for (size_t i = 0; i < agencies.n; i++)
        for (size_t k = 0; k < i; k++)
            if (id_equal(&agencies.item[i], &agencies.item[k]))
                return error_set(error, ERROR_INVALID, "agencies", "Choose each once.", "an agency is named twice");
    *out = (struct answers){.item = ARENA_ARRAY(turn->arena, struct recipient_answer, n), .n = n};
    if (!out->item)
        return arena_error(turn->arena, error);
    for (size_t i = 0; i < n; i++) {
        struct recipient_answer *one = &out->item[i];
        int result = 0;
        if (i < agencies.n)
            result = find_agency(turn, &agencies.item[i], one, error);
        else {
            one->kind = outside;
            one->name = choice_label(outside_kinds, outside);
        }
        if (!result)
            result = work_out_one(turn, facts, one, error);
        if (result)
            return result;
        if (strictness(one->answer.outcome) < strictness(out->item[out->strictest].answer.outcome))
            out->strictest = i;
    }
    return 0;
}

static void known_list(struct json_writer *w, const struct recipient_answer *answer)
{
    static const char *const system_knows[] = {"date", "sharer", "recipient"};
    const struct policy_pack *pack = answer->answer.pack;
    json_key(w, "known");
    json_array(w);
    for (size_t i = 0; i < policy_fact_count(pack); i++) {
        const struct policy_fact_info *fact = policy_fact_info(pack, i);
        struct text value = policy_facts_get(answer->facts, fact->key);
        if (!value.p)
            continue;
        bool system = false;
        for (size_t k = 0; k < sizeof system_knows / sizeof *system_knows; k++)
            system |= text_equal(fact->key, text_of(system_knows[k]));
        json_object(w);
        json_key(w, "key");
        json_put_text(w, fact->key);
        json_key(w, "title");
        json_put_text(w, policy_fact_words(pack, fact->key));
        json_key(w, "value");
        json_put_text(w, value);
        json_key(w, "words");
        json_put_text(w, policy_value_words(pack, fact->key, value));
        json_key(w, "system");
        json_put_bool(w, system);
        json_end(w);
    }
    json_end(w);
}

void answer_words_write(const struct recipient_answer *one, struct json_writer *w)
{
    json_object(w);
    json_key(w, "recipient");
    json_put_text(w, one->name);
    policy_answer_words_write(&one->answer, w);
    known_list(w, one);
    json_end(w);
}
