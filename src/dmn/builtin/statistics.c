#include "builtin.h"

static const struct dmn_value *extreme(const struct call *c, int wanted)
{
    const struct dmn_value *list = call_values(c), *best;
    int order;
    if (!list || list->as.list.count == 0)
        return call_null(c, "there are no values");
    best = list->as.list.item[0];
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        if (!feel_order(list->as.list.item[i], best, &order))
            return call_null(c, "the values cannot be compared");
        if (order * wanted > 0)
            best = list->as.list.item[i];
    }
    return best;
}

BUILTIN(min)
{
    return extreme(c, -1);
}

BUILTIN(max)
{
    return extreme(c, 1);
}

/* The values as a list of numbers, at least one; NULL if they are not. */
static const struct dmn_value *numbers(const struct call *c)
{
    const struct dmn_value *list = call_values(c);
    if (!list || list->as.list.count == 0)
        return NULL;
    for (size_t i = 0; i < list->as.list.count; i++)
        if (!engine_step(c->e) || list->as.list.item[i]->kind != DMN_NUMBER)
            return NULL;
    return list;
}

static struct number at(const struct dmn_value *list, size_t i)
{
    return list->as.list.item[i]->as.number;
}

static bool fold(const struct dmn_value *list, bool (*how)(struct number, struct number, struct number *),
                 struct number *out)
{
    *out = at(list, 0);
    for (size_t i = 1; i < list->as.list.count; i++)
        if (!how(*out, at(list, i), out))
            return false;
    return true;
}

BUILTIN(sum)
{
    const struct dmn_value *list = numbers(c);
    struct number out;
    return list && fold(list, number_add, &out) ? dmn_number(c->e->arena, out) : call_null(c, "there are no numbers");
}

BUILTIN(product)
{
    const struct dmn_value *list = numbers(c);
    struct number out;
    return list && fold(list, number_multiply, &out) ? dmn_number(c->e->arena, out) : call_null(c, "there are no numbers");
}

static bool mean_of(const struct dmn_value *list, struct number *out)
{
    return fold(list, number_add, out) && number_divide(*out, number_of_int((int64_t)list->as.list.count), out);
}

BUILTIN(mean)
{
    const struct dmn_value *list = numbers(c);
    struct number out;
    return list && mean_of(list, &out) ? dmn_number(c->e->arena, out) : call_null(c, "there are no numbers");
}

/* Of a sample: divided by one less than there are. */
BUILTIN(stddev)
{
    const struct dmn_value *list = numbers(c);
    struct number mean, sum = number_of_int(0), step;
    if (!list || list->as.list.count < 2 || !mean_of(list, &mean))
        return call_null(c, "two numbers or more are needed");
    for (size_t i = 0; i < list->as.list.count; i++)
        if (!number_subtract(at(list, i), mean, &step) || !number_multiply(step, step, &step) ||
            !number_add(sum, step, &sum))
            return call_null(c, "the numbers are too large");
    if (!number_divide(sum, number_of_int((int64_t)list->as.list.count - 1), &sum) || !number_sqrt(sum, &sum))
        return call_null(c, "the numbers are too large");
    return dmn_number(c->e->arena, sum);
}

static const struct dmn_value *sorted(const struct call *c, const struct dmn_value *list)
{
    const struct call inner = {c->e, &list, 1, c->line, 0};
    return builtin_sort(&inner);
}

BUILTIN(median)
{
    const struct dmn_value *list = numbers(c);
    struct number out;
    if (!list)
        return call_null(c, "there are no numbers");
    list = sorted(c, list);
    if (list->kind != DMN_LIST)
        return &dmn_null;
    size_t n = list->as.list.count;
    if (n % 2)
        return list->as.list.item[n / 2];
    return number_add(at(list, n / 2 - 1), at(list, n / 2), &out) && number_divide(out, number_of_int(2), &out)
               ? dmn_number(c->e->arena, out)
               : call_null(c, "the numbers are too large");
}

/* The numbers that come most often, smallest first. */
BUILTIN(mode)
{
    const struct dmn_value *list = call_values(c);
    struct values out = {0};
    if (list && list->as.list.count == 0)
        return list;
    list = numbers(c);
    if (!list)
        return call_null(c, "there are no numbers");
    list = sorted(c, list);
    if (list->kind != DMN_LIST)
        return &dmn_null;
    size_t best = 0, run = 0;
    for (size_t i = 0; i < list->as.list.count; i++) {
        run = i > 0 && number_compare(at(list, i - 1), at(list, i)) == 0 ? run + 1 : 1;
        if (run > best) {
            best = run;
            out = (struct values){0};
        }
        if (run == best)
            values_push(c->e, &out, list->as.list.item[i]);
    }
    return values_list(c->e, &out);
}

static const struct dmn_value *together(const struct call *c, bool decisive)
{
    const struct dmn_value *list = call_values(c), *result = dmn_boolean(!decisive);
    if (!list)
        return call_null(c, "there is no list");
    for (size_t i = 0; i < list->as.list.count && engine_step(c->e); i++) {
        const struct dmn_value *item = list->as.list.item[i];
        if (item->kind != DMN_BOOLEAN)
            result = &dmn_null;
        else if (item->as.boolean == decisive)
            return item;
    }
    return result;
}

BUILTIN(all)
{
    return together(c, false);
}

BUILTIN(any)
{
    return together(c, true);
}
