#include "internal.h"

#include <stdio.h>

struct policy_facts *policy_facts_new(const struct policy_pack *pack, struct arena *arena)
{
    struct policy_facts *facts = ARENA_NEW(arena, struct policy_facts);
    if (!facts)
        return NULL;
    facts->pack = pack;
    facts->arena = arena;
    facts->class = ARENA_ARRAY(arena, uint16_t, pack->facts);
    facts->value = ARENA_ARRAY(arena, struct text, pack->facts);
    if (!facts->class || !facts->value)
        return NULL;
    for (size_t i = 0; i < pack->facts; i++)
        facts->class[i] = DIAGRAM_OPEN;
    return facts;
}

static int no_such_fact(const struct policy_facts *facts, struct text key, struct error *error)
{
    struct text *keys = ARENA_ARRAY(facts->arena, struct text, facts->pack->facts);
    if (!keys)
        return arena_error(facts->arena, error);
    for (size_t i = 0; i < facts->pack->facts; i++)
        keys[i] = facts->pack->fact[i].info.key;
    struct text near = space_nearest(facts->arena, key, keys, facts->pack->facts, 3);
    char where[80], fix[200];
    struct text shown = text_cut(key, 0, 60);
    snprintf(where, sizeof where, "%.*s", TEXT_ARGS(shown));
    snprintf(fix, sizeof fix, "did you mean %.*s?", TEXT_ARGS(near));
    return error_set(error, ERROR_INPUT, where, fix, "there is no such fact");
}

static int no_such_value(const struct policy_facts *facts, const struct space_fact *fact, struct text value,
                         struct error *error)
{
    char where[80], fix[240];
    struct text shown = text_cut(value, 0, 60), all;
    snprintf(where, sizeof where, "%.*s", TEXT_ARGS(fact->info.key));
    switch (fact->info.kind) {
    case POLICY_FACT_NUMBER:
        snprintf(fix, sizeof fix, "give a number from %.*s to %.*s", TEXT_ARGS(fact->info.least),
                 TEXT_ARGS(fact->info.most));
        break;
    case POLICY_FACT_DATE:
        snprintf(fix, sizeof fix, "give a date like 2026-01-31");
        break;
    case POLICY_FACT_CHOICE:
    case POLICY_FACT_BOOLEAN:
    case POLICY_FACT_ADDRESS:
        all = space_nearest(facts->arena, value, fact->info.value, fact->info.values, 20);
        shown = text_cut(shown, 0, 40);
        return error_set(error, ERROR_INPUT, where, "", "\"%.*s\" is none of its values: %.*s",
                         TEXT_ARGS(shown), TEXT_ARGS(all));
    }
    return error_set(error, ERROR_INPUT, where, fix, "\"%.*s\" is not a value of this fact",
                     TEXT_ARGS(shown));
}

static int set_at(struct policy_facts *facts, size_t at, struct text value, struct error *error)
{
    uint16_t class;
    if (!space_classify(&facts->pack->fact[at], value, &class))
        return no_such_value(facts, &facts->pack->fact[at], value, error);
    int64_t number;
    struct text kept = facts->pack->fact[at].info.kind == POLICY_FACT_NUMBER &&
                               space_parse(&facts->pack->fact[at], value, &number)
                           ? space_format(facts->arena, &facts->pack->fact[at], number)
                           : arena_text(facts->arena, value);
    if (!kept.p)
        return arena_error(facts->arena, error);
    facts->value[at] = kept;
    facts->class[at] = class;
    return 0;
}

int policy_facts_set(struct policy_facts *facts, struct text key, struct text value, struct error *error)
{
    ptrdiff_t at = policy_fact_index(facts->pack, key);
    return at < 0 ? no_such_fact(facts, key, error) : set_at(facts, (size_t)at, value, error);
}

int policy_facts_forget(struct policy_facts *facts, struct text key, struct error *error)
{
    ptrdiff_t at = policy_fact_index(facts->pack, key);
    if (at < 0)
        return no_such_fact(facts, key, error);
    facts->class[at] = DIAGRAM_OPEN;
    facts->value[at] = (struct text){NULL, 0};
    return 0;
}

/* The JSON kind that states a fact of this kind. */
static enum json_kind stated_as(enum policy_fact_kind kind)
{
    return kind == POLICY_FACT_NUMBER ? JSON_NUMBER : JSON_STRING;
}

static int read_member(struct policy_facts *facts, struct text key, const struct json *value,
                       struct error *error)
{
    ptrdiff_t at = policy_fact_index(facts->pack, key);
    if (at < 0)
        return no_such_fact(facts, key, error);
    const struct space_fact *fact = &facts->pack->fact[at];
    char where[80], fix[240];
    snprintf(where, sizeof where, "%.*s", TEXT_ARGS(key));
    if (value->kind == JSON_NULL)
        return policy_facts_forget(facts, key, error);
    if (fact->info.kind == POLICY_FACT_BOOLEAN) {
        if (value->kind == JSON_TRUE || value->kind == JSON_FALSE)
            return set_at(facts, (size_t)at, value->kind == JSON_TRUE ? TEXT("true") : TEXT("false"), error);
        return error_set(error, ERROR_INPUT, where,
                         "valid values: true, false or null (unknown), without quotes",
                         "%s is not a value of this fact", json_kind_name(value->kind));
    }
    if (value->kind == stated_as(fact->info.kind))
        return set_at(facts, (size_t)at, value->text, error);
    if (fact->info.kind == POLICY_FACT_CHOICE)
        return error_set(error, ERROR_INPUT, where, "", "%s is none of its values: %.*s",
                         json_kind_name(value->kind),
                         TEXT_ARGS(space_nearest(facts->arena, (struct text){"", 0}, fact->info.value,
                                                 fact->info.values, 20)));
    snprintf(fix, sizeof fix, "give %s",
             fact->info.kind == POLICY_FACT_NUMBER ? "a number, without quotes"
             : fact->info.kind == POLICY_FACT_DATE ? "a date like \"2026-01-31\""
                                                   : "a mail address in quotes");
    return error_set(error, ERROR_INPUT, where, fix, "%s is not a value of this fact",
                     json_kind_name(value->kind));
}

int policy_facts_read(struct policy_facts *facts, const struct json *object, struct error *error)
{
    if (!json_is(object, JSON_OBJECT))
        return error_set(error, ERROR_INPUT, "facts", "write {\"purpose\": \"section-47\", ...}",
                         "the facts must be one JSON object");
    for (size_t i = 0; i < object->count; i++) {
        int result = read_member(facts, object->key[i], &object->item[i], error);
        if (result)
            return result;
    }
    return 0;
}

struct text policy_facts_get(const struct policy_facts *facts, struct text key)
{
    ptrdiff_t at = policy_fact_index(facts->pack, key);
    return at < 0 ? (struct text){NULL, 0} : facts->value[at];
}

struct text policy_facts_at(const struct policy_facts *facts, size_t place)
{
    return place < facts->pack->facts ? facts->value[place] : (struct text){NULL, 0};
}

void policy_facts_write(const struct policy_facts *facts, struct json_writer *w)
{
    json_object(w);
    for (size_t i = 0; i < facts->pack->facts; i++) {
        if (facts->class[i] == DIAGRAM_OPEN)
            continue;
        enum policy_fact_kind kind = facts->pack->fact[i].info.kind;
        json_key_text(w, facts->pack->fact[i].info.key);
        if (kind == POLICY_FACT_BOOLEAN || kind == POLICY_FACT_NUMBER)
            json_put_raw(w, facts->value[i]);
        else
            json_put_text(w, facts->value[i]);
    }
    json_end(w);
}
