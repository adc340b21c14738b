#include "builtin.h"

/* A point or a range, as a range. */
struct span {
    const struct dmn_value *low, *high;
    bool low_in, high_in, is_point;
};

/* Compared ends. `failed` once two cannot be. */
struct spans {
    struct span a, b;
    bool failed;
};

static struct span span_of(const struct dmn_value *v, bool *failed)
{
    if (v->kind == DMN_RANGE) {
        *failed |= v->as.range.unequal;
        return (struct span){v->as.range.low, v->as.range.high, !v->as.range.low_open, !v->as.range.high_open, false};
    }
    *failed |= v->kind == DMN_NULL;
    return (struct span){v, v, true, true, true};
}

static struct spans spans_of(const struct call *c)
{
    struct spans s = {.failed = false};
    s.a = span_of(c->arg[0], &s.failed);
    s.b = span_of(c->arg[1], &s.failed);
    return s;
}

static struct spans turned(struct spans s)
{
    return (struct spans){s.b, s.a, s.failed};
}

static int order(struct spans *s, const struct dmn_value *a, const struct dmn_value *b)
{
    int result = 0;
    if (!feel_order(a, b, &result))
        s->failed = true;
    return result;
}

/* A low end that is missing lies below all, a high end that is missing above all. */
static int low_low(struct spans *s)
{
    bool no_a = s->a.low->kind == DMN_NULL, no_b = s->b.low->kind == DMN_NULL;
    return no_a || no_b ? (int)no_b - (int)no_a : order(s, s->a.low, s->b.low);
}

static int high_high(struct spans *s)
{
    bool no_a = s->a.high->kind == DMN_NULL, no_b = s->b.high->kind == DMN_NULL;
    return no_a || no_b ? (int)no_a - (int)no_b : order(s, s->a.high, s->b.high);
}

static int high_low(struct spans *s)
{
    return s->a.high->kind == DMN_NULL || s->b.low->kind == DMN_NULL ? 1 : order(s, s->a.high, s->b.low);
}

static const struct dmn_value *verdict(const struct call *c, const struct spans *s, bool holds)
{
    return s->failed ? call_null(c, "the two cannot be compared") : dmn_boolean(holds);
}

static const struct dmn_value *ranges_needed(const struct call *c)
{
    return call_null(c, "ranges are needed");
}

static bool is_before(struct spans *s)
{
    int o = high_low(s);
    return o < 0 || (o == 0 && !(s->a.high_in && s->b.low_in));
}

BUILTIN(before)
{
    struct spans s = spans_of(c);
    bool holds = !s.failed && is_before(&s);
    return verdict(c, &s, holds);
}

BUILTIN(after)
{
    struct spans s = turned(spans_of(c));
    bool holds = !s.failed && is_before(&s);
    return verdict(c, &s, holds);
}

static const struct dmn_value *meet(const struct call *c, struct spans s)
{
    if (s.a.is_point || s.b.is_point)
        return ranges_needed(c);
    bool holds = !s.failed && high_low(&s) == 0 && s.a.high_in && s.b.low_in;
    return verdict(c, &s, holds);
}

BUILTIN(meets)
{
    return meet(c, spans_of(c));
}

BUILTIN(met_by)
{
    return meet(c, turned(spans_of(c)));
}

/* Does the first reach the second's low end? */
static bool reaches(struct spans *s)
{
    int o = high_low(s);
    return o > 0 || (o == 0 && s->a.high_in && s->b.low_in);
}

BUILTIN(overlaps)
{
    struct spans s = spans_of(c), t;
    if (s.a.is_point || s.b.is_point)
        return ranges_needed(c);
    t = turned(s);
    bool holds = !s.failed && reaches(&s) && reaches(&t);
    s.failed |= t.failed;
    return verdict(c, &s, holds);
}

static const struct dmn_value *overlap_before(const struct call *c, struct spans s)
{
    if (s.a.is_point || s.b.is_point)
        return ranges_needed(c);
    int low = s.failed ? 0 : low_low(&s), high = s.failed ? 0 : high_high(&s);
    bool starts_first = low < 0 || (low == 0 && s.a.low_in && !s.b.low_in);
    bool ends_first = high < 0 || (high == 0 && (!s.a.high_in || s.b.high_in));
    bool holds = !s.failed && starts_first && ends_first && reaches(&s);
    return verdict(c, &s, holds);
}

BUILTIN(overlaps_before)
{
    return overlap_before(c, spans_of(c));
}

BUILTIN(overlaps_after)
{
    return overlap_before(c, turned(spans_of(c)));
}

static const struct dmn_value *finish(const struct call *c, struct spans s)
{
    if (s.b.is_point)
        return ranges_needed(c);
    int high = s.failed ? 1 : high_high(&s);
    bool holds = high == 0 && (s.a.is_point ? s.b.high_in : s.a.high_in == s.b.high_in);
    if (holds && !s.a.is_point) {
        int low = low_low(&s);
        holds = low > 0 || (low == 0 && (!s.a.low_in || s.b.low_in));
    }
    return verdict(c, &s, holds);
}

BUILTIN(finishes)
{
    return finish(c, spans_of(c));
}

BUILTIN(finished_by)
{
    return finish(c, turned(spans_of(c)));
}

static const struct dmn_value *include(const struct call *c, struct spans s)
{
    if (s.a.is_point)
        return ranges_needed(c);
    int low = s.failed ? 1 : low_low(&s), high = s.failed ? 0 : high_high(&s);
    bool holds = (low < 0 || (low == 0 && (s.a.low_in || !s.b.low_in))) &&
                 (high > 0 || (high == 0 && (s.a.high_in || !s.b.high_in)));
    return verdict(c, &s, holds);
}

BUILTIN(includes)
{
    return include(c, spans_of(c));
}

BUILTIN(during)
{
    return include(c, turned(spans_of(c)));
}

static const struct dmn_value *start(const struct call *c, struct spans s)
{
    if (s.b.is_point)
        return ranges_needed(c);
    int low = s.failed ? 1 : low_low(&s);
    bool holds = low == 0 && (s.a.is_point ? s.b.low_in : s.a.low_in == s.b.low_in);
    if (holds && !s.a.is_point) {
        int high = high_high(&s);
        holds = high < 0 || (high == 0 && (!s.a.high_in || s.b.high_in));
    }
    return verdict(c, &s, holds);
}

BUILTIN(starts)
{
    return start(c, spans_of(c));
}

BUILTIN(started_by)
{
    return start(c, turned(spans_of(c)));
}

BUILTIN(coincides)
{
    struct spans s = spans_of(c);
    if (s.a.is_point != s.b.is_point)
        return call_null(c, "two points or two ranges are needed");
    bool holds = !s.failed && low_low(&s) == 0 && high_high(&s) == 0 && s.a.low_in == s.b.low_in &&
                 s.a.high_in == s.b.high_in;
    return verdict(c, &s, holds);
}

/* An end is a literal, or a call such as date("2026-01-01"). */
static bool is_end(const struct dmn_expression *x)
{
    static const struct text maker[] = {TEXT_INIT("date"), TEXT_INIT("time"), TEXT_INIT("date and time"),
                                        TEXT_INIT("duration")};
    if (!x || (x->kind == DMN_EXPRESSION_LITERAL && x->value->kind != DMN_NULL))
        return true;
    for (size_t i = 0; x->kind == DMN_EXPRESSION_CALL && i < sizeof maker / sizeof *maker; i++)
        if (x->part[0]->kind == DMN_EXPRESSION_NAME && text_equal(x->part[0]->name, maker[i]))
            return true;
    return false;
}

BUILTIN(range)
{
    const struct dmn_value *from = call_arg(c, 0, DMN_STRING);
    struct parse_shared shared = {.arena = c->e->arena};
    struct text what;
    if (!from)
        return call_null(c, "there is no text");
    const struct dmn_expression *x = parse_range(&shared, from->as.string, &what);
    if (x->kind != DMN_EXPRESSION_RANGE || !is_end(x->part[0]) || !is_end(x->part[1]) ||
        (!x->part[0] && (!x->part[1] || !x->low_open)) || (!x->part[1] && !x->high_open))
        return call_null(c, "the text is not a range");
    const struct dmn_value *value = feel_evaluate(c->e, x, NULL);
    bool lost = value->kind == DMN_RANGE && ((x->part[0] && value->as.range.low->kind == DMN_NULL) ||
                                             (x->part[1] && value->as.range.high->kind == DMN_NULL));
    if (lost || value->kind != DMN_RANGE)
        return call_null(c, "an end of the range is null, or they are out of order");
    if (x->part[0] && x->part[1])
        return value;
    struct dmn_value *one_end = ARENA_NEW(c->e->arena, struct dmn_value);
    if (!one_end)
        return &dmn_null;
    *one_end = *value;
    one_end->as.range.comparison = true;
    return one_end;
}
