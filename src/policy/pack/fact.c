#include "read.h"

/* One fact as the JSON files describe it. */

struct text pack_text(struct policy_pack *pack, const struct json *value)
{
    struct text t = json_text(value);
    return t.n ? arena_text(pack->arena, t) : (struct text){"", 0};
}

struct text pack_text_or(struct policy_pack *pack, const struct json *object, const char *key, struct text otherwise)
{
    const struct json *value = json_get(object, key);
    return json_is(value, JSON_STRING) ? pack_text(pack, value) : otherwise;
}

int pack_bad(struct error *error, const char *where, struct text key, const char *what)
{
    return error_set(error, ERROR_INPUT, where, "", "\"%.*s\": %s", TEXT_ARGS(key), what);
}

static int read_kind(struct text name, enum policy_fact_kind *kind)
{
    static const char *const kinds[] = {[POLICY_FACT_CHOICE] = "choice",
                                        [POLICY_FACT_BOOLEAN] = "boolean",
                                        [POLICY_FACT_NUMBER] = "number",
                                        [POLICY_FACT_DATE] = "date",
                                        [POLICY_FACT_ADDRESS] = "address"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_equal(name, text_of(kinds[i]))) {
            *kind = (enum policy_fact_kind)i;
            return 0;
        }
    return ERROR_INPUT;
}

static int read_of(const struct json *object, enum policy_fact_of *of)
{
    static const char *const names[] = {[POLICY_OF_SHARING] = "sharing",
                                        [POLICY_OF_SUBJECT] = "subject",
                                        [POLICY_OF_RECIPIENT] = "recipient",
                                        [POLICY_OF_PAIR] = "pair"};
    const struct json *name = json_get(object, "of");
    *of = POLICY_OF_SHARING;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_equal(json_text(name), text_of(names[i]))) {
            *of = (enum policy_fact_of)i;
            return 0;
        }
    return name ? ERROR_INPUT : 0;
}

static ptrdiff_t find_value(const struct space_fact *fact, struct text value)
{
    for (size_t i = 0; i < fact->info.values; i++)
        if (text_equal(fact->info.value[i], value))
            return (ptrdiff_t)i;
    return -1;
}

int pack_read_values(struct policy_pack *pack, struct space_fact *fact, const struct json *list,
                     bool new_fact, const char *where, struct error *error)
{
    if (!json_is(list, JSON_ARRAY))
        return list ? pack_bad(error, where, fact->info.key, "values must be a list") : 0;
    if (new_fact && fact->info.kind == POLICY_FACT_CHOICE) {
        struct text *value = ARENA_ARRAY(pack->arena, struct text, list->count);
        if (!value || list->count == 0 || list->count > DIAGRAM_CLASSES)
            return pack_bad(error, where, fact->info.key, "a choice has from 1 to 250 values");
        for (size_t i = 0; i < list->count; i++) {
            const struct json *item = &list->item[i];
            value[i] = pack_text(pack, json_is(item, JSON_STRING) ? item : json_get(item, "value"));
            if (!value[i].n)
                return pack_bad(error, where, fact->info.key, "a value without a name");
            for (size_t j = 0; j < i; j++)
                if (text_equal(value[i], value[j]))
                    return pack_bad(error, where, fact->info.key, "a value that stands twice");
        }
        fact->info.value = value;
        fact->info.values = list->count;
        fact->option = ARENA_ARRAY(pack->arena, struct policy_option, list->count);
        for (size_t i = 0; fact->option && i < list->count; i++)
            fact->option[i] = (struct policy_option){value[i], value[i], {"", 0}};
    }
    for (size_t i = 0; i < list->count && fact->option; i++) {
        const struct json *item = &list->item[i];
        struct text name = json_text(json_is(item, JSON_STRING) ? item : json_get(item, "value"));
        ptrdiff_t at = find_value(fact, name);
        if (at < 0)
            return error_set(error, ERROR_INPUT, where,
                             "a pack cannot add values to a fact of the vocabulary",
                             "\"%.*s\" has no value \"%.*s\"", TEXT_ARGS(fact->info.key), TEXT_ARGS(name));
        fact->option[at].label = pack_text_or(pack, item, "label", fact->option[at].label);
        fact->option[at].hint = pack_text_or(pack, item, "hint", fact->option[at].hint);
    }
    return 0;
}

static int read_bounds(struct policy_pack *pack, struct space_fact *fact, const struct json *object,
                       const char *where, struct error *error)
{
    fact->least = fact->info.kind == POLICY_FACT_DATE ? date_to_days((struct date){1, 1, 1}) : INT64_MIN / 4;
    fact->most =
        fact->info.kind == POLICY_FACT_DATE ? date_to_days((struct date){9999, 12, 31}) : INT64_MAX / 4;
    if (fact->info.kind != POLICY_FACT_NUMBER)
        return 0;
    fact->info.least = pack_text_or(pack, object, "least", (struct text){"", 0});
    fact->info.most = pack_text_or(pack, object, "most", (struct text){"", 0});
    int64_t least = fact->least, most = fact->most;
    if ((fact->info.least.n && !space_parse(fact, fact->info.least, &least)) ||
        (fact->info.most.n && !space_parse(fact, fact->info.most, &most)) || least > most)
        return pack_bad(error, where, fact->info.key, "least and most must be numbers, in order");
    fact->least = least;
    fact->most = most;
    return 0;
}

void pack_read_wording(struct policy_pack *pack, struct space_fact *fact, const struct json *object)
{
    fact->name = pack_text_or(pack, object, "name", fact->name.n ? fact->name : fact->info.key);
    fact->question = pack_text_or(pack, object, "question", fact->question);
    fact->hint = pack_text_or(pack, object, "hint", fact->hint);
    fact->why = pack_text_or(pack, object, "why", fact->why);
    int64_t weight;
    const struct json *number = json_get(object, "weight");
    if (json_is(number, JSON_NUMBER) && text_to_int64(number->text, &weight) && weight > 0)
        fact->weight = (double)weight;
}

int pack_new_fact(struct policy_pack *pack, const struct json *object, struct space_fact *fact,
                  const char *where, struct error *error)
{
    *fact = (struct space_fact){.weight = 1};
    fact->info.key = pack_text(pack, json_get(object, "key"));
    if (read_kind(json_text(json_get(object, "kind")), &fact->info.kind))
        return pack_bad(error, where, fact->info.key, "kind must be choice, boolean, number, date or address");
    if (read_of(object, &fact->info.of))
        return pack_bad(error, where, fact->info.key, "of must be sharing, subject, recipient or pair");
    if (fact->info.kind == POLICY_FACT_BOOLEAN) {
        static const struct text both[2] = {TEXT_INIT("true"), TEXT_INIT("false")};
        fact->info.value = both;
        fact->info.values = 2;
        fact->option = ARENA_ARRAY(pack->arena, struct policy_option, 2);
        if (fact->option) {
            fact->option[0] = (struct policy_option){both[0], TEXT("Yes"), {"", 0}};
            fact->option[1] = (struct policy_option){both[1], TEXT("No"), {"", 0}};
        }
    }
    int result = read_bounds(pack, fact, object, where, error);
    if (!result)
        result = pack_read_values(pack, fact, json_get(object, "values"), true, where, error);
    if (!result && fact->info.kind == POLICY_FACT_CHOICE && !fact->info.values)
        result = pack_bad(error, where, fact->info.key, "a choice without values");
    pack_read_wording(pack, fact, object);
    return result;
}

int pack_key_of(const struct json *object, const char *where, struct text *key, struct error *error)
{
    *key = json_text(json_get(object, "key"));
    return key->n ? 0 : error_set(error, ERROR_INPUT, where, "", "a fact without a key");
}
