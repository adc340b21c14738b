#include "policy/guide.h"

#include "internal.h"

static struct text stated(const struct json *value)
{
    return value->kind == JSON_TRUE ? TEXT("true") : value->kind == JSON_FALSE ? TEXT("false") : json_text(value);
}

static int bad(struct error *error, const char *where, struct text key, const char *what)
{
    return error_set(error, ERROR_INPUT, where, "docs/packs.md tells how it is written.", "\"%.*s\": %s", TEXT_ARGS(key),
                     what);
}

static struct text copy(struct policy_pack *pack, const struct json *value)
{
    struct text t = json_text(value);
    return t.n ? arena_text(pack->arena, t) : TEXT("");
}

/* Is it a value that the fact can have? */
static bool can_be(const struct policy_pack *pack, size_t fact, struct text value)
{
    uint16_t class;
    return value.n && space_classify(&pack->fact[fact], value, &class);
}

static int read_need(struct policy_pack *pack, struct text key, const struct json *value, const char *where,
                     struct usual_need *need, struct error *error)
{
    ptrdiff_t at = policy_fact_index(pack, key);
    if (at < 0)
        return bad(error, where, key, "is no fact; a usual fact cannot depend on it");
    *need = (struct usual_need){(size_t)at, value};
    size_t n = json_is(value, JSON_ARRAY) ? value->count : 1;
    for (size_t i = 0; i < n; i++)
        if (!can_be(pack, need->fact, stated(json_is(value, JSON_ARRAY) ? &value->item[i] : value)))
            return bad(error, where, key, "cannot have a value that a usual fact needs");
    return n ? 0 : bad(error, where, key, "is needed with no value");
}

static int read_usual(struct policy_pack *pack, const struct json *object, const char *where, struct usual *usual,
                      struct error *error)
{
    struct text key = json_text(json_get(object, "fact"));
    const struct json *value = json_get(object, "value"), *when = json_get(object, "when");
    ptrdiff_t at = policy_fact_index(pack, key);
    if (at < 0 || !value || !can_be(pack, (size_t)at, stated(value)))
        return bad(error, where, key, "a usual fact needs \"fact\" and one of its values as \"value\"");
    usual->fact = (size_t)at;
    usual->usual = (struct policy_usual){pack->fact[at].info.key, arena_text(pack->arena, stated(value)),
                                         copy(pack, json_get(object, "why"))};
    if (!usual->usual.why.n)
        return bad(error, where, key, "a usual fact needs \"why\", for the person who may know better");
    if (when && !json_is(when, JSON_OBJECT))
        return bad(error, where, key, "\"when\" must be an object of facts");
    usual->needs = when ? when->count : 0;
    struct usual_need *need = ARENA_ARRAY(pack->arena, struct usual_need, usual->needs);
    usual->need = need;
    for (size_t i = 0; need && i < usual->needs; i++) {
        int result = read_need(pack, when->key[i], &when->item[i], where, &need[i], error);
        if (result)
            return result;
    }
    return need ? 0 : arena_error(pack->arena, error);
}

static int read_usuals(struct policy_pack *pack, const struct json *list, const char *where, struct error *error)
{
    if (!list)
        return 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"usual\" must be a list");
    struct usual *grown = arena_grow(pack->arena, pack->usual, pack->usuals, pack->usuals + list->count + 1, sizeof *grown);
    if (!grown)
        return arena_error(pack->arena, error);
    pack->usual = grown;
    for (size_t i = 0; i < list->count; i++) {
        int result = read_usual(pack, &list->item[i], where, &grown[pack->usuals], error);
        if (result)
            return result;
        pack->usuals++;
    }
    return 0;
}

static bool holds(const struct policy_facts *facts, const struct usual_need *need)
{
    uint16_t class;
    const struct space_fact *fact = &facts->pack->fact[need->fact];
    size_t n = json_is(need->value, JSON_ARRAY) ? need->value->count : 1;
    for (size_t i = 0; i < n; i++)
        if (space_classify(fact, stated(json_is(need->value, JSON_ARRAY) ? &need->value->item[i] : need->value), &class) &&
            facts->class[need->fact] == class)
            return true;
    return false;
}

int policy_suppose(struct policy_facts *facts, struct arena *arena, const struct policy_usual **out, size_t *count,
                   struct error *error)
{
    const struct policy_pack *pack = facts->pack;
    struct policy_usual *list = ARENA_ARRAY(arena, struct policy_usual, pack->usuals);
    size_t n = 0;
    if (!list)
        return arena_error(arena, error);
    for (size_t i = 0; i < pack->usuals; i++) {
        const struct usual *usual = &pack->usual[i];
        bool all = facts->class[usual->fact] == DIAGRAM_OPEN;
        for (size_t k = 0; all && k < usual->needs; k++)
            all = holds(facts, &usual->need[k]);
        if (!all)
            continue;
        int result = policy_facts_set(facts, usual->usual.key, usual->usual.value, error);
        if (result)
            return result;
        list[n++] = usual->usual;
    }
    *out = list;
    *count = n;
    return 0;
}

/* ---- boxes ---- */

static int read_box(struct policy_pack *pack, const struct json *object, const char *where, struct policy_box *box,
                    struct error *error)
{
    struct text key = json_text(json_get(object, "key"));
    const struct json *ticked = json_get(object, "ticked"), *unticked = json_get(object, "unticked");
    ptrdiff_t at = policy_fact_index(pack, key);
    if (at < 0)
        return bad(error, where, key, "is no fact; it cannot be a box to tick");
    *box = (struct policy_box){pack->fact[at].info.key, arena_text(pack->arena, ticked ? stated(ticked) : TEXT("true")),
                               arena_text(pack->arena, unticked ? stated(unticked) : TEXT("false")),
                               copy(pack, json_get(object, "label")), copy(pack, json_get(object, "hint"))};
    if (!can_be(pack, (size_t)at, box->ticked) || !can_be(pack, (size_t)at, box->unticked) ||
        text_equal(box->ticked, box->unticked) || pack->fact[at].info.values != 2)
        return bad(error, where, key, "only a fact of two values can be a box to tick: one ticked, the other not");
    return box->label.n ? 0 : bad(error, where, key, "a box to tick needs a label");
}

static int read_group(struct policy_pack *pack, const struct json *object, const char *where,
                      struct policy_group *group, struct error *error)
{
    const struct json *list = json_get(object, "facts");
    *group = (struct policy_group){.question = copy(pack, json_get(object, "question")),
                                   .hint = copy(pack, json_get(object, "hint"))};
    if (!group->question.n || !json_is(list, JSON_ARRAY) || list->count < 2)
        return bad(error, where, group->question, "facts asked together need a \"question\" and two \"facts\" or more");
    struct policy_box *box = ARENA_ARRAY(pack->arena, struct policy_box, list->count);
    group->box = box;
    group->boxes = list->count;
    for (size_t i = 0; box && i < list->count; i++) {
        int result = read_box(pack, &list->item[i], where, &box[i], error);
        if (result)
            return result;
    }
    return box ? 0 : arena_error(pack->arena, error);
}

static int read_together(struct policy_pack *pack, const struct json *list, const char *where, struct error *error)
{
    if (!list)
        return 0;
    if (!json_is(list, JSON_ARRAY))
        return error_set(error, ERROR_INPUT, where, "", "\"together\" must be a list");
    /* a pack's own come before the shared ones: the first with a fact is the one that asks it */
    struct policy_group *group = ARENA_ARRAY(pack->arena, struct policy_group, pack->groups + list->count);
    if (!group)
        return arena_error(pack->arena, error);
    for (size_t i = 0; i < list->count; i++) {
        int result = read_group(pack, &list->item[i], where, &group[i], error);
        if (result)
            return result;
    }
    for (size_t i = 0; i < pack->groups; i++)
        group[list->count + i] = pack->group[i];
    pack->group = group;
    pack->groups += list->count;
    return 0;
}

int policy_read_guide(struct policy_pack *pack, const struct policy_guide *guide, const char *where, struct error *error)
{
    int result = read_usuals(pack, guide->own_usual, where, error);
    if (!result)
        result = read_usuals(pack, guide->usual, "vocabulary.json", error);
    if (!result)
        result = read_together(pack, guide->together, "words.json", error);
    return result ? result : read_together(pack, guide->own_together, where, error);
}

const struct policy_group *policy_group_of(const struct policy_pack *pack, struct text key)
{
    for (size_t g = 0; g < pack->groups; g++)
        for (size_t i = 0; i < pack->group[g].boxes; i++)
            if (text_equal(pack->group[g].box[i].key, key))
                return &pack->group[g];
    return NULL;
}
