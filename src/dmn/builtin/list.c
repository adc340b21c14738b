#include "builtin.h"

#include <string.h>

/* Items from..to (not with `to`) of a list as a list. */
static const struct dmn_value *part_of(const struct call *c, const struct dmn_value *list, size_t from, size_t to)
{
    return dmn_list(c->e->arena, list->as.list.item + from, to - from);
}

/* A position of a list counted from 1, or from the end: as an index from 0. */
static bool position(const struct call *c, size_t at, size_t count, size_t *out)
{
    int64_t p;
    if (!call_integer(c, at, &p) || p == 0 || (uint64_t)(p < 0 ? -p : p) > count)
        return false;
    *out = p > 0 ? (size_t)p - 1 : count - (size_t)-p;
    return true;
}

BUILTIN(list_contains)
{
    const struct dmn_value *list = call_list(c, 0);
    if (!list)
        return call_null(c, "there is no list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++)
        if (dmn_value_equal(list->as.list.item[i], c->arg[1]))
            return &dmn_true;
    return &dmn_false;
}

BUILTIN(count)
{
    const struct dmn_value *list = call_list(c, 0);
    return list ? dmn_integer(c->e->arena, (int64_t)list->as.list.count) : call_null(c, "there is no list");
}

BUILTIN(sublist)
{
    const struct dmn_value *list = call_list(c, 0);
    int64_t length = INT64_MAX;
    size_t from, left;
    if (!list || !position(c, 1, list->as.list.count, &from))
        return call_null(c, "the start lies outside the list");
    if (c->count > 2 && (!call_integer(c, 2, &length) || length < 1))
        return call_null(c, "the length is not a number of 1 or more");
    left = list->as.list.count - from;
    if (c->count > 2 && (uint64_t)length > left)
        return call_null(c, "the list is shorter than that");
    return part_of(c, list, from, from + ((uint64_t)length < left ? (size_t)length : left));
}

BUILTIN(append)
{
    const struct dmn_value *list = call_list(c, 0);
    struct values out = {0};
    if (!list)
        return call_null(c, "there is no list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++)
        values_push(c->e, &out, list->as.list.item[i]);
    for (size_t i = 1; i < c->count; i++)
        values_push(c->e, &out, c->arg[i]);
    return values_list(c->e, &out);
}

BUILTIN(concatenate)
{
    struct values out = {0};
    for (size_t i = 0; i < c->count; i++) {
        const struct dmn_value *list = call_list(c, i);
        if (!list)
            return call_null(c, "one of the lists is null");
        for (size_t j = 0; j < list->as.list.count && engine_step(c->e); j++)
            values_push(c->e, &out, list->as.list.item[j]);
    }
    return values_list(c->e, &out);
}

BUILTIN(insert_before)
{
    const struct dmn_value *list = call_list(c, 0);
    size_t at;
    struct values out = {0};
    if (!list || !position(c, 1, list->as.list.count, &at))
        return call_null(c, "the position lies outside the list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        if (i == at)
            values_push(c->e, &out, c->arg[2]);
        values_push(c->e, &out, list->as.list.item[i]);
    }
    return values_list(c->e, &out);
}

BUILTIN(remove)
{
    const struct dmn_value *list = call_list(c, 0);
    size_t at;
    struct values out = {0};
    if (!list || !position(c, 1, list->as.list.count, &at))
        return call_null(c, "the position lies outside the list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++)
        if (i != at)
            values_push(c->e, &out, list->as.list.item[i]);
    return values_list(c->e, &out);
}

BUILTIN(reverse)
{
    const struct dmn_value *list = call_list(c, 0);
    struct values out = {0};
    if (!list)
        return call_null(c, "there is no list");
    for (size_t i = list->as.list.count; i-- > 0 && engine_step(c->e);)
        values_push(c->e, &out, list->as.list.item[i]);
    return values_list(c->e, &out);
}

BUILTIN(index_of)
{
    const struct dmn_value *list = call_list(c, 0);
    struct values out = {0};
    if (!list)
        return call_null(c, "there is no list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++)
        if (dmn_value_equal(list->as.list.item[i], c->arg[1]))
            values_push(c->e, &out, dmn_integer(c->e->arena, (int64_t)i + 1));
    return values_list(c->e, &out);
}

static const struct dmn_value *distinct(const struct call *c, const struct dmn_value *list)
{
    struct value_set *set = value_set_new(c->e, list->as.list.count);
    struct values out = {0};
    bool added;
    for (size_t i = 0; set && i < list->as.list.count && engine_step(c->e); i++) {
        value_set_put(c->e, set, list->as.list.item[i], &added);
        if (added)
            values_push(c->e, &out, list->as.list.item[i]);
    }
    return values_list(c->e, &out);
}

BUILTIN(union)
{
    const struct dmn_value *all = builtin_concatenate(c);
    return all->kind == DMN_LIST ? distinct(c, all) : all;
}

BUILTIN(distinct_values)
{
    const struct dmn_value *list = call_list(c, 0);
    return list ? distinct(c, list) : call_null(c, "there is no list");
}

static void flat(const struct call *c, const struct dmn_value *list, struct values *out)
{
    if (engine_enter(c->e))
        for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
            const struct dmn_value *item = list->as.list.item[i];
            if (item->kind == DMN_LIST)
                flat(c, item, out);
            else
                values_push(c->e, out, item);
        }
    engine_leave(c->e);
}

BUILTIN(flatten)
{
    const struct dmn_value *list = call_list(c, 0);
    struct values out = {0};
    if (!list)
        return call_null(c, "there is no list");
    flat(c, list, &out);
    return values_list(c->e, &out);
}

/* Does `a` come before `b`? Without a function, by their own order. */
static bool precedes(const struct call *c, const struct dmn_value *a, const struct dmn_value *b)
{
    int order;
    if (!call_given(c, 1))
        return feel_order(a, b, &order) && order < 0;
    const struct dmn_value *pair[2] = {a, b};
    return feel_is_true(feel_call(c->e, c->arg[1], pair, NULL, 2, c->line));
}

/* Merges sorted runs of growing length; equal items keep their order. */
BUILTIN(sort)
{
    const struct dmn_value *list = call_list(c, 0);
    if (!list || (c->count > 1 && c->arg[1]->kind != DMN_FUNCTION))
        return call_null(c, "a list and a function are needed");
    size_t n = list->as.list.count;
    const struct dmn_value **from = ARENA_ARRAY(c->e->arena, const struct dmn_value *, n),
                           **to = ARENA_ARRAY(c->e->arena, const struct dmn_value *, n), **swap;
    if (!from || !to)
        return &dmn_null;
    if (n)
        memcpy(from, list->as.list.item, n * sizeof *from);
    for (size_t run = 1; run < n; run *= 2, swap = from, from = to, to = swap)
        for (size_t start = 0; start < n; start += 2 * run) {
            size_t middle = start + run < n ? start + run : n, end = start + 2 * run < n ? start + 2 * run : n;
            size_t left = start, right = middle;
            for (size_t i = start; i < end; i++) {
                if (!engine_step(c->e))
                    return &dmn_null;
                bool take_right = left == middle || (right < end && precedes(c, from[right], from[left]));
                to[i] = take_right ? from[right++] : from[left++];
            }
        }
    return dmn_list(c->e->arena, from, n);
}

BUILTIN(list_replace)
{
    const struct dmn_value *list = call_list(c, 0);
    struct values out = {0};
    size_t at = SIZE_MAX;
    bool by_match = c->arg[1]->kind == DMN_FUNCTION;
    if (c->variant && by_match != (c->variant == 2))
        return call_null(c, "a position is a number, a match is a function");
    if (!list || (!by_match && !position(c, 1, list->as.list.count, &at)))
        return call_null(c, "the position lies outside the list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        const struct dmn_value *item = list->as.list.item[i];
        bool here = i == at;
        if (by_match) {
            const struct dmn_value *pair[2] = {item, c->arg[2]};
            const struct dmn_value *fits = feel_call(c->e, c->arg[1], pair, NULL, 2, c->line);
            if (fits->kind != DMN_BOOLEAN)
                return call_null(c, "the function gave neither true nor false");
            here = fits->as.boolean;
        }
        values_push(c->e, &out, here ? c->arg[2] : item);
    }
    return values_list(c->e, &out);
}
