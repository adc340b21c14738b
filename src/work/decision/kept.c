#include "work/kept.h"

#include "base.h"

int kept_value(struct arena *arena, const struct json *plain, const char *name, const struct json **out,
               struct error *error)
{
    *out = json_get(plain, name);
    return json_is(*out, JSON_STRING) ? json_read(arena, (*out)->text, name, out, error) : 0;
}

/* An object on its way, with room for all that may come into it. */
struct made {
    struct json object;
    struct text *key;
    struct json *item;
};

static bool make_room(struct arena *arena, struct made *made, size_t most)
{
    made->key = ARENA_ARRAY(arena, struct text, most);
    made->item = ARENA_ARRAY(arena, struct json, most);
    made->object = (struct json){.kind = JSON_OBJECT, .item = made->item, .key = made->key};
    return made->key && made->item;
}

static size_t members(const struct json *object)
{
    return json_is(object, JSON_OBJECT) ? object->count : 0;
}

/* What is there of the same name is replaced; null takes it away. */
static void put(struct made *made, struct text key, const struct json *value)
{
    size_t i = 0, n = made->object.count;
    while (i < n && !text_equal(made->key[i], key))
        i++;
    if (value->kind != JSON_NULL) {
        made->key[i] = key;
        made->item[i] = *value;
        made->object.count += i == n;
        return;
    }
    for (; i + 1 < n; i++) {
        made->key[i] = made->key[i + 1];
        made->item[i] = made->item[i + 1];
    }
    made->object.count -= i < n;
}

static void put_all(struct made *made, const struct json *object)
{
    for (size_t i = 0; i < members(object); i++)
        put(made, object->key[i], &object->item[i]);
}

/* The answer with "facts" in full, in place of "also". */
static bool complete(struct arena *arena, const struct json *facts, const struct json *facts_of, const struct json *one,
                     struct json *out)
{
    struct made whole, answer;
    struct text agency = json_text(json_get(one, "agency_id"));
    const char *recipient = agency.n ? arena_string(arena, agency) : "outside";
    const struct json *also = json_get(one, "also"), *said = recipient ? json_get(facts_of, recipient) : NULL;
    if (!recipient || !make_room(arena, &whole, members(facts) + members(said) + members(also)) ||
        !make_room(arena, &answer, members(one)))
        return false;
    put_all(&whole, facts);
    put_all(&whole, said);
    put_all(&whole, also);
    for (size_t i = 0; i < one->count; i++) {
        bool is_also = text_equal(one->key[i], TEXT("also"));
        put(&answer, is_also ? TEXT("facts") : one->key[i], is_also ? &whole.object : &one->item[i]);
    }
    *out = answer.object;
    return true;
}

int kept_answer_list(struct arena *arena, const struct json *plain, const struct json **out, struct error *error)
{
    const struct json *list, *facts = NULL, *facts_of = NULL;
    int result = kept_value(arena, plain, "answers", &list, error);
    if (!result && json_is(list, JSON_OBJECT))
        list = json_get(list, "answers");
    if (!result && (!json_is(list, JSON_ARRAY) || list->count == 0))
        result = error_set(error, ERROR_MISSING, "answers", "", "it holds no answers");
    if (!result)
        result = kept_value(arena, plain, "facts", &facts, error);
    if (!result)
        result = kept_value(arena, plain, "facts_of", &facts_of, error);
    if (result)
        return result;
    struct json *whole = ARENA_NEW(arena, struct json), *item = ARENA_ARRAY(arena, struct json, list->count);
    if (!whole || !item)
        return arena_error(arena, error);
    for (size_t i = 0; i < list->count; i++)
        if (!json_get(&list->item[i], "also"))
            item[i] = list->item[i];
        else if (!complete(arena, facts, facts_of, &list->item[i], &item[i]))
            return arena_error(arena, error);
    *whole = (struct json){.kind = JSON_ARRAY, .count = list->count, .item = item};
    *out = whole;
    return 0;
}
