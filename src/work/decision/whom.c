#include "whom.h"

#include <stdio.h>

static const struct text outside_key = TEXT_INIT("outside");

struct text whom_recipient(const struct id *agency)
{
    return id_is_set(agency) ? id_text(agency) : outside_key;
}

const struct json *whom_value(const struct json *object, struct text key)
{
    for (size_t i = 0; json_is(object, JSON_OBJECT) && i < object->count; i++)
        if (text_equal(object->key[i], key))
            return &object->item[i];
    return NULL;
}

static const struct json *find_pair(const struct json *object, struct text subject, struct text recipient)
{
    for (size_t i = 0; json_is(object, JSON_OBJECT) && i < object->count; i++) {
        struct text rest = object->key[i], first;
        if (text_next(&rest, '/', &first) && text_equal(first, subject) && text_equal(rest, recipient))
            return &object->item[i];
    }
    return NULL;
}

struct whom_said whom_find(const struct json *object, const struct id *case_id, const struct id *agency)
{
    struct text recipient = whom_recipient(agency);
    struct whom_said said = {.recipient = whom_value(object, recipient)};
    if (id_is_set(case_id)) {
        said.subject = whom_value(object, id_text(case_id));
        said.pair = find_pair(object, id_text(case_id), recipient);
    }
    return said;
}

static bool is_among(struct text key, struct id_list list)
{
    for (size_t i = 0; i < list.n; i++)
        if (text_equal(key, id_text(&list.item[i])))
            return true;
    return false;
}

int whom_check(const struct json *object, const char *field, struct id_list cases, struct id_list agencies, bool outside,
               struct error *error)
{
    for (size_t i = 0; json_is(object, JSON_OBJECT) && i < object->count; i++) {
        struct text key = object->key[i], rest = key, first;
        bool has_pair = text_find_char(key, '/') >= 0;
        if (has_pair)
            text_next(&rest, '/', &first);
        struct text recipient = has_pair ? rest : key;
        bool to = is_among(recipient, agencies) || (outside && text_equal(recipient, outside_key));
        if (has_pair ? !to || !is_among(first, cases) : !to && !is_among(key, cases))
            return error_set(error, ERROR_INVALID, field,
                             "Name a case, an agency or \"outside\" of this decision, or CASE/AGENCY.",
                             "it speaks of somebody whom this is not about, nor for");
    }
    return 0;
}

static bool same(const struct json *a, const struct json *b)
{
    return a->kind == b->kind && text_equal(a->text, b->text);
}

/* Each fact must be one that can differ in this way. */
static int check_of(const struct policy_pack *pack, const struct json *object, enum policy_fact_of of,
                    struct error *error)
{
    for (size_t i = 0; json_is(object, JSON_OBJECT) && i < object->count; i++) {
        const struct policy_fact_info *fact = policy_fact_find(pack, object->key[i]);
        if (fact && fact->of != of && fact->of != POLICY_OF_PAIR)
            return error_set(error, ERROR_INVALID, fact->key.p, "docs/vocabulary.md says of whom each fact is.",
                             "\"%.*s\" cannot be told apart in this way", TEXT_ARGS(fact->key));
    }
    return 0;
}

static int check_agree(const struct whom_said *said, struct error *error)
{
    for (size_t i = 0; json_is(said->subject, JSON_OBJECT) && i < said->subject->count; i++) {
        struct text key = said->subject->key[i];
        const struct json *other = whom_value(said->recipient, key);
        if (other && !same(&said->subject->item[i], other) && !whom_value(said->pair, key))
            return error_set(error, ERROR_INVALID, "facts_of", "Say which holds for the two of them together.",
                             "a subject and a recipient are told different things of one fact");
    }
    return 0;
}

int whom_state(struct policy_facts *facts, const struct policy_pack *pack, const struct json *common,
               const struct whom_said *said, struct error *error)
{
    const struct json *const order[] = {common, said->recipient, said->subject, said->pair}; /* what comes later wins */
    int result = check_of(pack, said->recipient, POLICY_OF_RECIPIENT, error);
    if (!result)
        result = check_of(pack, said->subject, POLICY_OF_SUBJECT, error);
    if (!result)
        result = check_of(pack, said->pair, POLICY_OF_PAIR, error);
    if (!result)
        result = check_agree(said, error);
    for (size_t i = 0; !result && i < sizeof order / sizeof *order; i++)
        if (order[i])
            result = policy_facts_read(facts, order[i], error);
    return result;
}
