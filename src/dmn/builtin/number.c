#include "builtin.h"

static const struct dmn_value *rounded(const struct call *c, enum number_rounding how)
{
    const struct dmn_value *n = call_arg(c, 0, DMN_NUMBER);
    struct number out;
    int64_t scale = 0;
    if (!n)
        return call_null(c, "there is no number to round");
    if (c->count > 1 && !call_integer(c, 1, &scale))
        return call_null(c, "the scale is not a number");
    return number_round(n->as.number, scale, how, &out) ? dmn_number(c->e->arena, out)
                                                       : call_null(c, "the scale is out of range");
}

BUILTIN(decimal)
{
    return rounded(c, NUMBER_HALF_EVEN);
}

BUILTIN(floor)
{
    return rounded(c, NUMBER_FLOOR);
}

BUILTIN(ceiling)
{
    return rounded(c, NUMBER_CEILING);
}

BUILTIN(round_up)
{
    return rounded(c, NUMBER_UP);
}

BUILTIN(round_down)
{
    return rounded(c, NUMBER_DOWN);
}

BUILTIN(round_half_up)
{
    return rounded(c, NUMBER_HALF_UP);
}

BUILTIN(round_half_down)
{
    return rounded(c, NUMBER_HALF_DOWN);
}

BUILTIN(abs)
{
    const struct dmn_value *v = c->arg[0];
    if (v->kind == DMN_LIST && v->as.list.count == 1)
        v = v->as.list.item[0];
    if (v->kind == DMN_NUMBER)
        return dmn_number(c->e->arena, number_abs(v->as.number));
    if (v->kind == DMN_DURATION)
        return v->as.duration.seconds < 0 ? dmn_duration(c->e->arena, duration_negate(v->as.duration)) : v;
    if (v->kind == DMN_MONTHS)
        return v->as.months < 0 ? dmn_months(c->e->arena, -v->as.months) : v;
    return call_null(c, "only numbers and durations have an absolute value");
}

BUILTIN(modulo)
{
    const struct dmn_value *a = call_arg(c, 0, DMN_NUMBER), *b = call_arg(c, 1, DMN_NUMBER);
    struct number out;
    return a && b && number_modulo(a->as.number, b->as.number, &out) ? dmn_number(c->e->arena, out)
                                                                     : call_null(c, "modulo needs two numbers, the second not 0");
}

static const struct dmn_value *calculated(const struct call *c, bool (*how)(struct number, struct number *))
{
    const struct dmn_value *n = call_arg(c, 0, DMN_NUMBER);
    struct number out;
    return n && how(n->as.number, &out) ? dmn_number(c->e->arena, out)
                                        : call_null(c, "the function has no value there");
}

BUILTIN(sqrt)
{
    return calculated(c, number_sqrt);
}

BUILTIN(log)
{
    return calculated(c, number_log);
}

BUILTIN(exp)
{
    return calculated(c, number_exp);
}

static const struct dmn_value *parity(const struct call *c, bool odd)
{
    const struct dmn_value *n = call_arg(c, 0, DMN_NUMBER);
    struct number rest;
    if (!n || !number_modulo(number_abs(n->as.number), number_of_int(2), &rest))
        return call_null(c, "there is no number");
    return dmn_boolean(number_is_whole(n->as.number) && (number_sign(rest) != 0) == odd);
}

BUILTIN(odd)
{
    return parity(c, true);
}

BUILTIN(even)
{
    return parity(c, false);
}

static bool separator(const struct call *c, size_t at, const char *allowed, char *out)
{
    *out = 0;
    if (!call_given(c, at))
        return true;
    const struct dmn_value *v = call_arg(c, at, DMN_STRING);
    if (!v || v->as.string.n != 1)
        return false;
    for (; *allowed; allowed++)
        if (*allowed == v->as.string.p[0])
            *out = *allowed;
    return *out != 0;
}

BUILTIN(number)
{
    const struct dmn_value *from = call_arg(c, 0, DMN_STRING);
    char grouping, decimal;
    struct number out;
    if (!from || !separator(c, 1, " ,.", &grouping) || !separator(c, 2, ",.", &decimal) ||
        (grouping && grouping == decimal))
        return call_null(c, "number needs a text, and separators that differ");
    struct buffer b = buffer_in(c->e->arena);
    for (size_t i = 0; i < from->as.string.n; i++) {
        char ch = from->as.string.p[i];
        if (grouping && ch == grouping)
            continue;
        if (decimal == ',' && ch == '.')
            return call_null(c, "the text is not a number");
        buffer_char(&b, decimal && ch == decimal ? '.' : ch);
    }
    return !buffer_failed(&b) && number_parse(buffer_result(&b), &out) ? dmn_number(c->e->arena, out)
                                                                       : call_null(c, "the text is not a number");
}
