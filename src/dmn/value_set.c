#include "builtin/builtin.h"

struct value_set {
    size_t mask, count;
    const struct dmn_value **value; /* in order of arrival */
    size_t *slot;                   /* position + 1; 0 is free */
};

static uint64_t mix(uint64_t h, uint64_t more)
{
    h = (h ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
    return h ^ h >> 29;
}

static uint64_t hash_double(uint64_t h, double d)
{
    union {
        double d;
        uint64_t bits;
    } u = {.d = d + 0.0};
    return mix(h, u.bits);
}

/* Equal values have equal hashes; times and ranges are told apart by kind only. */
static uint64_t hash(struct engine *e, const struct dmn_value *v, uint64_t h, int depth)
{
    if (!engine_step(e))
        return 0;
    h = mix(h, (uint64_t)v->kind + 1);
    switch (v->kind) {
    case DMN_BOOLEAN: return mix(h, v->as.boolean);
    case DMN_NUMBER: return hash_double(h, number_to_double(v->as.number));
    case DMN_STRING:
        for (size_t i = 0; i < v->as.string.n; i++)
            h = mix(h, (unsigned char)v->as.string.p[i]);
        return h;
    case DMN_DATE: return mix(h, (uint64_t)date_to_days(v->as.date));
    case DMN_DATE_TIME: return mix(h, (uint64_t)temporal_seconds(&v->as.date_time));
    case DMN_DURATION: return mix(h, (uint64_t)v->as.duration.seconds);
    case DMN_MONTHS: return mix(h, (uint64_t)v->as.months);
    case DMN_LIST:
        for (size_t i = 0; i < v->as.list.count && depth < 8; i++)
            h = hash(e, v->as.list.item[i], h, depth + 1);
        return mix(h, v->as.list.count);
    case DMN_CONTEXT: {
        uint64_t sum = 0; /* the order of entries does not matter */
        for (size_t i = 0; i < v->as.context.count && depth < 8; i++)
            sum += hash(e, v->as.context.entry[i].value, 7, depth + 1);
        return mix(h, sum);
    }
    default: return h;
    }
}

struct value_set *value_set_new(struct engine *e, size_t most)
{
    struct value_set *set = ARENA_NEW(e->arena, struct value_set);
    size_t size = 8;
    while (size < most * 2)
        size *= 2;
    if (!set)
        return NULL;
    set->mask = size - 1;
    set->value = ARENA_ARRAY(e->arena, const struct dmn_value *, most);
    set->slot = ARENA_ARRAY(e->arena, size_t, size);
    return set->value && set->slot ? set : NULL;
}

size_t value_set_put(struct engine *e, struct value_set *set, const struct dmn_value *value, bool *added)
{
    size_t at = (size_t)hash(e, value, 1, 0) & set->mask;
    for (; set->slot[at] && engine_step(e); at = (at + 1) & set->mask)
        if (dmn_value_equal(set->value[set->slot[at] - 1], value)) {
            *added = false;
            return set->slot[at] - 1;
        }
    *added = !e->stopped;
    if (e->stopped)
        return 0;
    set->value[set->count] = value;
    set->slot[at] = ++set->count;
    return set->count - 1;
}
